"""What a sweep leaves for the next one: how it comes onto the records branch."""

from __future__ import annotations

import pytest

from bugaction.errors import GitHubError, Rejected, StaleHead, Transient
from bugaction.leaving import leave
from bugaction.plan import CommitFiles
from bugaction.reconcile import Reconciler
from bugaction.records import RECORDS_BRANCH
from bugaction.sweep import BACKLOG_FILE, Backlog, Shard, format_backlog, parse_backlog
from tests.memory import Memory
from tests.values import at, repository

HALF = Shard(1, 2)
PROBLEM = "What is left could not be kept for the next sweep: "


def world() -> Memory:
    """The other half of the sweep has left 5."""
    memory = Memory()
    memory.files[RECORDS_BRANCH] = {BACKLOG_FILE: format_backlog(Backlog((5,), {"2/2": at(1)})) or ""}
    return memory


def left_by(memory: Memory, left: tuple[int, ...], waits: list[float], *, defer: bool = False) -> str:
    """Leave these; why it failed."""
    reconciler = Reconciler(memory.reader_for, memory, lambda: at(60), waits.append)
    return leave(reconciler, HALF, left, (4,), at(60), defer=defer)


@pytest.mark.parametrize("fault", [StaleHead("It moved"), Transient("502 Bad Gateway")])
def test_a_branch_that_moves_is_written_again(fault: GitHubError) -> None:
    """Beside what the other half has left, after waits that grow."""
    memory, waits = world(), list[float]()
    memory.faults = [(CommitFiles, fault, False)] * 2
    assert left_by(memory, (4,), waits) == ""
    kept = parse_backlog(memory.files[RECORDS_BRANCH][BACKLOG_FILE])
    assert kept == Backlog((5, 4), {"1/2": at(60), "2/2": at(1)})
    assert waits == [0.25, 0.5]


@pytest.mark.parametrize(("fault", "tries"), [(StaleHead("It moved"), 5), (Rejected("It is protected"), 0)])
def test_what_cannot_be_written_is_said(fault: GitHubError, tries: int) -> None:
    """After five tries against a branch that moves, and at once for what no other try mends."""
    memory, waits = world(), list[float]()
    memory.faults = [(CommitFiles, fault, False)] * 9
    assert left_by(memory, (4,), waits) == f"{PROBLEM}{fault.message}"
    assert len(waits) == tries


@pytest.mark.parametrize("defer", [True, False])
def test_without_a_branch_to_write_nothing_is_left(defer: bool) -> None:
    """Where nothing is recorded yet, or another job records."""
    memory, waits = world(), list[float]()
    if not defer:
        memory.repo = repository(records=None)
    why = "another job commits" if defer else "there is no records branch to write"
    assert left_by(memory, (4,), waits, defer=defer) == f"{PROBLEM}{why}"
    assert memory.log == []


def test_the_same_is_not_written_again() -> None:
    """An empty commit would only move the branch under everybody else's."""
    memory = world()
    memory.files[RECORDS_BRANCH][BACKLOG_FILE] = format_backlog(Backlog((5, 4), {"1/2": at(60)})) or ""
    assert left_by(memory, (4,), []) == ""
    assert memory.log == []


def test_the_last_that_is_done_takes_the_file_along() -> None:
    """There is none while nothing waits."""
    memory = world()
    memory.files[RECORDS_BRANCH][BACKLOG_FILE] = format_backlog(Backlog((4,), {"1/2": at(1)})) or ""
    assert left_by(memory, (), []) == ""
    assert BACKLOG_FILE not in memory.files[RECORDS_BRANCH]
