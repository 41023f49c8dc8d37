"""The fast lane: since when a bug is in it, and which of its fixes were merged in it. Pure.

A severity that policy calls `deferrable` lets much follow a merge. What a fix was let through without is then
owed, whatever severity the bug has later: otherwise a raise, a merge and a lowering would be a way past every
gate. So a merged fix is looked at as the severity of its merge had it, and that is replayed from the history.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bugaction.bug import Bug, SeverityState
from bugaction.model import Severity
from bugaction.policy import SeverityPolicy
from bugaction.snapshot import PullRequest

__all__ = ["LINGERS", "at_merges", "entered_at", "rules_at_merges"]

LINGERS = timedelta(minutes=15)
"""How long after a lowering a merge still counts as one by the severity before it: a green status stands
until a run has seen the lowering, and may have let the fix through. It covers the very second as well, of
which GitHub does not tell what came first."""


def _is_deferrable(bug: Bug, severity: Severity | None) -> bool:
    return severity is not None and bug.policy.severities[severity].deferrable


def entered_at(bug: Bug) -> datetime | None:
    """Since when the bug is in the fast lane; None where it is not. Time without a severity ends nothing."""
    if not _is_deferrable(bug, bug.severity.current):
        return None
    since = bug.severity.since
    for change in reversed(bug.severity.history):
        if change.after is None:
            continue
        if not _is_deferrable(bug, change.after):
            break
        since = change.at
    return since


def at_merges(bug: Bug, pull: PullRequest | None = None) -> tuple[Bug, ...]:
    """The bug as it stands, with the severity that it had when a fix was merged in the fast lane, and the
    fixes that were merged by then: what a later one is asked for is no debt of that merge.

    One for each such severity, the oldest first, as its last merge had it; only of `pull` where it is given.
    A fix that was taken back counts for nothing, and neither does a merge of which no history tells the
    severity. Where the severity is still the one of the merge, the bug itself says it all, and is not
    repeated.
    """
    merges = {
        each.merged_at
        for each in bug.standing
        if each.merged_at is not None and (pull is None or pull.number == each.number)
    }
    now = (bug.severity.current, bug.severity.raised)
    found = {
        (state.current, state.raised): (state, at)
        for at in sorted(merges)
        for state in _held(bug, at)
        if _is_deferrable(bug, state.current)
    }
    return tuple(
        replace(bug, severity=state, fixes=_merged_by(bug, at), is_of_merge=True)
        for key, (state, at) in found.items()
        if key != now
    )


def _merged_by(bug: Bug, at: datetime) -> tuple[PullRequest, ...]:
    return tuple(pull for pull in bug.fixes if pull.merged_at is not None and pull.merged_at <= at)


def rules_at_merges(bug: Bug) -> tuple[SeverityPolicy, ...]:
    """What policy asks for at each severity in whose lane a fix was merged, but for today's."""
    severities = (then.severity.current for then in at_merges(bug))
    return tuple(bug.policy.severities[severity] for severity in severities if severity is not None)


def _held(bug: Bug, at: datetime) -> Iterator[SeverityState]:
    """What the bug's severity was at that moment, and what it had been until just before; oldest first."""
    history = bug.severity.history
    last: Severity | None = None
    raised: datetime | None = None
    for place, change in enumerate(history):
        if change.at > at:
            return
        if change.after is not None:
            if last is None or change.after < last:
                raised = change.at
            last = change.after
        until = next((later.at for later in history[place + 1 :]), None)
        if until is None or until >= at - LINGERS:
            yield SeverityState(change.after, change.at, raised, history[: place + 1])
