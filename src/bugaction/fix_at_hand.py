"""Whether a word on a fix is on the one at hand, or on one before it that did not last. Pure.

A fix did not last where a regression of it is reported, where it is taken back, where the bug was over and is
opened again, and where another fix is opened although it is over. What was said of the fix until then (that
it was tried, that it may go out, that people were told) says nothing of the next one. It goes on counting
until there is a next one: nobody is asked twice about the same fix, and what was opened again by mistake can
be closed as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bugaction.bug import Bug
from bugaction.model import LedgerLine, RecordKind
from bugaction.monitoring import reports_ever
from bugaction.pauses import closed_spans
from bugaction.snapshot import PullRequest, PullState
from bugaction.taken_back import reversals

__all__ = ["began_anew", "is_on_the_fix_at_hand"]

_COMPLETED = "completed"
"""GitHub's reason of a close that says nothing else; a decision of ours to close is for that alone."""


def is_on_the_fix_at_hand(bug: Bug, line: LedgerLine) -> bool:
    """Whether that word was given since the fix before did not last; every word is where there was none."""
    since = began_anew(bug)
    return since is None or line.at > since


def began_anew(bug: Bug) -> datetime | None:
    """The last time that the bug was over, opened again, had a regression reported or its fix taken back,
    before the fix at hand and after another one; None where that never was.

    A close that is held was no end, nor was one before anything was merged: then the same fix goes on. One
    that stands is the end for what is opened after it alone: a backport that was up with the fix that closed
    the bug goes on by its own words.
    """
    spans = tuple(closed_spans(bug))
    opened = (span.end for span in spans if span.end is not None)
    taken = (pull.merged_at for pull in reversals(bug.fixes) if pull.merged_at is not None)
    ends = [at for at in (*opened, *reports_ever(bug), *taken) if _is_fixed_anew(bug.fixes, at)]
    ends += [span.start for span in spans if _is_fixed_anew(_opened_after(bug, span.start), span.start)]
    return max((at for at in ends if _was_fixed(bug, at)), default=None)


def _opened_after(bug: Bug, at: datetime) -> list[PullRequest]:
    """The fixes that were not there by then, as far as it is known of them."""
    return [pull for pull in bug.fixes if pull.created_at is None or pull.created_at > at]


def _was_fixed(bug: Bug, at: datetime) -> bool:
    """Whether a fix was merged by then, whatever became of it.

    A close as completed is judged only once one is, so that its line tells as well: the fix may have been
    unlinked since.
    """
    judged = [line for line in bug.ledger.lines if line.kind in (RecordKind.CLOSED, RecordKind.DONE)]
    return any(pull.merged_at is not None and pull.merged_at <= at for pull in bug.fixes) or any(
        line.at <= at and line.data.get("reason", _COMPLETED) == _COMPLETED for line in judged
    )


def _is_fixed_anew(fixes: Iterable[PullRequest], at: datetime) -> bool:
    """Whether one of these is open, or was merged after that. One that says it takes another back is one too:
    it goes out like a fix, and whoever opened it may have said so to make old words count."""
    return any(
        pull.state is PullState.OPEN or (pull.merged_at is not None and pull.merged_at > at) for pull in fixes
    )
