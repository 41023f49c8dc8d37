"""`/strategy`."""

from __future__ import annotations

import pytest

from bugaction.commands.base import Accepted, Problem
from bugaction.commands.strategy import ChooseStrategy
from bugaction.model import Role
from tests.unit.commands.context import CONTEXT, ruling

COMMAND = ChooseStrategy()


@pytest.mark.parametrize(
    ("line", "data"),
    [
        ("/strategy hotfix", {"strategy": "hotfix"}),
        ("/strategy Rollback it is one commit", {"strategy": "rollback", "reason": "it is one commit"}),
        ("/strategy backward-compatible", {"strategy": "backward-compatible"}),
        ("/strategy hotfix " + "x" * 300, {"strategy": "hotfix", "reason": "x" * 300}),
    ],
)
def test_a_strategy_is_chosen(line: str, data: dict[str, str]) -> None:
    """In any case of its name, with a reason behind it."""
    assert ruling(COMMAND, line) == Accepted(data)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("/strategy", "which strategy is missing"),
        ("/strategy patch", "there is no strategy of that name"),
        ("/strategy hotfix " + "x" * 301, "the reason is longer than 300 characters"),
    ],
)
def test_a_problem_is_said(line: str, text: str) -> None:
    """With the usage line, which names the three, where none of them was said."""
    assert ruling(COMMAND, line) == Problem(text, usage="strategy" in text)


def test_whoever_plans_may_choose() -> None:
    """As policy says."""
    assert COMMAND.least(CONTEXT.policy) is Role.TRIAGE
    assert "rollback|backward-compatible|hotfix" in COMMAND.usage
