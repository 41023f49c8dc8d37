"""Commits, their statuses and checks."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any, Unpack

from bugaction.sandbox.entities import CheckRun, Issue, Status
from bugaction.sandbox.git import CommitInfo
from bugaction.sandbox.graph.fields import Context, Page, connection
from bugaction.sandbox.graph.files import EntryNode, TreeNode
from bugaction.sandbox.graph.people import GitActorNode, actor
from bugaction.sandbox.links import commits_of
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.refusal import Refused
from bugaction.sandbox.value import Value

__all__ = ["CheckRunNode", "CommitNode", "StatusContextNode"]


class StatusContextNode:
    """`StatusContext`: the newest status of a context."""

    type_name = "StatusContext"

    def __init__(self, context: Context, value: Status) -> None:
        self._context = context
        self._value = value
        self.id = node_id("SC", value.id)
        self.context = value.context
        self.state = value.state.upper()
        self.description = value.description
        self.target_url = value.target_url
        self.created_at = value.at

    def creator(self) -> Value:
        """Who posted it."""
        return actor(self._context, self._value.creator)

    def is_required(self, pull_request_id: str | None = None, pull_request_number: int | None = None) -> bool:
        """Whether rules ask for it; without a pull request GitHub refuses (octokit/graphql.js#598)."""
        return _is_required(self._context, self.context, pull_request_id, pull_request_number)


def _is_required(context: Context, name: str, id_: str | None, number: int | None) -> bool:
    if id_ is None and number is None:
        raise Refused(422, "A pull request ID or pull request number is required.", kind="UNPROCESSABLE")
    state = context.view.state
    issue = state.issues.get(number or 0)
    base = issue.pull.base if issue and issue.pull else state.repository.default_branch
    wanted = name.casefold()
    return any(
        wanted == required.casefold() for rules in state.rules_of(base) for required, _ in rules.checks
    )


class CheckRunNode:
    """`CheckRun`."""

    type_name = "CheckRun"

    def __init__(self, context: Context, value: CheckRun) -> None:
        self._context = context
        self._value = value
        self.id = node_id("CR", value.id)
        self.database_id = value.id
        self.name = value.name
        self.status = value.status.upper()
        self.conclusion = value.conclusion.upper() if value.conclusion else None
        self.started_at = value.started_at
        self.completed_at = value.completed_at
        self.details_url = f"{context.view.html}/runs/{value.id}"

    def is_required(self, pull_request_id: str | None = None, pull_request_number: int | None = None) -> bool:
        """Whether rules ask for it."""
        return _is_required(self._context, self.name, pull_request_id, pull_request_number)

    def check_suite(self) -> dict[str, Any]:
        """The suite, with the app and the workflow run behind it (which takes `actions: read`)."""
        self._context.need("read", "actions")
        state = self._context.view.state
        run = state.runs.get(self._value.workflow_run)
        workflow = {"name": run.name, "resourcePath": f"/{run.path}"} if run else None
        return {
            "id": node_id("CS", self._value.suite),
            "app": {"slug": self._value.app, "name": self._value.app},
            "workflowRun": {"databaseId": run.id, "event": run.event, "workflow": workflow} if run else None,
        }


class CommitNode:
    """`Commit`."""

    type_name = "Commit"

    def __init__(self, context: Context, info: CommitInfo) -> None:
        self._context = context
        self._info = info
        self.oid = info.oid
        self.abbreviated_oid = info.oid[:7]
        self.id = node_id("C", info.oid)
        self.message = info.message.rstrip("\n")
        self.message_headline, _, body = self.message.partition("\n")
        self.message_body = body.lstrip("\n")
        self.committed_date = info.committer.at
        self.authored_date = info.author.at
        self.url = f"{context.view.html}/commit/{info.oid}"

    @cached_property
    def author(self) -> GitActorNode:
        """Who wrote it."""
        return GitActorNode(self._context, self._info.author)

    @cached_property
    def committer(self) -> GitActorNode:
        """Who committed it."""
        return GitActorNode(self._context, self._info.committer)

    def authors(self, **page: Unpack[Page]) -> dict[str, Any]:
        """The author and the co-authors that trailers name."""
        return connection([self._info.author], lambda each: GitActorNode(self._context, each), **page)

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
        """The files."""
        return TreeNode(self._context, self._info.tree)

    def file(self, path: str) -> EntryNode | None:
        """The file or folder at a path."""
        entry = self._context.view.git.find(self._info.tree, path)
        return EntryNode(self._context, entry, path) if entry is not None else None

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
            return next((node for node in nodes if node.context.casefold() == name.casefold()), None)

        return {
            "id": node_id("S", self.oid),
            "state": _rollup(node.state for node in nodes),
            "contexts": nodes,
            "context": context,
        }

    def status_check_rollup(self) -> dict[str, Any] | None:
        """Statuses and the newest check run of each name."""
        self._context.need("read", "checks")
        self._context.need("read", "statuses")
        state = self._context.view.state
        runs: dict[tuple[str, str], CheckRun] = {}
        for check in state.checks.values():
            if check.oid == self.oid:
                runs[check.app, check.name] = check
        checks = [CheckRunNode(self._context, each) for each in runs.values()]
        statuses = [
            StatusContextNode(self._context, each) for each in state.latest_statuses(self.oid).values()
        ]
        nodes: list[Any] = [*checks, *statuses]
        if not nodes:
            return None
        states = [*(node.conclusion or "PENDING" for node in checks), *(node.state for node in statuses)]

        def contexts(**page: Unpack[Page]) -> dict[str, Any]:
            return connection(nodes, lambda each: each, **page)

        return {"id": node_id("SCR", self.oid), "state": _rollup(states), "contexts": contexts}


def _rollup(states: Value) -> str:
    seen = set(states)
    if seen & {"FAILURE", "ERROR", "CANCELLED", "TIMED_OUT", "ACTION_REQUIRED", "STARTUP_FAILURE"}:
        return "FAILURE"
    return "PENDING" if "PENDING" in seen else "SUCCESS"


def _seconds(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp())
