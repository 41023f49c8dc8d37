"""`/recheck`: looks again."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Command, Context, Ruling, Undoing
from bugaction.commands.parse import Call
from bugaction.model import Role
from bugaction.policy import Policy

__all__ = ["Recheck"]


class Recheck(Command):
    """Asks for another look; the comment itself starts the run, so there is nothing left to do."""

    name = "recheck"
    usage = "/recheck"
    summary = "Looks at everything again now."
    example = "/recheck"
    undoing = Undoing.PASSED_OVER

    def least(self, policy: Policy) -> Role:  # noqa: ARG002 - the protocol's signature
        """Everyone: it changes nothing that the next run would not."""
        return Role.NONE

    def check(self, call: Call, context: Context) -> Ruling:  # noqa: ARG002 - words after it are a remark
        """Always."""
        return Accepted()
