"""`/verified`: production was looked at when it had to be, and does well."""

from __future__ import annotations

from datetime import datetime

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing
from bugaction.commands.parse import Call
from bugaction.duration import format_short, parse_duration
from bugaction.escaping import plain
from bugaction.model import Role
from bugaction.moment import format_moment
from bugaction.monitoring import Watch
from bugaction.policy import Policy

__all__ = ["Verified", "look"]


class Verified(Command):
    """Attests one monitoring window of a deployed fix."""

    name = "verified"
    usage = "/verified [WINDOW]"
    summary = (
        "Gives the author's word that production does well, once a window after the deployment (15m, 2h, "
        "24h) has passed. Without one it is the newest that has. A window's box in the comment does the same."
    )
    example = "/verified 2h"
    personal = True
    undoing = Undoing.TAKEN_BACK

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever attests."""
        return policy.people.attest

    def check(self, call: Call, context: Context) -> Ruling:
        """A window of the severity that has passed since the deployment that stands."""
        return look(call.tail, context.at, context.watch())


def look(named: str, at: datetime, watch: Watch) -> Ruling:
    """Whether production can be said to do well by then, in a window that is named ("": the newest)."""
    if watch.deployed is None:
        why = f": {watch.problem}" if watch.problem else ""
        return Problem(f"the fix is not known to be in production{why}", usage=False)
    if watch.stopped is not None:
        text = f"a regression is {plain(watch.stopped.text)}: what is deployed now is to be rolled back"
        return Problem(f"{text}; if that was a false alarm, it is taken back first", usage=False)
    ends = {format_short(window): watch.deployed.at + window for window in watch.windows}
    if not ends:
        return Problem("this severity has no window to watch", usage=False)
    if named:
        length = parse_duration(named)
        name = format_short(length) if length is not None else ""
        if name not in ends:
            known = ", ".join(f"`{each}`" for each in ends)
            return Problem(f"there is no such window; these are: {known}")
    else:
        name = _newest(ends, at)
    if at < ends[name]:
        return Problem(
            f"the window of {name} is not over: say it again from {format_moment(ends[name])} on",
            usage=False,
        )
    return Accepted({"window": name})


def _newest(ends: dict[str, datetime], at: datetime) -> str:
    """The last window that has passed by then; the first one where none has."""
    passed = [name for name, end in ends.items() if end <= at]
    return passed[-1] if passed else next(iter(ends))
