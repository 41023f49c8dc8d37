"""`/channel`: where the team talks about the bug."""

from __future__ import annotations

import re

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing
from bugaction.commands.parse import Call
from bugaction.model import Role
from bugaction.policy import Policy

__all__ = ["Channel"]

_NAME = re.compile(r"#?(?P<name>[^\W_][\w.-]{0,79})")
"""Letters of any script, digits, `-`, `_` and `.`; Slack, the strictest of the usual ones on length, allows
80 characters (https://api.slack.com/methods/conversations.create)."""


class Channel(Command):
    """Names the status channel."""

    name = "channel"
    usage = "/channel #NAME"
    summary = "Names the channel where the incident is talked about."
    example = "/channel #incident-bug-042"
    undoing = Undoing.TAKEN_BACK

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever plans."""
        return policy.people.plan

    def check(self, call: Call, context: Context) -> Ruling:  # noqa: ARG002 - the protocol's signature
        """A channel's name, kept without its `#`: GitHub would make a link of `#42`."""
        name = _NAME.fullmatch(call.tail)
        if name is None:
            return Problem("a channel's name has letters, digits, `-`, `_` and `.`, and at most 80 of them")
        return Accepted({"channel": name["name"]})
