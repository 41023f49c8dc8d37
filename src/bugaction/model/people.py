"""Who did something, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

__all__ = ["ANYONE", "Actor", "Membership", "Role"]


class Role(IntEnum):
    """A person's role on the repository, ordered by what it allows.

    The names are those of `role_name` in GitHub's "Get repository permissions for a user"; a custom role
    arrives there by its own name and is read by its base `permission` instead
    (https://docs.github.com/rest/collaborators/collaborators).
    """

    NONE = 0
    READ = 1
    TRIAGE = 2
    WRITE = 3
    MAINTAIN = 4
    ADMIN = 5

    def __str__(self) -> str:
        return self.name.lower()

    @classmethod
    def parse(cls, text: str) -> Role | None:
        """The role of that name in any case, or None."""
        return cls.__members__.get(text.strip().upper())


class Membership(StrEnum):
    """Whether a person is in a team, those below it included. `HIDDEN`: this token is not told."""

    MEMBER = "member"
    NONE = "none"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody on GitHub.

    `login` is as REST spells it: a bot's ends in `[bot]` (GraphQL leaves the suffix out, the reader puts it
    back). A deleted account is the login `ghost`, as GitHub shows it.
    """

    login: str
    is_bot: bool = False

    def is_same(self, login: str) -> bool:
        """GitHub logins are case-insensitive."""
        return self.login.casefold() == login.casefold()


ANYONE = Actor("ghost")
"""The account that stands in for a deleted one: https://github.com/ghost."""
