"""Many events at many bugs, several runs at once, in any order and with faults: it ends as one by one.

`python -m benchmarks.load` does the same with a thousand events and runs in processes of their own.
"""

from __future__ import annotations

import pytest

from tests.scenario.bustle import plan
from tests.scenario.load import live, strays


@pytest.mark.parametrize(
    ("bugs", "hours", "workers", "seed"),
    [
        (3, 0, 2, 3),
        *(pytest.param(8, 2, 4, seed, marks=pytest.mark.reliability) for seed in (3, 4)),
    ],
)
def test_at_once_ends_as_one_by_one(bugs: int, hours: int, workers: int, seed: int) -> None:
    """No event is lost, done twice or judged otherwise, even where runs of one bug meet."""
    deeds = plan(seed, bugs, hours)
    should = live(deeds)
    assert set(should.figures.ended) == {0}
    was = live(deeds, workers=workers, rate=0.03, grouped=False, seed=seed)
    assert sum(was.figures.faults.values()) > 0
    assert strays(was, should) == []


@pytest.mark.reliability
def test_with_the_workflow_s_groups() -> None:
    """As GitHub starts them: one run at a time for an issue or a pull request, and of those that wait the
    newest alone."""
    deeds = plan(5, 8)
    was = live(deeds, workers=4, rate=0.03, seed=5)
    assert strays(was, live(deeds)) == []
