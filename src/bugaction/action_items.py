"""Action items: what a post-mortem promises, by whom and by when, as people write it in a task list.

    - [ ] Alert on failed payments @octocat due 2026-12-01
    - [ ] Rehearse the rollback (#123)

An item is the whole text of a task list's box, wherever it stands below the heading of the action items.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from bugaction.markdown import Section, sections
from bugaction.moment import parse_day
from bugaction.task_list import tasks

__all__ = ["SECTION", "ActionItem", "Horizon", "action_items"]

SECTION = "actions"
_TITLE = "action items"
"""The section's id in the post-mortem, and its heading where somebody took the id away."""


class Horizon(StrEnum):
    """How soon an item is to be done; the values are the ids of the post-mortem's sections."""

    WEEK = "this-week"
    MONTH = "this-month"
    QUARTER = "this-quarter"


@dataclass(frozen=True, slots=True)
class ActionItem:
    """One item. `text` is what will be done, without owner, date and issue.

    `owner` is a login or "", `due` the day it is due by, `issue` the number of the issue that it names, 0 for
    none. `line` is one-based in its document. `horizon` is None where it stands below none of the three.
    """

    text: str
    owner: str = ""
    due: date | None = None
    issue: int = 0
    is_done: bool = False
    horizon: Horizon | None = None
    line: int = 0


@lru_cache(maxsize=32)
def action_items(text: str) -> tuple[ActionItem, ...]:
    """The items of a post-mortem, in its order; total on any text. What is struck out is none.

    Remembered, because one decision asks for the same document several times.
    """
    found: dict[int, ActionItem] = {}
    for section in sections(text):
        horizon = Horizon(section.id) if section.id in tuple(Horizon) else None
        if horizon is not None or section.id == SECTION or _is_untold(section):
            for item in _items(text, section, horizon):
                found[item.line] = item if horizon is not None else found.get(item.line, item)
    return tuple(found[line] for line in sorted(found))


def _is_untold(section: Section) -> bool:
    return not section.id and section.title.casefold() == _TITLE


def _items(text: str, section: Section, horizon: Horizon | None) -> Iterator[ActionItem]:
    above = _lines(text[: section.body_start])
    for task in tasks(section.body):
        if not _is_struck(task.whole):
            yield _item(task.whole, is_done=task.is_done, horizon=horizon, line=above + task.line)


def _is_struck(words: str) -> bool:
    bare = words.rstrip(" .,;:!")
    return len(bare) > len("~~~~") and bare.startswith("~~") and bare.endswith("~~")


def _lines(text: str) -> int:
    """How many lines end in a text; LF, CRLF and CR end one (CommonMark 0.31, section 2.1)."""
    return len(re.findall(r"\r\n|\r|\n", text))


_CODE = re.compile(r"`[^`]*`")
_OWNER = re.compile(r"(?<![\w@./-])@(?P<login>[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99}))(?![\w/-])", re.ASCII)
_DUE = re.compile(r"\(?\bdue:?\s+(?:on\s+|by\s+)?(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})\b\)?", re.IGNORECASE)
_ISSUE = re.compile(
    r"\(?(?<![\w/&])#(?P<number>[1-9][0-9]{0,9})\b\)?",
    re.ASCII,
)
_LARGEST = 2**31 - 1
"""Numbers travel as GraphQL's `Int`, which has 32 bits (spec.graphql.org, "Int")."""


def _item(words: str, *, is_done: bool, horizon: Horizon | None, line: int) -> ActionItem:
    """The first owner, the first date and the first issue count; words in code are words."""
    shown = _CODE.sub(lambda code: "\0" * len(code[0]), words)
    owner, due, issue = _OWNER.search(shown), _DUE.search(shown), _ISSUE.search(shown)
    number = int(issue["number"]) if issue is not None else 0
    day = parse_day(due["day"]) if due is not None else None
    taken = [
        found.span()
        for found, counts in ((owner, True), (due, day is not None), (issue, 0 < number <= _LARGEST))
        if found is not None and counts
    ]
    for start, end in sorted(taken, reverse=True):
        words = f"{words[:start]} {words[end:]}"
    return ActionItem(
        text=" ".join(words.split()).strip(" ,;:–—-"),
        owner=owner["login"] if owner is not None else "",
        due=day,
        issue=number if number <= _LARGEST else 0,
        is_done=is_done,
        horizon=horizon,
        line=line,
    )
