"""What a command is made of. To add one: a file beside this one, and a line in `COMMANDS`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from bugaction.bug import DocumentState
from bugaction.commands.parse import Call
from bugaction.links import Chain
from bugaction.model import LedgerLine, Membership, Role
from bugaction.monitoring import Watch
from bugaction.policy import Policy
from bugaction.snapshot import PullRequest
from bugaction.state import Planned

__all__ = [
    "Accepted",
    "ChainOf",
    "Command",
    "Context",
    "Problem",
    "PullOf",
    "RoleOf",
    "Ruling",
    "TeamsOf",
    "Undoing",
    "head_named",
    "login_of",
    "unseen_team",
]

RoleOf = Callable[[str], Role | None]
"""A login's role, or None while it has not been asked for."""

TeamsOf = Callable[[str], Mapping[str, Membership] | None]
"""What is known of a login's teams, or None while they have not been asked for."""

ChainOf = Callable[[int], Chain]
"""An issue and those that it is a duplicate of."""


PullOf = Callable[[int], PullRequest | None]
"""A pull request of this repository, None while it is not read, or where there is none."""


class Undoing(Enum):
    """What `/undo` does with a command of its author's.

    `TAKEN_BACK`: everything that the command does follows from its line in the ledger. `PASSED_OVER`: it left
    nothing behind, so the one before it is looked at. `REFUSED`: it did more, and is undone otherwise.
    """

    TAKEN_BACK = auto()
    PASSED_OVER = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Context:
    """What a command may look at.

    `author` is whose word it is, `at` when it was said (UTC; the last edit, where there was one).
    `assignees` are the logins that are assigned or about to be; `planned` is what earlier commands decided.
    `commenters` are the case-folded logins that wrote the issue or on it. `heads` are the newest commits of
    the open pull requests that fix the bug, each with their numbers, and `contributors` the case-folded
    logins of those who worked on each. `role_of` answers for the logins that the command named in `asks`,
    and `teams_of` for those in `asks_teams`.

    `bug` is the issue's number, `pull` that of the pull request whose comment it is, 0 on the issue itself.
    `bugs` are, on a pull request, all the bugs that it is linked to or was unlinked from. `fixes` are the
    bug's pull requests, open or merged, those that it was unlinked from among them; `unlinked` are those.
    `given` are the author's earlier commands that count, in order. `catalogue` is every command by its name.
    `chain_of` answers for the issue that the command named in `asks_issue`, and `missing` are numbers that
    are no issue of this repository. `gates` are the names of the gates that block a merge. `watch` tells how
    far the fix is on its way. `draft_of` gives the bug's document of a kind as it is committed now. `brought`
    is why no document has to come to the default branch, "" where one does. `pull_of` answers for the bug's
    own pull requests and for the one that the command named in `asks_pull`.
    """

    policy: Policy
    author: str
    role: Role | None
    at: datetime
    issue_url: str
    confidential: bool = False
    assignees: tuple[str, ...] = ()
    commenters: frozenset[str] = frozenset()
    heads: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    contributors: Mapping[str, frozenset[str]] = field(default_factory=dict)
    planned: Planned = field(default_factory=Planned)
    role_of: RoleOf = field(default=lambda _: None)
    teams_of: TeamsOf = field(default=lambda _: None)
    bug: int = 0
    pull: int = 0
    bugs: frozenset[int] = frozenset()
    fixes: frozenset[int] = frozenset()
    unlinked: frozenset[int] = frozenset()
    given: tuple[LedgerLine, ...] = ()
    catalogue: Mapping[str, Command] = field(default_factory=dict)
    chain_of: ChainOf = field(default=lambda number: Chain((number,)))
    missing: frozenset[int] = frozenset()
    gates: tuple[str, ...] = ()
    watch: Callable[[], Watch] = Watch
    draft_of: Callable[[str], DocumentState | None] = field(default=lambda _: None)
    brought: str = ""
    pull_of: PullOf = field(default=lambda _: None)

    def is_assigned(self, login: str) -> bool:
        """Whether that person is an assignee; logins are case-insensitive."""
        return any(login.casefold() == assignee.casefold() for assignee in self.assignees)

    def is_named(self, number: int | None) -> bool:
        """Whether a command on a pull request that names this number is about this bug.

        One that names none of the pull request's bugs is judged once, for the first of them.
        """
        return (number if number in self.bugs else min(self.bugs, default=self.bug)) == self.bug


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

    undoing: Undoing = Undoing.REFUSED
    """What `/undo` does with it."""

    instead: str = ""
    """What to do in place of undoing one that is refused, as the end of a sentence."""

    def least(self, policy: Policy) -> Role:
        """The least role that may use it; `Role.NONE` is everyone, and then no role is asked for."""
        ...

    def asks(self, call: Call) -> tuple[str, ...]:  # noqa: ARG002 - what most commands need
        """The logins whose role `check` needs, besides the author's."""
        return ()

    def asks_teams(self, call: Call, context: Context) -> tuple[str, ...]:  # noqa: ARG002 - as above
        """The logins whose teams `check` needs; asked once the roles are known."""
        return ()

    def asks_issue(self, call: Call, context: Context) -> int:  # noqa: ARG002 - what most commands need
        """The issue that `check` has to know of, 0 for none."""
        return 0

    def asks_pull(self, call: Call) -> int:  # noqa: ARG002 - what most commands need
        """The pull request that `check` has to know of, 0 for none."""
        return 0

    def concerns(self, call: Call, context: Context) -> bool:  # noqa: ARG002 - what most commands need
        """Whether it is about this bug; on a pull request it may be about another of its bugs.

        Asked before anything else: what is another bug's leaves nothing behind in this one's ledger.
        """
        return True

    def said(self, line: LedgerLine) -> str:  # noqa: ARG002 - what most commands need
        """What is answered to one that was carried out, beside the reaction; "" for nothing."""
        return ""

    def check(self, call: Call, context: Context) -> Ruling:
        """Whether the command can be carried out; the author's role has been judged before."""
        ...


_MOST_HEADS = 5
_FEWEST_DIGITS = 7
_COMMIT = re.compile(r"[0-9a-fA-F]{7,40}")


def head_named(text: str, context: Context) -> str | Problem:
    """The head of an open fix that the text names by 7 to 40 digits, or what is wrong.

    A word on what a commit holds names the commit: another may be the newest before it is read.
    """
    heads = [oid for oid, pulls in context.heads.items() if not context.unlinked.issuperset(pulls)]
    named = [oid for oid in heads if _COMMIT.fullmatch(text) and oid.startswith(text.casefold())]
    if len(named) == 1:
        return named[0]
    if not heads:
        return Problem("no open pull request fixes this bug", usage=False)
    newest = " or ".join(f"`{_told_apart(oid, heads)}`" for oid in heads[:_MOST_HEADS])
    return Problem(f"it takes the commit that it speaks of, the newest one of a fix: {newest}", usage=False)


def _told_apart(oid: str, heads: Sequence[str]) -> str:
    """As many digits as no other of the heads begins with: anybody may make one that begins like another."""
    others = [head for head in heads if head != oid]
    digits = (oid[:count] for count in range(_FEWEST_DIGITS, len(oid)))
    return next((each for each in digits if not any(head.startswith(each) for head in others)), oid)


def unseen_team(login: str, context: Context) -> str:
    """The end of a sentence: a team of the senior group that this token may not look into. "" for none."""
    teams = context.teams_of(login) or {}
    hidden = [team for team in context.policy.people.senior.teams if teams.get(team) is Membership.HIDDEN]
    return f"; who is in {hidden[0]} takes a GitHub App's token with `members: read`" if hidden else ""


_MOST_LOGIN = 100


def login_of(text: str) -> str | None:
    """The login in `@login` or `login`, or None where it can be none.

    GitHub allows letters, digits and hyphens, and an underscore before an enterprise's short code
    (https://docs.github.com/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication).
    """
    login = text.removeprefix("@").rstrip(",.;")
    allowed = all(char.isascii() and (char.isalnum() or char in "-_") for char in login)
    return login if login and allowed and login[0] not in "-_" and len(login) <= _MOST_LOGIN else None
