"""A replay for programs: the models of its JSON document, from which the published schema is made."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bugaction.replay.account import Account
from bugaction.replay.figures import Figures, Spread, figures
from bugaction.replay.story import Lap, Merge, Story, Verdict

__all__ = ["ReplayDocument", "document"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SpreadResult(_Value):
    """How long something took, in seconds by the policy's hours: of `known` bugs. `kept` of `judged` were in
    time. `p90` is null for fewer than five."""

    known: int
    judged: int
    kept: int
    median: int | None = None
    p90: int | None = None


class SeverityFigures(_Value):
    """The bugs of one severity; null for those that never had one."""

    severity: str | None
    bugs: int
    open: int
    answered: SpreadResult
    fixed: SpreadResult


class LapResult(_Value):
    """A clock as it went: `respond`, `development`, `review`, `deployment` or `fix`. Lengths in seconds;
    `target` is null where there is none, `reached` where that is not told or has not come, `late` where it
    was not late."""

    clock: str
    target: int | None = None
    due: datetime | None = None
    reached: datetime | None = None
    elapsed: int | None = None
    late: int | None = None


class VerdictResult(_Value):
    """A requirement that was not met at the merge. `problem` is empty for a confidential bug."""

    gate: str
    requirement: str
    problem: str = ""


class MergeResult(_Value):
    """A merged fix: what would have held it, what a P0's lane would have let follow, and what bugaction would
    have asked for that could not be there then, which is never counted."""

    number: int
    url: str
    merged: datetime
    held: tuple[VerdictResult, ...] = ()
    owed: tuple[VerdictResult, ...] = ()
    asked: tuple[VerdictResult, ...] = ()
    taken_back: bool = False
    checks_known: bool = True


class StoryResult(_Value):
    """One bug; `title` is empty for a confidential one."""

    bug: str
    number: int
    url: str
    title: str
    severity: str | None
    state: str
    reported: datetime
    labelled_after: int | None = None
    closed: datetime | None = None
    reopened: int = 0
    came_back: int = 0
    clocks: tuple[LapResult, ...] = ()
    merges: tuple[MergeResult, ...] = ()


class ReplayDocument(_Value):
    """What `bugaction replay --json` prints. `found` bugs were reported in that time; of those that are not
    among `bugs`, `left` says why they were not read."""

    version: Literal[1] = 1
    repository: str
    since: datetime
    until: datetime
    policy: str
    labels: dict[str, tuple[str, ...]]
    found: int
    left: str = ""
    roles_known: bool = True
    late: int
    merged: int
    held: int
    reopened: int
    taken_back: int
    severities: tuple[SeverityFigures, ...] = ()
    bugs: tuple[StoryResult, ...] = ()
    requests: int = 0
    points: int = 0


def document(account: Account) -> ReplayDocument:
    """The replay for programs."""
    found: Figures = figures(account.stories)
    labels = {str(severity): names for severity, names in account.severities.items()}
    return ReplayDocument(
        repository=account.repository,
        since=account.since,
        until=account.until,
        policy=account.policy,
        labels={**labels, "bug": account.bug},
        found=account.found,
        left=account.left,
        roles_known=account.roles,
        late=found.late,
        merged=found.merges,
        held=found.held,
        reopened=found.reopened,
        taken_back=found.taken_back,
        severities=tuple(
            SeverityFigures(
                severity=str(each.severity) if each.severity is not None else None,
                bugs=each.bugs,
                open=each.open,
                answered=_spread(each.answered),
                fixed=_spread(each.fixed),
            )
            for each in found.by_severity
        ),
        bugs=tuple(map(_story, account.stories)),
        requests=account.usage.reads,
        points=account.usage.points,
    )


def _seconds(length: timedelta | None) -> int | None:
    return int(length.total_seconds()) if length is not None else None


def _spread(spread: Spread) -> SpreadResult:
    return SpreadResult(
        known=spread.known,
        judged=spread.judged,
        kept=spread.kept,
        median=_seconds(spread.median),
        p90=_seconds(spread.p90),
    )


def _story(story: Story) -> StoryResult:
    return StoryResult(
        bug=story.name,
        number=story.number,
        url=story.url,
        title=story.title,
        severity=str(story.severity) if story.severity is not None else None,
        state=str(story.state),
        reported=story.reported,
        labelled_after=_seconds(story.labelled_after),
        closed=story.closed,
        reopened=story.reopened,
        came_back=story.came_back,
        clocks=tuple(map(_lap, story.laps)),
        merges=tuple(map(_merge, story.merges)),
    )


def _lap(lap: Lap) -> LapResult:
    return LapResult(
        clock=lap.name,
        target=_seconds(lap.target),
        due=lap.due,
        reached=lap.reached,
        elapsed=_seconds(lap.elapsed),
        late=_seconds(lap.late),
    )


def _merge(merge: Merge) -> MergeResult:
    held, owed, asked = (tuple(map(_verdict, each)) for each in (merge.held, merge.owed, merge.asked))
    return MergeResult(
        number=merge.number,
        url=merge.url,
        merged=merge.at,
        held=held,
        owed=owed,
        asked=asked,
        taken_back=merge.taken_back,
        checks_known=not merge.unread,
    )


def _verdict(verdict: Verdict) -> VerdictResult:
    return VerdictResult(gate=verdict.gate, requirement=verdict.id, problem=verdict.problem)
