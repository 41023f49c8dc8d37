"""A version is approved by a word in the ledger, or by what a person wrote into its front matter."""

from __future__ import annotations

import pytest

from bugaction.documents.approval import approval_of
from bugaction.model import Evidence, RecordKind
from tests.values import at, line

URL = "https://github.com/octo/shop/issues/42#issuecomment-7"


def text(value: str) -> str:
    """A document whose front matter says so."""
    return f"---\nbug: BUG-042\napproved: {value}\n---\n# Report\n"


@pytest.mark.parametrize("value", ["mia", '"mia, 2026-11-26"', "yes", "true", "\n  - mia\n  - bo"])
def test_anything_that_is_said_counts(value: str) -> None:
    """It is quoted as it stands."""
    found = approval_of("report", "1.0", text(value), ())
    assert found is not None
    assert found.text.startswith("approved: ")
    assert found.at is None


@pytest.mark.parametrize(
    "value", ["", '""', "~", "false", "No", "null", "TBD", "[Name]", "…", "pending", "# by whom?", "n/a"]
)
def test_what_says_nothing_does_not(value: str) -> None:
    """A placeholder, or a plain no."""
    assert approval_of("report", "1.0", text(value), ()) is None


def test_a_word_in_the_ledger_counts_for_its_version() -> None:
    """With who gave it and when; before what the text says."""
    word = line(
        RecordKind.COMMAND, "IC_7#x", actor="mia", requirement="report-approved", version="1.0", url=URL
    )
    found = approval_of("report", "1.0", text("bo"), (word,))
    assert found == Evidence("approved by mia", URL, "mia", word.at)
    assert approval_of("report", "1.1", "# Report\n", (word,)) is None
    assert approval_of("report", "1.1", None, (word,)) is None
    assert word.at >= at(0)
