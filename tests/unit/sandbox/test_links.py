"""Closing keywords and mentions, as GitHub's documentation describes them."""

from __future__ import annotations

import pytest

from bugaction.sandbox.entities import Repository
from bugaction.sandbox.links import closing_text, mentioned
from bugaction.sandbox.state import State
from tests.values import T0

STATE = State(Repository("octo", "shop", 1, T0))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Fixes #1", (1,)),
        ("close #1, closes #2, closed #3", (1, 2, 3)),
        ("RESOLVES: #4 and resolved #5", (4, 5)),
        ("Fixes #1, #2", (1,)),
        ("fixes octo/shop#7", (7,)),
        ("fixes octo/other#7", ()),
        ("prefixes #1", ()),
        ("Fix\n#1", ()),
        ("`fixes #1`", ()),
        ("```\nfixes #1\n```\nfixes #2", (2,)),
        ("<!-- fixes #1 -->", ()),
        ("fixes #1 fixes #1", (1,)),
        ("", ()),
    ],
)
def test_closing_text(text: str, numbers: tuple[int, ...]) -> None:
    """A keyword before each number; code and comments do not count."""
    assert closing_text(STATE, text) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("See #1 and (#2)", (1, 2)), ("a#1 b/#2", ()), ("octo/shop#3", (3,)), ("`#4`", ()), ("#5x", ())],
)
def test_mentioned(text: str, numbers: tuple[int, ...]) -> None:
    """A number after a hash that stands for itself."""
    assert mentioned(STATE, text) == numbers
