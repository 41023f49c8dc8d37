"""Two copies become one, and neither side's words are lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.documents.joining import joined
from bugaction.documents.merge import refresh
from bugaction.markdown import sections, split_lines
from tests.examples import examples
from tests.unit.documents.test_merge import EDITS, NEW, edit, page

ASSIGNMENT = "- [ ] told\n"


def with_words(text: str, words: str, below: str = ASSIGNMENT) -> str:
    """The document with words of a person below a line of it."""
    assert below in text
    return text.replace(below, f"{below}{words}")


def test_a_copy_that_says_nothing_of_its_own_changes_nothing() -> None:
    """Ours is given back byte for byte, whatever facts the other one has."""
    mine = with_words(NEW, "\nMine.\n")
    assert joined(mine, NEW) == mine
    assert joined(mine, mine) == mine
    assert joined(mine, refresh(NEW, page(owner="bo"))) == mine


def test_words_of_both_survive_where_they_stand() -> None:
    """Theirs come below ours, in the same section, with our facts."""
    ours = with_words(refresh(NEW, page(owner="bo")), "\nOurs.\n")
    theirs = with_words(NEW, "\nTheirs.\n")
    both = joined(ours, theirs)
    assert both.endswith("- [ ] told\n\nOurs.\n\nTheirs.\n")
    assert "Owner: bo\n" in both
    assert "Owner: ana" not in both
    assert joined(both, theirs) == both
    assert joined(both, ours) == both


def test_an_answer_in_the_other_copy_takes_the_place_of_the_question() -> None:
    """Once it is refreshed, as every document is before it is committed."""
    steps = "<!-- /bugaction:facts:steps -->\n"
    answered = refresh(with_words(NEW, "\n1. Press Pay\n", steps), page())
    both = refresh(joined(NEW, answered), page())
    assert "1. Press Pay" in both
    assert "Still to be written" not in both
    assert [section.title for section in sections(both)] == [section.title for section in sections(NEW)]


def test_what_stands_together_comes_together() -> None:
    """A fence keeps its ends although ours has a fence as well; other words do not run into it."""
    ours = with_words(NEW, "\n```\nours()\n```\n")
    theirs = with_words(NEW, "\nSee:\n\n```\ntheirs()\n```\n")
    both = joined(ours, theirs)
    assert both.count("```\n") == 4
    assert "```\nours()\n```\n" in both
    assert "```\ntheirs()\n```\n" in both


def test_line_ends_and_keys_are_kept() -> None:
    """Ours decides on the line ends; a key that somebody added to their front matter comes along."""
    ours = with_words(NEW, "\nOurs.\n").replace("\n", "\r\n")
    theirs = with_words(NEW, "\nTheirs.\n").replace("document: test\n", "document: test\nreviewed: yes\n")
    both = joined(ours, theirs)
    assert "\r\nTheirs.\r\n" in both
    assert "reviewed: yes" in both.partition("\n<!--")[0]
    assert joined(both, theirs) == both


def test_a_line_that_only_begins_like_our_hash_is_theirs() -> None:
    """A key ends with a blank behind its colon; what has none was written by somebody, and comes along."""
    theirs = NEW.replace("document: test\n", "document: test\nfacts:see-below\n")
    both = joined(NEW, theirs)
    front, _, _ = both.partition("\n<!--")
    assert "\nfacts:see-below\n" in front
    assert front.count("facts: sha256:") == 1
    assert joined(both, theirs) == both
    assert refresh(both, page()) == both


@pytest.mark.parametrize("empty", ["", "\n", "  \n\n"])
def test_an_empty_copy_holds_nothing(empty: str) -> None:
    """On either side; of two that are empty ours stays as it is, so that it settles."""
    assert joined(NEW, empty) == NEW
    assert joined(empty, NEW) == NEW
    assert joined(empty, " ") == empty


@given(EDITS, EDITS)
@examples(200)
def test_no_line_of_either_side_is_lost(
    ours: list[tuple[str, int, str]], theirs: list[tuple[str, int, str]]
) -> None:
    """Whatever two people do to their copies, each of their lines is in the one that becomes of them; and
    there it settles."""
    names: list[str] = []
    mine = refresh(edit(NEW, ours, names), page())
    other = refresh(edit(NEW, theirs, names), page(owner="bo"))
    both = joined(mine, other)
    assert all(name in both for name in names)
    assert joined(both, other) == both
    assert joined(both, mine) == both


@given(st.text(max_size=200), st.text(max_size=200))
@examples(200)
def test_any_two_texts_can_be_joined(ours: str, theirs: str) -> None:
    """Every line of ours stays, in order."""
    both = [line.rstrip("\r\n") for line in split_lines(joined(ours, theirs))]
    rest = iter(both)
    assert not ours.strip() or all(line.rstrip("\r\n") in rest for line in split_lines(ours) if line.strip())


@pytest.mark.parametrize("ours", ["---\n---", "---\na: 1\n---", "---\r\na: 1\r\n---"])
def test_front_matter_without_a_line_end_stays_a_line(ours: str) -> None:
    """What comes from the other copy begins below it."""
    both = joined(ours, "# A report\n")
    assert both.splitlines() == [*ours.splitlines(), "# A report"]
    assert joined(both, "# A report\n") == both


def test_their_front_matter_without_a_line_end_stays_above() -> None:
    """Where ours has none."""
    assert joined("mine\n", "---\na: 1\n---") == "---\na: 1\n---\nmine\n"
