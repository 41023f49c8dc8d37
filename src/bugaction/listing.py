"""The register as the command line prints it: read, and nothing decided or written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from bugaction.config import load_file
from bugaction.errors import UserError
from bugaction.policy import DEFAULT_ROOT, Policy
from bugaction.ports import Reader, Targets
from bugaction.records import bug_name
from bugaction.register import ANYBODY, Book, Line, Row, by_person, format_index, format_year, index_path
from bugaction.registering import read
from bugaction.rendering import when

__all__ = ["json_of", "lines_of", "read_book", "waiting_json", "waiting_lines"]

_ROUNDS = 4
"""Rounds: the text of a large index, a year's file, its text where that is large too, and all of it read."""

_FAR = datetime.max.replace(tzinfo=UTC)


def read_book(reader_for: Callable[[str], Reader], config: str, year: int | None) -> Book:
    """The register of a repository, with the closed bugs of a year where one is named.

    `config` is where the configuration lies. Raises `UserError` where there is no register to read, and
    `GitHubError` where GitHub cannot be read.
    """
    reader = reader_for(DEFAULT_ROOT)
    snapshot = reader.read(Targets())
    repository = snapshot.repository
    policy = load_file(repository.config, config, repository.extended).policy or Policy()
    if policy.documents.root != DEFAULT_ROOT:
        reader = reader_for(policy.documents.root)
        snapshot = reader.read(Targets())
    path = index_path(policy.documents.root)
    if all(file.path != path for file in snapshot.repository.register):
        raise UserError(
            f"{repository.full_name} has no register at {path} yet.",
            remedy="It is begun with the first bug that a run of bugaction writes for.",
        )
    for _ in range(_ROUNDS):
        book, questions, notices = read(snapshot, policy, () if year is None else (year,))
        if book is not None:
            return book
        if not questions:
            raise UserError(" ".join(notice.text for notice in notices))
        snapshot = reader.answer(snapshot, questions)
    raise AssertionError("each file is asked for twice at the most")  # pragma: no cover - see _ROUNDS


def json_of(book: Book, year: int | None) -> str:
    """The document that the register's file is: `register.json`, or a year's."""
    return format_index(book) if year is None else format_year(year, book.years.get(year, {}))


def lines_of(book: Book, year: int | None) -> Iterable[str]:
    """One line a bug: what is open by deadline, or a year's closed bugs with the newest first."""
    if year is not None:
        rows = sorted(book.years.get(year, {}).values(), key=lambda row: row.number, reverse=True)
        yield from (_closed(row) for row in rows)
        yield _count(len(rows), f"closed, reported in {year}")
        return
    opened = sorted(book.open.values(), key=lambda row: (row.due or _FAR, row.severity or "P4", row.number))
    yield from (_open(row) for row in opened)
    yield _count(len(opened), "open")
    yield _count(len(book.closed), "closed")


def waiting_lines(book: Book, login: str = "") -> Iterator[str]:
    """What waits for whom, everybody's due lines first; with a login that person's alone."""
    found = _waiting(book, login)
    for name, lines in found:
        yield f"{name or _ANYBODY}:"
        for line in lines:
            due = f"due {line.by}" if line.by else "no due time"
            more = f" (+{line.more})" if line.more else ""
            yield f"  {bug_name(line.bug):<10}{line.severity or '-':<3} {due:<26}{line.what}{more}"
            yield f"      {'  '.join(step for step in (line.command, line.url) if step) or line.issue}"
    if not found:
        yield f"Nothing waits for {login or 'anybody'}."


def waiting_json(book: Book, login: str = "") -> str:
    """The same as JSON: a list of people, each with their lines; `login` is "" for what anybody may do."""
    people = [
        {
            "login": name,
            "lines": [
                {
                    "bug": bug_name(line.bug),
                    "severity": line.severity,
                    "what": line.what,
                    "due": line.due.isoformat() if line.due is not None else None,
                    "command": line.command,
                    "url": line.url or line.issue,
                    "more": line.more,
                }
                for line in lines
            ],
        }
        for name, lines in _waiting(book, login)
    ]
    return json.dumps(people, indent=2, ensure_ascii=False)


_ANYBODY = "anybody"


def _waiting(book: Book, login: str) -> list[tuple[str, tuple[Line, ...]]]:
    wanted = login.removeprefix("@").casefold()
    named = ANYBODY if wanted == _ANYBODY else wanted
    return [each for each in by_person(book) if not login or each[0].casefold() == named]


def _open(row: Row) -> str:
    due = f"due {when(row.due)}" if row.due is not None else "no due time"
    return f"{_start(row)}  {row.phase:<13}{due:<26}{', '.join(row.owners) or '-':<16}  {_title(row)}"


def _closed(row: Row) -> str:
    day = row.closed.isoformat() if row.closed is not None else "-"
    return f"{_start(row)}  {row.state:<13}closed {day:<19}{', '.join(row.owners) or '-':<16}  {_title(row)}"


def _start(row: Row) -> str:
    return f"{bug_name(row.number):<10}{row.severity or '-':<3}"


def _title(row: Row) -> str:
    return "(confidential)" if row.confidential else row.title


def _count(number: int, what: str) -> str:
    return f"{number} bug{'' if number == 1 else 's'} {what}"
