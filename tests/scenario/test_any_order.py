"""Events that come late, twice, in another order or not at all: the facts decide, and one sweep heals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.scenario.life import CONFIG, Life, begin, form

BUG, FIX, OTHER = 1, 2, 3
NOTES = 'BUG-001: section "Summary" is still to be written, and 3 more wait (+3)'
CAUSE = "BUG-001: no first look is written down{}"

DEEDS: Sequence[Callable[[Life], object]] = (
    lambda life: life.people.open_issue("dee", "Checkout fails", "It is broken."),
    lambda life: life.people.label("cy", BUG, "P2"),
    lambda life: life.people.open_pull("bo", "Repair", "fix/checkout", body=f"Fixes #{BUG}"),
    lambda life: life.people.label("mia", BUG, "P1"),
    lambda life: life.people.comment("dee", BUG, "/severity P3 it is not so bad"),
    lambda life: life.people.open_pull("eve", "Something else", "feature/other", body="No bug."),
    lambda life: life.people.comment("bo", BUG, "/accept"),
    lambda life: life.people.comment("cy", BUG, "/assign backup @mia\n/channel incident-1"),
    lambda life: life.people.edit_issue("dee", BUG, body=form()),
)
"""A bug from report to the end of triage, with a severity that changes and a person who may not change it."""


def _prepare(life: Life) -> None:
    """What stands before the first deed. With `since`, no run decides from when on bugs count."""
    config = "version: 1\nsince: 2026-11-01T00:00:00Z\n"
    life.people.push("ana", "main", {CONFIG: config}, "Configure the bug response")
    life.people.push("bo", "fix/checkout", {"checkout.py": "1\n"}, "Repair")
    life.people.push("eve", "feature/other", {"other.py": "1\n"}, "Something else")
    life.runs.skip()


@cache
def _in_order() -> dict[str, object]:
    """How it ends when every event comes once, at once and in order."""
    with begin() as life:
        _prepare(life)
        for deed in DEEDS:
            deed(life)
            life.pass_on()
        return life.outcome(BUG, FIX, OTHER)


def test_in_order_ends_with_triage_done() -> None:
    """The life that the other orders are compared with is one that ends well."""
    end = _in_order()
    assert end["statuses"] == {
        FIX: {
            "bugaction/triage": ("success", "Triage holds"),
            "bugaction/root-cause": ("failure", CAUSE.format(" (+3)")),
            "bugaction/fix": ("failure", "BUG-001: no check has run on this commit (+2)"),
            "bugaction/release": ("failure", NOTES),
            "bugaction/gate": ("failure", CAUSE.format(" (+10)")),
        },
        OTHER: {"bugaction/gate": ("success", "Not a bug fix")},
    }
    assert end["labels"] == ["P1", "phase: root-cause"]


@settings(
    examples(6),
    database=None,
    phases=[Phase.explicit, Phase.generate],  # a life takes seconds: shrinking one takes minutes
)
@given(st.lists(st.integers(0, len(DEEDS) - 1), max_size=len(DEEDS) + 2))
def test_any_order_and_one_sweep_end_the_same(delivered: list[int]) -> None:
    """Whichever events come, in whichever order and however often, one sweep leads to the same end."""
    with begin() as life:
        _prepare(life)
        for deed in DEEDS:
            deed(life)
            life.world.clock.advance(minutes=1)
        events = [event for event in life.world.told if event.name != "push"][-len(DEEDS) :]
        life.runs.skip()
        for index in delivered:
            life.runs.run(events[index])
        life.runs.schedule()
        assert life.outcome(BUG, FIX, OTHER) == _in_order()
        before = len(life.server.writes)
        life.runs.schedule()
        assert len(life.server.writes) == before
