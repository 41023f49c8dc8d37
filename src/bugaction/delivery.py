"""Where documents are committed, and which bytes of them differ (design section 5, delivery). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bugaction.bug import Bug, DocumentState
from bugaction.documents import DOCUMENTS, DocumentType
from bugaction.documents.base import committed, page, write
from bugaction.documents.merge import refresh
from bugaction.documents.overrides import with_overrides
from bugaction.model import GateResult
from bugaction.plan import CommitFiles, FileChange, Notice
from bugaction.policy import Delivery
from bugaction.records import RECORDS_BRANCH
from bugaction.snapshot import Branch, Repository

__all__ = ["Delivered", "deliver", "report_page", "target"]


@dataclass(frozen=True, slots=True)
class Delivered:
    """The commits that a bug's documents need, and what to say about their templates."""

    commits: tuple[CommitFiles, ...] = ()
    notices: tuple[Notice, ...] = ()


def deliver(
    bug: Bug, gates: Sequence[GateResult], repository: Repository, templates: Mapping[str, str]
) -> Delivered:
    """The documents of a bug as they should be, where that differs from what is committed.

    A confidential bug has none, and neither has one without a severity. `gates` are the verdicts that its
    checklist shows: by them it is known which documents are due. `templates` are the shipped ones;
    the repository's own are taken from it. Raises `TemplateProblem` when a shipped one cannot be rendered.
    """
    if bug.confidential or bug.severity.current is None:
        return Delivered()
    effective = with_overrides(templates, repository)
    commits: list[CommitFiles] = []
    notices = list(effective.notices)
    for kind, document in DOCUMENTS.items():
        state = bug.documents.get(kind)
        if state is None or (state.text is None and not document.wanted(gates)):
            continue
        branch, fallback = target(bug.policy.documents.delivery, repository, state)
        newest = committed(document, bug.facts.documents, bug.policy, bug.number)
        if branch is None or (newest is not None and newest.file.text is None):
            continue  # no branch to commit to yet; or a file that cannot be read and must not be lost
        fresh, said = write(document, bug, effective, state.version)
        notices += said
        text = refresh(state.text or "", fresh)
        if state.branch == branch.name and text == state.text:
            continue
        commits.append(
            CommitFiles(
                branch=branch.name,
                expected_oid=branch.oid,
                files=(FileChange(state.path, text),),
                message=_message(document, bug, state),
                fallback=fallback,
            )
        )
    return Delivered(tuple(commits), tuple(notices))


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


def report_page(bug: Bug, repository: Repository) -> str:
    """Where the report can be read: its page on the branch that it is on or will be on."""
    if bug.report is None:
        return ""
    if bug.report.url:
        return bug.report.url
    branch, _ = target(bug.policy.documents.delivery, repository, bug.report)
    return page(bug, branch.name, bug.report.path) if branch is not None else ""


def _message(document: DocumentType, bug: Bug, state: DocumentState) -> str:
    """A commit message without a closing keyword or a mention."""
    verb = "start" if state.text is None else "refresh the facts of"
    return f"{bug.name}: {verb} the {document.title.lower()} v{state.version}"
