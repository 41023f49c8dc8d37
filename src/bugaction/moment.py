"""Moments as people write them: `2026-11-24 12:00`, `2026-11-24T12:00:00Z`, `2026-11-24 12:00 PM UTC`.

Strict on purpose: a moment opens or closes a gate, so a text that could mean two things means nothing. Day
before month or month before day, a named zone other than UTC, and a day without a time are refused.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

__all__ = ["YEARS", "format_moment", "parse_day", "parse_moment"]

YEARS = range(1970, 3000)
"""Those that a day or a commit can be meant to lie in: a policy's length, a week and a zone's offset from
them are still within what a date can hold, years 1 to 9999."""

_MOMENT = re.compile(
    r"""
    (?: (?P<year>[0-9]{4}) - (?P<month>[0-9]{2}) - (?P<day>[0-9]{2}) (?: [Tt] | ,?[ ]+ ) )?
    (?P<hour>[0-9]{1,2}) : (?P<minute>[0-9]{2}) (?: : (?P<second>[0-9]{2}) (?: \.[0-9]{1,9} )? )?
    (?: [ ]? (?P<half>[AaPp])\.?[Mm]\.? )?
    (?: [ ]* (?P<zone> [Zz] | UTC | utc | GMT | gmt | [+-][0-9]{2}:?[0-9]{2} ) )?
    """,
    re.VERBOSE | re.ASCII,
)


def _hour(hour: int, half: str | None) -> int | None:
    """The hour of the day, 0 to 23; None for 0 or 13 o'clock with am or pm."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        # `00:30 PM` and `14:00 PM` contradict themselves; the latter is common and means what it says.
        return hour if 13 <= hour <= 23 and half in "pP" else None
    return hour % 12 + (12 if half in "pP" else 0)


def _zone(text: str | None) -> timezone | None:
    if text is None or text[0] not in "+-":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    if minutes > 14 * 60 or int(text[-2:]) > 59:  # the widest offset in use is UTC+14
        return None
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))


def parse_moment(text: str, today: date | None = None) -> datetime | None:
    """The moment that the text names, aware and in UTC, to the second; None when it names none.

    Without a zone it is UTC. A time without a day is of `today`, where that is given.
    """
    found = _MOMENT.fullmatch(" ".join(text.split()))
    if found is None:
        return None
    day = today
    hour, zone = _hour(int(found["hour"]), found["half"]), _zone(found["zone"])
    try:
        if found["year"] is not None:
            day = date(int(found["year"]), int(found["month"]), int(found["day"]))
        if day is None or hour is None or zone is None:
            return None
        moment = datetime(
            day.year, day.month, day.day, hour, int(found["minute"]), int(found["second"] or 0), tzinfo=zone
        )
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parse_day(text: str) -> date | None:
    """The day that the text names by ISO 8601, such as `2026-12-01`; None when it names none of `YEARS`."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def format_moment(at: datetime) -> str:
    """The moment as people read it, to the minute: `2026-11-24 12:00 UTC`."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
