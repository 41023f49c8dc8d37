"""`/accept`: the assignee takes the bug on."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing
from bugaction.commands.parse import Call
from bugaction.model import Role
from bugaction.policy import Policy

__all__ = ["Accept"]


class Accept(Command):
    """The author accepts the bug."""

    name = "accept"
    usage = "/accept"
    summary = "Takes the bug on: by its assignee, or by anyone with write access while nobody is assigned."
    example = "/accept"
    personal = True
    undoing = Undoing.TAKEN_BACK

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever accepts."""
        return policy.people.accept

    def check(self, call: Call, context: Context) -> Ruling:  # noqa: ARG002 - words after it are a remark
        """An assignee, or the first volunteer."""
        if context.is_assigned(context.author):
            return Accepted()
        if context.assignees:
            return Problem(
                f"{context.author} is not assigned: `/assign @{context.author}` comes first", usage=False
            )
        if context.role is None or context.role < Role.WRITE:
            return Problem(
                "nobody is assigned, and taking a free bug needs the role write or above", usage=False
            )
        return Accepted({"assign": context.author})
