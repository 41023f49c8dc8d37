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
    documents_branch,
    documents_of,
    format_lines,
    format_links,
    format_meta,
    grown,
    item_number,
    ledger_path,
    links_path,
    parse_ledger,
    parse_links,
    parse_meta,
)

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
EVERY = range(1, 1000)
BUG = 42


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


def written(*decisions: LedgerLine) -> str:
    """The text of a bug's ledger that holds these decisions."""
    return format_lines(LedgerFile(), decisions, BUG)


def raw(**changes: object) -> str:
    """A line's JSON with something changed; None takes a key away."""
    record = {**json.loads(written(line())), **changes}
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
    full = line(
        role=Role.ADMIN, data={"reason": "Käse\nbrot"}, at=NOON.astimezone(timezone(timedelta(hours=2)))
    )
    assert written(full) == (
        '{"accepted":true,"actor":"ana","at":"2026-11-24T12:00:00Z","bug":42,"data":{"reason":"Käse\\nbrot"},'
        '"evidence":"LE_1","kind":"severity","prev":"b64d91e84c3ecb5a","role":"admin","v":1}\n'
    )
    assert written(line(accepted=False, why="not allowed")) == (
        '{"accepted":false,"actor":"ana","at":"2026-11-24T12:00:00Z","bug":42,"evidence":"LE_1",'
        '"kind":"severity","prev":"b64d91e84c3ecb5a","v":1,"why":"not allowed"}\n'
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
    text = written(*decisions)
    read = parse_ledger(text, EVERY, BUG)
    assert read.lines == add_lines(LedgerFile(), decisions)
    assert (read.foreign, read.gap, len(read.chain)) == ((), 0, len(read.lines))
    assert text.count("\n") == len(read.lines)


@given(st.text(max_size=200), st.frozensets(st.integers(min_value=1, max_value=6)))
def test_any_text_is_read(text: str, ours: frozenset[int]) -> None:
    """No content of the file stops a run, and each line that is not blank is ours or foreign."""
    read = parse_ledger(text, ours, BUG)
    assert read.text == text
    filled = {number for number, found in enumerate(text.split("\n"), 1) if found.strip()}
    assert set(read.foreign) <= filled


@given(st.text(max_size=80), st.lists(lines, max_size=3))
def test_writing_only_appends(text: str, decisions: list[LedgerLine]) -> None:
    """What stands in the file stays byte for byte, a stranger's line and a missing line end too."""
    stored = parse_ledger(text, (), BUG)
    grown = format_lines(stored, decisions, BUG)
    assert grown.startswith(text)
    assert format_lines(stored, [], BUG) == text


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
        raw(bug=None),
        raw(bug="42"),
        raw(bug=True),
        raw(prev=None),
        raw(prev=7),
        raw(pull=42),
        raw(bug=43),
        raw(at=float("nan")),
        '{"v":1,' + raw()[1:],
    ],
)
def test_a_line_that_is_not_exactly_a_record_is_foreign(text: str) -> None:
    """It is reported and never believed, though a commit of ours wrote it."""
    read = parse_ledger(text, EVERY, BUG)
    assert read.lines == ()
    assert read.foreign == ((1,) if text else ())


def test_only_lines_of_our_commits_count() -> None:
    """A well-formed line in somebody else's commit decides nothing and is reported by its number."""
    one = written(line("LE_1"))
    forged = json.dumps({**json.loads(one), "evidence": "LE_2"})
    grown_text = format_lines(parse_ledger(f"{one}\n{forged}", {1}, BUG), [line("LE_3")], BUG)
    read = parse_ledger(grown_text, {1, 4}, BUG)
    assert read.gap == 0
    assert [decision.evidence for decision in read.lines] == ["LE_1", "LE_3"]
    assert read.foreign == (3,)


def test_the_first_line_of_a_key_counts() -> None:
    """Later ones of the same evidence and kind change nothing; another kind is another decision."""
    first = line(accepted=False)
    other = line(kind=RecordKind.COMMAND)
    # Two runs never write one key, so the second line has to be made by hand.
    again = raw(accepted=True, prev=parse_ledger(written(first), EVERY, BUG).last)
    stored = parse_ledger(written(first) + again, EVERY, BUG)
    read = parse_ledger(format_lines(stored, [other], BUG), EVERY, BUG)
    assert read.gap == 0
    assert read.lines == (first, other)
    assert read.foreign == ()


def test_another_bugs_ledger_is_not_believed() -> None:
    """A file of ours that was moved here: every line names its bug, and blame follows a move."""
    read = parse_ledger(written(line("LE_1"), line("LE_2")), EVERY, 43)
    assert (read.lines, read.foreign, read.last) == ((), (1, 2), "")


def test_a_line_that_was_taken_out_leaves_a_gap() -> None:
    """The next line of ours carries the digest of what stood before it."""
    texts = written(line("LE_1"), line("LE_2"), line("LE_3")).splitlines(keepends=True)
    assert parse_ledger("".join(texts), EVERY, BUG).gap == 0
    assert parse_ledger(texts[0] + texts[2], EVERY, BUG).gap == 2
    assert parse_ledger(texts[1] + texts[2], EVERY, BUG).gap == 1
    assert parse_ledger(texts[0] + "{}\n" + texts[2], {1, 3}, BUG).gap == 3


def test_a_tail_that_was_cut_off_is_missing_from_the_chain() -> None:
    """What is left follows on itself; only who knows the last digest sees that more was there."""
    texts = written(line("LE_1"), line("LE_2")).splitlines(keepends=True)
    whole, cut = parse_ledger("".join(texts), EVERY, BUG), parse_ledger(texts[0], EVERY, BUG)
    assert cut.gap == 0
    assert cut.last in whole.chain
    assert whole.last not in cut.chain


def test_a_restart_takes_the_gaps_before_it_and_none_that_come_later() -> None:
    """It follows on the lines as they stood then: one that is taken out afterwards shows again."""
    texts = written(line("LE_1"), line("LE_2"), line("LE_3")).splitlines(keepends=True)
    cut = parse_ledger(texts[0] + texts[2], EVERY, BUG)
    assert cut.gap
    anew = format_lines(cut, [line("restart:x", RecordKind.RESTARTED), line("LE_4")], BUG)
    assert parse_ledger(anew, EVERY, BUG).gap == 0
    assert parse_ledger(anew.removeprefix(texts[0]), EVERY, BUG).gap == 1


def test_the_digest_is_that_of_the_text_to_come() -> None:
    """So that a comment can name it in the same run."""
    stored = parse_ledger(written(line("LE_1")), EVERY, BUG)
    text, last = grown(stored, [line("LE_1"), line("LE_2")], BUG)
    assert parse_ledger(text, EVERY, BUG).last == last
    assert grown(stored, [line("LE_1")], BUG) == (stored.text, stored.last)
    assert grown(LedgerFile(), [], BUG) == ("", "")


def test_links_belong_to_their_pull_request() -> None:
    """Another pull request's file that was moved here, and a ledger's line, link nothing."""
    link = line("PR_1#42", RecordKind.LINK, data={"bug": "42", "pull": "7"})
    text = format_links(LedgerFile(), [link, link], 7)
    assert parse_links(text, EVERY, 7).lines == (link,)
    assert format_links(parse_links(text, EVERY, 7), [link], 7) == text
    assert parse_links(text, EVERY, 8).foreign == (1,)
    assert parse_links(text, (), 7).foreign == (1,)
    assert parse_links(written(link), EVERY, 42).foreign == (1,)


def test_a_foreign_line_does_not_take_the_key_of_ours() -> None:
    """A stranger cannot forestall a decision by writing its key first."""
    text = written(line(accepted=False)) + written(line(accepted=True))
    read = parse_ledger(text, {2}, BUG)
    assert [decision.accepted for decision in read.lines] == [True]


def test_known_decisions_are_not_written_again() -> None:
    """By key, whatever else they say, and each new key once."""
    stored = parse_ledger(written(line()), EVERY, BUG)
    new = [line(accepted=False), line("LE_2"), line("LE_2", accepted=False)]
    assert format_lines(stored, new, BUG) == written(line(), line("LE_2"))


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


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("42", 42),
        ("#42", 42),
        ("BUG-042", 42),
        ("bug-0042", 42),
        ("#2147483647", 2147483647),
        ("#2147483648", None),
        ("#0", None),
        ("#", None),
        ("", None),
        ("-7", None),
        ("#42x", None),
        ("\u0667", None),
        ("4" * 5000, None),
    ],
)
def test_a_number_as_people_write_it(text: str, number: int | None) -> None:
    """Whatever else stands there is none."""
    assert item_number(text) == number


@pytest.mark.parametrize(
    ("branch", "number"),
    [
        ("bugaction/bug-042", 42),
        ("bugaction/bug-1234", 1234),
        ("bugaction/bug-42", 0),
        ("bugaction/bug-0042", 0),
        ("bugaction/records", 0),
        ("fix/bug-042", 0),
        ("bug-042", 0),
        ("bugaction/#42", 0),
    ],
)
def test_the_bug_whose_documents_a_branch_brings(branch: str, number: int) -> None:
    """By its one name."""
    assert documents_of(branch) == number
    assert not number or documents_branch(number) == branch
