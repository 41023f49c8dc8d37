"""When each step is due."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bugaction.clocks import due_times
from bugaction.model import Severity
from bugaction.policy import Policy
from tests.unit.bugs import bug
from tests.values import T0

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


def test_the_cause_is_due_before_the_fix() -> None:
    """Where policy would give it longer."""
    policy = Policy.model_validate({"severities": {"P1": {"fix": "2h", "root-cause": "3h"}}})
    assert [clock.due - T0 for clock in due_times(bug(P1, policy=policy))] == [HOUR, 2 * HOUR, 2 * HOUR]
