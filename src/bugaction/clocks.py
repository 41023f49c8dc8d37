"""Due times: how long each step may take, by the bug's severity, counted from the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bugaction.bug import Bug
from bugaction.monitoring import watched, windows_of

__all__ = ["Clock", "due_times"]


@dataclass(frozen=True, slots=True)
class Clock:
    """A target as a moment: `name` is `respond`, `root-cause` or `fix`; times in UTC.

    `met` is when it was reached, None while it was not, or where no gate tells yet.
    """

    name: str
    start: datetime
    due: datetime
    met: datetime | None = None

    @property
    def is_late(self) -> bool:
        """Whether it was reached after it was due; one that still runs is not late, whatever the time is."""
        return self.met is not None and self.met > self.due


def due_times(bug: Bug) -> tuple[Clock, ...]:
    """The clocks of the bug's current severity, in the order of the lifecycle; none without a severity.

    They start at the report, so that a change of severity moves what is due and never the start: whoever
    waits has waited since then. A severity without a target for the fix has no such clock; where it has one,
    the cause has to be found before it ends. Somebody has answered once an assignee has accepted; the fix is
    out once the first window after the deployment was attested, or at the deployment where policy has no
    window.
    """
    severity = bug.severity.current
    if severity is None:
        return ()
    rules, start = bug.policy.severities[severity], bug.issue.at
    cause = rules.root_cause if rules.fix is None else min(rules.root_cause, rules.fix)
    clocks = [
        Clock("respond", start, start + rules.respond, met=_answered(bug)),
        Clock("root-cause", start, start + cause),
    ]
    if rules.fix is not None:
        clocks.append(Clock("fix", start, start + rules.fix, met=_out(bug)))
    return tuple(clocks)


def _out(bug: Bug) -> datetime | None:
    if bug.deployed is None:
        return None
    windows = windows_of(bug)[:1]
    if not windows:
        return bug.deployed.at
    return next((line.at for line in watched(bug.ledger, bug.deployed, windows).values()), None)


def _answered(bug: Bug) -> datetime | None:
    """The first acceptance that still counts; one whose proof has no time counts from the report."""
    return min((item.evidence.at or bug.issue.at for item in bug.acceptances), default=None)
