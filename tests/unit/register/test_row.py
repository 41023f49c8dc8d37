"""One row: a line of JSON, and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from bugaction.register import Row, digest_of, row_text
from bugaction.register.row import read_row
from tests.unit.register.rows import arbitrary_rows, closed, row


@given(arbitrary_rows())
def test_a_row_is_one_line_and_comes_back(given_row: Row) -> None:
    """Whatever stands in it: no line break, and the same row."""
    text = row_text(given_row)
    assert "\n" not in text
    assert "\r" not in text
    assert read_row(text) == given_row


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"number": 0}', '{"number": 7, "url": "", "reported": "x"}']
)
def test_what_is_no_row(text: str) -> None:
    """Anything else is none, and raises nothing."""
    assert read_row(text) is None


def test_what_is_as_usual_takes_no_place() -> None:
    """Ten thousand rows stay small."""
    assert row_text(replace(row(), owners=(), due=None, title="", severity=None)) == (
        '{"number":42,"url":"https://github.com/octo/shop/issues/42","reported":"2026-11-24T09:00:00Z","phase":"fix"}'
    )


def test_the_digest_tells_a_change() -> None:
    """It leaves out the files of the fix, which not every run reads."""
    same = digest_of(closed())
    assert digest_of(closed(files=("src/cart.py",))) == same
    assert digest_of(closed(title="Checkout works")) != same
    assert len(same) == 16
