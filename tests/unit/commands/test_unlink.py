"""`/unlink`."""

from __future__ import annotations

import pytest

from bugaction.commands.base import Accepted, Problem
from bugaction.commands.parse import parse_calls
from bugaction.commands.unlink import Unlink
from bugaction.model import Role
from bugaction.policy import Policy
from tests.unit.commands.context import CONTEXT, context, ruling

COMMAND = Unlink()
HERE = {"bug": 42, "fixes": frozenset({7, 8}), "unlinked": frozenset({8})}
ON_PULL = {**HERE, "pull": 7, "bugs": frozenset({42, 43})}


@pytest.mark.parametrize("number", ["#42", "42", "BUG-042"])
def test_on_a_pull_request_it_names_the_bug(number: str) -> None:
    """As people write it."""
    data = {"bug": "42", "pull": "7", "reason": "it only mentions it"}
    assert ruling(COMMAND, f"/unlink {number} it only mentions it", **ON_PULL) == Accepted(data)


def test_on_the_issue_it_names_the_pull_request() -> None:
    """Both say the same, with a reason of 300 characters at most."""
    assert ruling(COMMAND, "/unlink #7 no", **HERE) == Accepted({"bug": "42", "pull": "7", "reason": "no"})
    longest = ruling(COMMAND, "/unlink #7 " + "a" * 300, **HERE)
    assert longest == Accepted({"bug": "42", "pull": "7", "reason": "a" * 300})


@pytest.mark.parametrize(
    ("line", "surroundings", "words", "usage"),
    [
        ("/unlink", HERE, "the number of the pull request is missing", True),
        ("/unlink", ON_PULL, "the number of the bug is missing", True),
        ("/unlink it is wrong", HERE, "the number of the pull request is missing", True),
        ("/unlink #7", HERE, "the reason is missing", True),
        ("/unlink #7 " + "a" * 301, HERE, "the reason is longer than 300 characters", False),
        ("/unlink #42 no", HERE, "no open or merged pull request `#42` is linked to this bug", False),
        ("/unlink #9 no", HERE, "no open or merged pull request `#9` is linked to this bug", False),
        ("/unlink #8 no", HERE, "it is unlinked already", False),
        ("/unlink #7 no", ON_PULL, "this pull request is not linked to `#7`", False),
        ("/unlink #42 no", {**ON_PULL, "unlinked": frozenset({7})}, "it is unlinked already", False),
    ],
)
def test_what_cannot_be_unlinked(line: str, surroundings: dict[str, object], words: str, usage: bool) -> None:
    """Each with what is wrong."""
    assert ruling(COMMAND, line, **surroundings) == Problem(words, usage=usage)


@pytest.mark.parametrize(
    ("line", "bug", "is_heard"),
    [
        ("/unlink #42 no", 42, True),
        ("/unlink #42 no", 43, False),
        ("/unlink #43 no", 42, False),
        ("/unlink #43 no", 43, True),
        ("/unlink #99 no", 42, True),
        ("/unlink #99 no", 43, False),
        ("/unlink", 42, True),
        ("/unlink", 43, False),
    ],
)
def test_on_a_pull_request_of_several_bugs_one_hears_it(line: str, bug: int, is_heard: bool) -> None:
    """The one that it names, otherwise the first."""
    (call,) = parse_calls(line)
    assert COMMAND.concerns(call, context(**{**ON_PULL, "bug": bug})) is is_heard


def test_on_an_issue_it_is_that_bugs() -> None:
    """Whatever it names."""
    (call,) = parse_calls("/unlink #99 no")
    assert COMMAND.concerns(call, context(**HERE))


def test_who_may_is_policy() -> None:
    """Whoever overrides."""
    assert COMMAND.least(CONTEXT.policy) is Role.MAINTAIN
    assert COMMAND.least(Policy.model_validate({"people": {"override": "admin"}})) is Role.ADMIN
