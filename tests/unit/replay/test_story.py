"""One bug's past, by the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bugaction.gates import GATES
from bugaction.model import ANYONE, Actor, Role
from bugaction.policy import Policy
from bugaction.questions import AskCommits, AskDeployment, AskReverting, AskReview, AskRole
from bugaction.replay.story import ASKED_FOR, SHOWN, Story, look
from bugaction.reverting import Reverting
from bugaction.snapshot import (
    CheckOutcome,
    EntryKind,
    IssueState,
    Label,
    PullRequest,
    ReviewState,
    Snapshot,
)
from tests.unit.replay.past import MERGED, MIA, entry, fix, outsider, past
from tests.values import BASE, BO, at, changed, check, labeled, review

NOW = at(30 * 24 * 60)


def told(snapshot: Snapshot) -> Story:
    """The story that these facts tell, all of it."""
    found = look(snapshot, 42, Policy(), NOW)
    assert found.questions == frozenset()
    assert found.story is not None
    return found.story


def held(*pulls: PullRequest, **more: object) -> dict[str, str]:
    """What would have held the newest merge: the requirement's id and its problem."""
    (merge,) = told(past(*pulls, **more)).merges  # type: ignore[arg-type]
    return {verdict.id: verdict.problem for verdict in merge.held}


def test_each_requirement_is_either_shown_by_the_past_or_asked_for_by_us() -> None:
    """None of a merge's gates is in neither table, or in both: a new one has to find its place."""
    for gate in GATES.values():
        if gate.blocks_merge:
            ids = {item.id for item in gate.requirements} | {item.id for item in gate.of_pull}
            shown, asked = SHOWN.get(gate.name, frozenset()), ASKED_FOR.get(gate.name, frozenset())
            assert shown | asked == ids
            assert not shown & asked


def test_what_has_to_be_read_of_a_bug() -> None:
    """Its fix's commits, reviews and the roles of those who gave them, deployments, and what takes it back;
    nothing that a run would want for what it writes."""
    bare = replace(fix(), commits=None, reviews=None, checks=None, files=None, sharing=None)
    whole = past(bare)
    first = look(whole.with_answers(replace(whole.answers, rollouts={}, reverting={})), 42, Policy(), NOW)
    assert {type(each) for each in first.questions} == {AskCommits, AskReview, AskDeployment, AskReverting}
    known = past(fix())
    nobody = known.with_answers(replace(known.answers, roles={}))
    assert look(nobody, 42, Policy(), NOW).questions == {AskRole("mia")}


def test_an_issue_that_is_no_bug_has_no_story() -> None:
    """It lost its labels, or never had one that counts."""
    found = look(past(labels=()), 42, Policy(), NOW)
    assert (found.story, found.bug, found.questions) == (None, None, frozenset())


def test_a_fix_that_met_everything_is_held_for_nothing() -> None:
    """What only documents and words to us could show is asked for, and held against nobody."""
    (merge,) = told(past(fix())).merges
    assert merge.held == ()
    assert {each.id for each in merge.asked} >= {"bug-report", "root-cause-analysis", "release-notes"}
    assert (merge.number, merge.at, merge.taken_back) == (7, at(MERGED), False)


@pytest.mark.parametrize(
    ("pull", "problem"),
    [
        (fix(checks=()), {"checks": '"test" has not run on this commit'}),
        (fix(checks=(check(outcome=CheckOutcome.FAILURE),)), {"checks": '"test" failed'}),
        (
            fix(files=(changed("src/cart.py"),), changed_files=1),
            {"regression-test": "no test is added or extended"},
        ),
        (fix(reviews=()), {"approvals": "no approval that counts stood on the merged commit"}),
        (fix(reviews=(review(MIA, oid="d" * 40),)), {"approvals": ""}),
        (fix(reviews=(review(MIA, minutes=MERGED + 1),)), {"approvals": ""}),
        (fix(reviews=(review(BO),)), {"approvals": ""}),
        (fix(reviews=(review(MIA, ReviewState.CHANGES_REQUESTED),)), {"approvals": ""}),
        (fix(labels=(Label("enhancement"),)), {"minimal-change": ""}),
        (fix(body="Fixes #42\n\n- [ ] `ask` @mia"), {"tasks": "\"'ask' @mia\" is not ticked"}),
    ],
)
def test_what_would_have_held_it(pull: PullRequest, problem: dict[str, str]) -> None:
    """By what stood at the moment of the merge; in words that name nobody who reviews or is assigned."""
    found = held(pull)
    assert list(found) == list(problem)
    assert all(words in found[name] for name, words in problem.items())
    assert "mia" not in "".join(found.values()).replace("@mia", "")


def test_a_check_that_ended_after_the_merge_was_not_waited_for() -> None:
    """It is green today."""
    late = replace(check(minutes=MERGED - 1), completed_at=at(MERGED + 3))
    assert held(fix(checks=(late,))) == {"checks": '"test" is still running'}


def test_checks_that_this_token_may_not_see_are_held_against_nobody() -> None:
    """It is said; the rest is judged."""
    (merge,) = told(past(fix(checks=None, required=None, lacking=("checks: read",), reviews=()))).merges
    assert ([each.id for each in merge.held], merge.unread) == (["approvals"], True)


def test_nobody_had_taken_it_on() -> None:
    """Without an assignment there is nobody whose first commit would show it."""
    assert held(fix(), assigned=None) == {"assignee": "nobody who was assigned had taken it on"}


def test_a_severity_that_came_after_the_merge_was_none() -> None:
    """That alone is told: what only a severity decides is not held against the merge as well. Where nothing
    at all said that it was a bug, nothing would have been held."""
    known = [labeled("bug", minutes=2)]
    late = {"labels": ("P1",), "labelled": MERGED + 10}
    assert held(fix(), timeline=known, **late) == {"severity": "no severity is set"}
    story = told(past(fix(), **late))  # type: ignore[arg-type]
    assert (story.merges, story.unseen) == ((), 1)


def test_in_the_fast_lane_much_may_follow() -> None:
    """A P0's size and task list do not hold it; its test and its approval do."""
    pull = fix(body="- [ ] tell them", files=(changed("src/cart.py"),), changed_files=1, reviews=())
    (merge,) = told(past(pull, labels=("P0",))).merges
    assert {each.id for each in merge.held} == {"regression-test", "approvals"}
    assert {each.id for each in merge.owed} == {"tasks"}


def test_a_confidential_bug_tells_nothing_of_itself() -> None:
    """No title, and of what held its fix the requirement alone."""
    story = told(past(fix(body="- [ ] close the hole"), labels=("P1", "security")))
    assert (story.title, story.confidential) == ("", True)
    (merge,) = story.merges
    assert [(each.id, each.problem) for each in merge.held] == [("tasks", "")]


def test_what_came_back() -> None:
    """Opened again twice, once after the fix; and the fix was taken back by a pull request of its branch."""
    entries = [
        entry(EntryKind.CLOSED, 20, "completed"),
        entry(EntryKind.REOPENED, 30),
        entry(EntryKind.REOPENED, MERGED + 60),
        entry(EntryKind.CLOSED, MERGED + 90, "completed"),
    ]
    whole = past(fix(), timeline=entries)
    back = Reverting(9, "PR_9", f"{BASE}/pull/9", is_merged=True, closed_at=at(MERGED + 50))
    story = told(whole.with_answers(replace(whole.answers, reverting={7: (back,)})))
    assert (story.reopened, story.came_back, story.merges[0].taken_back) == (2, 1, True)
    closed = replace(back, is_merged=False)
    assert not told(whole.with_answers(replace(whole.answers, reverting={7: (closed,)}))).merges[0].taken_back


def test_a_way_back_is_not_judged_as_a_fix() -> None:
    """What takes a fix back brings no test; the fix that it takes back is told of."""
    whole = past(fix(), fix(8, merged=MERGED + 30, head="revert-7-topic-7", files=()))
    found = look(whole, 42, Policy(), NOW).story
    assert found is not None
    assert [(merge.number, merge.taken_back) for merge in found.merges] == [(7, True)]


def test_a_bug_that_was_opened_again_goes_on() -> None:
    """Its fix was out after ten hours; it counts until it was closed for the last time, or by now."""
    again = [entry(EntryKind.REOPENED, MERGED + 60)]
    open_ = told(past(fix(), timeline=again, state=IssueState.OPEN)).lap("fix")
    assert open_ is not None
    assert (open_.reached, open_.late) == (None, NOW - at(24 * 60))
    held = [entry(EntryKind.REOPENED, MERGED + 60, actor=Actor("github-actions[bot]", is_bot=True))]
    by_an_app = told(past(fix(), timeline=held, closed=26 * 60))
    lap = by_an_app.lap("fix")
    assert lap is not None
    assert (by_an_app.reopened, lap.reached) == (0, at(MERGED))
    closed = told(past(fix(), timeline=again, closed=26 * 60)).lap("fix")
    assert closed is not None
    assert (closed.reached, closed.late) == (at(26 * 60), timedelta(hours=2))


# Clocks -------------------------------------------------------------------------------------------------


def test_the_clocks_of_a_fixed_bug() -> None:
    """A P1 has an hour to be answered and a day to be fixed; Bo took it after 40 minutes."""
    story = told(past(fix()))
    respond, fixed = story.lap("respond"), story.lap("fix")
    assert respond is not None
    assert (respond.elapsed, respond.due, respond.late) == (timedelta(minutes=40), at(60), None)
    assert fixed is not None
    assert (fixed.reached, fixed.elapsed, fixed.late) == (at(MERGED), timedelta(minutes=MERGED), None)
    assert {lap.name for lap in story.laps} >= {"respond", "development", "fix"}


def test_late_is_by_how_much() -> None:
    """Answered after two hours of one, fixed after 25 hours of 24."""
    story = told(past(fix(merged=25 * 60), closed=25 * 60, assigned=120))
    assert {lap.name: lap.late for lap in story.missed if lap.name in ("respond", "fix")} == {
        "fix": timedelta(hours=1)
    }  # the linked pull request, 46 minutes after the report, was an answer
    alone = told(past(assigned=120, closed=25 * 60))
    assert {lap.name: lap.late for lap in alone.missed} == {
        "respond": timedelta(hours=1),
        "fix": timedelta(hours=1),
    }
    assert alone.by_hand


def test_a_first_word_of_somebody_else_is_an_answer() -> None:
    """Not of the reporter's, and not of a bot's."""
    reporter = past().bugs[42].issue.author
    bot = replace(MIA, login="stale[bot]", is_bot=True)
    comments = [outsider(5, reporter), outsider(6, bot), outsider(20)]
    lap = told(past(comments=comments, assigned=None)).lap("respond")
    assert lap is not None
    assert lap.reached == at(20)


def test_deleted_accounts_are_not_taken_for_one() -> None:
    """All of them have the same name: in doubt, the team answered."""
    snapshot = past(comments=[outsider(5, ANYONE)], assigned=None)
    bug = snapshot.bugs[42]
    gone = replace(bug, issue=replace(bug.issue, author=ANYONE))
    lap = told(replace(snapshot, bugs={42: gone})).lap("respond")
    assert lap is not None
    assert lap.reached == at(5)


def test_an_open_bug_is_overdue_by_now() -> None:
    """Nobody dealt with it; its fix is due since a day after the report."""
    story = told(past(state=IssueState.OPEN, assigned=None))
    overdue = {lap.name: (lap.reached, lap.late) for lap in story.missed}
    assert overdue == {"respond": (None, NOW - at(60)), "fix": (None, NOW - at(24 * 60))}


def test_what_was_put_aside_misses_no_fix() -> None:
    """Not planned, so there is none to be late."""
    story = told(past(state=IssueState.NOT_PLANNED, closed=40 * 60))
    lap = story.lap("fix")
    assert lap is not None
    assert (lap.reached, lap.late) == (None, None)


def test_a_severity_that_came_late_moves_what_is_due() -> None:
    """The clock runs from the report, but nothing is due before its severity was set."""
    story = told(past(fix(), labelled=300))
    lap = story.lap("respond")
    assert lap is not None
    assert (story.labelled_after, lap.due, lap.late) == (timedelta(hours=5), at(300), None)


def test_without_a_target_the_time_is_told_and_nothing_is_late() -> None:
    """A P3 has none for its fix, and a bug without a severity has none at all."""
    low = told(past(fix(), labels=("P3",)))
    assert [(lap.name, lap.target is None, lap.elapsed) for lap in low.laps if lap.name == "fix"] == [
        ("fix", True, timedelta(minutes=MERGED))
    ]
    none = told(past(fix(), labels=("bug",)))
    assert none.severity is None
    assert {lap.name: (lap.target, lap.elapsed, lap.late) for lap in none.laps} == {
        "respond": (None, timedelta(minutes=40), None),
        "fix": (None, timedelta(minutes=MERGED), None),
    }
    waits = told(past(labels=("bug",), assigned=None, state=IssueState.OPEN))
    assert waits.laps == ()


def test_how_long_a_review_took() -> None:
    """From when it was asked for to the approval that counted."""
    asked = fix(requested_at=at(50), reviews=(review(MIA, minutes=90),))
    lap = told(past(asked)).lap("review")
    assert lap is not None
    assert (lap.elapsed, lap.target, lap.late) == (timedelta(minutes=40), timedelta(hours=1), None)
    assert told(past(replace(asked, reviews=()))).lap("review") is None


def test_a_reviewer_who_may_not_write_approves_nothing() -> None:
    """By today's role."""
    whole = past(fix())
    story = told(whole.with_answers(replace(whole.answers, roles={"mia": Role.READ, "bo": Role.WRITE})))
    assert {each.id for each in story.merges[0].held} == {"approvals"}
