"""`/help`: what the asker may use."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Command, Context, Ruling, Undoing
from bugaction.commands.parse import Call
from bugaction.model import Role
from bugaction.policy import Policy

__all__ = ["Help"]


class Help(Command):
    """Asks for the list of commands; the reply is written by `judge`."""

    name = "help"
    usage = "/help"
    summary = "Lists the commands that its author may use."
    example = "/help"
    wants_role = True
    undoing = Undoing.PASSED_OVER

    def least(self, policy: Policy) -> Role:  # noqa: ARG002 - the protocol's signature
        """Everyone."""
        return Role.NONE

    def check(self, call: Call, context: Context) -> Ruling:  # noqa: ARG002 - words after it are a remark
        """Always."""
        return Accepted()
