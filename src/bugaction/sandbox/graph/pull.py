"""Pull requests and reviews."""

from __future__ import annotations

from typing import Any, Unpack

from bugaction.sandbox.entities import Issue, Review
from bugaction.sandbox.graph.commit import CommitNode
from bugaction.sandbox.graph.fields import Context, Page, connection
from bugaction.sandbox.graph.issue import IssueNode, TopicNode
from bugaction.sandbox.graph.people import actor
from bugaction.sandbox.links import closing_numbers, commits_of, files_of, mergeable
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.value import Value

__all__ = ["PullNode", "ReviewNode"]

_FILE_TYPES = {"A": "ADDED", "D": "DELETED", "M": "MODIFIED", "R": "RENAMED", "C": "COPIED", "T": "CHANGED"}


class ReviewNode:
    """`PullRequestReview`."""

    type_name = "PullRequestReview"

    def __init__(self, context: Context, value: Review) -> None:
        self._context = context
        self._value = value
        self.id = node_id("PRR", value.id)
        self.database_id = value.id
        self.state = value.state
        self.body = value.body
        self.submitted_at = value.submitted_at
        self.created_at = value.submitted_at
        self.url = f"{context.view.html}/pull/{value.number}#pullrequestreview-{value.id}"

    def author(self) -> Value:
        """Who reviewed."""
        return actor(self._context, self._value.author)

    def commit(self) -> CommitNode | None:
        """The commit that was reviewed."""
        info = self._context.view.git.commit_info(self._value.oid)
        return CommitNode(self._context, info) if info else None


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
        self.base_ref_oid = pull.base_oid
        self.head_ref_name = pull.head
        self.head_ref_oid = pull.head_oid
        self.is_cross_repository = bool(pull.fork)
        self.merged = pull.merged_at is not None
        self.merged_at = pull.merged_at

    def merged_by(self) -> Value:
        """Who merged it."""
        return actor(self._context, self._pull.merged_by)

    def merge_commit(self) -> CommitNode | None:
        """The commit that brought it."""
        info = self._context.view.git.commit_info(self._pull.merge_oid)
        return CommitNode(self._context, info) if info else None

    def mergeable(self) -> str:
        """Whether it merges cleanly."""
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
        """The files that it changes."""

        def node(change: Value) -> dict[str, Any]:
            return {
                "path": change.path,
                "additions": change.additions,
                "deletions": change.deletions,
                "changeType": _FILE_TYPES[change.status],
            }

        return connection(files_of(self._context.view, self._value), node, **page)

    def changed_files(self) -> int:
        """How many files it changes."""
        return len(files_of(self._context.view, self._value))

    def additions(self) -> int:
        """Lines added."""
        return sum(change.additions for change in files_of(self._context.view, self._value))

    def deletions(self) -> int:
        """Lines removed."""
        return sum(change.deletions for change in files_of(self._context.view, self._value))

    def reviews(
        self,
        *,
        author: str | None = None,
        states: list[str] | None = None,
        **page: Unpack[Page],
    ) -> dict[str, Any]:
        """Its reviews, oldest first."""
        state = self._context.view.state
        found = [
            value
            for value in (state.reviews[id_] for id_ in self._pull.reviews)
            if (author is None or value.author == author) and (not states or value.state in states)
        ]
        return connection(found, lambda each: ReviewNode(self._context, each), **page)

    def head_ref(self) -> Value:
        """The head branch, while it exists in this repository."""
        from bugaction.sandbox.graph.repository import ref

        return None if self._pull.fork else ref(self._context, f"refs/heads/{self._pull.head}")

    def base_ref(self) -> Value:
        """The base branch."""
        from bugaction.sandbox.graph.repository import ref

        return ref(self._context, f"refs/heads/{self._pull.base}")
