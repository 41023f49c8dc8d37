"""Rows for tests of the register, plain and arbitrary."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from bugaction.register import Errand, Item, Paper, Row

BASE = "https://github.com/octo/shop"
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
_FIRST, _LAST = datetime(2020, 1, 1), datetime(2030, 12, 31)  # noqa: DTZ001 - hypothesis adds the zone
_TIMES = st.datetimes(_FIRST, _LAST, timezones=st.just(UTC))


def row(number: int = 42, *, reported: str = "2026-11-24", **changes: object) -> Row:
    """An open P1 that was reported at nine on that day; with `closed` a completed one."""
    at = datetime.fromisoformat(f"{reported}T09:00:00+00:00")
    whole = Row(
        number=number,
        url=f"{BASE}/issues/{number}",
        reported=at,
        title="Checkout fails",
        severity="P1",
        phase="fix",
        due=at.replace(hour=21),
        owners=("bo",),
    )
    if "closed" in changes:
        whole = replace(whole, state="completed", phase="closed")
    return replace(whole, **changes)  # type: ignore[arg-type]


def closed(
    number: int = 7, *, reported: str = "2026-11-20", day: str = "2026-11-22", **changes: object
) -> Row:
    """A bug that was fixed and closed."""
    return row(number, reported=reported, closed=date.fromisoformat(day), **changes)


def item(
    number: int = 90, *, text: str = "Test the coupon", due: str = "2026-12-01", is_open: bool = True
) -> Item:
    """An action item that became an issue."""
    return Item(number, f"{BASE}/issues/{number}", text, "ana", date.fromisoformat(due), is_open)


def _items() -> st.SearchStrategy[Item]:
    return st.builds(
        Item,
        issue=st.integers(1, 2**31 - 1),
        url=_TEXT,
        text=_TEXT,
        owner=_TEXT,
        due=_DAYS,
        is_open=st.booleans(),
    )


def _errands() -> st.SearchStrategy[Errand]:
    return st.builds(
        Errand,
        what=_TEXT,
        who=st.lists(_TEXT, max_size=2).map(tuple),
        due=st.none() | _TIMES,
        command=_TEXT,
        url=_TEXT,
        more=st.integers(0, 9),
    )


def arbitrary_rows(numbers: st.SearchStrategy[int] | None = None) -> st.SearchStrategy[Row]:
    """Rows with anything in them that a file can hold."""
    state = st.sampled_from(("open", "completed", "not-planned", "duplicate"))
    return st.builds(
        Row,
        number=numbers if numbers is not None else st.integers(1, 2**31 - 1),
        url=_TEXT,
        reported=_TIMES,
        title=_TEXT,
        severity=st.none() | st.sampled_from(("P0", "P1", "P2", "P3")),
        phase=_TEXT,
        state=state,
        due=st.none() | _TIMES,
        owners=st.lists(_TEXT, max_size=2).map(tuple),
        closed=st.none() | _DAYS,
        original=st.integers(0, 9),
        confidential=st.booleans(),
        documents=st.lists(st.builds(Paper, kind=_TEXT, url=_TEXT), max_size=2).map(tuple),
        actions=st.lists(_items(), max_size=2).map(tuple),
        parts=st.lists(_TEXT, max_size=2).map(tuple),
        files=st.lists(_TEXT, max_size=2).map(tuple),
        waiting=st.lists(_errands(), max_size=2).map(tuple),
    )
