"""Which step falls due when, by what had happened until then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.bug import Bug, FormAnswers, SeverityChange, SeverityState
from bugaction.escalation import fired, is_call, ladder, next_rung_at, over
from bugaction.model import LedgerFile, LedgerLine, RecordKind, Role, Severity
from bugaction.policy import Policy
from bugaction.snapshot import Entry, EntryKind, IssueState, PullState
from tests.examples import examples
from tests.unit.bugs import ACCEPTED, DEPLOYED, bug, said
from tests.values import ANA, BO, T0, at, facts, issue, labeled, line, pull

P0, P1, P2, P3 = Severity
ROLES = {"on-call": ["bo"], "engineering-lead": ["mia"], "cto": ["tom"], "ceo": ["eva"]}
POLICY = Policy.model_validate({"people": ROLES})
ON, OFF = EntryKind.LABELED, EntryKind.UNLABELED


def story(
    *changes: tuple[float, Severity | None],
    now: float,
    entries: Iterable[Entry] = (),
    lines: Iterable[LedgerLine] = (),
    labels: Iterable[str] = (),
    policy: Policy = POLICY,
    tracked: float = 0,
    **more: Any,
) -> Bug:
    """A bug with that history of severities, at that minute."""
    history: list[SeverityChange] = []
    before: Severity | None = None
    for number, (minutes, after) in enumerate(changes):
        history.append(SeverityChange(at(minutes), ANA, Role.TRIAGE, before, after, "", "url", f"S{number}"))
        before = after
    severity = SeverityState(current=before, since=at(changes[-1][0]), history=tuple(history))
    state = more.pop("state", IssueState.OPEN)
    assert isinstance(state, IssueState)
    start = replace(line(RecordKind.TRACKED, "I_42"), at=at(tracked))
    ledger = LedgerFile(lines=(start, *lines))
    given_facts = replace(facts(issue(labels=labels, timeline=tuple(entries), state=state)), ledger=ledger)
    whole = replace(
        bug(None, policy=policy), facts=given_facts, severity=severity, ledger=ledger, now=at(now)
    )
    return replace(whole, **more)


def due(subject: Bug) -> list[tuple[str, float]]:
    """What fell due, as clock, anchor and step, with the minute."""
    return [
        (item.evidence.removeprefix("escalation:"), (item.at - T0).total_seconds() / 60)
        for item in fired(subject)
    ]


TAKEN: dict[str, Any] = {"acceptances": (replace(ACCEPTED, evidence=replace(ACCEPTED.evidence, at=at(1))),)}
"""Somebody answered in the first minute, so that only the whole calls."""


def test_the_ladder_of_a_critical_bug() -> None:
    """Set two minutes after the report: fifteen minutes to answer, then an hour each, all from there on."""
    assert due(story((2, P0), now=9_999)) == [
        ("respond:S0:0", 17),
        ("fix:S0:0", 62),
        ("fix:S0:1", 122),
        ("fix:S0:2", 182),
    ]
    assert due(story((2, P0), now=61.9, **TAKEN)) == []
    assert due(story((2, P0), now=62, **TAKEN)) == [("fix:S0:0", 62)]


@pytest.mark.parametrize(
    ("impact", "called"), [("Critical", True), ("High", False), ("Medium", False), ("", False)]
)
def test_the_last_step_is_for_a_critical_business_impact(impact: str, called: bool) -> None:
    """As the form has it: production that is down is not yet the end of the business."""
    answers = FormAnswers(values={"impact": impact} if impact else {}, is_form=True)
    steps = due(story((2, P0), now=9_999, answers=answers, **TAKEN))
    assert (("fix:S0:3", 242) in steps) is called


def test_a_step_without_people_does_not_apply() -> None:
    """The places of the others stay; where nobody is named at all there is nothing."""
    lead = Policy.model_validate({"people": {"engineering-lead": ["mia"]}})
    assert due(story((0, P0), now=9_999, policy=lead)) == [("respond:S0:0", 15), ("fix:S0:1", 120)]
    assert [item.step.to for item in fired(story((0, P0), now=20, policy=lead))] == [("engineering-lead",)]
    assert due(story((0, P0), now=9_999, policy=Policy())) == []
    assert due(story((0, P3), now=99_999)) == []


@pytest.mark.parametrize(
    ("label_on", "label_off", "expected"),
    [
        (30, 90, [("fix:S0:0", 120), ("fix:S0:1", 180)]),  # half an hour gone, half an hour left
        (60, 90, [("fix:S0:0", 60), ("fix:S0:1", 150)]),  # due at the very minute of the label
        (70, 200, [("fix:S0:0", 60), ("fix:S0:1", 250)]),
    ],
)
def test_a_pause_across_a_step(label_on: float, label_off: float, expected: list[tuple[str, float]]) -> None:
    """Moves what is not due yet by its length, and takes back nothing."""
    entries = [labeled("blocked", minutes=label_on), labeled("blocked", minutes=label_off, kind=OFF)]
    assert due(story((0, P0), now=expected[-1][1], entries=entries, **TAKEN)) == expected


def test_a_pause_that_goes_on() -> None:
    """Nothing falls due in it, and nobody knows when; in a history that ends later it ends then."""
    entries = [labeled("blocked", minutes=30)]
    paused = story((0, P0), now=999, entries=entries, labels=["blocked"], **TAKEN)
    assert (due(paused), next_rung_at(paused)) == ([], None)
    assert [rung.due for rung in ladder(paused)] == [None, None, None]


def test_a_raise_begins_anew() -> None:
    """From the raise on, with the whole of the new target, whatever had gone before."""
    steps = due(story((0, P1), (1000, P0), now=1065, **TAKEN))
    assert steps == [("fix:S0:0", 720), ("fix:S1:0", 1060)]


def test_a_lowering_keeps_what_has_gone() -> None:
    """The clock goes on from the raise, by the longer target: its ladder is another. What fell due stays."""
    lowered = story((0, P0), (70, P1), now=9_999, **TAKEN)
    assert due(lowered) == [("fix:S0:0", 60), ("fix:S1:0", 720), ("fix:S1:1", 1080)]
    first, second, _ = fired(lowered)
    assert over(lowered, first) == "the severity was changed by then"
    assert over(lowered, second) == ""


def test_a_severity_that_was_away_has_its_ladder_back() -> None:
    """Nobody is called twice for a label that was taken off and put on again."""
    assert due(story((0, P0), (70, None), (90, P0), now=125, **TAKEN)) == [
        ("fix:S0:0", 60),
        ("fix:S0:1", 120),
    ]
    away = story((0, P0), (50, None), (90, P0), now=95, **TAKEN)
    assert due(away) == [("fix:S0:0", 90)]
    assert due(story((0, P0), (50, None), now=80, **TAKEN)) == []


def test_a_holiday_and_a_weekend_do_not_count() -> None:
    """A P2 in working hours, reported on Thursday, 2026-12-24, at 09:00 in London.

    The 25th is off, and so is the 28th, for Boxing Day, which is a Saturday. Of a week's forty hours half is
    used up on the 30th at 13:00: eight each on the 24th and the 29th, four there.
    """
    policy = Policy.model_validate(
        {
            "people": ROLES,
            "time-zone": "Europe/London",
            "holidays": {"country": "GB", "subdivision": "ENG"},
            "severities": {"P2": {"hours": "business", "escalation": [{"at": "50%", "to": ["on-call"]}]}},
        }
    )
    start = datetime(2026, 12, 24, 9, tzinfo=UTC)
    minutes = (start - T0).total_seconds() / 60
    subject = story((minutes, P2), now=minutes + 30 * 24 * 60, policy=policy, **TAKEN)
    assert [item.at for item in fired(subject)] == [datetime(2026, 12, 30, 13, tzinfo=UTC)]


def test_an_answer_stops_the_first_call() -> None:
    """At the very minute as well; one that was taken back later calls nobody either."""
    for minutes, expected in ((14, []), (15, []), (16, [("respond:S0:0", 15)])):
        answered = said("accept", minutes, assign="bo")
        undone = replace(said("undo", minutes + 1), data={"name": "undo", "undoes": answered.evidence})
        assert due(story((0, P0), now=50, lines=[answered])) == expected
        assert due(story((0, P0), now=50, lines=[answered, undone])) == expected
    own = replace(labeled("bo", minutes=5, actor=BO, kind=EntryKind.ASSIGNED), value="bo")
    assert due(story((0, P0), now=50, entries=[own])) == []


def test_a_closed_bug_calls_nobody() -> None:
    """Not while it is closed; opened again it goes on from where it stood."""
    shut = Entry("C1", EntryKind.CLOSED, BO, at(30))
    again = Entry("C2", EntryKind.REOPENED, BO, at(500))
    closed = story((0, P0), now=999, entries=[shut], state=IssueState.NOT_PLANNED, **TAKEN)
    assert (due(closed), ladder(closed)) == ([], ())
    assert due(story((0, P0), now=531, entries=[shut, again], **TAKEN)) == [("fix:S0:0", 530)]
    held = replace(line(RecordKind.CLOSED, "C1", accepted=False), at=at(30))
    assert due(story((0, P0), now=61, entries=[shut, again], lines=[held], **TAKEN)) == [("fix:S0:0", 60)]


FIXED = (replace(pull(state=PullState.MERGED), merged_at=at(20)),)


def test_a_look_ends_it_until_a_regression() -> None:
    """Good from 40 to 100: the time between does not count; taken back, it counts as if it had not been."""
    look, report = said("verified", 40, window="15m"), said("regression", 100)
    more: dict[str, Any] = {"fixes": FIXED, "deployed": replace(DEPLOYED, at=at(22)), **TAKEN}
    good = story((0, P0), now=9_999, lines=[look], **more)
    assert (due(good), ladder(good)) == ([], ())
    back = story((0, P0), now=130, lines=[look, report], **more)
    assert due(back) == [(f"regression:{report.evidence}:0", 100), ("fix:S0:0", 120)]
    undone = replace(said("undo", 90), data={"name": "undo", "undoes": look.evidence})
    assert due(story((0, P0), now=130, lines=[look, undone], **more)) == [("fix:S0:0", 90), ("fix:S0:1", 120)]


def test_a_raise_after_a_look_calls_nobody_until_a_regression() -> None:
    """The look was what the severity of its time asks for, and the clock had its end."""
    look, report = said("verified", 150, window="2h"), said("regression", 400)
    more: dict[str, Any] = {"fixes": FIXED, "deployed": replace(DEPLOYED, at=at(22)), **TAKEN}
    raised = ((0, P2), (200, P0))
    good = story(*raised, now=9_999, lines=[look], **more)
    assert (due(good), ladder(good)) == ([], ())
    back = story(*raised, now=450, lines=[look, report], **more)
    assert due(back) == [(f"regression:{report.evidence}:0", 400)]


def test_where_nobody_looks_a_deployment_ends_it() -> None:
    """Policy names no time to look at production: the fix holds from when it was deployed to a report."""
    rules = {"severities": {"P0": {"windows": []}}, "people": ROLES}
    more: dict[str, Any] = {"policy": Policy.model_validate(rules), "fixes": FIXED, **TAKEN}
    out = replace(DEPLOYED, at=at(70))
    assert due(story((0, P0), now=200, **more)) == [(f"fix:S0:{step}", 60 * (step + 1)) for step in range(3)]
    assert due(story((0, P0), now=200, deployed=out, **more)) == [("fix:S0:0", 60)]
    report = said("regression", 100)
    again = story((0, P0), now=160, deployed=out, lines=[report], **more)
    assert due(again) == [("fix:S0:0", 60), (f"regression:{report.evidence}:0", 100), ("fix:S0:1", 150)]


def test_a_report_s_label_that_is_taken_off_takes_it_back() -> None:
    """Whom it called by then was called; one from before any merge reported nothing."""
    on, off = labeled("Regression", minutes=110), labeled("regression", minutes=120, kind=OFF)
    more: dict[str, Any] = {"fixes": FIXED, "deployed": replace(DEPLOYED, at=at(22)), **TAKEN}
    taken = story((0, P1), now=150, entries=[on, off], **more)
    (call,) = fired(taken)
    assert (call.at, over(taken, call)) == (at(110), "the report was taken back by then")
    early = [labeled("regression", minutes=5), labeled("regression", minutes=30, kind=OFF)]
    assert fired(story((0, P1), now=150, entries=early, **more)) == ()


def test_a_report_of_a_bug_without_a_severity_calls_nobody() -> None:
    """Nothing says whom."""
    gone = story((0, P1), (120, None), now=150, lines=[said("regression", 130)], fixes=FIXED, **TAKEN)
    assert fired(gone) == ()


def test_each_report_of_a_regression_calls_the_first_two() -> None:
    """By command or by label; what was answered, or taken back, by then is passed over."""
    first, second = said("regression", 100), said("regression", 130)
    undone = replace(said("undo", 140), data={"name": "undo", "undoes": second.evidence})
    entries = [labeled("regression", minutes=110), labeled("regression", minutes=10)]
    more: dict[str, Any] = {"fixes": FIXED, "deployed": replace(DEPLOYED, at=at(22)), **TAKEN}
    subject = story((0, P1), now=150, lines=[first, second, undone], entries=entries, **more)
    found = fired(subject)
    assert [(item.clock, item.at, item.step.to) for item in found] == [
        ("regression", at(minutes), ("on-call", "engineering-lead")) for minutes in (100, 110, 130)
    ]
    assert [over(subject, item) for item in found] == ["", "", "the report was taken back by then"]
    later = replace(subject, fixes=(*FIXED, replace(FIXED[0], number=8, merged_at=at(145))))
    assert over(later, found[0]) == "another fix, or the way back, had answered it by then"
    gone = story((0, P1), (120, None), now=150, lines=[first], **more)
    assert over(gone, fired(gone)[0]) == "the severity was taken away by then"
    assert fired(story((0, P2), now=150, lines=[first], **more)) == ()


def test_what_is_over_is_said() -> None:
    """Why a step that a late run finds is not due any more."""
    late = story((0, P0), now=70)
    assert [over(late, item) for item in fired(late)] == ["", ""]
    shut = Entry("C1", EntryKind.CLOSED, BO, at(65))
    closed = story((0, P0), now=70, entries=[shut], state=IssueState.COMPLETED)
    assert [over(closed, item) for item in fired(closed)] == ["the issue was closed by then"] * 2
    more: dict[str, Any] = {"fixes": FIXED, "deployed": replace(DEPLOYED, at=at(22))}
    lines = [said("accept", 66, assign="bo"), said("verified", 67, window="15m")]
    done = story((0, P0), now=70, lines=lines, **more)
    assert [over(done, item) for item in fired(done)] == [
        "somebody had answered by then",
        "the fix was out by then",
    ]


def test_before_it_was_looked_after_nothing_fell_due() -> None:
    """What was due by then never is; the next step is."""
    late = story((0, P0), now=130, tracked=90, **TAKEN)
    assert due(late) == [("fix:S0:1", 120)]
    assert [rung.evidence for rung in ladder(late)] == ["escalation:fix:S0:2"]


def test_the_next_step_is_known() -> None:
    """None once all have fallen due."""
    assert next_rung_at(story((0, P0), now=10)) == at(15)
    assert next_rung_at(story((0, P0), now=15)) == at(60)
    assert next_rung_at(story((0, P0), now=180, **TAKEN)) is None
    assert next_rung_at(story((0, P0), (5, None), now=10)) is None


def test_a_call_is_told_from_other_claims() -> None:
    """A workflow that a rollback starts is claimed as well, and so is another try."""
    assert is_call(line(RecordKind.CLAIMED, "escalation:fix:S0:0"))
    assert not is_call(line(RecordKind.CLAIMED, "dispatch#IC_1"))
    assert not is_call(line(RecordKind.CLAIMED, "again:1:escalation:fix:S0:0"))
    assert not is_call(line(RecordKind.CONFIRMED, "escalation:fix:S0:0"))


# Properties ---------------------------------------------------------------------------------------------

_DEEDS = st.lists(
    st.tuples(
        st.integers(1, 600),
        st.sampled_from(["P0", "P1", "P2", "none", "pause", "resume", "accept", "close", "open"]),
    ),
    max_size=10,
)


def lived(deeds: list[tuple[int, str]], until: float) -> Bug:
    """The bug after the deeds until then; two at the same minute come in their order."""
    changes: list[tuple[float, Severity | None]] = [(0, P0)]
    entries: list[Entry] = []
    lines: list[LedgerLine] = []
    paused, state = False, IssueState.OPEN
    for number, (minutes, what) in enumerate(sorted(deeds, key=lambda deed: deed[0])):
        if minutes > until:
            break
        severity = None if what == "none" else Severity.parse(what)
        if (severity is not None or what == "none") and severity is not changes[-1][1]:
            changes.append((minutes, severity))
        elif what == "accept":
            lines.append(said("accept", minutes, assign="bo"))
        elif what in ("pause", "resume") and paused is (what == "resume"):
            paused = what == "pause"
            entries.append(labeled("blocked", minutes=minutes, kind=ON if paused else OFF))
        elif what in ("close", "open") and (state is IssueState.OPEN) is (what == "close"):
            state = IssueState.NOT_PLANNED if what == "close" else IssueState.OPEN
            kind = EntryKind.CLOSED if what == "close" else EntryKind.REOPENED
            entries.append(Entry(f"E{number}", kind, BO, at(minutes)))
    labels = ["blocked"] if paused else []
    return story(*changes, now=until, entries=entries, lines=lines, labels=labels, state=state)


@examples(60)
@given(_DEEDS, st.lists(st.integers(0, 700), max_size=8))
def test_what_fell_due_does_not_depend_on_when_one_looks(
    deeds: list[tuple[int, str]], looks: list[int]
) -> None:
    """Each look sees a beginning of what the last one sees: in order, each once, and never taken back."""
    whole = due(lived(deeds, 700))
    assert [minutes for _, minutes in whole] == sorted(minutes for _, minutes in whole)
    assert len({name for name, _ in whole}) == len(whole)
    for look in looks:
        assert due(lived(deeds, look)) == [item for item in whole if item[1] <= look]


@examples(30)
@given(_DEEDS)
def test_a_step_falls_due_when_it_was_said_to(deeds: list[tuple[int, str]]) -> None:
    """What is told to come next comes then, unless something happens before it."""
    now = 0.0
    moments = [*sorted({minutes for minutes, _ in deeds}), 900]
    for end in moments:
        coming = next_rung_at(lived(deeds, now))
        if coming is not None and coming < at(end):
            assert any(
                at(minutes) == coming for _, minutes in due(lived(deeds, (coming - T0).total_seconds() / 60))
            )
        now = end
