"""What a page shows, asked of a whole CommonMark parser: the measure that the harnesses hold ours to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

__all__ = ["LIVE", "PAGE", "flat", "kinds", "spoken", "words"]

PAGE = MarkdownIt("commonmark").enable(["table", "strikethrough"])
LIVE = re.compile(r"@[\w-]|#\d|(?<![a-z0-9])gh-\d|://|(?<![a-z0-9])www\.", re.IGNORECASE)
"""What GitHub's finders for mentions, references and addresses need to see in a page's text."""

_PLAIN = MarkdownIt("commonmark")
_COMMAND = re.compile(r" {0,3}/[A-Za-z][A-Za-z-]{1,39}(?:[ \t]+.*)?")
_MARKS = re.compile("[\U000f0000-\U000ffffd]")


def flat(tokens: Iterable[Token]) -> Iterator[Token]:
    """Every token of a page, the inline ones too."""
    for token in tokens:
        yield token
        yield from token.children or ()


def words(text: str) -> str:
    """What a page shows outside of code; whatever parts two texts is a space."""
    return "".join(token.content if token.type == "text" else " " for token in flat(PAGE.parse(text)))


def kinds(text: str) -> set[str]:
    """The kinds of tokens on a page."""
    return {token.type for token in flat(PAGE.parse(text))}


def spoken(body: str) -> list[int]:
    """Numbers of the lines whose command a full parse of the page, every rule on, shows as running text."""
    plain = body.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    lines = _MARKS.sub("?", plain).split("\n")
    for number, line in enumerate(lines):
        if _COMMAND.fullmatch(line):
            lines[number] = line.replace("/", chr(0xF0000 + number), 1)
    quotes, text = 0, ""
    for token in _PLAIN.parse("\n".join(lines)):
        quotes += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if not quotes:
            text += "".join(child.content for child in token.children or () if child.type == "text")
    return [ord(mark) - 0xF0000 + 1 for mark in _MARKS.findall(text)]
