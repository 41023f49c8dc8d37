"""When a bug's clocks stand still: by its labels, while it is closed, and while its fix was held to be good.

Each rests on entries of the timeline and lines of the ledger, with their times. What has no time there
pauses nothing: a label that stands without an entry (of a transferred issue, say), and one that is gone
without an entry (its label was deleted in the repository), of which nobody knows until when it stood.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bugaction.bug import Bug
from bugaction.model import RecordKind
from bugaction.monitoring import held_good, regressions_of
from bugaction.snapshot import EntryKind
from bugaction.spans import Span, joined
from bugaction.state import commands_named

__all__ = ["closed_spans", "good_spans", "pauses_of"]


def pauses_of(bug: Bug) -> tuple[Span, ...]:
    """When every clock of the bug stood still, in order; the last may have no end."""
    return joined([*_by_label(bug), *closed_spans(bug)])


def _by_label(bug: Bug) -> Iterator[Span]:
    """From each label of `clocks.pause` to the same one's removal. Upper and lower case are the same."""
    since: dict[str, datetime] = {}
    for entry in bug.issue.timeline:
        name = entry.value.casefold()
        if entry.kind is EntryKind.LABELED and bug.policy.pauses(name):
            since.setdefault(name, entry.at)
        elif entry.kind is EntryKind.UNLABELED and name in since:
            yield Span(since.pop(name), entry.at)
    for name, start in since.items():
        if bug.issue.has_label(name):
            yield Span(start)


def closed_spans(bug: Bug) -> Iterator[Span]:
    """From a close to the next opening, in which nobody waits. One that is held was none."""
    held = {
        line.evidence for line in bug.ledger.lines if line.kind is RecordKind.CLOSED and not line.accepted
    }
    since: datetime | None = None
    for entry in bug.issue.timeline:
        if entry.kind is EntryKind.CLOSED and entry.id not in held:
            since = since or entry.at
        elif entry.kind is EntryKind.REOPENED and since is not None:
            yield Span(since, entry.at)
            since = None
    if since is not None and not bug.issue.state.is_open:
        yield Span(since)


def good_spans(bug: Bug) -> tuple[Span, ...]:
    """From a first look that found all well to the next report of a regression: the bug seemed fixed.

    The look that the last report has not undone ends the clock for good, and is not among these.
    """
    reports = sorted(regressions_of(bug))
    words = [(line.at, line.data.get("window", "")) for line in commands_named(bug.ledger, "verified")]
    looks = tuple(held_good(bug, words, reports=reports))
    found: list[Span] = []
    for report in reports:
        first = next((at for at in looks if at < report and (not found or at >= (found[-1].end or at))), None)
        if first is not None:
            found.append(Span(first, report))
    return tuple(found)
