"""The issue that the team keeps for what waits for whom: our part of its body, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bugaction.register import Book, Errand, with_rows, with_waiting
from bugaction.register.pinned import MARK
from tests.unit.register.rows import row

END = "<!-- /bugaction:waiting -->"
BOOK = with_rows(Book(), [row(waiting=(Errand("the report", ("bo",)),))])


def test_an_issue_without_marks_gets_them_behind_what_is_there() -> None:
    """And an empty one only them."""
    body = with_waiting("Look here every morning.\n", BOOK)
    assert body.startswith(f"Look here every morning.\n\n\n{MARK}\n**bo**\n")
    assert body.endswith(END)
    assert with_waiting("", BOOK).startswith(MARK)


def test_what_people_wrote_around_stays() -> None:
    """Byte for byte, whatever the line ends."""
    body = f"Ours \r\n\r\n{MARK}\r\nold\r\n{END}\r\n\r\n  Ours as well\t"
    fresh = with_waiting(body, BOOK)
    before, _, rest = fresh.partition(MARK)
    inside, _, after = rest.partition(END)
    assert (before, after) == ("Ours \r\n\r\n", "\r\n\r\n  Ours as well\t")
    assert "old" not in inside
    assert "**bo**\r\n" in inside
    assert "\n" not in inside.replace("\r\n", "")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
@example("Ours ends with half of a line's end\r")
def test_written_twice_is_written_once(body: str) -> None:
    """Whatever stood there: the second time differs in nothing."""
    once = with_waiting(body, BOOK)
    assert with_waiting(once, BOOK) == once


def test_a_body_that_is_nearly_full_shows_fewer_people() -> None:
    """GitHub takes 65,536 characters."""
    crowd = with_rows(
        Book(),
        [row(number, waiting=(Errand("w" * 100, (f"dev{number}",)),)) for number in range(1, 400)],
    )
    body = with_waiting("x" * 40_000, crowd)
    assert len(body) < 65_000
    assert "more people have lines here" in body


@pytest.mark.parametrize(
    "body", [MARK, f"{END} {MARK}", f"{MARK} {MARK}", f"{MARK}\nOurs: who took the other mark away?"]
)
def test_a_mark_without_its_other_is_text(body: str) -> None:
    """It stays, and a whole part comes behind it, today and tomorrow."""
    once = with_waiting(body, BOOK)
    assert once.startswith(body)
    assert with_waiting(once, with_rows(Book(), [])).startswith(body)
