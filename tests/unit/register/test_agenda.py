"""What the sweep reads of the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bugaction.register import (
    Agenda,
    Appointment,
    Book,
    Item,
    Row,
    agenda_of,
    format_index,
    merged_year,
    with_rows,
)
from tests.values import BASE, T0, at

OPEN = Row(42, f"{BASE}/issues/42", T0, due=at(60), next=at(45), phase="fix")


def test_the_open_bugs_of_an_index() -> None:
    """As they were written; a closed one is not among them."""
    item = Item(90, f"{BASE}/issues/90", "Test it", "ana", date(2026, 12, 1))
    rows = [
        OPEN,
        replace(OPEN, number=43, next=None, due=None, phase="triage"),
        replace(OPEN, number=44, state="completed", phase="closed", closed=date(2026, 11, 25)),
        replace(OPEN, number=45, actions=(item,)),
        replace(OPEN, number=46, actions=(replace(item, is_open=False),)),
    ]
    found = agenda_of(format_index(with_rows(Book(), rows)))
    assert found.open == {
        42: Appointment(at(60), at(45), "fix"),
        43: Appointment(None, None, "triage"),
        45: Appointment(at(60), at(45), "fix", has_items=True),
        46: Appointment(at(60), at(45), "fix"),
    }


def test_the_closed_bugs_that_have_lost_their_row() -> None:
    """A year's file that was read did not hold it."""
    shut = replace(OPEN, state="completed", phase="closed", closed=date(2026, 11, 25))
    book = with_rows(Book(), [OPEN, *(replace(shut, number=number) for number in (43, 44))])
    read = merged_year(book, 2026, {44: replace(shut, number=44)})
    assert agenda_of(format_index(read)).lost == {43}
    assert list(agenda_of(format_index(read)).open) == [42]


def test_a_register_of_an_older_version() -> None:
    """Its rows name no moment: those bugs are met by the other rules."""
    text = format_index(with_rows(Book(), [replace(OPEN, next=None)]))
    assert "next" not in text
    assert agenda_of(text).open[42] == Appointment(at(60), None, "fix")


def test_what_cannot_be_read_is_a_bug_without_a_row() -> None:
    """The other lines count."""
    text = format_index(with_rows(Book(), [OPEN, replace(OPEN, number=43)]))
    damaged = text.replace('{"number":43', '{"number":4x')
    strange = text.replace('"phase":"fix"', '"phase":["fix"]').replace(f"{at(45):%Y-%m-%d}", "soon")
    assert list(agenda_of(damaged).open) == [42]
    assert agenda_of(strange).open[42].phase == ""
    assert agenda_of(strange).open[42].next is None
    assert agenda_of("") == agenda_of("{" * 9000) == agenda_of("{}") == Agenda()


def test_times_have_a_zone() -> None:
    """One without is taken for UTC, so that it can be compared."""
    text = format_index(with_rows(Book(), [OPEN])).replace("Z", "").replace("+00:00", "")
    found = agenda_of(text).open[42].next
    assert found is not None
    assert found.utcoffset() == timedelta(0)
