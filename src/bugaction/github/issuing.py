"""Opens issues below others, and takes labels off, by REST: it goes by names where GraphQL wants node ids."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import quote

from bugaction.errors import GitHubError, Missing, Rejected
from bugaction.github.client import Client
from bugaction.github.mutations import check_body
from bugaction.plan import CreateIssue, RemoveLabels

__all__ = ["create_child", "remove_labels"]


def create_child(client: Client, path: str, effect: CreateIssue) -> str:
    """An issue below its parent in the repository at `path`; gives its node id. Raises `GitHubError`.

    An assignee whom GitHub does not take is left out: it refuses the whole issue with 422 for one
    (microsoft/vscode-pull-request-github#1868). A place below the parent is a nicety: where there is none
    (a hundred sub-issues or eight levels, docs.github.com, "Adding sub-issues"), the mention in the body has
    to do.
    """
    check_body(effect.body)
    issues = f"{path}/issues"
    body = {"title": effect.title, "body": effect.body, "labels": list(effect.labels)}
    try:
        made = client.send("POST", issues, {**body, "assignees": list(effect.assignees)})
    except Rejected:
        if not effect.assignees:
            raise
        made = client.send("POST", issues, body)
    found = made if isinstance(made, Mapping) else {}
    with suppress(GitHubError):
        client.repeat("POST", f"{issues}/{effect.number}/sub_issues", {"sub_issue_id": found.get("id")})
    return str(found.get("node_id") or "")


def remove_labels(client: Client, path: str, effect: RemoveLabels) -> str:
    """Take labels off an issue of the repository at `path`, one by one; what is off already is as good.
    Raises `GitHubError`."""
    for name in effect.names:
        with suppress(Missing):
            client.send("DELETE", f"{path}/issues/{effect.number}/labels/{quote(name, safe='')}")
    return ""
