"""What is said of calls, and that nothing but policy's people is mentioned."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from bugaction.bug import Bug
from bugaction.calling import calls_of
from bugaction.calling_words import body_of, contacts_of, told_calls
from bugaction.model import GateResult, LedgerLine, Outcome, RecordKind, RequirementResult
from bugaction.policy import Policy
from bugaction.snapshot import PullState
from tests.unit.bugs import DEPLOYED, said
from tests.unit.test_calling import critical, grown
from tests.unit.test_escalation import FIXED, P0, P1, ROLES, TAKEN, story
from tests.values import VIEWER, at, labeled, pull


def body(subject: Bug, *gates: GateResult) -> str:
    """The comment for everything that this run claims."""
    claims = [line for line in calls_of(subject) if line.accepted]
    return body_of(subject, gates, claims, [line for line in calls_of(subject) if not line.accepted])


def test_a_call_says_what_is_late_and_when_it_was_noticed() -> None:
    """Only where that was later; and by when the fix has to be out."""
    late = body(grown(critical(now=65)))
    assert (
        "- bo (on call): 25% of the time for the fix was used up 2026-11-24 10:00 UTC, noticed "
        "2026-11-24 10:05 UTC; the fix is due 2026-11-24 13:00 UTC\n"
    ) in late
    assert "noticed" not in body(grown(critical(now=60.5)))
    over = body(grown(critical(now=250)))
    assert "; the fix was due 2026-11-24 13:00 UTC" in over


def test_the_next_step_is_the_first_that_is_in_the_way() -> None:
    """Before somebody has taken it on, that is it."""
    step = RequirementResult(
        "strategy", "A strategy is chosen", Outcome.UNMET, problem="none is", remedy="Comment `/strategy`."
    )
    gate = GateResult("root-cause", 42, (step,))
    assert "**Next step:** Comment `/strategy`.\n" in body(grown(critical(now=65)), gate)
    assert "comments `/accept`" in body(grown(story((0, P0), now=20)), gate)


def test_nobody_is_sent_to_the_post_mortem_while_a_fix_waits() -> None:
    """Once all that holds the merge holds, the merge is the next step, as in the bug's comment."""
    late = RequirementResult("complete", "It is complete", Outcome.UNMET, problem="no", remedy="Fill it in.")
    gate = GateResult("post-mortem", 42, (late,))
    words = body(grown(critical(now=65, fixes=(pull(8),))), gate)
    assert "Fill it in" not in words
    assert "**Next step:** merge [#\u200b8](https://github.com/octo/shop/pull/8).\n" in words
    merged = grown(critical(now=65, fixes=(pull(8, state=PullState.MERGED),)))
    assert "**Next step:** Fill it in.\n" in body(merged, gate)


@pytest.mark.parametrize(
    ("people", "mentioned"),
    [
        (["bo"], ["bo"]),
        (["octo-cat", "name_short"], ["octo-cat", "name_short"]),
        (["alerts[bot]"], []),
        (["a](https:x.y)", "*bo*"], []),
    ],
)
def test_only_what_can_be_a_login_is_mentioned(people: list[str], mentioned: list[str]) -> None:
    """Whatever else policy holds is told as plain words."""
    policy = Policy.model_validate({"people": {"on-call": people}})
    text = body(grown(critical(now=65, policy=policy)))
    assert re.findall(r"@([A-Za-z0-9/_-]+)", text) == mentioned
    assert "](https" not in text.replace("\\]", "")


def test_a_team_is_mentioned() -> None:
    """By its organisation and slug."""
    steps = [{"at": "25%", "to": ["octo/leads", "on-call"]}]
    policy = Policy.model_validate({"people": ROLES, "severities": {"P0": {"escalation": steps}}})
    assert body(grown(critical(now=65, policy=policy))).startswith("@octo/leads @bo: ")


def test_contacts_are_shown_with_a_critical_bug() -> None:
    """As plain words: whoever wrote them mentions and links nobody by them."""
    contacts = [{"name": "Slack", "text": "#incidents @here"}, {"name": "*Mail*", "text": "<b>a@b.c</b>"}]
    policy = Policy.model_validate({"people": ROLES, "contacts": contacts})
    subject = grown(critical(now=65, policy=policy))
    last = body(subject).rstrip("\n").rpartition("\n")[2]
    assert last == ("Slack: #\u200bincidents @\u200bhere · \\*Mail\\*: &lt;b&gt;a@\u200bb.c&lt;/b&gt;")
    assert contacts_of(story((0, P1), now=65, policy=policy)) == []


def test_a_confidential_call_says_that_somebody_is_needed() -> None:
    """And where it is spoken of."""
    text = body(grown(critical(now=65, confidential=True)))
    assert text.startswith("@bo: **BUG-042 (P0) needs you.**\n\nIt is confidential")
    assert "the fix" not in text


def test_what_was_passed_over_is_said_in_a_word() -> None:
    """Beside those that are called."""
    subject = grown(story((0, P0), (70, P1), now=725, **TAKEN))
    text = body(subject)
    assert text.startswith("@bo: ")
    assert (
        "- Passed over, since the severity was changed by then: bo (on call), due 2026-11-24 10:00 UTC\n"
        in text
    )


def told(subject: Bug) -> list[str]:
    """What a run tells of the ladder, with each state."""
    return [f"{item.state} {item.title}: {item.words}" for item in told_calls(subject)]


def test_the_ladder_is_told_step_by_step() -> None:
    """Called when, due when; an answer that is awaited is a clock of its own."""
    assert told(grown(critical(now=65))) == [
        "met Call bo (on call): at 25% of the time for the fix, due 2026-11-24 10:00 UTC, called "
        "2026-11-24 10:05 UTC",
        "running Call mia (engineering lead): at 50% of the time for the fix, 2026-11-24 11:00 UTC",
        "running Call tom (CTO): at 75% of the time for the fix, 2026-11-24 12:00 UTC",
    ]
    assert told(story((0, P0), now=5))[0].startswith("running Call bo (on call): at 25%")
    paused = critical(now=40, entries=[labeled("blocked", minutes=30)], labels=["blocked"])
    assert (
        told(paused)[0] == "running Call bo (on call): at 25% of the time for the fix, once its clock goes on"
    )


def test_what_was_passed_over_or_given_up_is_told_with_why() -> None:
    """So that nobody looks for a comment that is not there."""
    assert told(grown(story((0, P0), (70, P1), now=80, **TAKEN)))[0] == (
        "stopped Call bo (on call): at 25% of the time for the fix, due 2026-11-24 10:00 UTC: passed over, "
        "since the severity was changed by then"
    )
    subject = grown(critical(now=65))
    (line,) = calls_of(subject)
    up = LedgerLine(
        RecordKind.CONFIRMED, line.evidence, VIEWER.login, at(90), accepted=False, why="it was closed"
    )
    ledger = replace(subject.ledger, lines=(*subject.ledger.lines, up))
    assert told(replace(subject, ledger=ledger))[0].endswith("passed over, since it was closed")


def test_names_are_stable() -> None:
    """For programs: what a call is about, and its place."""
    assert [item.name for item in told_calls(grown(story((0, P0), now=20)))] == [
        "escalation-respond-0",
        "escalation-fix-0",
        "escalation-fix-1",
        "escalation-fix-2",
    ]


def test_who_is_named_in_the_ladder_itself_is_told_without_a_role() -> None:
    """Once: a login is what it stands for."""
    rules = {"severities": {"P0": {"escalation": [{"at": "25%", "to": ["eve"]}]}}}
    direct = grown(critical(now=65, policy=Policy.model_validate(rules)))
    assert told(direct)[0].startswith("met Call eve: at 25% of the time for the fix")
    assert "- eve: 25% of the time" in body(direct)


def test_a_call_for_a_regression_says_so() -> None:
    """It has no share of a time: the report itself is what is due."""
    report = said("regression", 100)
    more: dict[str, Any] = {"fixes": FIXED, "deployed": replace(DEPLOYED, at=at(22)), **TAKEN}
    (line,) = [
        each for each in told(grown(story((0, P1), now=101, lines=[report], **more))) if "regr" in each
    ]
    assert line == ("met Call bo, mia (on call, engineering lead): a regression, called 2026-11-24 10:41 UTC")
