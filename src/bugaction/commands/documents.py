"""`/documents`: has the documents brought to the default branch now."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing
from bugaction.commands.parse import Call
from bugaction.model import Role
from bugaction.policy import Policy

__all__ = ["BringDocuments"]


class BringDocuments(Command):
    """Has the bug's pull request of documents opened now, or another one once an earlier one is over."""

    name = "documents"
    usage = "/documents"
    summary = (
        "Opens the pull request that brings the bug's documents to the default branch now, where they are "
        "kept on `bugaction/records`; by itself it is opened when the issue is closed."
    )
    example = "/documents"
    undoing = Undoing.REFUSED
    instead = "close the pull request: it is not opened again by itself"

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever plans."""
        return policy.people.plan

    def check(self, call: Call, context: Context) -> Ruling:  # noqa: ARG002 - words after it are a remark
        """For every bug that has documents which the default branch does not hold as they are."""
        if context.confidential:
            return Problem("a confidential bug has no documents", usage=False)
        return Problem(context.brought, usage=False) if context.brought else Accepted()
