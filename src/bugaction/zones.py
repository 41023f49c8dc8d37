"""A team's time zone, by its name in the IANA list, such as `Europe/Berlin`.

Zones come from the machine's own list (https://docs.python.org/3/library/zoneinfo.html#data-sources), which
is read like an imported module: its content belongs to the installation. Windows has none. There, every name
is taken as it stands, and times are shown in UTC alone.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

__all__ = ["UTC_NAME", "in_zone", "is_zone", "zone_of"]

UTC_NAME = "UTC"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9+_-]{0,30}(?:/[A-Za-z0-9+_-]{1,30}){0,2}")
_KNOWN = "Europe/London"
"""Stands in every list."""


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if _NAME.fullmatch(name) else None
    except (KeyError, ValueError, OSError):  # no such zone; no zone; a folder of zones
        return None


def is_zone(name: str) -> bool:
    """Whether there is such a zone, as far as this machine can tell."""
    if _zone(_KNOWN) is None:  # pragma: no cover - on Windows alone
        return _NAME.fullmatch(name) is not None
    return _zone(name) is not None


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """The zone of that name, and UTC where it is not known."""
    return _zone(name) or UTC


def in_zone(at: datetime, name: str) -> str:
    """The moment there, to the minute: `2026-11-24 15:05 CET`; "" in UTC, and where the zone is not known."""
    zone = _zone(name) if name != UTC_NAME else None
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}" if zone is not None else ""
