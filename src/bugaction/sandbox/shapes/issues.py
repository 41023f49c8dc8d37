"""Issues, comments, labels and reactions in REST's JSON."""

from __future__ import annotations

from collections import Counter
from urllib.parse import quote

from bugaction.sandbox.clock import stamp
from bugaction.sandbox.entities import Comment, Issue, Label, Reaction
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.shapes.accounts import Json, app, association, user, user_or_none
from bugaction.sandbox.view import View

__all__ = ["REACTIONS", "comment", "issue", "issue_node", "label", "reaction"]

REACTIONS = {
    "THUMBS_UP": "+1",
    "THUMBS_DOWN": "-1",
    "LAUGH": "laugh",
    "CONFUSED": "confused",
    "HEART": "heart",
    "HOORAY": "hooray",
    "ROCKET": "rocket",
    "EYES": "eyes",
}
"""GraphQL's names of reactions, and REST's."""


def issue_node(issue: Issue) -> str:
    """The node id of an issue or pull request."""
    return node_id("PR" if issue.pull else "I", issue.number)


def label(view: View, value: Label) -> Json:
    """OpenAPI `label`."""
    return {
        "id": value.id,
        "node_id": node_id("LA", value.id),
        "url": f"{view.api}/labels/{quote(value.name)}",
        "name": value.name,
        "color": value.color,
        "default": False,
        "description": value.description,
    }


def _rollup(view: View, subject: str, url: str) -> Json:
    counts = Counter(reaction.content for reaction in view.state.reactions.get(subject, ()))
    return {
        "url": f"{url}/reactions",
        "total_count": counts.total(),
        **{rest: counts[name] for name, rest in REACTIONS.items()},
    }


def reaction(view: View, value: Reaction) -> Json:
    """OpenAPI `reaction`."""
    return {
        "id": value.id,
        "node_id": node_id("REA", value.id),
        "user": user(view, value.user),
        "content": REACTIONS[value.content],
        "created_at": stamp(value.at),
    }


def issue(view: View, value: Issue) -> Json:
    """OpenAPI `issue`; a pull request carries `pull_request`."""
    url = f"{view.api}/issues/{value.number}"
    page = f"{view.html}/{'pull' if value.pull else 'issues'}/{value.number}"
    assignees = [user(view, login) for login in value.assignees]
    shape: Json = {
        "url": url,
        "repository_url": view.api,
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": page,
        "id": value.id,
        "node_id": issue_node(value),
        "number": value.number,
        "title": value.title,
        "user": user(view, value.author),
        "labels": [label(view, each) for each in view.state.labels_of(value)],
        "state": "open" if value.is_open else "closed",
        "locked": value.is_locked,
        "assignee": assignees[0] if assignees else None,
        "assignees": assignees,
        "milestone": None,
        "comments": len(value.comments),
        "created_at": stamp(value.created_at),
        "updated_at": stamp(value.updated_at),
        "closed_at": stamp(value.closed_at) if value.closed_at else None,
        "author_association": association(view.state, value.author),
        "active_lock_reason": None,
        "body": value.body or None,
        "reactions": _rollup(view, issue_node(value), url),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": None,
        "state_reason": value.reason or None,
    }
    if value.pull is not None:
        pull_url = f"{view.api}/pulls/{value.number}"
        shape["draft"] = value.pull.is_draft
        shape["pull_request"] = {
            "url": pull_url,
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": stamp(value.pull.merged_at) if value.pull.merged_at else None,
        }
    return shape


def issue_with_closer(view: View, value: Issue) -> Json:
    """What "get an issue" adds: who closed it."""
    return issue(view, value) | {"closed_by": user_or_none(view, value.closed_by)}


def comment(view: View, value: Comment) -> Json:
    """OpenAPI `issue-comment`."""
    owner = view.state.issues[value.number]
    url = f"{view.api}/issues/comments/{value.id}"
    page = f"{view.html}/{'pull' if owner.pull else 'issues'}/{value.number}"
    return {
        "url": url,
        "html_url": f"{page}#issuecomment-{value.id}",
        "issue_url": f"{view.api}/issues/{value.number}",
        "id": value.id,
        "node_id": node_id("IC", value.id),
        "user": user(view, value.author),
        "created_at": stamp(value.created_at),
        "updated_at": stamp(value.updated_at),
        "author_association": association(view.state, value.author),
        "body": value.body,
        "reactions": _rollup(view, node_id("IC", value.id), url),
        "performed_via_github_app": app(view, value.author) if value.app else None,
    }
