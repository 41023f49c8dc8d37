"""Pull requests, reviews and merge groups in REST's JSON."""

from __future__ import annotations

from bugaction.sandbox.clock import stamp
from bugaction.sandbox.entities import Issue, Pull, Review
from bugaction.sandbox.links import commits_of, files_of, mergeable
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.shapes import repository
from bugaction.sandbox.shapes.accounts import Json, association, user, user_or_none
from bugaction.sandbox.shapes.issues import label
from bugaction.sandbox.view import View

__all__ = ["minimal", "pull", "pull_simple", "review"]


def _of(value: Issue) -> Pull:
    if value.pull is None:
        msg = f"#{value.number} is no pull request"
        raise ValueError(msg)
    return value.pull


def _side(view: View, owner: str, branch: str, oid: str, repo: Json) -> Json:
    return {"label": f"{owner}:{branch}", "ref": branch, "sha": oid, "user": user(view, owner), "repo": repo}


def pull_simple(view: View, value: Issue) -> Json:
    """OpenAPI `pull-request-simple`."""
    pull = _of(value)
    url, page = f"{view.api}/pulls/{value.number}", f"{view.html}/pull/{value.number}"
    issue_url = f"{view.api}/issues/{value.number}"
    statuses = f"{view.api}/statuses/{pull.head_oid}"
    assignees = [user(view, login) for login in value.assignees]
    owner = view.state.repository.owner
    head_repo = repository.fork(view, pull.fork) if pull.fork else repository.minimal(view)
    return {
        "url": url,
        "id": pull.id,
        "node_id": node_id("PR", value.number),
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "issue_url": issue_url,
        "number": value.number,
        "state": "open" if value.is_open else "closed",
        "locked": value.is_locked,
        "title": value.title,
        "user": user(view, value.author),
        "body": value.body or None,
        "created_at": stamp(value.created_at),
        "updated_at": stamp(value.updated_at),
        "closed_at": stamp(value.closed_at) if value.closed_at else None,
        "merged_at": stamp(pull.merged_at) if pull.merged_at else None,
        "merge_commit_sha": pull.merge_oid or None,
        "assignee": assignees[0] if assignees else None,
        "assignees": assignees,
        "requested_reviewers": [user(view, login) for login in pull.reviewers],
        "requested_teams": [],
        "labels": [label(view, each) for each in view.state.labels_of(value)],
        "milestone": None,
        "draft": pull.is_draft,
        "commits_url": f"{url}/commits",
        "review_comments_url": f"{url}/comments",
        "review_comment_url": f"{view.api}/pulls/comments{{/number}}",
        "comments_url": f"{issue_url}/comments",
        "statuses_url": statuses,
        "head": _side(view, pull.fork or owner, pull.head, pull.head_oid, head_repo),
        "base": _side(view, owner, pull.base, pull.base_oid, repository.minimal(view)),
        "_links": {
            "self": {"href": url},
            "html": {"href": page},
            "issue": {"href": issue_url},
            "comments": {"href": f"{issue_url}/comments"},
            "review_comments": {"href": f"{url}/comments"},
            "review_comment": {"href": f"{view.api}/pulls/comments{{/number}}"},
            "commits": {"href": f"{url}/commits"},
            "statuses": {"href": statuses},
        },
        "author_association": association(view.state, value.author),
        "auto_merge": None,
        "active_lock_reason": None,
    }


def pull(view: View, value: Issue) -> Json:
    """OpenAPI `pull-request`, as "get a pull request" and events have it."""
    inner = _of(value)
    changes = files_of(view, value)
    clean = mergeable(view, value)
    return pull_simple(view, value) | {
        "merged": inner.merged_at is not None,
        "mergeable": clean if value.is_open else None,
        "rebaseable": clean if value.is_open else None,
        "mergeable_state": ("clean" if clean else "dirty") if value.is_open else "unknown",
        "merged_by": user_or_none(view, inner.merged_by),
        "comments": len(value.comments),
        "review_comments": 0,
        "maintainer_can_modify": bool(inner.fork),
        "commits": len(commits_of(view, value)),
        "additions": sum(change.additions for change in changes),
        "deletions": sum(change.deletions for change in changes),
        "changed_files": len(changes),
    }


def review(view: View, value: Review) -> Json:
    """OpenAPI `pull-request-review`; an event spells the state in lower case."""
    page = f"{view.html}/pull/{value.number}#pullrequestreview-{value.id}"
    url = f"{view.api}/pulls/{value.number}"
    return {
        "id": value.id,
        "node_id": node_id("PRR", value.id),
        "user": user(view, value.author),
        "body": value.body,
        "state": value.state,
        "html_url": page,
        "pull_request_url": url,
        "author_association": association(view.state, value.author),
        "_links": {"html": {"href": page}, "pull_request": {"href": url}},
        "submitted_at": stamp(value.submitted_at),
        "commit_id": value.oid,
    }


def minimal(view: View, value: Issue) -> Json:
    """OpenAPI `pull-request-minimal`, as check suites and workflow runs name pull requests."""
    inner = _of(value)
    repo = {"id": view.state.repository.id, "url": view.api, "name": view.state.repository.name}
    return {
        "url": f"{view.api}/pulls/{value.number}",
        "id": inner.id,
        "number": value.number,
        "head": {"ref": inner.head, "sha": inner.head_oid, "repo": repo},
        "base": {"ref": inner.base, "sha": inner.base_oid, "repo": repo},
    }
