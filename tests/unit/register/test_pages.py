"""The register as people see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bugaction.documents.facts import seal
from bugaction.documents.merge import refresh
from bugaction.register import Book, Paper, Row, history_pages, readme, with_rows
from bugaction.register.pages import HISTORY_BYTES, OPEN_BYTES
from tests.unit.documents.stories import HOSTILE
from tests.unit.register.rows import BASE, arbitrary_rows, closed, item, row

_GFM = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def book(*rows: Row) -> Book:
    """A book of which every year is known."""
    return with_rows(Book(years={year: {} for year in range(2019, 2032)}), rows)


def tables(text: str) -> list[list[list[Token]]]:
    """The cells of every row of every table, heads left out."""
    found: list[list[list[Token]]] = []
    in_body = False
    for token in _GFM.parse(text):
        in_body = (in_body or token.type == "tbody_open") and token.type != "tbody_close"
        if token.type == "table_open":
            found.append([])
        elif in_body and token.type == "tr_open":
            found[-1].append([])
        elif in_body and token.type == "inline":
            found[-1][-1].append(token)
    return found


def words(cells: Iterable[Token]) -> list[str]:
    """The cells as a reader sees them."""
    return ["".join(child.content for child in cell.children or ()) for cell in cells]


def test_what_is_open_stands_by_deadline() -> None:
    """What is due first stands first; what has no time comes last, the graver before."""
    late, soon = row(1, due=row().due), row(2, reported="2026-11-23")
    none, minor = row(3, due=None, severity="P2"), row(4, due=None, severity=None)
    (opened,) = tables(readme(book(none, late, minor, soon)))
    assert [words(cells)[0] for cells in opened] == ["BUG-002", "BUG-001", "BUG-003", "BUG-004"]


def test_a_line_tells_the_bug() -> None:
    """Where it stands, who has it, and where everything lies."""
    papers = (
        Paper("report", f"{BASE}/blob/main/r.md"),
        Paper("root-cause-analysis", f"{BASE}/blob/main/a.md"),
    )
    bug = row(documents=papers, actions=(item(90), item(91, is_open=False), item(92, is_open=False)))
    ((cells,),) = [table for table in tables(readme(book(bug))) if len(table[0]) == 8]
    assert words(cells) == [
        "BUG-042",
        "P1",
        "Checkout fails",
        "fix",
        "2026-11-24 21:00 UTC",
        "bo",
        "report, analysis",
        "1 open, 2 closed",
    ]
    links = [
        child.attrs["href"] for cell in cells for child in cell.children or () if child.type == "link_open"
    ]
    assert links == [f"{BASE}/issues/42", *(paper.url for paper in papers)]


@pytest.mark.parametrize(
    ("bug", "how"),
    [
        (closed(), "completed"),
        (closed(state="not-planned"), "not planned"),
        (closed(state="duplicate", original=3), "duplicate of BUG-003"),
        (closed(state="duplicate"), "duplicate"),
    ],
)
def test_how_a_bug_was_closed(bug: Row, how: str) -> None:
    """In words."""
    table = tables(history_pages(2026, {bug.number: bug})["2026.md"])
    assert words(table[0][0])[3:6] == ["2026-11-20", "2026-11-22", how]


def test_a_confidential_bug_has_no_title() -> None:
    """Whatever the row holds."""
    secret = row(confidential=True, title="Passwords are shown")
    assert "Passwords" not in readme(book(secret))
    assert "(confidential)" in readme(book(secret))


@pytest.mark.parametrize(
    "title", [HOSTILE, "| a | b |", "`", "<!-- /bugaction:facts:open -->", "", "\\|", "@ana #7"]
)
def test_a_hostile_title_stays_in_its_cell(title: str) -> None:
    """Words alone, in a row of eight cells, in every table."""
    for text in (readme(book(row(title=title))), *history_pages(2026, {7: closed(title=title)}).values()):
        (table,) = [table for table in tables(text) if len(table[0]) == 8]
        (cells,) = table
        assert len(cells) == 8
        assert {child.type for child in cells[2].children or ()} <= {"text", "text_special"}
        assert "@ana" not in words(cells)[2]


@given(arbitrary_rows())
def test_any_row_is_a_row_of_a_table(given_row: Row) -> None:
    """Its cells are eight, or five of what waits, and nothing in them is HTML or a picture."""
    bug = replace(given_row, number=42)
    pages = [readme(book(bug)), *history_pages(bug.year, {42: bug}).values()]
    shown = 0
    for text in pages:
        for table in tables(text):
            for cells in table:
                assert len(cells) in (2, 5, 8)
                shown += len(cells) == 8
                kinds = {child.type for cell in cells[:4] for child in cell.children or ()}
                assert not kinds & {"html_inline", "image", "code_inline"}
                last = {child.type for child in cells[-1].children or ()}
                assert not last & {"html_inline", "image"}
    assert shown >= 1


def test_a_month_with_more_than_there_is_room_for_leads_to_its_year() -> None:
    """The README is read as a whole: what does not fit is counted, and no earlier month follows."""
    month = [closed(number, reported="2026-08-10", title="x" * 100) for number in range(1, 400)]
    text = readme(book(*month, closed(999, reported="2026-07-10")))
    shown = text.count("/issues/")
    assert 0 < shown < len(month)
    assert f"\n{len(month) - shown} more: [2026](2026.md).\n" in text
    assert "Reported in 2026-07" not in text


def test_closed_bugs_stand_by_the_month_of_their_report() -> None:
    """The newest three months in the README, all of them in the year's page."""
    rows = [closed(number, reported=f"2026-{number:02d}-10") for number in (5, 6, 7, 8)]
    text = readme(book(*rows, closed(1, reported="2025-03-01")))
    assert [month for month in ("05", "06", "07", "08", "03") if f"Reported in 2026-{month}" in text] == [
        "06",
        "07",
        "08",
    ]
    assert text.index("2026-08") < text.index("2026-07")
    assert "| [2026](2026.md) | 4 |\n| [2025](2025.md) | 1 |" in text
    pages = history_pages(2026, {each.number: each for each in rows})
    assert list(pages) == ["2026.md"]
    assert pages["2026.md"].index("## 2026-08") < pages["2026.md"].index("## 2026-05")


def test_many_open_bugs_have_a_page_that_opens() -> None:
    """What is due last is counted, and stands in the file beside the page."""
    text = readme(book(*(row(number) for number in range(1, 10_001))))
    assert len(text.encode()) < OPEN_BYTES + 5_000
    assert "10000 bugs are open." in text
    (table,) = tables(text)
    assert f"{10_000 - len(table)} more are due later" in text


def test_many_closed_bugs_are_paged_by_month() -> None:
    """A year's page shows the newest months; older ones have a page of their own, and every bug has a row."""
    rows = {number: closed(number, reported=f"2026-{number % 12 + 1:02d}-10") for number in range(1, 5_001)}
    pages = history_pages(2026, rows)
    assert all(len(text.encode()) < HISTORY_BYTES + 5_000 for text in pages.values())
    assert set(pages) == {"2026.md", *(f"2026-{month:02d}.md" for month in range(1, len(pages)))}
    shown = [words(cells)[0] for text in pages.values() for table in tables(text) for cells in table]
    assert sorted(shown) == sorted(f"BUG-{number:03d}" for number in rows)
    for name in pages.keys() - {"2026.md"}:
        assert f"]({name})" in pages["2026.md"]


def test_a_month_that_is_too_long_says_so() -> None:
    """The file has the rest."""
    rows = {number: closed(number) for number in range(1, 5_001)}
    pages = history_pages(2026, rows)
    assert "more: [register-2026.json](register-2026.json) holds all of them." in pages["2026-11.md"]


def test_what_people_write_around_the_tables_stays() -> None:
    """Above, between and below; a block that was taken out comes back."""
    first = refresh("", seal(readme(book(row(1)))))
    own = first.replace("## Closed", "Call mia at night.\n\n## Closed") + "\nThe end.\n"
    later = refresh(own, seal(readme(book(row(1), row(2)))))
    assert "Call mia at night.\n" in later
    assert later.endswith("The end.\n")
    assert "BUG-002" in later
    beheaded = refresh("# Our bugs\n\nRead this first.\n", seal(readme(book(row(1)))))
    assert beheaded.startswith("# Our bugs\n\nRead this first.\n")
    assert "BUG-001" in beheaded
    assert refresh(beheaded, seal(readme(book(row(1))))) == beheaded


def test_the_newest_months_stay_where_they_are_not_known() -> None:
    """A run that did not read the year's file leaves them."""
    known = book(row(1), closed(7))
    first = refresh("", seal(readme(known)))
    unread = Book({1: row(1), 2: row(2)}, known.closed)
    later = refresh(first, seal(readme(unread)))
    assert "BUG-002" in later
    assert "Reported in 2026-11" in later
