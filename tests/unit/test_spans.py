"""Stretches of time."""

from __future__ import annotations

from bugaction.spans import Span, covering, joined
from tests.values import at


def span(start: float, end: float | None = None) -> Span:
    """From and to, in minutes."""
    return Span(at(start), at(end) if end is not None else None)


def test_spans_that_meet_become_one() -> None:
    """Overlapping, within one another, or end to start; an empty one is none."""
    assert joined([span(50, 60), span(0, 10), span(5, 20), span(20, 30), span(40, 40)]) == (
        span(0, 30),
        span(50, 60),
    )
    assert joined([span(0, 100), span(10, 20)]) == (span(0, 100),)


def test_a_span_without_an_end_takes_in_what_follows() -> None:
    """Whatever ends later, or never."""
    assert joined([span(30, 40), span(10), span(20)]) == (span(10),)


def test_the_end_is_not_part_of_it() -> None:
    """Its beginning is."""
    assert covering([span(10, 20)], at(10)) == span(10, 20)
    assert covering([span(10, 20)], at(20)) is None
    assert covering([span(10)], at(9999)) == span(10)
