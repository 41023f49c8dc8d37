"""What waits for whom, as a page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bugaction.documents.facts import seal
from bugaction.documents.merge import refresh
from bugaction.register import ANYBODY, Book, Errand, Row, by_person, readme, with_rows
from bugaction.register.people import WAITING_BYTES, waiting_table
from tests.unit.documents.stories import HOSTILE
from tests.unit.register.rows import BASE, arbitrary_rows, closed, item, row

_GFM = MarkdownIt("commonmark").enable("table")


def noon(day: int) -> datetime:
    """Twelve o'clock on that day of December."""
    return datetime(2026, 12, day, 12, tzinfo=UTC)


def book(*rows: Row) -> Book:
    """An index with these rows."""
    return with_rows(Book(years={year: {} for year in range(2019, 2032)}), rows)


def lines_of(found: Book) -> dict[str, list[str]]:
    """What waits, by person."""
    return {login: [line.what for line in lines] for login, lines in by_person(found)}


def test_everybody_has_their_lines_what_is_due_first_in_front() -> None:
    """Over all bugs; whoever has the most pressing one first, and nobody in particular last."""
    one = row(1, waiting=(Errand("late", ("bo",), noon(9)), Errand("a severity", due=noon(1))))
    two = row(2, waiting=(Errand("soon", ("bo", "mia"), noon(3)), Errand("at some time", ("bo",))))
    found = lines_of(book(one, two))
    assert found == {"bo": ["soon", "late", "at some time"], "mia": ["soon"], ANYBODY: ["a severity"]}
    assert list(found)[-1] == ANYBODY


def test_action_items_wait_for_their_owners() -> None:
    """Also those of closed bugs, by the day that they were opened with; done ones no longer."""
    opened = row(1, actions=(item(90, due="2026-12-01"), item(91, is_open=False)))
    done = closed(2, actions=(item(92, text="Test the till", due="2026-11-30"),))
    ((login, lines),) = by_person(book(opened, done))
    assert login == "ana"
    assert [line.issue for line in lines] == [f"{BASE}/issues/2", f"{BASE}/issues/1"]
    assert [(line.what, line.due, line.url) for line in lines] == [
        ("Action item 92: Test the till", date(2026, 11, 30), f"{BASE}/issues/92"),
        ("Action item 90: Test the coupon", date(2026, 12, 1), f"{BASE}/issues/90"),
    ]


def test_a_login_is_one_whatever_its_case() -> None:
    """GitHub knows no difference."""
    one, two = row(1, waiting=(Errand("a", ("Bo",)),)), row(2, waiting=(Errand("b", ("bo",)),))
    assert lines_of(book(one, two)) == {"Bo": ["a", "b"]}


def test_a_line_has_the_link_and_the_command() -> None:
    """To follow and to paste; without either the bug itself."""
    edit = f"{BASE}/edit/main/documents/bugs/BUG-042/bug-042-report-v1.0.md#L31"
    whole = row(
        waiting=(
            Errand("the report", ("bo",), noon(1), url=edit),
            Errand("a way", ("bo",), noon(2), command="/strategy hotfix REASON"),
            Errand("either", ("bo",), noon(3), command="/attest x", url=f"{BASE}/pull/7", more=4),
            Errand("none", ("bo",), noon(4)),
        )
    )
    text = "\n".join(waiting_table(book(whole)))
    assert "**bo**" in text
    bug = f"| [BUG-042]({BASE}/issues/42) | P1 |"
    assert f"{bug} 2026-12-01 12:00 UTC | the report | [edit]({edit}) |" in text
    assert f"{bug} 2026-12-02 12:00 UTC | a way | `/strategy hotfix REASON` |" in text
    assert f"{bug} 2026-12-03 12:00 UTC | either (+4) | [open]({BASE}/pull/7) or `/attest x` |" in text
    assert f"{bug} 2026-12-04 12:00 UTC | none | [open]({BASE}/issues/42) |" in text


def test_a_link_that_leads_elsewhere_is_none() -> None:
    """The file may have been edited by hand."""
    (text,) = [
        line
        for line in waiting_table(book(row(waiting=(Errand("x", url="https://evil.example/a"),))))
        if "BUG" in line
    ]
    assert "evil" not in text


@pytest.mark.parametrize(
    "text", [HOSTILE, "@ana #7 <img src=x>", "`x` | y", "<!-- /bugaction:facts:open -->"]
)
def test_hostile_words_stay_in_their_cells(text: str) -> None:
    """A login, what is missing, and a command: nobody is mentioned, nothing is closed, no cell is broken."""
    table = waiting_table(book(row(waiting=(Errand(text, (text,), command=text),))))
    tokens = _GFM.parse("\n".join(table))
    cells = [token for token in tokens if token.type == "inline"][-5:]
    kinds = {child.type for cell in cells for child in cell.children or ()}
    assert kinds <= {"text", "text_special", "code_inline", "link_open", "link_close"}
    outside = "".join(
        child.content
        for token in tokens
        if token.type == "inline"
        for child in token.children or ()
        if child.type != "code_inline"
    )
    assert "@ana" not in outside
    assert not any(line.startswith("<!--") for line in table)


@given(st.lists(arbitrary_rows(), max_size=4))
def test_any_register_has_a_page(rows: list[Row]) -> None:
    """And everybody who stands in it has at least one line."""
    numbered = [replace(each, number=number + 1) for number, each in enumerate(rows)]
    found = by_person(book(*numbered))
    assert all(lines for _, lines in found)
    waiting_table(book(*numbered))


def _crowd(count: int) -> Iterable[Row]:
    for number in range(1, count + 1):
        yield row(number, waiting=(Errand("w" * 120, (f"dev{number:04d}",), noon(1)),))


def test_a_page_has_a_budget() -> None:
    """Who no longer fits is counted, and the command that prints everything is named."""
    text = "\n".join(waiting_table(book(*_crowd(600))))
    assert len(text.encode()) <= WAITING_BYTES + 200
    assert "more people have lines here, due later: `bugaction register --waiting`" in text


def test_one_person_does_not_take_the_page() -> None:
    """Twenty-five lines, and how many more there are."""
    rows = [row(number, waiting=(Errand("x", ("bo",), noon(1)),)) for number in range(1, 41)]
    table = waiting_table(book(*rows))
    assert sum("BUG-" in line for line in table) == 25
    assert "15 more are due later." in table


def test_nothing_waits() -> None:
    """It is said, so that nobody takes an empty page for a broken one."""
    assert waiting_table(Book()) == ["Nothing waits for anybody."]


def test_it_comes_first_on_the_page_also_on_one_that_has_none_yet() -> None:
    """Before the open bugs; what people wrote stays."""
    text = readme(book(row(waiting=(Errand("the report", ("bo",)),))))
    assert text.index("## Waiting on") < text.index("## Open")
    older = seal(text).replace("## Waiting on", "## Ours").replace("<!-- section: waiting required -->\n", "")
    cut = older.index("<!-- bugaction:facts:waiting"), older.index("<!-- /bugaction:facts:waiting -->\n")
    older = f"{older[: cut[0]]}Words of ours.\n{older[cut[1] + len('<!-- /bugaction:facts:waiting -->') :]}"
    again = refresh(older, seal(text))
    assert "Words of ours." in again
    assert "**bo**" in again
