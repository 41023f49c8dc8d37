"""The ledger's lines: decisions about people, judged once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bugaction.model.people import Role

__all__ = ["LedgerFile", "LedgerLine", "RecordKind", "Sent"]


class RecordKind(StrEnum):
    """What a line records. The values stand in files in users' repositories: never rename one."""

    TRACKED = "tracked"
    SEVERITY = "severity"
    COMMAND = "command"
    LINK = "link"
    STARTED = "started"
    RESTARTED = "restarted"
    CLOSED = "closed"
    DONE = "done"
    TAKEN = "taken"
    UNOPENED = "unopened"
    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    RESTORED = "restored"
    NOTIFIED = "notified"
    TOOK_BACK = "took-back"
    REMOVED = "removed"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One decision. `(evidence, kind)` is its key: the first line with a key counts, later ones do not.

    `evidence` is the GraphQL node id of what was judged (a comment, a label entry, a pull request), with
    `#<n>` appended where one comment holds several commands. `accepted` says how it was judged and `why`
    names the rule when it was refused. `role` is what the actor held when it was judged; None where no role
    had to be asked for. `data` holds the decision's own values, all strings (`{"severity": "P1"}`).
    """

    kind: RecordKind
    evidence: str
    actor: str
    at: datetime
    accepted: bool
    role: Role | None = None
    why: str = ""
    data: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, RecordKind]:
        """What makes the line unique in its bug's ledger."""
        return (self.evidence, self.kind)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a notification: the services that took it, and those that did not, by name.

    `problems` are sentences for a person about the latter, `audiences` whom it was for.
    """

    took: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """A bug's ledger as read from the records branch.

    `text` is the file as it stands ("" when there is none); `lines` the decisions that our own commits
    wrote, in order, first of a key only; `foreign` the one-based numbers of lines that somebody else's
    commit wrote, that name another bug, or that cannot be read: ignored, and reported. `chain` holds a
    digest for each line that counts in it, over that line and all before it, oldest first. `gap` is the
    one-based number of the first line that does not follow on what stands before it, so that lines of ours
    are missing there; 0 where none is. `unreadable` says why the whole file cannot be
    read ("it is binary"): what it holds is then not known, nothing may rest on it, and nothing may be written
    to it.
    """

    text: str = ""
    lines: tuple[LedgerLine, ...] = ()
    foreign: tuple[int, ...] = ()
    chain: tuple[str, ...] = ()
    gap: int = 0
    unreadable: str = ""

    @property
    def last(self) -> str:
        """The digest of everything that the ledger holds, "" where it holds nothing."""
        return self.chain[-1] if self.chain else ""

    def find(self, evidence: str, kind: RecordKind) -> LedgerLine | None:
        """The decision on that evidence, or None when it has not been judged."""
        for line in self.lines:
            if line.evidence == evidence and line.kind is kind:
                return line
        return None

    def accepted(self, kind: RecordKind) -> tuple[LedgerLine, ...]:
        """The accepted decisions of one kind, oldest first."""
        return tuple(line for line in self.lines if line.kind is kind and line.accepted)
