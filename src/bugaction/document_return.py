"""Documents that go while a bug is confidential, and come back once it is not. Pure.

A label makes a bug confidential, whoever sets it, and by mistake too. Its documents are then removed, and
what people wrote in them would be left to the history of a branch. So the ledger keeps which file was taken
from where, by the id of its blob (`RecordKind.REMOVED`), which tells nobody more than that history does. Once
the label is off, each file is read by that id, counts as if it lay there, and is committed again byte for
byte; its facts are brought up to date after that, as those of any document. A second line then says that it
is done (`RecordKind.RETURNED`), so that what somebody deletes later stays deleted.

A text that lies at its place by then is a person's, and stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce

from bugaction.documents import DOCUMENTS, DocumentType
from bugaction.documents.joining import joined
from bugaction.model import LedgerFile, LedgerLine, RecordKind
from bugaction.policy import Policy
from bugaction.questions import AskBlob
from bugaction.records import RECORDS_BRANCH
from bugaction.snapshot import BugFacts, Repository, Snapshot, TextFile
from bugaction.tracking import is_confidential

__all__ = ["Return", "document_files", "lost_documents", "returning"]

_Place = tuple[str, str]
"""A branch and a path."""


@dataclass(frozen=True, slots=True)
class Return:
    """The `files` that come back, each at its place, what the ledger has to say of removed ones, and what has
    to be read. A file that is still to be read has no text."""

    files: tuple[TextFile, ...] = ()
    lines: tuple[LedgerLine, ...] = ()
    questions: frozenset[AskBlob] = frozenset()


def document_files(facts: BugFacts, policy: Policy) -> Iterator[tuple[DocumentType, TextFile]]:
    """The bug's committed documents, every version on every branch."""
    root, number = policy.documents.root, facts.issue.number
    for document in DOCUMENTS.values():
        for file in facts.documents:
            if document.version_of(file.path, root, number) is not None:
                yield document, file


def returning(facts: BugFacts, policy: Policy, snapshot: Snapshot, now: datetime) -> Return:
    """What comes back of a bug's documents, by what lies there now; of a confidential bug what goes. `now` is
    when that is recorded."""
    if is_confidential(facts.issue, policy):
        return Return(lines=tuple(_removals(facts, policy, snapshot.repository.viewer.login, now)))
    places = _expected(facts.ledger, snapshot.repository)
    found = [_at(place, lines, facts, snapshot, now) for place, lines in places.items()]
    return Return(
        files=tuple(file for one in found for file in one.files),
        lines=tuple(line for one in found for line in one.lines),
        questions=frozenset(question for one in found for question in one.questions),
    )


_TOLD_FOR = timedelta(weeks=1)
"""Whoever has not looked into the branch's history by then will not."""


def lost_documents(ledger: LedgerFile, now: datetime) -> tuple[str, ...]:
    """What could not come back of late, as remarks for people."""
    return tuple(
        f"`{path}` was removed while the bug was confidential and could not be brought back: the history of "
        f"`{branch}` may hold it"
        for line in ledger.lines
        if line.kind is RecordKind.RETURNED and not line.accepted and now - line.at < _TOLD_FOR
        for branch, path in [_origin(line)]
    )


# Going ----------------------------------------------------------------------------------------------------


def _removals(facts: BugFacts, policy: Policy, login: str, now: datetime) -> Iterator[LedgerLine]:
    """A line for each document that goes, but for those of which the ledger knows just that already."""
    removed = facts.ledger.accepted(RecordKind.REMOVED)
    for _, file in document_files(facts, policy):
        here = [line for line in removed if _origin(line) == _place(file)]
        is_known = bool(here) and _is_expected(here[-1], facts.ledger) and _oid(here[-1]) == file.oid
        if file.oid and not is_known:
            yield LedgerLine(
                RecordKind.REMOVED,
                f"{file.branch}:{file.path}@{file.oid}#{len(here)}",
                login,
                now,
                accepted=True,
                data={"branch": file.branch, "oid": file.oid, "path": file.path},
            )


def _place(file: TextFile) -> _Place:
    return file.branch, file.path


def _origin(line: LedgerLine) -> _Place:
    return line.data.get("branch", ""), line.data.get("path", "")


def _oid(line: LedgerLine) -> str:
    return line.data.get("oid", "")


def _is_expected(line: LedgerLine, ledger: LedgerFile) -> bool:
    return ledger.find(line.evidence, RecordKind.RETURNED) is None


# Coming back ----------------------------------------------------------------------------------------------


def _expected(ledger: LedgerFile, repository: Repository) -> dict[_Place, list[LedgerLine]]:
    """What is to come back, oldest first, by where it goes: where it lay, or the records branch where a rule
    keeps it out of the default branch by now. That one may have another name by now."""
    default = repository.default
    found: dict[_Place, list[LedgerLine]] = {}
    for line in ledger.accepted(RecordKind.REMOVED):
        if not _is_expected(line, ledger):
            continue
        branch, path = _own_place(line, repository)
        if default is not None and branch == default.name and default.protected is True:
            branch = RECORDS_BRANCH
        found.setdefault((branch, path), []).append(line)
    return found


def _own_place(line: LedgerLine, repository: Repository) -> _Place:
    """Where it lay, by the name that the default branch has now."""
    branch, path = _origin(line)
    default = repository.default
    return (branch if branch == RECORDS_BRANCH or default is None else default.name), path


def _at(
    place: _Place, lines: Sequence[LedgerLine], facts: BugFacts, snapshot: Snapshot, now: datetime
) -> Return:
    """What comes back to one place: of each copy that lay somewhere the last version. Where two copies go to
    the same place by now, the words of both.

    What came back to another branch, since a rule refused it here, is there as well. And where something lies
    where a copy lay, that is what became of it: it could not be removed, or is a person's.
    """
    branch, path = place
    login, blobs = snapshot.repository.viewer.login, snapshot.answers.blobs
    there = {file.branch: file.oid for file in facts.documents if file.path == path}
    gone = [line for line in lines if _own_place(line, snapshot.repository)[0] not in there]
    last = {_origin(line): line for line in gone}
    copies = sorted(last.values(), key=lambda line: _origin(line) != place)
    oid = _oid(copies[0]) if len(copies) == 1 else ""
    if not copies or branch in there or (oid and oid in there.values()):
        return Return(lines=_closing(lines, login, now, accepted=True))
    asked = frozenset(AskBlob(_oid(line)) for line in copies if _oid(line) not in blobs)
    if asked:
        return Return(files=(TextFile(path, None, branch),), questions=asked)
    texts = [text for line in copies if (text := blobs[_oid(line)]) is not None]
    lost = [line for line in copies if blobs[_oid(line)] is None]
    files = (TextFile(path, reduce(joined, texts), branch, oid),) if texts else ()
    kept = [line for line in lines if line not in gone]
    closed = (
        *_closing(kept, login, now, accepted=True),
        *_closing(lost, login, now, accepted=False),
    )
    return Return(files=files, lines=closed)


def _closing(
    lines: Iterable[LedgerLine], login: str, now: datetime, *, accepted: bool
) -> tuple[LedgerLine, ...]:
    """That nothing is expected of these any more."""
    return tuple(
        LedgerLine(
            RecordKind.RETURNED,
            line.evidence,
            login,
            now,
            accepted=accepted,
            why="" if accepted else "it cannot be read any more",
            data={"branch": line.data.get("branch", ""), "path": line.data.get("path", "")},
        )
        for line in lines
    )
