"""A bug's ledger, and the two other files on the records branch."""

from __future__ import annotations

from bugaction.model import LedgerFile, RecordKind
from bugaction.records import (
    add_lines,
    foreign_lines,
    format_lines,
    format_meta,
    parse_ledger,
    parse_links,
    parse_meta,
)
from fuzz.words import text_of
from tests.values import line

_BUG = 42
_NOBODYS = 987_654_321
_MORE = line(RecordKind.COMMAND, "fuzzed", name="accept")


def check(data: bytes) -> None:
    """What is not ours decides nothing; what is read can be written again; writing only appends."""
    text = text_of(data)
    count = text.count("\n") + 1
    every = frozenset(range(1, count + 1))
    assert parse_ledger(text, (), _BUG).lines == ()
    read = parse_ledger(text, every, _BUG)
    assert read.text == text
    assert set(read.foreign) <= every
    assert len({found.key for found in read.lines}) == len(read.lines)
    again = parse_ledger(format_lines(LedgerFile(), read.lines, _BUG), every, _BUG)
    assert again.lines == read.lines
    assert (again.foreign, again.gap) == ((), 0)
    assert format_lines(read, [], _BUG) == text
    grown = format_lines(read, [_MORE], _BUG)
    assert grown.startswith(text)
    everywhere = frozenset(range(1, grown.count("\n") + 1))
    assert parse_ledger(grown, everywhere, _BUG).lines == (*read.lines, *add_lines(read, [_MORE]))
    assert str(_NOBODYS) in text or parse_ledger(text, every, _NOBODYS).lines == ()
    assert len(foreign_lines(read)) <= len(read.foreign)
    filled = {number for number, raw in enumerate(text.split("\n"), start=1) if raw.strip()}
    assert filled <= {*read.foreign, *parse_links(text, every, _BUG).foreign}
    since = parse_meta(text)
    assert since is None or parse_meta(format_meta(since)) == since
