"""Whom a bug waits for, by when, and what they do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bugaction.bug import Bug, DocumentState, Gap
from bugaction.gates import GATES, checklist
from bugaction.model import Actor, Outcome, Role, Severity
from bugaction.policy import Policy
from bugaction.register import Errand
from bugaction.snapshot import CheckOutcome, IssueState, PullRequest, PullState, ReviewState
from bugaction.waiting import WAITS_FOR, errands
from tests.unit.bugs import DEPLOYED, REPORT, bug, merged, said, triaged
from tests.values import ANA, BASE, BO, at, facts, issue, pull, ready, review

MIA = Actor("mia")
FILLED = {
    "on-call": ["kim"],
    "engineering-lead": ["lou"],
    "senior": {"logins": ["mia", "bo"], "role": None},
}


def filled(**people: object) -> Policy:
    """A policy that fills the roles."""
    return Policy.model_validate({"people": {**FILLED, **people}})


def waiting(subject: Bug) -> Mapping[str, Errand]:
    """What the bug waits for, by its words."""
    return {each.what: each for each in errands(subject, checklist(subject))}


def whom(subject: Bug, requirement: str) -> tuple[str, ...]:
    """Whom one requirement waits for, as far as it waits."""
    gates = tuple(
        replace(gate, requirements=tuple(item for item in gate.requirements if item.id == requirement))
        for gate in checklist(subject)
    )
    (found,) = errands(subject, gates)
    return found.who


def test_every_requirement_waits_for_somebody() -> None:
    """A new one has to say for whom; what counts up other lines waits for nobody of its own."""
    known = {item.id for gate in GATES.values() for item in gate.requirements}
    known |= {item.id for gate in GATES.values() for item in gate.of_pull}
    assert known - {"obligations"} == set(WAITS_FOR)


def test_a_report_waits_for_a_severity() -> None:
    """For anybody, or for whoever is on call; by a command, and without a time."""
    (found,) = errands(bug(None), checklist(bug(None)))[:1]
    assert found == Errand("no severity is set", command="/severity P2 REASON", more=found.more)
    assert whom(bug(None, policy=filled()), "severity") == ("kim",)


def test_triage_waits_for_whoever_is_on_call_until_somebody_is_assigned() -> None:
    """Then for the assignee, who has not answered; what nobody was given waits for anybody."""
    assert whom(bug(), "assignee") == ()
    assert whom(bug(policy=filled()), "assignee") == ("kim",)
    given = bug(policy=filled(), facts=facts(issue(assignees=[BO])))
    assert whom(given, "assignee") == ("bo",)
    assert whom(given, "channel") == ("bo",)


def test_a_rota_names_who_is_on_call_as_well() -> None:
    """By the week of the look: a team that fills its rota alone has somebody on call."""
    rota = {"start": "2026-11-23", "logins": ["cy", "eve"]}
    policy = filled(**{"on-call": [], "rota": rota})
    assert whom(bug(policy=policy), "assignee") == ("cy",)
    assert whom(bug(policy=policy, now=at(7 * 24 * 60)), "assignee") == ("eve",)
    assert whom(bug(policy=filled(rota=rota)), "assignee") == ("kim", "cy")


def test_who_has_accepted_does_the_rest() -> None:
    """Not everybody who happens to be assigned."""
    whole = triaged(facts=facts(issue(assignees=[BO, ANA])), policy=filled())
    assert whom(whole, "root-cause-analysis") == whom(whole, "strategy") == ("ana",)


def test_what_is_due_first_stands_first() -> None:
    """An assignee within the hour, the cause within four."""
    found = errands(bug(), checklist(bug()))
    assert found[0] == Errand("nobody is assigned", (), at(60), "/accept")
    assert [each.due for each in found] == sorted(each.due for each in found if each.due is not None)


def test_three_lines_of_a_bug_are_enough_for_one() -> None:
    """The rest is counted, so that a page of many bugs stays one that is read."""
    found = errands(bug(), checklist(bug()))
    open_lines = [
        item
        for gate in checklist(bug())
        for item in gate.blocking
        if item.outcome is Outcome.UNMET or item.id == "linked"
    ]
    assert [each.more for each in found] == [0, 0, len(open_lines) - 3]


def test_a_line_has_the_link_to_the_editor_and_the_command() -> None:
    """As the next step names them."""
    report = replace(REPORT, gaps=(Gap("Steps", "is empty", 31),))
    found = waiting(triaged(report=report))['section "Steps" is empty']
    assert found.url == f"{BASE}/edit/main/{REPORT.path}#L31"
    assert found.command == ""
    assert found.who == ("ana",)


def fixing(change: PullRequest, **changes: object) -> Bug:
    """A triaged bug with this fix on its way."""
    roles = {"mia": Role.MAINTAIN, "bo": Role.WRITE}
    whole: dict[str, object] = {"fixes": (change,), "roles": roles, **changes}
    return triaged(Severity.P1, **whole)


def test_a_fix_waits_for_its_author() -> None:
    """For who wrote it and not for the assignee; an app's for the assignee."""
    assert whom(fixing(pull(author=BO)), "regression-test") == ("bo",)
    app = fixing(pull(author=Actor("renovate", is_bot=True)))
    assert whom(app, "regression-test") == ("ana",)


def test_a_review_waits_for_whom_it_was_asked_of() -> None:
    """Else for those of the senior group who have a name and did not write it, else for anybody."""
    asked = replace(ready(), reviews=(), reviewers=("eve", "mia"))
    assert whom(fixing(asked), "approvals") == ("eve", "mia")
    nobody = replace(ready(), reviews=(), author=BO)
    assert whom(fixing(nobody), "approvals") == ()
    assert whom(fixing(nobody, policy=filled()), "approvals") == ("mia",)


def test_changes_that_were_asked_for_wait_for_the_author() -> None:
    """Until the reviewer is asked again."""
    against = replace(ready(), author=BO, reviews=(review(MIA, ReviewState.CHANGES_REQUESTED),))
    assert whom(fixing(against), "approvals") == ("bo",)
    assert whom(fixing(replace(against, reviewers=("mia",))), "approvals") == ("mia",)


def test_a_review_is_due_by_its_own_clock() -> None:
    """An hour after it was asked for."""
    asked = replace(ready(), reviews=(), requested_at=at(50))
    assert waiting(fixing(asked))["#7: nobody has approved it"].due == at(110)


def test_a_release_waits_for_the_roles_that_have_not_spoken() -> None:
    """Each of them, and no longer for the one who has."""
    whole = fixing(ready(), policy=filled())
    assert whom(whole, "release-approvals") == ("lou", "kim")
    word = said("attest", 20, "lou", requirement="release-approvals")
    assert whom(replace(whole, spoken=(word,)), "release-approvals") == ("kim",)


def test_after_the_merge_the_watch_waits() -> None:
    """With its end as the time, before it is over and behind it: the line is the same."""
    before = merged(deployed=DEPLOYED, now=at(605))
    behind = merged(deployed=DEPLOYED, now=at(700))
    assert errands(before, checklist(before)) == errands(behind, checklist(behind))
    (line,) = [each for each in errands(before, checklist(before)) if each.command.startswith("/verified")]
    assert (line.command, line.due) == ("/verified 15m", DEPLOYED.at + timedelta(minutes=15))


def test_what_was_put_off_waits_by_its_own_time() -> None:
    """Also behind the merge, where its gate is nobody's turn any more; its sum is no line of its own."""
    whole = merged(Severity.P0, deployed=DEPLOYED)
    found = waiting(whole)
    owed = [
        each for each in checklist(whole) for item in each.requirements if item.outcome is Outcome.DEFERRED
    ]
    assert owed
    assert found["no backup is named"].due == at(62)
    assert not any("no backup is named, due" in what for what in found)


def test_a_post_mortem_waits_for_the_engineering_lead() -> None:
    """Or, where policy names none, for who had the bug in hand."""
    document = DocumentState(
        "post-mortem", "pm.md", "1.0", "x", "main", f"{BASE}/blob/main/pm.md", (Gap("Lessons", "is empty"),)
    )
    whole = merged(deployed=DEPLOYED, documents={"post-mortem": document})
    assert whom(whole, "post-mortem") == ()
    assert whom(replace(whole, policy=filled()), "post-mortem") == ("lou",)
    assert whom(replace(whole, facts=facts(issue(assignees=[BO]))), "team-review") == ("bo",)


def test_nothing_of_a_closed_bug_waits() -> None:
    """Whatever it lacks: its action items are issues of their own."""
    subject = bug(facts=facts(issue(state=IssueState.COMPLETED)))
    assert errands(subject, checklist(subject)) == ()


def test_a_confidential_bug_tells_no_details() -> None:
    """The requirement's own sentence, and neither problem nor link."""
    subject = bug(confidential=True)
    found = errands(subject, checklist(subject))
    sentences = {item.sentence for gate in GATES.values() for item in gate.requirements}
    sentences |= {item.sentence for gate in GATES.values() for item in gate.of_pull}
    assert found
    assert all(each.what in sentences and not each.command and not each.url for each in found)


def test_what_settles_by_itself_waits_for_nobody() -> None:
    """A check that runs; once it has failed, its author has something to do."""
    (passed,) = ready().checks or ()
    running = fixing(replace(ready(), checks=(replace(passed, outcome=CheckOutcome.PENDING),)))
    failed = fixing(replace(ready(), checks=(replace(passed, outcome=CheckOutcome.FAILURE),)))
    assert not [what for what in waiting(running) if '"test"' in what]
    assert waiting(failed)['#7: "test" failed'].who == ("bo",)


@pytest.mark.parametrize("state", [PullState.OPEN, PullState.MERGED, PullState.CLOSED])
def test_time_alone_changes_no_line(state: PullState) -> None:
    """A row changes when its bug changes, and not with every look."""
    change = replace(ready(), state=state, merged_at=at(20) if state is PullState.MERGED else None)
    looks = [fixing(change, now=at(minutes)) for minutes in (30, 300, 3_000, 300_000)]
    assert len({errands(each, checklist(each)) for each in looks}) == 1
