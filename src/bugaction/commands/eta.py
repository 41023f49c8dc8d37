"""`/eta`: when the fix is expected."""

from __future__ import annotations

from datetime import datetime, timedelta

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing
from bugaction.commands.parse import Call
from bugaction.duration import parse_duration
from bugaction.model import Role
from bugaction.moment import parse_moment
from bugaction.policy import Policy

__all__ = ["Eta"]

_FURTHEST = timedelta(days=365)


class Eta(Command):
    """States when the fix is expected."""

    name = "eta"
    usage = "/eta YYYY-MM-DD HH:MM | /eta LENGTH"
    summary = "States when the fix is expected, as a time in UTC or as a length from now."
    example = "/eta 4h"
    undoing = Undoing.TAKEN_BACK

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever plans."""
        return policy.people.plan

    def check(self, call: Call, context: Context) -> Ruling:
        """A moment after the comment's, stored as such: a length counts from the comment."""
        eta = _moment(call.tail, context.at)
        if eta is None:
            return Problem(
                "that is no time: a day and a time such as `2026-11-25 14:00` (UTC), or a length such as `4h`"
            )
        if not context.at < eta <= context.at + _FURTHEST:
            return Problem("the time has to lie ahead, within a year", usage=False)
        return Accepted({"eta": eta.isoformat()})


def _moment(text: str, at: datetime) -> datetime | None:
    length = parse_duration(text)
    if length is None:
        return parse_moment(text)
    return at.replace(microsecond=0) + length if length <= _FURTHEST else at
