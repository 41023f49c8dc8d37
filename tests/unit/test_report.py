"""A run's outputs."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema

from bugaction.errors import Forbidden
from bugaction.model import GateResult, Outcome, RequirementResult, Sent, Severity
from bugaction.narration import narrate
from bugaction.plan import (
    AddLabels,
    BugVerdict,
    CommitFiles,
    CreateComment,
    FileChange,
    Level,
    Mood,
    Notice,
    Notify,
    Plan,
    PullVerdict,
    Reason,
    SetStatus,
)
from bugaction.ports import Applied, Usage
from bugaction.report import Report, outputs, plan_document, result_document
from bugaction.result import PlanDocument, ResultDocument
from bugaction.snapshot import StatusState
from bugaction.sweep import Shard, Tally, Why
from tests.values import T0

STATUS = SetStatus("a" * 40, "bugaction/gate", StatusState.FAILURE, "BUG-042: nobody accepted", "https://x")
LABEL = AddLabels("I_1", 42, ("P1",), ("L_1",))
COMMENT = CreateComment("I_1", 42, "<!-- m -->", "secret words")
TRIAGE = GateResult(
    "triage",
    42,
    (
        RequirementResult("severity", "One severity", Outcome.MET),
        RequirementResult("accepted", "Somebody accepted", Outcome.UNMET, "nobody accepted", "`/accept`"),
    ),
)


def verdict(number: int = 42, title: str = "Totals are wrong") -> BugVerdict:
    return BugVerdict(
        number=number,
        name=f"BUG-{number:03}",
        title=title,
        url=f"https://github.com/octo/shop/issues/{number}",
        severity=Severity.P1,
        phase="triage",
        gates=(TRIAGE,),
        documents=(f"documents/bugs/BUG-{number:03}/report.md",),
    )


def report(*bugs: BugVerdict, unrecorded: bool = False) -> Report:
    plan = Plan(
        bugs=bugs,
        pulls=(PullVerdict(7, "https://github.com/octo/shop/pull/7", (42,), (STATUS,)),),
        unrecorded=unrecorded,
    )
    return Report(
        reason=Reason.DONE,
        plans=(plan,),
        applied=(Applied(STATUS, "S_1"), Applied(LABEL, error=Forbidden("Resource not accessible"))),
        left=(COMMENT,),
        notices=(Notice(Level.WARNING, "no `issues: write`"),),
        usage=Usage(reads=1, writes=2, points=3),
        event="issues.labeled",
    )


def test_outputs_of_one_bug() -> None:
    """Every output that action.yml names, as text."""
    found = outputs(report(verdict()))
    assert {name: value for name, value in found.items() if name not in ("plan", "result")} == {
        "bug": "BUG-042",
        "severity": "P1",
        "phase": "triage",
        "gates": '{"bugs":{"BUG-042":{"triage":false}},"pulls":{"7":{"bugaction/gate":"failure"}}}',
        "documents": '["documents/bugs/BUG-042/report.md"]',
        "reason": "done",
        "unrecorded": "false",
    }


def test_several_bugs_and_none_leave_the_single_outputs_empty() -> None:
    """A workflow that reads `bug` never gets one of many."""
    for found in (outputs(report(verdict(), verdict(43))), outputs(Report(Reason.NOT_OURS))):
        assert (found["bug"], found["severity"], found["phase"]) == ("", "", "")


def test_result_document_holds_its_schema() -> None:
    """The published schema describes what is written, and what the preflight writes."""
    schema = ResultDocument.model_json_schema()
    document = json.loads(outputs(report(verdict()))["result"])
    jsonschema.validate(document, schema)
    jsonschema.validate({"version": 1, "reason": "not-ours"}, schema)
    jsonschema.validate(json.loads(outputs(report(verdict()))["plan"]), PlanDocument.model_json_schema())
    assert document["version"] == 1
    assert document["bugs"][0]["gates"][0]["requirements"][1] == {
        "id": "accepted",
        "outcome": "unmet",
        "problem": "nobody accepted",
    }
    assert (document["written"], document["failed"], document["left"]) == (1, 1, 1)
    assert document["usage"] == {"reads": 1, "writes": 2, "points": 3}


def test_confidential_bug_keeps_its_details() -> None:
    """Neither title nor what is missing where; only that something is."""
    document = result_document(report(verdict(title="")))
    assert document.bugs[0].title == ""
    assert document.bugs[0].gates[0].requirements[1].problem == ""
    assert not document.bugs[0].gates[0].passes


def test_plan_document_tells_done_refused_and_planned() -> None:
    """In the order of writing, without the content of comments and documents."""
    document = plan_document(report(verdict()))
    assert [(item.effect, item.done, item.error) for item in document.effects] == [
        ("set-status", True, ""),
        ("add-labels", False, "Resource not accessible"),
        ("create-comment", None, ""),
    ]
    assert "secret words" not in document.model_dump_json()


def test_a_commit_is_told_where_it_landed() -> None:
    """The fallback took what a rule keeps off the default branch, and the report says so."""
    commit = CommitFiles("main", "a" * 40, (FileChange("a.md", "A"),), "m", fallback="bugaction/records")
    elsewhere = replace(report(), applied=(Applied(commit, branch="bugaction/records"),))
    words = "a.md committed to bugaction/records; GitHub refused that on the default branch"
    assert json.loads(outputs(elsewhere)["plan"])["effects"][0]["text"] == words
    assert [narrate(effect) for effect in elsewhere.written] == [words]
    straight = replace(report(), applied=(Applied(commit, branch="main"),))
    assert [narrate(effect) for effect in straight.written] == ["a.md committed to main"]


def test_newest_verdict_of_a_bug_counts() -> None:
    """A sweep may meet a bug twice."""
    newer = Plan(bugs=(verdict(title="Newer"),), unrecorded=True)
    found = Report(Reason.DONE, plans=(Plan(bugs=(verdict(43), verdict())), newer))
    assert [bug.title for bug in found.bugs] == ["Newer", "Totals are wrong"]
    assert outputs(found)["unrecorded"] == "true"


def test_long_lists_are_cut_and_say_so() -> None:
    """A job's outputs hold a megabyte together."""
    bugs = tuple(verdict(number) for number in range(1, 500))
    found = Report(Reason.DONE, plans=(Plan(bugs=bugs),), applied=(Applied(STATUS),) * 500)
    assert len(result_document(found).bugs) == 200
    assert result_document(found).cut
    assert plan_document(found).cut
    assert sum(len(value.encode()) for value in outputs(found).values()) < 300_000


def test_a_notification_is_done_where_somebody_took_it() -> None:
    """One that reached nobody is no write, and its problem stands in the plan; it is no failure either."""
    news = Notify(42, "stop", "notify:stop:x", "o/s/BUG-042", ("pager",), Mood.FAILURE, "t", "b")
    missed = replace(news, event="closed")
    applied = (
        Applied(news, sent=Sent(("slack",), ("json",), ("json is down.",))),
        Applied(missed, sent=Sent((), ("json",))),
    )
    report = Report(reason=Reason.DONE, applied=applied)
    assert (report.written, report.failed) == ((news,), ())
    first, second = plan_document(report).effects
    assert (first.done, first.error, second.done) == (True, "json is down.", False)


def test_a_sweep_is_in_the_result() -> None:
    """What it saw and what it left, by its schema."""
    swept = replace(report(), sweep=Tally(Shard(2, 8), 250, 1, 3, {Why.DUE: 4}, (42,), since=T0))
    document = json.loads(outputs(swept)["result"])
    jsonschema.validate(document, ResultDocument.model_json_schema())
    assert (document["sweep"]["shard"], document["sweep"]["bugs"]) == ("2/8", 250)
