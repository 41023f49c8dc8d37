"""Which time counts, with answers worked out by hand from calendars and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.working_time import ALWAYS, WorkingHours, end_of_day
from tests.examples import examples

MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
WEEKDAYS, EVERY_DAY = frozenset(range(5)), frozenset(range(7))


def office(zone: str = "UTC", **changes: object) -> WorkingHours:
    """Monday to Friday, 09:00 to 17:00 there."""
    return WorkingHours(WEEKDAYS, 9 * 60, 17 * 60, zone, **changes)  # type: ignore[arg-type]


def nights(zone: str, opens: int, closes: int) -> WorkingHours:
    """Every day from minute to minute."""
    return WorkingHours(EVERY_DAY, opens, closes, zone)


def utc(text: str) -> datetime:
    """`11-24 09:00` in 2026, or with a year of its own."""
    whole = text if len(text) > 11 else f"2026-{text}"
    return datetime.fromisoformat(whole).replace(tzinfo=UTC)


def test_round_the_clock_every_minute_counts() -> None:
    """Backwards nothing does."""
    assert ALWAYS.counted(utc("11-24 09:00"), utc("11-25 10:00")) == 25 * HOUR
    assert ALWAYS.counted(utc("11-24 09:00"), utc("11-24 08:00")) == timedelta()
    assert ALWAYS.after(utc("11-24 09:00"), 25 * HOUR) == utc("11-25 10:00")
    assert ALWAYS.target(WEEK) == WEEK


DUE = [
    # From Tuesday 09:00: 8 hours end with the day, one more minute begins the next.
    ("within a day", office(), "11-24 09:00", 8 * HOUR, "11-24 17:00"),
    ("the next day", office(), "11-24 09:00", 8 * HOUR + MINUTE, "11-25 09:01"),
    ("from the night before", office(), "11-23 22:00", HOUR, "11-24 10:00"),
    # Friday 16:00 has one hour left, the second is Monday's first.
    ("over a weekend", office(), "11-27 16:00", 2 * HOUR, "11-30 10:00"),
    ("from a Saturday", office(), "11-28 12:00", HOUR, "11-30 10:00"),
    # Europe/Berlin is UTC+1 until 29 March 2026, 02:00 there, then UTC+2: Friday 16:00 is 15:00 UTC; one
    # hour is left, the second one is Monday 09:00 to 10:00 there, 07:00 to 08:00 UTC.
    ("into summer time", office("Europe/Berlin"), "03-27 15:00", 2 * HOUR, "03-30 08:00"),
    # And back on 25 October: Friday 16:00 is 14:00 UTC, Monday 10:00 is 09:00 UTC.
    ("out of summer time", office("Europe/Berlin"), "10-23 14:00", 2 * HOUR, "10-26 09:00"),
    # A day of the change itself, midnight to midnight: 23 hours on 29 March from 28 March 23:00 UTC on.
    ("a short day", nights("Europe/Berlin", 0, 1440), "03-28 23:00", 23 * HOUR, "03-29 22:00"),
    # 02:30 to 04:00 on 29 March: 02:30 is left out, so it opens at the change, 01:00 UTC, for one hour.
    ("an opening left out", nights("Europe/Berlin", 150, 240), "03-29 00:00", HOUR, "03-29 02:00"),
    ("all of it left out", nights("Europe/Berlin", 130, 170), "03-28 12:00", MINUTE, "03-30 00:11"),
    # 02:30 comes twice on 25 October, first at 00:30 UTC; 04:00 is 03:00 UTC: two hours and a half.
    (
        "an opening that comes twice",
        nights("Europe/Berlin", 150, 240),
        "10-25 00:00",
        150 * MINUTE,
        "10-25 03:00",
    ),
    # New York leaves summer time on 1 November: Friday 16:30 EDT is 20:30 UTC, Monday 09:30 EST 14:30 UTC.
    ("west of UTC", office("America/New_York"), "10-30 20:30", HOUR, "11-02 14:30"),
    # Auckland, UTC+13 in November: Monday 09:00 there is Sunday 20:00 UTC.
    ("east of UTC", office("Pacific/Auckland"), "11-29 12:00", HOUR, "11-29 21:00"),
    # Half an hour off: 09:00 in Kolkata is 03:30 UTC.
    ("half an hour off", office("Asia/Kolkata"), "11-24 00:00", 30 * MINUTE, "11-24 04:00"),
    # 2028 has a 29 February, a Tuesday.
    ("a leap day", office(), "2028-02-28 16:00", 9 * HOUR, "2028-02-29 17:00"),
    ("over a leap day", office(), "2028-02-29 16:00", 2 * HOUR, "2028-03-01 10:00"),
    # Good Friday 2026 is 3 April, Easter Monday the 6th: Thursday's last hour, then Tuesday's first.
    ("a holiday on a Friday", office(country="DE", subdivision="BY"), "04-02 16:00", 2 * HOUR, "04-07 10:00"),
    # Epiphany, Tuesday, 6 January, is a holiday in Bavaria, and not in all of Germany.
    ("a holiday of a part", office(country="DE", subdivision="BY"), "01-05 16:00", 2 * HOUR, "01-07 10:00"),
    ("not of the whole", office(country="DE"), "01-05 16:00", 2 * HOUR, "01-06 10:00"),
    (
        "a day off of the team",
        office(extra=frozenset({date(2026, 12, 24)})),
        "12-23 16:00",
        2 * HOUR,
        "12-25 10:00",
    ),
    ("no time at all", office(), "11-28 12:00", timedelta(), "11-28 12:00"),
]


@pytest.mark.parametrize(
    ("calendar", "start", "length", "due"), [row[1:] for row in DUE], ids=[row[0] for row in DUE]
)
def test_so_much_has_counted_by_then(calendar: WorkingHours, start: str, length: timedelta, due: str) -> None:
    """Worked out by hand; and what has counted by then is just that."""
    assert calendar.after(utc(start), length) == utc(due)
    assert calendar.counted(utc(start), utc(due)) == length


def test_all_of_the_hour_that_is_left_out_opens_at_the_change() -> None:
    """02:00 to 02:59 in Berlin on 29 March: each is at 01:00 UTC, to the second."""
    found = {nights("Europe/Berlin", 120 + n, 240).after(utc("03-29 00:00"), MINUTE) for n in range(60)}
    assert found == {utc("03-29 01:01")}


def test_outside_of_the_hours_nothing_counts() -> None:
    """A weekend, a night, and time that runs backwards."""
    assert office().counted(utc("11-28 00:00"), utc("11-30 09:00")) == timedelta()
    assert office().counted(utc("11-24 17:00"), utc("11-25 09:00")) == timedelta()
    assert office().counted(utc("11-25 12:00"), utc("11-24 12:00")) == timedelta()


def test_without_a_day_no_time_ever_counts() -> None:
    """Whoever asks when so much has counted is told that it never has."""
    assert WorkingHours(frozenset(), 9 * 60, 17 * 60).after(utc("11-24 09:00"), HOUR) is None


@pytest.mark.parametrize(
    ("length", "counts"),
    [
        (4 * HOUR, 4 * HOUR),
        (12 * HOUR, 8 * HOUR),
        (DAY, 8 * HOUR),
        (36 * HOUR, 16 * HOUR),
        (2 * DAY, 16 * HOUR),
        (6 * DAY, 40 * HOUR),
        (WEEK, 40 * HOUR),
        (WEEK + DAY, 48 * HOUR),
    ],
)
def test_a_day_of_a_target_is_a_working_day(length: timedelta, counts: timedelta) -> None:
    """And a week as many as it has; hours are hours, up to a day."""
    assert office().target(length) == counts


def test_a_day_ends_where_the_team_is() -> None:
    """Midnight in Berlin is 23:00 UTC in winter and 22:00 in summer."""
    assert end_of_day("Europe/Berlin", date(2026, 12, 1)) == utc("12-01 23:00")
    assert end_of_day("Europe/Berlin", date(2026, 7, 1)) == utc("07-01 22:00")
    assert end_of_day("UTC", date(2026, 12, 31)) == utc("2027-01-01 00:00")


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Etc/GMT+12", "Europe/Berlin"])
@pytest.mark.parametrize(("day", "year"), [(date.max, 3000), (date(2999, 12, 30), 2999), (date.min, 1970)])
def test_no_day_is_too_far_away_to_end(zone: str, day: date, year: int) -> None:
    """Somebody may have written any: what nobody can mean ends where a date can still be reckoned with."""
    found = end_of_day(zone, day)
    assert abs(found - utc(f"{year}-06-30 12:00")) < 190 * DAY
    assert found - 520 * WEEK < found < found + 520 * WEEK


def test_the_days_that_can_be_meant_end_with_the_first_of_a_year() -> None:
    """An earlier one, and a later one, is that."""
    assert end_of_day("UTC", date.min) == utc("1970-01-02 00:00")
    assert end_of_day("UTC", date.max) == utc("3000-01-02 00:00")


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Europe/Berlin", date(2026, 7, 1)), ("America/Sao_Paulo", date(2018, 11, 3))],
    ids=["an ordinary midnight", "one that the clock leaves out"],
)
def test_the_end_of_a_day_is_told_in_utc(zone: str, day: date) -> None:
    """Wherever the run is: what is recorded and compared as text has one zone."""
    assert end_of_day(zone, day).tzinfo is UTC


ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/Santiago",
]
WORKING = st.builds(
    lambda days, first, second, zone: WorkingHours(days, min(first, second), max(first, second) + 1, zone),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.sampled_from(ZONES),
)
MOMENTS = st.integers(0, 60 * 24 * 400).map(lambda minutes: utc("2026-01-01 00:00") + minutes * MINUTE)


@given(WORKING, st.tuples(MOMENTS, MOMENTS, MOMENTS))
@examples(150)
def test_what_counts_adds_up(calendar: WorkingHours, moments: tuple[datetime, ...]) -> None:
    """Of two stretches as much as of both together, and never more than there is."""
    first, second, third = sorted(moments)
    whole = calendar.counted(first, third)
    assert whole == calendar.counted(first, second) + calendar.counted(second, third)
    assert timedelta() <= whole <= third - first


@given(WORKING, MOMENTS, st.integers(1, 1_000))
@examples(150)
def test_after_is_where_so_much_has_counted_first(
    calendar: WorkingHours, start: datetime, minutes: int
) -> None:
    """Not a second earlier."""
    due = calendar.after(start, minutes * MINUTE)
    assert due is not None
    assert calendar.counted(start, due) == minutes * MINUTE
    assert calendar.counted(start, due - timedelta(seconds=1)) < minutes * MINUTE


@given(WORKING, st.integers(1, 60_000), st.integers(0, 60_000))
@examples(150)
def test_a_longer_target_is_no_shorter(calendar: WorkingHours, minutes: int, more: int) -> None:
    """However it is written."""
    assert calendar.target(minutes * MINUTE) <= calendar.target((minutes + more) * MINUTE)
    assert calendar.target(minutes * MINUTE) > timedelta()
