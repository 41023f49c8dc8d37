"""The embedded GitHub's clock: it stands still until a test or the demo moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock

__all__ = ["RunningClock", "SteppingClock", "stamp"]

_EPOCH = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""When a world begins: a Monday morning."""


class SteppingClock:
    """A clock that moves when told. Calling it gives an aware time in UTC."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or _EPOCH
        self._lock = Lock()

    def __call__(self) -> datetime:
        return self._now

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> datetime:
        """Move forward and give the new time."""
        step = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if step < timedelta(0):
            msg = "a clock does not run backwards"
            raise ValueError(msg)
        with self._lock:
            self._now += step
            return self._now


class RunningClock(SteppingClock):
    """A clock that runs as the machine's does; `advance` puts it ahead."""

    def __init__(self) -> None:
        super().__init__(_EPOCH)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + (super().__call__() - _EPOCH)


def stamp(at: datetime) -> str:
    """GitHub's spelling of a time: ISO 8601 to the second, in UTC with `Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
