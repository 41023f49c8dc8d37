"""Where documents are committed, and which bytes of them differ. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bugaction.bug import Bug, DocumentState
from bugaction.document_copies import absorbed, left_behind
from bugaction.document_return import document_files
from bugaction.documents import DOCUMENTS, DocumentType
from bugaction.documents.base import committed
from bugaction.documents.notes import with_note
from bugaction.documents.overrides import Templates, with_overrides
from bugaction.documents.versions import Edition, newest_edition
from bugaction.model import GateResult
from bugaction.plan import CommitFiles, FileChange, Level, Notice
from bugaction.policy import Delivery
from bugaction.records import RECORDS_BRANCH
from bugaction.snapshot import Branch, Repository

__all__ = ["Delivered", "deliver", "target"]


@dataclass(frozen=True, slots=True)
class Delivered:
    """The commits that a bug's documents need, and what to say about their templates."""

    commits: tuple[CommitFiles, ...] = ()
    notices: tuple[Notice, ...] = ()


def deliver(
    bug: Bug, gates: Sequence[GateResult], repository: Repository, templates: Mapping[str, str]
) -> Delivered:
    """The documents of a bug as they should be, where that differs from what is committed.

    What is approved stays as it is, and new facts begin its next version. A confidential bug has no document:
    what was committed of it before is removed, and comes back as it was once the bug is none. Neither has one
    without a severity. `gates` are the verdicts that its checklist shows: by them it is known which
    documents are due. `templates` are the shipped ones; the repository's own are taken from it. Raises
    `TemplateProblem` when a shipped one cannot be rendered.
    """
    if bug.confidential:
        return _removed(bug, repository)
    if bug.returning:  # as they were, for history's sake; what is new of them follows in the next round
        return Delivered(tuple(_brought_back(bug, repository)))
    if bug.severity.current is None:
        return Delivered()
    effective = with_overrides(templates, repository)
    commits: list[CommitFiles] = []
    notices = list(effective.notices)
    for kind, document in DOCUMENTS.items():
        state = bug.documents.get(kind)
        if state is None or (state.text is None and not document.wanted(bug, gates)):
            continue
        branch, fallback = target(bug.policy.documents.delivery, repository, state)
        newest = committed(document, bug.facts.documents, bug.policy.documents.root, bug.number, bug.home)
        if branch is None or (newest is not None and newest.file.text is None):
            continue  # no branch to commit to yet; or a file that cannot be read and must not be lost
        edition = _edition(document, bug, state, effective)
        notices += edition.notices
        stays = state.branch == branch.name or _needs_nobody(bug, state)
        if stays and edition.path == state.path and edition.text == state.text:
            continue
        if len(edition.text.encode("utf-8", "surrogatepass")) > _LARGEST:
            notices.append(Notice(Level.WARNING, _too_long(document, bug, edition)))
            continue
        commits.append(
            CommitFiles(
                branch=branch.name,
                expected_oid=branch.oid,
                files=(FileChange(edition.path, edition.text),),
                message=_message(document, bug, state, edition),
                fallback=fallback,
            )
        )
    return Delivered(tuple(commits) or _moved(bug, repository), tuple(notices))


_LARGEST = 512_000
"""UTF-8 bytes of a file that GraphQL still returns the text of: what is longer could not be read back."""


def _too_long(document: DocumentType, bug: Bug, edition: Edition) -> str:
    return (
        f"{bug.name}: the {document.title.lower()} v{edition.version} would grow beyond 512 KB with what was "
        "written since, so it is left as it is: shorten it, or its other copy, by moving parts elsewhere."
    )


def _moved(bug: Bug, repository: Repository) -> tuple[CommitFiles, ...]:
    """The removal of copies on the records branch whose document lives on the default branch by now."""
    records, left = repository.records, left_behind(bug)
    if records is None or not left:
        return ()
    files = tuple(FileChange(path, None) for path in left)
    message = f"{bug.name}: remove what lies on {bug.home} by now"
    return (CommitFiles(records.name, records.oid, files, message),)


def _edition(document: DocumentType, bug: Bug, state: DocumentState, templates: Templates) -> Edition:
    """The version that counts, with what people wrote elsewhere and the note that this run brings for it."""
    note = bug.note if document.kind in bug.requested else None
    words = absorbed(bug, state)
    if state.approval is not None:
        return newest_edition(document, bug, state, templates, with_note(words, note))
    edition = newest_edition(document, bug, state, templates, words)
    return replace(edition, text=with_note(edition.text, note))


def _removed(bug: Bug, repository: Repository) -> Delivered:
    """The removal of every version of every document, on each branch that holds one.

    There is no branch to fall back to: a path can only be removed where it lies. Where a rule is known to
    keep a commit out, a person is told in place of a refusal in every run.
    """
    commits: list[CommitFiles] = []
    notices: list[Notice] = []
    for branch in (repository.default, repository.records):
        found = {
            file.path: document.title
            for document, file in document_files(bug.facts, bug.policy)
            if branch is not None and file.branch == branch.name
        }
        if branch is None or not found:
            continue
        if branch.protected:
            text = (
                f"{bug.name} is confidential, and its {_listed(found.values())} is still on {branch.name}, "
                f"where rules keep commits out: remove {_listed(found)} by a pull request. History keeps it."
            )
            notices.append(Notice(Level.WARNING, text))
            continue
        files = tuple(FileChange(path, None) for path in sorted(found))
        message = f"{bug.name}: remove the {_listed(found.values())}"
        commits.append(CommitFiles(branch.name, branch.oid, files, message))
    return Delivered(tuple(commits), tuple(notices))


def _brought_back(bug: Bug, repository: Repository) -> Iterator[CommitFiles]:
    """A commit for each file that comes back.

    The records branch takes what a rule turns out to keep from the default branch, but not over a copy there.
    """
    elsewhere = {file.path for file in bug.facts.documents if file.branch == RECORDS_BRANCH}
    for file in bug.returning:
        is_ours = file.branch == RECORDS_BRANCH
        branch = repository.records if is_ours else repository.default
        if branch is None:
            continue
        has_room = not is_ours and repository.records is not None and file.path not in elsewhere
        yield CommitFiles(
            branch=branch.name,
            expected_oid=branch.oid,
            files=(FileChange(file.path, file.text),),
            message=f"{bug.name}: bring back {file.path.rpartition('/')[2]}",
            fallback=RECORDS_BRANCH if has_room else "",
        )


def _listed(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def target(delivery: Delivery, repository: Repository, state: DocumentState) -> tuple[Branch | None, str]:
    """The branch that a document goes to, and the one to fall back to when GitHub refuses ("" for none).

    `auto` takes the default branch while no rule is known to protect it; what once had to go to the records
    branch stays there, so that a document never has two homes. `commit` insists on the default branch, but
    where an earlier commit was refused and a rule may still be there, it does not try again in every run.
    None where there is no branch to commit to.
    """
    default, records = repository.default, repository.records
    stays = state.branch == RECORDS_BRANCH
    if default is None or delivery is Delivery.BRANCH:
        to_records = True
    elif delivery is Delivery.COMMIT:
        to_records = stays and default.protected is not False
    else:
        to_records = stays or default.protected is True
    if to_records:
        return records, ""
    return default, RECORDS_BRANCH if records is not None else ""


def _needs_nobody(bug: Bug, state: DocumentState) -> bool:
    """Whether a document that lies on the branch which `auto` would no longer take may lie there.

    When a rule comes to guard the default branch, a finished document has no reason to be copied away: that
    would be a second home for the same bytes. One that waits for a person moves, so that it can be edited.
    """
    return bug.policy.documents.delivery is Delivery.AUTO and state.text is not None and not state.gaps


def _message(document: DocumentType, bug: Bug, state: DocumentState, edition: Edition) -> str:
    """A commit message without a closing keyword or a mention."""
    is_begun = state.text is None or edition.version != state.version
    verb = "start" if is_begun else "refresh the facts of"
    return f"{bug.name}: {verb} the {document.title.lower()} v{edition.version}"
