"""Whose turn it is: the gates that hold the merge until there is one, then the others."""

from __future__ import annotations

from bugaction.model import GateResult, Outcome, RequirementResult
from bugaction.snapshot import PullState
from bugaction.turn import in_turn, is_merged
from tests.unit.test_calling import critical
from tests.values import pull

GATES = [
    GateResult(name, 42, (RequirementResult("line", "A line", Outcome.UNMET),))
    for name in ("triage", "fix", "verification", "post-mortem")
]


def test_before_the_merge_nothing_behind_it_is_in_turn() -> None:
    """Nor while one of several fixes is still open: another one is on its way."""
    for fixes in ((), (pull(8),), (pull(7, state=PullState.MERGED), pull(8))):
        subject = critical(now=65, fixes=fixes)
        assert not is_merged(subject)
        assert [gate.gate for gate in in_turn(GATES, subject)] == ["triage", "fix"]


def test_after_the_merge_the_rest_is_in_turn() -> None:
    """What held the merge holds nothing any more."""
    subject = critical(now=65, fixes=(pull(8, state=PullState.MERGED),))
    assert is_merged(subject)
    assert [gate.gate for gate in in_turn(GATES, subject)] == ["verification", "post-mortem"]
