"""The stories of many bugs as figures. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from bugaction.model import Severity
from bugaction.replay.story import Lap, Merge, Story, Verdict
from bugaction.snapshot import IssueState

__all__ = ["FEWEST_FOR_P90", "Figures", "OfSeverity", "Reason", "Spread", "figures"]

FEWEST_FOR_P90 = 5
"""Of fewer values the ninetieth percentile is the largest one, and says no more than that."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took. `known` bugs tell it; of these `kept` did so in time, of the `judged` that
    have a target, to which those count as well that are overdue and open. None: nothing is known."""

    known: int
    judged: int
    kept: int
    median: timedelta | None = None
    p90: timedelta | None = None


@dataclass(frozen=True, slots=True)
class OfSeverity:
    """The bugs of one severity, None for those that never had one."""

    severity: Severity | None
    bugs: int
    open: int
    answered: Spread
    fixed: Spread


@dataclass(frozen=True, slots=True)
class Reason:
    """A requirement, and the merges that would have been held for it, the newest first."""

    verdict: Verdict
    merges: tuple[Merge, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The whole. `asked` are the requirements that only bugaction brings, by how many merges it would have
    asked them of."""

    bugs: int
    open: int
    late: int
    merges: int
    held: int
    by_severity: tuple[OfSeverity, ...]
    reasons: tuple[Reason, ...]
    owed: int
    asked: tuple[tuple[str, int], ...]
    reopened: int
    came_back: int
    taken_back: int
    without_fix: int


def figures(stories: Sequence[Story]) -> Figures:
    """The figures of these bugs."""
    merges = [merge for story in stories for merge in story.merges]
    groups = [
        (severity, [item for item in stories if item.severity is severity]) for severity in (*Severity, None)
    ]
    return Figures(
        bugs=len(stories),
        open=sum(story.state.is_open for story in stories),
        late=sum(bool(story.missed) for story in stories),
        merges=len(merges),
        held=sum(bool(merge.held) for merge in merges),
        by_severity=tuple(_of(severity, group) for severity, group in groups if group),
        reasons=_reasons(merges),
        owed=sum(bool(merge.owed) for merge in merges),
        asked=_asked(merges),
        reopened=sum(story.reopened > 0 for story in stories),
        came_back=sum(story.came_back > 0 for story in stories),
        taken_back=sum(merge.taken_back for merge in merges),
        without_fix=sum(story.by_hand for story in stories),
    )


def _of(severity: Severity | None, stories: Sequence[Story]) -> OfSeverity:
    return OfSeverity(
        severity=severity,
        bugs=len(stories),
        open=sum(story.state.is_open for story in stories),
        answered=_spread(story.lap("respond") for story in stories),
        fixed=_spread(story.lap("fix") for story in stories if _is_to_be_fixed(story)),
    )


def _is_to_be_fixed(story: Story) -> bool:
    """Whether it was not put aside: what is a duplicate, or not planned, has no fix."""
    return story.state in (IssueState.OPEN, IssueState.COMPLETED)


def _spread(laps: Iterable[Lap | None]) -> Spread:
    found = [lap for lap in laps if lap is not None]
    lengths = sorted(lap.elapsed for lap in found if lap.elapsed is not None)
    judged = [
        lap for lap in found if lap.target is not None and (lap.reached is not None or lap.late is not None)
    ]
    return Spread(
        known=len(lengths),
        judged=len(judged),
        kept=sum(lap.late is None for lap in judged),
        median=timedelta(seconds=median(each.total_seconds() for each in lengths)) if lengths else None,
        p90=_nearest(lengths, 0.9) if len(lengths) >= FEWEST_FOR_P90 else None,
    )


def _nearest(lengths: Sequence[timedelta], share: float) -> timedelta:
    """The smallest of these (ascending) that so large a share does not exceed."""
    return lengths[max(0, math.ceil(share * len(lengths)) - 1)]


def _reasons(merges: Iterable[Merge]) -> tuple[Reason, ...]:
    found: dict[tuple[str, str], tuple[Verdict, list[Merge]]] = {}
    for merge in sorted(merges, key=lambda item: item.at, reverse=True):
        for verdict in merge.held:
            found.setdefault((verdict.gate, verdict.id), (verdict, []))[1].append(merge)
    reasons = [Reason(verdict, tuple(there)) for verdict, there in found.values()]
    return tuple(sorted(reasons, key=lambda item: -len(item.merges)))


def _asked(merges: Iterable[Merge]) -> tuple[tuple[str, int], ...]:
    counted: dict[str, int] = {}
    for merge in merges:
        for verdict in merge.asked:
            counted[verdict.sentence] = counted.get(verdict.sentence, 0) + 1
    return tuple(sorted(counted.items(), key=lambda item: -item[1]))
