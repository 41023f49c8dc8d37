"""Lengths of time: written by people, shown to people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.duration import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("15m", timedelta(minutes=15)),
        ("4h", timedelta(hours=4)),
        ("2d", timedelta(days=2)),
        ("1w", timedelta(weeks=1)),
        ("1d 12h", timedelta(hours=36)),
        (" 1 hour, 30 minutes ", timedelta(minutes=90)),
        ("90 MIN", timedelta(minutes=90)),
    ],
)
def test_a_length_is_read_as_people_write_it(text: str, length: timedelta) -> None:
    """Units may be letters or words, in any case, one after another."""
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text", ["", "0m", "15", "m", "4 fortnights", "1h2", "-4h", "1.5h", "٣h", "9999999d", "999999w " * 150]
)
def test_what_is_no_length_gives_none(text: str) -> None:
    """A number without a unit, an unknown unit, nothing, zero and other scripts' digits are refused."""
    assert parse_duration(text) is None


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(minutes=15), "15 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=36), "1 day 12 hours"),
        (timedelta(days=8, hours=2, minutes=3), "1 week 1 day"),
        (timedelta(seconds=40), "0 minutes"),
        (timedelta(hours=-2), "2 hours"),
    ],
)
def test_a_length_is_shown_in_its_two_largest_units(length: timedelta, text: str) -> None:
    """Nobody reads more than two units."""
    assert format_duration(length) == text


@given(st.text(max_size=40))
def test_any_text_is_read_without_an_error(text: str) -> None:
    """The parser is total: a length that is longer than nothing, or None."""
    length = parse_duration(text)
    assert length is None or length > timedelta()


@given(st.integers(min_value=1, max_value=59), st.integers(min_value=1, max_value=23))
def test_what_is_shown_reads_back(minutes: int, hours: int) -> None:
    """Two units survive the way to the screen and back."""
    length = timedelta(hours=hours, minutes=minutes)
    assert parse_duration(format_duration(length)) == length
