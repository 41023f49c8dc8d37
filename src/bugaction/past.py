"""What the register tells of the past when a document about a bug is begun. Pure.

A post-mortem and release notes name bugs that look alike, and what earlier post-mortems promised that is
still open. That is read once, when the document is begun, and stays there as it was then: a settled bug costs
no request for it, and what people answer to it keeps its sense.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bugaction.assembly import Assembled
from bugaction.bug import Bug
from bugaction.documents import DOCUMENTS
from bugaction.policy import Policy
from bugaction.questions import Question
from bugaction.register import past_of
from bugaction.registering import read
from bugaction.rows import row_of
from bugaction.snapshot import Snapshot
from bugaction.verdicts import Judged

__all__ = ["with_past"]

_KINDS = ("post-mortem", "release-notes")
"""The documents that tell of the past."""

_YEARS_BACK = 1
"""Years before the bug's own whose closed bugs are compared with it."""


def with_past(
    bugs: Mapping[int, Assembled], snapshot: Snapshot, policy: Policy
) -> tuple[dict[int, Assembled], set[Question]]:
    """The bugs, those of them with what the register tells that a document of theirs is begun with; and what
    has to be read for that. Where the register cannot be read, the documents do without it."""
    found: dict[int, Assembled] = {}
    questions: set[Question] = set()
    for number, item in bugs.items():
        found[number] = item
        if item.lost or not _begins(item.bug):
            continue
        bug, asked = _looked_up(item.bug, snapshot, policy)
        found[number] = replace(item, bug=bug)
        questions |= asked
    return found, questions


def _begins(bug: Bug) -> bool:
    """Whether this run begins a document that tells of the past."""
    if bug.confidential or bug.severity.current is None:
        return False
    states = {kind: bug.documents.get(kind) for kind in _KINDS}
    return any(
        state is not None and state.text is None and DOCUMENTS[kind].wanted(bug, ())
        for kind, state in states.items()
    )


def _looked_up(bug: Bug, snapshot: Snapshot, policy: Policy) -> tuple[Bug, frozenset[Question]]:
    book, asked, _ = read(snapshot, policy)
    if book is None:
        return bug, asked
    own = bug.issue.at.year
    near = {stub.year for stub in book.closed.values() if own - _YEARS_BACK <= stub.year <= own}
    book, asked, _ = read(snapshot, policy, near)
    if book is None:
        return bug, asked
    row = row_of(Judged(bug, (), ""), (), book.row(bug.number))
    return replace(bug, past=past_of(row, book)), frozenset()
