"""GitHub at its worst: whatever fails once on whichever write, the end is the same as without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import pytest

from bugaction.sandbox.faults import Faults
from tests.examples import rarely
from tests.scenario.life import RECORDS, Life, begin, form

WRITES = (
    "git/create-tree",
    "git/create-commit",
    "git/create-ref",
    "createCommitOnBranch",
    "issues/create-label",
    "addLabelsToLabelable",
    "updateIssueComment",
    "repos/create-commit-status",
)
"""The writes of the run that labelling a bug with an open fix causes. `createCommitOnBranch` is the ledger's;
`addLabelsToLabelable` is in one request with the report's commit and the comment."""

FAULTS: Mapping[str, Callable[[Faults, str], object]] = {
    "500": lambda faults, write: faults.fail(500, operation=write),
    "500, done": lambda faults, write: faults.fail(500, operation=write, acts=True),
    "502": lambda faults, write: faults.fail(502, operation=write),
    "502, done": lambda faults, write: faults.fail(502, operation=write, acts=True),
    "cut": lambda faults, write: faults.drop(operation=write),
    "cut, done": lambda faults, write: faults.drop(operation=write, acts=True),
    "429": lambda faults, write: faults.fail(429, operation=write, retry_after=1),
    "secondary limit": lambda faults, write: faults.secondary_limit(operation=write),
}

FIRST = ("502, done", "cut")
"""The two that every `make test` sees: an answer lost behind the write, and a write that never arrived."""


def _end(life: Life) -> dict[str, object]:
    """Label a bug that has an open fix, let one run happen, and see what is there."""
    number = life.people.open_issue("dee", "Checkout fails", "It is broken.").number
    life.people.push("bo", "fix/checkout", {"a.py": "1\n"}, "Repair")
    fix = life.people.open_pull("bo", "Repair", "fix/checkout", body=f"Fixes #{number}").number
    life.runs.skip()
    life.people.label("mia", number, "P1")
    event = life.world.told[-1]
    assert (event.name, event.action) == ("issues", "labeled")
    life.runs.skip()
    life.runs.run(event)
    assert life.product.codes == [0]
    assert len(life.ours(number)) == 1
    commits = {branch: life.history(branch) for branch in ("main", RECORDS)}
    names = sorted(label.name for label in life.state.labels.values())
    return life.outcome(number, fix) | {"commits": commits, "names": names}


@cache
def _without_fault() -> dict[str, object]:
    with begin() as life:
        return _end(life)


def test_every_write_is_met() -> None:
    """The run without a fault makes each of the writes that the faults are put on."""
    with begin() as life:
        _end(life)
        done = {operation for request in life.server.writes for operation in request.operations}
        assert set(WRITES) <= done


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    "fault",
    [*FIRST, *rarely(*(fault for fault in FAULTS if fault not in FIRST))],
)
def test_one_fault_changes_nothing(fault: str, write: str) -> None:
    """A write that fails, or whose answer is lost, is made good in the same run, and never done twice."""
    with begin() as life:
        FAULTS[fault](life.server.faults, write)
        assert _end(life) == _without_fault()


@pytest.mark.parametrize("operation", ["createCommitOnBranch", "addLabelsToLabelable", "Snapshot"])
def test_spent_points_change_nothing(operation: str) -> None:
    """GraphQL's own limit, told in an answer of status 200, is waited for."""
    with begin() as life:
        life.server.faults.graphql_limit(operation=operation, reset_in=30)
        assert _end(life) == _without_fault()


@pytest.mark.parametrize("status", [500, 502])
def test_failing_reads_change_nothing(status: int) -> None:
    """A read that fails a few times is repeated."""
    with begin() as life:
        life.server.faults.fail(status, times=2, operation="Snapshot")
        assert _end(life) == _without_fault()


def test_github_that_does_not_answer(life: Life) -> None:
    """Where nothing can be read at all the run ends in a sentence and a code, and the next one goes on."""
    number = life.bug(body=form())
    life.server.faults.fail(503, times=100)
    life.say("bo", number, "/accept")
    life.server.faults.clear()
    assert life.product.codes[-1] == 3
    assert "github-unavailable" in life.product.log[-1]
    life.runs.schedule()
    assert "bo command accept True" in life.decisions(number)
