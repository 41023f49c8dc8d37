"""Many stories as figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bugaction.model import Severity
from bugaction.replay.figures import Spread, figures
from bugaction.snapshot import IssueState
from tests.unit.replay.stories import NO_TEST, RED, lap, merge, story


@pytest.mark.parametrize(
    ("hours", "median", "p90"),
    [
        ((), None, None),
        ((3,), 3, None),
        ((1, 4), 2.5, None),
        ((1, 2, 3, 4, 30), 3, 30),
        ((5, 3, 1, 2, 4, 9, 8, 7, 6, 100), 5.5, 9),
        (range(1, 21), 10.5, 18),
    ],
)
def test_median_and_p90(hours: tuple[int, ...], median: float | None, p90: float | None) -> None:
    """The smallest that nine of ten do not exceed; of fewer than five it would be the largest."""
    stories = [story(number, Severity.P1, lap("fix", each)) for number, each in enumerate(hours)]
    found = figures([*stories, story(99)]).by_severity[0].fixed
    assert found.known == len(hours)
    assert found.median == (timedelta(hours=median) if median is not None else None)
    assert found.p90 == (timedelta(hours=p90) if p90 is not None else None)


def test_in_time_counts_what_is_overdue_and_open() -> None:
    """Not what still has time, nor what nothing tells of; and nothing that was put aside."""
    open_ = IssueState.OPEN
    stories = [
        story(1, Severity.P0, lap("fix", 3, 4)),
        story(2, Severity.P0, lap("fix", 5, 4)),
        story(3, Severity.P0, lap("fix", None, 4, late=2), state=open_),
        story(4, Severity.P0, lap("fix", None, 4), state=open_),
        story(5, Severity.P0, lap("fix", 9, 4), state=IssueState.NOT_PLANNED),
    ]
    (found,) = figures(stories).by_severity
    assert (found.bugs, found.open) == (5, 2)
    assert (found.fixed.known, found.fixed.judged, found.fixed.kept) == (2, 3, 1)
    assert found.answered == Spread(0, 0, 0)


def test_what_has_no_target_is_judged_by_none() -> None:
    """It counts for the median alone."""
    (found,) = figures(
        [story(1, Severity.P3, replace(lap("fix", 50), target=None, due=None, late=None))]
    ).by_severity
    assert (found.fixed.known, found.fixed.judged, found.fixed.median) == (1, 0, timedelta(hours=50))


def test_severities_in_their_order_those_without_last() -> None:
    """Only those that there are."""
    found = figures([story(1, None), story(2, Severity.P3), story(3, Severity.P0)])
    assert [each.severity for each in found.by_severity] == [Severity.P0, Severity.P3, None]


def test_reasons_by_how_many_they_would_have_held() -> None:
    """Each merge once; the newest first. What could not be there is counted apart."""
    asked = (NO_TEST, RED)
    stories = [
        story(1, merges=(merge(11, RED, hours=1), merge(12, NO_TEST, RED, hours=3))),
        story(2, merges=(merge(13, asked=asked, owed=(RED,), taken_back=True),), reopened=2, came_back=1),
        story(3, by_hand=True, laps=(lap("fix", 30),)),
    ]
    found = figures(stories)
    assert [(each.verdict.id, [item.number for item in each.merges]) for each in found.reasons] == [
        ("checks", [12, 11]),
        ("regression-test", [12]),
    ]
    assert (found.bugs, found.late, found.merges, found.held, found.owed) == (3, 1, 3, 2, 1)
    assert found.asked == ((NO_TEST.sentence, 1), (RED.sentence, 1))
    assert (found.reopened, found.came_back, found.taken_back, found.without_fix) == (1, 1, 1, 1)
