"""The Actions runner's side of a run: what it hands over, and the files it reads back.

Everything comes through environment variables, since a composite action's steps get no `INPUT_*`
(https://github.com/actions/runner/issues/665). Works without a runner too: a person sets the same variables,
or gives the options that stand for them. Errors call each by the name under which it was given.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from bugaction.app_key import AppKey, parse_app_key
from bugaction.config import CONFIG_PATH
from bugaction.errors import UserError
from bugaction.events import Command, Event, parse_command, parse_event, parse_issue
from bugaction.model import Actor
from bugaction.notify_urls import NotifyUrls, parse_notify_urls
from bugaction.ports import Targets
from bugaction.secret import Secret
from bugaction.servers import API, ORIGIN, graphql_of, server_of
from bugaction.sweep import DEFAULT_BUDGET, Shard

__all__ = ["OPTIONS", "Inputs", "Records", "Secret", "read_inputs", "write_outputs", "write_summary"]

OPTIONS: Mapping[str, str] = {
    "GITHUB_REPOSITORY": "--repository",
    "BUGACTION_ISSUE": "--issue",
    "BUGACTION_NOTE": "--note",
    "BUGACTION_CONFIG": "--config",
    "BUGACTION_SHARD": "--shard",
    "BUGACTION_SWEEP_BUDGET": "--budget",
    "BUGACTION_SAVE_SNAPSHOT": "--save-snapshot",
    "BUGACTION_REDACT": "--redact",
    "GITHUB_EVENT_NAME": "--event",
    "GITHUB_EVENT_PATH": "--payload",
}
"""The command line's option for a variable."""

_INPUTS: Mapping[str, str] = {
    "BUGACTION_TOKEN": "token",
    "BUGACTION_APP_ID": "app-id",
    "BUGACTION_APP_PRIVATE_KEY": "app-private-key",
    "BUGACTION_CONFIG": "config",
    "BUGACTION_COMMAND": "command",
    "BUGACTION_ISSUE": "issue",
    "BUGACTION_NOTE": "note",
    "BUGACTION_DRY_RUN": "dry-run",
    "BUGACTION_NOTIFY_URLS": "notify-urls",
    "BUGACTION_RECORDS": "records",
    "BUGACTION_SHARD": "shard",
    "BUGACTION_SWEEP_BUDGET": "sweep-budget",
    "BUGACTION_SAVE_SNAPSHOT": "save-snapshot",
    "BUGACTION_REDACT": "redact",
}
"""The Action's input for a variable (`action.yml`)."""

SUMMARY_LIMIT = 1024 * 1024
"""Bytes a step may leave in its summary; a longer one is not shown at all (actions/runner,
FileCommandManager, `AttachmentSizeLimit`)."""


class Records(StrEnum):
    """Whether this job commits decisions and documents, or only says that there are some to commit."""

    WRITE = "write"
    DEFER = "defer"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What one run is asked to do.

    `repository` is `owner/name`. `event` already follows the inputs `command` and `issue`. `config` is the
    configuration's path on the default branch. `output` and `summary` are the runner's files, None without a
    runner; `shard` is the part of a sweep that this run does, and `budget` the requests that it may make;
    `run_url` is the page of this run, "" without one; `workflow` is the file or name of the workflow
    that it belongs to. `notify` is where notifications go. `save` is
    the file to keep the facts in, None for none; `redact`: people's words are replaced there. Addresses have
    no slash at the end. With `app` the run makes itself a token of that GitHub App, and `token` is not used.
    """

    token: Secret
    repository: str
    event: Event
    command: Command = Command.RUN
    config: str = CONFIG_PATH
    dry_run: bool = False
    records: Records = Records.WRITE
    notify: NotifyUrls = field(default_factory=NotifyUrls)
    api_url: str = API
    graphql_url: str = f"{API}/graphql"
    server_url: str = ORIGIN
    run_url: str = ""
    workflow: str = ""
    output: Path | None = None
    summary: Path | None = None
    in_actions: bool = False
    shard: Shard = field(default_factory=Shard)
    budget: int = DEFAULT_BUDGET
    save: Path | None = None
    redact: bool = False
    app: AppKey | None = None


class _Environment:
    """The variables, and what the person who set one calls it."""

    def __init__(self, variables: Mapping[str, str], typed: Container[str]) -> None:
        self.variables = variables
        self._typed = typed
        self.in_actions = variables.get("GITHUB_ACTIONS", "") == "true"

    def raw(self, name: str) -> str:
        """The value as it is; "" for a variable that is not set."""
        return self.variables.get(name, "")

    def get(self, name: str) -> str:
        """The value without blanks around it."""
        return self.raw(name).strip()

    def name(self, variable: str) -> str:
        """An option that was typed, an input of the Action, or the variable that was set.

        Where nothing was given: the input in a job, and the option, where there is one, for a person.
        """
        if variable in self._typed:
            return f"`{OPTIONS[variable]}`"
        if self.in_actions and variable in _INPUTS:
            return f"the input `{_INPUTS[variable]}`"
        if variable in OPTIONS and not self.in_actions and not self.get(variable):
            return f"`{OPTIONS[variable]}`"
        return variable

    def subject(self, variable: str) -> str:
        """The name as the beginning of a sentence."""
        name = self.name(variable)
        return name[0].upper() + name[1:]


def read_inputs(environment: Mapping[str, str], typed: Container[str] = frozenset()) -> Inputs:
    """The inputs that these environment variables hold; the event is read from its file.

    `typed` are the variables that an option of the command line has set (`OPTIONS`). Raises `UserError`,
    which names the option, input or variable and what it may hold.
    """
    return _read(_Environment(environment, typed))


def _read(environment: _Environment) -> Inputs:
    repository = _repository(environment)
    server, api = _server(environment)
    event, command = _event(environment, repository)
    run = environment.raw("GITHUB_RUN_ID")
    app = _app(environment)
    return Inputs(
        token=_token(environment) if app is None else Secret(""),
        repository=repository,
        event=event,
        command=command,
        config=_config(environment),
        dry_run=command is Command.PLAN or _flag(environment, "BUGACTION_DRY_RUN"),
        records=_records(environment),
        notify=parse_notify_urls(environment.raw("BUGACTION_NOTIFY_URLS")),
        api_url=api,
        graphql_url=_url(environment, "GITHUB_GRAPHQL_URL", graphql_of(api)),
        server_url=server,
        run_url=f"{server}/{repository}/actions/runs/{run}" if run.isascii() and run.isdecimal() else "",
        output=_path(environment, "GITHUB_OUTPUT"),
        summary=_path(environment, "GITHUB_STEP_SUMMARY"),
        workflow=_workflow(environment),
        in_actions=environment.in_actions,
        shard=Shard.parse(environment.get("BUGACTION_SHARD"), environment.subject("BUGACTION_SHARD")),
        budget=_budget(environment),
        save=_save(environment),
        redact=_flag(environment, "BUGACTION_REDACT"),
        app=app,
    )


_MOST_REQUESTS = 15_000
"""An hour's limit of a GitHub App's token where it is highest (docs.github.com/rest/using-the-rest-api/
rate-limits-for-the-rest-api)."""


def _budget(environment: _Environment) -> int:
    text = environment.get("BUGACTION_SWEEP_BUDGET")
    if not text:
        return DEFAULT_BUDGET
    number = int(text) if re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) else 0
    if not 1 <= number <= _MOST_REQUESTS:
        raise UserError(
            f"{environment.subject('BUGACTION_SWEEP_BUDGET')} is {text[:80]!r}.",
            remedy=f"Give the requests that one sweep may make, from 1 to {_MOST_REQUESTS}.",
        )
    return number


def _event(environment: _Environment, repository: str) -> tuple[Event, Command]:
    """The event as the inputs bend it: an issue that is named is the only thing looked at."""
    name = environment.get("GITHUB_EVENT_NAME")
    asked = parse_command(environment.get("BUGACTION_COMMAND"), environment.subject("BUGACTION_COMMAND"))
    issue = parse_issue(environment.get("BUGACTION_ISSUE"), environment.subject("BUGACTION_ISSUE"))
    if name:
        event = parse_event(name, _payload(environment), repository, _workflow(environment))
    elif issue is None and asked not in (Command.SWEEP, Command.DOCTOR):
        raise UserError(
            "Neither an event nor an issue is named: there is nothing to look at.",
            remedy=f"Give a number with {environment.name('BUGACTION_ISSUE')}, an event with "
            f"{environment.name('GITHUB_EVENT_NAME')} and {environment.name('GITHUB_EVENT_PATH')}, or set "
            "BUGACTION_COMMAND to sweep to look at everything that is open.",
        )
    else:
        event = Event(repository=repository)
    command = asked or event.command or Command.RUN
    event = replace(event, note=environment.get("BUGACTION_NOTE") or event.note)
    if event.actor is None and environment.get("GITHUB_ACTOR"):
        event = replace(event, actor=Actor(environment.get("GITHUB_ACTOR")))
    if command is Command.DOCTOR:
        event = replace(event, targets=Targets(), sweep=False, reason="")
    elif issue is not None:
        event = replace(event, targets=Targets(items=(issue,)), sweep=False, reason="")
    elif command is Command.SWEEP:
        event = replace(event, targets=Targets(), sweep=True, reason="")
    if command is Command.POST_MORTEM and not (event.targets.items or event.targets.issues):
        raise UserError(
            "A post-mortem is of one bug, and none is named.",
            remedy=f"Give the number of its issue with {environment.name('BUGACTION_ISSUE')}.",
        )
    return event, command


def _workflow(environment: _Environment) -> str:
    """The workflow that runs us: its file by GITHUB_WORKFLOW_REF (`octo/shop/.github/workflows/x.yml@ref`),
    or its name where a runner sets no such variable
    (https://docs.github.com/actions/reference/workflows-and-actions/variables)."""
    path = environment.get("GITHUB_WORKFLOW_REF").partition("@")[0].split("/", 2)
    return path[2] if len(path) == 3 else environment.get("GITHUB_WORKFLOW")


def _payload(environment: _Environment) -> object:
    path, name = environment.raw("GITHUB_EVENT_PATH"), environment.name("GITHUB_EVENT_PATH")
    if not path:
        raise UserError(
            f"{environment.subject('GITHUB_EVENT_NAME')} names an event, but its payload is missing.",
            remedy=f"Give the file that holds the event's payload with {name}.",
        )
    try:
        return json.loads(Path(path).read_bytes())
    except OSError as error:
        raise UserError(
            f"The event file {path[:120]!r} cannot be read: {error.strerror or error}.",
            remedy=f"Give a readable file with {name}.",
        ) from error
    except (ValueError, RecursionError) as error:
        raise UserError(
            f"The event file {path[:120]!r} holds no JSON.",
            remedy=f"Give the payload of an event with {name}.",
        ) from error


_REPOSITORY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}/[A-Za-z0-9._-]{1,100}", re.ASCII)


def _repository(environment: _Environment) -> str:
    name, variable = environment.get("GITHUB_REPOSITORY"), "GITHUB_REPOSITORY"
    if not name:
        raise UserError(
            "No repository is named.",
            remedy=f"Give it as OWNER/NAME, e.g. octo/shop, with {environment.name(variable)}.",
        )
    if _REPOSITORY.fullmatch(name) is None or name.split("/")[1] in (".", ".."):
        raise UserError(
            f"{environment.subject(variable)} is {name[:120]!r}.",
            remedy="Give the repository as OWNER/NAME, e.g. octo/shop.",
        )
    return name


def _app(environment: _Environment) -> AppKey | None:
    return parse_app_key(
        environment.get("BUGACTION_APP_ID"),
        environment.raw("BUGACTION_APP_PRIVATE_KEY"),
        id_name=environment.name("BUGACTION_APP_ID"),
        key_name=environment.name("BUGACTION_APP_PRIVATE_KEY"),
    )


def _token(environment: _Environment) -> Secret:
    """The token. Outside a runner the names that GitHub's own tools use are looked at too."""
    names = ["BUGACTION_TOKEN"]
    if not environment.in_actions:
        names += ["GH_TOKEN", "GITHUB_TOKEN"]
    given = next((name for name in names if environment.get(name)), "")
    if not given:
        also = f" ({' and '.join(names[1:])} serve too)" if names[1:] else ""
        remedy = f"Set {environment.name(names[0])}{also}."
        raise UserError("There is no token to read and write with.", remedy=remedy)
    token = environment.get(given)
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UserError(
            "The token holds characters that no token has.",
            remedy=f"Set {environment.name(given)} to the bare token.",
        )
    return Secret(token)


def _config(environment: _Environment) -> str:
    path = environment.get("BUGACTION_CONFIG") or CONFIG_PATH
    parts = path.split("/")
    if any(part in ("", ".", "..", ".git") for part in parts) or "\\" in path or not path.isprintable():
        raise UserError(
            f"{environment.subject('BUGACTION_CONFIG')} is {path[:120]!r}.",
            remedy=f"Give a path of the repository, such as {CONFIG_PATH}.",
        )
    return path


def _save(environment: _Environment) -> Path | None:
    path = _path(environment, "BUGACTION_SAVE_SNAPSHOT")
    if path is None and _flag(environment, "BUGACTION_REDACT"):
        raise UserError(
            f"{environment.subject('BUGACTION_REDACT')} is set, but nothing is saved.",
            remedy=f"Name the file to write with {environment.name('BUGACTION_SAVE_SNAPSHOT')}.",
        )
    return path


def _flag(environment: _Environment, name: str) -> bool:
    value = environment.get(name)
    if value.casefold() not in ("", "false", "true"):
        raise UserError(f"{environment.subject(name)} is {value[:80]!r}.", remedy="Use true or false.")
    return value.casefold() == "true"


def _records(environment: _Environment) -> Records:
    value = environment.get("BUGACTION_RECORDS").casefold() or Records.WRITE
    if value not in tuple(Records):
        raise UserError(
            f"{environment.subject('BUGACTION_RECORDS')} is {value[:80]!r}.",
            remedy=f"Use one of: {', '.join(Records)}.",
        )
    return Records(value)


_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _server(environment: _Environment) -> tuple[str, str]:
    """The pages and the REST API; a wrong address is named by the variable that holds it."""
    origin, api = server_of(environment.variables)
    named = {"GITHUB_API_URL": api, "GITHUB_SERVER_URL": origin}
    if not environment.get("GITHUB_API_URL"):
        given = "GITHUB_SERVER_URL" if environment.get("GITHUB_SERVER_URL") else "GH_HOST"
        named = {given: origin, "GITHUB_API_URL": api}
    found = {name: _address(name, value, ORIGIN) for name, value in named.items()}
    return next(url for name, url in found.items() if name != "GITHUB_API_URL"), found["GITHUB_API_URL"]


def _url(environment: _Environment, name: str, default: str) -> str:
    return _address(name, environment.get(name) or default, default)


def _address(name: str, value: str, example: str) -> str:
    """An address to send the token to: encrypted, unless it stays on this machine."""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not host or not is_safe or parts.username or parts.query or parts.fragment or not value.isprintable():
        raise UserError(
            f"{name} is no address that a token may be sent to.",
            remedy=f"Give an https address such as {example} (http only on this machine).",
        )
    return value.rstrip("/")


def _path(environment: _Environment, name: str) -> Path | None:
    value = environment.raw(name)
    return Path(value) if value else None


# What the runner reads back -----------------------------------------------------------------------------

_OUTPUT_NAME = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)


def write_outputs(path: Path | None, outputs: Mapping[str, str]) -> None:
    """Add step outputs to the runner's file; nothing without one.

    The delimiter is new each time, so that no value can end its own block and set further outputs.
    """
    if path is None:
        return
    blocks: list[str] = []
    for name, value in outputs.items():
        delimiter = f"ghadelimiter_{uuid.uuid4()}"
        if _OUTPUT_NAME.fullmatch(name) is None or delimiter in value:
            raise ValueError(f"an output named {name!r} cannot be written")
        blocks.append(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")
    _append(path, "".join(blocks), "GITHUB_OUTPUT")


_CUT = "\n\n_The summary was longer than a step may leave (1 MiB); the rest was cut off here._\n"


def write_summary(path: Path | None, markdown: str) -> None:
    """Add to the job summary; nothing without a runner. What is too long is cut at a line's end."""
    if path is None:
        return
    try:
        used = path.stat().st_size
    except OSError:
        used = 0
    _append(path, _fitting(markdown, SUMMARY_LIMIT - used), "GITHUB_STEP_SUMMARY")


def _fitting(markdown: str, room: int) -> str:
    data = markdown.encode("utf-8", "replace")
    if len(data) <= room:
        return data.decode("utf-8")
    kept = data[: max(0, room - len(_CUT.encode()))]
    lines = kept[: kept.rfind(b"\n") + 1].decode("utf-8", "ignore")
    return lines + _CUT if room > len(_CUT) else ""


def _append(path: Path, text: str, variable: str) -> None:
    try:
        with path.open("a", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise UserError(
            f"The file of {variable} cannot be written: {error.strerror or error}.",
            remedy=f"Let {variable} name a file that this process may write, or unset it.",
        ) from error
