"""Whether the sweep has stopped: seen by any event, without a request, in the register that it reads anyway.

A row names the moment at which time changes something about its bug, and a sweep that looks then writes the
next one. So a moment that passed hours ago, and still stands there, says that nobody has swept since.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bugaction.ports import LastSweep
from bugaction.register import Row

__all__ = ["MOST_NEGLECTED", "is_dead", "neglected", "words_of_dead"]

_INTERVALS = 3
"""Intervals of the schedule without a sweep, after which it is taken to have stopped: GitHub's cron is late,
and leaves some out."""

_INTERVAL = timedelta(hours=1)
"""The shipped schedule's; a longer one shows in the runs themselves."""

_LONGEST = timedelta(days=30)
"""A row whose moment is further back than this belongs to a bug that no sweep reaches, say a deleted
issue."""

MOST_NEGLECTED = 5
"""Bugs that an event looks at besides its own where the sweep has stopped."""


def neglected(rows: Iterable[Row], now: datetime) -> tuple[int, ...]:
    """The bugs whose moment has passed without a look, the oldest moment first."""
    found = sorted(
        (row.next, row.number)
        for row in rows
        if row.next is not None and now - _LONGEST < row.next < now - _INTERVALS * _INTERVAL
    )
    return tuple(number for _, number in found)


def is_dead(last: LastSweep, now: datetime) -> bool:
    """Whether the last sweep is older than it may be, by what Actions tells; not where nothing is told."""
    if not last.known:
        return False
    interval = max(_INTERVAL, last.interval or _INTERVAL)
    return last.began is None or last.began < now - _INTERVALS * interval


def words_of_dead(last: LastSweep, problem: str, looked: Iterable[int]) -> str:
    """What to tell of it; `problem` is what keeps the schedule from running, "" for nothing known."""
    when = (
        f"was at {last.began:%Y-%m-%d %H:%M} UTC" if last.began is not None else "is not known to have been"
    )
    why = f": {problem}" if problem else ", and what fell due since then was not noticed"
    names = ", ".join(f"#{number}" for number in looked)
    return (
        f"The schedule of this workflow does not run: the last sweep {when}{why}. This run looked at {names} "
        "in its place. Enable the workflow on the Actions page (`gh workflow enable`), or start it by hand."
    )
