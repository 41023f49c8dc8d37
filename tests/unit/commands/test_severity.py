"""`/severity`."""

from __future__ import annotations

import pytest

from bugaction.commands.base import Accepted, Problem
from bugaction.commands.severity import SetSeverity
from bugaction.model import Role
from bugaction.policy import Policy
from tests.unit.commands.context import ruling

COMMAND = SetSeverity()
ALIASED = Policy.model_validate(
    {"severities": {"P0": {"labels": ["sev0"]}}, "people": {"set-severity": "maintain"}}
)


@pytest.mark.parametrize(
    ("line", "data"),
    [
        ("/severity P1", {"severity": "P1"}),
        ("/severity p1:", {"severity": "P1"}),
        ("/severity `P0` all of it is down", {"severity": "P0", "reason": "all of it is down"}),
        ("/severity high", {"severity": "P1"}),
        ("/severity P1 " + "x" * 300, {"severity": "P1", "reason": "x" * 300}),
        ("/severity SEV0 now", {"severity": "P0", "reason": "now"}),
    ],
)
def test_a_severity_by_number_word_or_label(line: str, data: dict[str, str]) -> None:
    """The rest of the line is the reason."""
    assert ruling(COMMAND, line, policy=ALIASED) == Accepted(data)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("/severity", "which severity is missing"),
        ("/severity P4", "`P4` is no severity"),
        ("/severity 1", "`1` is no severity"),
        ("/severity XP1", "`XP1` is no severity"),
        ("/severity " + "x" * 60, f"`{'x' * 39}…` is no severity"),
        ("/severity P1 " + "x" * 301, "the reason is longer than 300 characters"),
    ],
)
def test_a_problem_is_said(line: str, text: str) -> None:
    """What is wrong, with no more of the words than needed."""
    assert ruling(COMMAND, line) == Problem(text, usage="longer" not in text)


def test_who_may_is_policy() -> None:
    """Triage by default."""
    assert (COMMAND.least(Policy()), COMMAND.least(ALIASED)) == (Role.TRIAGE, Role.MAINTAIN)


def test_a_confidential_bugs_reason_is_not_kept() -> None:
    """The ledger cannot be edited, and is as public as the repository."""
    found = ruling(COMMAND, "/severity P0 the login takes any password", confidential=True)
    assert found == Accepted({"severity": "P0"})
