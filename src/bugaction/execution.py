"""One run, from the environment to the runner's files: what the commands `run` and `plan` do."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from bugaction import app
from bugaction.console import Console
from bugaction.drafting import draft_prompt
from bugaction.events import Command, Event
from bugaction.github.connection import connect as connect_github
from bugaction.listing import json_of, lines_of, read_book
from bugaction.plan import Level, Notice, Reason
from bugaction.ports import Clock, Sleep
from bugaction.reasons import ExitCode, exit_code
from bugaction.report import Report, outputs
from bugaction.runner import Inputs, read_inputs, write_outputs, write_summary
from bugaction.telling import tell
from bugaction.templates import load_scaffold, load_templates

__all__ = [
    "connect",
    "examine",
    "execute",
    "now",
    "print_prompt",
    "report_of",
    "show_diagnosis",
    "show_register",
]


def now() -> datetime:
    """The time by this machine's clock."""
    return datetime.now(UTC)


def connect(inputs: Inputs, clock: Clock, sleep: Sleep) -> app.Connection:
    """GitHub as the inputs name it."""
    found = connect_github(
        token=inputs.token.reveal(),
        repository=inputs.repository,
        api_url=inputs.api_url,
        graphql_url=inputs.graphql_url,
        config=inputs.config,
        clock=clock,
        sleep=sleep,
        as_workflow=inputs.dry_run,
    )
    return app.Connection(
        reader_for=found.reader_for,
        writer=found.writer,
        usage=found.usage,
        open_work=found.open_work,
        closed_work=found.closed_work,
    )


def execute(
    environment: Mapping[str, str],
    console: Console,
    *,
    typed: Container[str] = frozenset(),
    as_json: str = "",
    clock: Clock = now,
    sleep: Sleep = time.sleep,
) -> ExitCode:
    """Do what the environment asks for and tell it.

    `typed` are the variables that were given as options, for errors to call them so. `as_json` is `result`
    or `plan` to print that document alone instead of words. Raises `BugactionError` when nothing could be
    decided; the caller turns that into `failure_report`.
    """
    inputs = read_inputs(environment, typed)
    if inputs.command is Command.DOCTOR:
        return examine(inputs, console, as_json=bool(as_json), clock=clock, sleep=sleep)
    found = app.run(inputs, clock, sleep, dict(load_templates()), connect)
    report = report_of(found, inputs, clock())
    tell(report, console, inputs.output, inputs.summary, as_json=as_json)
    return exit_code(found.reason, failed=found.failed)


def examine(
    inputs: Inputs,
    console: Console,
    *,
    as_json: bool = False,
    clock: Clock = now,
    sleep: Sleep = time.sleep,
    progress: Callable[[str], None] = lambda _: None,
) -> ExitCode:
    """Look at how the repository is set up, and tell what is wrong with it; nothing is written to GitHub.

    Raises `BugactionError` where the repository cannot be read at all.
    """
    # Imported here: no other run has to wait for it.
    from bugaction.doctor import Outcome, diagnose
    from bugaction.doctor.report import document, lines, markdown, notices
    from bugaction.github.connection import connect_client
    from bugaction.github.examination import examine as read_facts

    client = connect_client(
        token=inputs.token.reveal(),
        api_url=inputs.api_url,
        graphql_url=inputs.graphql_url,
        clock=clock,
        sleep=sleep,
    )
    owner, _, name = inputs.repository.partition("/")
    facts = read_facts(
        client,
        owner,
        name,
        config=inputs.config,
        server=inputs.server_url,
        api=inputs.api_url,
        scaffold=load_scaffold(),
        progress=progress,
    )
    diagnosis = diagnose(facts, clock())
    is_wrong = diagnosis.count(Outcome.PROBLEM) > 0
    reason = Reason.SETUP_WRONG if is_wrong else Reason.NOTHING_TO_DO
    report = Report(
        reason=reason,
        notices=notices(diagnosis),
        usage=client.usage,
        event=_event_name(inputs.event),
        dry_run=inputs.dry_run,
        server=inputs.server_url,
    )
    write_outputs(inputs.output, outputs(report))
    write_summary(inputs.summary, markdown(diagnosis))
    if as_json:
        console.say(document(diagnosis).model_dump_json(indent=2))
    else:
        console.say("\n".join(lines(diagnosis)))
        if console.in_actions:
            console.annotate(report.notices)
    return exit_code(reason)


def show_diagnosis(
    environment: Mapping[str, str],
    console: Console,
    *,
    typed: Container[str] = frozenset(),
    as_json: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> ExitCode:
    """`examine` the repository that the environment names; `typed` is as in `execute`."""
    given = {**environment, "GITHUB_EVENT_NAME": "", "BUGACTION_COMMAND": Command.DOCTOR.value}
    inputs = read_inputs(given, typed)
    return examine(inputs, console, as_json=as_json, progress=progress)


def print_prompt(
    phase: str,
    environment: Mapping[str, str],
    console: Console,
    *,
    typed: Container[str] = frozenset(),
    clock: Clock = now,
    sleep: Sleep = time.sleep,
) -> ExitCode:
    """Print the prompt of a phase for the bug that the environment names; nothing is written.

    `typed` is as in `execute`. Raises `BugactionError` where there is no such bug, or it cannot be read.
    """
    inputs = read_inputs(environment, typed)
    console.say(draft_prompt(phase, inputs, clock, sleep, dict(load_templates()), connect).rstrip("\n"))
    return ExitCode.DONE


def show_register(
    environment: Mapping[str, str],
    console: Console,
    *,
    typed: Container[str] = frozenset(),
    year: int | None = None,
    as_json: bool = False,
    clock: Clock = now,
    sleep: Sleep = time.sleep,
) -> None:
    """Print the register of the repository that the environment names; nothing is written.

    With `year` the closed bugs that were reported in it. Raises `BugactionError` where it cannot be read.
    """
    inputs = read_inputs({**environment, "GITHUB_EVENT_NAME": "", "BUGACTION_COMMAND": "sweep"}, typed)
    connection = connect(replace(inputs, dry_run=True), clock, sleep)
    book = read_book(connection.reader_for, inputs.config, year)
    console.say(json_of(book, year).rstrip("\n") if as_json else "\n".join(lines_of(book, year)))


def report_of(found: app.RunResult, inputs: Inputs, at: datetime | None = None) -> Report:
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
