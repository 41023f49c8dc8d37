"""What a commit status says: the first thing that is missing, how much more, within GitHub's limit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.policy import Mode
from bugaction.snapshot import StatusState
from bugaction.texts import LONGEST_STATUS, fit, join_problems


def test_a_short_text_is_left_alone() -> None:
    """Nothing is cut that fits; line breaks become spaces, for a status is one line."""
    assert fit("BUG-042: nobody has\naccepted it") == "BUG-042: nobody has accepted it"


def test_a_long_text_is_cut_at_a_word() -> None:
    """The cut is where a reader would cut, and is shown."""
    text = "word " * 60
    cut = fit(text)
    assert len(cut) <= LONGEST_STATUS
    assert cut.endswith("word…")


@given(st.text(max_size=400))
def test_no_status_is_ever_too_long_or_more_than_one_line(text: str) -> None:
    """Whatever stands in a name or a title."""
    cut = fit(text)
    assert len(cut) <= LONGEST_STATUS
    assert "\n" not in cut


@pytest.mark.parametrize(
    ("entries", "state", "text"),
    [
        ([(Mode.ENFORCE, "", True)], StatusState.SUCCESS, "All well"),
        ([(Mode.ENFORCE, "BUG-001: no", False)], StatusState.FAILURE, "BUG-001: no"),
        ([(Mode.OBSERVE, "BUG-001: no", False)], StatusState.SUCCESS, "Observing, would block: BUG-001: no"),
        (
            [(Mode.OBSERVE, "BUG-001: no", False), (Mode.ENFORCE, "BUG-002: no", False)],
            StatusState.FAILURE,
            "BUG-002: no",
        ),
        (
            [(Mode.ENFORCE, "BUG-001: no", False), (Mode.ENFORCE, "BUG-002: no", False)],
            StatusState.FAILURE,
            "BUG-001: no; and 1 more",
        ),
        (
            [(Mode.ENFORCE, "BUG-001: no", False), (Mode.ENFORCE, "BUG-001: no", False)],
            StatusState.FAILURE,
            "BUG-001: no",
        ),
        ([(Mode.ENFORCE, "", True), (Mode.OBSERVE, "", True)], StatusState.SUCCESS, "All well"),
    ],
)
def test_several_verdicts_become_one(
    entries: list[tuple[Mode, str, bool]], state: StatusState, text: str
) -> None:
    """Red as soon as one that is enforced does not pass; observing never blocks and always says so."""
    assert join_problems(entries, passed="All well") == (state, text)
