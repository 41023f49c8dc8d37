"""How far a run looks: what it decides, and what it reads for that alone. Pure.

A pull request names bugs, a bug has pull requests, and those name more bugs. Anybody can write such a link,
so a run that followed them to their end could be made to read a whole repository, and to decide nothing. It
goes this far:

- *Subjects* are the bugs that the run is about: its own, and those that its own pull requests fix or fixed,
  or whose documents they bring.
- Statuses go to the run's own pull requests, to every open one that fixes a subject, was unlinked from it or
  brings its documents, and to those that share a head with one of them, since a status belongs to a commit.
- Of the open ones that fix a subject so many are read as `assembly.MOST_FIXES` says, beside the run's own.
  Those beyond get their verdict by their own events, and are red from the next event of the bug, or the next
  decision on it, until then. What they name besides is not followed.
- Any other bug that one of these names is read for its verdict, with the pull requests that fix it, since
  their commits may be its acceptance. Those get no status here: their own events bring it, or the sweep.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bugaction.assembly import Assembled, assemble, pulls_of
from bugaction.links import Ties, hinted_numbers
from bugaction.policy import Policy
from bugaction.ports import Targets
from bugaction.questions import AskBug, Question
from bugaction.records import documents_of
from bugaction.snapshot import BugFacts, PullRequest, PullState, Snapshot
from bugaction.tracking import Since
from bugaction.verdicts import DECIDING

__all__ = ["PassedOver", "Scope", "scope_of"]


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Why a pull request is not read: so many open ones name this bug."""

    bug: int
    among: int


_UNTOLD: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True)
class Scope:
    """What one run decides, by number, ascending.

    `bugs` are those whose verdict is needed. `unreadable` are bugs whose ledger cannot be read, so that
    nothing can be told of them. `pulls` are the open pull requests that get statuses; those of them that are
    `passed_over` were not read, and stay red until a run is about them. While there are `questions`, all of
    it is provisional.
    """

    bugs: Mapping[int, Assembled] = field(default_factory=dict)
    unreadable: Mapping[int, BugFacts] = field(default_factory=dict)
    pulls: tuple[int, ...] = ()
    passed_over: Mapping[int, PassedOver] = field(default_factory=dict)
    questions: frozenset[Question] = frozenset()


def scope_of(
    snapshot: Snapshot,
    policy: Policy,
    now: datetime,
    since: Since,
    targets: Targets | None,
    *,
    ties: Mapping[int, Ties],
    restart: bool = False,
    own_workflows: tuple[str, ...] = (),
    edited: Mapping[int, str] = _UNTOLD,
) -> Scope:
    """How far a run with these targets looks into the snapshot; without targets everything in it is one.

    `ties` are `all_ties` of the snapshot; `restart`, `own_workflows` and `edited` are as in
    `assembly.assemble`.
    """
    opened = {number: pull for number, pull in snapshot.pulls.items() if pull.state is PullState.OPEN}
    own = {number for number, pull in opened.items() if _is_target(pull, snapshot, targets)}
    own |= _carried(snapshot) & opened.keys()
    told = _target_bugs(snapshot, targets) | _documented(snapshot, targets)
    landed = {
        number
        for number, pull in snapshot.pulls.items()
        if targets is not None and pull.state is PullState.MERGED and _is_target(pull, snapshot, targets)
    }
    subjects = told | _linked(own | landed, ties)
    tied = {
        number: pulls_of(snapshot.bugs[number], snapshot, ties, own)
        for number in sorted(subjects & snapshot.bugs.keys())
    }
    questions: set[Question] = set()
    read = set(own)
    for number, found in tied.items():
        read |= {pull.number for pull in found.read if pull.number in opened}
        if snapshot.bugs[number].ledger.unreadable:
            questions |= found.questions
    heads = {opened[number].head_oid for number in read}
    pulls = {number: pull for number, pull in opened.items() if pull.head_oid in heads}
    beyond = {number: found.beyond - read for number, found in tied.items() if found.beyond - read}
    followed = pulls.keys() - set().union(*beyond.values())
    bugs: dict[int, Assembled] = {}
    unreadable: dict[int, BugFacts] = {}
    hinted = {bug for number in followed for bug in hinted_numbers(opened[number], snapshot.repository)}
    for number in sorted(subjects | _linked(followed, ties) | hinted):
        facts = snapshot.bugs.get(number)
        if facts is None:
            if number not in snapshot.answers.missing:
                questions.add(AskBug(number))
        elif facts.ledger.unreadable:
            unreadable[number] = facts
        else:
            item = assemble(
                facts,
                snapshot,
                policy,
                now,
                since.of(number),
                restart=restart,
                own_workflows=own_workflows,
                ties=ties,
                wanted=read,
                edited=edited,
            )
            if item is not None:
                bugs[number] = item
                questions |= item.questions
    passed_over: dict[int, PassedOver] = {}
    for bug, numbers in beyond.items():
        is_news = bug in unreadable or (bug in bugs and (bug in told or _has_news(bugs[bug])))
        for number in sorted(numbers if is_news else numbers & pulls.keys()):
            passed_over.setdefault(number, PassedOver(bug, tied[bug].open))
    return Scope(
        bugs=bugs,
        unreadable=unreadable,
        pulls=tuple(sorted({*pulls, *passed_over})),
        passed_over=passed_over,
        questions=frozenset(questions),
    )


def _has_news(item: Assembled) -> bool:
    """Whether a verdict of before, on a pull request that is not read now, may no longer hold."""
    return bool(item.lost) or any(line.kind in DECIDING for line in item.bug.unrecorded)


def _documented(snapshot: Snapshot, targets: Targets | None) -> set[int]:
    """The bugs whose documents the run's own pull requests bring, merged ones too."""
    if targets is None or not snapshot.repository.has_issues:
        return set()
    return {
        documents_of(pull.head)
        for pull in snapshot.pulls.values()
        if not pull.is_fork and documents_of(pull.head) and _is_target(pull, snapshot, targets)
    }


def _carried(snapshot: Snapshot) -> set[int]:
    """The pull requests of documents of the bugs that the run writes for: GitHub tells nobody of what we open
    and push, so that what they say is posted by the run that did."""
    return {pull.number for carrier in snapshot.answers.carriers.values() for pull in carrier.pulls}


def _is_target(pull: PullRequest, snapshot: Snapshot, targets: Targets | None) -> bool:
    """Whether the run is about this pull request: by its number, its head, or the merge group."""
    if targets is None:
        return True
    group = snapshot.group.pulls if snapshot.group is not None else ()
    numbers = (*targets.pulls, *targets.items, *group)
    return pull.number in numbers or pull.head_oid in targets.shas


def _target_bugs(snapshot: Snapshot, targets: Targets | None) -> set[int]:
    if not snapshot.repository.has_issues:
        return set()
    if targets is None:
        return set(snapshot.bugs)
    return {*targets.issues, *targets.items} & snapshot.bugs.keys()


def _linked(pulls: Iterable[int], ties: Mapping[int, Ties]) -> set[int]:
    """The bugs that these fix, and those that they were unlinked from: their ledgers say so, and hear of it
    when that is taken back. So are those read that a duplicate's original is found by."""
    found: set[int] = set()
    for number in pulls:
        found |= {*ties[number].linked, *ties[number].unlinked, *ties[number].unread}
    return found
