"""Releases."""

from __future__ import annotations

from bugaction.sandbox.entities import Release
from bugaction.sandbox.graph.commit import CommitNode
from bugaction.sandbox.graph.fields import Context
from bugaction.sandbox.graph.people import actor
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.value import Value

__all__ = ["ReleaseNode"]


class ReleaseNode:
    """`Release`."""

    type_name = "Release"

    def __init__(self, context: Context, value: Release) -> None:
        self._context = context
        self._value = value
        self.id = node_id("RE", value.id)
        self.tag_name = value.tag
        self.url = f"{context.view.html}/releases/tag/{value.tag}"
        self.is_draft = False
        self.is_prerelease = value.is_prerelease
        self.created_at = self.published_at = value.created_at

    def tag_commit(self) -> CommitNode | None:
        """The commit that the tag names now; nothing where the tag was deleted."""
        oid = self._context.view.state.refs.get(f"refs/tags/{self._value.tag}")
        info = self._context.view.git.commit_info(oid) if oid else None
        return CommitNode(self._context, info) if info else None

    def author(self) -> Value:
        """Who published it."""
        return actor(self._context, self._value.author)
