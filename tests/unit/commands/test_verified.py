"""`/verified`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bugaction.commands.base import Accepted, Problem
from bugaction.commands.verified import Verified
from bugaction.model import Evidence, Role
from bugaction.monitoring import Watch
from tests.unit.bugs import DEPLOYED
from tests.unit.commands.context import CONTEXT, ruling
from tests.values import at

COMMAND = Verified()
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WATCH = Watch(merged=at(540), deployed=DEPLOYED, windows=(15 * MINUTE, 2 * HOUR, 24 * HOUR))


@pytest.mark.parametrize(
    ("line", "minutes", "window"),
    [
        ("/verified", 15, "15m"),
        ("/verified", 119, "15m"),
        ("/verified", 120, "2h"),
        ("/verified", 9000, "24h"),
        ("/verified 15m", 9000, "15m"),
        ("/verified 120 min", 120, "2h"),
        ("/verified 1d", 1440, "24h"),
    ],
)
def test_a_window_that_has_passed(line: str, minutes: float, window: str) -> None:
    """The one that is named, in whatever unit, or the newest."""
    assert ruling(COMMAND, line, at=at(600 + minutes), watch=lambda: WATCH) == Accepted({"window": window})


@pytest.mark.parametrize(
    ("line", "minutes", "name", "end"),
    [
        ("/verified", 14, "15m", "2026-11-24 19:15 UTC"),
        ("/verified 2h", 119, "2h", "2026-11-24 21:00 UTC"),
        ("/verified 24h", 15, "24h", "2026-11-25 19:00 UTC"),
    ],
)
def test_a_window_that_is_not_over_is_refused_with_its_end(
    line: str, minutes: float, name: str, end: str
) -> None:
    """So that its author knows when to come back."""
    found = ruling(COMMAND, line, at=at(600 + minutes), watch=lambda: WATCH)
    assert found == Problem(f"the window of {name} is not over: say it again from {end} on", usage=False)


@pytest.mark.parametrize("line", ["/verified 3h", "/verified soon", "/verified all of them"])
def test_there_is_no_other_window(line: str) -> None:
    """Those of the severity are told."""
    found = ruling(COMMAND, line, at=at(9000), watch=lambda: WATCH)
    assert found == Problem("there is no such window; these are: `15m`, `2h`, `24h`")


@pytest.mark.parametrize(
    ("watch", "text"),
    [
        (Watch(merged=at(540), windows=(HOUR,)), "the fix is not known to be in production"),
        (
            Watch(merged=at(540), problem="production runs v1", windows=(HOUR,)),
            "the fix is not known to be in production: production runs v1",
        ),
        (Watch(merged=at(540), deployed=DEPLOYED), "this severity has no window to watch"),
        (
            replace(WATCH, stopped=Evidence("reported by `bo`")),
            "a regression is reported by 'bo': what is deployed now is to be rolled back; "
            "if that was a false alarm, it is taken back first",
        ),
    ],
)
def test_there_has_to_be_something_to_watch(watch: Watch, text: str) -> None:
    """Where there is not, why; and what was reported as broken does not do well."""
    assert ruling(COMMAND, "/verified", watch=lambda: watch) == Problem(text, usage=False)


def test_it_is_one_s_own_word() -> None:
    """By whoever attests."""
    assert COMMAND.personal
    assert COMMAND.least(CONTEXT.policy) is Role.WRITE
