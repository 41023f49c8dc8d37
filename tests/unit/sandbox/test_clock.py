"""The embedded GitHub's clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bugaction.sandbox.clock import RunningClock, SteppingClock, stamp


def test_a_stepping_clock_moves_when_told() -> None:
    """It stands still, goes forward, and never back."""
    clock = SteppingClock(datetime(2026, 11, 2, 9, 0, tzinfo=UTC))
    assert clock() == clock()
    assert stamp(clock.advance(days=1, minutes=15)) == "2026-11-03T09:15:00Z"
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(seconds=-1)


def test_a_running_clock_can_be_put_ahead() -> None:
    """The demonstration waits for hours in no time."""
    clock = RunningClock()
    ahead = clock.advance(hours=2)
    assert clock() - datetime.now(UTC) >= timedelta(hours=2) - timedelta(minutes=1)
    assert clock() >= ahead - timedelta(minutes=1)
