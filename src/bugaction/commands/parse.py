"""Commands in a comment's text: `/word arguments` at the start of a line.

What GitHub shows as code, as a quotation or not at all (HTML comments) is not spoken by the comment's
author, so a command there is none. Where those parts are is asked of a CommonMark parser.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

__all__ = ["Call", "parse_calls"]

_CALL = re.compile(r" {0,3}/(?P<name>[A-Za-z][A-Za-z-]{1,39})(?:[ \t]+(?P<rest>.*))?", re.ASCII)
"""At least two letters: `/s` ends a joke, and `/usr/bin` is a path. A word that goes on with anything but a
space is no command."""

_SILENT = frozenset({"fence", "code_block", "html_block", "blockquote_open"})
"""Blocks of markdown-it-py whose lines are shown as code, as HTML or as a quotation."""

_LONGEST_BODY = 65_536
"""GitHub's limit on a comment (reference: "Body is too long (maximum is 65536 characters)")."""

_MOST_CALLS = 20
"""Nobody means more in one comment; the rest is left alone, which bounds the work and the replies."""


@dataclass(frozen=True, slots=True)
class Call:
    """A command as it was written. `line` is one-based; `text` is what stands below it, for those that take
    a text, stripped."""

    name: str
    arguments: tuple[str, ...] = ()
    text: str = ""
    line: int = 0

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that stay the same while the call means the same.

        Case of the name, spacing, and where the call stands in its comment do not count.
        """
        meaning = "\n".join((self.name, " ".join(self.arguments), self.text))
        return hashlib.sha256(meaning.encode()).hexdigest()[:12]

    @property
    def tail(self) -> str:
        """The arguments as one text."""
        return " ".join(self.arguments)


def _comment_lines(lines: Sequence[str]) -> set[int]:
    """Indexes of lines that an HTML comment inside a paragraph reaches over, its first line excepted.

    A comment that never ends is none: its opener is shown as text.
    """
    hidden: set[int] = set()
    opened: int | None = None
    for index, line in enumerate(lines):
        rest = line
        while rest:
            _, found, rest = rest.partition("<!--" if opened is None else "-->")
            if found and opened is None:
                opened = index
            elif found and opened is not None:
                hidden.update(range(opened + 1, index + 1))
                opened = None
    return hidden


def _silent_lines(body: str, lines: Sequence[str]) -> set[int]:
    from markdown_it import MarkdownIt  # only a comment that may hold a command pays for the parser

    silent: set[int] = set()
    for token in MarkdownIt("commonmark").parse(body):
        if token.type in _SILENT and token.map is not None:
            silent.update(range(*token.map))
    visible = ["" if index in silent else line for index, line in enumerate(lines)]
    return silent | _comment_lines(visible)


def parse_calls(body: str, with_text: Collection[str] = ()) -> tuple[Call, ...]:
    """The commands of a comment, in order; total: any text gives an answer.

    `with_text` names the commands that take the lines below them, up to the next command.
    """
    body = body[:_LONGEST_BODY].replace("\r\n", "\n").replace("\r", "\n")
    if "/" not in body:
        return ()
    lines = body.split("\n")
    spoken = [(index, found) for index, line in enumerate(lines) if (found := _CALL.fullmatch(line))]
    silent = _silent_lines(body, lines) if spoken else set()
    spoken = [(index, found) for index, found in spoken if index not in silent]
    calls: list[Call] = []
    ends = [*(index for index, _ in spoken), len(lines)][1:]
    for (index, found), end in list(zip(spoken, ends, strict=True))[:_MOST_CALLS]:
        name = found["name"].casefold()
        text = "\n".join(lines[index + 1 : end]).strip() if name in with_text else ""
        calls.append(Call(name, tuple((found["rest"] or "").split()), text, index + 1))
    return tuple(calls)
