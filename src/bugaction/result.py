"""The machine-readable outputs: models, from which their published JSON Schemas are made.

`version` is raised when a field changes its meaning or goes away; new fields may come at any time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bugaction.model import Outcome
from bugaction.plan import Level, Reason
from bugaction.snapshot import StatusState

__all__ = [
    "BugResult",
    "ClockResult",
    "EffectResult",
    "GateOutcome",
    "NoticeResult",
    "PlanDocument",
    "PullResult",
    "RequirementOutcome",
    "ResultDocument",
    "SimulationDocument",
    "StatusResult",
    "UsageResult",
]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class RequirementOutcome(_Value):
    """One line of a gate's checklist. `problem` is empty where it passes, and for a confidential bug."""

    id: str
    outcome: Outcome
    problem: str = ""


class GateOutcome(_Value):
    """A gate's verdict for one bug. `pull` is the pull request judged, 0 where the bug alone was."""

    gate: str
    pull: int = 0
    passes: bool
    requirements: tuple[RequirementOutcome, ...] = ()


class ClockResult(_Value):
    """A clock of a bug: `running`, `paused`, `breached`, `met`, `late`, `stopped` (the issue is closed) or
    `over` (a window of the watch that has ended). Times are in UTC; `due` is null while it is paused."""

    clock: str
    state: str
    due: datetime | None = None
    met: datetime | None = None


class BugResult(_Value):
    """One bug. `title` is empty for a confidential one; `severity` is null while it has none."""

    bug: str
    number: int
    url: str
    title: str
    severity: Literal["P0", "P1", "P2", "P3"] | None
    phase: str
    gates: tuple[GateOutcome, ...] = ()
    clocks: tuple[ClockResult, ...] = ()
    documents: tuple[str, ...] = ()


class StatusResult(_Value):
    """A commit status as it should stand."""

    context: str
    state: StatusState
    description: str
    sha: str


class PullResult(_Value):
    """One pull request with the bugs that it fixes."""

    number: int
    url: str
    bugs: tuple[int, ...] = ()
    statuses: tuple[StatusResult, ...] = ()


class EffectResult(_Value):
    """One write. `done` is null for one that was only planned; `error` says why GitHub refused it."""

    effect: str
    text: str
    done: bool | None = None
    error: str = ""


class NoticeResult(_Value):
    """A remark for a person; `line` is 0 where it belongs to no line."""

    level: Level
    text: str
    file: str = ""
    line: int = 0


class SweepResult(_Value):
    """The account of a sweep: what its thin pages showed, how many full looks it took and why, and what is
    left.

    `following` are the numbers that the next sweep begins with; `gates` says that a merge may hang on one.
    `since` is when the last complete sweep began, null where everything was looked at.
    """

    shard: str = "1/1"
    bugs: int = 0
    pulls: int = 0
    pages: int = 0
    looked: dict[str, int] = {}
    left: int = 0
    following: tuple[int, ...] = ()
    gates: bool = False
    since: datetime | None = None


class UsageResult(_Value):
    """What the run cost: HTTP requests that read and that wrote, and GraphQL points."""

    reads: int = 0
    writes: int = 0
    points: int = 0


class PlanDocument(_Value):
    """The output `plan`: every write in the order it was made or would be.

    `sequel` says in words what a dry run cannot list, because it follows from these writes; it is empty where
    nothing follows. `cut` when the list was too long.
    """

    version: Literal[1] = 1
    effects: tuple[EffectResult, ...] = ()
    sequel: str = ""
    cut: bool = False


class ResultDocument(_Value):
    """The output `result`: how the run ended. `cut` when lists were shortened to fit an output.

    A run that the preflight ended holds `version` and `reason` only.
    """

    version: Literal[1] = 1
    reason: Annotated[Reason, Field(description="The stable reason code.")]
    event: str = ""
    dry_run: bool = False
    bugs: tuple[BugResult, ...] = ()
    pulls: tuple[PullResult, ...] = ()
    notices: tuple[NoticeResult, ...] = ()
    written: int = 0
    failed: int = 0
    left: int = 0
    unrecorded: bool = False
    sweep: SweepResult | None = None
    usage: UsageResult = UsageResult()
    cut: bool = False


class SimulationDocument(_Value):
    """What `bugaction simulate --json` prints: the run and its plan as the outputs of the same names have
    them, at the moment that was simulated.

    `changes` are what another configuration makes different, a line each; empty without one.
    """

    version: Literal[1] = 1
    at: datetime | None = None
    result: ResultDocument
    plan: PlanDocument
    changes: tuple[str, ...] = ()
