"""`/post-mortem`."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Problem
from bugaction.commands.post_mortem import AskPostMortem
from bugaction.model import Role
from tests.unit.commands.context import CONTEXT, ruling

COMMAND = AskPostMortem()


def test_whoever_plans_may_ask() -> None:
    """As policy says; words behind it are a remark."""
    assert COMMAND.least(CONTEXT.policy) is Role.TRIAGE
    assert ruling(COMMAND, "/post-mortem") == Accepted()
    assert ruling(COMMAND, "/post-mortem please, while it is fresh") == Accepted()


def test_a_confidential_bug_has_none() -> None:
    """And it is said where it belongs."""
    found = ruling(COMMAND, "/post-mortem", confidential=True)
    text = "a confidential bug has no documents: write it in the private advisory, then comment "
    text += "`/attest post-mortem` with the advisory's address"
    assert found == Problem(text, usage=False)
