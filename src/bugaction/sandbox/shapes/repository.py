"""The repository in REST's JSON (OpenAPI `simple-repository` to `full-repository`, `repository-webhooks`)."""

from __future__ import annotations

from bugaction.sandbox.clock import stamp
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.shapes.accounts import Json, user
from bugaction.sandbox.view import View

__all__ = ["fork", "full", "minimal", "simple", "webhook"]

_LINKS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}


def simple(view: View) -> Json:
    """OpenAPI `simple-repository`."""
    repository = view.state.repository
    return {
        "id": repository.id,
        "node_id": node_id("R", repository.id),
        "name": repository.name,
        "full_name": repository.full_name,
        "private": repository.is_private,
        "owner": user(view, repository.owner),
        "html_url": view.html,
        "description": None,
        "fork": repository.is_fork,
        "url": view.api,
        **{key: view.api + tail for key, tail in _LINKS.items()},
    }


def minimal(view: View) -> Json:
    """What REST adds for a repository inside another object."""
    repository = view.state.repository
    at = stamp(repository.created_at)
    open_issues = sum(1 for issue in view.state.issues.values() if issue.is_open)
    host = view.world.url.partition("://")[2]
    return simple(view) | {
        "created_at": at,
        "updated_at": at,
        "pushed_at": stamp(view.world.clock()),
        "git_url": f"git://{host}/{repository.full_name}.git",
        "ssh_url": f"git@{host}:{repository.full_name}.git",
        "clone_url": f"{view.html}.git",
        "svn_url": view.html,
        "homepage": None,
        "size": 0,
        "stargazers_count": 0,
        "watchers_count": 0,
        "language": None,
        "has_issues": repository.has_issues,
        "has_projects": False,
        "has_downloads": True,
        "has_wiki": False,
        "has_pages": False,
        "has_discussions": False,
        "forks_count": 0,
        "mirror_url": None,
        "archived": repository.is_archived,
        "disabled": False,
        "open_issues_count": open_issues,
        "license": None,
        "allow_forking": repository.allows_forking,
        "is_template": False,
        "web_commit_signoff_required": False,
        "topics": list(repository.topics),
        "visibility": "private" if repository.is_private else "public",
        "forks": 0,
        "open_issues": open_issues,
        "watchers": 0,
        "default_branch": repository.default_branch,
    }


def webhook(view: View) -> Json:
    """`repository` in an event."""
    return minimal(view)


def full(view: View) -> Json:
    """OpenAPI `full-repository`."""
    return minimal(view) | {"network_count": 0, "subscribers_count": 0}


def fork(view: View, owner: str) -> Json:
    """A fork of the repository, as a pull request's head names it."""
    ours = view.state.repository.full_name
    theirs = f"{owner}/{view.state.repository.name}"
    shape = {
        key: value.replace(f"/{ours}", f"/{theirs}").replace(f":{ours}", f":{theirs}")
        if isinstance(value, str)
        else value
        for key, value in minimal(view).items()
    }
    return shape | {
        "id": view.account(owner).id + 10_000_000,
        "node_id": node_id("R", f"fork:{owner}"),
        "full_name": theirs,
        "owner": user(view, owner),
        "fork": True,
    }
