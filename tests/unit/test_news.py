"""What is news of a bug, since when, by which key, and for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bugaction.bug import Bug, DocumentState, Gap, SeverityChange
from bugaction.claiming import PATIENCE, call_marker
from bugaction.clocks import clocks_of
from bugaction.explanation import MAIN, Explanation
from bugaction.model import (
    GateResult,
    LedgerFile,
    LedgerLine,
    Outcome,
    RecordKind,
    RequirementResult,
    Sent,
    Severity,
)
from bugaction.news import EVENTS, News, news_of
from bugaction.policy import Policy
from bugaction.snapshot import Entry, EntryKind, IssueState
from tests.unit.bugs import DEPLOYED, bug, merged, said
from tests.values import ANA, BASE, at, facts, issue

P0, P1, P2 = Severity.P0, Severity.P1, Severity.P2
TRACKED = LedgerLine(RecordKind.TRACKED, issue().id, "us", at(0), accepted=True)


def tracked(whole: Bug, *lines: LedgerLine, minutes: float | None = None) -> Bug:
    """The bug, looked after since its report, with these decisions too, at that time."""
    ledger = LedgerFile(lines=(TRACKED, *whole.ledger.lines, *lines))
    now = at(minutes) if minutes is not None else whole.now
    return replace(whole, ledger=ledger, now=now)


def told(whole: Bug, gates: tuple[GateResult, ...] = ()) -> dict[str, News]:
    """The news by their event."""
    return {item.event: item for item in news_of(whole, gates, clocks_of(whole, gates))}


def test_a_new_bug_is_reported_once_for_each_raise() -> None:
    """By the moment of the change, whoever looks when; a lowering tells nobody."""
    found = told(tracked(bug(P1, raised=2)))
    assert found["reported"].key == "notify:reported:P1@2026-11-24T09:02:00Z"
    assert (found["reported"].at, found["reported"].details["before"]) == (at(2), "")
    first = bug(P1, raised=2).severity
    up = SeverityChange(at(9), ANA, None, P1, P0, "", "")
    raised = replace(first, current=P0, since=at(9), raised=at(9), history=(*first.history, up))
    found = told(tracked(replace(bug(P1), severity=raised)))
    assert found["reported"].key == "notify:reported:P0@2026-11-24T09:09:00Z"
    assert found["reported"].details["before"] == "P1"
    down = SeverityChange(at(12), ANA, None, P0, P2, "", "")
    lowered = replace(raised, current=P2, since=at(12), history=(*raised.history, down))
    assert "reported" not in told(tracked(replace(bug(P1), severity=lowered)))


@pytest.mark.parametrize(
    ("minutes", "events"),
    [(30, ["page", "reported"]), (62, ["page", "reported"]), (63, ["reported"]), (24 * 60 + 3, [])],
)
def test_old_news_is_none(minutes: float, events: list[str]) -> None:
    """An hour for a page, a day for the rest: an adoption, or a new URL, makes no storm."""
    found = told(tracked(bug(P0, raised=2), minutes=minutes))
    assert sorted(event for event in found if event in ("page", "reported")) == events


def test_what_was_before_it_was_looked_after_is_no_news() -> None:
    """Nor is anything of a bug that is not looked after, or has no severity."""
    late = replace(TRACKED, at=at(3))
    assert "reported" not in told(replace(bug(P0, raised=2), ledger=LedgerFile(lines=(late,))))
    assert told(bug(P0, raised=2)) == {}
    assert told(tracked(bug(None))) == {}
    moved = tracked(bug(P0, raised=2), minutes=2)
    lowered = replace(moved, severity=replace(moved.severity, current=P1))
    assert "reported" not in told(lowered)


def test_what_is_due_in_under_an_hour_is_a_page() -> None:
    """Of a P0 the answer; of a P1 nothing, since an hourly run keeps an hour; after a raise at once."""
    page = told(tracked(bug(P0, raised=2), minutes=5))["page"]
    assert page.key == "notify:page:2026-11-24T09:02:00Z"
    assert page.details["due"] == [
        {"title": "Somebody answers", "due": "2026-11-24T09:15:00Z", "over": 0, "window": 0}
    ]
    assert "page" not in told(tracked(bug(P1, raised=2), minutes=5))
    late = told(tracked(bug(P0, raised=300), minutes=301))["page"]
    assert late.at == at(300)
    assert late.details["due"] == [
        {"title": "Somebody answers", "due": "2026-11-24T14:00:00Z", "over": 1, "window": 0}
    ]
    accepted = said("accept", 4)
    assert "page" in told(tracked(bug(P0, raised=2), accepted, minutes=5))


def test_the_first_windows_after_a_deployment_are_one_page() -> None:
    """Both that are over in under an hour, at once; those that somebody has looked at are not due."""
    fresh = tracked(merged(P0, deployed=DEPLOYED), minutes=601)
    page = told(fresh)["page"]
    assert page.at == DEPLOYED.at
    rows = page.details["due"]
    assert isinstance(rows, list)
    assert [str(row).partition("Z'")[0][-8:] for row in rows] == ["19:15:00", "19:30:00"]
    looked = tracked(merged(P0, said("verified", 616, window="15m"), deployed=DEPLOYED), minutes=617)
    assert "2026-11-24T19:30:00Z" in str(told(looked)["page"].details["due"])
    assert "2026-11-24T19:15:00Z" not in str(told(looked)["page"].details["due"])


def _gate(*requirements: RequirementResult) -> GateResult:
    return GateResult("root-cause", 0, requirements)


MET = RequirementResult("root-cause-analysis", "The root-cause analysis is complete", Outcome.MET)


def test_the_cause_is_told_by_whoever_wrote_it() -> None:
    """A comment that names it has a time of its own, and the expected end goes along."""
    word = Explanation(1, "bo", at(20), f"{BASE}/issues/42#issuecomment-1", {MAIN: "A null."})
    whole = tracked(bug(P0, explanations=(word,), eta=at(90)))
    cause = told(whole)["cause-found"]
    assert (cause.at, cause.details["by"], cause.details["eta"]) == (at(20), "bo", "2026-11-24T10:30:00Z")
    assert cause.key == f"notify:cause-found:{issue().id}"


def test_the_cause_is_told_once_the_gate_holds() -> None:
    """Then by our label of the next phase, or now while that is still to be put on: a run that comes later
    finds the same time, and an old one is no news. A rollback passes the gate with no cause at all."""
    secret = tracked(bug(P1, confidential=True))
    assert told(secret, (_gate(MET),))["cause-found"].at == secret.now
    deferred = replace(MET, outcome=Outcome.DEFERRED)
    assert "cause-found" not in told(secret, (_gate(deferred),))
    assert "cause-found" not in told(secret, (_gate(MET, replace(MET, id="x", outcome=Outcome.UNMET)),))
    entry = Entry("LE_1", EntryKind.LABELED, ANA, at(12), "phase: fix")
    moved = replace(secret, facts=facts(replace(issue(), timeline=(entry,))))
    assert told(moved, (_gate(MET),))["cause-found"].at == at(12)


def test_a_cause_that_is_missing_in_the_analysis_is_none() -> None:
    """The gate may hold by another word; what is missing beside the cause changes nothing."""

    def analysis(*gaps: str) -> Bug:
        missing = tuple(Gap("A section", "is empty", 1, gap) for gap in gaps)
        path = "documents/bugs/BUG-042/root-cause-analysis-v1.0.md"
        state = DocumentState("root-cause-analysis", path, "1.0", "text", "main", gaps=missing)
        return tracked(replace(bug(P1), documents={state.kind: state}))

    assert "cause-found" in told(analysis(), (_gate(MET),))
    assert "cause-found" in told(analysis("lessons"), (_gate(MET),))
    assert "cause-found" not in told(analysis(MAIN), (_gate(MET),))
    assert "cause-found" not in told(analysis(""), (_gate(MET),))


def test_a_deployment_is_told_until_it_is_regretted() -> None:
    """Each by its own time; a regression takes its place, once."""
    found = told(tracked(merged(P1, deployed=DEPLOYED)))
    assert found["deployed"].key == "notify:deployed:2026-11-24T19:00:00Z"
    assert found["deployed"].details["version"] == "2.0.1"
    regret = said("regression", 605, text="it is worse")
    found = told(tracked(merged(P1, regret, deployed=DEPLOYED)))
    assert "deployed" not in found
    assert found["stop"].key == "notify:stop:2026-11-24T19:05:00Z"
    assert "it is worse" in str(found["stop"].details["text"])
    hidden = told(tracked(merged(P1, regret, deployed=DEPLOYED, confidential=True)))
    assert hidden["stop"].details["text"] == ""


def test_all_is_clear_after_the_last_window() -> None:
    """And not after the last but one."""
    words = [said("verified", 616, window="15m"), said("verified", 721, window="2h")]
    whole = merged(P1, *words, deployed=DEPLOYED)
    assert "all-clear" not in told(tracked(whole, minutes=2050))
    last = said("verified", 2045, window="24h")
    found = told(tracked(merged(P1, *words, last, deployed=DEPLOYED), minutes=2050))
    assert (found["all-clear"].at, found["all-clear"].details["window"]) == (at(2045), "24h")


def _paged(key: str = "notify:page:x") -> LedgerLine:
    return LedgerLine(RecordKind.NOTIFIED, key, "us", at(3), accepted=True, data={"took": "pagerduty"})


def _closed(minutes: float) -> Bug:
    entry = Entry("CE_1", EntryKind.CLOSED, ANA, at(minutes), "not-planned")
    ended = facts(replace(issue(), state=IssueState.NOT_PLANNED, timeline=(entry,)))
    return replace(bug(P0), now=at(30), facts=ended)


def test_a_close_is_told_and_lets_the_paged_go() -> None:
    """Those who were paged hear that it is over; nobody else is told of an end that nobody waits for."""
    whole = tracked(_closed(25))
    found = told(whole)
    assert (found["closed"].key, found["closed"].details["how"]) == ("notify:closed:CE_1", "not-planned")
    assert "page-over" not in found
    over = told(tracked(whole, _paged()))["page-over"]
    assert (over.key, over.details["event"]) == ("notify:page-over:CE_1", "closed")
    now_paged = replace(whole, notified={"notify:page:x": Sent(took=("pagerduty",))})
    assert "page-over" in told(now_paged)
    assert "page-over" not in told(tracked(whole, _paged("notify:deployed:x")))


def test_steps_of_the_ladder_are_told_as_they_were_claimed() -> None:
    """By what the ledger holds of them; other claims are none, and what is no moment is left out."""
    data = {"clock": "respond", "step": "1", "to": "cto", "people": "mia", "due": "2026-11-24T09:16:00Z"}
    step = LedgerLine(RecordKind.CLAIMED, "escalation:respond:LE_1:1", "us", at(16), accepted=True, data=data)
    other = replace(step, evidence="dispatch#IC_1")
    refused = replace(step, evidence="escalation:respond:LE_1:2", accepted=False)
    odd = replace(step, evidence="escalation:regression:x:0", data={"clock": "regression", "due": "soon"})
    whole = tracked(bug(P0), step, other, refused, odd)
    found = [item for item in news_of(whole, (), clocks_of(whole)) if item.event == "escalated"]
    assert [(item.key, dict(item.details)) for item in found] == [
        (
            "notify:escalated:escalation:respond:LE_1:1",
            {"clock": "Somebody answers", "to": "cto", "people": "mia", "due": data["due"]},
        ),
        (
            "notify:escalated:escalation:regression:x:0",
            {"clock": "regression", "to": "", "people": "", "due": ""},
        ),
    ]


def test_a_step_is_told_by_the_run_that_claimed_it() -> None:
    """Of two at once the other one waits until its maker has had its time."""
    line = LedgerLine(RecordKind.CLAIMED, "escalation:fix:LE_1:0", "us", at(62), accepted=True)
    made = LedgerLine(RecordKind.CONFIRMED, line.evidence, "us", at(63), accepted=True)
    known = tracked(bug(P1), line, minutes=63)
    confirmed = tracked(bug(P1), line, made, minutes=63)
    marker = call_marker(known.number, line.at)
    stories = {
        "mine": replace(known, unrecorded=(line,)),
        "mine, though no answer came": replace(known, untried=frozenset({marker})),
        "another's": known,
        "made": confirmed,
        "just seen to be made": replace(confirmed, unrecorded=(made,)),
        "left": replace(known, now=line.at + PATIENCE),
    }
    assert {name: "escalated" in told(story) for name, story in stories.items()} == {
        "mine": True,
        "mine, though no answer came": True,
        "another's": False,
        "made": False,
        "just seen to be made": False,
        "left": True,
    }


def test_a_breach_is_told_by_its_due_time() -> None:
    """Each clock by itself, however late a run comes within a day."""
    for minutes in (16, 600):
        whole = tracked(bug(P0), minutes=minutes)
        found = [item for item in news_of(whole, (), clocks_of(whole)) if item.event == "breached"]
        assert found[0].key == "notify:breached:respond@2026-11-24T09:15:00Z"


def test_what_a_raise_finds_used_up_is_no_breach_of_its_own() -> None:
    """A bug of last month that is critical from now on: its report says what was due, and one message is
    enough, unless somebody hears of breaches alone."""
    old = tracked(bug(P0, raised=43_200), minutes=43_201)
    breached = [item for item in news_of(old, (), clocks_of(old)) if item.event == "breached"]
    assert breached == []
    assert told(old)["reported"].at == at(43_200)
    policy = Policy.model_validate({"notifications": {"breached": ["duty"]}})
    assert "breached" in told(replace(old, policy=policy))


def test_a_post_mortem_is_told_of_before_it_is_due() -> None:
    """When most of its time is used up, and no more once it is over: that is a breach."""
    due = DEPLOYED.at + timedelta(days=2)
    needed = RequirementResult("complete", "The post-mortem is complete", Outcome.UNMET, due=due)
    gates = (GateResult("post-mortem", 0, (needed,)),)

    def event(now: datetime) -> News | None:
        return told(replace(tracked(merged(P1, deployed=DEPLOYED)), now=now), gates).get("post-mortem-due")

    assert event(DEPLOYED.at + timedelta(hours=35)) is None
    soon = event(DEPLOYED.at + timedelta(hours=37))
    assert soon is not None
    assert soon.at == DEPLOYED.at + timedelta(hours=36)
    assert event(due) is None


def test_news_come_in_the_order_of_their_times() -> None:
    """Those of one moment always in the same."""
    found = news_of(whole := tracked(bug(P0, raised=2), minutes=16), (), clocks_of(whole))
    assert [item.event for item in found] == ["page", "reported", "breached"]
    assert sorted(EVENTS) == list(EVENTS)
