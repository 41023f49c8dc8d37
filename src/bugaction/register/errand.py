"""What a bug waits for: one thing that somebody has to do for it, as the register keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

__all__ = ["Errand"]


@dataclass(frozen=True, slots=True)
class Errand:
    """`what` is missing, in words; `who` are the logins of those it waits for, none where anybody may.

    `due` is in UTC, null where nothing says by when. `command` is a comment to paste, `url` a page on GitHub
    to open; either may be empty. `more` counts the things that wait for the same people behind this one.
    """

    what: str
    who: tuple[str, ...] = ()
    due: datetime | None = None
    command: str = ""
    url: str = ""
    more: Annotated[int, Field(ge=0)] = 0
