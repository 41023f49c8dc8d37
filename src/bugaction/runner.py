"""The Actions runner's side of a run: what it hands over, and the files it reads back.

Everything comes through environment variables, since a composite action's steps get no `INPUT_*`
(https://github.com/actions/runner/issues/665). Works without a runner too: a person sets the same variables.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from bugaction.errors import UserError
from bugaction.events import Command, Event, parse_command, parse_event, parse_issue
from bugaction.ports import Targets

__all__ = ["Inputs", "Records", "Secret", "read_inputs", "write_outputs", "write_summary"]

DEFAULT_CONFIG = ".github/bugaction.yml"

SUMMARY_LIMIT = 1024 * 1024
"""Bytes a step may leave in its summary; a longer one is not shown at all (actions/runner,
FileCommandManager, `AttachmentSizeLimit`)."""


class Records(StrEnum):
    """Whether this job commits decisions and documents, or only says that there are some to commit."""

    WRITE = "write"
    DEFER = "defer"


class Secret:
    """A text that no message, traceback or pickle shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the request that needs it."""
        return self._value

    def scrub(self, text: str) -> str:
        """The text without the secret, plain or as basic authentication encodes it."""
        if not self._value:
            return text
        user = base64.b64encode(f"x-access-token:{self._value}".encode()).decode()
        return text.replace(self._value, "***").replace(user, "***")

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What one run is asked to do.

    `repository` is `owner/name`. `event` already follows the inputs `command` and `issue`. `config` is the
    configuration's path on the default branch. `output` and `summary` are the runner's files, None without a
    runner; `run_url` is the page of this run, "" without one; `workflow` is the file or name of the workflow
    that it belongs to. Addresses have no slash at the end.
    """

    token: Secret
    repository: str
    event: Event
    command: Command = Command.RUN
    config: str = DEFAULT_CONFIG
    dry_run: bool = False
    records: Records = Records.WRITE
    api_url: str = "https://api.github.com"
    graphql_url: str = "https://api.github.com/graphql"
    server_url: str = "https://github.com"
    run_url: str = ""
    workflow: str = ""
    output: Path | None = None
    summary: Path | None = None
    in_actions: bool = False


def read_inputs(environment: Mapping[str, str]) -> Inputs:
    """The inputs that these environment variables hold; the event is read from its file.

    Raises `UserError`, which names the variable and what it may hold.
    """
    repository = _repository(environment)
    server = _url(environment, "GITHUB_SERVER_URL", "https://github.com")
    api = _url(environment, "GITHUB_API_URL", "https://api.github.com")
    event, command = _event(environment, repository)
    run = environment.get("GITHUB_RUN_ID", "")
    return Inputs(
        token=_token(environment),
        repository=repository,
        event=event,
        command=command,
        config=_config(environment),
        dry_run=command is Command.PLAN or _flag(environment, "BUGACTION_DRY_RUN"),
        records=_records(environment),
        api_url=api,
        graphql_url=_url(environment, "GITHUB_GRAPHQL_URL", _graphql_of(api)),
        server_url=server,
        run_url=f"{server}/{repository}/actions/runs/{run}" if run.isascii() and run.isdecimal() else "",
        output=_path(environment, "GITHUB_OUTPUT"),
        summary=_path(environment, "GITHUB_STEP_SUMMARY"),
        workflow=_workflow(environment),
        in_actions=environment.get("GITHUB_ACTIONS", "") == "true",
    )


def _event(environment: Mapping[str, str], repository: str) -> tuple[Event, Command]:
    """The event as the inputs bend it: an issue that is named is the only thing looked at."""
    name = environment.get("GITHUB_EVENT_NAME", "").strip()
    asked = parse_command(environment.get("BUGACTION_COMMAND", ""), "The input `command`")
    issue = parse_issue(environment.get("BUGACTION_ISSUE", ""), "The input `issue`")
    if name:
        event = parse_event(name, _payload(environment), repository, _workflow(environment))
    elif issue is None and asked is not Command.SWEEP:
        raise UserError(
            "Neither an event nor an issue is named: there is nothing to look at.",
            remedy="Set BUGACTION_ISSUE to a number, BUGACTION_COMMAND to sweep, or GITHUB_EVENT_NAME and "
            "GITHUB_EVENT_PATH as a runner does.",
        )
    else:
        event = Event(repository=repository)
    command = asked or event.command or Command.RUN
    if issue is not None:
        event = replace(event, targets=Targets(items=(issue,)), sweep=False, reason="")
    elif command is Command.SWEEP:
        event = replace(event, targets=Targets(), sweep=True, reason="")
    return event, command


def _workflow(environment: Mapping[str, str]) -> str:
    """The workflow that runs us: its file by GITHUB_WORKFLOW_REF (`octo/shop/.github/workflows/x.yml@ref`),
    or its name where a runner sets no such variable
    (https://docs.github.com/actions/reference/workflows-and-actions/variables)."""
    path = environment.get("GITHUB_WORKFLOW_REF", "").partition("@")[0].split("/", 2)
    return path[2] if len(path) == 3 else environment.get("GITHUB_WORKFLOW", "").strip()


def _payload(environment: Mapping[str, str]) -> object:
    path = environment.get("GITHUB_EVENT_PATH", "")
    if not path:
        raise UserError(
            "GITHUB_EVENT_NAME names an event, but GITHUB_EVENT_PATH is empty.",
            remedy="Set GITHUB_EVENT_PATH to the file that holds the event's payload.",
        )
    try:
        return json.loads(Path(path).read_bytes())
    except OSError as error:
        raise UserError(
            f"The event file cannot be read: {error.strerror or error}.",
            remedy="Set GITHUB_EVENT_PATH to a readable file.",
        ) from error
    except (ValueError, RecursionError) as error:
        raise UserError(
            "The event file holds no JSON.", remedy="Set GITHUB_EVENT_PATH to the payload of an event."
        ) from error


_REPOSITORY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}/[A-Za-z0-9._-]{1,100}", re.ASCII)


def _repository(environment: Mapping[str, str]) -> str:
    name = environment.get("GITHUB_REPOSITORY", "").strip()
    if _REPOSITORY.fullmatch(name) is None or name.split("/")[1] in (".", ".."):
        raise UserError(
            f"GITHUB_REPOSITORY is {name[:120]!r}.",
            remedy="Give the repository as OWNER/NAME, e.g. octo/shop.",
        )
    return name


def _token(environment: Mapping[str, str]) -> Secret:
    """The token. Outside a runner the names that GitHub's own tools use are looked at too."""
    names = ["BUGACTION_TOKEN"]
    if environment.get("GITHUB_ACTIONS") != "true":
        names += ["GH_TOKEN", "GITHUB_TOKEN"]
    token = next((environment[name].strip() for name in names if environment.get(name, "").strip()), "")
    if not token:
        raise UserError(
            "There is no token to read and write with.",
            remedy=f"Set the input `token` ({' or '.join(names)} in the environment).",
        )
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UserError(
            "The token holds characters that no token has.", remedy="Set the input `token` to the bare token."
        )
    return Secret(token)


def _config(environment: Mapping[str, str]) -> str:
    path = environment.get("BUGACTION_CONFIG", "").strip() or DEFAULT_CONFIG
    parts = path.split("/")
    if any(part in ("", ".", "..", ".git") for part in parts) or "\\" in path or not path.isprintable():
        raise UserError(
            f"The input `config` is {path[:120]!r}.",
            remedy=f"Give a path of the repository, such as {DEFAULT_CONFIG}.",
        )
    return path


def _flag(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "").strip()
    if value.casefold() not in ("", "false", "true"):
        raise UserError(f"{name} is {value[:80]!r}.", remedy="Use true or false.")
    return value.casefold() == "true"


def _records(environment: Mapping[str, str]) -> Records:
    value = environment.get("BUGACTION_RECORDS", "").strip().casefold() or Records.WRITE
    if value not in tuple(Records):
        raise UserError(
            f"The input `records` is {value[:80]!r}.", remedy=f"Use one of: {', '.join(Records)}."
        )
    return Records(value)


_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _url(environment: Mapping[str, str], name: str, default: str) -> str:
    """An address to send the token to: encrypted, unless it stays on this machine."""
    value = environment.get(name, "").strip() or default
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not host or not is_safe or parts.username or parts.query or parts.fragment or not value.isprintable():
        raise UserError(
            f"{name} is no address that a token may be sent to.",
            remedy=f"Give an https address such as {default} (http only on this machine).",
        )
    return value.rstrip("/")


def _graphql_of(api: str) -> str:
    """github.com has /graphql beside its REST root, an enterprise server /api/graphql beside /api/v3
    (https://docs.github.com/graphql/guides/forming-calls-with-graphql)."""
    return f"{api.removesuffix('/v3')}/graphql"


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    value = environment.get(name, "")
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
