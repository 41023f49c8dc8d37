"""The one pull request of a bug: it brings its documents to the default branch once the bug is over. Pure.

Documents of a protected repository lie on the records branch, an orphan from which no pull request can be
opened. So they are put on a branch of the bug's own, made from the default branch's head, and a pull request
is opened from there: by itself when the issue is closed as completed, and before that by `/documents`. Until
somebody has approved it or committed to its branch, it is kept up to date; from then on it is theirs. One
that is over, merged or closed, is followed by another only where somebody asks for it after that.

Nothing on the branch is ever moved aside. Where the default branch has moved on and GitHub cannot merge the
two, our next commit has both as its parents and the tree of the default branch with the documents, into which
`document_copies` has taken what people wrote there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from bugaction.bug import Bug
from bugaction.carrier import AskCarrier, Carrier, CarrierPull
from bugaction.document_copies import differing
from bugaction.documents import DOCUMENTS
from bugaction.documents.base import gaps, page, repository_url, server_url
from bugaction.escaping import inline, link
from bugaction.model import LedgerLine, RecordKind, Severity
from bugaction.plan import BringDocuments, CreateLabel, Effect, FileChange, OpenPull
from bugaction.policy import Delivery
from bugaction.questions import AskLabel, Question
from bugaction.records import RECORDS_BRANCH, documents_branch
from bugaction.snapshot import Branch, IssueState, Repository
from bugaction.state import commands_named
from bugaction.unstarted import WORKFLOWS, press_to_start, unopened_words

__all__ = ["COMMAND", "DOCUMENTS_LABEL", "Brought", "bring", "told", "unopened_lines"]

COMMAND = "documents"

DOCUMENTS_LABEL = "documentation"
"""A label that GitHub gives every new repository
(docs.github.com/issues/using-labels-and-milestones-to-track-work/managing-labels, "About default labels")."""

_COLOR, _DESCRIPTION = "0075ca", "Improvements or additions to documentation"


@dataclass(frozen=True, slots=True)
class Brought:
    """What is to be written and looked up so that a bug's documents come to the default branch."""

    effects: tuple[Effect, ...] = ()
    questions: frozenset[Question] = frozenset()


@dataclass(frozen=True, slots=True)
class _Need:
    """Documents that are to be brought: their texts by path, where to, and who asked, where somebody did."""

    files: Mapping[str, str]
    base: Branch
    asked: LedgerLine | None

    @property
    def asked_at(self) -> datetime | None:
        """When somebody asked last."""
        return self.asked.at if self.asked is not None else None


# Deciding -------------------------------------------------------------------------------------------------


def bring(bug: Bug, repository: Repository, labels: Mapping[str, str | None]) -> Brought:
    """What has to be done, for a bug whose documents are committed as they should be.

    `labels` are known ids by case-folded name. Nothing while the bug is open and nobody has asked, and
    nothing where the default branch holds the same already: an empty pull request is never opened.
    """
    need = _need(bug, repository)
    carrier = bug.carrier
    if carrier is None and (need is not None or _must_be_hidden(bug)):
        return Brought(questions=frozenset({AskCarrier(bug.number)}))
    if carrier is None or need is None:
        return Brought()
    newest = carrier.newest
    if newest is not None and newest.is_open:
        is_due = newest.base == need.base.name and not _left_alone(carrier, newest)
        return (
            Brought((_commit(bug, carrier, need),)) if is_due and _lags(carrier, newest, need) else Brought()
        )
    if _is_over(newest, need) or (carrier.oid and not carrier.is_ours):
        return Brought()
    effects: list[Effect] = []
    if not carrier.oid or _differs(carrier, need):
        effects.append(_commit(bug, carrier, need))
    elif bug.unopened or bug.ledger.find(_attempt(bug, carrier, need), RecordKind.UNOPENED) is not None:
        return Brought()
    if bug.unopened:
        return Brought(tuple(effects))
    if DOCUMENTS_LABEL not in labels:
        return Brought(questions=frozenset({AskLabel(DOCUMENTS_LABEL)}))
    if labels[DOCUMENTS_LABEL] is None:
        effects.append(CreateLabel(DOCUMENTS_LABEL, _COLOR, _DESCRIPTION))
    effects.append(_pull(bug, repository, need))
    return Brought(tuple(effects))


def unopened_lines(bug: Bug, repository: Repository) -> tuple[LedgerLine, ...]:
    """That GitHub did not let us open the pull request from the branch as it is: it is not tried again then.

    It is once the documents have changed, or once somebody asks anew.
    """
    need = _need(bug, repository) if bug.unopened else None
    if need is None or bug.carrier is None or not bug.carrier.oid or bug.carrier.newest is not None:
        return ()
    line = LedgerLine(
        RecordKind.UNOPENED,
        _attempt(bug, bug.carrier, need),
        repository.viewer.login,
        bug.now,
        accepted=True,
        data={"said": bug.unopened},
    )
    return (line,) if bug.ledger.find(*line.key) is None else ()


def _need(bug: Bug, repository: Repository) -> _Need | None:
    """The documents that have to come to the default branch, None where none have to."""
    default = repository.default
    if default is None or repository.records is None or bug.confidential or bug.severity.current is None:
        return None
    asked = commands_named(bug.ledger, COMMAND)
    if not asked and not _comes_by_itself(bug, default):
        return None
    files = differing(bug, repository)
    return _Need(files, default, asked[-1] if asked else None) if files else None


def _must_be_hidden(bug: Bug) -> bool:
    """Whether documents of a bug that is confidential by now may lie on a branch that was to bring them."""
    return bug.confidential and any(line.kind is RecordKind.TAKEN for line in bug.ledger.lines)


def _comes_by_itself(bug: Bug, default: Branch) -> bool:
    """Whether the end of the bug brings them: where rules keep commits off the default branch.

    A bug that was not fixed brings nothing by itself: a tool that closes a hundred stale issues would open a
    hundred pull requests. With `commit` delivery they are committed as soon as a rule allows it.
    """
    return (
        bug.issue.state is IssueState.COMPLETED
        and default.protected is not False
        and bug.policy.documents.delivery is not Delivery.COMMIT
    )


def _is_over(newest: CarrierPull | None, need: _Need) -> bool:
    """Whether there was a pull request, and nobody has asked for another since."""
    if newest is None or newest.closed_at is None:
        return False
    return need.asked_at is None or need.asked_at <= newest.closed_at


def _left_alone(carrier: Carrier, newest: CarrierPull) -> str:
    """Why an open pull request is no longer pushed to, as the end of a sentence; "" where it is."""
    if newest.is_approved:
        return "it was approved"
    return "" if carrier.is_ours else "somebody has committed to its branch"


def _lags(carrier: Carrier, newest: CarrierPull, need: _Need) -> bool:
    """Whether it has to be pushed to: documents are newer, or the default branch stands against it."""
    is_behind = carrier.base_oid not in (carrier.oid, *carrier.parents)
    return _differs(carrier, need) or (newest.is_conflicting and is_behind)


def _differs(carrier: Carrier, need: _Need) -> bool:
    return any(carrier.files.get(path) != text for path, text in need.files.items())


def _attempt(bug: Bug, carrier: Carrier, need: _Need) -> str:
    """What one try to open it is known by: the branch as it was, and who asked."""
    asked = f"#{need.asked.evidence}" if need.asked is not None else ""
    return f"{documents_branch(bug.number)}@{carrier.oid}{asked}"


# What is written ------------------------------------------------------------------------------------------


def _commit(bug: Bug, carrier: Carrier, need: _Need) -> BringDocuments:
    """On the branch's head where there is one; with the default branch's beside it where that moved on."""
    is_behind = carrier.base_oid not in (carrier.oid, *carrier.parents)
    parents = (carrier.oid,) if carrier.oid else ()
    if is_behind:
        parents = (*parents, carrier.base_oid)
    return BringDocuments(
        number=bug.number,
        branch=documents_branch(bug.number),
        expected_oid=carrier.oid,
        parents=parents,
        tree=carrier.base_tree,
        files=tuple(FileChange(path, text) for path, text in sorted(need.files.items())),
        message=f"{bug.name}: bring {_listed(_titles(bug, need))}",
    )


def _pull(bug: Bug, repository: Repository, need: _Need) -> OpenPull:
    return OpenPull(
        number=bug.number,
        branch=documents_branch(bug.number),
        base=need.base.name,
        title=f"{bug.name}: {_listed(_titles(bug, need))}",
        body=_body(bug, repository, need),
        labels=(DOCUMENTS_LABEL,),
        compare=_compare_page(bug, need.base.name),
    )


def _compare_page(bug: Bug, base: str) -> str:
    """The page on which a person opens the pull request: docs.github.com, "Using query parameters to create a
    pull request"."""
    return f"{repository_url(bug)}/compare/{quote(base)}...{quote(documents_branch(bug.number))}?expand=1"


def _titles(bug: Bug, need: _Need) -> dict[str, None]:
    """What is brought, in the order in which a bug gets it."""
    root = bug.policy.documents.root
    return {
        document.title.lower(): None
        for document in DOCUMENTS.values()
        if any(document.version_of(path, root, bug.number) for path in need.files)
    }


def _listed(words: Mapping[str, None]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _body(bug: Bug, repository: Repository, need: _Need) -> str:
    """No mention, and no word that closes anything in front of a number."""
    base, server = need.base.name, server_url(bug)
    issue = link(f"issue {bug.number}", bug.issue.url, server)
    records = f"`{RECORDS_BRANCH}`"
    parts = [
        f"<!-- bugaction:documents v1 {bug.name} -->",
        f"What was written down while {bug.name} ({issue}) was worked on. Merging this brings it to "
        f"`{base}`; until then it is kept on {records}. Nothing else is changed.",
        "\n".join(["| Document | Left to write when this was opened |", "|---|---|", *_rows(bug, need)]),
        "Whoever approves this, or commits to its branch, has it to themselves: nothing is pushed to it "
        f"after that. Words that are changed here are taken over from `{base}` once this is merged, and what "
        f"is learnt later is kept on {records}: `/documents` on the issue brings that.",
    ]
    if repository.viewer == WORKFLOWS:
        parts.append(press_to_start(base))
    return "\n\n".join(parts) + "\n"


def _rows(bug: Bug, need: _Need) -> list[str]:
    root, server = bug.policy.documents.root, server_url(bug)
    severity = bug.severity.current or Severity.P2
    rows: list[str] = []
    for document in DOCUMENTS.values():
        for path, text in sorted(need.files.items()):
            version = document.version_of(path, root, bug.number)
            if version is None:
                continue
            name = f"{document.title[:1].upper()}{document.title[1:]} v{version[0]}.{version[1]}"
            left = [gap.section for gap in gaps(document, text, severity)]
            words = ", ".join(inline(section, 80) for section in left) or "nothing"
            rows.append(f"| {link(name, page(bug, documents_branch(bug.number), path), server)} | {words} |")
    return rows


# What is said ---------------------------------------------------------------------------------------------


def told(bug: Bug, repository: Repository) -> tuple[str, ...]:
    """How the documents stand on their way, a sentence each; nothing where none have to come."""
    need = _need(bug, repository)
    carrier = bug.carrier
    if carrier is not None and _must_be_hidden(bug):
        return _shown_by(bug, carrier)
    if need is None or carrier is None:
        return ()
    newest, base = carrier.newest, f"`{need.base.name}`"
    if newest is not None and newest.is_open:
        text = (
            f"[#{newest.number}]({newest.url}) brings the documents to {base}: look through it and merge it"
        )
        why = _left_alone(carrier, newest)
        if why and newest.base == need.base.name and _lags(carrier, newest, need):
            text += f". What was learnt since stays on `{RECORDS_BRANCH}`, since {why}"
        return (text,)
    if newest is not None and _is_over(newest, need):
        what = "was merged, and more was learnt since" if newest.is_merged else "was closed without a merge"
        return (
            f"[#{newest.number}]({newest.url}), which brought the documents to {base}, {what}: `/documents` "
            "brings them by another",
        )
    branch, compare = f"`{documents_branch(bug.number)}`", _compare_page(bug, need.base.name)
    if carrier.oid and not carrier.is_ours:
        return (
            f"The documents are not brought to {base} by themselves: the branch {branch} holds commits of "
            f"others. [Open its pull request]({compare}), or delete the branch and comment `/documents`",
        )
    line = bug.ledger.find(_attempt(bug, carrier, need), RecordKind.UNOPENED)
    if bug.unopened or line is not None:
        said = bug.unopened or (line.data.get("said", "") if line is not None else "")
        words = unopened_words(said, COMMAND)
        return (f"The documents wait on {branch}: [open their pull request]({compare}). {words}",)
    return ()


def _shown_by(bug: Bug, carrier: Carrier) -> tuple[str, ...]:
    """Where a confidential bug's documents are still to be seen. Only people close what others may review."""
    branch = f"`{documents_branch(bug.number)}`"
    if carrier.newest is not None and carrier.newest.is_open:
        pull = f"[#{carrier.newest.number}]({carrier.newest.url})"
        return (f"{pull} still shows its documents: close it and delete the branch {branch}",)
    return (f"The branch {branch} still holds its documents: delete it",) if carrier.oid else ()
