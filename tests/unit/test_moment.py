"""Moments are read strictly, and in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.moment import format_moment, parse_day, parse_moment

NOON = datetime(2024, 12, 31, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-12-31 12:00", NOON),
        ("2024-12-31 12:00 UTC", NOON),
        ("2024-12-31, 12:00 utc", NOON),
        ("  2024-12-31   12:00   GMT ", NOON),
        ("2024-12-31T12:00Z", NOON),
        ("2024-12-31t12:00:00z", NOON),
        ("2024-12-31T12:00:00.123Z", NOON),
        ("2024-12-31 12:00 PM UTC", NOON),
        ("2024-12-31 12:00 p.m.", NOON),
        ("2024-12-31 12:00 AM", NOON - timedelta(hours=12)),
        ("2024-12-31 1:05pm", NOON + timedelta(minutes=65)),
        ("2024-12-31 14:00 PM", NOON + timedelta(hours=2)),
        ("2024-12-31T14:00+02:00", NOON),
        ("2024-12-31 06:30 -0530", NOON),
        ("2024-02-29 12:00", datetime(2024, 2, 29, 12, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_utc(text: str, expected: datetime) -> None:
    """ISO 8601 and what people make of it; without a zone it is UTC, seconds' fractions are dropped."""
    assert parse_moment(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2024-12-31",
        "31.12.2024 12:00",
        "12/31/2024 12:00",
        "2024-1-1 12:00",
        "2023-02-29 12:00",
        "2024-12-31 24:00",
        "2024-12-31 12:60",
        "2024-12-31 12:00:60",
        "2024-12-31 0:30 PM",
        "2024-12-31 13:00 AM",
        "2024-12-31 12:00 CET",
        "2024-12-31 12:00 EST",
        "2024-12-31 12:00+15:00",
        "2024-12-31 12:00+01:99",
        "2024-12-31 12",
        "about 2024-12-31 12:00",
        "2024-12-31 12:00 or so",
        "２０２４-12-31 12:00",
        "0000-12-31 12:00",
        "0001-01-01 00:00+14:00",
        "12:00 PM UTC",
    ],
)
def test_what_could_mean_something_else_means_nothing(text: str) -> None:
    """A day without a time, other orders, named zones and impossible times are refused."""
    assert parse_moment(text) is None


@pytest.mark.parametrize("text", ["12:00 PM UTC", "12:00", "12:00 pm"])
def test_a_time_alone_is_of_the_day_that_is_given(text: str) -> None:
    """Where the caller knows the day."""
    assert parse_moment(text, today=date(2024, 12, 31)) == NOON


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-12-31", date(2024, 12, 31)),
        ("2024-02-30", None),
        ("soon", None),
        ("1970-01-01", date(1970, 1, 1)),
        ("1969-12-31", None),
        ("2999-12-31", date(2999, 12, 31)),
        ("3000-01-01", None),
        ("9999-12-31", None),
        ("0001-01-01", None),
    ],
)
def test_a_day_is_one_that_somebody_can_mean(text: str, expected: date | None) -> None:
    """Near the ends of what a date can hold nothing can be reckoned with it."""
    assert parse_day(text) == expected


def test_a_moment_is_shown_in_utc_to_the_minute() -> None:
    """Whatever zone it came in."""
    there = timezone(timedelta(hours=2))
    assert format_moment(datetime(2026, 1, 2, 3, 4, 59, tzinfo=there)) == "2026-01-02 01:04 UTC"


@given(st.text(max_size=60))
def test_any_text_gets_an_answer(text: str) -> None:
    """No text raises, and what is read is aware and in UTC."""
    found = parse_moment(text, today=date(2026, 1, 1))
    assert found is None or found.utcoffset() == timedelta()


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))  # noqa: DTZ001 - naive on purpose
def test_what_is_shown_is_read_back(moment: datetime) -> None:
    """To the minute."""
    aware = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    assert parse_moment(aware.strftime("%Y-%m-%d %H:%M UTC").rjust(20, "0")) == aware
