"""`/documents`."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Problem
from bugaction.commands.documents import BringDocuments
from bugaction.model import Role
from tests.unit.commands.context import CONTEXT, ruling

COMMAND = BringDocuments()


def test_whoever_plans_may_ask() -> None:
    """As policy says; words behind it are a remark."""
    assert COMMAND.least(CONTEXT.policy) is Role.TRIAGE
    assert ruling(COMMAND, "/documents") == Accepted()
    assert ruling(COMMAND, "/documents for the audit") == Accepted()


def test_where_there_is_nothing_to_bring_it_says_why() -> None:
    """The line was right, so its usage would not help."""
    found = ruling(COMMAND, "/documents", brought="its documents are on `main` already")
    assert found == Problem("its documents are on `main` already", usage=False)


def test_a_confidential_bug_has_none() -> None:
    """Whatever was committed before."""
    found = ruling(COMMAND, "/documents", confidential=True, brought="they are on `main` already")
    assert found == Problem("a confidential bug has no documents", usage=False)
