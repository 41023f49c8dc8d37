"""How a fix goes out, by its severity, and with which window of the team's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bugaction.model import Severity
from bugaction.policy import Policy
from bugaction.policy_clocks import ReleaseWindows
from bugaction.release_plan import next_window, release_plan
from bugaction.snapshot import PullState
from tests.unit.bugs import DEPLOYED, bug, merged
from tests.values import at, pull

BERLIN = "Europe/Berlin"


def windows(*days: str, time: str | None = None) -> ReleaseWindows:
    """Windows on these days."""
    return ReleaseWindows.model_validate({"days": days, **({"at": time} if time else {})})


def utc(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "time", "zone", "after", "found"),
    [
        (("tue", "thu"), "14:00", "UTC", "2026-11-24 09:00", "2026-11-24 14:00"),  # a Tuesday morning
        (("tue", "thu"), "14:00", "UTC", "2026-11-24 14:00", "2026-11-24 14:00"),  # as it opens
        (("tue", "thu"), "14:00", "UTC", "2026-11-24 14:01", "2026-11-26 14:00"),
        (("tue",), "14:00", "UTC", "2026-11-24 14:01", "2026-12-01 14:00"),  # a week later
        (("thu",), "14:00", BERLIN, "2026-11-26 12:59", "2026-11-26 13:00"),  # 14:00 CET
        (("mon",), "00:30", BERLIN, "2026-11-29 23:00", "2026-11-29 23:30"),  # Monday there, Sunday in UTC
        (("sun",), "02:30", BERLIN, "2027-03-27 12:00", "2027-03-28 01:30"),  # no 02:30 there: 03:30 CEST
        (("mon",), "09:00", BERLIN, "2027-03-26 12:00", "2027-03-29 07:00"),  # CEST by then
        (("tue",), None, "UTC", "2026-11-24 23:00", "2026-11-24 00:00"),  # the whole day is a window
        (("wed",), None, "UTC", "2026-11-24 23:00", "2026-11-25 00:00"),
    ],
)
def test_the_next_window(days: tuple[str, ...], time: str | None, zone: str, after: str, found: str) -> None:
    """By the team's own clock, also where summer begins."""
    assert next_window(windows(*days, time=time), zone, utc(after)) == utc(found)


def test_a_team_without_windows_has_no_next_one() -> None:
    """It says so by naming none."""
    assert next_window(ReleaseWindows(), "UTC", utc("2026-11-24 09:00")) is None


def plan(severity: Severity, **policy: object) -> tuple[str, ...]:
    """What is said of a bug at this severity."""
    return release_plan(bug(severity, policy=Policy.model_validate(policy)))


def test_by_severity() -> None:
    """A P0 goes straight out, a P1 by staging, everything else with a release."""
    tests, way, looks = plan(Severity.P0)
    assert tests == "Before the merge: the critical checks, which are those that the branch requires."
    assert way == "Straight to production as soon as it is merged; staging is left out."
    assert looks == "Then somebody looks at production after 15 minutes, 30 minutes, 2 hours and 1 day."
    tests, way, _ = plan(Severity.P1)
    assert tests == "Before the merge: every check that the branch requires."
    assert way == "To staging first; once it was tried there, to production."
    for severity in (Severity.P2, Severity.P3):
        assert plan(severity)[1] == "With the next release."


def test_as_policy_has_it() -> None:
    """Checks by name, staging where it is asked for, the team's windows in its own words and zone."""
    severities = {"P0": {"watch": ["smoke", "pay"], "staging": True}, "P2": {"staging": True, "windows": []}}
    deployment = {"release-windows": {"days": ["thu", "tue"], "at": "14:00"}}
    config = {"severities": severities, "deployment": deployment, "time-zone": BERLIN}
    assert plan(Severity.P0, **config)[:2] == (
        "Before the merge: the critical checks, smoke and pay.",
        "To staging first; once it was tried there, to production.",
    )
    assert plan(Severity.P2, **config) == (
        "Before the merge: every check that the branch requires.",
        "To staging first; once it was tried there, with the next release window: Tuesday and Thursday at "
        "14:00 (Europe/Berlin).",
    )
    unwatched = plan(Severity.P2, severities={"P2": {"watch": []}})
    assert unwatched[0] == "Before the merge: no check is waited for."
    days = {"deployment": {"release-windows": {"days": ["fri"]}}}
    assert plan(Severity.P3, **days)[1] == "With the next release window: Friday."


def test_a_merged_fix_has_its_window() -> None:
    """The first one after the merge: that is a fact, and does not move with the time of the look."""
    policy = Policy.model_validate({"deployment": {"release-windows": {"days": ["thu"], "at": "14:00"}}})
    looks = [merged(Severity.P2, policy=policy, now=at(minutes)) for minutes in (600, 60_000)]
    (way,) = {release_plan(look)[1] for look in looks}
    assert way == "With the release window of 2026-11-26 14:00 UTC."
    days = Policy.model_validate({"deployment": {"release-windows": {"days": ["thu"]}}})
    whole_day = release_plan(merged(Severity.P2, policy=days, now=at(600)))[1]
    assert whole_day == "With the release window of 2026-11-26."
    waiting = replace(looks[0], fixes=(*looks[0].fixes, pull(8, state=PullState.OPEN)))
    assert release_plan(waiting)[1].startswith("With the next release window")


def test_what_is_out_has_no_plan() -> None:
    """Nor has a bug without a severity."""
    assert release_plan(merged(Severity.P2, deployed=DEPLOYED)) == ()
    assert release_plan(bug(None)) == ()


@pytest.mark.parametrize("wrong", [{"days": ["someday"]}, {"at": "25:00", "days": ["mon"]}, {"at": "14:00"}])
def test_windows_that_are_none(wrong: dict[str, object]) -> None:
    """A day that is none, a time that is none, and a time without a day."""
    with pytest.raises(ValueError, match=r"days|at|expected"):
        Policy.model_validate({"deployment": {"release-windows": wrong}})
