"""Issues, their comments, labels and timeline."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Unpack

from bugaction.sandbox.entities import Comment, Edit, Issue, Label, TimelineEvent
from bugaction.sandbox.graph.fields import Context, Page, connection, snake
from bugaction.sandbox.graph.people import actor
from bugaction.sandbox.links import pulls_closing
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.shapes.issues import REACTIONS, issue_node
from bugaction.sandbox.value import Value

__all__ = ["CommentNode", "EventNode", "IssueNode", "LabelNode", "TopicNode", "issue_or_pull"]

_REASONS = {
    "completed": "COMPLETED",
    "not_planned": "NOT_PLANNED",
    "reopened": "REOPENED",
    "duplicate": "DUPLICATE",
}


def issue_or_pull(context: Context, issue: Issue) -> Value:
    """The node of an issue or of a pull request, held to the permission that each asks for."""
    from bugaction.sandbox.graph.pull import PullNode

    context.need("read", "pull-requests" if issue.pull else "issues")
    return PullNode(context, issue) if issue.pull else IssueNode(context, issue)


class LabelNode:
    """`Label`."""

    type_name = "Label"

    def __init__(self, label: Label) -> None:
        self.id = node_id("LA", label.id)
        self.name = label.name


class CommentNode:
    """`IssueComment`."""

    type_name = "IssueComment"

    def __init__(self, context: Context, value: Comment) -> None:
        self._context = context
        self._value = value
        self.id = node_id("IC", value.id)
        self.database_id = value.id
        self.body = value.body
        self.created_at = value.created_at
        self.last_edited_at = value.edits[-1].at if value.edits else None
        owner = context.view.state.issues[value.number]
        kind = "pull" if owner.pull else "issues"
        self.url = f"{context.view.html}/{kind}/{value.number}#issuecomment-{value.id}"

    def author(self) -> Value:
        """Who wrote it."""
        return actor(self._context, self._value.author)

    def editor(self) -> Value:
        """Who changed it last; nobody when nobody did."""
        return actor(self._context, self._value.edits[-1].editor) if self._value.edits else None

    def user_content_edits(self, **page: Unpack[Page]) -> dict[str, Any]:
        """Its versions, newest first, the first written one among them; none of a comment never edited."""
        return connection(self._value.edits[::-1], lambda each: EditNode(self._context, each), **page)

    def reaction_groups(self) -> list[dict[str, Any]]:
        """All kinds of reaction, and whether the viewer gave each."""
        return reaction_groups(self._context, self.id)


class EditNode:
    """`UserContentEdit`. Its `diff` is the whole text, null once somebody has deleted the version."""

    type_name = "UserContentEdit"

    def __init__(self, context: Context, value: Edit) -> None:
        self._context = context
        self._value = value
        self.id = node_id("UCE", value.id)
        self.edited_at = value.at
        self.diff = None if value.is_deleted else value.body

    def editor(self) -> Value:
        """Who made it; nobody for a deleted account."""
        return actor(self._context, self._value.editor)


def reaction_groups(context: Context, subject: str) -> list[dict[str, Any]]:
    """`ReactionGroup`s of a node."""
    given = context.view.state.reactions.get(subject, ())
    return [
        {
            "content": content,
            "viewerHasReacted": any(
                each.content == content and each.user == context.token.login for each in given
            ),
        }
        for content in REACTIONS
    ]


class EventNode:
    """A timeline event of any kind."""

    def __init__(self, context: Context, event: TimelineEvent) -> None:
        self._context = context
        self._event = event
        self.type_name = event.kind
        self.id = node_id("EV", event.id)
        self.created_at = event.at
        self.will_close_target = event.closes
        self.current_title = event.after
        self.state_reason = _REASONS.get(event.reason)
        self.label = LabelNode(event.label) if event.label else None

    def actor(self) -> Value:
        """Who did it."""
        return actor(self._context, self._event.actor)

    def closer(self) -> Value:
        """The pull request or the commit that closed it; nothing where somebody did by hand."""
        from bugaction.sandbox.graph.commit import CommitNode

        if self._event.source:
            return issue_or_pull(self._context, self._context.view.state.issues[self._event.source])
        info = self._context.view.git.commit_info(self._event.commit) if self._event.commit else None
        return CommitNode(self._context, info) if info is not None else None

    def before_commit(self) -> Value:
        """The head that a forced push replaced."""
        from bugaction.sandbox.graph.commit import CommitNode

        info = self._context.view.git.commit_info(self._event.before)
        return CommitNode(self._context, info) if info is not None else None

    def assignee(self) -> Value:
        """Who was assigned."""
        return actor(self._context, self._event.assignee)

    def source(self) -> Value:
        """The other side of a reference or link."""
        return issue_or_pull(self._context, self._context.view.state.issues[self._event.source])

    def subject(self) -> Value:
        """The side whose timeline this is."""
        return issue_or_pull(self._context, self._context.view.state.issues[self._event.number])


class TopicNode:
    """What issues and pull requests share."""

    type_name = ""

    def __init__(self, context: Context, value: Issue) -> None:
        self._context = context
        self._value = value
        self.id = issue_node(value)
        self.number = value.number
        self.title = value.title
        self.body = value.body
        self.created_at = value.created_at
        self.last_edited_at = value.edits[-1].at if value.edits else None
        self.updated_at = value.updated_at
        self.url = f"{context.view.html}/{'pull' if value.pull else 'issues'}/{value.number}"

    def author(self) -> Value:
        """Who opened it."""
        return actor(self._context, self._value.author)

    def repository(self) -> Value:
        """The repository."""
        from bugaction.sandbox.graph.repository import RepositoryNode

        return RepositoryNode(self._context)

    def labels(self, order_by: object = None, **page: Unpack[Page]) -> dict[str, Any]:  # noqa: ARG002 (the schema's argument)
        """Its labels."""
        return connection(self._context.view.state.labels_of(self._value), LabelNode, **page)

    def assignees(self, **page: Unpack[Page]) -> dict[str, Any]:
        """Who is assigned."""
        return connection(self._value.assignees, lambda login: actor(self._context, login), **page)

    def comments(self, order_by: dict[str, str] | None = None, **page: Unpack[Page]) -> dict[str, Any]:
        """Its comments, oldest first unless ordered otherwise."""
        state = self._context.view.state
        found = [state.comments[id_] for id_ in self._value.comments]
        if order_by and order_by["direction"] == "DESC":
            found.sort(key=lambda each: (each.updated_at, each.id), reverse=True)
        return connection(found, lambda each: CommentNode(self._context, each), **page)

    def timeline_items(
        self,
        item_types: list[str] | None = None,
        since: str | None = None,
        skip: int | None = None,
        **page: Unpack[Page],
    ) -> dict[str, Any]:
        """Its timeline, oldest first: the kinds asked for, of what the schema's union has."""
        state = self._context.view.state
        wanted = set(item_types or ())
        entries: list[tuple[datetime, int, TimelineEvent | Comment]] = []
        for id_ in self._value.timeline:
            event = state.events[id_]
            if not wanted or snake(event.kind).upper() in wanted:
                entries.append((event.at, id_, event))
        if not wanted or "ISSUE_COMMENT" in wanted:
            for id_ in self._value.comments:
                comment = state.comments[id_]
                entries.append((comment.created_at, id_, comment))
        begin = datetime.fromisoformat(since) if since else None
        kept = sorted(
            (entry for entry in entries if begin is None or entry[0] >= begin), key=lambda entry: entry[:2]
        )
        shown = [entry[2] for entry in kept[skip or 0 :]]
        counts: dict[str, Value] = {
            "filteredCount": len(shown),
            "pageCount": len(shown),
            "updatedAt": self.updated_at,
        }
        return connection(shown, self._entry, **page, **counts)

    def _entry(self, value: TimelineEvent | Comment) -> Value:
        if isinstance(value, Comment):
            return CommentNode(self._context, value)
        return EventNode(self._context, value)


class IssueNode(TopicNode):
    """`Issue`."""

    type_name = "Issue"

    def __init__(self, context: Context, value: Issue) -> None:
        super().__init__(context, value)
        self.state = "OPEN" if value.is_open else "CLOSED"

    def state_reason(self, *, enable_duplicate: bool = False) -> str | None:
        """Why it is closed; a duplicate shows as such only when asked for (GraphQL schema)."""
        reason = _REASONS.get(self._value.reason)
        return "NOT_PLANNED" if reason == "DUPLICATE" and not enable_duplicate else reason

    def closed_by_pull_requests_references(
        self,
        *,
        include_closed_prs: bool = False,
        order_by_state: bool = False,  # noqa: ARG002 (the schema's argument)
        user_linked_only: bool = False,
        **page: Unpack[Page],
    ) -> dict[str, Any]:
        """The pull requests that close it: open and merged ones, all with `includeClosedPrs`."""
        from bugaction.sandbox.graph.pull import PullNode

        self._context.need("read", "pull-requests")
        found = [
            issue
            for issue in pulls_closing(self._context.view.state, self.number)
            if issue.pull
            and (include_closed_prs or issue.is_open or issue.pull.merged_at)
            and (not user_linked_only or self.number in issue.pull.linked)
        ]
        return connection(found, lambda each: PullNode(self._context, each), **page)
