"""Whose turn it is with a bug: the gates whose lines are the next thing to do. Pure.

Before the merge those that hold it, then the others: nobody is sent to the post-mortem while a fix waits.
"""

from __future__ import annotations

from collections.abc import Sequence

from bugaction.bug import Bug
from bugaction.gates import GATES
from bugaction.gates.override import override_of
from bugaction.model import GateResult
from bugaction.snapshot import PullState

__all__ = ["in_turn", "is_merged", "overridden"]


def is_merged(bug: Bug) -> bool:
    """Whether a fix is merged and none is on its way any more."""
    states = {pull.state for pull in bug.standing}
    return PullState.MERGED in states and PullState.OPEN not in states


def in_turn(gates: Sequence[GateResult], bug: Bug) -> Sequence[GateResult]:
    """The gates whose next step is somebody's turn: until the merge those that hold it, then the others."""
    merged = is_merged(bug)
    return [gate for gate in gates if gate.gate in GATES and GATES[gate.gate].blocks_merge is not merged]


def overridden(gates: Sequence[GateResult], bug: Bug) -> list[GateResult]:
    """The bug's own gates that every open fix was let past: what they lack is in no merge's way."""
    waiting = [pull for pull in bug.fixes if pull.state is PullState.OPEN]
    return [
        gate
        for gate in gates
        if waiting
        and not gate.passes
        and not gate.pull
        and all(override_of(bug, pull, gate.gate) is not None for pull in waiting)
    ]
