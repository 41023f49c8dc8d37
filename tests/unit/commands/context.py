"""A command's surroundings, for tests of single commands."""

from __future__ import annotations

from dataclasses import replace

from bugaction.commands.base import Command, Context, Ruling
from bugaction.commands.parse import parse_calls
from bugaction.model import Role
from bugaction.policy import Policy
from tests.values import BASE, at

ROLES = {"ana": Role.WRITE, "bo": Role.MAINTAIN, "tri": Role.TRIAGE, "mallory": Role.READ}
CONTEXT = Context(
    policy=Policy(),
    author="ana",
    role=Role.WRITE,
    at=at(5),
    issue_url=f"{BASE}/issues/42",
    commenters=frozenset({"reporter"}),
    role_of=lambda login: ROLES.get(login.casefold(), Role.NONE),
)


def context(**changes: object) -> Context:
    """The surroundings with these changes."""
    return replace(CONTEXT, **changes)  # type: ignore[arg-type]


def ruling(command: Command, text: str, **changes: object) -> Ruling:
    """What becomes of a command line."""
    (call,) = parse_calls(text)
    assert call.name == command.name
    return command.check(call, context(**changes))
