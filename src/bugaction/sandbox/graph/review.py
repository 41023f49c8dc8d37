"""Reviews of pull requests."""

from __future__ import annotations

from datetime import datetime

from bugaction.sandbox.entities import Review
from bugaction.sandbox.graph.commit import CommitNode
from bugaction.sandbox.graph.fields import Context
from bugaction.sandbox.graph.people import actor
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.value import Value

__all__ = ["ReviewNode"]


class ReviewNode:
    """`PullRequestReview`."""

    type_name = "PullRequestReview"

    def __init__(self, context: Context, value: Review) -> None:
        self._context = context
        self._value = value
        self.id = node_id("PRR", value.id)
        self.url = f"{context.view.html}/pull/{value.number}#pullrequestreview-{value.id}"
        self.body = value.body
        self.state = value.state
        self.created_at = value.submitted_at
        self.submitted_at: datetime | None = None if value.state == "PENDING" else value.submitted_at

    def author(self) -> Value:
        """Who reviewed."""
        return actor(self._context, self._value.author)

    def commit(self) -> CommitNode | None:
        """The commit that was looked at."""
        info = self._context.view.git.commit_info(self._value.oid)
        return CommitNode(self._context, info) if info is not None else None
