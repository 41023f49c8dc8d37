"""When each step is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.acceptance import find_acceptances
from bugaction.action_issues import ActionIssue
from bugaction.bug import Bug, StrategyChoice
from bugaction.clocks import TIMED, Clock, ClockState, _capped, clocks_of, fix_due
from bugaction.gates import checklist
from bugaction.model import Actor, Evidence, LedgerLine, Outcome, RecordKind, Role, Severity, Strategy
from bugaction.policy import Policy
from bugaction.snapshot import Entry, EntryKind, IssueState, PullState
from bugaction.stopwatch import Stage, Stopwatch
from bugaction.working_time import ALWAYS
from tests.examples import examples
from tests.unit.bugs import ACCEPTED, DEPLOYED, bug, merged, said, steps, through, triaged
from tests.values import ANA, BO, T0, at, commit_by, facts, issue, labeled, line, pull, ready, review

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
P0, P1, P2, P3 = Severity
PAUSED = EntryKind.LABELED
RESUMED = EntryKind.UNLABELED


def named(subject: Bug, name: str) -> Clock:
    """One clock of a bug, by the bug's own verdicts."""
    return next(clock for clock in clocks_of(subject, checklist(subject)) if clock.name == name)


def turned(kind: EntryKind, minutes: float, ident: str = "") -> Entry:
    """The issue was closed or opened again."""
    return Entry(id=ident or f"E_{kind}_{minutes:g}", kind=kind, actor=BO, at=at(minutes))


def with_entries(
    subject: Bug, entries: Iterable[Entry], *, labels: Iterable[str] = (), state: IssueState = IssueState.OPEN
) -> Bug:
    """The bug whose timeline holds these entries, and whose issue has these labels now."""
    return replace(subject, facts=facts(issue(labels=["P1", *labels], timeline=entries, state=state)))


def label(kind: EntryKind, minutes: float, name: str = "needs-info") -> Entry:
    """A label went on or off."""
    return labeled(name, minutes=minutes, kind=kind)


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        (P0, {"respond": 15 * MINUTE, "root-cause": 4 * HOUR, "fix": 4 * HOUR}),
        (P1, {"respond": HOUR, "root-cause": 4 * HOUR, "fix": 24 * HOUR}),
        (P2, {"respond": DAY, "root-cause": 2 * DAY, "fix": 7 * DAY}),
        (P3, {"respond": DAY, "root-cause": 2 * DAY}),
        (None, {}),
    ],
)
def test_clocks_start_at_the_report(severity: Severity | None, expected: dict[str, timedelta]) -> None:
    """Each severity's targets, in the order of the lifecycle."""
    clocks = clocks_of(bug(severity))
    assert [(clock.name, clock.start, clock.due) for clock in clocks] == [
        (name, T0, T0 + length) for name, length in expected.items()
    ]


def test_a_commit_that_is_dated_back_answers_nobody_in_time() -> None:
    """Assigned ten hours after the report, with a pull request from then: the date of its commit is what its
    author wrote."""
    given = Entry("AE_1", EntryKind.ASSIGNED, ANA, at(600), "bo")
    change = replace(pull(commits=[commit_by(BO, minutes=3)]), created_at=at(605))
    subject = replace(bug(P1), facts=facts(issue(labels=["P1"], timeline=[given], assignees=[BO])))
    found = find_acceptances(subject.issue, subject.ledger, [change], at(700))
    clock = named(replace(subject, acceptances=found), "respond")
    assert (clock.due, clock.met, clock.state(at(700))) == (at(60), at(605), ClockState.LATE)


def test_the_first_severity_finds_the_clock_running() -> None:
    """However late it came: it starts at the report, and is due no earlier than anybody could know."""
    (first, *_) = clocks_of(bug(P0, raised=5))
    assert (first.start, first.due) == (T0, T0 + 15 * MINUTE)
    (late, *_) = clocks_of(bug(P0, raised=300))
    assert (late.start, late.due) == (T0, at(300))


def test_a_raise_never_resets_a_clock() -> None:
    """Of a P2 that becomes a P0 after three hours one hour is left; after five, none."""
    assert named(through((1, P2), (180, P0)), "fix").due == T0 + 4 * HOUR
    assert named(through((1, P2), (300, P0)), "fix").due == T0 + 5 * HOUR


def test_a_lowering_keeps_what_has_gone() -> None:
    """A P0 that was breached after four hours is a P2 after five: due a week after its report."""
    lowered = named(through((1, P0), (300, P2)), "fix")
    assert (lowered.due, lowered.state(at(301))) == (T0 + 7 * DAY, ClockState.RUNNING)


def test_when_the_fix_is_due() -> None:
    """As its clock says: never without a target or a severity, and at no known time while it is paused."""
    waits = with_entries(bug(P1), [label(PAUSED, 20)], labels=["needs-info"])
    found = [fix_due(subject) for subject in (bug(P1), bug(P3), bug(None), waits)]
    assert found == [T0 + DAY, None, None, None]


def test_what_follows_the_end_of_a_clock_changes_nothing_of_it() -> None:
    """Half an hour is in time for a P2 and late for a P0: no later raise, lowering or pause counts."""
    early = replace(ACCEPTED, evidence=replace(ACCEPTED.evidence, at=at(30)))
    raised = named(replace(through((1, P2), (60, P0)), acceptances=(early,)), "respond")
    assert (raised.due, raised.target, raised.is_late) == (T0 + DAY, DAY, False)
    lowered = named(replace(through((1, P0), (60, P2)), acceptances=(early,)), "respond")
    assert (lowered.due, lowered.target, lowered.is_late) == (at(15), 15 * MINUTE, True)
    entries = [label(PAUSED, 40), label(RESUMED, 50)]
    assert named(with_entries(bug(P1, acceptances=(early,)), entries), "respond").due == at(60)


@pytest.mark.parametrize(("minutes", "due"), [(40, 60), (70, None)])
def test_nobody_is_late_while_there_is_no_severity(minutes: float, due: float | None) -> None:
    """A P1 until 50 minutes, and again from 120 on: who answers in between was asked for nothing, and who did
    before that was. The target that is shown is that of the severity which counts now."""
    answer = replace(ACCEPTED, evidence=replace(ACCEPTED.evidence, at=at(minutes)))
    subject = replace(through((1, P1), (50, None), (120, P1)), acceptances=(answer,))
    clock = named(subject, "respond")
    assert (clock.due, clock.target) == (None if due is None else at(due), HOUR)
    assert clock.state(at(999)) is ClockState.MET


def test_without_a_severity_time_goes_on() -> None:
    """Somebody took it away for an hour: that hour has counted once it is back."""
    away = through((1, P1), (60, None), (120, P1))
    assert named(away, "fix").due == T0 + DAY
    assert clocks_of(through((1, P1), (60, None))) == ()


@pytest.mark.parametrize(("minutes", "late"), [(3, False), (60, False), (61, True)])
def test_somebody_answers_with_the_first_acceptance(minutes: int, late: bool) -> None:
    """The clock stops there, in time or not; the others run on, as this one does without an acceptance."""
    others = replace(ACCEPTED, login="bo", evidence=replace(ACCEPTED.evidence, at=at(200)))
    first = replace(ACCEPTED, evidence=replace(ACCEPTED.evidence, at=at(minutes)))
    respond, *rest = clocks_of(bug(P1, acceptances=(others, first)))
    assert (respond.met, respond.is_late) == (at(minutes), late)
    assert respond.state(at(9999)) is (ClockState.LATE if late else ClockState.MET)
    assert [clock.met for clock in rest] == [None, None]
    assert clocks_of(bug(P1))[0].met is None


def test_only_the_time_tells_what_is_due_from_what_is_overdue() -> None:
    """To the second; at risk from three quarters of the target on, until then."""
    clock = named(bug(P1), "respond")
    second = timedelta(seconds=1)
    assert [clock.state(at(60) + each) for each in (-second, timedelta(), 30 * DAY)] == [
        ClockState.RUNNING,
        ClockState.BREACHED,
        ClockState.BREACHED,
    ]
    risks = [clock.is_at_risk(each) for each in (at(45) - second, at(45), at(60) - second, at(60))]
    assert risks == [False, True, True, False]


def test_a_share_of_one_s_own_puts_it_at_risk() -> None:
    """By policy."""
    policy = Policy.model_validate({"clocks": {"at-risk": 0.5}})
    assert named(bug(P1, policy=policy), "respond").at_risk == at(30)


@pytest.mark.parametrize(
    ("lines", "met"),
    [
        ([], None),
        ([said("verified", 614, window="15m")], None),
        ([said("verified", 615, window="15m")], 615),
        ([said("verified", 620, window="15m"), said("verified", 700, window="15m")], 620),
        ([said("verified", 800, window="2h")], None),
    ],
)
def test_the_fix_is_out_once_somebody_has_looked(lines: list[LedgerLine], met: float | None) -> None:
    """The first window after the deployment, attested after it has passed, ends the clock; others do not."""
    clock = named(merged(P1, *lines, deployed=DEPLOYED), "fix")
    assert clock.met == (at(met) if met is not None else None)
    assert named(merged(P1, *lines), "fix").met is None


def test_without_windows_the_deployment_ends_the_clock() -> None:
    """Nobody is asked to look."""
    policy = Policy.model_validate({"severities": {"P1": {"windows": []}}})
    assert named(merged(P1, policy=policy, deployed=DEPLOYED), "fix").met == DEPLOYED.at


LOOKS = {"15m": said("verified", 620, window="15m"), "2h": said("verified", 725, window="2h")}


@pytest.mark.parametrize(
    ("history", "looks", "met"),
    [
        ([(2, P2), (800, P1)], ["2h"], 725),
        ([(2, P1), (700, P2)], ["15m", "2h"], 620),
        ([(2, P1), (700, P2)], ["15m"], 620),
        ([(2, P1), (615, P2)], ["15m", "2h"], 725),
        ([(2, P1), (800, P2)], ["2h"], 800),
        ([(2, P2), (700, P1)], ["15m", "2h"], 700),
        ([(2, P2), (650, None), (800, P1)], ["2h"], 725),
        ([(660, P1), (800, P2)], ["15m"], 620),
    ],
    ids=[
        "raised after it",
        "lowered after it",
        "lowered after it, and nobody looked again",
        "lowered before it",
        "a lowering that asks for what was said",
        "a raise that asks for what was said",
        "without a severity at the time",
        "first severity after it",
    ],
)
def test_the_look_that_ends_the_clock_is_the_first_that_its_severity_asks_for(
    history: list[tuple[float, Severity | None]], looks: list[str], met: float
) -> None:
    """The one of that moment; where a change asks for what was said before, the change ends it."""
    subject = merged(P1, *(LOOKS[name] for name in looks), deployed=DEPLOYED, now=at(9000))
    clock = named(replace(subject, severity=steps(*history)), "fix")
    assert (clock.met, clock.state(at(9000))) == (at(met), ClockState.MET)


def test_a_severity_without_windows_ends_the_clock_where_the_fix_is_out() -> None:
    """At the deployment, or at the change to it; what comes after that changes nothing."""
    policy = Policy.model_validate({"severities": {"P2": {"windows": []}}})
    subject = merged(P1, deployed=DEPLOYED, policy=policy)
    for history, met in (
        (((2, P2), (700, P1)), 600),
        (((2, P1), (700, P2)), 700),
        (((2, P1), (500, P2)), 600),
    ):
        assert named(replace(subject, severity=steps(*history)), "fix").met == at(met)


@examples(60)
@given(
    st.sampled_from([P0, P1, P2]),
    st.lists(st.sampled_from(["15m", "30m", "2h", "24h"]), min_size=1, unique=True),
    st.lists(st.tuples(st.integers(2050, 9000), st.sampled_from([P0, P1, P2])), min_size=1, max_size=4),
)
def test_no_later_severity_moves_an_end_that_was_reached(
    first: Severity, looks: list[str], later: list[tuple[int, Severity]]
) -> None:
    """Neither when it was, nor what was due, nor whether that was in time."""
    words = [said("verified", 2040 + place, window=name) for place, name in enumerate(looks)]
    subject = merged(first, *words, deployed=DEPLOYED, now=at(9999))
    before = named(subject, "fix")
    after = named(replace(subject, severity=steps((2, first), *sorted(later, key=itemgetter(0)))), "fix")
    if before.met is not None:
        assert (after.met, after.due, after.target) == (before.met, before.due, before.target)
    else:
        assert after.met is None or after.met >= at(2050)


def test_a_regression_lets_the_clock_go_on_from_where_it_stood() -> None:
    """Good after 615 minutes of 1440, back at 1000: what is left counts from there."""
    lines = [said("verified", 615, window="15m"), said("regression", 1000, text="the cart is empty")]
    clock = named(merged(P1, *lines, deployed=DEPLOYED), "fix")
    assert (clock.met, clock.due) == (None, at(1000 + 1440 - 615))
    assert clock.watch.tally(at(1010)).elapsed == 625 * MINUTE


def test_the_cause_is_due_before_the_fix() -> None:
    """Where policy would give it longer."""
    policy = Policy.model_validate({"severities": {"P1": {"fix": "2h", "root-cause": "3h"}}})
    assert [clock.due for clock in clocks_of(bug(P1, policy=policy))] == [at(60), at(120), at(120)]


# Pauses --------------------------------------------------------------------------------------------------


def test_a_pause_label_stops_every_clock() -> None:
    """From its entry to its removal, in any case; what is due moves by as much."""
    entries = [labeled("P1"), label(PAUSED, 20, "Needs-Info"), label(RESUMED, 50, "needs-info")]
    subject = with_entries(bug(P1), entries)
    assert [clock.due for clock in clocks_of(subject)] == [at(90), at(270), at(1470)]
    assert clocks_of(subject)[0].watch.tally(at(60)).paused == 30 * MINUTE


def test_while_it_is_paused_nothing_is_due() -> None:
    """It is said since when, and what is left; whatever the time is."""
    paused = named(with_entries(bug(P1), [label(PAUSED, 20)], labels=["needs-info"]), "respond")
    assert (paused.due, paused.paused, paused.left) == (None, at(20), 40 * MINUTE)
    assert {paused.state(at(minutes)) for minutes in (20, 60, 99_999)} == {ClockState.PAUSED}


def test_what_is_overdue_is_not_made_good_by_a_pause() -> None:
    """It had been breached before."""
    clock = named(with_entries(bug(P1), [label(PAUSED, 70)], labels=["needs-info"]), "respond")
    assert (clock.due, clock.state(at(80))) == (at(60), ClockState.BREACHED)
    assert (clock.paused, clock.left) == (None, None)


def test_a_label_without_its_entry_pauses_nothing() -> None:
    """On the issue of a transferred bug nobody knows since when; off it, where it was deleted, until when."""
    assert named(with_entries(bug(P1), [], labels=["needs-info"]), "respond").due == at(60)
    assert named(with_entries(bug(P1), [label(PAUSED, 20)]), "respond").due == at(60)


def test_a_pause_that_spans_a_raise() -> None:
    """Paused from 60 to 180 minutes, a P2 until 120 and a P0 then: of four hours one has gone by 180."""
    entries = [label(PAUSED, 60), label(RESUMED, 180)]
    subject = with_entries(through((1, P2), (120, P0)), entries)
    assert named(subject, "fix").due == at(180 + 180)


def test_nobody_waits_for_a_closed_bug() -> None:
    """Closed after 10 hours as not planned, opened again a month later: 14 hours of the day are left."""
    month = 30 * 24 * 60
    entries = [turned(EntryKind.CLOSED, 600), turned(EntryKind.REOPENED, 600 + month)]
    assert named(with_entries(bug(P1), entries), "fix").due == at(600 + month + 14 * 60)
    shut = with_entries(bug(P1), entries[:1], state=IssueState.NOT_PLANNED)
    assert {clock.state(at(9_999)) for clock in clocks_of(shut)[1:]} == {ClockState.STOPPED}


def test_a_close_that_is_held_was_none() -> None:
    """The merge closed it, it was opened again at once, and the clock did not notice."""
    entries = [turned(EntryKind.CLOSED, 600, "CE_1"), turned(EntryKind.REOPENED, 605)]
    held = line(RecordKind.CLOSED, "CE_1", accepted=False)
    subject = with_entries(bug(P1), entries)
    known = replace(subject, ledger=replace(subject.ledger, lines=(held,)))
    assert named(subject, "fix").due == T0 + DAY + 5 * MINUTE
    assert named(known, "fix").due == T0 + DAY


# Working hours -------------------------------------------------------------------------------------------

OFFICE = {
    "time-zone": "Europe/Berlin",
    "severities": {"P2": {"hours": "business"}},
    "holidays": {"country": "DE", "subdivision": "BY", "extra": ["2026-12-24"]},
}


def test_working_hours_count_where_policy_says_so() -> None:
    """T0 is a Tuesday, 10:00 in Berlin: a P2 is answered a working day later, and fixed in five of them."""
    subject = bug(P2, policy=Policy.model_validate(OFFICE))
    assert named(subject, "respond").due == T0 + DAY
    assert named(subject, "fix").due == T0 + 7 * DAY
    assert named(bug(P1, policy=Policy.model_validate(OFFICE)), "respond").due == T0 + HOUR


def test_a_raise_out_of_the_working_hours() -> None:
    """Reported at 10:00 in Berlin, seven hours until 17:00, none until 20:00, then a P1, round the clock:
    17 of its 24 hours are left."""
    subject = replace(through((1, P2), (600, P1)), policy=Policy.model_validate(OFFICE))
    assert named(subject, "fix").due == at(600 + 17 * 60)


def test_days_off_do_not_count() -> None:
    """Reported on Wednesday, 23 December, 16:00 in Berlin: one hour left, then the team's Christmas Eve, a
    holiday on a Friday, a weekend; seven hours more on Monday."""
    reported = datetime(2026, 12, 23, 15, tzinfo=UTC)
    subject = bug(P2, policy=Policy.model_validate(OFFICE))
    late = replace(subject.issue, at=reported)
    state = replace(steps((1, P2)), history=(replace(steps((1, P2)).history[0], at=reported),))
    moved = replace(subject, facts=facts(late), severity=state)
    assert named(moved, "respond").due == datetime(2026, 12, 28, 15, tzinfo=UTC)


# Phases --------------------------------------------------------------------------------------------------

CHOSEN = StrategyChoice(Strategy.HOTFIX, "", Evidence("hotfix, chosen by bo", "", "bo", at(30)))


def test_every_timed_clock_is_there_once_its_phase_has_come() -> None:
    """The names by which others know them."""
    asked = replace(ready(), requested_at=at(50))
    fixing = triaged(P0, fixes=(asked,), strategy=CHOSEN, roles={"mia": Role.MAINTAIN})
    found = {clock.name for clock in (*clocks_of(fixing), *clocks_of(merged(P0)))}
    assert found == {name if name != "review" else "review-7" for name in TIMED}


def test_development_runs_from_the_strategy_to_the_merge() -> None:
    """Or from the first work on a fix, where that came before; it is due with the whole at the latest."""
    assert named(bug(P1, strategy=CHOSEN), "development").due == at(30 + 480)
    assert named(bug(P0, strategy=CHOSEN), "development").due == at(240)
    linked = Entry("X_1", EntryKind.CROSS_REFERENCED, BO, at(20), "7")
    subject = with_entries(bug(P1, strategy=CHOSEN, fixes=(ready(),)), [linked])
    assert (named(subject, "development").start, named(subject, "development").met) == (at(20), None)
    done = named(merged(P1, strategy=CHOSEN), "development")
    assert (done.met, done.is_late) == (at(540), True)
    chosen_late = replace(CHOSEN, evidence=replace(CHOSEN.evidence, at=at(550)))
    after_all = named(merged(P1, strategy=chosen_late), "development")
    assert (after_all.start, after_all.met, after_all.is_late) == (at(540), at(540), False)
    assert [clock for clock in clocks_of(bug(P1)) if clock.name == "development"] == []


def test_what_begins_after_the_whole_is_over_has_its_own_time() -> None:
    """Nobody gains by a due time that lies before the start."""
    late = replace(CHOSEN, evidence=replace(CHOSEN.evidence, at=at(300)))
    assert named(bug(P0, strategy=late), "development").due == at(300 + 480)


def test_a_review_is_due_soon_after_it_was_asked_for() -> None:
    """15 minutes for a P0; it ends with the approval that counts, and not with any other."""
    asked = replace(ready(), requested_at=at(50), reviews=())
    waits = named(triaged(P0, fixes=(asked,)), "review-7")
    assert (waits.start, waits.due, waits.met) == (at(50), at(65), None)
    given = replace(asked, reviews=(review(replace(BO, login="mia"), minutes=70),))
    met = named(triaged(P0, fixes=(given,), roles={"mia": Role.MAINTAIN}), "review-7")
    assert (met.met, met.state(at(80))) == (at(70), ClockState.LATE)
    refused = named(triaged(P0, fixes=(given,), roles={"mia": Role.READ}), "review-7")
    assert (refused.met, refused.state(at(65))) == (None, ClockState.BREACHED)
    assert [clock for clock in clocks_of(triaged(P2, fixes=(asked,))) if "review" in clock.name] == []


def test_only_a_pull_request_that_waits_for_its_review_has_a_clock() -> None:
    """Not a draft, one that is merged, or one whose review nobody asked for; none of them hides another."""
    asked = replace(ready(7), requested_at=at(50))
    fixes = (
        replace(asked, number=3, is_draft=True),
        replace(asked, number=4, state=PullState.MERGED, merged_at=at(60)),
        replace(asked, number=5, requested_at=None),
        asked,
    )
    found = clocks_of(triaged(P0, fixes=fixes))
    assert [clock.name for clock in found if "review" in clock.name] == ["review-7"]


MIA, LEO, KIM = (Actor(login) for login in ("mia", "leo", "kim"))


@pytest.mark.parametrize(
    ("asks", "reviews", "met"),
    [
        ({"senior-approval": False}, [(LEO, 60), (MIA, 200)], 60),
        ({"senior-approval": False, "approvals": 2}, [(LEO, 60), (KIM, 70), (MIA, 200)], 70),
        ({"senior-approval": True}, [(LEO, 60), (MIA, 70), (KIM, 200)], 70),
        ({"senior-approval": True, "approvals": 2}, [(MIA, 60), (LEO, 70), (KIM, 200)], 70),
        ({"senior-approval": True}, [(LEO, 66), (KIM, 200)], 66),
    ],
    ids=["one", "two", "one and somebody senior", "two and somebody senior", "nobody senior was awake"],
)
def test_a_review_ends_with_the_approval_that_was_enough(
    asks: dict[str, object], reviews: list[tuple[Actor, float]], met: float
) -> None:
    """Whoever approves after that makes nobody late: of the severity's number, one of somebody senior."""
    given = tuple(review(author, minutes=minutes) for author, minutes in reviews)
    fix = replace(ready(), requested_at=at(50), reviews=given)
    roles = {"mia": Role.MAINTAIN, "leo": Role.WRITE, "kim": Role.WRITE}
    policy = Policy.model_validate({"severities": {"P0": asks}})
    clock = named(triaged(P0, fixes=(fix,), roles=roles, policy=policy), "review-7")
    assert (clock.met, clock.is_done) == (at(met), True)


def test_where_nobody_has_to_approve_a_review_is_done() -> None:
    """Since when is not said, so it is never late."""
    policy = Policy.model_validate({"severities": {"P0": {"approvals": 0}}})
    asked = replace(ready(), requested_at=at(50), reviews=())
    clock = named(triaged(P0, fixes=(asked,), policy=policy), "review-7")
    assert (clock.met, clock.is_done, clock.state(at(9_999))) == (None, True, ClockState.MET)


def test_what_comes_late_is_due_with_the_whole() -> None:
    """A review that is asked for, and a merge, a few minutes before the fix has to be out."""
    asked = replace(ready(), requested_at=at(230))
    assert named(triaged(P0, fixes=(asked,)), "review-7").due == at(240)
    fix = replace(merged(P0).fixes[0], merged_at=at(230))
    assert named(merged(P0, fixes=(fix,)), "deployment").due == at(240)


def test_deployment_runs_from_the_merge() -> None:
    """To production; where the merge stands for it, there is nothing to time."""
    waits = named(merged(P1), "deployment")
    assert (waits.start, waits.due, waits.met) == (at(540), at(660), None)
    assert named(merged(P1, deployed=DEPLOYED), "deployment").met == at(600)
    ahead = named(merged(P1, deployed=replace(DEPLOYED, at=at(500))), "deployment")
    assert (ahead.start, ahead.met, ahead.due) == (at(500), at(500), at(620))
    untracked = merged(P1, deployed=replace(DEPLOYED, is_tracked=False))
    assert [clock for clock in clocks_of(untracked) if clock.name == "deployment"] == []
    assert [clock for clock in clocks_of(merged(P2)) if clock.name == "deployment"] == []


def test_the_cause_is_known_once_its_gate_holds() -> None:
    """Nothing tells when, so it is neither in time nor late."""
    passing = replace(checklist(bug(P1))[1], requirements=(checklist(triaged(P1))[0].requirements[0],))
    clock = next(each for each in clocks_of(bug(P1), [passing]) if each.name == "root-cause")
    assert (clock.is_done, clock.met, clock.state(at(99_999))) == (True, None, ClockState.MET)
    others = [replace(passing, gate="triage"), checklist(bug(P1))[1]]
    waits = next(each for each in clocks_of(bug(P1), others) if each.name == "root-cause")
    assert (waits.is_done, waits.state(at(99_999))) == (False, ClockState.BREACHED)


def test_a_window_is_never_late() -> None:
    """Its end tells when somebody may look, and nothing by when."""
    subject = merged(P1, said("verified", 616, window="15m"), deployed=DEPLOYED)
    first, second = named(subject, "window-15m"), named(subject, "window-2h")
    assert (first.met, first.is_late) == (at(616), False)
    assert [second.state(at(minutes)) for minutes in (719, 720)] == [ClockState.RUNNING, ClockState.OVER]
    assert not second.is_at_risk(at(719))


def test_what_was_put_off_has_a_clock_of_its_own() -> None:
    """A P0's notes by two hours after the deployment; its post-mortem by two days."""
    subject = merged(P0, deployed=DEPLOYED)
    notes = named(subject, "release-release-notes")
    assert (notes.start, notes.due) == (at(600), at(720))
    backup = named(subject, "triage-backup")
    assert (backup.start, backup.due) == (at(2), at(2 + 60))
    assert named(subject, "post-mortem").due == at(600) + 2 * DAY


def test_what_was_put_off_is_not_counted_twice() -> None:
    """The line that counts it up is due with the first of it, and has no clock of its own."""
    subject = replace(merged(P0), now=at(10))
    gates = checklist(subject)
    sums = [item for gate in gates for item in gate.requirements if item.id == "obligations"]
    assert [(item.outcome, item.due) for item in sums] == [(Outcome.DEFERRED, at(62))]
    owed = [clock.name for clock in clocks_of(subject, gates) if clock.due == at(62)]
    assert sorted(owed) == ["triage-backup", "triage-bug-report", "triage-channel"]


def test_a_look_at_what_was_merged_is_due_a_day_after_that_merge() -> None:
    """Each of two fixes that nobody senior approved has its own day, deployed or not."""
    unseen = replace(ready(), reviews=(), state=PullState.MERGED)
    subject = merged(P0, fixes=tuple(replace(unseen, number=n, merged_at=at(540 + n)) for n in (7, 8)))
    for each in (subject, replace(subject, deployed=DEPLOYED)):
        found = [clock for clock in clocks_of(each, checklist(each)) if clock.name == "fix-approvals"]
        assert [(clock.start, clock.due) for clock in found] == [(at(n), at(n) + DAY) for n in (547, 548)]


def test_an_action_item_is_due_by_the_end_of_its_day() -> None:
    """Where the team is; one that is done has no clock."""
    items = [ActionIssue(50 + n, "", "Test it", "d", "bo", date(2026, 12, 1), is_open=n > 0) for n in (0, 1)]
    policy = Policy.model_validate({"time-zone": "Europe/Berlin"})
    subject = merged(P1, policy=policy, actions=tuple(items))
    found = [clock for clock in clocks_of(subject) if clock.name.startswith("action-")]
    due = datetime(2026, 12, 1, 23, tzinfo=UTC)
    assert [(clock.name, clock.title, clock.start, clock.due) for clock in found] == [
        ("action-51", "Action item 51 is done", due, due)
    ]
    second = timedelta(seconds=1)
    assert [found[0].is_at_risk(each) for each in (due - second, due)] == [False, False]
    assert found[0].state(due) is ClockState.BREACHED


def timed(start: float, due: float | None, at_risk: float | None = None) -> Clock:
    """A clock by its moments, in minutes."""
    moments = [None if minutes is None else at(minutes) for minutes in (due, at_risk)]
    watch = Stopwatch(at(start), (Stage(at(start), ALWAYS, HOUR),))
    return Clock("review-7", "A review", watch, moments[0], HOUR, moments[1])


def test_a_clock_runs_while_what_it_waits_for_may_still_come() -> None:
    """Not once that was reached, known to the minute or not, nor where the issue is closed."""
    clock = timed(0, 60)
    assert clock.runs
    assert not replace(clock, met=at(5)).runs
    assert not replace(clock, is_done=True).runs
    assert not replace(clock, is_open=False).runs
    assert not replace(clock, is_open=False, is_done=True, met=at(5)).runs


def test_a_clock_that_the_whole_cuts_short_is_at_risk_no_later_than_it_is_due() -> None:
    """An earlier warning stays; one that would come after the new time comes with it, and none stays none."""
    for warned, expected in ((30, at(30)), (75, at(60)), (None, None)):
        cut = _capped(timed(10, 90, warned), timed(0, 60))
        assert (cut.due, cut.at_risk) == (at(60), expected)


@pytest.mark.parametrize(
    ("start", "due", "whole"),
    [(60, 90, 60), (10, 60, 60), (10, 50, 60), (10, None, 60), (10, 90, None)],
)
def test_what_the_whole_does_not_cut_short_stays_as_it_is(
    start: float, due: float | None, whole: float | None
) -> None:
    """One that begins when the whole is over, that is due by then anyway, or that either has no time."""
    clock = timed(start, due, 75)
    assert _capped(clock, timed(0, whole)) is clock
    assert _capped(clock, None) is clock


def test_each_clock_says_what_it_waits_for() -> None:
    """In words that stand in the comment; what a gate deferred in the gate's own, and in its checklist."""
    asked = replace(ready(), requested_at=at(50))
    fixing = triaged(P0, fixes=(asked,), strategy=CHOSEN, roles={"mia": Role.MAINTAIN})
    out = merged(P0, deployed=DEPLOYED)
    later = clocks_of(out, checklist(out))
    found = {clock.name: clock for clock in (*later, *clocks_of(fixing))}
    assert {name: clock.title for name, clock in found.items() if not clock.is_listed} == {
        "respond": "Somebody answers",
        "root-cause": "The cause is known",
        "development": "The fix is merged",
        "review-7": "Pull request 7 is approved",
        "deployment": "The fix is deployed",
        "fix": "The fix is out",
        "window-15m": "Production is looked at after 15 minutes",
        "window-30m": "Production is looked at after 30 minutes",
        "window-2h": "Production is looked at after 2 hours",
        "window-24h": "Production is looked at after 1 day",
        "post-mortem": "The post-mortem is complete",
    }
    assert found["triage-channel"].title == "The status channel is named"
    assert found["triage-channel"].is_listed


def test_what_is_due_at_a_time_of_its_own_warns_by_its_own_length() -> None:
    """A post-mortem once most of its time is used up; a look never. Both stop with the issue."""
    out = merged(P0, deployed=DEPLOYED)
    found = {clock.name: clock for clock in clocks_of(out, checklist(out))}
    whole = found["post-mortem"]
    assert whole.due is not None
    share = (whole.due - DEPLOYED.at) * out.policy.clocks.at_risk
    assert (whole.at_risk, whole.target) == (DEPLOYED.at + share, whole.due - DEPLOYED.at)
    assert whole.watch.reaches() == whole.due
    assert {found[name].at_risk for name in found if name.startswith("window-")} == {None}
    subject = with_entries(out, [turned(EntryKind.CLOSED, 600)], state=IssueState.COMPLETED)
    assert not any(clock.is_open for clock in clocks_of(subject, checklist(out)))
