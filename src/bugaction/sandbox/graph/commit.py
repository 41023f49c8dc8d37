"""Commits and their statuses."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cached_property
from typing import Any, Unpack

from bugaction.sandbox.entities import Issue
from bugaction.sandbox.git import CommitInfo, Signature
from bugaction.sandbox.graph.checks import RollupNode, StatusContextNode, rollup
from bugaction.sandbox.graph.fields import Context, Page, connection
from bugaction.sandbox.graph.files import EntryNode, TreeNode
from bugaction.sandbox.graph.people import GitActorNode
from bugaction.sandbox.links import commits_of
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.refusal import Refused

__all__ = ["CommitNode"]


class CommitNode:
    """`Commit`."""

    type_name = "Commit"

    def __init__(self, context: Context, info: CommitInfo) -> None:
        self._context = context
        self._info = info
        self.oid = info.oid
        self.id = node_id("C", info.oid)
        self.message = info.message.rstrip("\n")
        self.committed_date = info.committer.at

    @cached_property
    def author(self) -> GitActorNode:
        """Who wrote it."""
        return GitActorNode(self._context, self._info.author)

    @cached_property
    def committer(self) -> GitActorNode:
        """Who committed it; GitHub itself for what was made on its site."""
        return GitActorNode(self._context, self._info.committer)

    def authors(self, **page: Unpack[Page]) -> dict[str, Any]:
        """The author and the co-authors that trailers name."""
        found = [self._info.author, *_co_authors(self._info)]
        return connection(found, lambda each: GitActorNode(self._context, each), **page)

    def parents(self, **page: Unpack[Page]) -> dict[str, Any]:
        """The parent commits."""
        found = [self._context.view.git.commit_info(oid) for oid in self._info.parents]
        return connection(
            [info for info in found if info], lambda each: CommitNode(self._context, each), **page
        )

    def signature(self) -> dict[str, Any] | None:
        """GitHub's signature, for what was made on GitHub."""
        if self.oid not in self._context.view.state.signed:
            return None
        return {"__typename": "GpgSignature", "isValid": True, "wasSignedByGitHub": True, "state": "VALID"}

    def tree(self) -> TreeNode:
        """Its files."""
        return TreeNode(self._context, self._info.tree)

    def file(self, path: str) -> EntryNode | None:
        """The file or folder at a path."""
        entry = self._context.view.git.find(self._info.tree, path)
        return EntryNode(self._context, entry) if entry is not None else None

    def blame(self, path: str) -> dict[str, Any]:
        """Which commit wrote each line. A path that is not there is an error."""
        git = self._context.view.git
        if git.find(self._info.tree, path) is None:
            raise Refused(404, f"Could not resolve file for path '{path}'.", kind="NOT_FOUND")
        ranges = [
            {
                "startingLine": part.first,
                "endingLine": part.last,
                "commit": CommitNode(self._context, info),
                "age": 1,
            }
            for part in git.blame(self.oid, path)
            if (info := git.commit_info(part.oid)) is not None
        ]
        return {"ranges": ranges}

    def history(
        self,
        since: str | None = None,
        until: str | None = None,
        path: str | None = None,
        author: object = None,  # noqa: ARG002 (the schema's argument)
        **page: Unpack[Page],
    ) -> dict[str, Any]:
        """The commits from here back, within a window and below a path."""
        options = [f"--{name}={_seconds(at)}" for name, at in (("since", since), ("until", until)) if at]
        git = self._context.view.git
        oids = git.history(self.oid, *options, path=path or "")

        def node(oid: str) -> CommitNode | None:
            info = git.commit_info(oid)
            return CommitNode(self._context, info) if info else None

        return connection(oids, node, **page)

    def associated_pull_requests(self, order_by: object = None, **page: Unpack[Page]) -> dict[str, Any]:  # noqa: ARG002 (the schema's argument)
        """The pull requests that have this commit, or brought it."""
        from bugaction.sandbox.graph.pull import PullNode

        self._context.need("read", "pull-requests")
        view = self._context.view
        found = [issue for issue in view.state.pulls() if self._belongs(issue)]
        return connection(found, lambda each: PullNode(self._context, each), **page)

    def _belongs(self, issue: Issue) -> bool:
        pull = issue.pull
        if pull is None:
            return False
        if self.oid in {pull.head_oid, pull.merge_oid}:
            return True
        return any(info.oid == self.oid for info in commits_of(self._context.view, issue))

    def status(self) -> dict[str, Any] | None:
        """The commit's statuses, or nothing where there are none."""
        self._context.need("read", "statuses")
        newest = self._context.view.state.latest_statuses(self.oid)
        if not newest:
            return None
        nodes = [StatusContextNode(self._context, value) for value in newest.values()]

        def context(name: str) -> StatusContextNode | None:
            return next((node for node in nodes if node.context == name), None)

        return {
            "id": node_id("S", self.oid),
            "contexts": nodes,
            "context": context,
        }

    def status_check_rollup(self) -> RollupNode | None:
        """Its statuses and check runs, or nothing where there are none."""
        return rollup(self._context, self.oid)


def _co_authors(info: CommitInfo) -> list[Signature]:
    """https://docs.github.com/pull-requests/committing-changes-to-your-project/creating-and-editing-commits/creating-a-commit-with-multiple-authors"""
    found = re.finditer(r"(?im)^co-authored-by:[ \t]*(.*?)[ \t]*<([^<>\n]+)>[ \t]*$", info.message)
    return [Signature(match[1], match[2], info.author.at) for match in found]


def _seconds(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp())
