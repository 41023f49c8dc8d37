"""`/override`: lets one commit of a fix pass over a gate, on the author's word."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing, head_named
from bugaction.commands.parse import Call
from bugaction.model import Role
from bugaction.policy import Policy

__all__ = ["Override"]

_LONGEST_REASON = 300


class Override(Command):
    """Waives what a gate still asks of a pull request, for its newest commit.

    Whoever worked on the fix may do it as well, by the design's rule that policy names the roles: a small
    team in an outage may have nobody else, and who it was stands in the status.
    """

    name = "override"
    usage = "/override GATE COMMIT REASON"
    summary = (
        "Lets a fix pass over a gate (triage, root-cause, fix or release) for its newest commit, and for "
        "nothing later but merges of the base that GitHub makes; a new base ends it. The status says whose "
        "word it is, and a follow-up issue is opened."
    )
    example = "/override fix c0ffee1 the shop is down and nobody can review tonight"
    personal = True
    undoing = Undoing.TAKEN_BACK

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever overrides."""
        return policy.people.override

    def check(self, call: Call, context: Context) -> Ruling:
        """A gate that blocks a merge, the newest commit of an open fix, and a reason."""
        known = ", ".join(f"`{name}`" for name in context.gates)
        gate, commit = (*call.arguments, "", "")[:2]
        if not gate:
            return Problem(f"which gate is missing: {known}")
        if gate.casefold() not in context.gates:
            return Problem(f"there is no such gate to override; these are: {known}")
        head = head_named(commit, context)
        if isinstance(head, Problem):
            return head
        reason = " ".join(call.arguments[2:])
        if not reason:
            return Problem("the reason is missing")
        if len(reason) > _LONGEST_REASON:
            return Problem(f"the reason is longer than {_LONGEST_REASON} characters", usage=False)
        pulls = " ".join(f"#{number}" for number in context.heads[head] if number not in context.unlinked)
        return Accepted({"gate": gate.casefold(), "head": head, "pulls": pulls, "reason": reason})
