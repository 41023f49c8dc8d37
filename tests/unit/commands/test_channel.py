"""`/channel`."""

from __future__ import annotations

import pytest

from bugaction.commands.base import Accepted, Problem
from bugaction.commands.channel import Channel
from bugaction.model import Role
from tests.unit.commands.context import CONTEXT, ruling

COMMAND = Channel()


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("/channel #incident-bug-042", "incident-bug-042"),
        ("/channel incident_42.a", "incident_42.a"),
        ("/channel #störung", "störung"),
        ("/channel " + "a" * 80, "a" * 80),
    ],
)
def test_a_channel_is_kept_without_its_sign(line: str, name: str) -> None:
    """GitHub would make a link of a number behind it."""
    assert ruling(COMMAND, line) == Accepted({"channel": name})


@pytest.mark.parametrize(
    "line",
    [
        "/channel",
        "/channel #",
        "/channel ##a",
        "/channel a b",
        "/channel @ana",
        "/channel a|b",
        "/channel `a`",
        "/channel -a",
        "/channel <!channel>",
        "/channel " + "a" * 81,
    ],
)
def test_anything_else_is_no_channel(line: str) -> None:
    """No mention, no markup, no more than 80 characters."""
    assert ruling(COMMAND, line) == Problem(
        "a channel's name has letters, digits, `-`, `_` and `.`, and at most 80 of them"
    )


def test_who_may_is_policy() -> None:
    """Whoever plans."""
    assert COMMAND.least(CONTEXT.policy) is Role.TRIAGE
