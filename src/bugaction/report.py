"""What there is to tell of a run, and its step outputs. Pure.

Of a confidential bug (a verdict without a title) neither title nor details are told.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from bugaction.model import GateResult
from bugaction.narration import effect_kind, narrate
from bugaction.plan import (
    CHANGES_FACTS,
    BugVerdict,
    Effect,
    Notice,
    Plan,
    PullVerdict,
    Reason,
    StartRecords,
)
from bugaction.ports import Applied, Usage
from bugaction.result import (
    BugResult,
    EffectResult,
    GateOutcome,
    NoticeResult,
    PlanDocument,
    PullResult,
    RequirementOutcome,
    ResultDocument,
    StatusResult,
    SweepResult,
    UsageResult,
)
from bugaction.sweep import Tally

__all__ = ["Report", "outputs", "plan_document", "result_document"]

_MOST = 200
"""Entries of one list in an output: a job's outputs hold 1 MB together (docs.github.com/actions/reference/
workflows-and-actions/contexts, "outputs"), and a sweep may touch thousands."""


_AFTER_RECORDS = (
    "This is the first round alone. Once the records branch is there, a run goes on by itself with the "
    "ledger, the bug report, the labels and the comment."
)
_AFTERWARDS = (
    "This is the first round alone. Once it is written, a run decides again on what has changed, such as a "
    "label or a document, and writes what follows from that: statuses, the comment, the ledger."
)


@dataclass(frozen=True, slots=True)
class Report:
    """What there is to tell of a run.

    `plans` are the last decision for each target. `applied` is every write that was tried, `left` what is
    still wanted. `event` is the event's name, with its action behind a dot. `server` is GitHub's origin.
    `looked_at` is when the run looked, None where it did not. `sweep` is the account of one, None for a run
    that was none.
    """

    reason: Reason
    plans: tuple[Plan, ...] = ()
    applied: tuple[Applied, ...] = ()
    left: tuple[Effect, ...] = ()
    notices: tuple[Notice, ...] = ()
    usage: Usage = field(default_factory=Usage)
    event: str = ""
    dry_run: bool = False
    remark: str = ""
    server: str = "https://github.com"
    looked_at: datetime | None = None
    sweep: Tally | None = None

    @property
    def bugs(self) -> tuple[BugVerdict, ...]:
        """Every bug, each once, by number; the newest verdict counts."""
        found = {bug.number: bug for plan in self.plans for bug in plan.bugs}
        return tuple(found[number] for number in sorted(found))

    @property
    def pulls(self) -> tuple[PullVerdict, ...]:
        """Every pull request, each once, by number; the newest verdict counts."""
        found = {pull.number: pull for plan in self.plans for pull in plan.pulls}
        return tuple(found[number] for number in sorted(found))

    @property
    def unrecorded(self) -> bool:
        """Whether a decision is left that no commit holds."""
        return any(plan.unrecorded for plan in self.plans)

    @property
    def sequel(self) -> str:
        """What a dry run cannot list, as a sentence: "" where nothing follows from what it lists.

        A real run decides again on what its writes have changed; nobody knows it before they are made.
        """
        left = self.left if self.dry_run else ()
        if any(isinstance(effect, StartRecords) for effect in left):
            return _AFTER_RECORDS
        return _AFTERWARDS if any(isinstance(effect, CHANGES_FACTS) for effect in left) else ""

    @property
    def failed(self) -> tuple[Applied, ...]:
        """The writes that GitHub refused."""
        return tuple(item for item in self.applied if item.error is not None)

    @property
    def written(self) -> tuple[Effect, ...]:
        """The writes that were made, and the notifications that somebody took."""
        return tuple(item.landed for item in self.applied if _is_done(item))


def outputs(report: Report) -> dict[str, str]:
    """The step outputs, all of them, by name. `bug`, `severity` and `phase` are "" unless one bug was met."""
    bugs = report.bugs
    one = bugs[0] if len(bugs) == 1 else None
    result = result_document(report)
    gates = {
        "bugs": {item.bug: _passing(item) for item in result.bugs},
        "pulls": {
            str(item.number): {status.context: str(status.state) for status in item.statuses}
            for item in result.pulls
        },
    }
    documents = sorted({path for bug in bugs for path in bug.documents})[:_MOST]
    return {
        "bug": one.name if one else "",
        "severity": str(one.severity) if one and one.severity is not None else "",
        "phase": one.phase if one else "",
        "gates": _json(gates),
        "plan": plan_document(report).model_dump_json(),
        "documents": _json(documents),
        "result": result.model_dump_json(),
        "reason": str(report.reason),
        "unrecorded": "true" if report.unrecorded else "false",
    }


def _passing(bug: BugResult) -> dict[str, bool]:
    """Whether each gate holds, on every open pull request that fixes the bug."""
    found: dict[str, bool] = {}
    for gate in bug.gates:
        found[gate.gate] = found.get(gate.gate, True) and gate.passes
    return found


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def result_document(report: Report) -> ResultDocument:
    """The output `result`."""
    bugs, pulls, notices = report.bugs, report.pulls, report.notices
    return ResultDocument(
        reason=report.reason,
        event=report.event,
        dry_run=report.dry_run,
        bugs=tuple(_bug_result(bug) for bug in bugs[:_MOST]),
        pulls=tuple(_pull_result(pull) for pull in pulls[:_MOST]),
        notices=tuple(
            NoticeResult(level=item.level, text=item.text, file=item.file, line=item.line)
            for item in notices[:_MOST]
        ),
        written=len(report.written),
        failed=len(report.failed),
        left=len(report.left),
        unrecorded=report.unrecorded,
        sweep=_sweep_result(report.sweep) if report.sweep is not None else None,
        usage=UsageResult(reads=report.usage.reads, writes=report.usage.writes, points=report.usage.points),
        cut=max(len(bugs), len(pulls), len(notices)) > _MOST,
    )


def _sweep_result(tally: Tally) -> SweepResult:
    return SweepResult(
        shard=str(tally.shard),
        bugs=tally.bugs,
        pulls=tally.pulls,
        pages=tally.pages,
        looked={why.name.lower().replace("_", "-"): count for why, count in sorted(tally.looked.items())},
        left=len(tally.left),
        following=tally.left[:_MOST],
        gates=tally.gates,
        since=tally.since,
    )


def _bug_result(bug: BugVerdict) -> BugResult:
    return BugResult.model_validate(
        {
            "bug": bug.name,
            "number": bug.number,
            "url": bug.url,
            "title": bug.title,
            "severity": None if bug.severity is None else str(bug.severity),
            "phase": bug.phase,
            "gates": tuple(_gate_outcome(gate, is_open=bool(bug.title)) for gate in bug.gates),
            "clocks": tuple(
                {"clock": clock.name, "state": clock.state, "due": clock.due, "met": clock.met}
                for clock in bug.clocks
            ),
            "documents": bug.documents,
        }
    )


def _gate_outcome(gate: GateResult, *, is_open: bool) -> GateOutcome:
    return GateOutcome(
        gate=gate.gate,
        pull=gate.pull,
        passes=gate.passes,
        requirements=tuple(
            RequirementOutcome(id=item.id, outcome=item.outcome, problem=item.problem if is_open else "")
            for item in gate.requirements
        ),
    )


def _pull_result(pull: PullVerdict) -> PullResult:
    return PullResult(
        number=pull.number,
        url=pull.url,
        bugs=pull.bugs,
        statuses=tuple(
            StatusResult(
                context=status.context, state=status.state, description=status.description, sha=status.oid
            )
            for status in pull.statuses
        ),
    )


def _is_done(item: Applied) -> bool:
    return item.error is None and (item.sent is None or bool(item.sent.took))


def _unsent(item: Applied) -> str:
    """What kept a notification from those who did not take it."""
    return " ".join(item.sent.problems) if item.sent is not None else ""


def plan_document(report: Report) -> PlanDocument:
    """The output `plan`: what was written, then what was not."""
    entries = [
        EffectResult(
            effect=effect_kind(item.effect),
            text=narrate(item.landed),
            done=_is_done(item),
            error=item.error.message if item.error is not None else _unsent(item),
        )
        for item in report.applied
    ]
    entries += [EffectResult(effect=effect_kind(effect), text=narrate(effect)) for effect in report.left]
    return PlanDocument(effects=tuple(entries[:_MOST]), sequel=report.sequel, cut=len(entries) > _MOST)
