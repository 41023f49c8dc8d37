"""How far a run looks: what it decides, and what it reads for that alone. Pure.

A pull request names bugs, a bug has pull requests, and those name more bugs. Anybody can write such a link,
so a run that followed them to their end could be made to read a whole repository, and to decide nothing. It
goes this far:

- *Subjects* are the bugs that the run is about: its own, and those that its own pull requests fix or fixed.
- Statuses go to the run's own pull requests, to every open one that fixes a subject or was unlinked from it,
  and to those that share a head with one of them, since a status belongs to a commit.
- Any other bug that one of these names is read for its verdict, with the pull requests that fix it, since
  their commits may be its acceptance. Those get no status here: their own events bring it, or the sweep.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bugaction.assembly import Assembled, assemble, pulls_of
from bugaction.links import hinted_numbers, ties_of
from bugaction.plan import AskBug, Question
from bugaction.policy import Policy
from bugaction.ports import Targets
from bugaction.snapshot import BugFacts, PullRequest, PullState, Snapshot
from bugaction.tracking import Since

__all__ = ["Scope", "scope_of"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What one run decides, by number, ascending.

    `bugs` are those whose verdict is needed. `unreadable` are bugs whose ledger cannot be read, so that
    nothing can be told of them. `pulls` are the open pull requests that get statuses. While there are
    `questions`, all of it is provisional.
    """

    bugs: Mapping[int, Assembled] = field(default_factory=dict)
    unreadable: Mapping[int, BugFacts] = field(default_factory=dict)
    pulls: tuple[int, ...] = ()
    questions: frozenset[Question] = frozenset()


def scope_of(
    snapshot: Snapshot,
    policy: Policy,
    now: datetime,
    since: Since,
    targets: Targets | None,
    *,
    restart: bool = False,
    own_workflows: tuple[str, ...] = (),
) -> Scope:
    """How far a run with these targets looks into the snapshot; without targets everything in it is one.

    `restart` and `own_workflows` are as in `assembly.assemble`.
    """
    opened = {number: pull for number, pull in snapshot.pulls.items() if pull.state is PullState.OPEN}
    own = {number for number, pull in opened.items() if _is_target(pull, snapshot, targets)}
    merged = [pull for pull in snapshot.pulls.values() if pull.state is PullState.MERGED]
    landed = [pull for pull in merged if targets is not None and _is_target(pull, snapshot, targets)]
    subjects = _target_bugs(snapshot, targets) | _linked([*(opened[key] for key in own), *landed], snapshot)
    questions: set[Question] = set()
    fixing: set[int] = set()
    for number in subjects & snapshot.bugs.keys():
        known, asked = pulls_of(snapshot.bugs[number], snapshot)
        fixing |= {pull.number for pull in known if pull.number in opened}
        if snapshot.bugs[number].ledger.unreadable:
            questions |= asked
    heads = {opened[number].head_oid for number in own | fixing}
    pulls = {number: pull for number, pull in opened.items() if pull.head_oid in heads}
    bugs: dict[int, Assembled] = {}
    unreadable: dict[int, BugFacts] = {}
    for number in sorted(subjects | _linked(pulls.values(), snapshot) | _hinted(pulls.values(), snapshot)):
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
            )
            if item is not None:
                bugs[number] = item
                questions |= item.questions
    return Scope(bugs, unreadable, tuple(sorted(pulls)), frozenset(questions))


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


def _linked(pulls: Iterable[PullRequest], snapshot: Snapshot) -> set[int]:
    """The bugs that these fix, and those that they were unlinked from: their ledgers say so, and hear of it
    when that is taken back. So are those read that a duplicate's original is found by."""
    found: set[int] = set()
    for pull in pulls:
        ties = ties_of(pull, snapshot)
        found |= {*ties.linked, *ties.unlinked, *ties.unread}
    return found


def _hinted(pulls: Iterable[PullRequest], snapshot: Snapshot) -> set[int]:
    """Bugs that our own statuses point to: read, since their ledgers may know of a link."""
    return {number for pull in pulls for number in hinted_numbers(pull, snapshot.repository)}
