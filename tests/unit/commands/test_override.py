"""`/override`."""

from __future__ import annotations

import pytest

from bugaction.commands.base import Accepted, Problem, Undoing
from bugaction.commands.override import Override
from bugaction.model import Role
from bugaction.policy import Policy
from tests.unit.commands.context import CONTEXT, ruling

COMMAND = Override()
HEAD, OTHER = "c" * 40, "cd" * 20
GATES = ("triage", "root-cause", "fix")
HERE = {"gates": GATES, "heads": {HEAD: (7, 9), OTHER: (8,)}}
NEWEST = "it takes the commit that it speaks of, the newest one of a fix: `ccccccc` or `cdcdcdc`"
KNOWN = "`triage`, `root-cause`, `fix`"


@pytest.mark.parametrize("gate", [*GATES, "Fix", "ROOT-CAUSE"])
@pytest.mark.parametrize("commit", ["ccccccc", "CCCCCCCC", HEAD])
def test_an_override_is_for_one_gate_and_one_commit(gate: str, commit: str) -> None:
    """Recorded in full, with every pull request that has the commit and the words."""
    data = {"gate": gate.casefold(), "head": HEAD, "pulls": "#7 #9", "reason": "the shop is down"}
    assert ruling(COMMAND, f"/override {gate} {commit}  the shop  is down", **HERE) == Accepted(data)


@pytest.mark.parametrize(
    ("line", "changes", "words", "usage"),
    [
        ("/override", {}, f"which gate is missing: {KNOWN}", True),
        ("/override gate ccccccc no", {}, f"there is no such gate to override; these are: {KNOWN}", True),
        ("/override ccccccc fix no", {}, f"there is no such gate to override; these are: {KNOWN}", True),
        ("/override fix", {}, NEWEST, False),
        ("/override fix because I say so", {}, NEWEST, False),
        ("/override fix cccccc no", {}, NEWEST, False),
        ("/override fix ddddddd no", {}, NEWEST, False),
        ("/override fix ccccccc", {}, "the reason is missing", True),
        ("/override fix ccccccc " + "a" * 301, {}, "the reason is longer than 300 characters", False),
        ("/override fix ccccccc no", {"heads": {}}, "no open pull request fixes this bug", False),
        (
            "/override fix ccccccc no",
            {"heads": {HEAD: (7,)}, "unlinked": frozenset({7})},
            "no open pull request fixes this bug",
            False,
        ),
    ],
)
def test_what_is_no_override(line: str, changes: dict[str, object], words: str, usage: bool) -> None:
    """Each with what is wrong."""
    assert ruling(COMMAND, line, **{**HERE, **changes}) == Problem(words, usage=usage)


def test_an_unlinked_pull_request_is_not_named() -> None:
    """It does not fix the bug, though it has the same commit. A reason has 300 characters at most."""
    found = ruling(COMMAND, "/override fix ccccccc " + "a" * 300, **HERE, unlinked=frozenset({9}))
    assert found == Accepted({"gate": "fix", "head": HEAD, "pulls": "#7", "reason": "a" * 300})


def test_who_may_is_policy() -> None:
    """By default those who maintain."""
    assert COMMAND.least(CONTEXT.policy) is Role.MAINTAIN
    assert COMMAND.least(Policy.model_validate({"people": {"override": "admin"}})) is Role.ADMIN


def test_it_is_a_person_s_own_word() -> None:
    """Nobody can put it into somebody else's comment, and its author may take it back."""
    assert (COMMAND.personal, COMMAND.undoing) == (True, Undoing.TAKEN_BACK)
