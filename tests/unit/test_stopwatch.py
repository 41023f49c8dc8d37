"""What has counted, and when a target is used up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.spans import Span
from bugaction.stopwatch import Stage, Stopwatch, Tally
from bugaction.working_time import ALWAYS, Calendar, WorkingHours
from tests.examples import examples
from tests.values import T0, at

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WEEKDAYS = frozenset(range(5))
BERLIN = WorkingHours(WEEKDAYS, 9 * 60, 17 * 60, "Europe/Berlin")


def watch(
    target: timedelta | None = 4 * HOUR,
    *pauses: tuple[float, float | None],
    end: float | None = None,
    later: tuple[Stage, ...] = (),
    calendar: Calendar = ALWAYS,
) -> Stopwatch:
    """A watch that starts at T0; pauses and the end in minutes."""
    spans = tuple(Span(at(start), at(stop) if stop is not None else None) for start, stop in pauses)
    stopped = at(end) if end is not None else None
    return Stopwatch(T0, (Stage(T0, calendar, target), *later), spans, stopped)


def test_a_target_is_used_up_after_its_length() -> None:
    """And a share of it after that share."""
    assert watch().reaches() == at(240)
    assert watch().reaches(0.75) == at(180)
    assert watch(None).reaches() is None


def test_a_pause_moves_what_is_due() -> None:
    """By its length, as far as it lies before; twice the same time counts once."""
    assert watch(4 * HOUR, (60, 90)).reaches() == at(270)
    assert watch(4 * HOUR, (60, 90), (80, 120)).reaches() == at(300)
    assert watch(4 * HOUR, (60, 90), (120, 150)).reaches() == at(300)
    assert watch(4 * HOUR, (240, 300)).reaches() == at(240)
    assert watch(4 * HOUR, (-60, 30)).reaches() == at(270)


def test_a_pause_without_an_end_leaves_nothing_due() -> None:
    """What is left stays as it is; what was used up before stays used up."""
    paused = watch(4 * HOUR, (90, None))
    assert (paused.reaches(), paused.left()) == (None, 150 * MINUTE)
    assert watch(4 * HOUR, (300, None)).reaches() == at(240)
    assert watch(4 * HOUR, (300, None)).left() == timedelta()
    assert watch(4 * HOUR, (10, 30), (90, None)).left() == 170 * MINUTE
    assert watch().left() is None
    assert watch(None, (90, None)).left() is None


def test_in_hours_that_never_come_nothing_is_due() -> None:
    """An hour a week, and as many years of them as nobody lives."""
    assert watch(DAY * 365 * 400, calendar=WorkingHours(frozenset({0}), 0, 60)).reaches() is None


def test_a_raise_takes_over_what_has_counted() -> None:
    """What is used up by then is due at the raise: before it, nobody could know."""
    early = watch(7 * DAY, later=(Stage(at(60), ALWAYS, 4 * HOUR),))
    assert early.reaches() == at(240)
    late = watch(7 * DAY, later=(Stage(at(300), ALWAYS, 4 * HOUR),))
    assert (late.reaches(), late.reaches(0.75)) == (at(300), at(300))
    just = watch(7 * DAY, (240, None), later=(Stage(at(240), ALWAYS, 4 * HOUR),))
    assert just.reaches() == at(240)


def test_a_lowering_keeps_what_has_counted() -> None:
    """Time runs on from where it stood, and what was breached is not any more."""
    lowered = watch(4 * HOUR, later=(Stage(at(300), ALWAYS, DAY),))
    assert lowered.reaches() == at(24 * 60)
    assert lowered.tally(at(360)).elapsed == 6 * HOUR


def test_a_pause_that_spans_a_change_of_severity_counts_on_both_sides() -> None:
    """Paused from 60 to 180 minutes; raised at 120. Of four hours one has gone: due three hours after 180."""
    spanned = watch(DAY, (60, 180), later=(Stage(at(120), ALWAYS, 4 * HOUR),))
    assert spanned.reaches() == at(360)
    assert spanned.tally(at(360)) == Tally(4 * HOUR, 2 * HOUR, timedelta())


def test_the_hours_of_each_stage_are_its_own() -> None:
    """T0 is Tuesday, 10:00 in Berlin. Seven working hours until 17:00, then none; raised at 20:00, round the
    clock: eight hours are used up one hour later."""
    raised = watch(DAY, later=(Stage(at(600), ALWAYS, 8 * HOUR),), calendar=BERLIN)
    assert raised.reaches() == at(660)
    assert raised.tally(at(660)) == Tally(8 * HOUR, timedelta(), 3 * HOUR)


def test_what_comes_after_the_end_counts_for_nothing() -> None:
    """Neither a later severity nor a later pause, and no time."""
    later = (Stage(at(300), ALWAYS, HOUR),)
    ended = watch(4 * HOUR, (200, 230), end=120, later=later)
    assert ended.reaches() == at(240)
    assert ended.tally(at(1000)) == Tally(2 * HOUR, timedelta(), timedelta())
    never = WorkingHours(frozenset(), 0, 60)
    assert watch(4 * HOUR, end=120, later=(Stage(at(150), never, HOUR),)).reaches() == at(240)


def test_what_comes_with_the_end_is_known_by_then() -> None:
    """A severity that is set, and a pause that is over, at that very moment; no pause that begins with it.
    One that goes on has no end then, whatever came of it."""
    raised = watch(7 * DAY, end=300, later=(Stage(at(300), ALWAYS, 4 * HOUR),))
    assert (raised.reaches(), raised.target) == (at(300), 4 * HOUR)
    assert watch(4 * HOUR, (100, 120), end=120).reaches() == at(260)
    assert watch(4 * HOUR, (120, None), end=120).reaches() == at(240)
    lasts = watch(4 * HOUR, (100, 130), end=120)
    assert (lasts.reaches(), lasts.left()) == (None, 140 * MINUTE)


def test_an_end_before_the_first_target_is_not_late() -> None:
    """Nobody is late for what was not asked for yet."""
    early = Stopwatch(T0, (Stage(at(60), ALWAYS, 15 * MINUTE),), (), at(30))
    assert early.reaches() == at(60)


# For any life ---------------------------------------------------------------------------------------------

MINUTES = st.integers(0, 60 * 24 * 40)
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Auckland", "Asia/Kolkata"])


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Round the clock, or some hours of some days somewhere."""
    if draw(st.booleans()):
        return ALWAYS
    opens = draw(st.integers(0, 1439))
    closes = draw(st.integers(opens + 1, 1440))
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    return WorkingHours(days, opens, closes, draw(ZONES))


@st.composite
def watches(draw: st.DrawFn) -> Stopwatch:
    """Any life around a change of summer time: changes of severity, pauses, an end or none."""
    start = draw(
        st.sampled_from([datetime(2026, 3, 20, 9, 7, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC)])
    )

    def moment() -> datetime:
        return start + draw(MINUTES) * MINUTE

    moments = sorted({moment() for _ in range(draw(st.integers(1, 4)))})
    targets = st.one_of(st.none(), st.integers(1, 20_000).map(lambda each: each * MINUTE))
    stages = tuple(Stage(each, draw(calendars()), draw(targets)) for each in moments)
    pauses = tuple(
        Span(first, first + draw(MINUTES) * MINUTE if draw(st.booleans()) else None)
        for first in (moment() for _ in range(draw(st.integers(0, 4))))
    )
    return Stopwatch(start, stages, pauses, draw(st.one_of(st.none(), st.builds(moment))))


@given(watches(), st.lists(MINUTES, min_size=2, max_size=6))
@examples(200)
def test_all_time_is_accounted_for(subject: Stopwatch, minutes: list[int]) -> None:
    """Elapsed, paused and outside of the hours are the wall's time, and none of the three runs backwards."""
    moments = sorted(subject.start + each * MINUTE for each in minutes)
    tallies = [subject.tally(each) for each in moments]
    for moment, found in zip(moments, tallies, strict=True):
        until = moment if subject.end is None else max(subject.start, min(moment, subject.end))
        assert found.elapsed + found.paused + found.outside == until - subject.start
    for before, after in pairwise(tallies):
        assert before.elapsed <= after.elapsed
        assert before.paused <= after.paused
        assert before.outside <= after.outside


@given(watches())
@examples(200)
def test_what_is_due_is_where_the_time_runs_out(subject: Stopwatch) -> None:
    """Just at that moment the target is used up, and not before; a share of it is no later."""
    due, share = subject.reaches(), subject.reaches(0.5)
    if due is None:
        return
    known = [each for each in subject.stages if subject.end is None or each.start <= subject.end]
    stage = known[-1] if known else subject.stages[0]
    assert stage.target is not None
    assert due >= stage.start
    assert share is not None
    assert share <= due
    if subject.end is None:
        goal = stage.calendar.target(stage.target)
        assert subject.tally(due).elapsed >= goal
        if due > stage.start:
            assert subject.tally(due).elapsed == goal
            assert subject.tally(due - timedelta(seconds=1)).elapsed < goal


@given(watches(), st.data())
@examples(100)
def test_only_what_has_happened_counts(subject: Stopwatch, data: st.DataObject) -> None:
    """Whoever looks early sees the same as whoever looks back: what is still to come changes no earlier
    reading, however often it is taken."""
    moment = subject.start + data.draw(MINUTES) * MINUTE
    known = tuple(each for each in subject.stages if each.start <= moment) or subject.stages[:1]
    pauses = tuple(
        each if each.end is not None and each.end <= moment else Span(each.start)
        for each in subject.pauses
        if each.start <= moment
    )
    end = subject.end if subject.end is not None and subject.end <= moment else None
    early = Stopwatch(subject.start, known, pauses, end)
    assert early.tally(moment) == subject.tally(moment)
    assert early.tally(moment) == early.tally(moment)


@given(watches(), st.data())
@examples(200)
def test_a_breach_is_the_same_for_who_comes_in_time_and_who_comes_late(
    subject: Stopwatch, data: st.DataObject
) -> None:
    """What one run sees to be overdue is overdue since the same moment for each later one, whatever pauses
    and ends have followed; and nobody who looks back sees a breach that was not to be seen then."""
    moment = subject.stages[-1].start + data.draw(MINUTES) * MINUTE
    pauses = tuple(
        each if each.end is not None and each.end <= moment else Span(each.start)
        for each in subject.pauses
        if each.start <= moment
    )
    end = subject.end if subject.end is not None and subject.end <= moment else None
    early = Stopwatch(subject.start, subject.stages, pauses, end)
    seen, looked_back = (
        due if due is not None and due <= moment else None for due in (early.reaches(), subject.reaches())
    )
    assert seen == looked_back


@pytest.mark.parametrize("share", [0.25, 0.5, 1.0])
def test_a_share_of_a_paused_target_may_have_come_before(share: float) -> None:
    """Half of four hours is used up before the pause at three; all of it is not."""
    assert watch(4 * HOUR, (180, None)).reaches(share) == (at(240 * share) if share < 0.75 else None)
