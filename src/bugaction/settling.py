"""Redacted facts, with what bugaction had written there written anew.

In its own comments, statuses and documents its words and people's stand side by side, and redaction replaces
both. So a run on redacted facts would write all of them again, though a run on the facts wrote nothing. Where
that is so, what it would write is put into the facts: it is made of redacted words.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace

from bugaction.capture import Capture
from bugaction.check_text import mark_in
from bugaction.errors import UserError
from bugaction.plan import CommitFiles, EditComment, Effect, SetCheckRun, SetStatus
from bugaction.seen import Seen
from bugaction.simulation import simulate
from bugaction.snapshot import BugFacts, OwnRun, OwnRuns, Snapshot, Status

__all__ = ["settled"]

_ROUNDS = 4
"""A document that is written anew may change what the comment says of it."""

_Change = Callable[[Snapshot], Snapshot]


def settled(plain: Capture, made: Capture, templates: Mapping[str, str]) -> Capture:
    """The redacted facts `made` of `plain`, case by case. Verdicts are left as they are: a status keeps its
    state."""
    pairs = zip(plain.cases, made.cases, strict=True)
    return replace(made, cases=tuple(_settled(plain, one, other, templates) for one, other in pairs))


def _settled(capture: Capture, plain: Seen, made: Seen, templates: Mapping[str, str]) -> Seen:
    try:
        wanted = {place for place, _ in _places(_planned(capture, plain, templates), plain.snapshot)}
        for _ in range(_ROUNDS):
            found = _places(_planned(capture, made, templates), made.snapshot)
            changes = [change for place, change in found if place not in wanted]
            if not changes:
                break
            for change in changes:
                made = replace(made, snapshot=change(made.snapshot))
    except UserError:
        return made  # the facts do not tell enough to write it anew; whoever compares will say so
    return made


def _planned(capture: Capture, seen: Seen, templates: Mapping[str, str]) -> tuple[Effect, ...]:
    # The register knows a closed bug by a digest over its words. That digest is made anew with the index, and
    # the pages of years, which a settled bug never asks for, are not looked at: each closed bug of a year
    # that is asked for counts as one without a row, which nothing decides by.
    return simulate(replace(capture, cases=(seen,)), templates, no_pages=True).report.left


def _places(effects: Iterable[Effect], snapshot: Snapshot) -> Iterator[tuple[Hashable, _Change]]:
    """What is written over what is there: by its place, which is the same in both facts, and how."""
    for effect in effects:
        match effect:
            case SetStatus():
                yield from _statuses(effect, snapshot)
            case SetCheckRun():
                yield from _runs(effect, snapshot)
            case EditComment(ident, body):
                yield from _comments(ident, body, snapshot)
            case CommitFiles(branch=branch, files=files):
                for file in files:
                    if file.text is not None:
                        yield from _files(branch, file.path, file.text, snapshot)
            case _:
                pass  # it speaks of what is not there yet


def _statuses(effect: SetStatus, snapshot: Snapshot) -> Iterator[tuple[Hashable, _Change]]:
    for number, pull in snapshot.pulls.items():
        for index, status in enumerate(pull.statuses):
            is_same = status.context == effect.context and status.state is effect.state
            if pull.head_oid == effect.oid and is_same:
                other = replace(status, description=effect.description, url=effect.url)
                yield ("status", number, index), _status_at(number, index, other)


def _status_at(number: int, index: int, status: Status) -> _Change:
    def change(snapshot: Snapshot) -> Snapshot:
        pull = snapshot.pulls[number]
        statuses = (*pull.statuses[:index], status, *pull.statuses[index + 1 :])
        return replace(snapshot, pulls={**snapshot.pulls, number: replace(pull, statuses=statuses)})

    return change


def _runs(effect: SetCheckRun, snapshot: Snapshot) -> Iterator[tuple[Hashable, _Change]]:
    known = snapshot.answers.runs.get(effect.oid, OwnRuns())
    for index, run in enumerate(known.runs):
        if run.id == effect.run and run.state is effect.state:
            other = replace(run, title=effect.title, url=effect.url, mark=mark_in(effect.summary))
            yield ("run", run.id), _run_at(effect.oid, index, other)


def _run_at(oid: str, index: int, run: OwnRun) -> _Change:
    def change(snapshot: Snapshot) -> Snapshot:
        known = snapshot.answers.runs[oid]
        runs = (*known.runs[:index], run, *known.runs[index + 1 :])
        answers = snapshot.answers
        return snapshot.with_answers(replace(answers, runs={**answers.runs, oid: replace(known, runs=runs)}))

    return change


def _comments(ident: str, body: str, snapshot: Snapshot) -> Iterator[tuple[Hashable, _Change]]:
    for number, facts in snapshot.bugs.items():
        for index, comment in enumerate(facts.issue.comments):
            if comment.id == ident:
                yield ("comment", number, index), _comment_at(number, index, body)


def _comment_at(number: int, index: int, body: str) -> _Change:
    def change(snapshot: Snapshot) -> Snapshot:
        issue = snapshot.bugs[number].issue
        there = issue.comments
        comments = (*there[:index], replace(there[index], body=body), *there[index + 1 :])
        return _with_bug(
            snapshot, number, replace(snapshot.bugs[number], issue=replace(issue, comments=comments))
        )

    return change


def _files(branch: str, path: str, text: str, snapshot: Snapshot) -> Iterator[tuple[Hashable, _Change]]:
    for number, facts in snapshot.bugs.items():
        for index, file in enumerate(facts.documents):
            if (file.branch, file.path) == (branch, path):
                yield ("document", number, index), _document_at(number, index, text)
    for index, file in enumerate(snapshot.repository.register):
        if (file.branch, file.path) == (branch, path):
            yield ("register", index), _register_at(index, text)


def _document_at(number: int, index: int, text: str) -> _Change:
    def change(snapshot: Snapshot) -> Snapshot:
        facts = snapshot.bugs[number]
        there = facts.documents
        documents = (*there[:index], replace(there[index], text=text), *there[index + 1 :])
        return _with_bug(snapshot, number, replace(facts, documents=documents))

    return change


def _register_at(index: int, text: str) -> _Change:
    def change(snapshot: Snapshot) -> Snapshot:
        there = snapshot.repository.register
        files = (*there[:index], replace(there[index], text=text), *there[index + 1 :])
        return replace(snapshot, repository=replace(snapshot.repository, register=files))

    return change


def _with_bug(snapshot: Snapshot, number: int, facts: BugFacts) -> Snapshot:
    return replace(snapshot, bugs={**snapshot.bugs, number: facts})
