"""What somebody is told who started a run for a document of one bug: where it is, or why there is none.

A number is easily mistaken: each mistake gets its own words, and no run ends green on one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bugaction.assembly import Assembled
from bugaction.bug import Bug, Note
from bugaction.documents import DOCUMENTS
from bugaction.links import ties_of
from bugaction.plan import Level, Notice
from bugaction.policy import Policy
from bugaction.ports import Targets
from bugaction.records import bug_name
from bugaction.scope import Scope
from bugaction.snapshot import Snapshot
from bugaction.tracking import is_bug

__all__ = ["answers", "requesting"]


def requesting(
    bugs: Mapping[int, Assembled],
    targets: Targets | None,
    kinds: frozenset[str],
    note: Note | None = None,
) -> dict[int, Assembled]:
    """The bugs, those among them that the run is for with the documents that it is to begin, and with what
    was written for these."""
    numbers = _numbers(targets) if kinds else ()
    return {
        number: replace(item, bug=replace(item.bug, requested=kinds, note=note))
        if number in numbers
        else item
        for number, item in bugs.items()
    }


def answers(
    kinds: frozenset[str], targets: Targets | None, scope: Scope, snapshot: Snapshot, policy: Policy
) -> tuple[Notice, ...]:
    """A word on each document and number that was asked for; an error where there is no such document.

    A number that is nothing at all has been told of by then, and so have decisions that are lost.
    """
    return tuple(
        notice
        for number in _numbers(targets)
        for kind in sorted(kinds)
        for notice in _answer(kind, number, scope, snapshot, policy)
    )


def _numbers(targets: Targets | None) -> tuple[int, ...]:
    return (*targets.issues, *targets.items) if targets is not None else ()


def _answer(kind: str, number: int, scope: Scope, snapshot: Snapshot, policy: Policy) -> Iterator[Notice]:
    title, item = DOCUMENTS[kind].title, scope.bugs.get(number)
    if number in scope.unreadable or (item is not None and item.lost):
        return
    if item is not None:
        yield _of_bug(kind, title, item.bug)
    elif number in snapshot.pulls:
        fixed = [f"#{bug}" for bug in ties_of(snapshot.pulls[number], snapshot).linked]
        hint = f" It fixes {_listed(fixed)}." if fixed else ""
        text = f"#{number} is a pull request, and a {title} is of a bug: give its issue's number.{hint}"
        yield Notice(Level.ERROR, text)
    elif number in snapshot.bugs:
        if is_bug(snapshot.bugs[number], policy):
            why, what = (
                "is older than `since`, from when on bugs are followed",
                "Comment `/track` on it first.",
            )
        else:
            why = "is no bug: it has neither a severity label nor the bug label"
            what = "Look at the number, or give the issue its severity first."
        yield Notice(Level.ERROR, f"#{number} {why}, so it has no {title}. {what}")


def _of_bug(kind: str, title: str, bug: Bug) -> Notice:
    if bug.confidential:
        text = f"{bug.name} is confidential, so it has no {title} here: it belongs in the private advisory."
        return Notice(Level.ERROR, f"{text} Then comment `/attest {kind}` with the advisory's address.")
    if bug.severity.current is None:
        text = f"{bug_name(bug.number)} has no severity yet, and its {title} depends on it."
        return Notice(Level.ERROR, f"{text} Set one first, by its label or by `/severity`.")
    state = bug.documents[kind]
    begun = "is being begun" if state.text is None else "is there"
    parts = [f"The {title} of {bug.name} {begun}: {state.url or state.path}."]
    if state.gaps:
        waits = "1 section waits" if len(state.gaps) == 1 else f"{len(state.gaps)} sections wait"
        parts.append(f"{waits} for somebody to write.")
    if bug.deployed is None and bug.issue.state.is_open:
        parts.append("No deployment of a fix is known yet; what is learnt later is filled in later.")
    return Notice(Level.NOTICE, " ".join(parts))


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
