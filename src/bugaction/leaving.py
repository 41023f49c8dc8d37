"""What a sweep leaves for the next one, on the records branch, to which events and its other parts write
too.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bugaction.errors import StaleHead, Transient
from bugaction.plan import CommitFiles, FileChange
from bugaction.questions import AskPage
from bugaction.reconcile import Reconciler
from bugaction.records import RECORDS_BRANCH
from bugaction.snapshot import Snapshot
from bugaction.sweep import BACKLOG_FILE, Backlog, Shard, format_backlog, parse_backlog

__all__ = ["backlog_of", "leave"]

_TRIES = 5


def backlog_of(snapshot: Snapshot) -> Backlog:
    """What earlier sweeps have left, where the snapshot was asked for it."""
    files = snapshot.answers.pages.get(BACKLOG_FILE, ())
    return parse_backlog(next((file.text for file in files if file.branch == RECORDS_BRANCH), None))


def leave(
    reconciler: Reconciler,
    shard: Shard,
    left: Collection[int],
    seen: Collection[int],
    began: datetime | None,
    *,
    defer: bool,
) -> str:
    """Write down what is left of this part beside what others have left; why it failed, or "".

    `seen` and `began` are as in `Backlog.after`; `defer` leaves commits to another job.
    """
    problem = "the records branch keeps moving"
    for attempt in range(_TRIES):
        snapshot, _ = reconciler.survey([AskPage(BACKLOG_FILE)])
        backlog = backlog_of(snapshot)
        text = format_backlog(backlog.after(shard, left, seen, began))
        if text == format_backlog(backlog):
            return ""
        records = snapshot.repository.records
        if records is None or defer:
            problem = "another job commits" if defer else "there is no records branch to write"
            break
        message = "Keep what the sweep left for the next one" if text else "Nothing is left of the sweep"
        files = (FileChange(BACKLOG_FILE, text),)
        (applied,) = reconciler.writer.apply([CommitFiles(RECORDS_BRANCH, records.oid, files, message)])
        if applied.error is None:
            return ""
        problem = applied.error.message
        if not isinstance(applied.error, StaleHead | Transient):
            break
        reconciler.sleep(0.25 * 2.0**attempt)
    return f"What is left could not be kept for the next sweep: {problem}"
