"""Our own budget of requests: bursts are free, GitHub's secondary limits are not passed.

PyGithub would space all requests evenly instead, and count a GraphQL read as a write.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import TypeVar

from bugaction.errors import Transient
from bugaction.ports import Clock, Sleep

__all__ = ["BACKOFF", "LONGEST_WAIT", "Cost", "Pace"]

BACKOFF = (1.0, 2.0, 4.0, 8.0)
"""Seconds before the second try of a read and each further one: at most five tries."""

LONGEST_WAIT = 60.0
"""Seconds that all waits of one read may take together; GitHub's own advice counts too."""

_MINUTE = timedelta(minutes=1)

_Answer = TypeVar("_Answer")


class Cost(Enum):
    """What is limited in a minute, and how far.

    https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api, "About secondary rate
    limits": a REST read is 1 point and a write 5, a GraphQL query 1 and a mutation 5.
    """

    REST = 900
    GRAPHQL = 2000
    CONTENT = 80


class Pace:
    """Waits before a request that would pass a limit, and between the tries of a read."""

    def __init__(self, clock: Clock, sleep: Sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._spent: dict[Cost, deque[tuple[datetime, int]]] = {cost: deque() for cost in Cost}

    def now(self) -> datetime:
        """The time by the clock that was given."""
        return self._clock()

    def rest(self, seconds: float) -> None:
        """Wait that long."""
        self._sleep(seconds)

    def spend(self, **costs: int) -> None:
        """Take points from the budgets named (`rest`, `graphql`, `content`), after waiting for them."""
        for name, points in costs.items():
            self._spend(Cost[name.upper()], points)

    def _spend(self, cost: Cost, points: int) -> None:
        spent = self._spent[cost]
        while spent:
            oldest = spent[0][0]
            if oldest <= self._clock() - _MINUTE:
                spent.popleft()
            elif sum(paid for _, paid in spent) + points > cost.value:
                self._sleep((oldest + _MINUTE - self._clock()).total_seconds())
            else:
                break
        spent.append((self._clock(), points))

    def retry(self, read: Callable[[], _Answer]) -> _Answer:
        """Try a read until it answers.

        Only for reads, and for what is the same when it is done twice: a write that failed may have been
        carried out.

        Raises the last `Transient` when the tries or the time are used up, and any other error at once.
        """
        left = LONGEST_WAIT
        for pause in BACKOFF:
            try:
                return read()
            except Transient as error:
                wait = max(pause, error.retry_after or 0.0)
                if wait > left:
                    raise
                left -= wait
            self._sleep(wait)
        return read()
