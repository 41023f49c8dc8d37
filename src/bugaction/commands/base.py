"""What a command is made of. To add one: a file beside this one, and a line in `COMMANDS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bugaction.commands.parse import Call
from bugaction.model import Role
from bugaction.policy import Policy
from bugaction.state import Planned

__all__ = ["Accepted", "Command", "Context", "Problem", "RoleOf", "Ruling", "login_of"]

RoleOf = Callable[[str], Role | None]
"""A login's role, or None while it has not been asked for."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a command may look at.

    `author` is whose word it is, `at` when it was said (UTC; the last edit, where there was one).
    `assignees` are the logins that are assigned or about to be; `planned` is what earlier commands decided.
    `commenters` are the case-folded logins that wrote the issue or on it. `heads` are the newest commits of
    the open pull requests that fix the bug. `role_of` answers for the logins that the command named in
    `asks`.
    """

    policy: Policy
    author: str
    role: Role | None
    at: datetime
    issue_url: str
    confidential: bool = False
    assignees: tuple[str, ...] = ()
    commenters: frozenset[str] = frozenset()
    heads: tuple[str, ...] = ()
    planned: Planned = field(default_factory=Planned)
    role_of: RoleOf = field(default=lambda _: None)

    def is_assigned(self, login: str) -> bool:
        """Whether that person is an assignee; logins are case-insensitive."""
        return any(login.casefold() == assignee.casefold() for assignee in self.assignees)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The command is carried out. `data` is what the ledger keeps of it."""

    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """The command is refused. `text` is a sentence for its author, without capital and full stop.

    `usage` is False where the usage line would not help: the words were right, and what they ask is not.
    """

    text: str
    usage: bool = True


Ruling = Accepted | Problem


class Command(Protocol):
    """One command. Everything that the help says of it stands here."""

    name: str
    """The word after the slash."""

    usage: str
    """The whole line, with placeholders in capitals and what may be left out in brackets."""

    summary: str
    """What it does, as one sentence."""

    example: str
    """A line that works."""

    personal: bool = False
    """Whether it is the author's own word: nobody else may put it into the comment by an edit."""

    takes_text: bool = False
    """Whether the lines below it belong to it."""

    wants_role: bool = False
    """Whether the author's role is asked for even where everyone may use it."""

    def least(self, policy: Policy) -> Role:
        """The least role that may use it; `Role.NONE` is everyone, and then no role is asked for."""
        ...

    def asks(self, call: Call) -> tuple[str, ...]:  # noqa: ARG002 - what most commands need
        """The logins whose role `check` needs, besides the author's."""
        return ()

    def check(self, call: Call, context: Context) -> Ruling:
        """Whether the command can be carried out; the author's role has been judged before."""
        ...


_MOST_LOGIN = 100


def login_of(text: str) -> str | None:
    """The login in `@login` or `login`, or None where it can be none.

    GitHub allows letters, digits and hyphens, and an underscore before an enterprise's short code
    (https://docs.github.com/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication).
    """
    login = text.removeprefix("@").rstrip(",.;")
    allowed = all(char.isascii() and (char.isalnum() or char in "-_") for char in login)
    return login if login and allowed and login[0] not in "-_" and len(login) <= _MOST_LOGIN else None
