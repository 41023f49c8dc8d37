"""How a bug's clocks show on its issue from afar: by one label of two, or none. Pure.

The labels are ours, as those for phases: which one is on follows from the clocks alone, so one that somebody
else put on is taken off, and one that was taken off comes back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bugaction.clocks import Clock, ClockState
from bugaction.model import Actor
from bugaction.moment import format_moment
from bugaction.plan import ClockVerdict
from bugaction.snapshot import EntryKind, Issue

__all__ = [
    "AT_RISK",
    "BREACHED",
    "MARKS",
    "Mark",
    "breaches",
    "is_mark",
    "mark_of",
    "noticed_at",
    "told",
    "words_of",
]


@dataclass(frozen=True, slots=True)
class Mark:
    """A label; `color` and `description` as in `phases.Phase`."""

    label: str
    color: str
    description: str


AT_RISK = Mark("sla: at-risk", "fbca04", "Of what is due next, most of the time is used up")
BREACHED = Mark("sla: breached", "b60205", "Something that was due has not happened")
MARKS = {mark.label: mark for mark in (AT_RISK, BREACHED)}


def is_mark(label: str) -> bool:
    """Whether a label is one of ours for clocks."""
    return label.casefold() in MARKS


def breaches(clocks: Iterable[Clock], now: datetime) -> tuple[Clock, ...]:
    """The clocks that are overdue at that moment, whose breach came first in front."""
    found = [clock for clock in clocks if clock.state(now) is ClockState.BREACHED]
    return tuple(sorted(found, key=lambda clock: clock.due or now))


def mark_of(clocks: Iterable[Clock], now: datetime) -> Mark | None:
    """The label that an issue with these clocks has to carry at that moment, None for neither.

    It goes when the clock ends, and when a pause or another severity moves what is due.
    """
    known = tuple(clocks)
    if breaches(known, now):
        return BREACHED
    return AT_RISK if any(clock.is_at_risk(now) for clock in known) else None


def noticed_at(clock: Clock, issue: Issue, viewer: Actor, now: datetime) -> datetime | None:
    """When a breach was first seen by a run: that is when our label went on, or now where it is still to.

    None where the label stood already, for another clock: then nothing tells.
    """
    if clock.due is None:
        return None
    for entry in issue.timeline:
        is_ours = entry.kind is EntryKind.LABELED and entry.actor.is_same(viewer.login)
        if is_ours and entry.value.casefold() == BREACHED.label and entry.at >= clock.due:
            return entry.at
    return None if issue.has_label(BREACHED.label) else now


def words_of(clock: Clock, now: datetime, noticed: datetime | None = None) -> str:
    """What became of a clock, as the end of a sentence: `breached 2026-11-24 10:05 UTC, noticed …`.

    Of one that is due or paused it is said when, and how much is left; nothing counts down.
    """
    due = format_moment(clock.due) if clock.due is not None else ""
    match clock.state(now):
        case ClockState.BREACHED:
            late = f", noticed {format_moment(noticed)}" if noticed is not None else ""
            return f"breached {due}{late}"
        case ClockState.RUNNING:
            return f"due {due}" if clock.is_graded else f"ends {due}"
        case ClockState.PAUSED:
            return f"paused{_since(clock)}"
        case ClockState.OVER:
            return f"ended {due}, and waits for somebody's word"
        case ClockState.LATE:
            return f"late: due {due}, reached {format_moment(clock.met or now)}"
        case ClockState.MET:
            return f"reached {format_moment(clock.met)}" if clock.met is not None else "reached"
        case ClockState.STOPPED:  # pragma: no branch - there is no other state
            return "stopped: the issue is closed"


def told(clocks: Iterable[Clock], issue: Issue, viewer: Actor, now: datetime) -> tuple[ClockVerdict, ...]:
    """The clocks as a run tells of them; what a checklist shows with its due time only once it is overdue."""
    return tuple(
        ClockVerdict(
            name=clock.name,
            title=clock.title,
            state=str(clock.state(now)),
            words=words_of(clock, now, noticed_at(clock, issue, viewer, now)),
            due=clock.due,
            met=clock.met,
        )
        for clock in clocks
        if not clock.is_listed or clock.state(now) is ClockState.BREACHED
    )


def _since(clock: Clock) -> str:
    return f" since {format_moment(clock.paused)}" if clock.paused is not None else ""
