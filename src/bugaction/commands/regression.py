"""`/regression`: the deployed fix made something worse, or did not help."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing
from bugaction.commands.parse import Call
from bugaction.model import Role
from bugaction.policy import Policy

__all__ = ["Regression"]

_LONGEST = 300


class Regression(Command):
    """Stops the line: whoever sees a problem may say so, and nobody has to prove it first."""

    name = "regression"
    usage = "/regression [TEXT]"
    summary = (
        "Reports that the merged fix broke something or did not help: stop, and roll back. Its author takes "
        "it back with `/undo`; a further fix, merged and deployed, answers it."
    )
    example = "/regression the cart is empty after paying, see #57"
    undoing = Undoing.TAKEN_BACK

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever plans: a report of a problem has to be easy."""
        return policy.people.plan

    def check(self, call: Call, context: Context) -> Ruling:
        """Something is merged that may have done it."""
        if len(call.tail) > _LONGEST:
            return Problem(f"the text is longer than {_LONGEST} characters", usage=False)
        if context.watch().merged is None:
            return Problem("no fix of this bug is merged yet", usage=False)
        return Accepted({"text": call.tail} if call.tail else {})
