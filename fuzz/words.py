"""Bytes as text and back, so that a corpus can be read and every input of the fuzzer is a text."""

from __future__ import annotations

import codecs
from pathlib import Path

__all__ = ["ROOT", "lines_of", "parts_of", "text_of"]

ROOT = Path(__file__).parents[1]

_SURROGATE = 3
"""Bytes of a lone surrogate, as UTF-8 would have it."""


def _any_byte(error: UnicodeError) -> tuple[str, int]:
    """A lone surrogate where its three bytes stand, else the byte as a character of Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    start = error.start
    try:
        found = error.object[start : start + _SURROGATE].decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        found = ""
    if len(found) == 1:
        return found, start + _SURROGATE
    return chr(error.object[start]), start + 1


codecs.register_error("any-byte", _any_byte)


def text_of(data: bytes) -> str:
    """The text of any bytes: UTF-8, lone surrogates included; a byte that is none is one of Latin-1."""
    return data.decode("utf-8", "any-byte")


def parts_of(data: bytes, count: int) -> list[str]:
    """The texts that lines of `=====` part, `count` of them; those that are missing are empty."""
    parts = text_of(data).split("\n=====\n", count - 1)
    return [*parts, *[""] * (count - len(parts))]


def lines_of(text: str) -> list[str]:
    """The lines of a text as GitHub's editor counts them, without their ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
