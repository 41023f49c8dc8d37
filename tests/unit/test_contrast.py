"""What differs between two reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bugaction.contrast import contrast, outcomes
from bugaction.model import GateResult, Outcome, RequirementResult, Severity
from bugaction.plan import AddLabels, BugVerdict, ClockVerdict, Plan, PullVerdict, Reason, SetStatus
from bugaction.report import Report
from bugaction.snapshot import StatusState

DUE = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MET = RequirementResult("backup", "There is a backup", Outcome.MET)
UNMET = RequirementResult("backup", "There is a backup", Outcome.UNMET, problem="nobody is named")


def bug(item: RequirementResult = MET, **changes: object) -> BugVerdict:
    gate = GateResult("triage", 42, (item,), pull=7)
    clock = ClockVerdict("fix", "Fix", "running", "4 hours left", DUE)
    whole = BugVerdict(42, "BUG-042", "It fails", "u", Severity.P1, "fix", (gate,), clocks=(clock,))
    return replace(whole, **changes)  # type: ignore[arg-type]


def report(*bugs: BugVerdict, state: StatusState = StatusState.SUCCESS, **changes: object) -> Report:
    pull = PullVerdict(7, "u", (42,), (SetStatus("c" * 40, "bugaction/gate", state, "All hold", "u"),))
    return replace(Report(Reason.DONE, plans=(Plan(bugs=bugs, pulls=(pull,)),), dry_run=True), **changes)  # type: ignore[arg-type]


def test_equal_reports_have_no_difference() -> None:
    """Not even where they were made apart."""
    assert contrast(report(bug()), report(bug())) == ()


def test_each_difference_is_a_line() -> None:
    """Severity, phase, requirement, clock, status, what is written, and the reason."""
    label = AddLabels("I_1", 42, ("P1",), ())
    later = ClockVerdict("fix", "Fix", "breached", "late by 1 hour", DUE)
    before = report(bug(), left=(label,))
    changed = bug(UNMET, severity=Severity.P0, phase="triage", clocks=(later,))
    after = report(changed, state=StatusState.FAILURE, reason=Reason.NOTHING_TO_DO)
    lines = contrast(before, after)
    assert lines[0] == "reason: done → nothing-to-do"
    assert lines[1] == "BUG-042: severity P1 → P0"
    assert lines[2] == "BUG-042: phase fix → triage"
    assert lines[3] == "BUG-042, triage gate of #7, backup: met → unmet (nobody is named)"
    assert lines[4] == "BUG-042, clock fix: running, 4 hours left → breached, late by 1 hour"
    assert lines[5] == ("pull request #7, bugaction/gate: success “All hold” → failure “All hold”")
    assert lines[6].startswith("no longer written: ")
    assert contrast(after, before)[-1].startswith("written as well: ")


def test_a_bug_comes_and_goes() -> None:
    """By what a configuration looks after."""
    assert contrast(report(), report(bug())) == ("BUG-042: is looked after now",)
    assert contrast(report(bug()), report()) == ("BUG-042: is no longer looked after",)


def test_of_a_confidential_bug_no_word_is_told() -> None:
    """Its outcome alone."""
    (line,) = contrast(report(bug()), report(bug(UNMET, title="")))
    assert line == "BUG-042, triage gate of #7, backup: met → unmet"


def test_a_due_time_that_moves_is_told() -> None:
    """Where the outcome is the same."""
    owed = replace(MET, outcome=Outcome.DEFERRED, due=DUE)
    (line,) = contrast(report(bug(owed)), report(bug(replace(owed, due=None))))
    assert line.endswith("backup: due 2026-11-24 12:00 UTC → no time")


def test_outcomes_hold_no_word_of_a_person() -> None:
    """Two reports with other titles and problems have the same."""
    said = bug(replace(UNMET, problem="eve is gone"), title="Eve was here")
    assert outcomes(report(bug(UNMET))) == outcomes(report(said))
    assert outcomes(report(bug(UNMET))) != outcomes(report(bug(MET)))
