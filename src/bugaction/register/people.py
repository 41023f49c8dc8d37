"""The register by people: what waits for whom, from the open bugs and from action items that are not done.

Nobody is mentioned: a page pings no one. Logins and words are data and are escaped where they are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bugaction.escaping import cell, inline, is_github_url, remark
from bugaction.records import bug_name
from bugaction.register.book import Book
from bugaction.register.errand import Errand
from bugaction.register.row import Item, SeverityName
from bugaction.rendering import when

__all__ = ["ANYBODY", "WAITING_BYTES", "Line", "by_person", "waiting_table"]

ANYBODY = ""
"""Under this login stands what waits for nobody in particular."""

WAITING_BYTES = 80_000
"""Bytes of what waits for whom in the README: some 400 lines."""

_MOST_OF_ONE = 25
"""Lines of one person: nobody reads more, and everybody gets a place."""

_LONGEST = 160

_FAR = datetime.max.replace(tzinfo=UTC)

_HEAD = ("| Bug | Severity | Due | What is missing | Next step |", "|---|---|---|---|---|")


@dataclass(frozen=True, slots=True)
class Line:
    """What waits for somebody. `due` is a time in UTC or a day; `url` is where to go, `issue` the bug's page.
    `more` counts the bug's lines behind this one for the same people."""

    bug: int
    issue: str
    what: str
    due: datetime | date | None = None
    severity: SeverityName | None = None
    command: str = ""
    url: str = ""
    more: int = 0

    @property
    def rank(self) -> tuple[datetime, str, int]:
        """What is due first stands first; a day counts from its end, by UTC."""
        return _end(self.due), self.severity or "P4", self.bug

    @property
    def by(self) -> str:
        """The due time in words, "" where there is none."""
        if isinstance(self.due, datetime):
            return when(self.due)
        return self.due.isoformat() if self.due is not None else ""


def _end(due: datetime | date | None) -> datetime:
    if due is None:
        return _FAR
    if isinstance(due, datetime):
        return due
    return datetime.combine(due, datetime.max.time(), UTC)


def by_person(book: Book) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """Everybody for whom something waits, by login as it was written first, and what, due first.

    Whoever has the most pressing line comes first; `ANYBODY` comes last.
    """
    names: dict[str, str] = {}
    lines: dict[str, list[Line]] = {}
    for who, line in _lines(book):
        names.setdefault(who.casefold(), who)
        lines.setdefault(who.casefold(), []).append(line)
    found = [(names[key], tuple(sorted(own, key=lambda line: line.rank))) for key, own in lines.items()]
    return tuple(sorted(found, key=lambda each: (each[0] == ANYBODY, each[1][0].rank, each[0].casefold())))


def _lines(book: Book) -> Iterator[tuple[str, Line]]:
    """Each line once for each person whom it waits for."""
    for number, row in sorted(book.open.items()):
        for errand in row.waiting:
            line = _of_errand(number, row.url, row.severity, errand)
            yield from ((who, line) for who in errand.who or (ANYBODY,))
        yield from ((item.owner, _of_item(number, item)) for item in row.actions if item.is_open)
    for number, stub in sorted(book.closed.items()):
        yield from ((item.owner, _of_item(number, item)) for item in stub.actions if item.is_open)


def _of_errand(number: int, url: str, severity: SeverityName | None, errand: Errand) -> Line:
    return Line(
        bug=number,
        issue=url,
        what=errand.what,
        due=errand.due,
        severity=severity,
        command=errand.command,
        url=errand.url,
        more=errand.more,
    )


def _of_item(number: int, item: Item) -> Line:
    """The bug's page lies beside the item's: of a closed bug the index holds no address."""
    bug = f"{item.url.rpartition('/')[0]}/{number}"
    return Line(number, bug, f"Action item {item.issue}: {item.text}", item.due, url=item.url)


def waiting_table(book: Book, room: int = WAITING_BYTES) -> list[str]:
    """The section of a page: a table for each person, as far as there is room for in bytes."""
    people = by_person(book)
    if not people:
        return ["Nothing waits for anybody."]
    lines: list[str] = []
    for place, (login, own) in enumerate(people):
        shown = _of_person(login, own)
        room -= sum(len(line.encode()) + 1 for line in shown)
        if room < 0:
            left = len(people) - place
            who = "1 more person has" if left == 1 else f"{left} more people have"
            lines += [f"{who} lines here, due later: `bugaction register --waiting` prints all of them.", ""]
            break
        lines += shown
    return lines[:-1]


def _of_person(login: str, own: Sequence[Line]) -> list[str]:
    name = inline(login) or "anybody"
    lines = [f"**{name}**", "", *_HEAD, *map(_line, own[:_MOST_OF_ONE]), ""]
    if len(own) > _MOST_OF_ONE:
        lines += [f"{len(own) - _MOST_OF_ONE} more are due later.", ""]
    return lines


def _line(line: Line) -> str:
    server = "/".join(line.issue.split("/")[:3])
    more = f" (+{line.more})" if line.more else ""
    cells = (
        _linked(bug_name(line.bug), line.issue, server),
        line.severity or "–",
        line.by or "–",
        f"{cell(line.what, _LONGEST)}{more}",
        _step(line, server),
    )
    return f"| {' | '.join(cells)} |"


def _step(line: Line, server: str) -> str:
    """The link to follow and the command to paste; where there is neither, the bug's own page."""
    command = remark(f"`{line.command.replace('`', '')}`", server, in_table=True) if line.command else ""
    if line.url and is_github_url(line.url, server):
        link = f"[{'edit' if '/edit/' in line.url else 'open'}]({line.url})"
        return f"{link} or {command}" if command else link
    return command or _linked("open", line.issue, server)


def _linked(words: str, url: str, server: str) -> str:
    return f"[{words}]({url})" if is_github_url(url, server) else words
