"""`/undo`: takes back one's own last command."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing
from bugaction.commands.parse import Call
from bugaction.model import LedgerLine, Role
from bugaction.policy import Policy
from bugaction.records import item_number

__all__ = ["Undo"]


class Undo(Command):
    """Takes back the author's last command on the bug; once more, the one before.

    The line names the evidence of the one that it takes back, so that what counted before counts again. An
    undo itself cannot be undone: the command is given once more instead.
    """

    name = "undo"
    usage = "/undo [#NUMBER]"
    summary = (
        "Takes back its author's last command on the bug; on a pull request of several bugs it names which. "
        "What was done on GitHub stays: whoever was assigned stays assigned."
    )
    example = "/undo"
    personal = True
    wants_role = True
    undoing = Undoing.PASSED_OVER

    def least(self, policy: Policy) -> Role:  # noqa: ARG002 - the protocol's signature
        """Everyone, here: what one may take back is judged by the command."""
        return Role.NONE

    def concerns(self, call: Call, context: Context) -> bool:
        """On a pull request, the bug that it names; without a name the first one answers."""
        if not context.pull:
            return True
        return context.is_named(item_number(call.arguments[0]) if call.arguments else None)

    def check(self, call: Call, context: Context) -> Ruling:
        """The last command is one that can be taken back, and its author may still give it."""
        number = item_number(call.arguments[0]) if call.arguments else None
        if call.arguments and number != context.bug:
            return Problem("behind it stands nothing, or the number of the bug")
        if not call.arguments and len(context.bugs) > 1:
            which = " or ".join(f"`/undo #{bug}`" for bug in sorted(context.bugs))
            return Problem(f"this pull request has to do with several bugs; say which: {which}", usage=False)
        return self._last(context)

    def _last(self, context: Context) -> Ruling:
        lines = [line for line in context.given if self._undoing(line, context) is not Undoing.PASSED_OVER]
        if not lines:
            return Problem(f"{context.author} has given no command on this bug to take back", usage=False)
        line = lines[-1]
        name = line.data.get("name", "")
        command = context.catalogue.get(name)
        if command is None or command.undoing is Undoing.REFUSED:
            instead = f": {command.instead}" if command is not None and command.instead else ""
            return Problem(f"the last command is `/{name}`, which cannot be taken back{instead}", usage=False)
        least = command.least(context.policy)
        if context.role is not None and context.role < least:
            return Problem(f"to take `/{name}` back needs the role {least} or above, too", usage=False)
        kept = {key: line.data[key] for key in ("bug", "pull") if key in line.data}
        return Accepted({"undoes": line.evidence, "undone": name, **kept})

    def _undoing(self, line: LedgerLine, context: Context) -> Undoing:
        command = context.catalogue.get(line.data.get("name", ""))
        return command.undoing if command is not None else Undoing.REFUSED
