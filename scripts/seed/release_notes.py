"""The lines of phase 4 on the release notes: every field of theirs."""

from __future__ import annotations

from scripts.seed.pointers import (
    Command,
    Drafted,
    Key,
    Later,
    Line,
    Part,
    Pointer,
    Requirement,
    Section,
    Text,
    row,
)

__all__ = ["PARTS"]

_TEMPLATE = "documents/release-notes.md.j2"
_COMPLETE = Requirement("release", "release-notes")
_CAUSE, _OUT, _CLEAR = (Key(f"notifications.{name}") for name in ("cause-found", "deployed", "all-clear"))


def _in(words: str, section: str, *others: Pointer) -> Line:
    return row(words, Section("release-notes", section), *others)


def _shows(words: str, marker: str, *others: Pointer) -> Line:
    return row(words, Text(_TEMPLATE, marker), *others)


_ASKED = Part(
    "Phase 4: when notes are due",
    (
        row("P0, P1 and P2 need them", Key("severities.P2.release-notes"), _COMPLETE),
        row("whatever goes to production has them", _COMPLETE, Key("severities.P1.release-notes")),
        row(
            "a P0's may follow within two hours",
            Key("severities.P0.deferrable"),
            _COMPLETE,
            Requirement("verification", "obligations"),
        ),
    ),
)

_HEAD = Part(
    "Phase 4: notes, head and bug",
    (
        _shows("the title with the bug's name", "# Release notes: {{ bug.name }}"),
        _shows("when it went out", "| Released |", Command("deployed")),
        _shows("the bug's issue", "{{ bug.issue | link(bug.url, server) }}"),
        _shows("the severity", "{{ severity.name }} ({{ severity.word }})"),
        _in("the version", "version", Requirement("release", "version")),
        _shows("hotfix or bug fix", "{{ kind }}"),
        _in("the components", "components", Requirement("release", "version")),
        _in("a summary", "summary", _COMPLETE),
        _shows("what was broken", "| What was broken |"),
        _shows("what it looked like", "| What it looked like |"),
        _shows("when it began", "| Began |"),
        _shows("what it did to the business", "| Business impact |"),
        _shows("who had it", "| Who was affected |"),
        _shows("the cause", "Why it happened: {{"),
    ),
)

_FIX = Part(
    "Phase 4: notes, fix and deployment",
    (
        _in("what the fix does", "solution", _COMPLETE),
        _in("the files", "changes"),
        _shows("how many lines", "{{ change.additions }} lines added"),
        _in("the function that changed: said with the solution", "solution"),
        _shows("the strategy", "| Strategy |"),
        _in("before and after in code: the pull request that is linked shows it", "changes"),
        _shows("how a P0 goes out", "How a {{ severity.name }} goes out"),
        _shows("how a P1 goes out", "How a {{ severity.name }} goes out"),
        _shows("how a P2 goes out", "How a {{ severity.name }} goes out"),
        _shows("step: review, in its time", "{% for step in steps %}", Requirement("fix", "approvals")),
        _shows("step: tests", "{% for step in steps %}", Requirement("fix", "checks")),
        _shows("step: staging", "{% for step in steps %}", Requirement("release", "staging")),
        _shows("step: production", "{% for step in steps %}"),
        _shows("step: monitoring", "{% for step in steps %}", Requirement("verification", "monitoring")),
        _shows("time of the report", "{% for time in times %}"),
        _shows("time of the cause", "{% for item in milestones %}", Command("root-cause")),
        _shows("time of the fix: its merge", "{% for item in milestones %}"),
        _shows("time of the tests", "{{ test.outcome | inline }}{% if test.at %}"),
        _shows("time of the deployment", "{% for time in times %}", Command("deployed")),
        _shows("time of the all-clear", "{% for item in milestones %}", Command("verified")),
        _shows("the time it took in all", "| | When | After the report |"),
    ),
)

_EFFECT = Part(
    "Phase 4: notes, effect and tests",
    (
        _in("error rate before", "impact-before"),
        _in("users who met it", "impact-before"),
        _in("tickets before", "impact-before"),
        _in("the business before", "impact-before"),
        _in("error rate after", "impact-after"),
        _in("what succeeds again", "impact-after"),
        _in("tickets after", "impact-after"),
        _in("the business after", "impact-after"),
        _in("unit tests of the fix", "tests-before"),
        _in("regression tests", "tests-before", Requirement("fix", "regression-test")),
        _in("tried by hand", "tests-before"),
        _in("compatibility looked at", "attested", Command("attest")),
        _in("smoke test with old clients", "tests-after", Requirement("verification", "monitoring")),
        _in("smoke test with new clients", "tests-after", Requirement("verification", "monitoring")),
        _in("production watched", "tests-after", Requirement("verification", "monitoring")),
        _in("users say that it works", "tests-after"),
    ),
)

_PLAN = Part(
    "Phase 4: notes, what breaks, way back, success",
    (
        _in("what breaks", "breaking", _COMPLETE),
        _in("for older clients", "breaking"),
        _in("for newer clients", "breaking"),
        _in("for users", "breaking"),
        _in("for data", "breaking"),
        _in("the post-mortem", "related", Requirement("post-mortem", "post-mortem")),
        _in("the runbook", "related"),
        _in("the incident report", "related"),
        _in("the knowledge base", "related"),
        _in("the version to go back to", "rollback", _COMPLETE),
        _in("the command that does it", "rollback", Command("rollback")),
        _in("how long that takes", "rollback"),
        _in("whether data gets lost", "rollback"),
        _in("success: the symptom is gone", "success"),
        _in("success: nothing new", "success", Requirement("verification", "no-regression")),
        _in("success: the error rate", "success"),
        _in("success: what users say", "success"),
        _in("success: the tickets", "success"),
        _in("prevention that came at once", "prevention-now"),
        _in("prevention to come", "prevention-later", Requirement("post-mortem", "action-items")),
    ),
)

_PEOPLE = Part(
    "Phase 4: notes, people and words",
    (
        _shows("reporter", "| Reported by |"),
        _shows("who triaged", "| Triaged by |"),
        _shows("who fixed", "{{ fix.authors | cell }}"),
        _shows("who reviewed", "{% for review in fix.reviews %}"),
        _shows("who deployed", "| Deployed by |", Command("deployed")),
        _shows("who verified", "| Verified by |", Command("verified")),
        _in("engineering was told", "communication", Requirement("verification", "team-told")),
        _in("product was told", "communication", Requirement("verification", "stakeholders-told")),
        _in("support was told", "communication", Requirement("verification", "stakeholders-told")),
        _in("users were told", "communication", Requirement("verification", "users-told")),
        _in("said: reported", "communication", Command("channel"), Key("notifications.reported")),
        _in("said: cause and ETA", "communication", Command("root-cause"), Command("eta"), _CAUSE),
        _in("said: deployed", "communication", Requirement("verification", "team-told"), _OUT),
        _in("said: all clear", "communication", Command("update"), _CLEAR),
        _in(
            "the timeline, each moment once",
            "deployment",
            Section("post-mortem", "timeline"),
            Command("update"),
        ),
        _in("a similar bug of the past", "related"),
        _in("a feature that has to do with it", "related"),
        _shows("work that follows", "- Technical debt, by", Requirement("verification", "technical-debt")),
        row(
            "the lead's approval",
            Requirement("release", "release-approvals"),
            Key("people.engineering-lead"),
            Text(_TEMPLATE, "| Release approved by |"),
        ),
        row(
            "the approval of who is on call",
            Requirement("release", "release-approvals"),
            Key("people.on-call"),
            Text(_TEMPLATE, "| Release approved by |"),
        ),
        row("who published", Later("publication as a GitHub Release")),
        row("when it was published", Later("publication as a GitHub Release")),
        row("the draft by a prompt", Drafted("deployment", "The release notes, section by section")),
    ),
)

PARTS = (_ASKED, _HEAD, _FIX, _EFFECT, _PLAN, _PEOPLE)
