"""Front matter is read and changed line by line; what people wrote in it stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.documents.front_matter import front_values, with_values, without_key

TEXT = """---
bug: BUG-042
version: "1.0"  # ours
tags:
  - nfc
  - pay: now
approved:
  mia, 2026-11-26
# a remark
team: 'shop'
---
approved: nobody
"""


def test_values_are_read_with_what_belongs_to_them() -> None:
    """On one line, without quotes and remarks; what stands below the front matter is none of it."""
    assert front_values(TEXT) == {
        "bug": "BUG-042",
        "version": "1.0",
        "tags": "- nfc - pay: now",
        "approved": "mia, 2026-11-26",
        "team": "shop",
    }


@pytest.mark.parametrize("text", ["", "approved: x\n", "---\napproved: x\n", "---\n---\n", "---\n", "\ufeff"])
def test_a_text_without_front_matter_has_no_values(text: str) -> None:
    """Nor one whose front matter never ends."""
    assert front_values(text) == {}
    assert without_key(text, "approved") == text


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_key_is_taken_out_with_its_lines(ending: str) -> None:
    """Every other byte stays, the remark behind it too."""
    text = TEXT.replace("\n", ending)
    gone = "approved:\n  mia, 2026-11-26\n".replace("\n", ending)
    assert gone in text
    assert without_key(text, "approved") == text.replace(gone, "")
    assert without_key(text, "nothing") == text


def test_keys_are_added_at_the_end() -> None:
    """Where there is front matter."""
    assert with_values("---\nbug: BUG-042\n---\ntext\n", {"reopened": "1", "supersedes": "a.md"}) == (
        "---\nbug: BUG-042\nreopened: 1\nsupersedes: a.md\n---\ntext\n"
    )
    assert with_values("text\n", {"reopened": "1"}) == "text\n"


@given(st.text(alphabet="ab:-#\"' \n\r", max_size=60), st.sampled_from(["a", "b", "ab"]))
def test_it_is_total(middle: str, name: str) -> None:
    """Any front matter can be read, and loses no line but those of the key."""
    text = f"---\n{middle}\n---\nbody\n"
    front_values(text)
    after = without_key(text, name)
    assert name not in front_values(after)
    assert without_key(after, name) == after
