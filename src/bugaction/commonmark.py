"""Markdown read with no more of the parser's rules than a question needs.

A body may hold 65,536 characters, and a line of `[` costs the parser's rules for links seconds. So blocks are
found first, by line alone, and the text inside one is taken apart only where somebody asks for it. Where a
text holds more brackets than people write, nothing in it is read as a link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

__all__ = ["MOST_BRACKETS", "Page", "read"]

MOST_BRACKETS = 2_000
"""Opening brackets of a text whose links are still read. Each costs the rules about 30 µs; a release note of
65,536 characters has some hundred."""


@dataclass(frozen=True, slots=True)
class Page:
    """A text in blocks: markdown-it's tokens in order, those of type `inline` without their children."""

    tokens: Sequence[Token]
    _parser: MarkdownIt
    _references: Mapping[str, object] = field(default_factory=dict)

    def inside(self, token: Token) -> Sequence[Token]:
        """What stands inside an `inline` token: text, code, links, HTML."""
        if not token.content:
            return ()
        (found,) = self._parser.parseInline(token.content, dict(self._references))
        return found.children or ()


def read(
    text: str,
    *,
    tables: bool = True,
    strikethrough: bool = True,
    indented_code: bool = True,
    marks: bool = True,
) -> Page:
    """The blocks of a text; total, and linear in its length.

    `tables` and `strikethrough` are GitHub's additions to CommonMark. Without `indented_code` a line far to
    the right is no code, as in a title or a commit message. Without `marks`, emphasis and entities are plain
    text, which moves neither code nor HTML.
    """
    off = () if indented_code else ("code",)
    if not marks:
        off = (*off, "emphasis", "entity")
    if text.count("[") > MOST_BRACKETS:
        off = (*off, "link", "image")
    on = (*(("table",) if tables else ()), *(("strikethrough",) if strikethrough else ()))
    references: dict[str, object] = {}
    # A lone surrogate is possible in JSON and cannot be encoded, which normalising a link does.
    whole = text.encode("utf-8", "replace").decode("utf-8")
    tokens = _parser(on, (*off, "inline", "text_join")).parse(whole, references)
    return Page(tokens, _parser(on, off), references)


@cache
def _parser(on: tuple[str, ...], off: tuple[str, ...]) -> MarkdownIt:
    return MarkdownIt("commonmark").enable(on).disable(off)
