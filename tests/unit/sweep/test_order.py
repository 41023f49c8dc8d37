"""In which order a sweep looks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bugaction.sweep import Look, Why, in_order_of_waiting, in_turn
from tests.values import at

NOW = at(1000)


def numbers(looks: list[Look], waiting: tuple[int, ...] = ()) -> list[int]:
    """The order in which they are looked at."""
    return [look.number for look in in_turn(looks, waiting, NOW)]


def test_the_oldest_deadline_first() -> None:
    """Behind gates that stand open; then what comes next, other pull requests, and the rest."""
    looks = [
        Look(1, Why.ROTATION),
        Look(2, Why.WAITING, is_pull=True, gates=True),
        Look(3, Why.DUE, due=at(2000), next=at(900)),
        Look(4, Why.DUE, due=at(2000), next=at(800)),
        Look(5, Why.CHANGED, due=at(700)),
        Look(6, Why.CHANGED, due=at(600), next=at(1200)),
        Look(7, Why.FORGED, is_pull=True, gates=True),
        Look(8, Why.CHANGED, due=at(3000)),
    ]
    assert numbers(looks) == [7, 6, 5, 4, 3, 2, 8, 1]


def test_every_second_look_is_of_what_was_left() -> None:
    """In the order of waiting; what is gone by now is passed over."""
    looks = [Look(number, Why.DUE, due=at(number)) for number in range(1, 7)]
    assert numbers(looks, (6, 99, 5)) == [1, 6, 2, 5, 3, 4]
    assert numbers(looks, (1, 2)) == [1, 2, 3, 4, 5, 6]


def test_what_was_looked_at_and_missed_waits_behind_what_was_not_looked_at() -> None:
    """However long it has waited: it had its turn."""
    left, missed = [Look(number, Why.LEFT) for number in (1, 2)], [Look(3, Why.LEFT), Look(4, Why.DUE)]
    assert in_order_of_waiting(left, (3, 2)) == (2, 1)
    assert in_order_of_waiting(left, (3, 2), missed) == (2, 1, 3, 4)


@given(
    due=st.lists(st.integers(0, 2000), max_size=30),
    waiting=st.lists(st.integers(1, 40), unique=True, max_size=30),
)
def test_each_once(due: list[int], waiting: list[int]) -> None:
    """Whatever is left, nothing is looked at twice and nothing is forgotten."""
    looks = [Look(number, Why.DUE, due=at(minutes)) for number, minutes in enumerate(due, start=1)]
    assert sorted(numbers(looks, tuple(waiting))) == list(range(1, len(due) + 1))


@given(count=st.integers(2, 60), room=st.integers(2, 9))
def test_nothing_waits_for_ever(count: int, room: int) -> None:
    """Where the same half is overdue in each sweep, the other half still comes to its turn."""
    looks = [
        Look(number, Why.DUE, due=at(number) if number <= count // 2 else None)
        for number in range(1, count + 1)
    ]
    left: tuple[int, ...] = ()
    seen: set[int] = set()
    for _ in range(2 * count):
        order = numbers(looks, left)
        seen |= set(order[:room])
        rest = order[room:]
        left = tuple(dict.fromkeys([*(number for number in left if number in rest), *rest]))
    assert seen == set(range(1, count + 1))


@given(count=st.integers(2, 60), room=st.integers(2, 9))
def test_what_is_missed_in_every_sweep_keeps_no_other_from_its_turn(count: int, room: int) -> None:
    """Also where every look that is taken is missed."""
    looks = {number: Look(number, Why.LEFT) for number in range(1, count + 1)}
    left: tuple[int, ...] = ()
    seen: set[int] = set()
    for _ in range(count):
        order = numbers([*looks.values()], left)
        seen |= set(order[:room])
        rest, missed = ([looks[each] for each in part] for part in (order[room:], order[:room]))
        left = in_order_of_waiting(rest, left, missed)
    assert seen == looks.keys()
