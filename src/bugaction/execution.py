"""One run, from the environment to the runner's files: what the commands `run` and `plan` do."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bugaction import app
from bugaction.console import Console
from bugaction.drafting import draft_prompt
from bugaction.errors import UserError
from bugaction.events import Command
from bugaction.github.connection import connect as connect_github
from bugaction.listing import json_of, lines_of, read_book, waiting_json, waiting_lines
from bugaction.notifying import Notifier, NotifyingWriter
from bugaction.plan import Level, Notice, Reason
from bugaction.ports import Clock, Connection, Sleep
from bugaction.reasons import ExitCode, exit_code
from bugaction.report import Report, outputs
from bugaction.runner import Inputs, Records, read_inputs, write_outputs, write_summary
from bugaction.saving import check_place, save
from bugaction.seen import Observe, unobserved
from bugaction.telling import tell
from bugaction.templates import load_scaffold, load_templates

if TYPE_CHECKING:
    from bugaction.adoption import Surroundings
    from bugaction.capture import Recorder
    from bugaction.replaying import Options, Progress

__all__ = [
    "connect",
    "examine",
    "execute",
    "now",
    "print_prompt",
    "show_diagnosis",
    "show_register",
    "show_replay",
    "surroundings",
]


def now() -> datetime:
    """The time by this machine's clock."""
    return datetime.now(UTC)


def connect(inputs: Inputs, clock: Clock, sleep: Sleep) -> Connection:
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
        app=inputs.app,
        access="read" if inputs.dry_run else "defer" if inputs.records is Records.DEFER else "write",
    )
    return replace(found, writer=NotifyingWriter(found.writer, Notifier(inputs.notify.targets)))


def execute(
    environment: Mapping[str, str],
    console: Console,
    *,
    typed: Container[str] = frozenset(),
    as_json: str = "",
    clock: Clock = now,
    sleep: Sleep = time.sleep,
    observe: Observe = unobserved,
) -> ExitCode:
    """Do what the environment asks for and tell it.

    `typed` are the variables that were given as options, for errors to call them so. `as_json` is `result`
    or `plan` to print that document alone instead of words. `observe` is told of each decision of a run that
    saves no file. Raises `BugactionError` when nothing could be
    decided; the caller turns that into `failure_report`.
    """
    inputs = read_inputs(environment, typed)
    if inputs.command is Command.DOCTOR:
        return examine(inputs, console, as_json=bool(as_json), clock=clock, sleep=sleep)
    templates = dict(load_templates())
    if inputs.save is None:
        found = app.run(inputs, clock, sleep, templates, connect, observe)
        report, code = app.report_of(found, inputs, clock()), exit_code(found.reason, failed=found.failed)
    else:
        report, code = _run_and_keep(inputs.save, inputs, console, clock, sleep, templates)
    tell(report, console, inputs.output, inputs.summary, as_json=as_json)
    return code


def _run_and_keep(
    path: Path, inputs: Inputs, console: Console, clock: Clock, sleep: Sleep, templates: dict[str, str]
) -> tuple[Report, ExitCode]:
    """A run whose facts are written to `path`, those of one that fails too."""
    from bugaction.capture import Recorder

    check_place(path)
    recorder = Recorder()
    try:
        found = app.run(inputs, clock, sleep, templates, connect, recorder)
    except Exception:
        if recorder.cases:
            _keep(path, inputs, recorder, clock(), None, templates)
            console.say(f"What the run saw until it ended is in {path}.")
        raise
    report, code = app.report_of(found, inputs, clock()), exit_code(found.reason, failed=found.failed)
    notices = _keep(path, inputs, recorder, clock(), report, templates)
    if code is ExitCode.DONE and any(notice.level is Level.ERROR for notice in notices):
        code = ExitCode.USAGE
    return replace(report, notices=(*report.notices, *notices)), code


def _keep(
    path: Path,
    inputs: Inputs,
    recorder: Recorder,
    at: datetime,
    report: Report | None,
    templates: Mapping[str, str],
) -> list[Notice]:
    """Write the run's facts; what there is to say of it. Without a report nothing is compared."""
    from bugaction.keeping import capture_of, check, text_of

    text = text_of(capture_of(inputs, recorder, at), inputs, templates)
    try:
        save(path, text)
    except UserError as error:
        return [Notice(Level.ERROR, f"{error.message} {error.remedy}")]
    said = f"The facts of this run are in {path}. `bugaction simulate` decides on them again."
    warning = check(text, report, templates) if report is not None else None
    return [Notice(Level.NOTICE, said), *([warning] if warning is not None else [])]


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
        app=inputs.app,
        repository=inputs.repository,
        access="read",
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
        event=app.event_name(inputs.event),
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
    waiting: str | None = None,
    clock: Clock = now,
    sleep: Sleep = time.sleep,
) -> None:
    """Print the register of the repository that the environment names; nothing is written.

    With `year` the closed bugs that were reported in it; with `waiting` what waits for that login, or for
    everybody where it is "". Raises `BugactionError` where it cannot be read.
    """
    inputs = read_inputs({**environment, "GITHUB_EVENT_NAME": "", "BUGACTION_COMMAND": "sweep"}, typed)
    connection = connect(replace(inputs, dry_run=True), clock, sleep)
    book = read_book(connection.reader_for, inputs.config, year)
    if waiting is not None:
        console.say(waiting_json(book, waiting) if as_json else "\n".join(waiting_lines(book, waiting)))
        return
    console.say(json_of(book, year).rstrip("\n") if as_json else "\n".join(lines_of(book, year)))


def show_replay(
    environment: Mapping[str, str],
    console: Console,
    options: Options,
    *,
    typed: Container[str] = frozenset(),
    page: Path | None = None,
    sheet: Path | None = None,
    as_json: bool = False,
    progress: Progress = lambda done, total: None,  # noqa: ARG005 - nobody looks
    clock: Clock = now,
    sleep: Sleep = time.sleep,
) -> ExitCode:
    """Replay the past of the repository that the environment names; nothing can be written to GitHub.

    The report goes to the files `page` (Markdown) and `sheet` (HTML), and where neither is named to the
    console; the drafted post-mortem lies beside the first of them. `typed` is as in `execute`. Raises
    `BugactionError` where nothing could be read, or a file cannot be written.
    """
    from bugaction.github.archive import open_archive
    from bugaction.replaying import replay
    from bugaction.reporting import deliver

    given = {**environment, "GITHUB_EVENT_NAME": "", "BUGACTION_COMMAND": Command.DOCTOR.value}
    inputs = read_inputs(given, typed)
    for path in (page, sheet):
        if path is not None:
            check_place(path)
    archive = open_archive(
        token=inputs.token.reveal(),
        repository=inputs.repository,
        api_url=inputs.api_url,
        graphql_url=inputs.graphql_url,
        config=inputs.config,
        clock=clock,
        sleep=sleep,
    )
    found = replay(archive, options, clock(), load_templates(), progress)
    deliver(found, console, page, sheet, as_json=as_json)
    return ExitCode.GITHUB if found.account.stopped else ExitCode.DONE


def surroundings(
    token: str, repository: str, api_url: str, *, clock: Clock = now, sleep: Sleep = time.sleep
) -> Surroundings:
    """What GitHub tells of a repository (`owner/name`) to who holds that token.

    Raises `GitHubError` where it does not, and `UserError` for an empty token.
    """
    from bugaction.github.client import Client
    from bugaction.github.pacing import Pace
    from bugaction.github.surroundings import look_around

    owner, _, name = repository.partition("/")
    return look_around(Client.with_token(token, api_url, Pace(clock, sleep)), owner, name)
