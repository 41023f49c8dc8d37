"""How a deployed fix does in production, as people say: windows that were looked at, and regressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bugaction.bug import Bug, Deployed
from bugaction.duration import format_short
from bugaction.model import Evidence, LedgerFile, LedgerLine
from bugaction.snapshot import EntryKind, PullState
from bugaction.state import commands_named

__all__ = [
    "Watch",
    "answered_until",
    "last_report",
    "regression_of",
    "regressions_of",
    "watched",
    "windows_of",
]


@dataclass(frozen=True, slots=True)
class Watch:
    """What a command on a deployed fix may look at.

    `merged` is when the first fix of the bug was merged, None while none is, `newest` the number of the last
    one; `is_waiting` says that another
    is still open. `problem` is why the fix is not known to be deployed. `windows` are those of the severity.
    """

    merged: datetime | None = None
    newest: int = 0
    is_waiting: bool = False
    deployed: Deployed | None = None
    problem: str = ""
    windows: tuple[timedelta, ...] = ()


def windows_of(bug: Bug) -> tuple[timedelta, ...]:
    """The windows of the bug's severity, ascending; none while it has no severity."""
    severity = bug.severity.current
    return bug.policy.severities[severity].windows if severity is not None else ()


def watched(
    ledger: LedgerFile, deployed: Deployed, windows: tuple[timedelta, ...]
) -> Mapping[str, LedgerLine]:
    """The windows that somebody has said to be good, by their short name, each with the first word.

    A word counts for the deployment that stands: one from before its window had passed was about another.
    """
    found: dict[str, LedgerLine] = {}
    ends = {format_short(window): deployed.at + window for window in windows}
    for line in commands_named(ledger, "verified"):
        name = line.data.get("window", "")
        if name in ends and line.at >= ends[name]:
            found.setdefault(name, line)
    return found


def regression_of(bug: Bug) -> Evidence | None:
    """The oldest report of a regression that still stands, by command or by label; None where there is none.

    A report is answered by a further fix that was merged after it, once the bug's fixes are deployed.
    """
    answered = answered_until(bug)
    if answered is None:
        return None
    reports = [_by_command(line, bug) for line in commands_named(bug.ledger, "regression")]
    standing = [report for report in (*reports, *_by_label(bug)) if report.at and report.at >= answered]
    return min(standing, key=lambda report: report.at or answered, default=None)


def answered_until(bug: Bug) -> datetime | None:
    """Reports from before that moment are answered, or were about something else; None where no fix that is
    merged stands, and nothing is left to report on."""
    merged = [pull.merged_at for pull in bug.standing if pull.state is PullState.MERGED and pull.merged_at]
    if not merged:
        return None
    return max(merged) if bug.deployed is not None else min(merged)


def regressions_of(bug: Bug) -> tuple[datetime, ...]:
    """When regressions were reported, answered or not, in no order."""
    reports = [_by_command(line, bug) for line in commands_named(bug.ledger, "regression")]
    return tuple(report.at for report in (*reports, *_by_label(bug)) if report.at)


def last_report(bug: Bug) -> datetime | None:
    """When a regression was reported last, answered or not; None where none ever was."""
    return max(regressions_of(bug), default=None)


def _by_command(line: LedgerLine, bug: Bug) -> Evidence:
    said = line.data.get("text", "")
    text = f"reported by {line.actor}" + (f": {said}" if said and not bug.confidential else "")
    return Evidence(text, line.data.get("url", ""), line.actor, line.at)


def _by_label(bug: Bug) -> list[Evidence]:
    """A label that stands on the issue, since it was last put there; before the fix it means another."""
    found = []
    for name in bug.policy.labels.regression:
        entries = [
            entry
            for entry in bug.issue.timeline
            if entry.kind is EntryKind.LABELED and entry.value.casefold() == name.casefold()
        ]
        if bug.issue.has_label(name) and entries:
            last = entries[-1]
            text = f'the label "{name}", put on by {last.actor.login}'
            found.append(Evidence(text, bug.issue.url, last.actor.login, last.at))
    return found
