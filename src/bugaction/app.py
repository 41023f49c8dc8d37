"""The composition root: inputs → work → reconcile. It connects the parts and holds no rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bugaction.bug import Note
from bugaction.capture import Observe, unobserved
from bugaction.decide import Request
from bugaction.documents.post_mortem import POST_MORTEM
from bugaction.errors import GitHubError
from bugaction.events import Command, Event
from bugaction.phases import PHASES
from bugaction.plan import Level, Notice, Reason
from bugaction.ports import Clock, Expectations, Reader, Sleep, Targets, Usage, Writer
from bugaction.reconcile import Reconciler, WorkResult
from bugaction.report import Report
from bugaction.runner import Inputs, Records

__all__ = ["Connect", "Connection", "RunResult", "report_of", "request_of", "result_of", "run"]

_MOST_SWEEP_REQUESTS = 600
"""Requests that one sweep may make: GITHUB_TOKEN has 1,000 an hour for the whole repository
(https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api), and events need some too."""

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


@dataclass(frozen=True, slots=True)
class Connection:
    """The ports on one repository. `reader_for` gives a reader for a documents root, `usage` what it cost.

    `open_work` is a page of open bugs with any of these labels, and of open pull requests; `closed_work` one
    of closed issues.
    """

    reader_for: Callable[[str], Reader]
    writer: Writer
    usage: Callable[[], Usage]
    open_work: Callable[[Iterable[str], str | None], tuple[Targets, str | None]]
    closed_work: Callable[[Iterable[str], str | None], tuple[Targets, str | None]]


Connect = Callable[[Inputs, Clock, Sleep], Connection]


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did: one result a target, what it cost, and why it ended.

    `left` says in words what was not looked at or not written. `failed` asks for a red run: something that
    gates a merge was left undone, or nothing could be decided.
    """

    works: tuple[WorkResult, ...] = ()
    notices: tuple[Notice, ...] = ()
    usage: Usage = field(default_factory=Usage)
    reason: Reason = Reason.NOTHING_TO_DO
    left: tuple[str, ...] = ()
    failed: bool = False


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
    if not event.sweep and not event.deployed:
        work = reconciler.work(event.targets, event.expectations, request)
        return result_of([work], connection.usage(), [], dry_run=inputs.dry_run)
    works: list[WorkResult] = []
    left: list[str] = []
    for number, targets in enumerate(_all(event, connection, reconciler), start=1):
        spent = connection.usage()
        if spent.reads + spent.writes >= _MOST_SWEEP_REQUESTS:
            left.append(
                f"The request budget of {_MOST_SWEEP_REQUESTS} is spent: {_name(targets)} and all after"
            )
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
    )


def _note(event: Event) -> Note | None:
    """What somebody wrote who started the run."""
    author = event.actor.login if event.actor is not None else ""
    return Note(author, event.note) if event.note else None


_ON_ITS_WAY = tuple(PHASES[name].label for name in ("deployment", "verification", "post-mortem"))
"""The labels of open bugs that a deployment may concern."""

_UNFINISHED = tuple(phase.label for name, phase in PHASES.items() if name != "closed")
"""The labels that a closed issue has only while nobody has heard that it is closed."""


def _all(event: Event, connection: Connection, reconciler: Reconciler) -> Iterator[Targets]:
    """What the event points to, one target at a time: memory stays constant."""
    if event.targets != Targets():
        yield event.targets
    if event.sweep:
        yield from _unheard(connection)
        yield from _sweep(connection, reconciler.labels())
    else:
        yield from (targets for targets in _sweep(connection, _ON_ITS_WAY) if targets.issues)


def _unheard(connection: Connection) -> Iterator[Targets]:
    """Every bug that was closed, say by a merge, while the event of it was lost."""
    cursor: str | None = None
    while True:
        page, cursor = connection.closed_work(_UNFINISHED, cursor)
        for number in page.issues:
            yield Targets(issues=(number,))
        if cursor is None:
            return


def _sweep(connection: Connection, labels: Iterable[str]) -> Iterator[Targets]:
    """Every open bug with one of these labels, then every open pull request."""
    cursor: str | None = None
    pulls: list[int] = []
    while True:
        page, cursor = connection.open_work(labels, cursor)
        for number in page.issues:
            yield Targets(issues=(number,))
        pulls += page.pulls
        if cursor is None:
            break
    for number in pulls:
        yield Targets(pulls=(number,))


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
    failed = bool(left) or any(work.leaves_a_gate for work in unwritten)
    failed = failed or any(work.reason in _UNDECIDED for work in works)
    notices = tuple(dict.fromkeys(notice for work in works for notice in work.notices))
    return RunResult(
        works=tuple(works),
        notices=notices,
        usage=usage,
        reason=reason,
        left=tuple(words),
        failed=failed,
    )


_UNDECIDED = (
    Reason.LEDGER_UNREADABLE,
    Reason.LEDGER_UNWRITABLE,
    Reason.CONFIG_INVALID,
    Reason.RECORDS_MISSING,
    Reason.UNDECIDED_STALE,
    Reason.UNDECIDED_TOO_DEEP,
    Reason.GITHUB_UNAVAILABLE,
)


# Telling -------------------------------------------------------------------------------------------------


def report_of(found: RunResult, inputs: Inputs, at: datetime | None = None) -> Report:
    """The run's result as there is to tell of it; `at` is the time at its end."""
    notices = found.notices + tuple(Notice(Level.WARNING, words) for words in found.left)
    is_ours = found.reason is not Reason.NOT_OURS
    return Report(
        reason=found.reason,
        plans=tuple(work.plan for work in found.works),
        applied=tuple(item for work in found.works for item in work.applied),
        left=tuple(effect for work in found.works for effect in work.left),
        notices=notices if is_ours else (),
        usage=found.usage,
        event=_event_name(inputs.event),
        dry_run=inputs.dry_run,
        remark="" if is_ours else inputs.event.reason,
        server=inputs.server_url,
        looked_at=at if is_ours else None,
    )


def _event_name(event: Event) -> str:
    return f"{event.name}.{event.action}" if event.action else event.name
