"""`/track`: takes an issue in."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Command, Context, Ruling
from bugaction.commands.parse import Call
from bugaction.model import Role
from bugaction.policy import Policy

__all__ = ["Track"]


class Track(Command):
    """Makes an issue a tracked bug."""

    name = "track"
    usage = "/track"
    summary = "Tracks this issue as a bug, however old it is."
    example = "/track"
    instead = "what is looked after stays so"

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever tracks."""
        return policy.people.track

    def check(self, call: Call, context: Context) -> Ruling:  # noqa: ARG002 - words after it are a remark
        """Always."""
        return Accepted()
