"""Verdicts as check runs: what is written, what is settled, and when a status takes their place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from bugaction.bug import Bug
from bugaction.check_runs import AS_RUN, AS_STATUS, cut, is_own_app, reporting_of
from bugaction.check_text import mark_in, marked
from bugaction.model import Actor
from bugaction.plan import Effect, SetCheckRun, SetStatus
from bugaction.policy import Policy
from bugaction.posting import Head, all_heads
from bugaction.questions import AskRuns
from bugaction.review import Check, CheckKind, CheckOutcome
from bugaction.snapshot import (
    Answers,
    MergeGroup,
    OwnRun,
    OwnRuns,
    PullRequest,
    Snapshot,
    Status,
    StatusState,
)
from bugaction.verdicts import ROLLUP, Judged, Word
from tests.unit.bugs import bug
from tests.values import pull, repository, status

KEEPER = Actor("keeper[bot]", is_bot=True)
OID = "c" * 40
PAGE = "https://github.com/octo/shop/issues/42#issuecomment-1"
RED = Word(ROLLUP, StatusState.FAILURE, "BUG-042: nobody is assigned (+1)", PAGE)
GREEN = Word(ROLLUP, StatusState.SUCCESS, "Every gate holds for BUG-042", PAGE)
FIX = replace(RED, context="bugaction/fix")
AS_RUNS = Policy.model_validate({"checks": {"kind": "check-run"}})


def world(
    *pulls: PullRequest, runs: OwnRuns | None = None, viewer: Actor = KEEPER, group: MergeGroup | None = None
) -> Snapshot:
    """A snapshot that an App sees, with what is known of its check runs on the head."""
    answers = Answers(runs={OID: runs} if runs is not None else {})
    repo = replace(repository(), viewer=viewer)
    return Snapshot(repo, pulls={each.number: each for each in pulls}, group=group, answers=answers)


def reported(found: Snapshot, *words: Word, policy: Policy = AS_RUNS, refused: str = "") -> list[Effect]:
    """What is written where each pull request should say these words."""
    reporting = reporting_of(found, policy, refused)
    heads, _ = all_heads(reporting.seen(), dict.fromkeys(found.pulls, words))
    assert reporting.questions(heads) == set()
    return reporting.effects(heads, {})


def run_of(effect: Effect, ident: int = 5) -> OwnRun:
    """The check run that an effect leaves."""
    assert isinstance(effect, SetCheckRun)
    mark = mark_in(effect.summary)
    return OwnRun(ident, effect.name, effect.state, effect.title, effect.url, mark)


def test_a_verdict_is_one_run_that_is_known_again() -> None:
    """Made where there is none, changed where it says something else, left where it says the same."""
    (made,) = reported(world(pull(), runs=OwnRuns()), RED)
    assert isinstance(made, SetCheckRun)
    assert (made.name, made.state, made.title, made.url) == (ROLLUP, RED.state, RED.text, PAGE)
    assert (made.run, made.external_id) == (0, f"{ROLLUP}@{OID}")
    standing = run_of(made)
    assert reported(world(pull(), runs=OwnRuns((standing,))), RED) == []
    (changed,) = reported(world(pull(), runs=OwnRuns((standing,))), GREEN)
    assert isinstance(changed, SetCheckRun)
    assert (changed.run, changed.state) == (5, StatusState.SUCCESS)


@pytest.mark.parametrize(
    "change",
    [
        {"state": StatusState.PENDING},
        {"state": StatusState.ERROR},
        {"state": StatusState.SUCCESS},
        {"title": "x"},
        {"mark": "0" * 16},
        {"mark": ""},
        {"url": "https://github.com/octo/shop/issues/43"},
    ],
)
def test_a_run_that_says_anything_else_is_changed(change: dict[str, object]) -> None:
    """One that somebody asked to be run again, that GitHub has ended, or whose text is another; and each of
    two of one name, since nobody says which of them counts."""
    (made,) = reported(world(pull(), runs=OwnRuns()), RED)
    right = run_of(made)
    wrong = replace(right, id=6, **change)  # type: ignore[arg-type]
    (effect,) = reported(world(pull(), runs=OwnRuns((right, wrong))), RED)
    assert isinstance(effect, SetCheckRun)
    assert effect.run == 6


def test_of_two_runs_of_a_name_the_earlier_is_a_spare_one() -> None:
    """Both are changed, and one that cannot be is replaced only where it is the latest: otherwise each look
    would make one more."""
    old = OwnRun(5, ROLLUP, StatusState.SUCCESS, "old", PAGE)
    found = reported(world(pull(), runs=OwnRuns((replace(old, id=6), old))), RED)
    assert [(each.run, each.spare) for each in found if isinstance(each, SetCheckRun)] == [
        (6, False),
        (5, True),
    ]


def test_of_two_runs_of_a_name_the_later_is_what_stands() -> None:
    """As where the earlier cannot be changed any more: in whatever order they are listed."""
    old, new = OwnRun(5, ROLLUP, StatusState.SUCCESS, "old"), OwnRun(6, ROLLUP, StatusState.FAILURE, "new")
    for runs in ((new, old), (old, new)):
        (found,) = reporting_of(world(pull(), runs=OwnRuns(runs)), AS_RUNS, "").seen().pulls[7].statuses
        assert found.description == "new"


def test_another_anchor_on_the_same_page_is_no_other_verdict() -> None:
    """The comment may be made anew; a run is not written again for that alone."""
    (made,) = reported(world(pull(), runs=OwnRuns()), RED)
    moved = replace(RED, url=PAGE.replace("-1", "-2"))
    assert reported(world(pull(), runs=OwnRuns((run_of(made),))), moved) == []


def test_the_worst_verdict_counts_for_a_head_that_is_shared() -> None:
    """As it does for statuses."""
    found = world(pull(7), pull(8), runs=OwnRuns())
    reporting = reporting_of(found, AS_RUNS, "")
    heads, _ = all_heads(reporting.seen(), {7: (GREEN,), 8: (RED,)})
    (effect,) = reporting.effects(heads, {})
    assert isinstance(effect, SetCheckRun)
    assert effect.state is StatusState.FAILURE


def test_a_merge_group_s_head_is_reported_too() -> None:
    """With the number in front, as in its statuses."""
    group = MergeGroup("e" * 40, "gh-readonly-queue/main/pr-7-x", (7,))
    found = world(pull(), runs=OwnRuns(), group=group)
    reporting = reporting_of(found, AS_RUNS, "")
    heads, _ = all_heads(reporting.seen(), {7: (RED,)})
    assert reporting.questions(heads) == {AskRuns("e" * 40)}
    found = replace(found, answers=replace(found.answers, runs={OID: OwnRuns(), "e" * 40: OwnRuns()}))
    of_pull, of_group = replace(reporting, snapshot=found).effects(heads, {})
    assert isinstance(of_group, SetCheckRun)
    assert (of_group.oid, of_group.title) == ("e" * 40, f"#7: {RED.text}")
    assert isinstance(of_pull, SetCheckRun)


# From one kind to the other -------------------------------------------------------------------------------


def test_statuses_from_before_are_settled_behind_the_runs() -> None:
    """By whomever they were; each context of them gets a run, and no context of others is touched. Once."""
    github = Actor("github-actions[bot]", is_bot=True)
    before = (
        status(ROLLUP, StatusState.FAILURE, "old", creator=github),
        status("bugaction/fix", StatusState.SUCCESS, "old"),
        status("ci", StatusState.FAILURE, "x"),
    )
    found = world(pull(statuses=before), runs=OwnRuns())
    assert reporting_of(found, AS_RUNS, "").seen().pulls[7].status("bugaction/fix") is not None
    first, second, third, fourth = reported(found, RED, FIX)
    assert [type(each) for each in (first, second)] == [SetCheckRun, SetCheckRun]
    said = [
        SetStatus(OID, name, StatusState.SUCCESS, AS_RUN, PAGE, settles=True)
        for name in (ROLLUP, FIX.context)
    ]
    assert [third, fourth] == said
    after = tuple(status(each.context, each.state, each.description) for each in said)
    runs = OwnRuns((run_of(first, 1), run_of(second, 2)))
    assert reported(world(pull(statuses=after), runs=runs), RED, FIX) == []


def test_runs_from_before_are_settled_behind_the_statuses() -> None:
    """The other way round."""
    run = OwnRun(5, ROLLUP, StatusState.FAILURE, "old", PAGE, "0" * 16)
    other = OwnRun(6, "something", StatusState.FAILURE)
    posted, settled = reported(world(pull(), runs=OwnRuns((run, other))), RED, policy=Policy())
    assert posted == SetStatus(OID, ROLLUP, RED.state, RED.text, PAGE)
    assert isinstance(settled, SetCheckRun)
    assert (settled.run, settled.state, settled.title, settled.settles) == (
        5,
        StatusState.SUCCESS,
        AS_STATUS,
        True,
    )
    standing = (status(ROLLUP, RED.state, RED.text, url=PAGE, creator=KEEPER),)
    assert (
        reported(world(pull(statuses=standing), runs=OwnRuns((run_of(settled),))), RED, policy=Policy()) == []
    )


def test_what_was_red_is_settled_last() -> None:
    """A run that ends in between leaves a red one, by which the next knows that there is more to settle."""
    red = OwnRun(6, FIX.context, StatusState.FAILURE, "old", PAGE)
    green = OwnRun(5, ROLLUP, StatusState.SUCCESS, "old", PAGE)
    found = reported(world(pull(), runs=OwnRuns((red, green))), RED, FIX, policy=Policy())
    assert [each.run for each in found if isinstance(each, SetCheckRun)] == [5, 6]


def _check(name: str, slug: str, outcome: CheckOutcome) -> Check:
    return Check("CR_1", name, CheckKind.CHECK_RUN, outcome, app_slug=slug)


OURS = status(ROLLUP, RED.state, RED.text, url=PAGE, creator=KEEPER)


@pytest.mark.parametrize(
    ("viewer", "statuses", "checks", "asked"),
    [
        (KEEPER, (), (), True),
        (KEEPER, (replace(OURS, description=AS_RUN),), (), True),
        (KEEPER, (replace(OURS, creator=Actor("bo")),), (), True),
        (KEEPER, (OURS,), (), False),
        (KEEPER, (OURS,), (_check(ROLLUP, "keeper", CheckOutcome.FAILURE),), True),
        (KEEPER, (OURS,), (_check(ROLLUP, "keeper", CheckOutcome.SUCCESS),), False),
        (KEEPER, (OURS,), (_check(ROLLUP, "github-actions", CheckOutcome.FAILURE),), False),
        (KEEPER, (OURS,), (_check("test", "keeper", CheckOutcome.FAILURE),), False),
        (Actor("github-actions[bot]", is_bot=True), (), (), False),
        (Actor("ana"), (), (), False),
    ],
)
def test_statuses_ask_for_runs_only_where_there_may_be_some(
    viewer: Actor, statuses: Iterable[Status], checks: tuple[Check, ...], *, asked: bool
) -> None:
    """A request more for each head would be paid for ever; and only an App can change its own."""
    found = world(replace(pull(statuses=statuses), checks=checks), viewer=viewer)
    reporting = reporting_of(found, Policy(), "")
    heads, _ = all_heads(reporting.seen(), {7: (RED,)})
    assert (reporting.questions(heads) == {AskRuns(OID)}) is asked


@pytest.mark.parametrize(
    ("viewer", "runs", "refused", "words"),
    [
        (Actor("github-actions[bot]", is_bot=True), None, "", "`app-id` and `app-private-key`"),
        (Actor("ana"), None, "", "`app-id` and `app-private-key`"),
        (
            KEEPER,
            OwnRuns(),
            "Resource not accessible",
            "Resource not accessible. The App needs `checks: write`.",
        ),
        (KEEPER, OwnRuns(refused="it may not"), "", "it may not. The App needs `checks: write`."),
    ],
)
def test_where_no_run_can_be_reported_a_status_is_and_why(
    viewer: Actor, runs: OwnRuns | None, refused: str, words: str
) -> None:
    """A gate is never missing for it."""
    reporting = reporting_of(world(pull(), runs=runs, viewer=viewer), AS_RUNS, refused)
    assert not reporting.as_runs
    (notice,) = reporting.notices
    assert words in notice.text
    (effect,) = reporting.effects([Head(OID, (RED,), (), (7,))], {})
    assert isinstance(effect, SetStatus)


def test_who_is_an_app_of_one_s_own() -> None:
    """GITHUB_TOKEN's account is every workflow's."""
    assert is_own_app(KEEPER)
    assert not is_own_app(Actor("GitHub-Actions[bot]", is_bot=True))
    assert not is_own_app(Actor("ana"))


# Texts ----------------------------------------------------------------------------------------------------


def test_texts_are_cut_to_what_github_takes() -> None:
    """In bytes, between two lines, with the way to the rest."""
    whole = cut("- ✅ one line\n" * 6_000, PAGE, "https://github.com")
    assert 65_000 < len(whole.encode()) < 65_535 - 60
    assert whole.endswith(f"- ✅ one line\n\n… [The rest is here]({PAGE}).")
    assert cut("short", PAGE, "https://github.com") == "short"


@pytest.mark.parametrize("text", ["x" * 65_335, "é" * 32_667 + "x"])
def test_a_text_at_the_limit_is_whole_and_one_byte_more_is_cut(text: str) -> None:
    """The limit is of bytes, less what the mark and the link take."""
    assert cut(text, PAGE, "https://github.com") == text
    longer = cut(text + "x", PAGE, "https://github.com")
    assert longer.endswith(f"\n\n… [The rest is here]({PAGE}).")
    assert 65_000 < len(longer.encode()) <= 65_335


def test_a_line_that_is_too_long_by_itself_is_cut_between_words() -> None:
    """Rather than left out with all that it says."""
    found = cut("## Cause\n\n" + "word " * 20_000, PAGE, "https://github.com")
    assert found.endswith(f"word word\n\n… [The rest is here]({PAGE}).")
    assert len(found.encode()) > 65_000


def test_a_confidential_bug_s_checklist_tells_its_sentences_alone() -> None:
    """As in its comment: what was found out is for the advisory."""
    shown, hidden = _text(bug()), _text(bug(confidential=True))
    assert "- ❌ An assignee has accepted the bug: nobody is assigned → Comment `/accept`" in shown
    assert "- ❌ An assignee has accepted the bug\n" in hidden
    assert "nobody is assigned" not in hidden


def _text(of: Bug) -> str:
    found = world(pull(), runs=OwnRuns())
    reporting = reporting_of(found, AS_RUNS, "")
    heads, _ = all_heads(reporting.seen(), {7: (replace(RED, context="bugaction/triage"),)})
    (effect,) = reporting.effects(heads, {7: [Judged(of, (), PAGE)]})
    assert isinstance(effect, SetCheckRun)
    return effect.text


def test_the_mark_is_found_behind_whatever_the_summary_says() -> None:
    """Also where a stranger's words look like one."""
    summary, mark = marked("<!-- bugaction:check sha256=0123456789abcdef -->", "text")
    assert mark_in(summary) == mark
    assert marked("a", "b")[1] != marked("ab", "")[1]
    assert mark_in("nothing") == ""
