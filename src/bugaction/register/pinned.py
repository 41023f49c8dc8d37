"""What waits for whom, between two marks in the body of an issue that the team has pinned.

Everything around the marks is the team's and stays as it is, byte for byte; where there are none yet, they
come behind what is there.
"""

from __future__ import annotations

import re

from bugaction.register.book import Book
from bugaction.register.people import waiting_table

__all__ = ["MARK", "with_waiting"]

MARK = "<!-- bugaction:waiting -->"
_END = "<!-- /bugaction:waiting -->"

_WHOLE = re.compile(rf"{re.escape(MARK)}(?:(?!{re.escape(MARK)}).)*?{re.escape(_END)}", re.DOTALL)
"""From the last mark in front of an end: what stands behind one that has lost its end is the team's."""

_ROOM = 60_000
"""Bytes of an issue's body, of the 65,536 characters that GitHub takes."""

_AROUND = 300
"""Bytes of the marks and of the sentence on what is left out."""


def with_waiting(body: str, book: Book) -> str:
    """The body with the lines as they are now; as many people's as there is room for beside the team's words.

    Line ends are those of what stands between the marks, or else of the body: GitHub's editor writes CR LF.
    """
    own = _WHOLE.search(body)
    ending = "\r\n" if "\r\n" in (own.group() if own is not None else body) else "\n"
    before, after = (body[: own.start()], body[own.end() :]) if own is not None else (body, "")
    room = max(0, _ROOM - _AROUND - len(before.encode()) - len(after.encode()))
    lines = (MARK, *waiting_table(book, room), _END)
    gap = ending * 2 if own is None and before.strip() else ""
    return f"{before}{gap}{ending.join(lines)}{after}"
