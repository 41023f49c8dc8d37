"""The register's files: `register.json` with the open bugs, and one file a year with the closed ones.

Every row is one line, so that a change of one shows as one. The newest come first, since most changes are
theirs. Of a closed bug the index keeps a line as well: by it is seen, without its year's file, whether
anything about the bug has changed, and what of its action items is still open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Annotated, Literal, TypeVar

from pydantic import Field, TypeAdapter

from bugaction.register.row import Item, Row, digest_of, read_row, row_text

__all__ = [
    "Book",
    "Index",
    "Stub",
    "YearPage",
    "format_index",
    "format_year",
    "merged_year",
    "needed_years",
    "newest_year",
    "parse_index",
    "parse_year",
    "with_rows",
]


@dataclass(frozen=True, slots=True)
class Stub:
    """A closed bug in the index: the year whose file holds its row, the row's digest (`row.digest_of`), and
    those of its action items that are open. The digest is "" where that file did not hold the row, or held
    another one: then no row is as it stands there, so that the next look at the bug puts its row in again."""

    number: Annotated[int, Field(ge=1, le=2**31 - 1)]
    year: Annotated[int, Field(ge=1970, le=9999)]
    sha256: str
    actions: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Index:
    """`register.json`: every open bug as a whole, and a line for each closed one; the newest first."""

    version: Literal[1]
    open: tuple[Row, ...] = ()
    closed: tuple[Stub, ...] = ()


@dataclass(frozen=True, slots=True)
class YearPage:
    """`register-2026.json`: the closed bugs that were reported in that year (UTC), the newest first."""

    version: Literal[1]
    year: int
    bugs: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """The register as far as it was read: by number, and of the years those whose file is known."""

    open: Mapping[int, Row] = field(default_factory=dict)
    closed: Mapping[int, Stub] = field(default_factory=dict)
    years: Mapping[int, Mapping[int, Row]] = field(default_factory=dict)

    def row(self, number: int) -> Row | None:
        """The row of a bug, where it was read."""
        if number in self.open:
            return self.open[number]
        stub = self.closed.get(number)
        return self.years.get(stub.year, {}).get(number) if stub is not None else None

    def holds(self, row: Row) -> bool:
        """Whether the row stands there as it is; by the index alone."""
        if row.is_open:
            return self.open.get(row.number) == row and row.number not in self.closed
        stub = self.closed.get(row.number)
        return row.number not in self.open and stub is not None and stub == _stub(row)


_T = TypeVar("_T", Row, Stub)

# Reading ------------------------------------------------------------------------------------------------


@cache
def _indexes() -> TypeAdapter[Index]:
    return TypeAdapter(Index)


@cache
def _year_pages() -> TypeAdapter[YearPage]:
    return TypeAdapter(YearPage)


@cache
def _stubs() -> TypeAdapter[Stub]:
    return TypeAdapter(Stub)


@lru_cache(maxsize=2)
def parse_index(text: str) -> tuple[Book, bool] | None:
    """The book that an index makes, and whether it was whole; None for one that a newer version of us made.

    Of one that is broken, say by two edits in one place, the rows that can be read are kept, line by line:
    the others come back when their bugs are looked at. Remembered, since a run decides several times.
    """
    try:
        index = _indexes().validate_json(text)
    except ValueError:
        if _is_newer(text):
            return None
        lines = _lines(text)
        rows = [row for line in lines if (row := read_row(line)) is not None and row.is_open]
        stubs = [stub for line in lines if (stub := _read_stub(line)) is not None]
        return Book(_by_number(rows), _by_number(stubs)), False
    return Book(_by_number(index.open), _by_number(index.closed)), True


@lru_cache(maxsize=8)
def parse_year(text: str) -> tuple[Mapping[int, Row], bool] | None:
    """The rows of a year's file by number, and whether it was whole; as `parse_index` otherwise."""
    try:
        page = _year_pages().validate_json(text)
    except ValueError:
        if _is_newer(text):
            return None
        rows = [row for line in _lines(text) if (row := read_row(line)) is not None and not row.is_open]
        return _by_number(rows), False
    return _by_number(page.bugs), True


def _is_newer(text: str) -> bool:
    """Whether a version is named that this program does not know: what it holds is not ours to rewrite."""
    found = re.search(r'"version"\s*:\s*([0-9]{1,9})\b', text[:_HEAD])
    return found is not None and int(found[1]) > 1


_HEAD = 1_000
"""Characters in which a file names its version."""


def _read_stub(line: str) -> Stub | None:
    try:
        return _stubs().validate_json(line)
    except ValueError:
        return None


def _lines(text: str) -> list[str]:
    return [line.strip().strip(",") for line in text.split("\n") if line.lstrip(" ,").startswith("{")]


def _by_number(items: Iterable[_T]) -> dict[int, _T]:
    """The first of each number."""
    found: dict[int, _T] = {}
    for item in items:
        found.setdefault(item.number, item)
    return found


# Writing ------------------------------------------------------------------------------------------------


def format_index(book: Book) -> str:
    """The text of `register.json`: a line a bug, the newest first."""
    return _document(
        '"version": 1',
        ("open", [row_text(row) for row in _newest(book.open)]),
        (
            "closed",
            [
                _stubs().dump_json(stub, exclude_defaults=True).decode("utf-8")
                for stub in _newest(book.closed)
            ],
        ),
    )


def format_year(year: int, rows: Mapping[int, Row]) -> str:
    """The text of a year's file."""
    return _document(f'"version": 1,\n"year": {year}', ("bugs", [row_text(row) for row in _newest(rows)]))


def _document(head: str, *lists: tuple[str, list[str]]) -> str:
    parts = [head]
    for name, lines in lists:
        inside = ",\n".join(lines)
        parts.append(f'"{name}": [\n{inside}\n]' if lines else f'"{name}": []')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _newest(items: Mapping[int, _T]) -> list[_T]:
    return [items[number] for number in sorted(items, reverse=True)]


# Changing -----------------------------------------------------------------------------------------------


def with_rows(book: Book, rows: Iterable[Row]) -> Book:
    """The book with these rows in the place of what stood there of their bugs.

    A year's file is changed only where it is known: `needed_years` says which have to be.
    """
    opened, closed = dict(book.open), dict(book.closed)
    years = {year: dict(page) for year, page in book.years.items()}
    for row in rows:
        opened.pop(row.number, None)
        stub = closed.pop(row.number, None)
        if stub is not None and stub.year in years:
            years[stub.year].pop(row.number, None)
        if row.is_open:
            opened[row.number] = row
            continue
        closed[row.number] = _stub(row)
        if row.year in years:
            years[row.year][row.number] = row
    return replace(book, open=opened, closed=closed, years=years)


def needed_years(book: Book, rows: Iterable[Row]) -> frozenset[int]:
    """The years whose files have to be known before these rows are put in."""
    needed: set[int] = set()
    for row in rows:
        if book.holds(row):
            continue
        stub = book.closed.get(row.number)
        needed |= {stub.year} if stub is not None else set()
        needed |= {row.year} if not row.is_open else set()
    return frozenset(needed)


def merged_year(book: Book, year: int, rows: Mapping[int, Row]) -> Book:
    """The book with a year's file read: what the index has lost of it comes back, and what the file has lost
    is told by the index (`Stub`), as after a merge by hand of two versions."""
    kept = {number: _stub(row) for number, row in rows.items() if number not in book.open}
    lost = {
        number: replace(stub, sha256="")
        for number, stub in book.closed.items()
        if stub.year == year and (number not in kept or kept[number].sha256 != stub.sha256)
    }
    page = {number: rows[number] for number in kept}
    return replace(book, closed={**kept, **book.closed, **lost}, years={**book.years, year: page})


def newest_year(book: Book) -> int | None:
    """The newest year with a closed bug; None where none is closed."""
    return max((stub.year for stub in book.closed.values()), default=None)


@lru_cache(maxsize=20_000)
def _stub(row: Row) -> Stub:
    """Remembered, since a run decides several times, and a year may have thousands."""
    waiting = tuple(item for item in row.actions if item.is_open)
    return Stub(row.number, row.year, digest_of(row), waiting)
