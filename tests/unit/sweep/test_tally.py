"""A sweep's account in words."""

from __future__ import annotations

from bugaction.sweep import Shard, Tally, Why
from tests.values import at


def test_an_account_says_what_was_left() -> None:
    """How much was seen, how much of it looked at and why, and what the next one begins with."""
    tally = Tally(Shard(2, 8), 250, 1, 3, {Why.ROTATION: 1, Why.DUE: 4}, (42, 43), since=at(0))
    assert list(tally.lines()) == [
        "Seen on 3 thin pages: 250 open bugs, 1 open pull request (part 2/8)",
        f"Changes count since {at(0):%Y-%m-%d %H:%M} UTC, when the last complete sweep began",
        "Looked at in full: 5",
        "4 × its time has come",
        "1 × its turn: everything is looked at now and then",
        "Left: 2; the next sweep begins with #42",
    ]


def test_why_everything() -> None:
    """Nothing is left: nothing is said of it."""
    assert list(Tally(everything="a label was deleted or renamed", pages=1).lines()) == [
        "Seen on 1 thin page: 0 open bugs, 0 open pull requests",
        "Everything was looked at: a label was deleted or renamed",
        "Looked at in full: 0",
    ]


def test_an_archived_repository_s_account_names_no_moment() -> None:
    """No change counted, and nothing was looked at."""
    assert list(Tally().lines())[1:] == ["Looked at in full: 0"]
