"""The file of `--save-snapshot`."""

from __future__ import annotations

from bugaction.capture import parse, written
from bugaction.errors import UserError
from bugaction.escaping import clean
from fuzz.words import text_of


def check(data: bytes) -> None:
    """Refused with its place, or read; and what was read is the same after it was written again."""
    try:
        found = parse(text_of(data), "facts.json")
    except UserError as error:
        assert clean(error.message) == error.message, error.message
        return
    if found is not None:
        text = written(found)
        again = parse(text, "facts.json")
        assert again is not None
        assert written(again) == text
