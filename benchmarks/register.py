"""What a large register costs: `make benchmarks`, or `python -m benchmarks.register`.

Five thousand bugs, a tenth of them open, over five years; and the worst cases: all of them closed in one
year, and ten thousand open. Measured is a run that changes one row: reading the index (and the year's file),
putting the row in, and writing all files that differ. The floor is the standard library reading and writing
the same JSON once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from benchmarks.measure import Figures, heading, repeat, show
from bugaction.documents.facts import seal
from bugaction.documents.merge import refresh
from bugaction.register import (
    Book,
    Item,
    Paper,
    Row,
    format_index,
    format_year,
    history_pages,
    merged_year,
    pages,
    parse_index,
    parse_year,
    readme,
    with_rows,
)

BASE = "https://github.com/octo/shop"
_TARGET = 0.5
"""Seconds: the processor time that a whole event may take (design, "Speed")."""


def row(number: int, reported: datetime, *, is_open: bool) -> Row:
    """A bug with everything that a row may hold."""
    folder = f"{BASE}/blob/main/documents/bugs/BUG-{number:03d}"
    whole = Row(
        number=number,
        url=f"{BASE}/issues/{number}",
        reported=reported,
        title=f"Redeeming a coupon | by NFC fails on the {number}th reader with `Invalid signature`",
        severity="P1",
        phase="fix",
        due=reported + timedelta(days=1),
        owners=("bo", "mia"),
        documents=(
            Paper("report", f"{folder}/bug-{number:03d}-report-v1.0.md"),
            Paper("root-cause-analysis", f"{folder}/root-cause-analysis-v1.0.md"),
        ),
        parts=("checkout", "B2C"),
    )
    if is_open:
        return whole
    return replace(
        whole,
        state="completed",
        phase="closed",
        closed=(reported + timedelta(days=3)).date(),
        files=("src/checkout/coupon.py", "src/reader/nfc.py"),
        actions=(Item(number, f"{BASE}/issues/{number}", "Test it", "ana", reported.date(), is_open=False),),
    )


def rows(count: int, years: int, opened: int) -> list[Row]:
    """So many bugs, one after the other over so many years up to 2026; the newest are open."""
    first = datetime(2027 - years, 1, 1, tzinfo=UTC)
    step = timedelta(days=365 * years) / count
    return [
        row(number, first + step * (number - 1), is_open=number > count - opened)
        for number in range(1, count + 1)
    ]


def book_of(found: Iterable[Row]) -> Book:
    """A whole register."""
    found = list(found)
    return with_rows(Book(years={each.year: {} for each in found}), found)


def change(index: str, year_text: str, year: int, page: str, new: Row) -> dict[str, str]:
    """What one run does for one row: the files that it would commit."""
    for remembered in (parse_index, parse_year, *pages.REMEMBERED):  # a run is a process of its own
        remembered.cache_clear()
    found = parse_index(index)
    assert found is not None
    book = found[0]
    files: dict[str, str] = {}
    before: dict[str, str] = {}
    if not new.is_open:
        known = parse_year(year_text)
        assert known is not None
        book = merged_year(book, year, known[0])
        before = history_pages(year, book.years[year])
    book = with_rows(book, [new])
    files["register.json"] = format_index(book)
    if not new.is_open:
        files[f"register-{year}.json"] = format_year(year, book.years[year])
        files |= {
            name: text
            for name, text in history_pages(year, book.years[year]).items()
            if before.get(name) != text
        }
    files["README.md"] = refresh(page, seal(readme(book)))
    return files


def _floor(*texts: str) -> Callable[[], None]:
    def run() -> None:
        for text in texts:
            json.dumps(json.loads(text), ensure_ascii=False)

    return run


def _sizes(files: dict[str, str]) -> str:
    return ", ".join(f"{name} {len(text.encode()) / 1000:,.0f} kB" for name, text in sorted(files.items()))


def main() -> int:
    """Print the figures and the sizes of the files."""
    heading("One row of the register changes: seconds of wall time, everything in memory")
    for title, found, is_open in (
        ("5,000 bugs in five years, an open one", rows(5_000, 5, 500), True),
        ("5,000 bugs in five years, a closed one", rows(5_000, 5, 500), False),
        ("5,000 closed bugs in one year, one of them", rows(5_001, 1, 1), False),
        ("10,000 open bugs, one of them", rows(10_000, 5, 10_000), True),
    ):
        book = book_of(found)
        new = replace(next(each for each in reversed(found) if each.is_open is is_open), title="Changed")
        index, year_text = format_index(book), format_year(new.year, book.years[new.year])
        page = refresh("", seal(readme(book)))
        texts = (index,) if is_open else (index, year_text)
        show(f"floor: JSON, {title}", repeat(_floor(*texts), 5))
        files: dict[str, str] = {}

        def run() -> None:
            files.update(change(index, year_text, new.year, page, new))  # noqa: B023 - run at once

        figures: Figures = repeat(run, 5)
        show(title, figures, target=_TARGET)
        print(f"    writes {_sizes(files)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
