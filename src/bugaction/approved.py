"""Approved documents: which word approves which of them, and whether it was given for a version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bugaction.model import LedgerLine

__all__ = ["APPROVALS", "Approvable", "approving", "is_approval"]


@dataclass(frozen=True, slots=True)
class Approvable:
    """A document by its kind (`documents.DOCUMENTS`) and its title."""

    kind: str
    title: str


APPROVALS: Mapping[str, Approvable] = {
    "post-mortem-approved": Approvable("post-mortem", "post-mortem"),
    "release-notes-approved": Approvable("release-notes", "release notes"),
    "report-approved": Approvable("report", "bug report"),
    "root-cause-approved": Approvable("root-cause-analysis", "root-cause analysis"),
}
"""What `/attest` takes to approve a document. The line in the ledger names the version that was committed."""


def is_approval(line: LedgerLine) -> bool:
    """Whether a word is on a document and not on the bug.

    No document tells of such a word: it would be a new fact in the text that was just approved.
    """
    return line.data.get("requirement", "") in APPROVALS


def approving(spoken: Iterable[LedgerLine], kind: str, version: str) -> LedgerLine | None:
    """The first word in force that approves that version of that document; None where there is none."""
    for line in spoken:
        approved = APPROVALS.get(line.data.get("requirement", ""))
        if approved is not None and approved.kind == kind and line.data.get("version") == version:
            return line
    return None
