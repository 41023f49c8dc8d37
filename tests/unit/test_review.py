"""What a commit says of itself, and which merges of a pull request brought its base alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.snapshot import Commit
from tests.values import at, changed, pull

BASE, FIRST, SECOND = "a" * 40, "b" * 40, "c" * 40


def made(oid: str, *parents: str, authors: tuple[str, ...] = ("bo",), web: bool = False) -> Commit:
    """A commit; with `web` GitHub made and signed it."""
    return Commit(oid, "m", authors, at(1), parents, "web-flow" if web else "bo", is_from_github=web)


@pytest.mark.parametrize(
    ("commit", "expected"),
    [
        (made(SECOND, FIRST, authors=("bo", "mia"), web=True), True),
        (made(SECOND, FIRST, authors=("bo", "mia")), False),
        (made(SECOND, FIRST, web=True), False),
        (made(SECOND, FIRST, BASE, authors=("bo", "mia"), web=True), False),
    ],
)
def test_an_applied_suggestion_is_made_by_github_with_a_co_author(commit: Commit, expected: bool) -> None:
    """A pushed commit with such a trailer is none, nor is a merge or an edit without a co-author."""
    assert commit.may_be_suggestion is expected


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        ((FIRST, BASE), True),
        ((BASE, "d" * 40), True),
        ((BASE, FIRST), False),
        ((FIRST, SECOND), False),
        ((FIRST,), False),
        ((FIRST, BASE, "d" * 40), False),
        ((), False),
    ],
)
def test_a_merge_of_the_base_brings_what_is_none_of_its_own_commits(
    parents: tuple[str, ...], expected: bool
) -> None:
    """Another branch's commits become its own, so merging that one is work like any other."""
    merge = made("e" * 40, *parents)
    known = pull(commits=[made(FIRST, BASE), made(SECOND, FIRST), merge])
    assert known.merges_base(merge) is expected


def test_files_are_cut_where_github_counts_more_than_it_lists() -> None:
    """What is not listed may be anything."""
    listed = replace(pull(), files=(changed("a.py"),), changed_files=1)
    assert (listed.files_cut, replace(listed, changed_files=3001).files_cut) == (False, True)
