"""Lengths of time as people write them: `15m`, `4h`, `2d`, `1w`, `1d 12h`."""

from __future__ import annotations

import re
from datetime import timedelta

__all__ = ["format_duration", "format_short", "parse_duration"]

_UNITS = {
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "minute": timedelta(minutes=1),
    "minutes": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "hour": timedelta(hours=1),
    "hours": timedelta(hours=1),
    "d": timedelta(days=1),
    "day": timedelta(days=1),
    "days": timedelta(days=1),
    "w": timedelta(weeks=1),
    "week": timedelta(weeks=1),
    "weeks": timedelta(weeks=1),
}
_PART = re.compile(r"([0-9]{1,6})\s*([a-z]+)", re.ASCII)
_WORDS = (
    (timedelta(weeks=1), "week"),
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)


def parse_duration(text: str) -> timedelta | None:
    """The length that the text names, or None when it names none. Zero is no length."""
    rest = text.strip().lower()
    total = timedelta()
    while rest:
        part = _PART.match(rest)
        if part is None or part[2] not in _UNITS:
            return None
        try:
            total += int(part[1]) * _UNITS[part[2]]
        except OverflowError:
            return None
        rest = rest[part.end() :].lstrip(" ,")
    return total or None


def format_duration(length: timedelta) -> str:
    """The length in words, in the two largest units that it fills: `1 day 12 hours`, `15 minutes`.

    Less than a minute is `0 minutes`; a negative length is read as its absolute value.
    """
    rest = abs(length)
    parts: list[str] = []
    for unit, word in _WORDS:
        count, rest = divmod(rest, unit)
        if count:
            parts.append(f"{count} {word}{'' if count == 1 else 's'}")
        if len(parts) == 2:
            break
    return " ".join(parts) or "0 minutes"


def format_short(length: timedelta) -> str:
    """The length as people type it, in hours where these are whole: `15m`, `2h`, `24h`. No seconds."""
    minutes = length // timedelta(minutes=1)
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"
