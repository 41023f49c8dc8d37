"""What a sweep puts right behind its looks: the issue that shows what waits for whom.

A run edits it along with the register. Where GitHub refused that one edit, or a person has edited our part
away, no later run would know while no row changes. Nothing of it ever fails a run: no gate rests on a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce

from bugaction.errors import GitHubError
from bugaction.freshness import missing
from bugaction.own_writes import expecting
from bugaction.plan import Level, Notice, Plan, Reason
from bugaction.policy import Policy
from bugaction.ports import Expectations, Targets
from bugaction.questions import AskBug
from bugaction.reconcile import Reconciler, WorkResult
from bugaction.registering import Registered, pinned
from bugaction.setbacks import refusal
from bugaction.sweep import Shard

__all__ = ["Mended", "mend"]

_NEEDED = 3
"""Requests that it takes at the most: a read, one of an index that is too long to come along, an edit."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What came of it: `works` holds a result where anything was, or would have been, written or went wrong;
    `left` says in words why it was not looked at, "" where it was."""

    works: tuple[WorkResult, ...] = ()
    left: str = ""


def mend(
    reconciler: Reconciler,
    shard: Shard,
    policy: Policy | None,
    works: Iterable[WorkResult],
    room: Callable[[int], str],
) -> Mended:
    """Bring the issue that `waiting.issue` names, where this part of the sweep has it, up to the register.

    `works` are the sweep's looks: facts that do not show yet what those committed would take it back. `room`
    says why there is none for so many requests, "" where there is.
    """
    number = policy.waiting.issue if policy is not None else None
    if policy is None or number is None or not shard.has(number):
        return Mended()
    left = f"what waits for whom is left in issue {number} as it is until the next sweep"
    why = room(_NEEDED)
    if why:
        return Mended(left=f"{why}: {left}")
    try:
        found = _look(reconciler, policy, number, works)
    except GitHubError as error:
        text = f"Whether issue {number} shows what waits for whom could not be read: "
        text += f"{error.message.rstrip('.')}. The next sweep reads it again."
        found = Registered(notices=(Notice(Level.WARNING, text),))
    if found is None:
        return Mended(left=f"GitHub does not show yet what this sweep has committed: {left}")
    applied = () if reconciler.dry_run or not found.edits else reconciler.writer.apply(found.edits)
    refused = [refusal(item.effect, item.error) for item in applied if item.error is not None]
    if not (found.edits or found.notices):
        return Mended()
    work = WorkResult(
        plan=Plan(),
        applied=applied,
        notices=(*found.notices, *refused),
        left=found.edits if reconciler.dry_run else (),
        reason=Reason.DONE if found.edits else Reason.NOTHING_TO_DO,
    )
    return Mended((work,))


def _look(
    reconciler: Reconciler, policy: Policy, number: int, works: Iterable[WorkResult]
) -> Registered | None:
    """What differs there; None where the facts are older than what the sweep has committed."""
    reader = reconciler.reader_for(policy.documents.root)
    snapshot = reader.read(Targets(), [AskBug(number)])
    done = (item for work in works for item in work.applied if item.error is None)
    if missing(snapshot, reduce(expecting, done, Expectations())):
        return None
    found = pinned(snapshot, policy)
    return pinned(reader.answer(snapshot, found.questions), policy) if found.questions else found
