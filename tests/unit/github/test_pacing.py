"""Our own budget: bursts are free, the limits of a minute are not passed, reads are tried again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bugaction.errors import GitHubError, Rejected, Transient
from bugaction.github.pacing import Pace
from tests.unit.github.fake import Time


def test_a_burst_within_the_limit_waits_for_nothing() -> None:
    """Eighty things may be created at once: no fixed pause between requests."""
    time = Time()
    pace = Pace(time.clock, time.sleep)
    for _ in range(80):
        pace.spend(content=1, rest=5)
    assert time.naps == []


@pytest.mark.parametrize(
    ("budget", "points", "fits"), [("content", 1, 80), ("rest", 5, 180), ("graphql", 5, 400)]
)
def test_the_request_that_would_pass_a_limit_waits_for_the_minute_to_end(
    budget: str, points: int, fits: int
) -> None:
    """The oldest spending has to be a minute old before its points come back."""
    time = Time()
    pace = Pace(time.clock, time.sleep)
    for _ in range(fits):
        pace.spend(**{budget: points})
    time.sleep(20)
    pace.spend(**{budget: points})
    assert time.naps == [20, 40]


def test_points_come_back_one_by_one() -> None:
    """What was spent later is still spent when the first of it comes back."""
    time = Time()
    pace = Pace(time.clock, time.sleep)
    pace.spend(content=40)
    time.sleep(30)
    pace.spend(content=40)
    pace.spend(content=40)
    pace.spend(content=1)
    assert time.naps == [30, 30, 30]


def failing(*errors: GitHubError) -> Callable[[], str]:
    """A read that fails so, one error a try, and then answers."""
    left = list(errors)

    def read() -> str:
        if left:
            raise left.pop(0)
        return "answer"

    return read


@pytest.mark.parametrize(
    ("errors", "naps"),
    [
        ([], []),
        ([Transient("502")], [1]),
        ([Transient("502")] * 4, [1, 2, 4, 8]),
        ([Transient("limit", retry_after=20, rate_limited=True)], [20]),
        ([Transient("limit", retry_after=0.5)], [1]),
        ([Transient("limit", retry_after=60)], [60]),
    ],
)
def test_a_read_is_tried_again_by_a_fixed_schedule_and_github_s_advice(
    errors: list[GitHubError], naps: list[float]
) -> None:
    """Doubling pauses, five tries at the most, and never sooner than GitHub asks for."""
    time = Time()
    assert Pace(time.clock, time.sleep).retry(failing(*errors)) == "answer"
    assert time.naps == naps


@pytest.mark.parametrize(
    ("errors", "naps"),
    [
        ([Transient("502")] * 5, [1, 2, 4, 8]),
        ([Transient("limit", retry_after=61)], []),
        ([Transient("limit", retry_after=59), Transient("502")], [59]),
        ([Rejected("no")], []),
    ],
)
def test_a_read_gives_up_when_waiting_takes_too_long_or_cannot_help(
    errors: list[GitHubError], naps: list[float]
) -> None:
    """A minute of waiting in all; an error that time does not mend is raised at once."""
    time = Time()
    with pytest.raises(GitHubError, match=errors[-1].message):
        Pace(time.clock, time.sleep).retry(failing(*errors))
    assert time.naps == naps
