"""What a document is begun with from the register: asked for once, and only then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.assembly import Assembled
from bugaction.bug import Bug, DocumentState, FormAnswers
from bugaction.commands.judge import Judgement
from bugaction.model import Severity
from bugaction.past import with_past
from bugaction.policy import Policy
from bugaction.questions import AskPage
from bugaction.register import Book, Past, Row, format_index, format_year, with_rows
from bugaction.snapshot import Answers, Snapshot, TextFile
from tests.unit.bugs import DEPLOYED, bug
from tests.unit.register.rows import closed, item
from tests.values import repository

ROOT = "documents/bugs"
RECORDS = "bugaction/records"
YEAR = f"{ROOT}/register-2026.json"
OLD = closed(7, title="", parts=("checkout",), actions=(item(90),))


def holding(*rows: Row, answers: Answers | None = None) -> Snapshot:
    """A repository with this register."""
    index = TextFile(f"{ROOT}/register.json", format_index(with_rows(Book(), rows)), RECORDS)
    return Snapshot(repository(register=(index,)), answers=answers or Answers())


def begun(kind: str = "post-mortem", text: str | None = None, **changes: object) -> Bug:
    """A deployed P1 with that document, not committed yet."""
    states = {kind: DocumentState(kind, f"{ROOT}/BUG-042/x.md", "1.0", text, "main")}
    whole = bug(deployed=DEPLOYED, documents=states, answers=FormAnswers({"parts": "checkout"}), report=None)
    return replace(whole, **changes)  # type: ignore[arg-type]


def looked_up(whole: Bug, snapshot: Snapshot) -> tuple[Past | None, set[object]]:
    """What the bug is begun with, and what has to be asked."""
    found, questions = with_past({42: Assembled(whole, Judgement(), frozenset())}, snapshot, Policy())
    return found[42].bug.past, set(questions)


def test_a_post_mortem_is_begun_with_the_past() -> None:
    """The year of the bug is read first, where any bug of it is closed."""
    asked = looked_up(begun(), holding(OLD))
    assert asked == (None, {AskPage(YEAR)})
    year = TextFile(YEAR, format_year(2026, {7: OLD}), RECORDS)
    past, questions = looked_up(begun(), holding(OLD, answers=Answers(pages={YEAR: (year,)})))
    assert questions == set()
    assert past is not None
    assert [(found.row.number, found.why) for found in past.similar] == [(7, "both name checkout")]
    assert [(found.bug, found.item) for found in past.waiting] == [(7, item(90))]


def test_a_repository_without_a_past() -> None:
    """It is known at once that there is none: no register, or nobody in it."""
    assert looked_up(begun(), Snapshot(repository())) == (Past(), set())
    assert looked_up(begun(), holding()) == (Past(), set())


def test_years_that_are_long_ago_are_not_read() -> None:
    """The bug's own and the one before."""
    rows = (closed(5, reported="2024-03-01"), closed(6, reported="2025-03-01"))
    assert looked_up(begun(), holding(*rows)) == (None, {AskPage(f"{ROOT}/register-2025.json")})


@pytest.mark.parametrize(
    "whole",
    [
        begun(text="# Post-mortem\n"),
        begun(confidential=True),
        begun(deployed=None),
        replace(bug(None), documents=begun().documents),
        begun("report"),
        begun("release-notes"),
    ],
    ids=["committed", "confidential", "not due", "no severity", "another document", "no fix"],
)
def test_nothing_is_asked_where_nothing_is_begun(whole: Bug) -> None:
    """A settled bug costs no request."""
    assert looked_up(whole, holding(OLD)) == (None, set())


def test_a_register_that_cannot_be_read_stops_no_document() -> None:
    """It does without."""
    index = TextFile(f"{ROOT}/register.json", '{"version": 2}', RECORDS)
    assert looked_up(begun(), Snapshot(repository(register=(index,)))) == (None, set())


def test_a_bug_whose_records_are_lost_is_left() -> None:
    """Nothing is written of it."""
    lost = Assembled(begun(), Judgement(), frozenset(), "it is gone")
    assert with_past({42: lost}, holding(OLD), Policy()) == ({42: lost}, set())


def test_severities_without_notes() -> None:
    """A P3 has none by itself, so that nothing is looked up."""
    assert looked_up(begun(severity=bug(Severity.P3).severity), holding(OLD)) == (None, set())
