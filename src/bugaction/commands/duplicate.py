"""`/duplicate`: the bug is another one that is known already.

The original may be closed: "already fixed in 2.3" is said in this way too. It holds nothing in the
duplicate's place then (`decide`), and the reply says so.
"""

from __future__ import annotations

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling
from bugaction.commands.parse import Call
from bugaction.model import LedgerLine, Role
from bugaction.policy import Policy
from bugaction.records import item_number

__all__ = ["Duplicate"]


class Duplicate(Command):
    """Closes the bug's issue as a duplicate of another; its fixes are held by that one, where it is an open
    bug."""

    name = "duplicate"
    usage = "/duplicate #NUMBER"
    summary = (
        "Closes the issue as a duplicate of another one; where that one is a bug, it holds the pull requests "
        "that fix this one from then on, in its place while it is open. Opening the issue again ends that."
    )
    example = "/duplicate #17"
    instead = "open the issue again, which ends it"

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever plans; the original's severity takes the place of this one's, so that
        somebody who may not set one cannot do it this way."""
        return max(policy.people.plan, policy.people.set_severity)

    def asks_issue(self, call: Call, context: Context) -> int:
        """The original, where it is said on an issue and names another one."""
        number = item_number(call.arguments[0]) if call.arguments else None
        return 0 if context.pull or number is None or number == context.bug else number

    def check(self, call: Call, context: Context) -> Ruling:
        """Another issue of this repository, which is no duplicate of this one."""
        if context.pull:
            return Problem("it is said on the bug's own issue", usage=False)
        number = item_number(call.arguments[0]) if call.arguments else None
        if number is None:
            return Problem("the number of the issue that it is a duplicate of is missing")
        if number == context.bug:
            return Problem("an issue is no duplicate of itself", usage=False)
        chain = context.chain_of(number)
        if number in context.missing:
            return Problem(f"`#{number}` is no issue of this repository", usage=False)
        if context.bug in chain.numbers:
            return Problem(f"`#{number}` is a duplicate of this one", usage=False)
        return Accepted({"duplicate": str(number), **({_CLOSED: str(chain.last)} if chain.is_over else {})})

    def said(self, line: LedgerLine) -> str:
        """Of an original that was closed by then, what holds and watches a fix of this one."""
        closed = line.data.get(_CLOSED, "")
        return _OF_CLOSED.format(number=closed) if closed else ""


_CLOSED = "closed"
"""Of the decision in a ledger: the original, where it was closed when that was made."""

_OF_CLOSED = (
    "`#{number}` is closed. While that is so, a pull request that fixes this issue is held by this one's own "
    "gates as well, and nothing is watched once it is merged. If there is something left to fix, open one of "
    "the two again."
)
