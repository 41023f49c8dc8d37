"""The register as pages: what is open by deadline, and what is closed by the month of its report.

GitHub shows no page that is too long, and of one above 512 KB this program would not see the whole text. So
every list has a budget, and says where the rest is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby

from bugaction.escaping import cell, is_github_url
from bugaction.records import bug_name
from bugaction.register.book import Book, newest_year
from bugaction.register.people import waiting_table
from bugaction.register.places import INDEX_FILE
from bugaction.register.row import Item, Row
from bugaction.rendering import when

__all__ = ["HISTORY_BYTES", "OPEN_BYTES", "RECENT_BYTES", "REMEMBERED", "history_pages", "readme"]

OPEN_BYTES = 160_000
"""Bytes of the table of open bugs in the README: some 600 rows."""

RECENT_BYTES = 60_000
"""Bytes of the closed bugs in the README, by month."""

HISTORY_BYTES = 250_000
"""Bytes of one page of closed bugs: about a thousand rows, which a browser shows at once."""

_RECENT_MONTHS = 3
_TITLE = 100
"""Code points of a title in a table; the issue shows the rest."""

_FAR = datetime.max.replace(tzinfo=UTC)

_PAPERS: Mapping[str, str] = {
    "report": "report",
    "root-cause-analysis": "analysis",
    "release-notes": "release notes",
    "post-mortem": "post-mortem",
}
"""What a document is called in a table, where that is not its kind."""

_STATES: Mapping[str, str] = {"completed": "completed", "not-planned": "not planned"}

_OPEN_HEAD = (
    "| Bug | Severity | Title | Phase | Fix due | Owner | Documents | Action items |",
    "|---|---|---|---|---|---|---|---|",
)
_CLOSED_HEAD = (
    "| Bug | Severity | Title | Reported | Closed | As | Documents | Action items |",
    "|---|---|---|---|---|---|---|---|",
)


# The page that people open --------------------------------------------------------------------------------


def readme(book: Book) -> str:
    """The README as a whole, its generated blocks not sealed yet (`documents.facts.seal`).

    The block of the newest months is marked `keep` where the file of the newest year was not read: it is
    only read when something in it changes.
    """
    year = newest_year(book)
    known = book.years.get(year) if year is not None else {}
    recent = _block("recent", [], " keep") if known is None else _block("recent", _recent(year, known))
    lines = [
        "# Bugs",
        "",
        "<!-- Text between bugaction:facts markers is generated and kept up to date. "
        "Write anywhere outside: it stays. -->",
        "",
        *_section("Waiting on", "waiting", _block("waiting", waiting_table(book))),
        *_section("Open", "open", _block("open", _open(book.open.values()))),
        *_section("Closed", "closed", recent),
        *_section("By the year of the report", "years", _block("years", _years(book)), level=3),
    ]
    return "\n".join(lines)


def _section(title: str, name: str, lines: Sequence[str], level: int = 2) -> list[str]:
    """A section that is put back as a whole where somebody has taken it out (`documents.merge`)."""
    return [f"{'#' * level} {title}", f"<!-- section: {name} required -->", *lines, ""]


def _block(name: str, lines: Sequence[str], mark: str = "") -> list[str]:
    return [f"<!-- bugaction:facts:{name}{mark} -->", *lines, f"<!-- /bugaction:facts:{name} -->"]


def _open(rows: Iterable[Row]) -> list[str]:
    ordered = sorted(rows, key=lambda row: (row.due or _FAR, row.severity or "P4", row.number))
    if not ordered:
        return ["No bug is open."]
    shown, left = _table(_OPEN_HEAD, _open_row, ordered, OPEN_BYTES)
    count = "1 bug is open." if len(ordered) == 1 else f"{len(ordered)} bugs are open."
    lines = [f"{count} What is due first stands first.", "", *shown]
    if left:
        lines += ["", f"{left} more are due later; [{INDEX_FILE}]({INDEX_FILE}) holds all of them."]
    return lines


def _recent(year: int | None, rows: Mapping[int, Row]) -> list[str]:
    if year is None:
        return []
    lines: list[str] = []
    room = RECENT_BYTES
    for month, found in _months(rows.values())[:_RECENT_MONTHS]:
        shown, left = _table(_CLOSED_HEAD, _closed_row, found, room)
        room -= sum(len(line.encode()) for line in shown)
        lines += [f"Reported in {month}:", "", *shown, ""]
        if left:
            lines += [f"{left} more: [{year}]({year:04d}.md).", ""]
            break
    return lines


def _years(book: Book) -> list[str]:
    counts: dict[int, int] = {}
    for stub in book.closed.values():
        counts[stub.year] = counts.get(stub.year, 0) + 1
    if not counts:
        return ["No bug is closed yet."]
    rows = [f"| [{year}]({year:04d}.md) | {counts[year]} |" for year in sorted(counts, reverse=True)]
    return ["| Year | Closed bugs |", "|---|---|", *rows]


# The pages of what is closed ------------------------------------------------------------------------------


def history_pages(year: int, rows: Mapping[int, Row]) -> dict[str, str]:
    """The pages of a year's closed bugs, text by name: `2026.md`, and one for each month that is too long
    to stand there as well (`2026-03.md`)."""
    note = "<!-- Generated from register-{:04d}.json; write into README.md instead. -->"
    lines = [f"# Closed bugs reported in {year}", "", note.format(year), "", "[All bugs](README.md)", ""]
    pages: dict[str, str] = {}
    room = HISTORY_BYTES
    for month, found in _months(rows.values()):
        shown, left = _table(_CLOSED_HEAD, _closed_row, found, room)
        count = "1 bug" if len(found) == 1 else f"{len(found)} bugs"
        lines += [f"## {month}", ""]
        if left:
            name = f"{month}.md"
            pages[name] = _month_page(year, month, found, note.format(year))
            lines += [f"{count}: [{month}]({name})", ""]
            continue
        room -= sum(len(line.encode()) for line in shown)
        lines += [*shown, ""]
    if not rows:
        lines += ["None.", ""]
    pages[f"{year:04d}.md"] = "\n".join(lines)
    return dict(sorted(pages.items()))


def _month_page(year: int, month: str, rows: Sequence[Row], note: str) -> str:
    shown, left = _table(_CLOSED_HEAD, _closed_row, rows, HISTORY_BYTES)
    lines = [
        f"# Closed bugs reported in {month}",
        "",
        note,
        "",
        f"[All of {year}]({year:04d}.md)",
        "",
        *shown,
    ]
    if left:
        data = f"register-{year:04d}.json"
        lines += ["", f"{left} more: [{data}]({data}) holds all of them."]
    return "\n".join([*lines, ""])


def _months(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """The rows by the month of their report, both the newest first."""
    ordered = sorted(rows, key=lambda row: (row.reported, row.number), reverse=True)
    return [
        (month, list(found)) for month, found in groupby(ordered, lambda row: row.reported.strftime("%Y-%m"))
    ]


# Tables ---------------------------------------------------------------------------------------------------


def _table(
    head: Sequence[str], show: Callable[[Row], str], rows: Sequence[Row], room: int
) -> tuple[list[str], int]:
    """As many rows as there is room for in bytes, below their head; and how many are left out."""
    lines = list(head)
    for place, row in enumerate(rows):
        line = show(row)
        room -= len(line.encode()) + 1
        if room < 0:
            return lines, len(rows) - place
        lines.append(line)
    return lines, 0


_REMEMBERED = 12_000
"""Rows whose lines are remembered: a year before a change and after it have all but one in common."""


def _open_row(row: Row) -> str:
    return _line(
        _bug(row),
        row.severity or "–",
        _title(row),
        _short(row.phase),
        when(row.due) if row.due is not None else "–",
        _short(", ".join(row.owners)),
        _papers(row),
        _actions(row.actions),
    )


@lru_cache(maxsize=_REMEMBERED)
def _closed_row(row: Row) -> str:
    how = f"duplicate of {bug_name(row.original)}" if row.original else _STATES.get(row.state, row.state)
    return _line(
        _bug(row),
        row.severity or "–",
        _title(row),
        row.reported.date().isoformat(),
        row.closed.isoformat() if row.closed is not None else "–",
        how,
        _papers(row),
        _actions(row.actions),
    )


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _server(row: Row) -> str:
    return "/".join(row.url.split("/")[:3])


@lru_cache(maxsize=1_000)
def _short(text: str) -> str:
    """A cell of which there are few different ones."""
    return cell(text)


REMEMBERED = (_closed_row, _short)
"""What remembers rendered rows, for whoever measures a first run."""


def _bug(row: Row) -> str:
    return _linked(bug_name(row.number), row.url, _server(row))


def _title(row: Row) -> str:
    return "(confidential)" if row.confidential else cell(row.title, _TITLE)


def _papers(row: Row) -> str:
    server = _server(row)
    found = [
        _linked(_PAPERS.get(paper.kind) or _short(paper.kind), paper.url, server) for paper in row.documents
    ]
    return ", ".join(found) or "–"


def _linked(words: str, url: str, server: str) -> str:
    """A link around words that are Markdown already."""
    return f"[{words}]({url})" if is_github_url(url, server) else words


def _actions(items: Sequence[Item]) -> str:
    opened = sum(item.is_open for item in items)
    parts = [f"{opened} open"] * bool(opened) + [f"{len(items) - opened} closed"] * (len(items) > opened)
    return ", ".join(parts) or "–"
