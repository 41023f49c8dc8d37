"""In which order a sweep looks: the oldest deadline first, and nothing waits for ever."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime

from bugaction.sweep.choice import Look, Why

__all__ = ["in_order_of_waiting", "in_turn", "sort_key"]

_FAR = datetime.max.replace(tzinfo=UTC)
_FIRST = (Why.CLOSED, Why.MISSING, Why.FORGED)


def sort_key(look: Look, now: datetime) -> tuple[int, datetime, int]:
    """Gates that stand open first; then what is overdue, the oldest deadline in front; then what comes next;
    then the other pull requests, which people wait for; then the rest."""
    if look.why in _FIRST:
        return 0, _FAR, look.number
    if look.due is not None and look.due <= now:
        return 1, look.due, look.number
    if look.next is not None:
        return 2, look.next, look.number
    return (3 if look.is_pull else 4), look.due or _FAR, look.number


def in_turn(looks: Iterable[Look], waiting: Collection[int], now: datetime) -> Iterator[Look]:
    """Each look once. Every second one is of what an earlier sweep has left, as long as there is any.

    `waiting` are the numbers that were left, the longest waiting first. So half of what a sweep does goes to
    them, whatever else is urgent: each comes to its turn after a bounded number of sweeps, even where the
    same bugs are overdue all the time.
    """
    ordered = sorted(looks, key=lambda look: sort_key(look, now))
    by_number = {look.number: look for look in ordered}
    left = [by_number[number] for number in waiting if number in by_number]
    done: set[int] = set()
    urgent, patient = iter(ordered), iter(left)
    while True:
        before = len(done)
        for source in (urgent, patient):
            found = next((look for look in source if look.number not in done), None)
            if found is not None:
                done.add(found.number)
                yield found
        if len(done) == before:
            return


def in_order_of_waiting(
    left: Iterable[Look], waiting: tuple[int, ...], missed: Iterable[Look] = ()
) -> tuple[int, ...]:
    """The numbers that are left: first those that were left before, in their order, then the others.

    Last come those that were looked at and `missed`: they have had their turn, and where they are missed in
    every sweep, however many they are, they keep no other from its own.
    """
    numbers = [look.number for look in left]
    before = set(numbers)
    first = (number for number in waiting if number in before)
    return tuple(dict.fromkeys([*first, *numbers, *(look.number for look in missed)]))
