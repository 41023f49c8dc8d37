"""The register on the command line: found wherever it lies, read piece by piece, told line by line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bugaction.config import CONFIG_PATH
from bugaction.errors import UserError
from bugaction.listing import json_of, lines_of, read_book, waiting_json, waiting_lines
from bugaction.register import Book, Errand, format_index, format_year, index_path, with_rows, year_path
from bugaction.snapshot import TextFile
from tests.memory import Memory
from tests.unit.register.rows import closed, row

RECORDS = "bugaction/records"
BOOK = with_rows(
    Book(years={2026: {}}),
    [row(1), row(2, reported="2026-11-20", severity=None, due=None, owners=()), closed(7), closed(8)],
)


def holding(root: str, *, config: str = "") -> Memory:
    """A repository whose register lies below that root."""
    files = {index_path(root): format_index(BOOK), year_path(root, 2026): format_year(2026, BOOK.years[2026])}
    memory = Memory(files={RECORDS: files})
    if config:
        memory.repo = replace(memory.repo, config=TextFile(CONFIG_PATH, config, "main"))
    return memory


@pytest.mark.parametrize("largest", [512 * 1024, 10], ids=["small", "large"])
@pytest.mark.parametrize("year", [None, 2026])
def test_the_register_is_read(largest: int, year: int | None) -> None:
    """The index, and a year's file where one is named; large ones by their blobs."""
    memory = holding("documents/bugs")
    memory.largest = largest
    book = read_book(memory.reader_for, CONFIG_PATH, year)
    assert (sorted(book.open), sorted(book.closed)) == ([1, 2], [7, 8])
    assert sorted(book.years) == ([2026] if year else [])
    assert memory.log == []


def test_another_root() -> None:
    """The configuration says where it lies."""
    memory = holding("docs/incidents", config="version: 1\ndocuments:\n  root: docs/incidents\n")
    assert sorted(read_book(memory.reader_for, CONFIG_PATH, None).open) == [1, 2]


def test_no_register_yet() -> None:
    """It is said where it was looked for, and when there is going to be one."""
    with pytest.raises(UserError, match=r"documents/bugs/register\.json") as error:
        read_book(Memory().reader_for, CONFIG_PATH, None)
    assert "first bug" in error.value.remedy


def test_a_register_that_cannot_be_read() -> None:
    """What is wrong with it is the error."""
    memory = holding("documents/bugs")
    memory.files[RECORDS][index_path("documents/bugs")] = '{"version": 2}'
    with pytest.raises(UserError, match="newer version"):
        read_book(memory.reader_for, CONFIG_PATH, None)


def test_lines() -> None:
    """One a bug, by deadline; a year's closed ones with the newest first."""
    assert list(lines_of(BOOK, None)) == [
        "BUG-001   P1   fix          due 2026-11-24 21:00 UTC  bo                Checkout fails",
        "BUG-002   -    fix          no due time               -                 Checkout fails",
        "2 bugs open",
        "2 bugs closed",
    ]
    assert list(lines_of(BOOK, 2026)) == [
        "BUG-008   P1   completed    closed 2026-11-22         bo                Checkout fails",
        "BUG-007   P1   completed    closed 2026-11-22         bo                Checkout fails",
        "2 bugs closed, reported in 2026",
    ]
    assert list(lines_of(BOOK, 2025)) == ["0 bugs closed, reported in 2025"]


def test_a_confidential_bug_is_shown_without_its_title() -> None:
    """Whatever stands in the file."""
    book = with_rows(Book(), [row(confidential=True, title="Passwords are shown")])
    assert not any("Passwords" in line for line in lines_of(book, None))


def test_documents() -> None:
    """The files themselves."""
    assert json.loads(json_of(BOOK, None))["open"][0]["number"] == 2
    assert [bug["number"] for bug in json.loads(json_of(BOOK, 2026))["bugs"]] == [8, 7]
    assert json.loads(json_of(BOOK, 2024))["bugs"] == []


WAITING = with_rows(
    Book(),
    [
        row(
            1,
            waiting=(
                Errand("nobody is assigned", (), datetime(2026, 11, 24, 10, tzinfo=UTC), "/accept", more=2),
                Errand("it is not approved", ("mia",), url="https://github.com/octo/shop/pull/7"),
            ),
        )
    ],
)


def test_what_waits_for_whom() -> None:
    """Person by person, each line with what to paste or where to go."""
    assert list(waiting_lines(WAITING)) == [
        "mia:",
        "  BUG-001   P1  no due time               it is not approved",
        "      https://github.com/octo/shop/pull/7",
        "anybody:",
        "  BUG-001   P1  due 2026-11-24 10:00 UTC  nobody is assigned (+2)",
        "      /accept",
    ]


@pytest.mark.parametrize(
    ("login", "first"),
    [
        ("@Mia", "mia:"),
        ("anybody", "anybody:"),
        ("eve", "Nothing waits for eve."),
    ],
)
def test_what_waits_for_one(login: str, first: str) -> None:
    """As they write themselves; nobody in particular has a name too."""
    assert next(waiting_lines(WAITING, login)) == first
    assert next(waiting_lines(Book())) == "Nothing waits for anybody."


def test_what_waits_as_json() -> None:
    """For a program: the same lines."""
    (mia,) = json.loads(waiting_json(WAITING, "mia"))
    assert mia == {
        "login": "mia",
        "lines": [
            {
                "bug": "BUG-001",
                "severity": "P1",
                "what": "it is not approved",
                "due": None,
                "command": "",
                "url": "https://github.com/octo/shop/pull/7",
                "more": 0,
            }
        ],
    }
    assert [each["login"] for each in json.loads(waiting_json(WAITING))] == ["mia", ""]
