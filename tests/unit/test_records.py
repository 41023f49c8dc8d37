"""The ledger as text: total reading, append-only writing, and whose lines count."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.model import LedgerFile, LedgerLine, RecordKind, Role
from bugaction.records import (
    add_lines,
    bug_folder,
    bug_name,
    format_line,
    format_lines,
    format_meta,
    ledger_path,
    links_path,
    parse_ledger,
    parse_meta,
)

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
EVERY = range(1, 1000)


def line(evidence: str = "LE_1", kind: RecordKind = RecordKind.SEVERITY, **changes: object) -> LedgerLine:
    values: dict[str, object] = {
        "kind": kind,
        "evidence": evidence,
        "actor": "ana",
        "at": NOON,
        "accepted": True,
        **changes,
    }
    return LedgerLine(**values)  # type: ignore[arg-type]


def raw(**changes: object) -> str:
    """A line's JSON with something changed; None takes a key away."""
    record = {**json.loads(format_line(line())), **changes}
    return json.dumps({key: value for key, value in record.items() if value is not None})


@pytest.mark.parametrize(("number", "name"), [(1, "BUG-001"), (42, "BUG-042"), (1234, "BUG-1234")])
def test_a_bug_is_named_by_at_least_three_digits(number: int, name: str) -> None:
    """Issue 42 is BUG-042."""
    assert bug_name(number) == name


def test_paths_are_below_the_root() -> None:
    """A root with slashes around it is the same root."""
    assert bug_folder("/documents/bugs/", 42) == "documents/bugs/BUG-042"
    assert ledger_path("documents/bugs", 42) == "documents/bugs/BUG-042/ledger.jsonl"
    assert links_path("documents/bugs", 7) == "documents/bugs/links/PR-7.jsonl"


def test_a_line_is_canonical_json() -> None:
    """Sorted keys, no ASCII escapes, a `Z`, and nothing that is empty."""
    written = line(
        role=Role.ADMIN, data={"reason": "Käse\nbrot"}, at=NOON.astimezone(timezone(timedelta(hours=2)))
    )
    assert format_line(written) == (
        '{"accepted":true,"actor":"ana","at":"2026-11-24T12:00:00Z","data":{"reason":"Käse\\nbrot"},'
        '"evidence":"LE_1","kind":"severity","role":"admin","v":1}'
    )
    assert format_line(line(accepted=False, why="not allowed")) == (
        '{"accepted":false,"actor":"ana","at":"2026-11-24T12:00:00Z","evidence":"LE_1",'
        '"kind":"severity","v":1,"why":"not allowed"}'
    )


texts = st.text(st.characters(codec="utf-8"), max_size=20)
lines = st.builds(
    LedgerLine,
    kind=st.sampled_from(RecordKind),
    evidence=texts.filter(bool),
    actor=texts.filter(bool),
    at=st.datetimes(timezones=st.just(UTC)),
    accepted=st.booleans(),
    role=st.none() | st.sampled_from(Role),
    why=texts,
    data=st.dictionaries(texts, texts, max_size=3),
)


@given(st.lists(lines, max_size=5))
def test_what_is_written_is_read_back(decisions: list[LedgerLine]) -> None:
    """Whatever the words, line separators and controls among them; the first of a key counts."""
    text = format_lines(LedgerFile(), decisions)
    read = parse_ledger(text, EVERY)
    assert read.lines == add_lines(LedgerFile(), decisions)
    assert read.foreign == ()
    assert text.count("\n") == len(read.lines)


@given(st.text(max_size=200), st.frozensets(st.integers(min_value=1, max_value=6)))
def test_any_text_is_read(text: str, ours: frozenset[int]) -> None:
    """No content of the file stops a run, and each line that is not blank is ours or foreign."""
    read = parse_ledger(text, ours)
    assert read.text == text
    filled = {number for number, found in enumerate(text.split("\n"), 1) if found.strip()}
    assert set(read.foreign) <= filled


@given(st.text(max_size=80), st.lists(lines, max_size=3))
def test_writing_only_appends(text: str, decisions: list[LedgerLine]) -> None:
    """What stands in the file stays byte for byte, a stranger's line and a missing line end too."""
    stored = parse_ledger(text, ())
    grown = format_lines(stored, decisions)
    assert grown.startswith(text)
    assert format_lines(stored, []) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "null",
        "{}",
        "[" * 5000,
        raw() + " x",
        raw(v=2),
        raw(v=True),
        raw(v=1.0),
        raw(kind="unheard-of"),
        raw(kind=7),
        raw(evidence=""),
        raw(evidence=None),
        raw(actor=""),
        raw(actor=None),
        raw(at="2026-11-24T12:00:00"),
        raw(at="2026-11-24T12:00:00+00:00"),
        raw(at="yesterday Z"),
        raw(at=7),
        raw(accepted="yes"),
        raw(accepted=1),
        raw(role="king"),
        raw(role="Admin"),
        raw(role=5),
        raw(why=7),
        raw(data={"a": 1}),
        raw(data=[]),
        raw(extra="key"),
        raw(at=float("nan")),
        '{"v":1,' + raw()[1:],
    ],
)
def test_a_line_that_is_not_exactly_a_record_is_foreign(text: str) -> None:
    """It is reported and never believed, though a commit of ours wrote it."""
    read = parse_ledger(text, EVERY)
    assert read.lines == ()
    assert read.foreign == ((1,) if text else ())


def test_only_lines_of_our_commits_count() -> None:
    """A well-formed line in somebody else's commit decides nothing and is reported by its number."""
    text = f"{format_line(line('LE_1'))}\n\n{format_line(line('LE_2'))}\n{format_line(line('LE_3'))}\n"
    read = parse_ledger(text, {1, 4})
    assert [decision.evidence for decision in read.lines] == ["LE_1", "LE_3"]
    assert read.foreign == (3,)


def test_the_first_line_of_a_key_counts() -> None:
    """Later ones of the same evidence and kind change nothing; another kind is another decision."""
    first, second = line(accepted=False), line(accepted=True)
    other = line(kind=RecordKind.COMMAND)
    read = parse_ledger("\n".join(map(format_line, (first, second, other))), EVERY)
    assert read.lines == (first, other)
    assert read.foreign == ()


def test_a_foreign_line_does_not_take_the_key_of_ours() -> None:
    """A stranger cannot forestall a decision by writing its key first."""
    text = f"{format_line(line(accepted=False))}\n{format_line(line(accepted=True))}\n"
    read = parse_ledger(text, {2})
    assert [decision.accepted for decision in read.lines] == [True]


def test_known_decisions_are_not_written_again() -> None:
    """By key, whatever else they say, and each new key once."""
    stored = parse_ledger(format_line(line()), EVERY)
    new = [line(accepted=False), line("LE_2"), line("LE_2", accepted=False)]
    assert format_lines(stored, new) == f"{format_line(line())}\n{format_line(line('LE_2'))}\n"


def test_meta_round_trips() -> None:
    """The time from which bugs are looked at."""
    assert format_meta(NOON) == '{"since": "2026-11-24T12:00:00Z", "version": 1}\n'
    assert parse_meta(format_meta(NOON)) == NOON


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"version": 1}',
        '{"version": 2, "since": "2026-11-24T12:00:00Z"}',
        '{"version": true, "since": "2026-11-24T12:00:00Z"}',
        '{"version": 1, "since": "2026-11-24"}',
        '{"version": 1, "since": null}',
        '{"version": 1, "since": "2026-11-24T12:00:00Z", "until": 1}',
    ],
)
def test_meta_of_another_shape_is_no_time(text: str) -> None:
    """Somebody else's words there open nothing."""
    assert parse_meta(text) is None
