"""`/action`: an action item, followed as an issue."""

from __future__ import annotations

from datetime import date

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, login_of
from bugaction.commands.parse import Call
from bugaction.duration import parse_duration
from bugaction.model import Role
from bugaction.moment import parse_day
from bugaction.policy import Policy

__all__ = ["AddAction"]

_LONGEST = 200


class AddAction(Command):
    """Has an issue opened for something that is to be done."""

    name = "action"
    usage = "/action @LOGIN YYYY-MM-DD|LENGTH TEXT"
    summary = (
        "Opens an issue below the bug for something that is to follow from it, assigned and due by a day, or "
        "after a length of time such as 2w."
    )
    example = "/action @octocat 2w alert on failed payments"
    instead = "close the issue that it opened"

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever plans."""
        return policy.people.plan

    def check(self, call: Call, context: Context) -> Ruling:
        """Who, by when, and what."""
        if context.confidential:
            return Problem(
                "what follows from a confidential bug belongs in its private advisory", usage=False
            )
        owner, due, *words = (*call.arguments, "", "")[: max(2, len(call.arguments))]
        login = login_of(owner) if owner.startswith("@") else None
        if login is None:
            return Problem("the first word is who owns it, such as @octocat")
        day = _day(due, context)
        if day is None:
            return Problem("the second word is by when: a day such as 2026-12-01, or a length such as 2w")
        text = " ".join(words)
        if not text:
            return Problem("what is to be done is missing")
        if len(text) > _LONGEST:
            return Problem(f"what is to be done is longer than {_LONGEST} characters", usage=False)
        return Accepted({"owner": login, "due": day.isoformat(), "text": text})


def _day(text: str, context: Context) -> date | None:
    """The day, or that after a length of time from when it was said."""
    length = parse_duration(text)
    if length is None:
        return parse_day(text)
    try:
        return parse_day((context.at + length).date().isoformat())
    except OverflowError:
        return None
