"""The task list of a description, as GitHub shows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.task_list import Task, tasks


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", []),
        ("Fixes #42", []),
        ("- [ ] test it", [Task("test it", is_done=False)]),
        ("* [x] test it", [Task("test it", is_done=True)]),
        ("1. [X] test it", [Task("test it", is_done=True)]),
        ("- [ ] one\r\n- [x] two\r\n", [Task("one", is_done=False), Task("two", is_done=True)]),
        ("- whole\n  - [ ] part", [Task("part", is_done=False)]),
        ("- [ ] one\n  more of it", [Task("one", is_done=False)]),
        ("- [ ]  spaced   out", [Task("spaced out", is_done=False)]),
        ("- [ ] " + "x" * 80, [Task("x" * 59 + "…", is_done=False)]),
        ("- [ ]", []),
        ("- [] no box", []),
        ("- [y] no box", []),
        ("[ ] no list", []),
        ("- a [ ] later", []),
        ("- first\n\n  [ ] second paragraph", []),
        ("```\n- [ ] code\n```", []),
        ("    - [ ] code", []),
        ("> - [ ] quoted", []),
        ("<!--\n- [ ] comment\n-->", []),
    ],
)
def test_what_is_an_item(body: str, expected: list[Task]) -> None:
    """A box at the beginning of a list's item, and nothing that is not shown as one."""
    assert list(tasks(body)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("update the docs (optional)", True),
        ("update the docs ( Optional, if time allows)", True),
        ("update the docs (N/A)", True),
        ("update the docs (not applicable: none)", True),
        ("N/A: no docs", True),
        ("n/a - no docs", True),
        ("Optional: update the docs", True),
        ("update the docs N/A", True),
        ("update the docs: n/a.", True),
        ("~~update the docs~~", True),
        ("~~update the docs~~.", True),
        ("update the docs", False),
        ("make the field optional", False),
        ("optionally update the docs", False),
        ("Optional fields are tested", False),
        ("~~update~~ the docs", False),
        ("remove the NA column", False),
    ],
)
def test_what_need_not_be_done(text: str, expected: bool) -> None:
    """Struck out, optional, or not applicable, in the ways in which people write that."""
    (task,) = tasks(f"- [ ] {text}")
    assert task.is_waived is expected


@given(st.text(st.sampled_from("-*[] xX\n~`>()<!n/aoptional1.#\t"), max_size=300))
def test_no_description_is_too_odd(body: str) -> None:
    """Each gets an answer, and no item is empty or over 60 characters."""
    assert all(0 < len(task.text) <= 60 and "\n" not in task.text for task in tasks(body))


@pytest.mark.parametrize(
    "body", ["- [ ] " + "~" * 60_000, "- " * 2_000 + "[ ] a", "- [ ] " + "(n/a" * 15_000]
)
def test_no_description_takes_long(body: str) -> None:
    """As long as GitHub takes it: a body has 65,536 characters."""
    assert len(tasks(body)) <= 1
