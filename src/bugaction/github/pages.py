"""The connections that may hold more than one page, and how the next page of each is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bugaction.github.client import Client
from bugaction.github.failures import GraphqlError, from_graphql
from bugaction.github.query import page

__all__ = ["PAGES", "Page", "whole"]


@dataclass(frozen=True, slots=True)
class Page:
    """A connection of a node type: `connection` with its fixed arguments, and what is read of each node.

    `variables` are those that the text uses besides the node and the cursor; `through` is the field of the
    node that the connection hangs on, "" for the node itself.
    """

    type_name: str
    connection: str
    selection: str
    variables: tuple[str, ...] = ()
    through: str = ""


_ENTRIES = (
    "timelineItems(itemTypes: [LABELED_EVENT, UNLABELED_EVENT, ASSIGNED_EVENT, UNASSIGNED_EVENT, "
    "CLOSED_EVENT, REOPENED_EVENT, RENAMED_TITLE_EVENT, CROSS_REFERENCED_EVENT, CONNECTED_EVENT, "
    "DISCONNECTED_EVENT])"
)

PAGES: Mapping[str, Page] = {
    "issue-comments": Page("Issue", "comments", "...CommentFacts"),
    "issue-timeline": Page("Issue", _ENTRIES, "...EntryFacts"),
    "issue-pulls": Page(
        "Issue", "closedByPullRequestsReferences(includeClosedPrs: true)", "...PullFacts", ("config",)
    ),
    "pull-comments": Page("PullRequest", "comments", "...CommentFacts"),
    "pull-closing": Page("PullRequest", "closingIssuesReferences", "number repository { nameWithOwner }"),
    "pull-commits": Page("PullRequest", "commits", "commit { ...CommitFacts ...GateStatus }"),
    "pull-files": Page("PullRequest", "files", "...FileFacts"),
    "pull-reviews": Page("PullRequest", "reviews", "...ReviewFacts"),
    "checks": Page("Commit", "contexts", "...CheckFacts", through="statusCheckRollup"),
    "commit-heads": Page("Commit", "associatedPullRequests", "number state headRefOid"),
    "commit-pulls": Page("Commit", "associatedPullRequests", "...PullFacts", ("config",)),
    "queue": Page("Repository", "refs(refPrefix: $queue)", "name target { oid }", ("queue",)),
    "deployments": Page(
        "Repository", "deployments(orderBy: {field: CREATED_AT, direction: DESC})", "...DeploymentFacts"
    ),
    "changes": Page("Commit", "history(since: $since, until: $until)", "...Change", ("since", "until")),
}
"""By the name of what is paged. The first page of each stands in a larger document."""


def whole(
    client: Client,
    identity: str,
    connection: Mapping[str, Any],
    key: str,
    variables: Mapping[str, tuple[str, object]],
    most: int | None = None,
    until: Callable[[Mapping[str, Any]], bool] | None = None,
    bears: Callable[[GraphqlError], bool] | None = None,
) -> Mapping[str, Any]:
    """A connection with the nodes of its further pages in it; `connection` is its first page.

    `most` bounds the pages, and `until` ends them with the page whose last node it holds for. `hasNextPage`
    of the result says whether more was left. An error that took a part of a page stops it, except one that
    `bears` takes note of. Raises `GitHubError`, and `Missing` when the node is gone.
    """
    what = PAGES[key]
    found = [node for node in connection.get("nodes") or () if node is not None]
    info: Mapping[str, Any] = connection.get("pageInfo") or {}
    read, ended = 1, False
    while info.get("hasNextPage") and (most is None or read < most):
        ended = until is not None and bool(found) and until(found[-1])
        if ended:
            break
        document = page(
            what.type_name,
            what.connection,
            what.selection,
            identity,
            str(info["endCursor"]),
            variables,
            what.through,
        )
        answer = client.query(document)
        node: Mapping[str, Any] = answer.data.get("node") or {}
        following = ((node.get("at") or {}) if what.through else node).get("page")
        errors = [error for error in answer.errors if bears is None or not bears(error)]
        if following is None or errors:
            error = errors[0] if errors else GraphqlError("It is gone.", "NOT_FOUND")
            raise from_graphql(error, answer.headers, client.pace.now())
        found += [node for node in following.get("nodes") or () if node is not None]
        info = following.get("pageInfo") or {}
        read += 1
    more = bool(info.get("hasNextPage")) and not ended
    return {"nodes": found, "pageInfo": {"hasNextPage": more, "endCursor": info.get("endCursor")}}
