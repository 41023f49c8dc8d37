"""Documents that a pull request brings: they count for its own gates, on a commit that somebody has approved.

What is committed on our branches counts for everybody. A document that only stands at a pull request's head
takes the place of ours for that pull request alone, and only where

- it is a document of that bug, of our version or the next one: whoever names one far ahead would be the last
  word for good;
- it is a plain file: a link could show anything;
- somebody who may write, and who worked on no commit of it, has approved that very commit. Otherwise an
  author could let their own words pass their own gate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bugaction.bug import Bug, DocumentState
from bugaction.documents import DOCUMENTS, DocumentType
from bugaction.documents.base import FIRST_VERSION, committed, gaps, page
from bugaction.documents.post_mortem import POST_MORTEM
from bugaction.gates.approvals import head_approvals
from bugaction.gates.base import Gate
from bugaction.model import Evidence, GateResult, Outcome, RequirementResult, Severity
from bugaction.questions import AskDocuments
from bugaction.review import ChangeKind, HeadFile
from bugaction.snapshot import PullRequest, PullState

__all__ = ["asked", "judge", "remarks"]

Version = tuple[int, int]

_LONGEST = 65_536
"""Characters of a document that a pull request may bring: those of the longest body that GitHub takes. Forks
of strangers may bring many, each run that is about the bug reads them, and the parser takes up to two seconds
for one; what stands on our branches is ours, and is read as far as GitHub shows it."""


@dataclass(frozen=True, slots=True)
class _Brought:
    """A document at a pull request's head. `refused` says why it cannot count, "" where it may."""

    document: DocumentType
    version: Version
    path: str
    refused: str = ""

    @property
    def name(self) -> str:
        """`root-cause analysis v1.0`."""
        return f"{self.document.title} {_spelled(self.version)}"


def _spelled(version: Version) -> str:
    return f"v{version[0]}.{version[1]}"


def _brought(bug: Bug, pull: PullRequest) -> Iterator[_Brought]:
    """The newest version of each document that an open pull request adds or changes, none older than ours.

    After its merge that one would count. The post-mortem is left out: it holds no merge.
    """
    if bug.confidential or bug.severity.current is None or pull.state is not PullState.OPEN:
        return
    root = bug.policy.documents.root
    paths = [file.path for file in pull.files or () if file.change is not ChangeKind.DELETED]
    for document in DOCUMENTS.values():
        found = [
            (version, path)
            for path in paths
            if (version := document.version_of(path, root, bug.number)) is not None
        ]
        if not found or document is POST_MORTEM:
            continue
        version, path = max(found)
        ours = committed(document, bug.facts.documents, root, bug.number, bug.home)
        if ours is None or version >= ours.version:
            yield _Brought(document, version, path, _too_far(version, ours.version if ours else None))


def _too_far(version: Version, ours: Version | None) -> str:
    if ours is None:
        first = tuple(int(part) for part in FIRST_VERSION.split("."))
        return "" if version == first else f"the first version is v{FIRST_VERSION}"
    following = {ours, (ours[0], ours[1] + 1), (ours[0] + 1, 0)}
    return "" if version in following else f"more than one version ahead of {_spelled(ours)}"


def asked(bug: Bug) -> frozenset[AskDocuments]:
    """What has to be read of the bug's open fixes: nothing of those that touch none of its documents."""
    return frozenset(
        AskDocuments(pull.number, pull.head_oid, tuple(sorted(paths)))
        for pull in bug.fixes
        if (paths := {item.path for item in _brought(bug, pull) if not item.refused} - _files(pull).keys())
    )


def _files(pull: PullRequest) -> dict[str, HeadFile]:
    return {file.path: file for file in pull.documents}


def remarks(bug: Bug) -> tuple[str, ...]:
    """What the bug's checklist, which is about our branches, does not show of the documents elsewhere."""
    found: list[str] = []
    for pull in bug.fixes:
        for item in _brought(bug, pull):
            why = item.refused or _unusable(_files(pull).get(item.path))
            fate = "it counts for that pull request alone, once approved"
            found.append(
                f"#{pull.number} brings the {item.name}; {f'it does not count: {why}' if why else fate}"
            )
    return tuple(found)


def _unusable(file: HeadFile | None) -> str:
    """Why the file at a head is no document, "" where it is one or was not read yet."""
    if file is None:
        return ""
    if not file.is_plain:
        return "it is a link, or no file"
    if file.text is None:
        return "it is larger than 512 KB, or binary"
    return f"it is longer than {_LONGEST:,} characters" if len(file.text) > _LONGEST else ""


# The verdict -------------------------------------------------------------------------------------------


def judge(gate: Gate, bug: Bug, pull: PullRequest) -> GateResult:
    """The gate's verdict for an open pull request, with the documents that it brings in place of ours.

    While nobody has approved its head, ours count, and what only the others would meet says so.
    """
    ours = gate.judge(bug, pull)
    brought = list(_brought(bug, pull)) if not gate.of_pull else []
    if not brought:
        return ours
    files = _files(pull)
    refused = {item.document.kind: item.refused or _unusable(files.get(item.path)) for item in brought}
    states = {
        item.document.kind: _state(bug, pull, item, file.text)
        for item in brought
        if not refused[item.document.kind]
        and (file := files.get(item.path)) is not None
        and file.text is not None
    }
    there = gate.judge(replace(bug, documents={**bug.documents, **states}), pull)
    approvals = tuple(
        Evidence(f"approved by {review.author.login}", review.url, review.author.login, review.at)
        for review in head_approvals(bug, pull)
    )
    names = {item.document.kind: item for item in brought}
    requirements = tuple(
        _refused(mine, names, refused, pull)
        if mine == other
        else (_approved(other, pull, approvals) if approvals else _waiting(mine, other, pull))
        for mine, other in zip(ours.requirements, there.requirements, strict=True)
    )
    is_waived = any(item.outcome is Outcome.WAIVED for item in requirements)
    override = (there.override or ours.override) if is_waived else None
    return replace(ours, requirements=requirements, override=override)


def _state(bug: Bug, pull: PullRequest, item: _Brought, text: str) -> DocumentState:
    """The document at the head. A fork's branch is none of ours, so its files have no editor here."""
    return DocumentState(
        kind=item.document.kind,
        path=item.path,
        version=_spelled(item.version).removeprefix("v"),
        text=text,
        branch=pull.head_oid if pull.is_fork else pull.head,
        url=page(bug, pull.head_oid, item.path),
        gaps=gaps(item.document, text, bug.severity.current or Severity.P2),
    )


def _refused(
    mine: RequirementResult, names: dict[str, _Brought], refused: dict[str, str], pull: PullRequest
) -> RequirementResult:
    """The line of a document that is in the way, with why the one in the pull request changes nothing."""
    kind = _KINDS.get(mine.id, mine.id)
    why = refused.get(kind, "")
    if mine.outcome.passes or not why:
        return mine
    problem = f"the {names[kind].name} in #{pull.number} does not count: {why}"
    return replace(mine, problem=problem)


_KINDS = {"bug-report": "report"}
"""The document that a requirement is about, where its id is another than the document's kind."""


def _approved(
    other: RequirementResult, pull: PullRequest, approvals: tuple[Evidence, ...]
) -> RequirementResult:
    if other.outcome is Outcome.MET:
        return replace(other, evidence=(*other.evidence, *approvals))
    return _in_pull(other, other, pull) if other.problem else other


def _waiting(mine: RequirementResult, other: RequirementResult, pull: PullRequest) -> RequirementResult:
    """What is not met by ours: by the one in the pull request it will be, or will not be either."""
    if mine.outcome.passes:
        return mine
    if not other.outcome.passes:
        return _in_pull(mine, other, pull)
    problem = f"its document in #{pull.number} needs an approval on {pull.head_oid[:7]}"
    remedy = "Somebody who may write, and did not work on the pull request, approves its newest commit."
    return replace(mine, problem=problem, remedy=remedy)


def _in_pull(mine: RequirementResult, other: RequirementResult, pull: PullRequest) -> RequirementResult:
    """A line that says what is missing where its author works on it."""
    remedy = f"Push it to #{pull.number}." if pull.is_fork else other.remedy
    return replace(mine, problem=f"{other.problem}, in #{pull.number}", remedy=remedy)
