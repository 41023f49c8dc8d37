"""`/strategy`: how the bug is to be fixed."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing
from bugaction.commands.parse import Call
from bugaction.model import Role, Strategy
from bugaction.policy import Policy

__all__ = ["ChooseStrategy"]

_LONGEST_REASON = 300


class ChooseStrategy(Command):
    """Chooses the fix strategy."""

    name = "strategy"
    usage = f"/strategy {'|'.join(Strategy)} [REASON]"
    summary = "Chooses how the bug is fixed."
    example = "/strategy hotfix only coupons from before December fail"
    undoing = Undoing.TAKEN_BACK

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever plans."""
        return policy.people.plan

    def check(self, call: Call, context: Context) -> Ruling:  # noqa: ARG002 - the protocol's signature
        """One of the three strategies; what stands behind it is the reason."""
        if not call.arguments:
            return Problem("which strategy is missing")
        strategy = Strategy.parse(call.arguments[0])
        if strategy is None:
            return Problem("there is no strategy of that name")
        reason = " ".join(call.arguments[1:])
        if len(reason) > _LONGEST_REASON:
            return Problem(f"the reason is longer than {_LONGEST_REASON} characters", usage=False)
        return Accepted({"strategy": strategy.value, **({"reason": reason} if reason else {})})
