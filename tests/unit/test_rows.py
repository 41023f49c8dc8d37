"""A bug's row: what it tells of the bug, once the run's own effects are carried out."""

from __future__ import annotations

from datetime import date

import pytest

from bugaction.action_issues import ActionIssue
from bugaction.bug import DocumentState, FormAnswers
from bugaction.gates import checklist
from bugaction.model import LedgerFile, Severity
from bugaction.plan import (
    CloseIssue,
    CommitFiles,
    Effect,
    FileChange,
    ReopenIssue,
)
from bugaction.register import Errand, Item, Paper, Row
from bugaction.rows import row_of
from bugaction.snapshot import (
    EntryKind,
    IssueState,
    PullState,
)
from bugaction.verdicts import Judged
from tests.unit.bugs import REPORT, bug, judged, merged_fix, said
from tests.values import BASE, BO, T0, at, changed, facts, issue, labeled

ROOT = "documents/bugs"


def test_a_row_tells_the_bug() -> None:
    """What GitHub knows of it."""
    subject = issue(assignees=[BO], title="  Checkout\u202e fails  ")
    whole = bug(
        Severity.P1,
        facts=facts(subject),
        report=REPORT,
        answers=FormAnswers({"parts": "B2C, C2C; the app\n- B2C"}),
        actions=(ActionIssue(90, f"{BASE}/issues/90", "Test it", "0" * 12, "ana", date(2026, 12, 1)),),
    )
    assert row_of(judged(whole), []) == Row(
        number=42,
        url=f"{BASE}/issues/42",
        reported=T0,
        title="Checkout fails",
        severity="P1",
        phase="triage",
        state="open",
        due=at(24 * 60),
        next=at(45),
        owners=("bo",),
        documents=(Paper("report", REPORT.url),),
        actions=(Item(90, f"{BASE}/issues/90", "Test it", "ana", date(2026, 12, 1)),),
        parts=("B2C", "C2C", "the app"),
    )


def test_a_severity_without_a_time_has_no_deadline() -> None:
    """Neither has a bug without a severity."""
    assert row_of(judged(severity=Severity.P3), []).due is None
    none = row_of(judged(severity=None), [])
    assert (none.due, none.severity) == (None, None)


def test_a_row_is_as_the_run_leaves_the_bug() -> None:
    """Documents that are being committed, somebody who is being assigned: no second commit for them."""
    path = f"{ROOT}/BUG-042/post-mortem-v1.0.md"
    whole = bug(
        documents={"post-mortem": DocumentState("post-mortem", path, "1.0")},
        ledger=LedgerFile(lines=(said("assign", 5, assign="Eve"),)),
        facts=facts(issue(assignees=[BO])),
    )
    row = row_of(judged(whole), [CommitFiles("main", "a" * 40, (FileChange(path, "x"),), "Start")])
    assert row.documents == (Paper("post-mortem", f"{BASE}/blob/main/{path}"),)
    assert row.owners == ("bo", "Eve")


def test_a_document_that_is_being_removed_is_none() -> None:
    """It would be a link to nothing."""
    effects = [CommitFiles("main", "a" * 40, (FileChange(REPORT.path, None),), "Remove")]
    assert row_of(judged(report=REPORT), effects).documents == ()


@pytest.mark.parametrize(
    ("before", "effects", "state", "day"),
    [
        (IssueState.OPEN, [], "open", None),
        (IssueState.OPEN, [CloseIssue("I_42", 42)], "completed", date(2026, 11, 24)),
        (IssueState.OPEN, [CloseIssue("I_42", 42, "I_7")], "duplicate", date(2026, 11, 24)),
        (IssueState.OPEN, [CloseIssue("I_7", 7)], "open", None),
        (IssueState.COMPLETED, [ReopenIssue("I_42", 42)], "open", None),
        (IssueState.NOT_PLANNED, [], "not-planned", date(2026, 11, 25)),
    ],
)
def test_the_state_is_the_one_that_is_coming(
    before: IssueState, effects: list[Effect], state: str, day: date | None
) -> None:
    """What the run closes or opens counts, and its day."""
    times = [labeled("P1"), labeled("", minutes=24 * 60, kind=EntryKind.CLOSED)]
    whole = bug(facts=facts(issue(state=before, timeline=times)))
    row = row_of(judged(whole), effects)
    assert (row.state, row.closed) == (state, day)
    assert (row.phase == "closed") is (state != "open")
    assert (row.due is None) is (state != "open")  # whether the run closes it or somebody had


def test_a_confidential_bug_tells_no_details() -> None:
    """Who has it, how grave it is and where it stands; nothing of what it is."""
    whole = bug(
        report=REPORT,
        confidential=True,
        facts=facts(issue(assignees=[BO], title="Passwords are shown")),
        answers=FormAnswers({"parts": "login"}),
        actions=(ActionIssue(90, "", "Hash them", "0" * 12, "ana", date(2026, 12, 1)),),
        fixes=(merged_fix(),),
    )
    row = row_of(judged(whole), [])
    assert (row.title, row.documents, row.actions, row.parts, row.files) == ("", (), (), (), ())
    assert (row.confidential, row.severity, row.owners, row.number) == (True, "P1", ("bo",), 42)


def test_the_files_of_a_merged_fix() -> None:
    """Those that it changed most, by name; of an open one none, since each push changes them."""
    assert row_of(judged(fixes=(merged_fix(),)), []).files == tuple(f"src/{name}.py" for name in "cdefghij")
    assert row_of(judged(fixes=(merged_fix(state=PullState.OPEN),)), []).files == ()


def test_a_file_s_name_that_cannot_be_shown_is_left_out() -> None:
    """One with a direction mark in it, and one that is too long; the others are there."""
    files = (changed("src/\u202ea.py"), changed("a" * 5000), changed("src/b.py"))
    assert row_of(judged(fixes=(merged_fix(files=files),)), []).files == ("src/b.py",)


def test_files_that_were_not_read_stay_as_they_are() -> None:
    """Most runs do not look at them."""
    row = row_of(judged(fixes=(merged_fix(),)), [])
    again = row_of(judged(fixes=(merged_fix(files=None),)), [], row)
    assert again == row
    assert row_of(judged(fixes=(merged_fix(files=None),)), []).files == ()


def test_a_row_tells_what_the_bug_waits_for() -> None:
    """By its checklists."""
    whole = bug(facts=facts(issue(assignees=[BO])))
    first, *_ = row_of(Judged(whole, checklist(whole), ""), []).waiting
    assert first == Errand("bo has not accepted", ("bo",), at(60), "/accept")


def test_nobody_is_told_to_do_what_the_run_does() -> None:
    """A report that is being committed, somebody who is being assigned: the lines are as they will be."""
    path = f"{ROOT}/BUG-042/bug-042-report-v1.0.md"
    whole = bug(
        documents={"report": DocumentState("report", path, "1.0")},
        ledger=LedgerFile(lines=(said("assign", 5, "ana", assign="Eve"),)),
    )
    text = "# Bug report\n\n### What is broken\n<!-- section: broken required -->\n"
    effects = [CommitFiles("main", "a" * 40, (FileChange(path, text),), "Start")]
    found = {each.what: each for each in row_of(Judged(whole, checklist(whole), ""), effects).waiting}
    assert "nobody is assigned" not in found
    assert found["Eve has not accepted"].who == ("Eve",)
    assert "the bug report is not committed" not in found
    (report,) = [each for each in found.values() if "/edit/main/" in each.url]
    assert report.what.startswith("section ")


def test_a_closed_bug_waits_for_nothing() -> None:
    """From the run on that closes it."""
    whole = bug()
    held = Judged(whole, checklist(whole), "")
    assert row_of(held, []).waiting
    assert row_of(held, [CloseIssue(whole.issue.id, 42)]).waiting == ()
