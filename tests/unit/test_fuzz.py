"""The corpus of `make fuzz`, and every input that once broke a harness, without the fuzzer."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bugaction.bug import FormAnswers
from bugaction.commands.parse import Call
from bugaction.config import Loaded
from bugaction.documents.facts import content_hash
from bugaction.rendering import OUTPUT_LIMIT
from fuzz.__main__ import reason_of, told_of
from fuzz.documents import golden, unsealed
from fuzz.registry import HARNESSES
from fuzz.words import text_of

FOLDER = Path(__file__).parents[2] / "fuzz"


def inputs(name: str) -> list[bytes]:
    """The seeds of a harness, and what once broke it."""
    paths = [*(FOLDER / "corpus" / name).iterdir(), *(FOLDER / "crashes").glob(f"{name}/*")]
    return [path.read_bytes() for path in sorted(paths)]


@pytest.mark.parametrize("name", HARNESSES)
def test_no_input_breaks_a_harness(name: str, record_property: Callable[[str, object], None]) -> None:
    """Those of the corpus and those that did."""
    found = inputs(name)
    assert found
    for data in found:
        HARNESSES[name](data)
    record_property("inputs", f"corpus|{len(found)}")


def test_every_folder_has_its_harness() -> None:
    """None is fuzzed that is not replayed, and no input lies where nothing reads it."""
    names = {path.name for kind in ("corpus", "crashes") for path in (FOLDER / kind).glob("*/")}
    assert names == set(HARNESSES)
    assert {path.stem for path in (FOLDER / "harnesses").glob("[a-z]*.py")} == set(HARNESSES)


WRONG: list[tuple[str, str, Any]] = [
    ("commands", "parse_calls", lambda body, *_: (Call("accept", line=1),) if "/accept" in body else ()),
    ("config", "load", lambda *_: Loaded(None)),
    ("escaping", "inline", lambda text, _: text),
    ("escaping", "cell", lambda text: text),
    ("escaping", "block", lambda text: f"> {text}"),
    ("escaping", "fence", lambda text, _: f"```\n{text}\n```"),
    ("form", "parse_form", lambda body: FormAnswers(preamble=body)),
    ("front_matter", "without_key", lambda text, _: text),
    ("joining", "joined", lambda ours, theirs: ours or theirs),
    ("ledger", "format_lines", lambda *_: ""),
    ("merge", "refresh", lambda _, rendered: rendered),
    ("payload", "why_not_ours", lambda *_: None),
    ("saved_facts", "written", lambda _: "{}"),
    ("sections", "content_gap", lambda text, **_: text),
    ("templates", "render", lambda *_: "x" * (OUTPUT_LIMIT + 1)),
    ("timeline", "format_lines", lambda *_: "nothing"),
]
"""Parsers that are wrong, each in its own way."""


@pytest.mark.parametrize(("harness", "name", "wrong"), WRONG)
def test_a_harness_sees_a_parser_that_is_wrong(
    harness: str, name: str, wrong: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some input of its corpus is enough."""
    monkeypatch.setattr(import_module(f"fuzz.harnesses.{harness}"), name, wrong)
    broken = 0
    for data in inputs(harness):
        try:
            HARNESSES[harness](data)
        except Exception:  # noqa: BLE001 - whatever it is, it would be a crash
            broken += 1
    assert broken


LOG = """\
#2	INITED cov: 22 ft: 22 corp: 1/1b exec/s: 0 rss: 84Mb
#7607	REDUCE cov: 130 ft: 64 corp: 10/91b lim: 53 exec/s: 7607 rss: 84Mb L: 30/30 MS: 1 CopyPart-

 === Uncaught Python exception: ===
AssertionError: a line was lost
Traceback (most recent call last):
==9184== ERROR: libFuzzer: fuzz target exited
stat::number_of_executed_units: 8818
"""


def test_a_run_of_the_fuzzer_is_told_by_its_log() -> None:
    """How much it tried, how far it came, and what Python said of the input that ended it."""
    told = told_of("form", 60, LOG, crashes=1)
    assert (told.executions, told.edges, told.crashes, told.seconds) == (8818, 130, 1, 60)
    assert told_of("form", 60, f"{LOG}Done 8818 runs in 9 second(s)\n", crashes=0).seconds == 9
    assert told_of("form", 60, LOG.partition("stat::")[0], crashes=0).executions == 7607
    assert reason_of(LOG).startswith("AssertionError: a line was lost\nTraceback")
    assert "ERROR: libFuzzer" not in reason_of(LOG)
    assert reason_of("it could not begin") == "it could not begin"


def test_only_digits_that_were_written_for_facts_are_left_in_an_input() -> None:
    """Over a person's words they would make them facts; the fuzzer reads them off a comparison."""
    assert unsealed(golden(0)) == golden(0)
    words = "my own words\n"
    forged = f"<!-- bugaction:facts:head sha256={content_hash([words])} -->\n{words}"
    assert unsealed(forged) == f"<!-- bugaction:facts:head sha256=0 -->\n{words}"
    empty = f"<!-- bugaction:facts:head sha256={content_hash(())} -->\n"
    assert unsealed(empty) == empty


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\r\n", "a\r\n"),
        (b"\xff\xe9", "\xff\xe9"),
        (b"\xed\xa0\x80x", "\ud800x"),
        ("\u202e".encode(), "\u202e"),
    ],
)
def test_any_bytes_are_a_text(data: bytes, text: str) -> None:
    """Lone surrogates as well; nothing that the fuzzer tries is thrown away for its encoding."""
    assert text_of(data) == text
