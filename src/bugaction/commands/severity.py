"""`/severity`: sets the severity, with a reason."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling
from bugaction.commands.parse import Call
from bugaction.escaping import plain
from bugaction.model import Role, Severity
from bugaction.policy import Policy

__all__ = ["SetSeverity"]

_LONGEST_REASON = 300


class SetSeverity(Command):
    """Sets or changes the severity."""

    name = "severity"
    usage = "/severity P0|P1|P2|P3 [REASON]"
    summary = "Sets the severity; the reason is kept in its history."
    example = "/severity P1 redeeming by NFC fails for everyone"
    instead = "a new `/severity` changes it, and the history keeps both"

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever sets a severity."""
        return policy.people.set_severity

    def check(self, call: Call, context: Context) -> Ruling:
        """A severity's number, its word, or one of its labels."""
        if not call.arguments:
            return Problem("which severity is missing")
        first = call.arguments[0].strip("`:,.")
        severity = Severity.parse(first)
        if severity is None:
            severity = context.policy.severity_of(first)
        if severity is None:
            return Problem(f"`{plain(first, 40)}` is no severity")
        reason = " ".join(call.arguments[1:])
        if len(reason) > _LONGEST_REASON:
            return Problem(f"the reason is longer than {_LONGEST_REASON} characters", usage=False)
        if context.confidential:
            reason = ""  # the ledger is as public as the repository, and keeps what a comment can lose
        return Accepted({"severity": str(severity), **({"reason": reason} if reason else {})})
