"""`/accept`."""

from __future__ import annotations

from bugaction.commands.accept import Accept
from bugaction.commands.base import Accepted, Problem
from bugaction.model import Role
from tests.unit.commands.context import CONTEXT, ruling

COMMAND = Accept()


def test_an_assignee_accepts() -> None:
    """Logins in any case, also without write access; words behind it are a remark."""
    assert ruling(COMMAND, "/accept gladly", assignees=("bo", "Ana"), role=Role.READ) == Accepted()


def test_the_first_volunteer_is_assigned() -> None:
    """Who has write access takes a bug that nobody has."""
    assert ruling(COMMAND, "/accept") == Accepted({"assign": "ana"})


def test_a_volunteer_without_write_access_is_not() -> None:
    """Nor an app, whose role nobody asks for."""
    for role in (Role.TRIAGE, None):
        found = ruling(COMMAND, "/accept", role=role)
        text = "nobody is assigned, and taking a free bug needs the role write or above"
        assert found == Problem(text, usage=False)


def test_nobody_accepts_another_s_bug() -> None:
    """The way is told."""
    found = ruling(COMMAND, "/accept", assignees=("bo",))
    assert found == Problem("ana is not assigned: `/assign @ana` comes first", usage=False)


def test_it_is_one_s_own_word() -> None:
    """Whoever can read may use it, and nobody can put it into another's comment."""
    assert COMMAND.personal
    assert COMMAND.least(CONTEXT.policy) is Role.READ
