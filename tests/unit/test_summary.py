"""A run in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bugaction.errors import Forbidden
from bugaction.model import Evidence, GateResult, Outcome, RequirementResult, Severity
from bugaction.plan import (
    AddLabels,
    BugVerdict,
    ClockVerdict,
    Effect,
    Level,
    Notice,
    Plan,
    PullVerdict,
    Reason,
    SetStatus,
    StartRecords,
)
from bugaction.ports import Applied, Usage
from bugaction.report import Report, plan_document
from bugaction.snapshot import StatusState
from bugaction.summary import summary, terminal
from bugaction.sweep import Tally

ISSUE_URL = "https://github.com/octo/shop/issues/42"
STATUS = SetStatus("abcdef1" + "0" * 33, "bugaction/gate", StatusState.FAILURE, "BUG-042: no ETA", ISSUE_URL)
LABEL = AddLabels("I_1", 42, ("P1",), ("L_1",))
GATE = GateResult(
    "triage",
    42,
    (
        RequirementResult(
            "severity", "One severity", Outcome.MET, evidence=(Evidence("label by ana", ISSUE_URL),)
        ),
        RequirementResult("eta", "ETA known", Outcome.UNMET, "no ETA", "Comment\n`/eta 2h`."),
        RequirementResult(
            "backup", "Backup named", Outcome.DEFERRED, due=datetime(2026, 11, 24, 10, tzinfo=UTC)
        ),
    ),
)
BUG = BugVerdict(
    42, "BUG-042", "Pay <b>now</b> @octo/all", ISSUE_URL, Severity.P1, "triage", (GATE,), summary=""
)
REPORT = Report(
    reason=Reason.DONE,
    plans=(
        Plan(bugs=(BUG,), pulls=(PullVerdict(7, "https://github.com/octo/shop/pull/7", (42,), (STATUS,)),)),
    ),
    applied=(Applied(STATUS), Applied(LABEL, error=Forbidden("Resource not accessible"))),
    notices=(Notice(Level.WARNING, "unknown key", file=".github/bugaction.yml", line=3),),
    usage=Usage(reads=1, writes=2, points=3, remaining_points=990),
)


def test_summary_shows_checklist_statuses_and_writes() -> None:
    """Outcome marks, evidence with links, the next step, what was written and refused, and the cost."""
    text = summary(REPORT)
    for line in (
        "## bugaction: done",
        "P1 high, phase triage. Waits for: no ETA",
        "**triage: 2 of 3 hold**",
        f"- ✅ One severity (label by ana ([source]({ISSUE_URL})))",
        "- ❌ ETA known: no ETA → Comment `/eta 2h`.",
        "- 🕒 Backup named (due 2026-11-24 10:00 UTC)",
        "| [7](https://github.com/octo/shop/pull/7) | ❌ bugaction/gate | BUG-042: no ETA |",
        "- bugaction/gate is failure on abcdef1: BUG-042: no ETA",
        "- warning: .github/bugaction.yml:3: unknown key",
        "<sub>1 read, 2 writes, 3 GraphQL points (990 left this hour)</sub>",
    ):
        assert line in text.splitlines()
    assert "### Refused by GitHub" in text


def test_it_says_when_it_looked_and_what_is_waited_for() -> None:
    """The comment says neither on its own each time: it is written only where something has changed."""
    told = replace(REPORT, looked_at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC))
    assert "<sub>Looked at 2026-11-24 09:30 UTC. 1 read, " in summary(told)
    assert "\nLooked at 2026-11-24 09:30 UTC. 1 read, " in terminal(told)
    assert "\n  Waits for: no ETA\n" in terminal(told)
    two = replace(BUG, gates=(GATE, GATE))
    assert "Waits for: no ETA (+1)" in summary(replace(REPORT, plans=(Plan(bugs=(two,)),)))
    done = replace(BUG, gates=())
    assert "Waits" not in summary(replace(REPORT, plans=(Plan(bugs=(done,)),)))
    hidden = replace(BUG, title="")
    assert "Waits for: ETA known" in terminal(replace(REPORT, plans=(Plan(bugs=(hidden,)),)))


def test_clocks_are_told_with_the_checklist() -> None:
    """What is due, what is overdue since when, and when that was noticed; nothing where there is none."""
    late = ClockVerdict("respond", "Somebody answers", "breached", "breached 10:05, noticed 14:20")
    due = ClockVerdict("fix", "The fix is out", "running", "due 18:00")
    report = replace(REPORT, plans=(Plan(bugs=(replace(BUG, clocks=(late, due)),)),))
    said = "🔴 Somebody answers: breached 10:05, noticed 14:20"
    assert f"**clocks**\n\n- {said}\n- 🕒 The fix is out: due 18:00\n" in summary(report)
    assert f"\n  clocks\n    {said}\n    🕒 The fix is out: due 18:00" in terminal(report)
    assert "clocks" not in summary(REPORT) + terminal(REPORT)


def test_title_is_data() -> None:
    """No HTML and no mention comes out of a title."""
    text = summary(REPORT)
    assert "<b>" not in text
    assert "@octo/all" not in text


def test_code_is_code_and_a_strangers_words_are_words() -> None:
    """In problems, evidence, next steps, remarks and the run's own sentence alike."""
    text = "`/eta` of @octo/all <b> fixes #1"
    shown = "`/eta` of @\u200bocto/all <\u200bb> fixes #\u200b1"
    requirement = RequirementResult(
        "eta", "ETA known", Outcome.UNMET, text, text, (Evidence(text, ISSUE_URL),)
    )
    bug = replace(BUG, gates=(GateResult("triage", 42, (requirement,)),))
    notices = (Notice(Level.WARNING, text),)
    lines = summary(replace(REPORT, plans=(Plan(bugs=(bug,)),), notices=notices, remark=text)).splitlines()
    assert f"- ❌ ETA known: {shown} ({shown} ([source]({ISSUE_URL}))) → {shown}" in lines
    assert f"- warning: {shown}" in lines
    assert f"What differed was written. {shown}" in lines


def test_confidential_bug_shows_its_checklist_alone() -> None:
    """Sentences and marks are the same for every bug; problems, evidence and titles are not shown."""
    hidden = replace(REPORT, plans=(Plan(bugs=(replace(BUG, title=""),)),), applied=())
    for text in (summary(hidden), terminal(hidden)):
        assert "(confidential)" in text
        assert "ETA known" in text
        assert "no ETA" not in text
        assert "label by ana" not in text
        assert "/eta" not in text


def test_dry_run_says_what_would_be_written() -> None:
    """It does not claim to have written anything."""
    text = summary(Report(Reason.DONE, left=(LABEL,), dry_run=True))
    assert "A dry run: what is listed would be written, and nothing was." in text
    assert "### Would be written" in text
    assert "differed was written" not in text


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ((StartRecords("bugaction/records", "{}"), LABEL), "Once the records branch is there"),
        ((LABEL,), "a run decides again on what has changed"),
    ],
)
def test_a_dry_run_says_that_more_would_follow(left: tuple[Effect, ...], said: str) -> None:
    """In the summary, at the terminal and for programs: what is listed is the first round alone."""
    report = Report(Reason.DONE, left=left, dry_run=True)
    document = plan_document(report)
    for text in (summary(report), terminal(report), document.sequel):
        assert "This is the first round alone." in text
        assert said in text


@pytest.mark.parametrize(
    "report",
    [Report(Reason.DONE, left=(STATUS,), dry_run=True), Report(Reason.WORK_LEFT, left=(LABEL,)), REPORT],
    ids=["a status changes no fact", "a real run did all of it", "written"],
)
def test_nothing_is_said_to_follow_where_nothing_does(report: Report) -> None:
    """A status is read by no decision, and a real run has already gone on."""
    assert plan_document(report).sequel == ""
    assert "first round" not in summary(report) + terminal(report)


def test_nothing_to_tell_is_short() -> None:
    """One heading, one sentence, one cost line."""
    text = summary(Report(Reason.NOT_OURS, remark="The push is not to main."))
    assert text == (
        "## bugaction: not-ours\n\n"
        "The event has nothing in it for bugaction. The push is not to main.\n\n"
        "<sub>0 reads, 0 writes, 0 GraphQL points</sub>\n"
    )


def test_sweep_over_many_bugs_lists_them() -> None:
    """Checklists of hundreds would hide what was written."""
    bugs = tuple(replace(BUG, number=number, name=f"BUG-{number:03}") for number in range(1, 300))
    text = summary(Report(Reason.DONE, plans=(Plan(bugs=bugs),)))
    assert text.count("P1 high, phase triage") == 200
    assert "- … and 99 more" in text
    assert "ETA known" not in text


def test_terminal_is_plain() -> None:
    """The same facts as lines for a person."""
    assert terminal(REPORT).splitlines() == [
        "done: What differed was written.",
        "",
        "BUG-042 Pay <b>now</b> @octo/all",
        "  P1 high, phase triage",
        "  Waits for: no ETA",
        "  triage: 2 of 3 hold",
        "    ✅ One severity",
        "    ❌ ETA known: no ETA",
        "       next: Comment `/eta 2h`.",
        "    🕒 Backup named (due 2026-11-24 10:00 UTC)",
        "",
        "Pull request #7",
        "  bugaction/gate failure: BUG-042: no ETA",
        "",
        "Written",
        "  bugaction/gate is failure on abcdef1: BUG-042: no ETA",
        "",
        "Refused by GitHub",
        "  label P1 added to #42: Resource not accessible",
        "",
        "Remarks",
        "  warning: .github/bugaction.yml:3: unknown key",
        "",
        "1 read, 2 writes, 3 GraphQL points (990 left this hour)",
    ]


def test_a_sweep_is_told_in_both() -> None:
    """How much it saw, before the bugs that it looked at."""
    swept = Report(Reason.DONE, plans=(Plan(bugs=(BUG,)),), sweep=Tally(bugs=3, pages=1))
    seen = "Seen on 1 thin page: 3 open bugs, 0 open pull requests"
    assert f"### Sweep\n\n- {seen}\n- Looked at in full: 0\n\n" in summary(swept)
    assert seen in terminal(swept)
    assert summary(swept).index(seen) < summary(swept).index("BUG-042")
