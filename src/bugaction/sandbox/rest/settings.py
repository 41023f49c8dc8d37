"""The repository's settings, and what is left of a token's hour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bugaction.sandbox.clock import stamp
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.rest.call import Answer, Call, Handler, page

__all__ = ["HANDLERS"]


def _permissions(call: Call) -> Answer:
    """Which actions may be used; an administrator's to know."""
    call.need("read", "administration")
    repository = call.view.state.repository
    shape: dict[str, Any] = {"enabled": repository.has_actions}
    if repository.has_actions:
        shape["allowed_actions"] = repository.allowed_actions
        if repository.allowed_actions == "selected":
            shape["selected_actions_url"] = f"{call.view.api}/actions/permissions/selected-actions"
    return Answer(200, shape)


def _workflow_permissions(call: Call) -> Answer:
    call.need("read", "administration")
    shape = {
        "default_workflow_permissions": "read",
        "can_approve_pull_request_reviews": call.view.state.repository.actions_may_open_pulls,
    }
    return Answer(200, shape)


def _environments(call: Call) -> Answer:
    """Those that were set up, and those that a deployment has made."""
    call.need("read", "actions")
    state = call.view.state
    names = dict.fromkeys(
        (*state.repository.environments, *(each.environment for each in state.deployments.values()))
    )
    at = stamp(state.repository.created_at)
    found: list[dict[str, Any]] = [
        {
            "id": index + 1,
            "node_id": node_id("EN", name),
            "name": name,
            "url": f"{call.view.api}/environments/{index + 1}",
            "html_url": f"{call.view.html}/deployments/activity_log?environments_filter={index + 1}",
            "created_at": at,
            "updated_at": at,
            "protection_rules": [],
            "deployment_branch_policy": None,
        }
        for index, name in enumerate(names)
    ]
    shown = page(call, found, lambda each: each)
    return Answer(200, {"total_count": len(found), "environments": shown.body}, shown.headers)


def _private_reports(call: Call) -> Answer:
    call.need("read", "administration")
    return Answer(200, {"enabled": call.view.state.repository.private_reports})


def _rate_limit(call: Call) -> Answer:
    found = {
        name: {
            "limit": budget.limit,
            "remaining": budget.remaining,
            "reset": int(budget.reset_at.timestamp()) if budget.reset_at else 0,
            "used": budget.used,
        }
        for name, budget in call.limits.items()
    }
    return Answer(200, {"resources": {**found, "search": found["core"]}, "rate": found["core"]})


HANDLERS: Mapping[str, Handler] = {
    "actions/get-github-actions-default-workflow-permissions-repository": _workflow_permissions,
    "actions/get-github-actions-permissions-repository": _permissions,
    "rate-limit/get": _rate_limit,
    "repos/check-private-vulnerability-reporting": _private_reports,
    "repos/get-all-environments": _environments,
}
"""Each handler by the operationId that GitHub's description gives its operation."""
