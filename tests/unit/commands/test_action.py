"""`/action`."""

from __future__ import annotations

import pytest

from bugaction.commands.action import AddAction
from bugaction.commands.base import Accepted, Problem
from bugaction.model import Role
from tests.unit.commands.context import CONTEXT, ruling

COMMAND = AddAction()


@pytest.mark.parametrize(
    ("line", "owner", "due", "text"),
    [
        ("/action @octocat 2026-12-01 alert on it", "octocat", "2026-12-01", "alert on it"),
        ("/action @octo-cat, 2w alert on it", "octo-cat", "2026-12-08", "alert on it"),
        ("/action @bo 1d alert   on it", "bo", "2026-11-25", "alert on it"),
        ("/action @bo 1d " + "x" * 200, "bo", "2026-11-25", "x" * 200),
    ],
)
def test_who_when_and_what_are_kept(line: str, owner: str, due: str, text: str) -> None:
    """A length counts from when it was said."""
    assert ruling(COMMAND, line) == Accepted({"owner": owner, "due": due, "text": text})


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("/action", "the first word is who owns it, such as @octocat"),
        ("/action octocat 2w alert", "the first word is who owns it, such as @octocat"),
        ("/action @octo/team 2w alert", "the first word is who owns it, such as @octocat"),
        ("/action @bo", "the second word is by when: a day such as 2026-12-01, or a length such as 2w"),
        (
            "/action @bo soon alert",
            "the second word is by when: a day such as 2026-12-01, or a length such as 2w",
        ),
        (
            "/action @bo 2026-02-30 a",
            "the second word is by when: a day such as 2026-12-01, or a length such as 2w",
        ),
        (
            "/action @bo 9999-12-31 a",
            "the second word is by when: a day such as 2026-12-01, or a length such as 2w",
        ),
        (
            "/action @bo 60000w a",
            "the second word is by when: a day such as 2026-12-01, or a length such as 2w",
        ),
        (
            "/action @bo 999999w a",
            "the second word is by when: a day such as 2026-12-01, or a length such as 2w",
        ),
        ("/action @bo 2w", "what is to be done is missing"),
        ("/action @bo 2w " + "x" * 201, "what is to be done is longer than 200 characters"),
    ],
)
def test_a_problem_is_said(line: str, text: str) -> None:
    """One at a time, in the order of the words."""
    assert ruling(COMMAND, line) == Problem(text, usage="longer" not in text)


def test_who_may_and_where() -> None:
    """Whoever plans; a confidential bug's are not for here."""
    assert COMMAND.least(CONTEXT.policy) is Role.TRIAGE
    found = ruling(COMMAND, "/action @bo 2w alert", confidential=True)
    text = "what follows from a confidential bug belongs in its private advisory"
    assert found == Problem(text, usage=False)
