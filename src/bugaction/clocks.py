"""Due times: how long each step may take, by the bug's severity, counted from the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bugaction.bug import Bug

__all__ = ["Clock", "due_times"]


@dataclass(frozen=True, slots=True)
class Clock:
    """A target as a moment: `name` is `respond`, `root-cause` or `fix`; times in UTC."""

    name: str
    start: datetime
    due: datetime


def due_times(bug: Bug) -> tuple[Clock, ...]:
    """The clocks of the bug's current severity, in the order of the lifecycle; none without a severity.

    They start at the report, so a change of severity moves what is due and never the start (design section
    3). A severity without a target for the fix has no such clock; where it has one, the cause has to be
    found before it ends.
    """
    severity = bug.severity.current
    if severity is None:
        return ()
    rules, start = bug.policy.severities[severity], bug.issue.at
    cause = rules.root_cause if rules.fix is None else min(rules.root_cause, rules.fix)
    clocks = [Clock("respond", start, start + rules.respond), Clock("root-cause", start, start + cause)]
    if rules.fix is not None:
        clocks.append(Clock("fix", start, start + rules.fix))
    return tuple(clocks)
