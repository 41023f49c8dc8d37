"""The shipped extract files."""

from __future__ import annotations

import pytest

from bugaction.sandbox.contract.extracts import read_json, read_text


def test_an_extract_is_read_whether_it_is_compressed_or_not() -> None:
    """`webhooks.json` is shipped compressed, the schema plain; callers name neither form."""
    assert "type Repository implements Node" in read_text("schema.graphql")
    assert set(read_json("webhooks.json")) == {"events", "components"}


def test_an_extract_that_is_not_shipped_is_an_error() -> None:
    """A packaging mistake shows at once."""
    with pytest.raises(FileNotFoundError):
        read_text("absent.json")
