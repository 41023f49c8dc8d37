"""One row of the register: what is told of a bug in one line.

Rows are data for programs and hold people's words as they are, without what cannot be seen; whoever shows
them escapes them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bugaction.register.errand import Errand

__all__ = ["Item", "Paper", "Row", "SeverityName", "State", "digest_of", "read_row", "row_text"]

SeverityName = Literal["P0", "P1", "P2", "P3"]
State = Literal["open", "completed", "not-planned", "duplicate"]
_Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


@dataclass(frozen=True, slots=True)
class Paper:
    """A committed document of the bug: its kind (`report`) and its page."""

    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """An action item of the bug's post-mortem, by the issue that it became. `due` is the day it was opened
    with."""

    issue: _Number
    url: str
    text: str
    owner: str
    due: date
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A bug. Times are in UTC.

    `due` is when the fix of an open one is due, null where its severity sets no time. `next` is when time
    alone changes something about it next, null for never: a hint for the sweep, by which nothing is judged.
    `closed` is the day on which the issue was closed last. `original` is the bug that this one is a duplicate
    of, 0 for none. `parts` are the affected parts that the report names, `files` those that its merged fixes
    changed most. `waiting` is what an open one waits for, what is due first in front. A confidential bug has
    no title, documents, action items, parts and files here.
    """

    number: _Number
    url: str
    reported: datetime
    title: str = ""
    severity: SeverityName | None = None
    phase: str = "triage"
    state: State = "open"
    due: datetime | None = None
    next: datetime | None = None
    owners: tuple[str, ...] = ()
    closed: date | None = None
    original: int = 0
    confidential: bool = False
    documents: tuple[Paper, ...] = ()
    actions: tuple[Item, ...] = ()
    parts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    waiting: tuple[Errand, ...] = ()

    @property
    def year(self) -> int:
        """The year of the report, in UTC: where the row stands once the bug is closed, for good."""
        return self.reported.year

    @property
    def is_open(self) -> bool:
        """Whether the issue is open."""
        return self.state == "open"


@cache
def _rows() -> TypeAdapter[Row]:
    return TypeAdapter(Row)


def row_text(row: Row) -> str:
    """The row as one line of JSON, what is as usual left out."""
    return _rows().dump_json(row, exclude_defaults=True).decode("utf-8")


def read_row(text: str) -> Row | None:
    """The row that a line of JSON holds, None for any other text."""
    try:
        return _rows().validate_json(text)
    except ValueError:
        return None


def digest_of(row: Row) -> str:
    """Sixteen hexadecimal digits that tell whether a row is still the same.

    The files that its fixes changed do not count: not every run reads them, and they change no more. A field
    that goes, or has another name, changes it for each row that has it: the rows of a year are then looked at
    again once one of them changes, in their turn.
    """
    return hashlib.sha256(row_text(replace(row, files=())).encode("utf-8")).hexdigest()[:16]
