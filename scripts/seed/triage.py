"""The lines of phase 1: from the report to somebody who has taken it on."""

from __future__ import annotations

from bugaction.model import Strategy
from scripts.seed.pointers import (
    Case,
    Clock,
    Command,
    Drafted,
    Key,
    Merit,
    Owner,
    Part,
    Question,
    Requirement,
    Section,
    Text,
    row,
)

__all__ = ["PARTS"]

_REPORT = "documents/report.md.j2"
_PROMPT = Drafted("triage", "## What to write")


def _asks(words: str) -> Text:
    return Text(_REPORT, words)


_FRAME = Part(
    "Phase 1: owner, time, aim",
    (
        row("engineering and support own it", Owner("triage")),
        row("a quarter of an hour for a P0", Key("severities.P0.respond"), Clock("respond")),
        row("an hour for a P1", Key("severities.P1.respond"), Clock("respond")),
        row("a day for a P2 or P3", Key("severities.P2.respond"), Key("severities.P3.respond")),
        row("aim: the bug is understood", Requirement("triage", "bug-report")),
        row("aim: its severity is judged", Requirement("triage", "severity")),
        row("aim: somebody owns it at once", Requirement("triage", "assignee")),
    ),
)

_REPORTED = Part(
    "Phase 1: the report",
    (
        row("its name, by number", Text(_REPORT, "# Bug report: {{ bug.name }}")),
        row("who reported it", Section("report", "reported"), _asks("| Reporter |")),
        row("where the report came from", Question("source"), _asks("| Source |")),
        row("when it was reported", _asks("| Reported |")),
        row("where it was seen", Question("environment"), _asks("| Environment |")),
        row("the severity at first", Section("report", "severity"), _asks("| Initial severity |")),
        row("who is affected", Question("affected"), _asks("| Affects |")),
        row("what it means for the business", Question("impact"), _asks("| Business impact |")),
        row("what does not work", Question("broken"), Section("report", "broken")),
        row("what should happen", Question("expected"), Section("report", "expected")),
        row("what happens", Question("actual"), Section("report", "actual")),
        row("how often, for whom, since when", Question("frequency"), Section("report", "frequency")),
        row("the steps that show it", Question("steps"), Section("report", "steps")),
        row("the platform", Question("platform"), Section("report", "environment")),
        row("the app's version", Question("app-version"), Section("report", "environment")),
        row("the API's version", Question("api-version"), Section("report", "environment")),
        row("the parts of the product", Question("parts"), Section("report", "environment")),
        row("when it began", Question("started"), _asks("| Began |")),
    ),
)

_DECIDED = Part(
    "Phase 1: the severity's decision",
    (
        row("production down makes it P0", Question("production-down")),
        row("data at risk makes it P0", Question("data-at-risk")),
        row("a broken core feature makes it P1", Question("core-broken")),
        row("everybody affected makes it P1", Question("affected")),
        row("no way around raises it", Question("workaround")),
        row("business impact raises it", Question("impact")),
        row(
            "the answers for this bug, with the rule of each",
            _asks("| Question | Answer | What it asks for |"),
        ),
        row("the severity that is final, and why", Command("severity"), Requirement("triage", "severity")),
        row("the worked case is a P1", Case("tests/unit/test_proposal.py", "NFC signature mismatch")),
    ),
)

_LOOKED = Part(
    "Phase 1: the first look",
    (
        row("what was deployed lately", Section("report", "suspects")),
        row("the error logs", Section("report", "checked"), _asks("- [ ] Error logs")),
        row("the monitoring", Section("report", "checked"), _asks("- [ ] Monitoring")),
        row(
            "the suspected cause", Requirement("root-cause", "investigation"), _asks("- [ ] Suspected cause")
        ),
    ),
)

_ASSIGNED = Part(
    "Phase 1: the assignment",
    (
        row("who has it", Command("assign"), Section("report", "assignment")),
        row("a senior backup", Requirement("triage", "backup"), Command("assign")),
        row(
            "product, support and the CTO know of a P0 or P1",
            _asks("| Product, support and the CTO |"),
            Requirement("triage", "stakeholders-notified"),
        ),
        row("when the fix is expected", Requirement("triage", "eta"), Command("eta")),
        row("the channel of a P0 or P1", Requirement("triage", "channel"), Command("channel")),
    ),
)

_DRAFTED = Part(
    "Phase 1: what is drafted, and what is not done",
    (
        row("drafted: the report", Text(_REPORT, "# Bug report"), Requirement("triage", "bug-report")),
        row("drafted: the questions on the severity", _asks("**What the reporter answered**")),
        row(
            "drafted: what to look at first",
            Section("report", "checked"),
            Drafted("triage", "A list of what to look at first"),
        ),
        row("never: a severity that is changed alone", Key("people.set-severity"), Command("severity")),
        row("never: no look at all", Requirement("root-cause", "investigation")),
        row("never: an assignee who has not agreed", Requirement("triage", "assignee"), Command("accept")),
        row(
            "asked for: an assessment of the severity",
            _asks("These answers propose"),
            Drafted("triage", "An assessment of the severity"),
        ),
        row("asked for: a list of what to investigate", Section("report", "investigation")),
        row(
            "asked for: when to roll back",
            Merit(Strategy.ROLLBACK, "fits"),
            Section("root-cause-analysis", "strategy"),
        ),
        row("the draft by a prompt", _PROMPT),
    ),
)

_GATE = Part(
    "Phase 1: deliverables and gate",
    (
        row("the report in the bug's folder", Requirement("triage", "bug-report"), Key("documents.root")),
        row("the severity is set", Requirement("triage", "severity")),
        row("the team knows of it", Key("severities.P0.channel"), Key("notifications.reported")),
        row("an engineer has it", Requirement("triage", "assignee")),
        row("a time is given", Requirement("triage", "eta")),
        row(
            "stop: nothing goes on without severity and assignee",
            Requirement("triage", "severity"),
            Requirement("triage", "assignee"),
        ),
    ),
)

PARTS = (_FRAME, _REPORTED, _DECIDED, _LOOKED, _ASSIGNED, _DRAFTED, _GATE)
