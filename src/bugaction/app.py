"""The composition root: inputs → work → reconcile. It connects the parts and holds no rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bugaction.bug import Note
from bugaction.decide import Request
from bugaction.documents.post_mortem import POST_MORTEM
from bugaction.errors import GitHubError
from bugaction.events import Command, Event
from bugaction.plan import Level, Notice, Reason
from bugaction.ports import Clock, Connection, Expectations, Sleep, Targets, Usage, all_pages
from bugaction.reasons import UNDECIDED
from bugaction.reconcile import Reconciler, WorkResult
from bugaction.report import Report
from bugaction.runner import Inputs, Records
from bugaction.seen import Observe, unobserved
from bugaction.sweep import DEFAULT_BUDGET, MOST_NEGLECTED, Tally, is_dead, on_its_way, words_of_dead

__all__ = ["Connect", "RunResult", "event_name", "report_of", "request_of", "result_of", "run"]

_SERIOUS = (
    Reason.CONFIG_INVALID,
    Reason.RECORDS_MISSING,
    Reason.UNDECIDED_STALE,
    Reason.UNDECIDED_TOO_DEEP,
    Reason.LEDGER_UNREADABLE,
    Reason.LEDGER_UNWRITABLE,
    Reason.GITHUB_UNAVAILABLE,
    Reason.PERMISSION_MISSING,
    Reason.WORK_LEFT,
)
"""Reasons that outweigh others when a sweep's many results become one, gravest last."""


Connect = Callable[[Inputs, Clock, Sleep], Connection]


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did: one result a target, what it cost, and why it ended.

    `left` says in words what was not looked at or not written. `failed` asks for a red run: something that
    gates a merge was left undone, or nothing could be decided. `tally` is a sweep's account.
    """

    works: tuple[WorkResult, ...] = ()
    notices: tuple[Notice, ...] = ()
    usage: Usage = field(default_factory=Usage)
    reason: Reason = Reason.NOTHING_TO_DO
    left: tuple[str, ...] = ()
    failed: bool = False
    tally: Tally | None = None


def run(
    inputs: Inputs,
    clock: Clock,
    sleep: Sleep,
    templates: Mapping[str, str],
    connect: Connect,
    observe: Observe = unobserved,
) -> RunResult:
    """Do what the event and the inputs ask for. `observe` is told of each decision's facts before it.

    Raises `GitHubError` when not even a first read succeeds.
    """
    event = inputs.event
    if event.reason:
        return RunResult(notices=(Notice(Level.NOTICE, event.reason),), reason=Reason.NOT_OURS)
    connection = connect(inputs, clock, sleep)
    reconciler = Reconciler(
        reader_for=connection.reader_for,
        writer=connection.writer,
        clock=clock,
        sleep=sleep,
        dry_run=inputs.dry_run,
        config=inputs.config,
        observe=observe,
    )
    request = request_of(inputs, templates)
    if event.sweep:
        return _swept(event, inputs, connection, reconciler, request)
    if not event.deployed and not event.named:
        work = reconciler.work(event.targets, event.expectations, request)
        others, notices = _instead_of_a_sweep(work, inputs, connection, reconciler, request)
        result = result_of([work, *others], connection.usage(), [], dry_run=inputs.dry_run)
        return replace(result, notices=(*result.notices, *notices))
    works: list[WorkResult] = []
    left: list[str] = []
    for number, targets in enumerate(_on_their_way(event, connection), start=1):
        if connection.usage().requests >= DEFAULT_BUDGET:
            left.append(f"The request budget of {DEFAULT_BUDGET} is spent: {_name(targets)} and all after")
            break
        try:
            expected = event.expectations if targets is event.targets else Expectations()
            works.append(reconciler.work(targets, expected, request))
        except GitHubError as error:
            left.append(f"{_name(targets)}: {error.message}")
            if number == 1:
                raise
    return result_of(works, connection.usage(), left, dry_run=inputs.dry_run)


def request_of(inputs: Inputs, templates: Mapping[str, str]) -> Request:
    """What the inputs and the event tell a decision, beside the facts."""
    event = inputs.event
    return Request(
        defer=inputs.records is Records.DEFER,
        opened=_opened(event),
        about_fixes=_is_about_fixes(event),
        restart=inputs.command is Command.START_RECORDS,
        begin=frozenset({POST_MORTEM.kind} if inputs.command is Command.POST_MORTEM else ()),
        note=_note(event),
        workflow=inputs.workflow,
        edited={comment: body for _, comment, _, body in event.expectations.edits},
        templates=templates,
        reach=inputs.notify.reach,
    )


def _instead_of_a_sweep(
    work: WorkResult, inputs: Inputs, connection: Connection, reconciler: Reconciler, request: Request
) -> tuple[list[WorkResult], tuple[Notice, ...]]:
    """Where the register shows that nobody sweeps, and Actions says so too: a look at some of what is
    overdue.

    What was looked at has a new moment in its row, so that the next event does not say it again.
    """
    waiting = [number for number in work.neglected if number not in {bug.number for bug in work.plan.bugs}]
    may_write = inputs.records is Records.WRITE and not inputs.dry_run
    if not waiting or not may_write or not inputs.workflow:
        return [], ()
    now = reconciler.clock()
    last = connection.last_sweep(inputs.workflow)
    if not is_dead(last, now):
        return [], ()
    numbers = waiting[:MOST_NEGLECTED]
    request = replace(request, opened=frozenset(), about_fixes=False, begin=frozenset(), note=None, edited={})
    works: list[WorkResult] = []
    for number in numbers:
        try:
            works.append(reconciler.work(Targets(issues=(number,)), Expectations(), request))
        except GitHubError:
            break  # the event's own work is done; the next one, or the sweep, comes back to these
    words = words_of_dead(last, connection.schedule_problem(inputs.workflow), numbers[: len(works)])
    return works, (Notice(Level.WARNING, words),)


def _swept(
    event: Event, inputs: Inputs, connection: Connection, reconciler: Reconciler, request: Request
) -> RunResult:
    """Sweep: by its schedule only what needs it, otherwise everything."""
    from bugaction.sweeper import Sweeper  # no other run has to wait for it

    swept = Sweeper(
        connection=connection,
        reconciler=reconciler,
        request=request,
        shard=inputs.shard,
        budget=inputs.budget,
        workflow=inputs.workflow if event.name == "schedule" else "",
        why=_ASKED if inputs.command is Command.SWEEP else _WHY.get(event.name, _ASKED),
        settled=inputs.command is Command.SWEEP or event.name not in _WHY,
    ).sweep()
    result = result_of(list(swept.works), connection.usage(), list(swept.left), dry_run=inputs.dry_run)
    failed = swept.failed or _is_undone(swept.works, dry_run=inputs.dry_run)
    notices = (*swept.notices, *result.notices)
    return replace(result, notices=notices, failed=failed, tally=swept.tally)


_ASKED = "somebody asked for it"

_WHY = {
    "issues": "an issue is gone, and what fixed it may fix nothing now",
    "label": "a label was deleted or renamed",
    "push": "the configuration, a template or a document changed",
}
"""Why an event that is no schedule has everything looked at."""


def _note(event: Event) -> Note | None:
    """What somebody wrote who started the run."""
    author = event.actor.login if event.actor is not None else ""
    return Note(author, event.note) if event.note else None


def _on_their_way(event: Event, connection: Connection) -> Iterator[Targets]:
    """What the event points to, then the bugs that it names and every open one that a deployment may concern,
    one at a time."""
    if event.targets != Targets():
        yield event.targets
    yield from (Targets(issues=(number, *event.targets.issues)) for number in event.named)
    if not event.deployed:
        return
    for page in all_pages(connection.open_work, on_its_way()):
        yield from (Targets(issues=(bug.number,)) for bug in page.bugs)


def _opened(event: Event) -> frozenset[int]:
    """Issues that the event itself opened or labelled: a first event never leaves its own bug out."""
    if event.name == "issues" and (event.labelled or event.action in ("opened", "reopened")):
        return frozenset((*event.targets.issues, *event.targets.items))
    return frozenset()


def _is_about_fixes(event: Event) -> bool:
    """Whether the event points to pull requests, or may: a first one never leaves out what they fix."""
    targets = event.targets
    return bool(targets.pulls or targets.items or targets.shas or targets.group)


def _name(targets: Targets) -> str:
    return ", ".join(f"#{number}" for number in (*targets.issues, *targets.pulls, *targets.items))


def result_of(works: list[WorkResult], usage: Usage, left: list[str], *, dry_run: bool) -> RunResult:
    """The run's result, from those of its targets; `left` says what was not looked at."""
    unwritten = [] if dry_run else [work for work in works if work.left]  # a dry run leaves all on purpose
    reasons = [work.reason for work in works]
    grave = [reason for reason in _SERIOUS if reason in reasons]
    reason = Reason.WORK_LEFT if left else Reason.NOTHING_TO_DO
    if grave:
        reason = grave[-1]
    elif not left and Reason.DONE in reasons:
        reason = Reason.DONE
    elif not left and reasons:
        reason = reasons[0]
    words = left + [
        f"{len(work.left)} change{'' if len(work.left) == 1 else 's'} could not be written"
        for work in unwritten
        if work.reason is not Reason.NOTHING_TO_DO
    ]
    failed = bool(left) or _is_undone(works, dry_run=dry_run)
    notices = tuple(dict.fromkeys(notice for work in works for notice in work.notices))
    return RunResult(
        works=tuple(works),
        notices=notices,
        usage=usage,
        reason=reason,
        left=tuple(words),
        failed=failed,
    )


def _is_undone(works: Iterable[WorkResult], *, dry_run: bool) -> bool:
    """Whether a status that gates a merge could not be written, or nothing could be decided."""
    return any(work.reason in UNDECIDED or (work.leaves_a_gate and not dry_run) for work in works)


# Telling -------------------------------------------------------------------------------------------------


def report_of(found: RunResult, inputs: Inputs, at: datetime | None = None) -> Report:
    """The run's result as there is to tell of it; `at` is the time at its end."""
    words = (*found.left, *inputs.notify.problems)
    notices = found.notices + tuple(Notice(Level.WARNING, text) for text in words)
    is_ours = found.reason is not Reason.NOT_OURS
    return Report(
        reason=found.reason,
        plans=tuple(work.plan for work in found.works),
        applied=tuple(item for work in found.works for item in work.applied),
        left=tuple(effect for work in found.works for effect in work.left),
        notices=notices if is_ours else (),
        usage=found.usage,
        event=event_name(inputs.event),
        dry_run=inputs.dry_run,
        remark="" if is_ours else inputs.event.reason,
        sweep=found.tally,
        server=inputs.server_url,
        looked_at=at if is_ours else None,
    )


def event_name(event: Event) -> str:
    """What an event is called where a run is told of: `issues.labeled`."""
    return f"{event.name}.{event.action}" if event.action else event.name
