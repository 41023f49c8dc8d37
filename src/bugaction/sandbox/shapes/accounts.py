"""Accounts and apps in REST's JSON (OpenAPI `simple-user`, `public-user`, `integration`)."""

from __future__ import annotations

from typing import Any

from bugaction.sandbox.entities import AccountKind
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.state import State
from bugaction.sandbox.view import View
from bugaction.sandbox.world import ACTIONS_APP_ID

__all__ = ["Json", "app", "association", "public_user", "user", "user_or_none"]

Json = dict[str, Any]
"""A JSON object."""

_KINDS = {AccountKind.USER: "U", AccountKind.BOT: "BOT", AccountKind.ORGANIZATION: "O"}
_COMMON = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}


def user(view: View, login: str) -> Json:
    """OpenAPI `simple-user`."""
    account = view.account(login)
    url = f"{view.world.api_url}/users/{account.rest_login}"
    page = f"apps/{account.login}" if account.kind is AccountKind.BOT else account.login
    return {
        "login": account.rest_login,
        "id": account.id,
        "node_id": node_id(_KINDS[account.kind], account.login),
        "avatar_url": f"https://avatars.githubusercontent.com/u/{account.id}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{view.world.url}/{page}",
        **{key: url + tail for key, tail in _COMMON.items()},
        "type": str(account.kind),
        "site_admin": False,
    }


def user_or_none(view: View, login: str) -> Json | None:
    """A user, or None where nobody is named."""
    return user(view, login) if login else None


def public_user(view: View, login: str) -> Json:
    """OpenAPI `public-user`."""
    account = view.account(login)
    stamp = view.state.repository.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return user(view, login) | {
        "name": account.name or None,
        "company": None,
        "blog": "",
        "location": None,
        "email": None,
        "hireable": None,
        "bio": None,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": stamp,
        "updated_at": stamp,
    }


def app(view: View, slug: str = "github-actions") -> Json:
    """OpenAPI `integration`: the app behind a bot."""
    account = view.account(slug)
    id_ = ACTIONS_APP_ID if slug == "github-actions" else account.id
    stamp = view.state.repository.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "id": id_,
        "slug": slug,
        "node_id": node_id("A", slug),
        "owner": user(view, view.state.repository.owner),
        "name": "GitHub Actions" if slug == "github-actions" else slug,
        "description": None,
        "external_url": "https://docs.github.com",
        "html_url": f"{view.world.url}/apps/{slug}",
        "created_at": stamp,
        "updated_at": stamp,
        "permissions": {"metadata": "read"},
        "events": [],
    }


def association(state: State, login: str) -> str:
    """GitHub's `author_association`, which says little about rights."""
    account = state.account(login)
    if account.login.casefold() == state.repository.owner.casefold():
        return "OWNER"
    if login.casefold() in state.roles:
        return "MEMBER" if state.repository.owner_is_organization else "COLLABORATOR"
    return "NONE"
