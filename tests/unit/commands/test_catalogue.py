"""The catalogue of commands is whole and describes itself."""

from __future__ import annotations

import pytest

from bugaction.commands import COMMANDS
from bugaction.commands.base import Accepted, Command, login_of
from bugaction.commands.parse import parse_calls
from bugaction.model import Role
from tests.unit.commands.context import CONTEXT, ruling


def test_it_is_sorted_by_name() -> None:
    """Each under its own name."""
    assert list(COMMANDS) == sorted(COMMANDS) == [command.name for command in COMMANDS.values()]


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_each_explains_itself(command: Command) -> None:
    """The usage and the example are lines of the command; the summary is a sentence."""
    for line in (command.usage, command.example):
        assert line.partition(" ")[0] == f"/{command.name}"
    assert command.summary[0].isupper()
    assert command.summary.endswith(".")
    (call,) = parse_calls(command.example)
    assert call.name == command.name


@pytest.mark.parametrize("name", ["track", "recheck", "help"])
def test_those_without_an_argument_are_always_accepted(name: str) -> None:
    """Words behind them are a remark."""
    assert ruling(COMMANDS[name], f"/{name} please") == Accepted()


@pytest.mark.parametrize(
    ("name", "least"), [("track", Role.TRIAGE), ("recheck", Role.NONE), ("help", Role.NONE)]
)
def test_who_may_use_them(name: str, least: Role) -> None:
    """Looking again and asking for help is everybody's."""
    assert COMMANDS[name].least(CONTEXT.policy) is least


@pytest.mark.parametrize(
    ("text", "login"),
    [
        ("@ana", "ana"),
        ("ana", "ana"),
        ("@Ana-B1,", "Ana-B1"),
        ("@octo_corp", "octo_corp"),
        ("@@ana", None),
        ("@ana/b", None),
        ("@_ana", None),
        ("@änne", None),
        ("@a<b>", None),
        ("@" + "a" * 101, None),
        ("@", None),
        ("", None),
    ],
)
def test_a_login(text: str, login: str | None) -> None:
    """As people write it."""
    assert login_of(text) == login
