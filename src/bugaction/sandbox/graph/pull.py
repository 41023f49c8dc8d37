"""Pull requests."""

from __future__ import annotations

from typing import Any, Unpack

from bugaction.sandbox.entities import Issue
from bugaction.sandbox.graph.commit import CommitNode
from bugaction.sandbox.graph.fields import Context, Page, connection
from bugaction.sandbox.graph.issue import IssueNode, TopicNode
from bugaction.sandbox.links import closing_numbers, commits_of, files_of
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.value import Value

__all__ = ["PullNode"]


class PullNode(TopicNode):
    """`PullRequest`."""

    type_name = "PullRequest"

    def __init__(self, context: Context, value: Issue) -> None:
        super().__init__(context, value)
        pull = value.pull
        if pull is None:
            msg = f"#{value.number} is no pull request"
            raise ValueError(msg)
        self._pull = pull
        self.state = "MERGED" if pull.merged_at else "OPEN" if value.is_open else "CLOSED"
        self.is_draft = pull.is_draft
        self.base_ref_name = pull.base
        self.head_ref_name = pull.head
        self.head_ref_oid = pull.head_oid
        self.is_cross_repository = bool(pull.fork)
        self.merged_at = pull.merged_at

    def closing_issues_references(
        self,
        *,
        user_linked_only: bool = False,
        order_by: object = None,  # noqa: ARG002 (the schema's argument)
        **page: Unpack[Page],
    ) -> dict[str, Any]:
        """The issues that it closes."""
        self._context.need("read", "issues")
        state = self._context.view.state
        numbers = [
            number
            for number in closing_numbers(state, self._value)
            if not user_linked_only or number in self._pull.linked
        ]
        return connection(
            [state.issues[n] for n in numbers], lambda each: IssueNode(self._context, each), **page
        )

    def commits(self, **page: Unpack[Page]) -> dict[str, Any]:
        """Its commits, oldest first."""
        self._context.need("read", "contents", "pull-requests")

        def node(info: Value) -> dict[str, Any]:
            key = f"{self.number}:{info.oid}"
            return {"id": node_id("PURC", key), "commit": CommitNode(self._context, info)}

        return connection(commits_of(self._context.view, self._value), node, **page)

    def files(self, **page: Unpack[Page]) -> dict[str, Any]:
        """The files that it changes."""

        def node(change: Value) -> dict[str, Any]:
            return {"path": change.path}

        return connection(files_of(self._context.view, self._value), node, **page)
