"""`/deployed`: the fix is in production, as somebody who knows says."""

from __future__ import annotations

from difflib import get_close_matches

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing
from bugaction.commands.parse import Call
from bugaction.escaping import plain
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
        named = context.policy.deployment.environments
        if environment and named and environment.casefold() not in {name.casefold() for name in named}:
            return Problem(_elsewhere(environment, named), usage=False)
        return Accepted({"version": version, **({"environment": environment} if environment else {})})


def _elsewhere(environment: str, named: tuple[str, ...]) -> str:
    """Why a word on an environment that is not production tells nothing of a fix, and what would."""
    known = {name.casefold(): name for name in named}
    near = get_close_matches(environment.casefold(), known, n=1)
    meant = f" (did you mean {plain(known[near[0]])}?)" if near else ""
    return (
        f"{plain(environment)} is no production here{meant}; `deployment.environments` names "
        f"{', '.join(map(plain, named))}. What was tried on staging is said by `/attest staging`"
    )
