"""How clocks show from afar: by a label, and in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.bug import Bug
from bugaction.clocks import Clock, clocks_of
from bugaction.gates import checklist
from bugaction.lateness import (
    AT_RISK,
    BREACHED,
    MARKS,
    breaches,
    is_mark,
    mark_of,
    noticed_at,
    told,
    words_of,
)
from bugaction.model import Severity
from bugaction.snapshot import Entry, EntryKind, IssueState
from tests.unit.bugs import ACCEPTED, DEPLOYED, bug, merged
from tests.values import ANA, VIEWER, at, facts, issue, labeled

P1 = Severity.P1


def respond(subject: Bug) -> Clock:
    """Its first clock."""
    return clocks_of(subject)[0]


def with_labels(*names: str, timeline: list[Entry], state: IssueState = IssueState.OPEN) -> Bug:
    """A P1 that carries these labels by these entries."""
    return replace(bug(P1), facts=facts(issue(labels=["P1", *names], timeline=timeline, state=state)))


@pytest.mark.parametrize(
    ("minutes", "mark"),
    [(0, None), (44, None), (45, AT_RISK), (59, AT_RISK), (60, BREACHED), (9999, BREACHED)],
)
def test_one_label_or_none(minutes: float, mark: object) -> None:
    """The graver one."""
    assert mark_of([respond(bug(P1))], at(minutes)) is mark


def test_the_label_goes_with_the_clock() -> None:
    """Once it is reached, late or not; while it is paused; and on a closed bug."""
    late = replace(ACCEPTED, evidence=replace(ACCEPTED.evidence, at=at(70)))
    assert mark_of([respond(bug(P1, acceptances=(late,)))], at(80)) is None
    paused = with_labels("blocked", timeline=[labeled("blocked", minutes=20)])
    assert mark_of(clocks_of(paused), at(9999)) is None
    shut = with_labels(timeline=[], state=IssueState.NOT_PLANNED)
    assert mark_of(clocks_of(shut), at(9999)) is None


def test_a_clock_that_is_breached_is_breached_for_all() -> None:
    """However the others do; whose breach came first stands in front."""
    clocks = clocks_of(bug(P1))
    assert [clock.name for clock in breaches(clocks, at(300))] == ["respond", "root-cause"]
    assert mark_of(clocks, at(300)) is BREACHED


def test_a_window_gives_no_label() -> None:
    """Nothing says by when somebody has to look."""
    windows = [clock for clock in clocks_of(merged(P1, deployed=DEPLOYED)) if not clock.is_graded]
    assert len(windows) == 3
    assert mark_of(windows, at(99_999)) is None


def test_labels_are_known_in_any_case() -> None:
    """As GitHub's are; their descriptions fit (OpenAPI, create a label: 100 characters)."""
    assert is_mark("SLA: Breached")
    assert not is_mark("sla")
    assert all(len(mark.description) <= 100 and len(mark.color) == 6 for mark in MARKS.values())


def test_a_breach_was_noticed_when_the_label_went_on() -> None:
    """By our own entry since then; by this run where it is still to go on; otherwise nobody can tell."""
    clock = respond(bug(P1))
    ours = labeled("sla: breached", minutes=260, actor=VIEWER)
    earlier = labeled("sla: breached", minutes=30, actor=VIEWER)
    theirs = labeled("sla: breached", minutes=70, actor=ANA)
    off = labeled("sla: breached", minutes=80, kind=EntryKind.UNLABELED)
    marked = with_labels("sla: breached", timeline=[earlier, theirs, ours]).issue
    assert noticed_at(clock, marked, VIEWER, at(999)) == at(260)
    assert noticed_at(clock, issue(timeline=[theirs, off]), VIEWER, at(999)) == at(999)
    assert noticed_at(clock, with_labels("sla: breached", timeline=[earlier]).issue, VIEWER, at(999)) is None


def test_words_for_every_state() -> None:
    """Nothing in them runs with time."""
    late = replace(ACCEPTED, evidence=replace(ACCEPTED.evidence, at=at(70)))
    paused = with_labels("blocked", timeline=[labeled("blocked", minutes=20)])
    shut = with_labels(timeline=[], state=IssueState.NOT_PLANNED)
    window = next(clock for clock in clocks_of(merged(P1, deployed=DEPLOYED)) if not clock.is_graded)
    running = respond(bug(P1))
    day = "2026-11-24"
    assert words_of(running, at(59)) == f"due {day} 10:00 UTC"
    assert words_of(running, at(60)) == f"breached {day} 10:00 UTC"
    assert words_of(running, at(99), at(99)) == f"breached {day} 10:00 UTC, noticed {day} 10:39 UTC"
    assert words_of(respond(bug(P1, acceptances=(ACCEPTED,))), at(99)) == f"reached {day} 09:03 UTC"
    assert words_of(respond(bug(P1, acceptances=(late,))), at(99)) == (
        f"late: due {day} 10:00 UTC, reached {day} 10:10 UTC"
    )
    assert words_of(respond(paused), at(999)) == f"paused since {day} 09:20 UTC"
    assert words_of(respond(shut), at(99)) == "stopped: the issue is closed"
    assert words_of(window, at(601)) == f"ends {day} 19:15 UTC"
    assert words_of(window, at(700)) == f"ended {day} 19:15 UTC, and waits for somebody's word"
    assert words_of(replace(running, is_done=True), at(999)) == "reached"


def test_a_run_tells_of_its_clocks() -> None:
    """With state, words and times; what a checklist shows is left out until it is overdue."""
    lane = merged(Severity.P0, deployed=DEPLOYED)
    clocks = clocks_of(lane, checklist(lane))
    early = {item.name: item for item in told(clocks, lane.issue, VIEWER, at(700))}
    late = {item.name: item for item in told(clocks, lane.issue, VIEWER, at(720))}
    assert "release-release-notes" not in early
    assert late["release-release-notes"].words == (
        "breached 2026-11-24 21:00 UTC, noticed 2026-11-24 21:00 UTC"
    )
    found = late["deployment"]
    assert (found.state, found.due, found.met) == ("late", at(555), at(600))
    assert found.words == "late: due 2026-11-24 18:15 UTC, reached 2026-11-24 19:00 UTC"
