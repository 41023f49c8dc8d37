"""`/duplicate`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.commands.base import Accepted, Problem
from bugaction.commands.duplicate import Duplicate
from bugaction.commands.parse import parse_calls
from bugaction.links import Chain
from bugaction.model import RecordKind, Role
from bugaction.policy import Policy
from tests.unit.commands.context import CONTEXT, context, ruling
from tests.values import line

COMMAND = Duplicate()
CHAINS = {50: Chain((50,)), 51: Chain((51, 42)), 52: Chain((52, 53, 42)), 99: Chain((99,), is_broken=True)}
HERE = {"bug": 42, "chain_of": CHAINS.__getitem__, "missing": frozenset({99})}


def test_another_issue_is_its_original() -> None:
    """Kept by its number."""
    assert ruling(COMMAND, "/duplicate #50", **HERE) == Accepted({"duplicate": "50"})


def test_an_original_that_is_closed_is_told_of() -> None:
    """It may be one: "already fixed" is said in this way too. Of a chain its end counts."""
    chains = {50: Chain((50,), is_over=True), 51: Chain((51, 60), is_over=True)}
    for number, end in ((50, "50"), (51, "60")):
        found = ruling(COMMAND, f"/duplicate #{number}", bug=42, chain_of=chains.__getitem__)
        assert found == Accepted({"duplicate": str(number), "closed": end})
        assert isinstance(found, Accepted)
        told = replace(line(RecordKind.COMMAND, "IC_1#0"), data=found.data)
        assert COMMAND.said(told).startswith(
            f"`#{end}` is closed. While that is so, a pull request that fixes"
        )
    assert COMMAND.said(line(RecordKind.COMMAND, "IC_1#0", name="duplicate", duplicate="50")) == ""


@pytest.mark.parametrize(
    ("line", "words", "usage"),
    [
        ("/duplicate", "the number of the issue that it is a duplicate of is missing", True),
        ("/duplicate of #50", "the number of the issue that it is a duplicate of is missing", True),
        ("/duplicate #42", "an issue is no duplicate of itself", False),
        ("/duplicate #99", "`#99` is no issue of this repository", False),
        ("/duplicate #51", "`#51` is a duplicate of this one", False),
        ("/duplicate #52", "`#52` is a duplicate of this one", False),
    ],
)
def test_what_is_no_original(line: str, words: str, usage: bool) -> None:
    """No circle, of whatever length."""
    assert ruling(COMMAND, line, **HERE) == Problem(words, usage=usage)


def test_on_a_pull_request_it_is_refused() -> None:
    """Which of its bugs would be meant?"""
    assert ruling(COMMAND, "/duplicate #50", **HERE, pull=7) == Problem(
        "it is said on the bug's own issue", usage=False
    )


@pytest.mark.parametrize(
    ("line", "pull", "asked"),
    [
        ("/duplicate #50", 0, 50),
        ("/duplicate #42", 0, 0),
        ("/duplicate x", 0, 0),
        ("/duplicate", 0, 0),
        ("/duplicate #50", 7, 0),
    ],
)
def test_the_original_is_looked_at_first(line: str, pull: int, asked: int) -> None:
    """Only where it would be one."""
    (call,) = parse_calls(line)
    assert COMMAND.asks_issue(call, context(**HERE, pull=pull)) == asked


@pytest.mark.parametrize(
    ("people", "least"),
    [({}, Role.TRIAGE), ({"plan": "write"}, Role.WRITE), ({"plan": "read"}, Role.TRIAGE)],
)
def test_who_may_is_policy(people: dict[str, str], least: Role) -> None:
    """Whoever plans, but nobody who may not set a severity: the original's takes its place."""
    assert COMMAND.least(Policy.model_validate({"people": people})) is least
    assert CONTEXT.policy == Policy()
