"""What an edit ticked, of any two texts."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bugaction.boxes import Box, Toggle, boxes, plain, toggled
from bugaction.escaping import block, cell, fence, inline, link, remark
from bugaction.task_list import tasks

HEAD = "c" * 40
CHECKS = Box("checks", HEAD)
STAGING = Box("staging")


def body(*boxed: tuple[Box, bool], end: str = "\n") -> str:
    """A comment with these boxes, ticked or not."""
    lines = ["### A bug", "", "- ❌ Something is missing"]
    lines += [f"  {box.written(ticked=ticked)} I have seen it" for box, ticked in boxed]
    return end.join([*lines, "", "<sub>the end</sub>", ""])


BOXES = st.builds(
    Box,
    st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True),
    st.just("") | st.from_regex(r"[0-9a-f]{40}", fullmatch=True),
)
STATES = st.dictionaries(BOXES, st.tuples(st.booleans(), st.booleans()), max_size=6)
HOSTILE = st.text(st.sampled_from("-[]xX <!>attes:ch k\n\r\u2028ab0\\`|"), max_size=80)


def test_a_box_is_an_item_of_a_task_list() -> None:
    """GitHub shows it as one, and its mark not at all."""
    assert STAGING.written(ticked=False) == "- [ ] <!-- attest: staging -->"
    assert CHECKS.written(ticked=True) == f"- [x] <!-- attest: checks {HEAD} -->"
    shown = body((CHECKS, True), (STAGING, False))
    assert [task.is_done for task in tasks(shown)] == [True, False]
    assert boxes(shown) == (Toggle(CHECKS, ticked=True), Toggle(STAGING, ticked=False))


@given(STATES, st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_differs_is_told(states: dict[Box, tuple[bool, bool]], end: str) -> None:
    """Each box that was ticked or emptied, and no other; whatever the line ends are."""
    before = body(*((box, was) for box, (was, _) in states.items()))
    after = body(*((box, now) for box, (_, now) in states.items()), end=end)
    expected = tuple(Toggle(box, now) for box, (was, now) in states.items() if was is not now)
    assert toggled(before, after) == expected


@given(STATES, HOSTILE, st.integers(min_value=0, max_value=400))
def test_more_than_a_tick_is_no_tick(states: dict[Box, tuple[bool, bool]], text: str, place: int) -> None:
    """Text that is put in anywhere makes the edit none, unless it leaves the comment as it was shown."""
    before = body(*((box, was) for box, (was, _) in states.items()))
    after = body(*((box, now) for box, (_, now) in states.items()))
    mangled = after[:place] + text + after[place:]
    found = toggled(before, mangled)
    masked = [
        re.sub(r"^( *- \[)[ xX]\]", r"\1]", plain(each), flags=re.MULTILINE) for each in (before, mangled)
    ]
    assert (found is None) == (masked[0] != masked[1])


@given(HOSTILE | st.text(max_size=200), HOSTILE | st.text(max_size=200))
@example("- [ ] <!-- attest: checks -->", "- [x] <!-- attest: checks -->")
@example("- [ ] <!-- attest: a -->\u2028", "- [x] <!-- attest: a -->\u2028")
def test_it_is_total_and_finds_only_what_stands_there(before: str, after: str) -> None:
    """Any two texts give an answer, and a box that it names stands in both of them."""
    found = toggled(before, after)
    known = {item.box for item in boxes(before)} & {item.box for item in boxes(after)}
    assert {item.box for item in found or ()} <= known
    assert toggled(before, before) == ()


@pytest.mark.parametrize(
    "line",
    [
        "- [ ] <!-- attest:checks -->",
        "- [ ] <!-- attest: Checks -->",
        "- [ ] <!-- attest: checks cccc -->",
        "- [ ] <!-- attest: checks --> <!-- attest: staging -->".replace("- [ ]", "* [ ]"),
        "> - [ ] <!-- attest: checks -->",
        "- [ ] `<!-- attest: checks -->`",
        "- [y] <!-- attest: checks -->",
        "-  [ ] <!-- attest: checks -->",
        "- [ ] <!-- attest: checks -->x",
        "- [ ] <!-- attest: ../a -->",
    ],
)
def test_what_we_do_not_write_is_no_box(line: str) -> None:
    """So that a change of it is more than a tick."""
    assert boxes(line) == ()
    assert toggled(line, line.replace("[ ]", "[x]").replace("[y]", "[x]")) in (None, ())


def test_the_same_box_twice_is_told_as_it_stands() -> None:
    """One may have been ticked and the other emptied; each is told."""
    before, after = body((CHECKS, True), (CHECKS, False)), body((CHECKS, False), (CHECKS, True))
    assert toggled(before, after) == (Toggle(CHECKS, ticked=False), Toggle(CHECKS, ticked=True))
    assert toggled(body((CHECKS, False)), body((CHECKS, False)).replace("[ ]", "[X]")) == (
        Toggle(CHECKS, ticked=True),
    )
    assert toggled(body((CHECKS, True)), body((CHECKS, True)).replace("[x]", "[X]")) == ()


@given(HOSTILE | st.text(max_size=120))
@example("[ ] <!-- attest: checks -->")
@example("x\n- [ ] <!-- attest: checks -->")
def test_nobody_s_words_become_a_box(text: str) -> None:
    """Wherever a comment shows what people wrote."""
    written = "\n".join(
        (
            f"- {remark(text)}",
            f"- {inline(text)}",
            f"| {cell(text)} |",
            f"- {link(text, 'https://github.com/octo/shop')}",
            remark(f"- [ ] {text}"),
            block(text),
        )
    )
    assert boxes(written) == ()
    assert boxes(fence(text)) == ()
