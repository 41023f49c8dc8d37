"""A bug's row in the register: what it tells once the effects of the run are carried out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import cast

from bugaction.bug import Bug
from bugaction.clocks import fix_due
from bugaction.documents import DOCUMENTS
from bugaction.documents.base import page, state
from bugaction.escaping import clean, cut
from bugaction.gates import checklist
from bugaction.model import Actor
from bugaction.phases import phase_of
from bugaction.plan import CloseIssue, CommitFiles, Effect, ReopenIssue
from bugaction.register import Item, Paper, Row, SeverityName
from bugaction.snapshot import EntryKind, IssueState, PullState, TextFile
from bugaction.state import missing_assignees, original_of, planned
from bugaction.upcoming import next_moment
from bugaction.verdicts import Judged
from bugaction.waiting import errands

__all__ = ["row_of"]

_TITLE = 256
_MOST_PARTS = 6
_MOST_FILES = 8
_LONGEST_PART = 60
_LONGEST_PATH = 160
"""Bounds of a row, so that ten thousand of them stay a file that can be committed."""


def row_of(judged: Judged, effects: Sequence[Effect], known: Row | None = None) -> Row:
    """The bug's row as it is once these effects of its own are carried out.

    `known` is the row that stands there: what this run did not read of the merged fixes is taken from it.
    """
    bug = judged.bug
    becomes = _state(bug, effects)
    issue = replace(bug.issue, state=becomes)
    bug = replace(bug, facts=replace(bug.facts, issue=issue))
    after = _afterwards(bug, effects)
    gates = judged.gates if after is bug else checklist(after)
    severity = bug.severity.current
    row = Row(
        number=bug.number,
        url=issue.url,
        reported=issue.at,
        severity=cast("SeverityName", severity.name) if severity is not None else None,
        phase=phase_of(bug, gates),
        state=becomes.value,
        due=fix_due(bug) if becomes.is_open else None,
        next=next_moment(after, gates) if becomes.is_open else None,
        owners=_owners(bug),
        closed=_closed(judged.bug, becomes),
        confidential=bug.confidential,
        waiting=errands(after, gates),
    )
    if bug.confidential:
        return row
    return replace(
        row,
        title=cut(clean(issue.title).strip(), _TITLE),
        original=original_of(bug.facts) if becomes is IssueState.DUPLICATE else 0,
        documents=_papers(bug, effects),
        actions=tuple(
            Item(each.number, each.url, cut(clean(each.text), _TITLE), each.owner, each.due, each.is_open)
            for each in sorted(bug.actions, key=lambda each: each.number)
        ),
        parts=_parts(bug.answers.get("parts")),
        files=_files(bug, known),
    )


def _afterwards(bug: Bug, effects: Sequence[Effect]) -> Bug:
    """The bug with the documents that these effects commit and the people whom they assign: nobody is told to
    do what the run is doing."""
    coming = {
        (effect.branch, change.path): TextFile(change.path, change.text, effect.branch)
        for effect in effects
        if isinstance(effect, CommitFiles)
        for change in effect.files
    }
    logins = {each.login for each in bug.issue.assignees}
    added = tuple(Actor(login) for login in _owners(bug) if login not in logins)
    if not coming and not added:
        return bug
    kept = [file for file in bug.facts.documents if (file.branch, file.path) not in coming]
    files = (*kept, *(file for file in coming.values() if file.text is not None))
    issue = replace(bug.issue, assignees=(*bug.issue.assignees, *added))
    bug = replace(bug, facts=replace(bug.facts, issue=issue, documents=files))
    documents = {kind: state(document, bug) for kind, document in DOCUMENTS.items()}
    return replace(bug, documents={**bug.documents, **documents} if coming else bug.documents)


def _state(bug: Bug, effects: Iterable[Effect]) -> IssueState:
    state = bug.issue.state
    for effect in effects:
        match effect:
            case CloseIssue(number=number, original=original) if number == bug.number:
                state = IssueState.DUPLICATE if original else IssueState.COMPLETED
            case ReopenIssue(number=number) if number == bug.number:
                state = IssueState.OPEN
            case _:
                pass
    return state


def _closed(bug: Bug, state: IssueState) -> date | None:
    """The day of the last close; today where this run closes it."""
    if state.is_open:
        return None
    if bug.issue.state.is_open:
        return bug.now.date()
    closes = (entry.at for entry in bug.issue.timeline if entry.kind is EntryKind.CLOSED)
    last = max(closes, default=None)
    return last.date() if last is not None else None


def _owners(bug: Bug) -> tuple[str, ...]:
    """Who is assigned, and whom a command has assigned as long as nobody has taken it back."""
    logins = {assignee.login for assignee in bug.issue.assignees}
    wanted = missing_assignees(bug.issue, planned(bug.ledger))
    return tuple(sorted({*logins, *wanted}, key=str.casefold))


def _papers(bug: Bug, effects: Iterable[Effect]) -> tuple[Paper, ...]:
    """The documents that are committed, and those that these effects commit."""
    coming = {
        change.path: (effect.branch, change.text)
        for effect in effects
        if isinstance(effect, CommitFiles)
        for change in effect.files
    }
    found: list[Paper] = []
    for kind in DOCUMENTS:
        state = bug.documents.get(kind)
        if state is None:
            continue
        branch, text = coming.get(state.path, (state.branch, state.text))
        if text is not None:
            found.append(Paper(kind, page(bug, branch, state.path)))
    return tuple(found)


def _parts(text: str) -> tuple[str, ...]:
    """The parts that the report names, one between commas, semicolons and line ends, each once."""
    words = (clean(part).strip(" -*\t") for part in re.split(r"[,;\n]", text))
    named = {word.casefold(): word for word in words if 0 < len(word) <= _LONGEST_PART}
    return tuple(list(named.values())[:_MOST_PARTS])


def _files(bug: Bug, known: Row | None) -> tuple[str, ...]:
    """The files that the merged fixes changed most, by name."""
    merged = [pull for pull in bug.fixes if pull.state is PullState.MERGED]
    if known is not None and any(pull.files is None for pull in merged):
        return known.files
    sizes: dict[str, int] = {}
    for file in (file for pull in merged for file in pull.files or ()):
        if len(file.path) <= _LONGEST_PATH and clean(file.path) == file.path:
            sizes[file.path] = sizes.get(file.path, 0) + file.additions + file.deletions
    most = sorted(sizes, key=lambda path: (-sizes[path], path))[:_MOST_FILES]
    return tuple(sorted(most))
