"""Whether the sweep has stopped, by the register and by what Actions tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bugaction.ports import LastSweep
from bugaction.register import Row
from bugaction.sweep import is_dead, neglected, words_of_dead
from tests.values import BASE, T0, at

NOW = at(60 * 24)
HOUR = timedelta(hours=1)


def row(number: int, following: datetime | None) -> Row:
    """A bug with its next moment."""
    return Row(number, f"{BASE}/issues/{number}", T0, next=following)


def test_a_moment_that_nobody_kept() -> None:
    """For more than three hours, the oldest first; what no sweep reaches any more is passed over."""
    rows = [
        row(1, NOW - 4 * HOUR),
        row(2, NOW - 9 * HOUR),
        row(3, NOW - 2 * HOUR),
        row(4, NOW + HOUR),
        row(5, None),
        row(6, NOW - timedelta(days=40)),
    ]
    assert neglected(rows, NOW) == (2, 1)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (LastSweep(NOW - 2 * HOUR), False),
        (LastSweep(NOW - 4 * HOUR), True),
        (LastSweep(NOW - 4 * HOUR, HOUR / 2), True),
        (LastSweep(NOW - 4 * HOUR, 6 * HOUR), False),
        (LastSweep(NOW - 19 * HOUR, 6 * HOUR), True),
        (LastSweep(), True),
        (LastSweep(problem="it may not be read"), False),
    ],
)
def test_three_intervals_without_a_sweep(last: LastSweep, expected: bool) -> None:
    """An interval is as long as the runs show, and an hour at least; where nothing is told, nothing is
    claimed."""
    assert is_dead(last, NOW) is expected


def test_it_is_said_with_the_way_out() -> None:
    """When the last one was, why, and what was looked at instead."""
    last = LastSweep(datetime.fromisoformat("2026-11-20T10:23:00+00:00"))
    text = words_of_dead(last, "somebody has disabled it", (7, 9))
    assert "the last sweep was at 2026-11-20 10:23 UTC: somebody has disabled it" in text
    assert "looked at #7, #9" in text
    assert "gh workflow enable" in text
    assert "is not known to have been" in words_of_dead(replace(last, began=None), "", (7,))
