"""`/eta`."""

from __future__ import annotations

import pytest

from bugaction.commands.base import Accepted, Problem
from bugaction.commands.eta import Eta
from bugaction.model import Role
from tests.unit.commands.context import CONTEXT, ruling

COMMAND = Eta()


@pytest.mark.parametrize(
    ("line", "eta"),
    [
        ("/eta 4h", "2026-11-24T13:05:00+00:00"),
        ("/eta 1d 12h", "2026-11-25T21:05:00+00:00"),
        ("/eta 2026-11-25 14:00", "2026-11-25T14:00:00+00:00"),
        ("/eta 2026-11-25 2:00 PM UTC", "2026-11-25T14:00:00+00:00"),
        ("/eta 2026-11-25T14:00+02:00", "2026-11-25T12:00:00+00:00"),
        ("/eta 365d", "2027-11-24T09:05:00+00:00"),
    ],
)
def test_a_time_or_a_length_from_the_comment(line: str, eta: str) -> None:
    """Kept as a moment in UTC."""
    assert ruling(COMMAND, line) == Accepted({"eta": eta})


@pytest.mark.parametrize(
    "line", ["/eta", "/eta soon", "/eta 14:00", "/eta 2026-11-25", "/eta 0h", "/eta -4h"]
)
def test_what_is_no_time_gets_the_usage(line: str) -> None:
    """A time without a day could be any day's."""
    assert ruling(COMMAND, line) == Problem(
        "that is no time: a day and a time such as `2026-11-25 14:00` (UTC), or a length such as `4h`"
    )


@pytest.mark.parametrize(
    "line",
    ["/eta 2026-11-24 09:05", "/eta 2025-11-25 14:00", "/eta 2027-11-24 09:06", "/eta 366d", "/eta 999999w"],
)
def test_the_time_lies_ahead_within_a_year(line: str) -> None:
    """Anything else is a slip of the pen."""
    assert ruling(COMMAND, line) == Problem("the time has to lie ahead, within a year", usage=False)


def test_who_may_is_policy() -> None:
    """Whoever plans."""
    assert COMMAND.least(CONTEXT.policy) is Role.TRIAGE
