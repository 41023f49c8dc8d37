"""`/deployed`: the fix is in production, as somebody who knows says."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing
from bugaction.commands.parse import Call
from bugaction.model import Role
from bugaction.policy import Policy

__all__ = ["Deployed"]

_LONGEST = 100
_LONGEST_ENVIRONMENT = 255
"""GitHub's limit on an environment's name, as in `policy_values`."""


class Deployed(Command):
    """Says that the fix was deployed, where GitHub is not told of it."""

    name = "deployed"
    usage = "/deployed VERSION [ENVIRONMENT]"
    summary = (
        "Says that a version with the fix is deployed, for teams whose deployments GitHub does not see. "
        "Without an environment it is production that is meant; the time is the comment's."
    )
    example = "/deployed 2.0.1 production"
    undoing = Undoing.TAKEN_BACK

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever attests."""
        return policy.people.attest

    def check(self, call: Call, context: Context) -> Ruling:
        """A version, of a fix that is merged as a whole."""
        if not call.arguments:
            return Problem("which version is missing")
        version, environment = call.arguments[0], " ".join(call.arguments[1:])
        if len(version) > _LONGEST or len(environment) > _LONGEST_ENVIRONMENT:
            most = f"{_LONGEST} characters and an environment {_LONGEST_ENVIRONMENT}"
            return Problem(f"a version has at most {most}", usage=False)
        watch = context.watch()
        if watch.merged is None:
            return Problem("no fix of this bug is merged yet", usage=False)
        if watch.is_waiting:
            return Problem("another pull request that fixes this bug is still open", usage=False)
        return Accepted({"version": version, **({"environment": environment} if environment else {})})
