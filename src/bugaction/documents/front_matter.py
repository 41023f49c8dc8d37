"""The front matter of a document, read and written line by line.

It is not read as YAML: people write in it, and what does not parse must neither stop a run nor get lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bugaction.markdown import front_matter_lines, split_lines

__all__ = ["KEY", "front_values", "with_values", "without_key"]

KEY = re.compile(r"([A-Za-z][A-Za-z0-9_-]*):(?:\s|$)")
"""A key at the start of its line; indented lines and list items below it belong to it."""

_REMARK = re.compile(r"(?:^|\s)#.*")


def _lines(text: str) -> tuple[list[str], int]:
    lines = split_lines(text)
    return lines, front_matter_lines(lines)


def front_values(text: str) -> dict[str, str]:
    """The value of each key on one line, without quotes and remarks; of a key that stands twice, the last."""
    lines, end = _lines(text)
    found: dict[str, list[str]] = {}
    words: list[str] = []
    for line in lines[1 : max(end - 1, 1)]:
        key = KEY.match(line)
        if key is not None:
            words = found[key[1]] = []
        words.append(_REMARK.sub("", line[key.end(1) + 1 :] if key is not None else line).strip())
    return {key: " ".join(part for part in parts if part).strip("\"'") for key, parts in found.items()}


def without_key(text: str, name: str) -> str:
    """The text without a key and what belongs to it; every other byte stays."""
    lines, end = _lines(text)
    kept: list[str] = []
    is_gone = False
    for index, line in enumerate(lines):
        key = KEY.match(line) if 0 < index < end - 1 else None
        belongs = index < end - 1 and line[:1] in (" ", "\t", "-")
        is_gone = key[1] == name if key is not None else is_gone and belongs
        if not is_gone:
            kept.append(line)
    return "".join(kept)


def with_values(rendered: str, values: Mapping[str, str]) -> str:
    """A rendered text with these keys at the end of its front matter; as it is where it has none.

    Values are ours: a word, a number or a file's name.
    """
    lines, end = _lines(rendered)
    if not end:
        return rendered
    lines[end - 1 : end - 1] = [f"{key}: {value}\n" for key, value in values.items()]
    return "".join(lines)
