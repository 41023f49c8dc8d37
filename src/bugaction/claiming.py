"""Which run a claim of the ladder belongs to: the one that made it, until its time is over. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bugaction.bug import Bug
from bugaction.model import LedgerLine
from bugaction.records import bug_name

__all__ = ["CALL_MARK", "PATIENCE", "call_marker", "may_tell"]

PATIENCE = timedelta(minutes=10)
"""How long a run that claimed a step may take to write its comment before another one does. A job of ours
takes seconds, and its writes are repeated for two minutes at the most."""

CALL_MARK = "<!-- bugaction:call"
"""How the first line of every comment that calls begins."""


def call_marker(number: int, at: datetime) -> str:
    """The first line of the comment that makes the calls which were claimed at that moment."""
    return f"{CALL_MARK} {bug_name(number)} {at.astimezone(UTC):%Y%m%dT%H%M%SZ} -->"


def may_tell(bug: Bug, claim: LedgerLine) -> bool:
    """Whether this run is the one to tell of a claim outside GitHub: it made it, or whoever did had its time.

    Of two runs at once, the one whose commit lost would tell everybody once more.
    """
    if claim in bug.unrecorded or call_marker(bug.number, claim.at) in bug.untried:
        return True
    return bug.now - claim.at >= PATIENCE
