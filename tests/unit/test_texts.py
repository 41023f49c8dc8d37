"""What a commit status says: the first thing that is missing, how much more, within GitHub's limit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.model import Evidence, GateResult, Outcome, RequirementResult
from bugaction.policy import Mode
from bugaction.snapshot import StatusState
from bugaction.texts import LONGEST_STATUS, fit, join_problems, override_text, passed_text, rollup_text


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


MIA, ANA = Evidence("overridden by mia: the shop is down", actor="mia"), Evidence("overridden by ana")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], ""),
        ([MIA], "OVERRIDDEN by mia: the shop is down"),
        ([MIA, MIA], "OVERRIDDEN by mia: the shop is down"),
        ([MIA, ANA], "OVERRIDDEN by mia: the shop is down; OVERRIDDEN by ana"),
    ],
)
def test_an_override_is_in_the_status(words: list[Evidence], text: str) -> None:
    """Who, and why where that may be told."""
    assert override_text(words) == text


def test_a_long_reason_is_cut_and_its_author_is_not() -> None:
    """The status holds 140 code points."""
    text = override_text([Evidence("overridden by mia: " + "long " * 60)])
    assert text.startswith("OVERRIDDEN by mia: long long")
    assert len(text) <= LONGEST_STATUS


@pytest.mark.parametrize(
    ("overridden", "text"),
    [
        ({}, ""),
        ({"triage": [], "fix": []}, ""),
        ({"triage": [], "fix": ["mia"]}, "; fix OVERRIDDEN by mia"),
        ({"fix": ["mia", "mia"]}, "; fix OVERRIDDEN by mia"),
        ({"root-cause": ["mia"], "fix": ["mia"]}, "; root-cause and fix OVERRIDDEN by mia"),
        ({"fix": ["mia", "ana"]}, "; fix OVERRIDDEN by mia and ana"),
        ({"triage": ["ana"], "fix": ["mia"]}, "; OVERRIDDEN: triage by ana, fix by mia"),
    ],
)
def test_the_roll_up_says_which_gates_were_overridden(overridden: dict[str, list[str]], text: str) -> None:
    """Behind the bugs that it speaks of."""
    assert rollup_text("BUG-001", (), overridden) == f"Every gate holds for BUG-001{text}"


def test_what_was_put_off_is_not_said_to_hold() -> None:
    """It lets the merge pass and stays owed: how much of it, in the gate's status and in the roll-up's."""
    items = [
        RequirementResult("a", "It is so", outcome) for outcome in (Outcome.MET, *[Outcome.DEFERRED] * 2)
    ]
    gate = GateResult("release", 1, tuple(items))
    assert passed_text("Release", [gate]) == "Release passes, 2 put off"
    assert rollup_text("BUG-001", [gate, gate], {}) == "Every gate passes, 4 put off, for BUG-001"
    whole = GateResult("release", 1, tuple(items[:1]))
    assert passed_text("Release", [whole]) == "Release holds"
    assert rollup_text("BUG-001", [whole], {"fix": ["mia"]}).startswith("Every gate holds for BUG-001; fix ")


def test_the_bugs_give_way_to_who_overrode() -> None:
    """However many there are, and however long the logins."""
    names = " and ".join(f"BUG-{number:03d}" for number in range(40))
    assert rollup_text(names, (), {"fix": ["mia"]}).endswith("… OVERRIDDEN by mia".replace("… ", "…; fix "))
    long = rollup_text(names, (), {gate: [gate[0] * 39] for gate in ("triage", "root-cause", "fix")})
    assert "; OVERRIDDEN: triage by " in long
    assert len(long) <= LONGEST_STATUS


@pytest.mark.parametrize(
    ("entries", "state", "text"),
    [
        ([(Mode.ENFORCE, "", True)], StatusState.SUCCESS, "OVERRIDDEN by mia"),
        ([(Mode.OBSERVE, "BUG-002: no", False)], StatusState.SUCCESS, "OVERRIDDEN by mia"),
        ([(Mode.ENFORCE, "BUG-002: no", False)], StatusState.FAILURE, "BUG-002: no"),
    ],
)
def test_an_override_is_never_silent(
    entries: list[tuple[Mode, str, bool]], state: StatusState, text: str
) -> None:
    """Another bug that is only observed does not hide it; one that is held holds all the same."""
    assert join_problems(entries, passed="All well", overridden="OVERRIDDEN by mia") == (state, text)
