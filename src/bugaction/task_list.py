"""The task list of a description: what its author has promised, and how much of it is done."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt

__all__ = ["Task", "tasks"]

_PARSER = MarkdownIt("commonmark").disable("inline")
"""Blocks alone: where a list item begins is no question of what its words are."""

_ITEM = re.compile(r"\[(?P<mark>[ xX])\][ \t\n]+(?P<text>\S.*)", re.DOTALL)
_WAIVED = re.compile(
    r"~~.*~~\W*|.*\(\s*(?:n/?a|not applicable|optional)\b.*"
    r"|(?:n/?a|not applicable|optional)\s*[:;,.–—-].*|.*\bn/a\W*",
    re.IGNORECASE,
)
"""Ways in which people mark an item that nobody has to do: struck out, `(optional)`, `N/A`, `Optional: …`."""

_LONGEST = 60
_LONGEST_MARKED = 400
"""Characters in which a mark is looked for: the patterns take time by the square of what they read."""


@dataclass(frozen=True, slots=True)
class Task:
    """One item. `text` is its first line, cut to 60 characters; `is_waived` says that it need not be done.

    `whole` is all of its first paragraph with single spaces, `line` the one-based line on which that begins.
    """

    text: str
    is_done: bool
    is_waived: bool = False
    whole: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


def tasks(body: str) -> tuple[Task, ...]:
    """The items of every task list in a description, in order, nested ones included.

    What stands in code, in a quotation or in an HTML comment is no item
    (https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/about-tasklists).
    """
    found: list[Task] = []
    quoted = 0
    first_in_item = False
    for token in _PARSER.parse(body):
        if token.type in ("blockquote_open", "blockquote_close"):
            quoted += token.nesting
        elif token.type == "list_item_open":
            first_in_item = True
        elif token.type == "inline":
            item = _ITEM.match(token.content) if first_in_item and not quoted else None
            if item is not None:
                line = token.map[0] + 1 if token.map is not None else 0
                found.append(_task(item["mark"], item["text"], line))
            first_in_item = False
    return tuple(found)


def _task(mark: str, text: str, number: int) -> Task:
    line = " ".join(text.partition("\n")[0].split())
    shown = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
    return Task(
        shown,
        is_done=mark != " ",
        is_waived=_WAIVED.fullmatch(line[:_LONGEST_MARKED]) is not None,
        whole=" ".join(text.split()),
        line=number,
    )
