"""What is said in comments and documents, and what a sentence names."""

from __future__ import annotations

import re
from typing import Any

from bugaction.action_items import action_items
from bugaction.cli import commands as program
from bugaction.commands import COMMANDS
from bugaction.commands.base import Problem
from bugaction.commands.parse import Call, parse_calls
from bugaction.config import load
from bugaction.gates import GATES
from bugaction.model import Role
from bugaction.policy import Policy
from tests.snippets.base import Held, Snippet
from tests.snippets.pasted import UNDERNEATH
from tests.snippets.shell import command_line
from tests.unit.commands.context import context

__all__ = ["code_span", "markdown"]

_PLACEHOLDER = re.compile(r"\b[A-Z]{3,}\b|…|\[")
_NO_COMMANDS = frozenset({"checkout", "usr"})
"""Words behind a slash that pages tell of because they are none."""


def markdown(snippet: Snippet) -> Held:
    """Commands that are taken, or action items that become issues."""
    with_text = [name for name, command in COMMANDS.items() if command.takes_text]
    calls = parse_calls(snippet.text, with_text, COMMANDS)
    items = action_items(f"## Action items\n\n### This week\n\n{snippet.text}")
    if not calls and not items:
        yield "nothing in it is read by anybody"
    for call in calls:
        yield from _judged(call)
    yield from (f"nobody owns this: {item.text}" for item in items if not item.owner)


_NO_FIX = "no fix of this bug is merged"
"""What `/rollback` without a number is told here, where the words are right."""


def _judged(call: Call) -> Held:
    """Whether the words are right. What the bug's state has against it is not asked."""
    command = COMMANDS.get(call.name)
    if command is None:
        yield f"there is no command /{call.name}"
        return
    ruling = command.check(
        call,
        context(
            role=Role.ADMIN,
            bug=42,
            pull=0,
            heads={"c0ffee1".ljust(40, "0"): (43,)},
            fixes=frozenset({43}),
            gates=tuple(gate.name for gate in GATES.values() if gate.blocks_merge),
            catalogue=COMMANDS,
            role_of=lambda _: Role.ADMIN,
        ),
    )
    if isinstance(ruling, Problem) and ruling.usage and not ruling.text.startswith(_NO_FIX):
        yield f"/{call.name} {call.tail}: {ruling.text}"


_KEY = re.compile(r"(?P<key>[a-z-]+(?:\.[A-Za-z0-9*-]+)*)(?P<value>: \S.*)?")
_PERMISSIONS = frozenset({"read", "write", "none"})


def code_span(snippet: Snippet) -> Held:
    """Commands, targets and keys of the configuration that a sentence names."""
    text = snippet.text
    name, _, rest = re.sub(r"^[A-Z_]+=\S*(?: [^ )]+)*\) ", "", text).partition(" ")
    if re.fullmatch(r"/[a-z-]{2,}", name) and name[1:] not in _NO_COMMANDS:
        if name[1:] not in COMMANDS:
            yield f"there is no command {name}"
        elif rest and not _PLACEHOLDER.search(text):
            yield from (problem for call in parse_calls(text) for problem in _judged(call))
    elif name in ("bugaction", ".venv/bin/bugaction") and rest and not re.search(r"…|<|\[", rest):
        if rest in program.commands or rest in _JOBS or rest.startswith("/ "):
            return
        yield from command_line(text)
    elif name in ("make", "gh") and rest and "…" not in rest:
        yield from command_line(text)
    elif found := _KEY.fullmatch(text):
        yield from _key(found["key"].split("."), (found["value"] or "").removeprefix(": "))


_JOBS = frozenset({"gates"})
"""What GitHub shows behind the workflow's name, and is a job's."""


def _key(path: list[str], value: str) -> Held:
    known = {field.alias or name for name, field in Policy.model_fields.items()}
    if path[0] not in known - {"version"} or (len(path) == 1 and (not value or value in _PERMISSIONS)):
        return
    path = ["P1" if part == "*" else part for part in path]
    if value and not _PLACEHOLDER.search(value):
        text = "version: 1\n" + "".join(f"{'  ' * depth}{part}:\n" for depth, part in enumerate(path))
        yield from (str(problem) for problem in load(f"{text[:-1]} {value}\n", extended=UNDERNEATH).problems)
        return
    at: Any = Policy().model_dump(mode="json", by_alias=True)
    at["severities"] = {f"P{level}": rules for level, rules in enumerate(at["severities"].values())}
    for part in path:
        if not isinstance(at, dict) or part not in at:
            yield f"the configuration has no {'.'.join(path)}"
            return
        at = at[part]
