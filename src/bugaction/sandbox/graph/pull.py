"""Pull requests."""

from __future__ import annotations

from typing import Any, Unpack

from bugaction.sandbox.entities import Issue
from bugaction.sandbox.graph.commit import CommitNode
from bugaction.sandbox.graph.fields import Context, Page, connection
from bugaction.sandbox.graph.issue import IssueNode, TopicNode
from bugaction.sandbox.graph.people import actor
from bugaction.sandbox.graph.review import ReviewNode
from bugaction.sandbox.links import closing_numbers, commits_of, files_of, mergeable
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.value import Value

__all__ = ["PullNode"]

_MOST_FILES = 3000
_CHANGES = {"A": "ADDED", "C": "COPIED", "D": "DELETED", "M": "MODIFIED", "R": "RENAMED", "T": "CHANGED"}


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
        self.base_ref_oid = pull.base_oid
        self.closed_at = value.closed_at

    def merge_commit(self) -> CommitNode | None:
        """The commit that its merge made; nothing until then."""
        info = self._context.view.git.commit_info(self._pull.merge_oid) if self._pull.merge_oid else None
        return CommitNode(self._context, info) if info else None

    def mergeable(self) -> str:
        """Whether nothing is in the way of a merge; GitHub works it out for open ones."""
        if not self._value.is_open:
            return "UNKNOWN"
        return "MERGEABLE" if mergeable(self._context.view, self._value) else "CONFLICTING"

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
        """The files that it changes, 3,000 at the most (pytorch/pytorch#120499)."""

        def node(change: Value) -> dict[str, Any]:
            return {
                "path": change.path,
                "additions": change.additions,
                "deletions": change.deletions,
                "changeType": _CHANGES[change.status],
            }

        return connection(files_of(self._context.view, self._value)[:_MOST_FILES], node, **page)

    def additions(self) -> int:
        """Lines added."""
        return sum(change.additions for change in files_of(self._context.view, self._value))

    def deletions(self) -> int:
        """Lines removed."""
        return sum(change.deletions for change in files_of(self._context.view, self._value))

    def changed_files(self) -> int:
        """How many files it changes, those that are not listed included."""
        return len(files_of(self._context.view, self._value))

    def base_ref(self) -> Value:
        """The branch that it goes to."""
        from bugaction.sandbox.graph.repository import ref

        self._context.need("read", "contents")
        return ref(self._context, f"refs/heads/{self.base_ref_name}")

    def review_requests(self, **page: Unpack[Page]) -> dict[str, Any]:
        """Whose review is asked for and not given yet."""
        return connection(
            self._pull.reviewers,
            lambda login: {"requestedReviewer": actor(self._context, login)},
            **page,
        )

    def reviews(
        self, states: list[str] | None = None, author: str | None = None, **page: Unpack[Page]
    ) -> dict[str, Any]:
        """Its reviews, oldest first."""
        found = [
            value
            for value in self._context.view.state.reviews_of(self._value, self._context.token.login)
            if (not states or value.state in states) and author in {None, value.author}
        ]
        return connection(found, lambda each: ReviewNode(self._context, each), **page)
