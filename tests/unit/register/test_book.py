"""The files of the register: read, changed row by row, and written again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import ndiff
from itertools import permutations

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.register import (
    Book,
    Row,
    agenda_of,
    format_index,
    format_year,
    merged_year,
    needed_years,
    newest_year,
    parse_index,
    parse_year,
    with_rows,
)
from bugaction.schemas import schema_of
from tests.unit.register.rows import arbitrary_rows, closed, item, row

EMPTY = Book()
YEARS = range(2019, 2032)
_INDEX, _YEAR = (jsonschema.Draft202012Validator(schema_of(kind)) for kind in ("register", "register-year"))


def whole(rows: Iterable[Row]) -> Book:
    """A book of which every year is known."""
    return with_rows(replace(EMPTY, years={year: {} for year in YEARS}), rows)


def changed_lines(before: str, after: str) -> list[str]:
    """What a diff shows of two texts: lines that came and went."""
    return [line for line in ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


_DISTINCT = st.lists(arbitrary_rows(st.integers(1, 30)), max_size=12, unique_by=lambda each: each.number)


@given(_DISTINCT)
def test_what_is_written_reads_back(rows: list[Row]) -> None:
    """Every row and every stub, in each file."""
    book = whole(rows)
    found = parse_index(format_index(book))
    assert found == (Book(book.open, book.closed), True)
    for year, page in book.years.items():
        assert parse_year(format_year(year, page)) == (page, True)


@given(_DISTINCT, st.randoms(use_true_random=False))
def test_any_order_of_updates_gives_the_same_register(rows: list[Row], random: object) -> None:
    """One after the other or together: bugs are independent of one another."""
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    book = whole([])
    for each in shuffled:
        book = with_rows(book, [each])
    assert format_index(book) == format_index(whole(rows))
    assert [format_year(year, page) for year, page in sorted(book.years.items())] == [
        format_year(year, page) for year, page in sorted(whole(rows).years.items())
    ]


@given(_DISTINCT)
def test_a_second_time_changes_nothing(rows: list[Row]) -> None:
    """What the book holds needs no file, and putting it in again gives the same book."""
    book = whole(rows)
    assert all(book.holds(each) for each in rows)
    assert needed_years(book, rows) == frozenset()
    assert with_rows(book, rows) == book


@given(_DISTINCT)
def test_files_keep_their_schema(rows: list[Row]) -> None:
    """What is written is what is published."""
    book = whole(rows)
    _INDEX.validate(json.loads(format_index(book)))
    for year, page in book.years.items():
        if page:
            _YEAR.validate(json.loads(format_year(year, page)))


@pytest.mark.parametrize("order", list(permutations([row(3), row(4), row(5)])))
def test_rows_stand_newest_first(order: Sequence[Row]) -> None:
    """By number, however they came."""
    lines = format_index(whole(order)).splitlines()
    assert [json.loads(line.rstrip(","))["number"] for line in lines if line.startswith('{"')] == [5, 4, 3]


def test_one_row_that_changes_is_one_line() -> None:
    """In the index while it is open, in its year once it is closed."""
    rows = [row(number) for number in (1, 2, 3)] + [closed(number) for number in (7, 8, 9)]
    before, after = whole(rows), whole([*rows, row(2, phase="deployment")])
    assert len(changed_lines(format_index(before), format_index(after))) == 2
    later = whole([*rows, closed(8, title="Another title")])
    assert len(changed_lines(format_index(before), format_index(later))) == 2
    assert (
        len(changed_lines(format_year(2026, before.years[2026]), format_year(2026, later.years[2026]))) == 2
    )


def test_a_new_bug_is_one_line() -> None:
    """It has the highest number, and stands before all others."""
    before, after = whole([row(1), row(2)]), whole([row(1), row(2), row(3)])
    assert len(changed_lines(format_index(before), format_index(after))) == 1


def test_a_bug_that_closes_moves_to_its_year() -> None:
    """The index keeps the year, a digest, and what is left to do; opened again, it comes back."""
    bug = closed(42, reported="2025-12-30", actions=(item(90), item(91, is_open=False)))
    before = whole([row(42, reported="2025-12-30")])
    assert needed_years(before, [bug]) == {2025}
    after = with_rows(before, [bug])
    assert after.open == {}
    assert [(stub.year, stub.actions) for stub in after.closed.values()] == [(2025, (item(90),))]
    assert after.years[2025] == {42: bug}
    again = row(42, reported="2025-12-30")
    assert needed_years(after, [again]) == {2025}
    assert with_rows(after, [again]) == before


def test_a_closed_bug_is_known_without_its_year() -> None:
    """The index alone tells that nothing has changed; where something has, the year is asked for."""
    index = format_index(whole([closed(7), row(8)]))
    found = parse_index(index)
    assert found is not None
    book, _ = found
    assert book.years == {}
    assert book.holds(closed(7))
    assert needed_years(book, [closed(7), row(8)]) == frozenset()
    assert needed_years(book, [closed(7, title="Other")]) == {2026}
    assert newest_year(book) == 2026
    assert newest_year(EMPTY) is None


def test_a_damaged_index_keeps_what_can_be_read() -> None:
    """Two edits in one place, a line cut in half: the other rows stay."""
    text = format_index(whole([row(1), row(2), closed(7)]))
    lines = text.splitlines()
    lines[3:3] = ["<<<<<<< HEAD", '{"number": 5, "url":']
    found = parse_index("\n".join(lines))
    assert found is not None
    book, is_whole = found
    assert not is_whole
    assert sorted(book.open) == [1, 2]
    assert sorted(book.closed) == [7]


def test_a_damaged_year_keeps_what_can_be_read() -> None:
    """As the index does."""
    text = format_year(2026, {7: closed(7), 8: closed(8)})
    found = parse_year(text.replace('"bugs"', "bugs"))
    assert found == ({7: closed(7), 8: closed(8)}, False)


@pytest.mark.parametrize("text", ['{"version": 2, "open": {}}', '{\n"version" : 12,\n"years": []}'])
def test_what_a_newer_version_wrote_is_not_ours(text: str) -> None:
    """It is not read, so that it is not written over."""
    assert parse_index(text) is None
    assert parse_year(text) is None


def test_a_lost_index_comes_back_from_its_years() -> None:
    """Once a year's file is read, all of its bugs are known again."""
    page = {7: closed(7), 8: closed(8, actions=(item(90),))}
    book = merged_year(EMPTY, 2026, page)
    assert book.holds(closed(7))
    assert book.closed[8].actions == (item(90),)


@given(_DISTINCT, st.data())
def test_a_row_that_its_year_has_lost_is_told_by_the_index(rows: list[Row], data: st.DataObject) -> None:
    """It is gone there, or another one: then the bug's row is not held any more, and once it was put in again
    everything is as it was."""
    book = whole(rows)
    shut = [each for each in rows if not each.is_open]
    gone = data.draw(st.sets(st.sampled_from([each.number for each in shut]))) if shut else set()
    other = data.draw(st.sets(st.sampled_from([each.number for each in shut]))) if shut else set()
    found = Book(book.open, book.closed)
    for year, page in book.years.items():
        damaged = {
            number: replace(each, title=f"{each.title} before") if number in other else each
            for number, each in page.items()
            if number not in gone
        }
        found = merged_year(found, year, damaged)
    lost = {number for number, stub in found.closed.items() if not stub.sha256}
    assert lost == gone | other
    assert {each.number for each in rows if not found.holds(each)} == lost
    assert agenda_of(format_index(found)).lost == lost
    assert parse_index(format_index(found)) == (Book(found.open, found.closed), True)
    assert with_rows(found, rows) == book


def test_a_bug_that_is_open_stands_in_no_year() -> None:
    """Where a file still shows it as closed, the index is right."""
    book = merged_year(whole([row(7)]), 2026, {7: closed(7)})
    assert book.years[2026] == {}
    assert 7 not in book.closed


def test_a_row_is_found_wherever_it_stands() -> None:
    """Open, or closed in a year that was read."""
    book = whole([row(1), closed(7)])
    assert book.row(1) == row(1)
    assert book.row(7) == closed(7)
    assert book.row(9) is None
    assert replace(book, years={}).row(7) is None
