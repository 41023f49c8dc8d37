"""The repository, its refs, rules and deployments."""

from __future__ import annotations

from typing import Any, Unpack

from bugaction.sandbox.clock import stamp
from bugaction.sandbox.entities import BranchRules, Deployment, DeploymentStatus, Issue, Neighbour
from bugaction.sandbox.graph.commit import CommitNode
from bugaction.sandbox.graph.fields import Context, Page, connection
from bugaction.sandbox.graph.files import git_object
from bugaction.sandbox.graph.issue import IssueNode, LabelNode, issue_or_pull
from bugaction.sandbox.graph.people import ActorNode, actor_or_ghost
from bugaction.sandbox.graph.pull import PullNode
from bugaction.sandbox.graph.releases import ReleaseNode
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.refusal import Refused, forbidden
from bugaction.sandbox.value import Value

__all__ = ["DeploymentNode", "NeighbourNode", "RefNode", "RepositoryNode", "ref"]


class RefNode:
    """`Ref`."""

    type_name = "Ref"

    def __init__(self, context: Context, name: str, oid: str, prefix: str = "") -> None:
        self._context = context
        self._oid = oid
        self.id = node_id("REF", name)
        self.name = name.removeprefix(
            prefix or ("refs/tags/" if name.startswith("refs/tags/") else "refs/heads/")
        )
        self.prefix = name.removesuffix(self.name)
        self._branch = name.removeprefix("refs/heads/")

    def target(self) -> Value:
        """What it points at."""
        info = self._context.view.git.commit_info(self._oid)
        return CommitNode(self._context, info) if info else None

    def associated_pull_requests(
        self, order_by: dict[str, str] | None = None, **page: Unpack[Page]
    ) -> dict[str, Any]:
        """The pull requests from this branch, whatever became of them; none from a fork's of that name."""
        self._context.need("read", "pull-requests")
        found = [
            issue
            for issue in self._context.view.state.pulls()
            if issue.pull and issue.pull.head == self._branch and not issue.pull.fork
        ]
        if order_by is not None and order_by["direction"] == "DESC":
            found.reverse()
        return connection(found, lambda each: PullNode(self._context, each), **page)

    def _rules(self, kind: str) -> list[BranchRules]:
        return [rules for rules in self._context.view.state.rules_of(self._branch) if rules.kind == kind]

    def ref_update_rule(self) -> dict[str, Any] | None:
        """What branch protection asks for, as those without administration rights see it."""
        found = self._rules("classic")
        if not found:
            return None
        rules = found[0]
        login = self._context.token.login
        return {
            "requiredApprovingReviewCount": rules.approvals if rules.pull_request else None,
            "requiredStatusCheckContexts": [context for context, _ in rules.checks],
            "viewerCanPush": login in rules.bypass or not (rules.restricted or rules.pull_request),
        }

    def rules(self, order_by: Value = None, **page: Unpack[Page]) -> dict[str, Any]:  # noqa: ARG002 (the schema's argument)
        """What rulesets ask for."""
        nodes = [node for rules in self._rules("ruleset") for node in _rule_nodes(rules)]
        return connection(nodes, lambda node: node, **page)


def _rule_nodes(rules: BranchRules) -> list[dict[str, Any]]:
    kinds = {
        "PULL_REQUEST": rules.pull_request,
        "REQUIRED_STATUS_CHECKS": bool(rules.checks),
        "UPDATE": rules.restricted,
        "MERGE_QUEUE": rules.merge_queue,
        "REQUIRED_SIGNATURES": rules.signed,
        "DELETION": rules.kept,
        "NON_FAST_FORWARD": rules.kept,
    }
    return [
        {
            "type": kind,
            "id": node_id("RRU", f"{rules.id}:{kind}"),
            "parameters": _parameters(rules, kind),
        }
        for kind, holds in kinds.items()
        if holds
    ]


def _parameters(rules: BranchRules, kind: str) -> dict[str, Any] | None:
    """What a rule says beyond its type; signatures say nothing more."""
    if kind == "REQUIRED_STATUS_CHECKS":
        pins = [{"context": context, "integrationId": app} for context, app in rules.checks]
        return {"__typename": "RequiredStatusChecksParameters", "requiredStatusChecks": pins}
    names = {
        "PULL_REQUEST": "PullRequestParameters",
        "UPDATE": "UpdateParameters",
        "MERGE_QUEUE": "MergeQueueParameters",
    }
    return {"__typename": names[kind]} if kind in names else None


def ref(context: Context, name: str) -> RefNode | None:
    """A ref by its full name, or None."""
    oid = context.view.state.refs.get(name)
    return RefNode(context, name, oid) if oid is not None else None


class DeploymentNode:
    """`Deployment`."""

    type_name = "Deployment"

    def __init__(self, context: Context, value: Deployment) -> None:
        self._context = context
        self._value = value
        self.id = node_id("DE", value.id)
        self.environment = value.environment
        self.commit_oid = value.oid
        self.created_at = value.created_at
        self.state = value.statuses[-1].state.upper() if value.statuses else "PENDING"
        if self.state == "SUCCESS":
            self.state = "ACTIVE"

    def creator(self) -> ActorNode:
        """Who deployed."""
        return actor_or_ghost(self._context, self._value.creator)

    def ref(self) -> RefNode | None:
        """The branch or tag that was deployed, when it was named."""
        for prefix in ("refs/heads/", "refs/tags/"):
            found = ref(self._context, prefix + self._value.ref)
            if found is not None:
                return found
        return None

    def latest_status(self) -> dict[str, Any] | None:
        """How it went last."""
        if not self._value.statuses:
            return None
        return _shown_status(self._value.statuses[-1])

    def statuses(self, **page: Unpack[Page]) -> dict[str, Any]:
        """Everything that was reported of it, newest first, as in REST."""
        return connection(self._value.statuses[::-1], _shown_status, **page)


def _shown_status(value: DeploymentStatus) -> dict[str, Any]:
    return {
        "id": node_id("DES", value.id),
        "state": value.state.upper(),
        "createdAt": stamp(value.at),
        "logUrl": None,
    }


class NeighbourNode:
    """`Repository`, of another one: its name, and what is on its default branch."""

    type_name = "Repository"

    def __init__(self, context: Context, value: Neighbour) -> None:
        self._context = context
        self._value = value
        self.id = node_id("R", value.id)
        self.name_with_owner = value.full_name
        self.is_private = value.is_private

    def default_branch_ref(self) -> dict[str, Any] | None:
        """The default branch; nothing in an empty repository."""
        info = self._context.view.git.commit_info(self._value.oid)
        if info is None:
            return None
        key = f"{self._value.full_name}:main"
        return {"id": node_id("REF", key), "name": "main", "target": CommitNode(self._context, info)}


def _shown_state(issue: Issue) -> str:
    if issue.pull and issue.pull.merged_at:
        return "MERGED"
    return "OPEN" if issue.is_open else "CLOSED"


class RepositoryNode:
    """`Repository`."""

    type_name = "Repository"

    def __init__(self, context: Context) -> None:
        value = context.view.state.repository
        self._context = context
        self.id = node_id("R", value.id)
        self.name_with_owner = value.full_name
        self.url = context.view.html
        self.is_archived = value.is_archived
        self.is_private = value.is_private
        self.has_issues_enabled = value.has_issues
        self.is_fork = value.is_fork
        self.forking_allowed = value.allows_forking
        self._default = value.default_branch

    def owner(self) -> ActorNode:
        """Whose it is."""
        return actor_or_ghost(self._context, self._context.view.state.repository.owner)

    def merge_queue(self, branch: str | None = None) -> dict[str, Any] | None:
        """The queue of a branch; GITHUB_TOKEN may not read it (nakafa.com#481)."""
        if self._context.token.kind == "workflow":
            raise forbidden()
        found = self._context.view.state.rules_of(branch or self._default)
        return {"id": node_id("MQ", self._default)} if any(rules.merge_queue for rules in found) else None

    def labels(
        self,
        query: str | None = None,
        order_by: Value = None,  # noqa: ARG002 (the schema's argument)
        **page: Unpack[Page],
    ) -> dict[str, Any]:
        """Its labels, oldest first."""
        self._context.need("read", "issues", "pull-requests")
        found = [each for each in self._context.view.state.labels.values() if (query or "") in each.name]
        return connection(found, LabelNode, **page)

    def default_branch_ref(self) -> RefNode | None:
        """The default branch; nothing in an empty repository."""
        self._context.need("read", "contents")
        return ref(self._context, f"refs/heads/{self._default}")

    def ref(self, qualified_name: str) -> RefNode | None:
        """A ref by name, "heads/x" and "x" included."""
        self._context.need("read", "contents")
        for prefix in ("", "refs/", "refs/heads/"):
            found = ref(self._context, prefix + qualified_name)
            if found is not None:
                return found
        return None

    def refs(
        self,
        ref_prefix: str,
        query: str | None = None,
        direction: str | None = None,
        order_by: Value = None,  # noqa: ARG002 (the schema's argument)
        **page: Unpack[Page],
    ) -> dict[str, Any]:
        """The refs below a prefix, by name."""
        self._context.need("read", "contents")
        found = sorted(
            (name, oid)
            for name, oid in self._context.view.state.refs.items()
            if name.startswith(ref_prefix) and (query or "") in name
        )
        if direction == "DESC":
            found.reverse()
        return connection(found, lambda each: RefNode(self._context, each[0], each[1], ref_prefix), **page)

    def object(self, expression: str | None = None, oid: str | None = None) -> Value:
        """A git object by id, or by an expression `<branch or id>[:<path>]`."""
        self._context.need("read", "contents")
        view = self._context.view
        revision, colon, path = (oid or expression or "").partition(":")
        found = revision if oid else self._revision(revision)
        if found is None:
            return None
        info = view.git.commit_info(found)
        if not colon:
            if info is not None:
                return CommitNode(self._context, info)
            read = view.git.read(found)
            return git_object(self._context, read[0], found) if read else None
        entry = view.git.find(info.tree, path) if info else None
        return git_object(self._context, entry.kind, entry.oid) if entry and entry.kind != "commit" else None

    def _revision(self, name: str) -> str | None:
        refs = self._context.view.state.refs
        if name == "HEAD":
            name = self._default
        for prefix in ("refs/heads/", "refs/tags/", "refs/", ""):
            if prefix + name in refs:
                return refs[prefix + name]
        return name

    def _topic(self, number: int, kind: str) -> Issue:
        found = self._context.view.state.issues.get(number)
        wrong = (
            found is None
            or (kind == "an Issue" and found.pull)
            or (kind == "a PullRequest" and not found.pull)
        )
        if found is None or wrong:
            raise Refused(404, f"Could not resolve to {kind} with the number of {number}.", kind="NOT_FOUND")
        return found

    def pull_request(self, number: int) -> Value:
        """A pull request by number."""
        self._context.need("read", "pull-requests")
        return issue_or_pull(self._context, self._topic(number, "a PullRequest"))

    def issue_or_pull_request(self, number: int) -> Value:
        """Either by number."""
        return issue_or_pull(self._context, self._topic(number, "an issue or pull request"))

    def issues(
        self,
        states: list[str] | None = None,
        labels: list[str] | None = None,
        filter_by: dict[str, Any] | None = None,
        order_by: dict[str, str] | None = None,
        **page: Unpack[Page],
    ) -> dict[str, Any]:
        """Issues; with several labels those that have any of them."""
        self._context.need("read", "issues")
        found = [issue for issue in self._topics(states, labels, order_by) if issue.pull is None]
        since = (filter_by or {}).get("since")
        if since:
            found = [issue for issue in found if issue.updated_at.isoformat() >= since.replace("Z", "+00:00")]
        return connection(found, lambda each: IssueNode(self._context, each), **page)

    def pull_requests(
        self,
        states: list[str] | None = None,
        labels: list[str] | None = None,
        head_ref_name: str | None = None,
        base_ref_name: str | None = None,
        order_by: dict[str, str] | None = None,
        **page: Unpack[Page],
    ) -> dict[str, Any]:
        """Pull requests."""
        self._context.need("read", "pull-requests")
        found = [
            issue
            for issue in self._topics(states, labels, order_by)
            if issue.pull
            and head_ref_name in {None, issue.pull.head}
            and base_ref_name in {None, issue.pull.base}
        ]
        return connection(found, lambda each: PullNode(self._context, each), **page)

    def _topics(
        self, states: list[str] | None, labels: list[str] | None, order_by: dict[str, str] | None
    ) -> list[Issue]:
        state = self._context.view.state
        named = {name.casefold() for name in labels or ()}
        wanted = {label.id for label in state.labels.values() if label.name.casefold() in named}
        found = [
            issue
            for issue in state.issues.values()
            if (not states or _shown_state(issue) in states)
            and (not named or not wanted.isdisjoint(issue.labels))
        ]
        order = order_by or {"field": "CREATED_AT", "direction": "ASC"}
        if order["field"] == "UPDATED_AT":
            found.sort(key=lambda issue: (issue.updated_at, issue.number))
        if order["direction"] == "DESC":
            found.reverse()
        return found

    def label(self, name: str) -> LabelNode | None:
        """A label by name."""
        self._context.need("read", "issues", "pull-requests")
        found = self._context.view.state.label(name)
        return LabelNode(found) if found else None

    def deployments(
        self,
        environments: list[str] | None = None,
        order_by: dict[str, str] | None = None,
        **page: Unpack[Page],
    ) -> dict[str, Any]:
        """Deployments, oldest first unless ordered otherwise."""
        self._context.need("read", "deployments")
        found = [
            value
            for _, value in sorted(self._context.view.state.deployments.items())
            if not environments or value.environment in environments
        ]
        if order_by and order_by["direction"] == "DESC":
            found.reverse()
        return connection(found, lambda each: DeploymentNode(self._context, each), **page)

    def releases(self, order_by: dict[str, str] | None = None, **page: Unpack[Page]) -> dict[str, Any]:
        """Releases, newest first unless ordered otherwise."""
        self._context.need("read", "contents")
        found = [value for _, value in sorted(self._context.view.state.releases.items(), reverse=True)]
        if order_by and order_by["direction"] == "ASC":
            found.reverse()
        return connection(found, lambda each: ReleaseNode(self._context, each), **page)
