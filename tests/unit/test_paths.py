"""Patterns of paths mean what a `.gitignore` means by them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.paths import matches


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("tests/**", "tests/test_a.py", True),
        ("tests/**", "tests/unit/deep/test_a.py", True),
        ("tests/**", "tests", False),
        ("tests/**", "src/tests/test_a.py", False),
        ("**/tests/**", "tests/a.py", True),
        ("**/tests/**", "src/shop/tests/a.py", True),
        ("**/tests/**", "src/mytests/a.py", False),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**/b", "a/x/y/bb", False),
        ("*.py", "a.py", True),
        ("*.py", "deep/down/a.py", True),
        ("test_*.py", "src/test_a.py", True),
        ("test_*.py", "src/my_test_a.py", False),
        ("src/*.py", "src/a.py", True),
        ("src/*.py", "src/deep/a.py", False),
        ("tests/", "tests/a/b.py", True),
        ("tests/", "deep/tests/b.py", True),
        ("tests/", "tests", False),
        ("?.py", "a.py", True),
        ("?.py", "ab.py", False),
        ("a?b/c", "a/b/c", False),
        ("*Test.*", "src/main/CartTest.java", True),
        ("*Test.*", "src/main/Carttest.java", False),
        ("a.b", "axb", False),
        ("a*a", "a", False),
        ("ab*ba", "aba", False),
        ("ab*b*ba", "abba", False),
        ("ab*b*ba", "abbba", True),
        ("*b*", "abc", True),
        ("**", "anything/at/all", True),
        ("a**b", "a-b", True),
        ("a**b", "a/b", False),
    ],
)
def test_a_pattern_means_what_git_means(pattern: str, path: str, expected: bool) -> None:
    """Folders, parts of names, single characters, and nothing else."""
    assert matches(pattern, path) is expected


@pytest.mark.parametrize("pattern", ["", "/", "/a", "a//b", "../a", "a/./b", "a\\b", "a\nb", "x" * 201])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    """Empty, absolute, outside of the repository, or too long."""
    with pytest.raises(ValueError, match="no pattern of paths"):
        matches(pattern, "a")


def reference(pattern: str, path: str) -> bool:
    """The same in a regular expression."""
    parts = pattern.removesuffix("/").split("/")
    if len(parts) == 1:
        parts.insert(0, "**")
    if pattern.endswith("/"):
        parts.append("**")
    text = ""
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if part == "**":
            text += ".+" if last else "(?:[^/]+/)*"
        else:
            name = "".join({"*": "[^/]*", "?": "[^/]"}.get(char, re.escape(char)) for char in part)
            text += name + ("" if last else "/")
    return re.fullmatch(text, path) is not None


WORDS = st.text("ab.", min_size=1, max_size=3).filter(lambda word: word not in (".", ".."))
PARTS = st.one_of(st.just("**"), st.text("ab*?", min_size=1, max_size=4))
PATTERNS = st.tuples(st.lists(PARTS, min_size=1, max_size=4), st.sampled_from(["", "/"])).map(
    lambda made: "/".join(made[0]) + made[1]
)


@given(PATTERNS, st.lists(WORDS, min_size=1, max_size=5).map("/".join))
def test_every_pattern_is_as_the_reference_reads_it(pattern: str, path: str) -> None:
    """Whatever stars stand beside each other."""
    assert matches(pattern, path) is reference(pattern, path)


def test_no_pattern_takes_long() -> None:
    """Stars that a reader with memory would try in every way, on a path that almost fits."""
    assert not matches("/".join(["**", "a"] * 40), "/".join(["a"] * 1000) + "/b")
    assert not matches("*a" * 90 + "b", "a" * 4000)
