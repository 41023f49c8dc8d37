"""Many events at many bugs, several runs at once, in any order and with faults: it ends as one by one.

`python -m benchmarks.load` does the same with a thousand events and runs in processes of their own.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bugaction.sandbox.git import GitStore
from tests.scenario.bustle import plan
from tests.scenario.life import RECORDS
from tests.scenario.load import live, strays


def test_at_once_ends_as_one_by_one(tmp_path: Path) -> None:
    """No event is lost, done twice or judged otherwise, even where runs of one bug meet; and the life can be
    looked into afterwards."""
    deeds = plan(3, 2, 0)
    should = live(deeds)
    assert set(should.figures.ended) == {0}
    was = live(deeds, workers=2, rate=0.03, grouped=False, seed=3, left=tmp_path)
    assert strays(was, should) == []
    left = GitStore(tmp_path / "repository.git")
    assert left.fsck() == ""
    assert len(left.history(RECORDS)) > 3
    assert (tmp_path / "requests.log").read_text(encoding="utf-8").count("mutation") > 3


@pytest.mark.reliability
def test_hours_at_once_end_as_one_by_one() -> None:
    """Through reviews, merges, closes and words whose runs gave up: the sweep makes good what is left."""
    deeds = plan(4, 10)
    was = live(deeds, workers=4, rate=0.03, grouped=False, seed=4)
    assert strays(was, live(deeds)) == []
