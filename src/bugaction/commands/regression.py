"""`/regression`: the deployed fix made something worse, or did not help."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing
from bugaction.commands.parse import Call
from bugaction.model import Role
from bugaction.policy import Policy
from bugaction.records import item_number

__all__ = ["Regression"]

_LONGEST = 300


class Regression(Command):
    """Stops the line: whoever sees a problem may say so, and nobody has to prove it first."""

    name = "regression"
    usage = "/regression [TEXT]"
    summary = (
        "Reports that the merged fix broke something or did not help: stop, and roll back. The text may "
        "begin with the number of an issue that tells of it. Its author takes it back with `/undo`; another "
        "fix, merged and deployed, answers it."
    )
    example = "/regression #57 the cart is empty after paying"
    undoing = Undoing.TAKEN_BACK

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever plans: a report of a problem has to be easy."""
        return policy.people.plan

    def asks_issue(self, call: Call, context: Context) -> int:
        """The issue that is named first, where it is another one."""
        number = _issue(call)
        return 0 if number is None or number == context.bug else number

    def check(self, call: Call, context: Context) -> Ruling:
        """Something is merged that may have done it."""
        if len(call.tail) > _LONGEST:
            return Problem(f"the text is longer than {_LONGEST} characters", usage=False)
        if context.watch().merged is None:
            return Problem("no fix of this bug is merged yet", usage=False)
        number = _issue(call)
        if number is None:
            return Accepted({"text": call.tail} if call.tail else {})
        if number == context.bug or number in context.missing:
            return Problem(f"`#{number}` is no other issue of this repository", usage=False)
        text = " ".join((f"see #{number}", *call.arguments[1:]))
        return Accepted({"issue": str(number), "text": text})


def _issue(call: Call) -> int | None:
    """The issue that a report names first, as `#57`; a number alone may be anything."""
    named = call.arguments[0] if call.arguments and call.arguments[0].startswith("#") else ""
    return item_number(named.rstrip(":,."))
