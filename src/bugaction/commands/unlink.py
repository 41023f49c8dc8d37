"""`/unlink`: a pull request does not fix the bug, whatever its text says."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing
from bugaction.commands.parse import Call
from bugaction.model import Role
from bugaction.policy import Policy
from bugaction.records import item_number

__all__ = ["Unlink"]

_LONGEST_REASON = 300


class Unlink(Command):
    """Parts a pull request and a bug: said on the one, it names the other."""

    name = "unlink"
    usage = "/unlink #NUMBER REASON"
    summary = (
        "Says that a pull request does not fix the bug: on the pull request it names the bug, on the bug's "
        "issue the pull request. That holds, whatever the text says, until its author says `/undo`."
    )
    example = "/unlink #42 it only mentions the bug"
    undoing = Undoing.TAKEN_BACK

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever overrides: it opens a merge."""
        return policy.people.override

    def concerns(self, call: Call, context: Context) -> bool:
        """On a pull request, the bug that it names; one that names none of them is the first one's."""
        if not context.pull:
            return True
        number = item_number(call.arguments[0]) if call.arguments else None
        return context.is_named(number)

    def check(self, call: Call, context: Context) -> Ruling:
        """A pull request that is linked, and a reason."""
        number = item_number(call.arguments[0]) if call.arguments else None
        if number is None:
            what = "the bug" if context.pull else "the pull request"
            return Problem(f"the number of {what} is missing")
        pull = context.pull or number
        if context.pull and number != context.bug:
            return Problem(f"this pull request is not linked to `#{number}`", usage=False)
        if pull not in context.fixes:
            return Problem(f"no open or merged pull request `#{number}` is linked to this bug", usage=False)
        if pull in context.unlinked:
            return Problem("it is unlinked already", usage=False)
        reason = " ".join(call.arguments[1:])
        if not reason:
            return Problem("the reason is missing")
        if len(reason) > _LONGEST_REASON:
            return Problem(f"the reason is longer than {_LONGEST_REASON} characters", usage=False)
        return Accepted({"bug": str(context.bug), "pull": str(pull), "reason": reason})
