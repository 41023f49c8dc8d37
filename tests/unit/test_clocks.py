"""When each step is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bugaction.clocks import due_times
from bugaction.model import LedgerLine, Severity
from bugaction.policy import Policy
from tests.unit.bugs import ACCEPTED, DEPLOYED, bug, merged, said
from tests.values import T0, at

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
P0, P1, P2, P3 = Severity


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        (P0, {"respond": 15 * MINUTE, "root-cause": 4 * HOUR, "fix": 4 * HOUR}),
        (P1, {"respond": HOUR, "root-cause": 4 * HOUR, "fix": 24 * HOUR}),
        (P2, {"respond": DAY, "root-cause": 2 * DAY, "fix": 7 * DAY}),
        (P3, {"respond": DAY, "root-cause": 2 * DAY}),
        (None, {}),
    ],
)
def test_clocks_start_at_the_report(severity: Severity | None, expected: dict[str, timedelta]) -> None:
    """Each severity's targets, in the order of the lifecycle."""
    clocks = due_times(bug(severity))
    assert [(clock.name, clock.start, clock.due - T0) for clock in clocks] == [
        (name, T0, length) for name, length in expected.items()
    ]


def test_a_raise_moves_what_is_due_and_not_the_start() -> None:
    """However late it came."""
    (first, *_) = due_times(bug(P0, raised=300))
    assert (first.start, first.due) == (T0, T0 + 15 * MINUTE)


@pytest.mark.parametrize(("minutes", "late"), [(3, False), (60, False), (61, True)])
def test_somebody_answers_with_the_first_acceptance(minutes: int, late: bool) -> None:
    """The clock stops there, in time or not; the others run on, as this one does without an acceptance."""
    others = replace(ACCEPTED, login="bo", evidence=replace(ACCEPTED.evidence, at=at(200)))
    first = replace(ACCEPTED, evidence=replace(ACCEPTED.evidence, at=at(minutes)))
    respond, *rest = due_times(bug(P1, acceptances=(others, first)))
    assert (respond.met, respond.is_late) == (at(minutes), late)
    assert [clock.met for clock in rest] == [None, None]
    assert due_times(bug(P1))[0].met is None


@pytest.mark.parametrize(
    ("lines", "met"),
    [
        ([], None),
        ([said("verified", 614, window="15m")], None),
        ([said("verified", 615, window="15m")], 615),
        ([said("verified", 620, window="15m"), said("verified", 700, window="15m")], 620),
        ([said("verified", 800, window="2h")], None),
    ],
)
def test_the_fix_is_out_once_somebody_has_looked(lines: list[LedgerLine], met: float | None) -> None:
    """The first window after the deployment, attested after it has passed, ends the clock; others do not."""
    clock = due_times(merged(P1, *lines, deployed=DEPLOYED))[-1]
    assert (clock.name, clock.met) == ("fix", at(met) if met is not None else None)
    assert due_times(merged(P1, *lines))[-1].met is None


def test_without_windows_the_deployment_ends_the_clock() -> None:
    """Nobody is asked to look."""
    policy = Policy.model_validate({"severities": {"P1": {"windows": []}}})
    assert due_times(merged(P1, policy=policy, deployed=DEPLOYED))[-1].met == DEPLOYED.at


def test_the_cause_is_due_before_the_fix() -> None:
    """Where policy would give it longer."""
    policy = Policy.model_validate({"severities": {"P1": {"fix": "2h", "root-cause": "3h"}}})
    assert [clock.due - T0 for clock in due_times(bug(P1, policy=policy))] == [HOUR, 2 * HOUR, 2 * HOUR]
