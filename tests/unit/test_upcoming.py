"""When time alone changes something about a bug."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bugaction.gates import checklist
from bugaction.model import (
    GateResult,
    LedgerFile,
    LedgerLine,
    Outcome,
    RecordKind,
    RequirementResult,
    Severity,
)
from bugaction.policy import Policy
from bugaction.upcoming import moments, next_moment
from tests.unit.bugs import bug
from tests.unit.test_escalation import P0, TAKEN, story
from tests.values import BO, at, facts, issue


def test_the_first_moment_to_come() -> None:
    """What somebody should know of early, then what is due: of an hour three quarters, then all of it."""
    whole = bug(Severity.P1)
    moments = []
    now = whole.now
    for _ in range(2):
        found = next_moment(bug(Severity.P1, now=now), ())
        assert found is not None
        assert found > now
        moments.append(found)
        now = found
    assert moments == sorted(moments)
    assert moments[-1] == at(60)


def test_it_stands_still_while_nothing_happens() -> None:
    """A later look before that moment finds the same one: no row changes with the time."""
    first = next_moment(bug(Severity.P1), ())
    assert first is not None
    assert next_moment(bug(Severity.P1, now=first - timedelta(seconds=1)), ()) == first


def test_what_was_put_off() -> None:
    """A requirement's own due time counts, whatever clock tells of it."""
    owed = RequirementResult("notes", "Notes", Outcome.DEFERRED, due=at(7))
    assert next_moment(bug(Severity.P1, now=at(6)), (GateResult("release", 0, (owed,)),)) == at(7)


def test_a_step_of_the_ladder() -> None:
    """At a quarter of a P0's four hours somebody is to be called, before any clock changes its state."""
    assert next_moment(story((2, P0), now=30, **TAKEN), ()) == at(62)


def test_a_notification_that_failed() -> None:
    """Somebody has not heard of it yet: a sweep that goes by thin pages looks again."""
    failed = LedgerLine(
        RecordKind.NOTIFIED, "notify:reported:P2@x", "us", at(3), accepted=False, data={"failed": "slack"}
    )
    whole = bug(Severity.P2, ledger=LedgerFile(lines=(failed,)))
    assert next_moment(whole, ()) == at(63)


def test_a_handover_of_the_rota() -> None:
    """Where a line waits for whoever is on call, it waits for somebody else from the next week on; of a bug
    that somebody has, nothing changes."""
    people = {"rota": {"start": "2026-11-23", "logins": ["cy", "eve"]}}
    policy = Policy.model_validate({"people": people, "time-zone": "Europe/Berlin"})
    monday = datetime(2026, 11, 29, 23, tzinfo=UTC)
    free = bug(None, policy=policy)
    assert next_moment(free, checklist(free)) == monday
    later = replace(free, now=monday)
    assert next_moment(later, checklist(later)) == monday + timedelta(days=7)
    taken = replace(free, facts=facts(issue(assignees=[BO])), severity=bug(Severity.P3).severity)
    assert monday not in moments(taken, checklist(taken))


def test_never() -> None:
    """Without a severity nothing is due."""
    assert next_moment(bug(None), ()) is None
