"""Copies of a document on several branches: the one that counts takes in what people write in the others.

A document of a protected repository counts as it lies on the records branch. Another copy comes to the
default branch, by the pull request that brings it or because it lay there before, and people edit that one
too. What they write there is taken into the one that counts, once: the ledger keeps which texts hold nothing
more (`RecordKind.TAKEN`, by path and digest), so that a line which is later deleted does not come back from a
copy that was looked at long ago.

Where delivery changed to `commit`, and no rule is in the way, it is the other way round: the copy on the
default branch counts and takes in the one on the records branch. That one then goes (`left_behind`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from bugaction.bug import Bug, DocumentState
from bugaction.documents import DOCUMENTS
from bugaction.documents.joining import joined
from bugaction.model import Actor, LedgerLine, RecordKind
from bugaction.policy import Policy
from bugaction.records import RECORDS_BRANCH
from bugaction.snapshot import BugFacts, Repository, TextFile

__all__ = ["absorbed", "differing", "left_behind", "nothing_to_bring", "taken_lines"]


def absorbed(bug: Bug, state: DocumentState) -> str:
    """A committed document with what people wrote in its copy on the other branch; "" for none."""
    text = state.text or ""
    return _with_copy(bug, state.path, text, state.branch) if state.branch == bug.home else text


def left_behind(bug: Bug) -> tuple[str, ...]:
    """The paths of copies on the records branch that nobody needs: the default branch's count by now, and
    hold every line that people wrote in them."""
    if bug.home == RECORDS_BRANCH:
        return ()
    there = _copies(bug, bug.home)
    return tuple(
        path
        for path, copy in _copies(bug, RECORDS_BRANCH).items()
        if copy is not None and (text := there.get(path)) is not None and joined(text, copy) == text
    )


def differing(bug: Bug, repository: Repository) -> dict[str, str]:
    """The documents that the default branch does not hold as they should be there, by path, with their texts.

    Those on the records branch, of any version; where the other copy has words of people that were not taken
    in yet, these as well. What cannot be read is left out.
    """
    if repository.default is None:
        return {}
    there = _copies(bug, repository.default.name)
    found = {
        path: _with_copy(bug, path, text, RECORDS_BRANCH)
        for path, text in _copies(bug, RECORDS_BRANCH).items()
        if text is not None
    }
    return {
        path: text for path, text in found.items() if path not in there or there[path] not in (text, None)
    }


def nothing_to_bring(facts: BugFacts, policy: Policy, repository: Repository) -> str:
    """Why a bug's documents, as they are committed, need not come to the default branch; "" where they do."""
    files = [*_documents(facts, policy)]
    if not files:
        return "it has no documents yet"
    if repository.default is None:
        return "the repository has no default branch yet"
    there = {file.path: file.text for file in files if file.branch == repository.default.name}
    lie_elsewhere = (
        file for file in files if file.branch == RECORDS_BRANCH and there.get(file.path) != file.text
    )
    return "" if any(lie_elsewhere) else f"its documents are on `{repository.default.name}` already"


def taken_lines(bug: Bug, viewer: Actor) -> tuple[LedgerLine, ...]:
    """A line for each copy, not known so far, that holds no word of a person which the one that counts lacks.

    Copies on our own branch are of this kind from the first.
    """
    if bug.confidential:
        return ()
    return tuple(
        LedgerLine(RecordKind.TAKEN, evidence, viewer.login, bug.now, accepted=True)
        for evidence in dict.fromkeys(_taken(bug))
        if bug.ledger.find(evidence, RecordKind.TAKEN) is None
    )


def _taken(bug: Bug) -> Iterator[str]:
    """The evidence of each copy of which nothing is missing in the one that counts."""
    ours = _copies(bug, RECORDS_BRANCH)
    if bug.carrier is not None and bug.carrier.is_ours:
        yield from (_evidence(path, text) for path, text in bug.carrier.files.items() if path in ours)
    for path, text in ours.items():
        copy = _other(bug, path, RECORDS_BRANCH)
        if text is not None and copy is not None and _with_copy(bug, path, text, RECORDS_BRANCH) == text:
            yield _evidence(path, copy)


def _with_copy(bug: Bug, path: str, text: str, branch: str) -> str:
    """The text that lies there on that branch, with what people wrote in the one on the other."""
    copy = _other(bug, path, branch)
    if copy is None or copy == text or bug.ledger.find(_evidence(path, copy), RecordKind.TAKEN) is not None:
        return text
    return joined(text, copy)


def _other(bug: Bug, path: str, branch: str) -> str | None:
    """The text at that path on another branch."""
    files = _documents(bug.facts, bug.policy)
    return next((file.text for file in files if file.path == path and file.branch != branch), None)


def _copies(bug: Bug, branch: str) -> dict[str, str | None]:
    """The bug's documents on a branch, by path."""
    files = _documents(bug.facts, bug.policy)
    return {file.path: file.text for file in files if file.branch == branch}


def _documents(facts: BugFacts, policy: Policy) -> Iterable[TextFile]:
    root, number = policy.documents.root, facts.issue.number
    return (
        file
        for file in facts.documents
        if any(document.version_of(file.path, root, number) for document in DOCUMENTS.values())
    )


def _evidence(path: str, text: str) -> str:
    """What a copy is known by: 64 bits of its digest tell the versions of one path apart."""
    return f"{path}@{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
