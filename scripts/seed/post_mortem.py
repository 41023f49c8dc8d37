"""The lines of phase 5, and the lists and rules at the end of the process."""

from __future__ import annotations

from scripts.seed.pointers import (
    Case,
    Command,
    Key,
    Line,
    Owner,
    Part,
    Pointer,
    Register,
    Requirement,
    Section,
    row,
)

__all__ = ["PARTS"]

_COMPLETE = Requirement("post-mortem", "post-mortem")
_ITEMS = Requirement("post-mortem", "action-items")
_REVIEWED = Requirement("post-mortem", "team-review")
_WINDOWS = Requirement("verification", "monitoring")
_DEBT = Requirement("verification", "technical-debt")
_CAUSE = Requirement("root-cause", "root-cause-analysis")


def _in(words: str, section: str, *others: Pointer) -> Line:
    return row(words, Section("post-mortem", section), *others)


_FRAME = Part(
    "Phase 5: owner, time, aim",
    (
        row("the engineering lead owns it", Owner("post-mortem")),
        row("within two days of the fix", _COMPLETE),
        row(
            "for a P0 and a P1",
            Key("severities.P0.post-mortem"),
            Key("severities.P1.post-mortem"),
        ),
        _in("aim: the next one does not happen", "lessons"),
    ),
)

_WRITTEN = Part(
    "Phase 5: what is written down",
    (
        _in("the date", "summary"),
        _in("how long it took", "summary"),
        _in("the severity", "summary"),
        _in("what it did", "impact"),
        _in("how many users", "users"),
        _in("the timeline", "timeline", Section("post-mortem", "fix-steps"), Command("update")),
        _in("the cause", "root-cause"),
        _in("what helped", "well"),
        _in("what did not", "wrong"),
        _in("to do this week", "this-week"),
        _in("to do this month", "this-month"),
        _in("to do this quarter", "this-quarter"),
        _in("prevention by tests", "testing"),
        _in("prevention by process", "process"),
        _in("prevention by how it is deployed", "deployment"),
        _in("prevention by monitoring", "monitoring"),
        _in("what was learnt", "lessons"),
    ),
)

_DELIVERED = Part(
    "Phase 5: deliverables",
    (
        row("the post-mortem in the bug's folder", _COMPLETE, Key("documents.root")),
        row("somebody owns each item", _ITEMS, Section("post-mortem", "actions")),
        row("each item has its day", _ITEMS),
        row(
            "each item is followed",
            _ITEMS,
            Register("actions"),
            Case("tests/scenario/test_chasing.py", "a week late"),
        ),
        row("the team has met", _REVIEWED),
        row("the lessons are shared", _REVIEWED),
    ),
)

_ALL = Part(
    "Checklist: every bug",
    (
        row("a report", Requirement("triage", "bug-report")),
        row("a severity", Requirement("triage", "severity")),
        row("an engineer", Requirement("triage", "assignee")),
        row("a cause", _CAUSE),
        row("a fix", Requirement("fix", "linked")),
        row(
            "tests, one against its return among them",
            Requirement("fix", "checks"),
            Requirement("fix", "regression-test"),
        ),
        row("a review", Requirement("fix", "approvals")),
        row("a deployment", Requirement("verification", "deployed")),
        row("a look at production that confirms it", _WINDOWS),
    ),
)

_URGENT = Part(
    "Checklist: P0 and P1",
    (
        row("a channel", Requirement("triage", "channel"), Command("channel")),
        row("whoever has to know, knows", Requirement("verification", "stakeholders-told")),
        row(
            "the way back was tried",
            Requirement("release", "rollback-tested"),
            Key("severities.P0.rollback-test"),
        ),
        row("watched for two hours and more", _WINDOWS, Key("severities.P1.windows")),
        row("a post-mortem", _COMPLETE),
        row("its items are followed", _ITEMS),
    ),
)

_OWED = Part(
    "Checklist: technical debt",
    (
        row("what was left behind is written down", _DEBT),
        row("an issue cleans it up", _DEBT),
        row("with a day by which it is paid", _DEBT),
    ),
)

_DO = Part(
    "Rules: do",
    (
        row("fix one thing", Requirement("fix", "minimal-change")),
        row("test that it stays fixed", Requirement("fix", "regression-test")),
        row(
            "know the way back",
            Section("release-notes", "rollback"),
            Requirement("release", "rollback-tested"),
        ),
        row("watch what was deployed", _WINDOWS),
        row("write down the cause", _CAUSE),
        row("learn from it", _COMPLETE, Section("post-mortem", "lessons")),
    ),
)

_DONT = Part(
    "Rules: don't",
    (
        row("no feature", Requirement("fix", "minimal-change"), Key("fix.not-minimal")),
        row("no tidying elsewhere", Requirement("fix", "minimal-change"), Key("severities.P1.most-lines")),
        row("no test left out", Requirement("fix", "checks"), Requirement("fix", "regression-test")),
        row("no P0 or P1 that nobody reviewed", Requirement("fix", "approvals")),
        row("no cause ignored", _CAUSE),
        row("no P0 or P1 without its post-mortem", _COMPLETE, Command("post-mortem")),
    ),
)

PARTS = (_FRAME, _WRITTEN, _DELIVERED, _ALL, _URGENT, _OWED, _DO, _DONT)
