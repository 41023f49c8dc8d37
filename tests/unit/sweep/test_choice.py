"""Whether something that is open needs a full look, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bugaction.model import Actor
from bugaction.ports import ThinBug, ThinPull, ThinStatus
from bugaction.register import Appointment
from bugaction.snapshot import StatusState
from bugaction.sweep import (
    Bounds,
    Rotation,
    Why,
    changed_after,
    closed_since,
    look_at_bug,
    look_at_pull,
    looks_at_lost,
)
from tests.values import VIEWER, at

NOW = at(1000)
SINCE = at(0)
CHANGED = at(900)
BOUNDS = Bounds(NOW, SINCE, VIEWER, CHANGED)
BUG = ThinBug(42, created=at(10), updated=at(20), labels=("P1", "phase: fix"))
OLD = ThinBug(42, created=at(-500), updated=at(-400), labels=("P1",))
QUIET = Appointment(due=at(2000), next=at(1500), phase="fix")


def why(bug: ThinBug, known: Appointment | None, bounds: Bounds = BOUNDS) -> Why | None:
    """Why the bug is looked at."""
    look = look_at_bug(bug, known, bounds)
    return look.why if look is not None else None


@pytest.mark.parametrize(
    ("bug", "known", "expected"),
    [
        (BUG, QUIET, None),
        (BUG, replace(QUIET, next=None), None),
        (BUG, replace(QUIET, next=NOW), Why.DUE),
        (replace(BUG, updated=CHANGED), QUIET, Why.CHANGED),
        (replace(BUG, updated=at(899)), QUIET, None),
        (BUG, None, Why.NEW),
        (BUG, replace(QUIET, phase="deployment"), Why.ON_ITS_WAY),
        (BUG, replace(QUIET, phase="verification"), Why.ON_ITS_WAY),
        (BUG, replace(QUIET, has_items=True), Why.ON_ITS_WAY),
        (OLD, None, None),
        (replace(OLD, labels=("P1", "phase: triage")), None, Why.NEW),
        (replace(OLD, updated=at(500)), None, None),
        (replace(OLD, updated=at(950)), None, Why.CHANGED),
        (OLD, QUIET, None),
        (OLD, replace(QUIET, next=at(999)), Why.DUE),
    ],
)
def test_a_bug(bug: ThinBug, known: Appointment | None, expected: Why | None) -> None:
    """By its row, by what has changed since the last sweep, and not at all where it is kept out."""
    assert why(bug, known) is expected


def test_everything_but_what_is_kept_out() -> None:
    """Where nobody knows when the last sweep was, or a configuration changed: 300 old bugs make no storm."""
    bounds = replace(BOUNDS, changed=None)
    assert why(BUG, QUIET, bounds) is Why.EVERYTHING
    assert why(BUG, None, bounds) is Why.EVERYTHING
    assert why(replace(OLD, updated=at(5)), None, bounds) is Why.EVERYTHING
    assert why(OLD, None, bounds) is None


def test_a_look_knows_its_deadline() -> None:
    """As the row tells it."""
    look = look_at_bug(BUG, replace(QUIET, next=at(5)), BOUNDS)
    assert look is not None
    assert (look.due, look.next, look.is_pull, look.gates) == (at(2000), at(5), False, False)


def status(state: StatusState, context: str = "bugaction/gate", **changes: object) -> ThinStatus:
    """A status under our name, ours unless said otherwise."""
    return replace(ThinStatus(context, state, "Holds", VIEWER), **changes)  # type: ignore[arg-type]


GREEN = status(StatusState.SUCCESS)
PULL = ThinPull(7, at(20), (GREEN,), is_all_good=True)


@pytest.mark.parametrize(
    ("pull", "expected"),
    [
        (PULL, None),
        (replace(PULL, statuses=()), Why.MISSING),
        (replace(PULL, statuses=(status(StatusState.SUCCESS, "bugaction/fix"),)), Why.MISSING),
        (replace(PULL, statuses=(replace(GREEN, creator=Actor("eve")),)), Why.FORGED),
        (replace(PULL, statuses=(replace(GREEN, creator=None),)), Why.FORGED),
        (
            replace(
                PULL, statuses=(GREEN, status(StatusState.SUCCESS, "bugaction/fix", creator=Actor("eve")))
            ),
            Why.FORGED,
        ),
        (replace(PULL, updated=at(950)), Why.CHANGED),
        (replace(PULL, statuses=(status(StatusState.FAILURE),)), Why.WAITING),
        (replace(PULL, statuses=(GREEN, status(StatusState.PENDING, "bugaction/fix"))), Why.WAITING),
        (replace(PULL, is_all_good=False), Why.CHECKS),
        (replace(PULL, is_all_good=None), Why.CHECKS),
        (replace(PULL, is_all_good=False, statuses=(replace(GREEN, description="Not a bug fix"),)), None),
    ],
)
def test_a_pull_request(pull: ThinPull, expected: Why | None) -> None:
    """Only one that is green all over, by us, is believed; of one that fixes nothing the checks do not
    matter."""
    look = look_at_pull(pull, BOUNDS)
    assert (look.why if look is not None else None) is expected
    assert look is None or (look.is_pull and look.gates)


@pytest.mark.parametrize("hours", [1, 2, 5, 24, 30])
@pytest.mark.parametrize("count", [0, 10, 600, 1000])
def test_the_rotation_leaves_nobody_out(hours: int, count: int) -> None:
    """Whatever the schedule's interval, and whenever it comes: each number has its turn in one round."""
    start = datetime.fromisoformat("2026-11-24T10:23:00+00:00")
    round_ = max(24, -(-count // 25))
    turns: dict[int, int] = dict.fromkeys(range(1, 200), 0)
    at_ = start
    while at_ < start + timedelta(hours=round_):
        following = at_ + timedelta(hours=hours, minutes=7 if hours > 1 else 0)
        for number in turns:
            turns[number] += Rotation(at_, following, count).has(number)
        at_ = following
    assert min(turns.values()) >= 1


def test_the_rotation_takes_little_at_a_time() -> None:
    """25 an hour of many, and nothing twice in the same hour."""
    start = datetime.fromisoformat("2026-11-24T10:05:00+00:00")
    hourly = Rotation(start, start + timedelta(hours=1), 10_000)
    assert sum(hourly.has(number) for number in range(1, 10_001)) == 25
    again = Rotation(start, start + timedelta(minutes=50), 10_000)
    assert not any(again.has(number) for number in range(1, 10_001))


def test_a_rotation_is_the_last_reason() -> None:
    """A pull request that only has its turn gates nothing."""
    bounds = replace(BOUNDS, rotation=Rotation(at(0), at(0) + timedelta(hours=24), 0))
    assert why(BUG, QUIET, bounds) is Why.ROTATION
    look = look_at_pull(PULL, bounds)
    assert look is not None
    assert (look.why, look.gates) == (Why.ROTATION, False)


@pytest.mark.parametrize(("count", "hours"), [(3, 24), (1000, 40)])
def test_lost_rows_have_a_rotation_of_their_own(count: int, hours: int) -> None:
    """Each has one turn in a day, or in as long as takes 25 an hour. Where no last sweep is known they are 25
    at a time, each hour others."""
    numbers = range(1, count + 1)
    looked: Counter[int] = Counter()
    for hour in range(hours):
        turn = Rotation(at(hour * 60), at(hour * 60 + 60), 10_000)
        found = looks_at_lost(numbers, replace(BOUNDS, rotation=turn))
        assert len(found) <= 25
        looked += Counter(look.number for look in found)
    assert looked == dict.fromkeys(numbers, 1)
    whole = [looks_at_lost(numbers, replace(BOUNDS, now=at(hour * 60))) for hour in range(hours)]
    assert {len(found) for found in whole} == {min(count, 25)}
    assert {look.number for found in whole for look in found} == set(numbers)
    assert whole[0][0].why is Why.LOST
    assert looks_at_lost((), BOUNDS) == []


def test_what_changed_while_a_sweep_began_counts() -> None:
    """Clocks and lists lag."""
    assert changed_after(at(30)) == at(20)
    assert changed_after(None) is None


@pytest.mark.parametrize(
    ("change", "bounds", "expected"),
    [
        ({}, {}, None),
        ({"statuses": ()}, {}, None),
        ({"is_all_good": None}, {}, Why.MISSING),
        ({"is_all_good": False}, {}, Why.WAITING),
        ({"updated": CHANGED}, {}, Why.CHANGED),
        ({}, {"changed": None}, Why.EVERYTHING),
        ({}, {"rotation": Rotation(at(900), at(9000), 1)}, Why.ROTATION),
    ],
)
def test_a_pull_request_whose_gates_are_check_runs(
    change: dict[str, object], bounds: dict[str, object], expected: Why | None
) -> None:
    """A list does not show them one by one, but whether all that reported is good."""
    pull = replace(PULL, **change)  # type: ignore[arg-type]
    look = look_at_pull(pull, replace(BOUNDS, as_runs=True, **bounds))  # type: ignore[arg-type]
    assert (look.why if look is not None else None) is expected


def test_of_closed_bugs_a_short_list_is_read() -> None:
    """Since the last sweep; a day where all is looked at."""
    assert closed_since(BOUNDS) == CHANGED
    assert closed_since(replace(BOUNDS, changed=None)) == NOW - timedelta(days=1)
