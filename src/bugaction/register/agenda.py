"""What the sweep needs of the register's index, and nothing more: ten thousand bugs stay small."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

__all__ = ["Agenda", "Appointment", "agenda_of"]


@dataclass(frozen=True, slots=True)
class Appointment:
    """Of an open bug: when its fix is due, when time alone changes something next, its phase, and whether an
    action item of it is open, whose close the bug itself does not show."""

    due: datetime | None = None
    next: datetime | None = None
    phase: str = ""
    has_items: bool = False


@dataclass(slots=True)
class Agenda:
    """The open bugs of an index by number, and the closed ones that have lost their row (`book.Stub`)."""

    open: dict[int, Appointment] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)


def agenda_of(text: str) -> Agenda:
    """What an index holds, line by line as `format_index` writes them.

    A line that cannot be read is left out: its bug is then one without a row, and looked at.
    """
    found = Agenda()
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end].strip().rstrip(",")
        start = end + 1
        if line.startswith("{") and line.endswith("}"):
            _read(line, found)
    return found


def _read(line: str, found: Agenda) -> None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return
    number = row.get("number") if isinstance(row, Mapping) else None
    if not isinstance(number, int):
        return  # none of ours
    if row.get("sha256") == "":
        found.lost.add(number)
    if "reported" not in row or row.get("state", "open") != "open":
        return  # a closed bug's line
    phase, listed = row.get("phase", "triage"), row.get("actions")
    items = listed if isinstance(listed, list) else []
    found.open.setdefault(
        number,
        Appointment(
            due=_time(row.get("due")),
            next=_time(row.get("next")),
            phase=phase if isinstance(phase, str) else "",
            has_items=any(isinstance(item, Mapping) and item.get("is_open", True) for item in items),
        ),
    )


def _time(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
