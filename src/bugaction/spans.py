"""Stretches of time: half-open, in UTC, each with its beginning and an end that may be yet to come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Span", "covering", "joined"]


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, and without, `end`; None where it has not ended."""

    start: datetime
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether the moment lies in it."""
        return self.start <= at and (self.end is None or at < self.end)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time in as few spans as there can be, by their beginning; empty ones are left out."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda item: item.start):
        if span.end is not None and span.end <= span.start:
            continue
        last = found[-1] if found else None
        if last is None or (last.end is not None and last.end < span.start):
            found.append(span)
        elif last.end is not None and (span.end is None or span.end > last.end):
            found[-1] = Span(last.start, span.end)
    return tuple(found)


def covering(spans: Iterable[Span], at: datetime) -> Span | None:
    """The first of them that holds the moment; None where none does."""
    return next((span for span in spans if span.holds(at)), None)
