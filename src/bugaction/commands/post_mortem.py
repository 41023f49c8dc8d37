"""`/post-mortem`: asks for the post-mortem now."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing
from bugaction.commands.parse import Call
from bugaction.model import Role
from bugaction.policy import Policy

__all__ = ["AskPostMortem"]


class AskPostMortem(Command):
    """Has the post-mortem begun, whatever the severity and however far the bug is."""

    name = "post-mortem"
    usage = "/post-mortem"
    summary = (
        "Begins the post-mortem now; for a P0 or P1 it is begun by itself once the fix is out. Undone, it is "
        "not begun again where somebody has deleted it."
    )
    example = "/post-mortem"
    undoing = Undoing.TAKEN_BACK

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever plans."""
        return policy.people.plan

    def check(self, call: Call, context: Context) -> Ruling:  # noqa: ARG002 - words after it are a remark
        """For every bug that may have documents."""
        if context.confidential:
            return Problem(
                "a confidential bug has no documents: write it in the private advisory, then comment "
                "`/attest post-mortem` with the advisory's address",
                usage=False,
            )
        return Accepted()
