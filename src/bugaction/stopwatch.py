"""How much time has counted, and when a target is used up: replayed from what happened. Pure.

Nothing here asks what time it is. A reading is worked out once, for all time, from the facts; that it is
read late, or often, or never, changes nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bugaction.spans import Span, covering, joined
from bugaction.working_time import Calendar

__all__ = ["Stage", "Stopwatch", "Tally"]

_NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Stage:
    """From `start` on, until the next one, this calendar tells what counts.

    `target` is how much may count (as policy calls it, see `Calendar.target`), None while nothing is asked
    for. A later stage takes over what has counted before it.
    """

    start: datetime
    calendar: Calendar
    target: timedelta | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Where the time since the start went: what counted, what was paused, and what lay outside of the hours.

    The three together are the time on the wall.
    """

    elapsed: timedelta
    paused: timedelta
    outside: timedelta


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """Runs from `start`, through these stages, but for the pauses; `end` is when it was stopped for good.

    `stages` are in their order, one at least; the first also covers what lies before it. What happened after
    the end counts for nothing.
    """

    start: datetime
    stages: tuple[Stage, ...]
    pauses: tuple[Span, ...] = ()
    end: datetime | None = None

    def tally(self, now: datetime) -> Tally:
        """Where the time went until `now`, or until the end; nothing before the start."""
        until = max(self.start, now if self.end is None else min(now, self.end))
        elapsed = paused = outside = _NOTHING
        for stage, span, runs in self._parts():
            stop = max(span.start, until if span.end is None else min(span.end, until))
            if runs:
                counted = stage.calendar.counted(span.start, stop)
                elapsed += counted
                outside += stop - span.start - counted
            else:
                paused += stop - span.start
        return Tally(elapsed, paused, outside)

    def reaches(self, share: float = 1.0) -> datetime | None:
        """When that share of the target is used up, as things stand; None where that does not come.

        It does not while the watch is paused with no end in sight, nor where nothing is asked for. It is
        never before the last stage began: nobody could have kept a target that was not set. A share that was
        used up by then is used up at once. `share` is more than 0.
        """
        last = self._last()
        if last.target is None:
            return None
        goal = last.calendar.target(last.target) * share
        elapsed = _NOTHING
        for stage, span, runs in self._parts():
            counts = span.start >= last.start
            if counts and elapsed >= goal:
                return span.start
            if not runs:
                continue
            if counts:
                found = stage.calendar.after(span.start, goal - elapsed)
                if found is not None and (span.end is None or found <= span.end):
                    return found
            if span.end is None:
                return None
            elapsed += stage.calendar.counted(span.start, span.end)
        return None

    @property
    def target(self) -> timedelta | None:
        """What is asked for, as policy calls it: by the newest stage, or by that of the end."""
        return self._last().target

    def left(self) -> timedelta | None:
        """How much may still count where it is paused with no end in sight; None where it is not."""
        last, parts = self._last(), list(self._parts())
        if last.target is None or parts[-1][2]:
            return None
        counted = sum(
            (
                stage.calendar.counted(span.start, span.end)
                for stage, span, runs in parts
                if runs and span.end is not None
            ),
            _NOTHING,
        )
        return max(last.calendar.target(last.target) - counted, _NOTHING)

    def _last(self) -> Stage:
        """The stage that counts: the one at the end, or the newest."""
        return next(
            (stage for stage in reversed(self.stages) if self.end is None or stage.start <= self.end),
            self.stages[0],
        )

    def _parts(self) -> Iterator[tuple[Stage, Span, bool]]:
        """All time in pieces of one stage each that are paused or not, in order; the last has no end."""
        pauses = _until(self.pauses, self.end)
        last = self._last()
        stages = self.stages[: self.stages.index(last) + 1]
        cuts = {self.start, *(stage.start for stage in stages)}
        cuts |= {moment for span in pauses for moment in (span.start, span.end) if moment is not None}
        edges: Sequence[datetime] = sorted(cut for cut in cuts if cut >= self.start)
        for place, edge in enumerate(edges):
            end = edges[place + 1] if place + 1 < len(edges) else None
            stage = next((item for item in reversed(stages) if item.start <= edge), stages[0])
            yield stage, Span(edge, end), covering(pauses, edge) is None


def _until(pauses: Iterable[Span], end: datetime | None) -> tuple[Span, ...]:
    """The pauses as they were known at the end: those that came later are left out, and those that lasted
    beyond it go on, as they seemed to."""
    return tuple(
        span if end is None or span.end is None or span.end <= end else Span(span.start)
        for span in joined(pauses)
        if end is None or span.start < end
    )
