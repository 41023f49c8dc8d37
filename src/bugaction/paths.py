"""Patterns of paths, in the language of `.gitignore` without its negations."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["matches"]

_LONGEST = 200


def matches(pattern: str, path: str) -> bool:
    """Whether a path of the repository (`src/a.py`) is one that the pattern means.

    `**` stands for any folders, `*` for any part of one name, `?` for one character. Without a slash inside,
    a pattern means a name in any folder; one that ends in a slash means everything below. Case counts, as it
    does in git. Raises `ValueError` for a pattern that is empty, absolute, over 200 characters, or holds
    anything that does not belong into a path.
    """
    return _compiled(pattern).fullmatch(path) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = pattern.removesuffix("/").split("/")
    hostile = any(part in ("", ".", "..") for part in parts) or "\\" in pattern or not pattern.isprintable()
    if hostile or len(pattern) > _LONGEST:
        raise ValueError(f"no pattern of paths: {pattern!r}")
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
            text += _name(part) + ("" if last else "/")
    return re.compile(text, re.DOTALL)


def _name(part: str) -> str:
    """One folder's or file's name. Stars that follow each other are one: they would try every split."""
    pieces = re.split(r"(\*+|\?)", part)
    return "".join(
        "[^/]*" if piece.startswith("*") else "[^/]" if piece == "?" else re.escape(piece) for piece in pieces
    )
