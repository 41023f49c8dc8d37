"""Time zones by their IANA names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bugaction.zones import in_zone, is_zone


@pytest.mark.parametrize(
    "name", ["UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "Asia/Kolkata", "Etc/GMT+8"]
)
def test_a_zone_of_the_list_is_one(name: str) -> None:
    """By its whole name."""
    assert is_zone(name)


@pytest.mark.parametrize(
    "name",
    ["", "Europe", "Europe/Berlim", "CEST+2", "../etc/passwd", "/etc/passwd", "Europe/", "a\0b", "x" * 99],
)
def test_anything_else_is_none(name: str) -> None:
    """A folder of the list, a slip of the pen, a path."""
    assert not is_zone(name)
    assert in_zone(datetime(2026, 11, 24, 9, tzinfo=UTC), name) == ""


def test_a_moment_is_shown_there() -> None:
    """With the zone's word for that time of the year; UTC needs no second time."""
    winter, summer = datetime(2026, 11, 24, 23, 5, 59, tzinfo=UTC), datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    assert in_zone(winter, "Europe/Berlin") == "2026-11-25 00:05 CET"
    assert in_zone(summer, "Europe/Berlin") == "2026-07-01 11:00 CEST"
    assert in_zone(summer, "UTC") == ""
