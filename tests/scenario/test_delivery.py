"""Where the report is committed: the default branch where that is open, the records branch otherwise."""

from __future__ import annotations

import pytest

from tests.scenario.life import RECORDS, Life, form


@pytest.mark.parametrize("kind", ["ruleset", "classic"])
def test_auto_on_a_protected_branch(life: Life, kind: str) -> None:
    """Rules that ask for a pull request send the report to the records branch, where the gate reads it."""
    life.people.protect("ana", "main", kind=kind, pull_request=True, approvals=1)
    main = life.history("main")
    number = life.settled()
    fix = life.fix(number)
    life.ready(fix)
    assert life.history("main") == main
    assert life.document(number) is None
    assert life.document(number, RECORDS) is not None
    assert life.gate(fix) == ("success", "Every gate holds for BUG-001")
    assert set(life.product.codes) == {0}
    before = len(life.server.writes)
    life.runs.schedule()
    assert len(life.server.writes) == before


def test_commit_that_is_refused_falls_back(life: Life) -> None:
    """`commit` tries the default branch; where a rule refuses it, the report goes to the records branch."""
    life.configure("version: 1\ndocuments:\n  delivery: commit\n")
    life.people.protect("ana", "main", pull_request=True)
    number = life.settled()
    assert life.document(number) is None
    assert life.document(number, RECORDS) is not None
    fix = life.fix(number)
    life.ready(fix)
    assert life.gate(fix) == ("success", "Every gate holds for BUG-001")
    before = len(life.server.writes)
    life.runs.schedule()
    assert len(life.server.writes) == before


def test_branch_keeps_the_default_branch_clean(life: Life) -> None:
    """`branch` never commits to the default branch, open as it is."""
    life.configure("version: 1\ndocuments:\n  delivery: branch\n")
    main = life.history("main")
    number = life.settled()
    assert life.history("main") == main
    assert life.document(number, RECORDS) is not None
    fix = life.fix(number)
    life.ready(fix)
    assert life.gate(fix) == ("success", "Every gate holds for BUG-001")


def test_document_never_has_two_homes(life: Life) -> None:
    """A report that went to the records branch stays there when the default branch opens up again."""
    rules = life.people.protect("ana", "main", pull_request=True)
    number = life.bug()
    life.people.unprotect("ana", rules)
    life.people.edit_issue("dee", number, body=form())
    life.pass_on()
    assert life.document(number) is None
    assert "The checkout never ends." in (life.document(number, RECORDS) or "")


COMMIT = "version: 1\ndocuments:\n  delivery: commit\n"
REPORT = "documents/bugs/BUG-001/bug-001-report-v1.0.md"


def test_a_rule_that_comes_later_does_not_leave_two_reports_at_odds(life: Life) -> None:
    """With `commit` delivery: once GitHub refuses, the report lives on the records branch, with what people
    write there, and the older copy is not tried again in every run."""
    life.configure(COMMIT)
    number = life.bug()
    older = life.document(number)
    life.people.protect("ana", "main", pull_request=True)
    life.people.edit_issue("dee", number, body=form())
    life.pass_on()
    assert life.document(number) == older
    text = life.document(number, RECORDS)
    assert text is not None
    assert "The checkout never ends." in text
    assert life.again() == 0
    life.people.edit_on_web("bo", RECORDS, {REPORT: f"{text}\nAsk Eve about the till.\n"}, "Add")
    life.pass_on()
    life.say("cy", number, "/eta 9h")
    assert "Ask Eve about the till.\n" in (life.document(number, RECORDS) or "")
    assert life.again() == 0


def test_words_on_the_records_branch_come_along_when_delivery_becomes_commit(life: Life) -> None:
    """Where both branches hold the report, the default branch's copy takes them in; the other one goes."""
    life.configure(COMMIT)
    number = life.bug()
    life.configure("version: 1\ndocuments:\n  delivery: branch\n")
    life.people.edit_issue("dee", number, body=form())
    life.pass_on()
    text = life.document(number, RECORDS)
    assert text is not None
    life.people.edit_on_web("bo", RECORDS, {REPORT: f"{text}\nAsk Eve about the till.\n"}, "Add")
    life.configure(COMMIT)
    life.say("cy", number, "/eta 9h")
    assert "Ask Eve about the till.\n" in (life.document(number) or "")
    assert "The checkout never ends." in (life.document(number) or "")
    assert life.document(number, RECORDS) is None
    assert life.again() == 0
    life.people.protect("ana", "main", pull_request=True)
    life.say("cy", number, "/eta 10h")
    assert "Ask Eve about the till.\n" in (life.document(number, RECORDS) or "")
    assert life.again() == 0
