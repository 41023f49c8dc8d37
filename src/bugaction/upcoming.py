"""When time alone changes something about a bug: what the sweep looks forward to. Pure.

Whatever else changes a bug is an event, or shows on the issue. The moment is written into the bug's row of
the register, where the sweep finds all of them with one read. It is a hint: one that is wrong delays a look
until the rotation comes round, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from bugaction.bug import Bug
from bugaction.calling import next_step_at
from bugaction.clocks import clocks_of
from bugaction.model import GateResult
from bugaction.notifications import next_tries
from bugaction.waiting import errands

__all__ = ["moments", "next_moment"]


def next_moment(bug: Bug, gates: Iterable[GateResult]) -> datetime | None:
    """The first moment after the decision's own at which its outcome may be another; None for never."""
    return min((at for at in moments(bug, tuple(gates)) if at > bug.now), default=None)


def moments(bug: Bug, gates: tuple[GateResult, ...]) -> Iterator[datetime]:
    """Every moment, past or to come, that a decision compares the time with, in no order.

    A rule that waits for a time of its own belongs here: add a line that yields it.
    """
    for clock in clocks_of(bug, gates):
        if clock.runs:
            yield from (at for at in (clock.at_risk, clock.due) if at is not None)
    for gate in gates:
        yield from (item.due for item in gate.requirements if item.due is not None)
    step = next_step_at(bug)
    if step is not None:
        yield step
    yield from next_tries(bug)
    yield from _handover(bug, gates)


def _handover(bug: Bug, gates: tuple[GateResult, ...]) -> Iterator[datetime]:
    """When the rota changes hands, where what the bug waits for then waits for somebody else."""
    at = bug.policy.people.rota.handover(bug.now, bug.policy.time_zone)
    if at is not None and _whom(bug, gates) != _whom(replace(bug, now=at), gates):
        yield at


def _whom(bug: Bug, gates: tuple[GateResult, ...]) -> set[tuple[str, ...]]:
    return {errand.who for errand in errands(bug, gates)}
