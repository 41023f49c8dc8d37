"""How a fix goes out: a P0 straight, a P1 by staging, everything else with the team's next release window.

What is said follows from policy and from the facts, never from the time of the look: which window it will be
is only named once there is a merge to count from.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from bugaction.bug import Bug
from bugaction.duration import format_duration
from bugaction.escaping import plain
from bugaction.model import Severity
from bugaction.moment import format_moment
from bugaction.policy import SeverityPolicy
from bugaction.policy_clocks import ReleaseWindows
from bugaction.snapshot import PullState
from bugaction.zones import zone_of

__all__ = ["next_window", "release_plan"]

_STRAIGHT = (Severity.P0, Severity.P1)
"""Severities that wait for no release window."""


def next_window(windows: ReleaseWindows, zone: str, after: datetime) -> datetime | None:
    """When the first window opens that a fix of that moment can go out with, in UTC; None without windows.

    One without a time of day lasts the whole day: the day of the moment itself counts. Days and times are
    those of the zone; a time that the start of summer leaves out is as late as it would have been.
    """
    tz = zone_of(zone)
    local = after.astimezone(tz)
    minutes = windows.at or 0
    for days in range(8):
        day = local.date() + timedelta(days=days)
        if day.weekday() not in {each.number for each in windows.days}:
            continue
        opens = datetime.combine(day, time(minutes // 60 % 24, minutes % 60), tz).astimezone(UTC)
        if windows.at is None or opens >= after:
            return opens
    return None


def release_plan(bug: Bug) -> tuple[str, ...]:
    """A sentence each for the checks, the way out, and the watch; none once the fix is out."""
    severity = bug.severity.current
    if severity is None or bug.deployed is not None:
        return ()
    rules = bug.policy.severities[severity]
    looks = [format_duration(each) for each in rules.windows]
    watch = (f"Then somebody looks at production after {_listed(looks)}.",) if looks else ()
    return (_checks(severity, rules, bug), _way(severity, rules, bug), *watch)


def _checks(severity: Severity, rules: SeverityPolicy, bug: Bug) -> str:
    watch = rules.watch if rules.watch is not None else bug.policy.checks.watch
    kind = "the critical checks" if severity is Severity.P0 else "every check that the branch requires"
    if isinstance(watch, str):
        which = ", which are those that the branch requires" if severity is Severity.P0 else ""
        return f"Before the merge: {kind}{which}."
    if not watch:
        return "Before the merge: no check is waited for."
    names = _listed([plain(name) for name in watch])
    return f"Before the merge: {f'{kind}, {names}' if severity is Severity.P0 else names}."


def _way(severity: Severity, rules: SeverityPolicy, bug: Bug) -> str:
    first = "To staging first; once it was tried there, " if rules.staging else ""
    if severity in _STRAIGHT:
        if first:
            return f"{first}to production."
        return "Straight to production as soon as it is merged; staging is left out."
    with_it = _window(bug)
    return f"{first}with {with_it}." if first else f"With {with_it}."


def _window(bug: Bug) -> str:
    windows, zone = bug.policy.deployment.release_windows, bug.policy.time_zone
    merged = _merged_at(bug)
    opens = next_window(windows, zone, merged) if merged is not None else None
    if opens is not None and windows.at is not None:
        return f"the release window of {format_moment(opens)}"
    if opens is not None:
        return f"the release window of {opens.astimezone(zone_of(zone)).date().isoformat()}"
    if not windows.days:
        return "the next release"
    named = _listed([each.word for each in sorted(windows.days, key=lambda each: each.number)])
    at = f" at {windows.at // 60:02}:{windows.at % 60:02} ({zone})" if windows.at is not None else ""
    return f"the next release window: {named}{at}"


def _merged_at(bug: Bug) -> datetime | None:
    """When the last fix was merged; None while one is still open."""
    if any(pull.state is PullState.OPEN for pull in bug.standing):
        return None
    return max((pull.merged_at for pull in bug.standing if pull.merged_at is not None), default=None)


def _listed(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
