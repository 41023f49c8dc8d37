"""What a sweep leaves for the next one: numbers, in the order in which they were left.

They lie in one file on the records branch, as long as there are any. Like the register it is no truth: one of
an open bug that is lost from it is met by the rotation, and one that is added costs a look.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bugaction.errors import UserError

__all__ = ["BACKLOG_FILE", "DEFAULT_BUDGET", "Backlog", "Shard", "format_backlog", "parse_backlog"]

DEFAULT_BUDGET = 600
"""Requests that one sweep may make: GITHUB_TOKEN has 1,000 an hour for the whole repository
(https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api), and events need some too."""

BACKLOG_FILE = "sweep.json"
"""At the root of the records branch, beside `meta.json`."""

_MOST_SHARDS = 256
"""Jobs of one matrix (https://docs.github.com/actions/reference/limits)."""

_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Shard:
    """The part `index` of `count` equal ones, from 1: what a sweep looks at, by number."""

    index: int = 1
    count: int = 1

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    def has(self, number: int) -> bool:
        """Whether the issue or pull request belongs to it. Each belongs to exactly one of `count`."""
        return number % self.count == self.index - 1

    @classmethod
    def parse(cls, text: str, where: str) -> Shard:
        """`2/8`, or the whole for an empty text. Raises `UserError`; `where` names the input in it."""
        if not text.strip():
            return cls()
        found = re.fullmatch(r"\s*([0-9]{1,3})\s*/\s*([0-9]{1,3})\s*", text, re.ASCII)
        index, count = (int(found[1]), int(found[2])) if found is not None else (0, 0)
        if not 1 <= index <= count <= _MOST_SHARDS:
            raise UserError(
                f"{where} is {text.strip()[:80]!r}, which is no part of a whole.",
                remedy=f"Give the part and how many there are, such as 2/8; {_MOST_SHARDS} are the most.",
            )
        return cls(index, count)


@dataclass(frozen=True, slots=True)
class Backlog:
    """`left` are the numbers that were left, the longest waiting first.

    `began` is, by part, when the last sweep began that left some: whatever had changed by then was looked at,
    or is among them. So a sweep that ends red for one bug does not have the next one look at everything
    again. One that could decide nothing leaves the moment as it was.
    """

    left: tuple[int, ...] = ()
    began: Mapping[str, datetime] = field(default_factory=dict)

    def after(
        self, shard: Shard, left: Iterable[int], seen: Collection[int], began: datetime | None
    ) -> Backlog:
        """The backlog once this part has left these.

        What other parts have left stays, and what another sweep of this part left since, which is none of
        the numbers that it has `seen`. `began` is None where it did not look at all that had changed: then
        changes go on to count from where they did.
        """
        own = tuple(dict.fromkeys(left))
        others = [number for number in self.left if not shard.has(number) or number not in seen]
        kept = {part: at for part, at in self.began.items() if part != str(shard)}
        since = began if began is not None else self.began.get(str(shard))
        return Backlog((*others, *own), {**kept, str(shard): since} if own and since is not None else kept)


def parse_backlog(text: str | None) -> Backlog:
    """The backlog that a text holds; an empty one from a text that cannot be read."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return Backlog()
    if not isinstance(found, Mapping) or found.get("version") != 1:
        return Backlog()
    left, began = found.get("left"), found.get("began")
    numbers = left if isinstance(left, list) else []
    kept = (each for each in numbers if type(each) is int and 0 < each <= _LARGEST)
    times = {part: _time(at) for part, at in began.items()} if isinstance(began, Mapping) else {}
    return Backlog(tuple(dict.fromkeys(kept)), {part: at for part, at in times.items() if at is not None})


def format_backlog(backlog: Backlog) -> str | None:
    """The file's text; None where nothing is left, and there is to be no file."""
    if not backlog.left:
        return None
    began = {part: at.isoformat() for part, at in sorted(backlog.began.items())}
    return f'{{\n"version": 1,\n"began": {json.dumps(began)},\n"left": {json.dumps(list(backlog.left))}\n}}\n'


def _time(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
