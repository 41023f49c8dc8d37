"""Whatever runs do to themselves, a bug's life has the same breaches and the same calls."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples, rarely
from tests.lives import Deed, Life, Look, Outcome, Quick, Whole, ideal, random_life, real

NUMBERS = st.integers(0, 2**32 - 1)
"""A life by its number, by which it is found again."""


def life(number: int) -> Life:
    """The life of that number."""
    return random_life(Random(number))  # noqa: S311 - a life, no secret


def compare(should: Outcome, was: Outcome) -> None:
    """The same breaches, and the same steps with the same due times: called once, or passed over."""
    assert was.breaches == should.breaches
    assert was.steps == should.steps
    assert all(count == 1 for _, count in should.calls)
    assert all(count <= 1 for _, count in was.calls)


@examples(40)
@given(NUMBERS)
def test_real_runs_come_to_what_the_ideal_comes_to(number: int) -> None:
    """Late, lost, doubled, or ended between a claim and its comment."""
    compare(ideal(life(number), Quick()), real(life(number), Quick()))


@pytest.mark.parametrize("number", [3, *rarely(*range(10, 30))])
def test_through_whole_decisions(number: int) -> None:
    """With documents, labels, comments and the rounds of a run: the quick world leaves out nothing that
    counts here."""
    was = real(life(number), Whole())
    compare(ideal(life(number), Quick()), was)
    assert was == real(life(number), Quick())


@pytest.mark.parametrize("number", [97, *rarely(4, 11, 35)])
def test_the_ideal_is_as_good_as_a_sweep_every_minute(number: int) -> None:
    """It looks at each deed and at each step that falls due; between them nothing happens."""
    found, every = ideal(life(number), Quick()), ideal(life(number), Quick(), every_minute=True)
    assert (found.breaches, found.steps, found.calls) == (every.breaches, every.steps, every.calls)
    assert found.looks < every.looks / 10


def test_a_life_by_hand() -> None:
    """A P0 that is lowered after two and a half hours: nobody looked before that, and an ideal would have
    called two. The steps of a P1 follow, on time."""
    deeds = (
        Deed(0, "say", "/severity P0 seen"),
        Deed(1, "say", "/accept"),
        Deed(150, "say", "/severity P1 better"),
    )
    looks = tuple(Look(minute) for minute in (0, 1, 150, 720, 1500))
    whole = Life(deeds, looks, 1500)
    should, was = ideal(whole, Quick()), real(whole, Quick())
    compare(should, was)
    dues = [due for _, due in was.steps]
    assert sorted(dues) == [
        "2026-11-24T10:00:00Z",
        "2026-11-24T11:00:00Z",
        "2026-11-24T21:00:00Z",
        "2026-11-25T03:00:00Z",
    ]
    assert sum(count for _, count in should.calls) == 4
    assert sum(count for _, count in was.calls) == 2
    assert [name for name, _ in was.breaches] == ["root-cause", "fix"]
