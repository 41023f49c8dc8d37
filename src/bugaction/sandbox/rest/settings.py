"""The repository's settings, its workflows and their runs, and what is left of a token's hour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from bugaction.sandbox.clock import stamp
from bugaction.sandbox.entities import WorkflowRun
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.refusal import missing
from bugaction.sandbox.rest.call import Answer, Call, Handler, page
from bugaction.sandbox.shapes.checks import workflow_run, workflow_shape

__all__ = ["HANDLERS"]

_FOLDER = ".github/workflows"


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


def _files(call: Call) -> Iterator[tuple[str, str]]:
    """Path and name of each workflow on the default branch."""
    state = call.view.state
    head = state.head_of(state.repository.default_branch)
    info = call.view.git.commit_info(head) if head else None
    for path, entry in (call.view.git.files(info.tree) if info else {}).items():
        if path.rpartition("/")[0] != _FOLDER or not path.endswith((".yml", ".yaml")):
            continue
        found = call.view.git.read(entry.oid)
        try:
            raw = yaml.safe_load(found[1]) if found else None
        except yaml.YAMLError:
            raw = None
        name = raw.get("name") if isinstance(raw, dict) else None
        yield path, str(name or path)


def _list_workflows(call: Call) -> Answer:
    call.need("read", "actions")
    disabled = dict(call.view.state.repository.disabled)
    found = [
        workflow_shape(call.view, name, path, disabled.get(path, "active")) for path, name in _files(call)
    ]
    shown = page(call, found, lambda each: each)
    return Answer(200, {"total_count": len(found), "workflows": shown.body}, shown.headers)


def _list_runs(call: Call) -> Answer:
    """Newest first; 404 for a file that is no workflow of the default branch."""
    call.need("read", "actions")
    wanted = call.parameters["workflow_id"]
    path = next((path for path, _ in _files(call) if path.rpartition("/")[2] == wanted), None)
    if path is None:
        raise missing()
    event = call.text("event")
    found = [
        run
        for _, run in sorted(call.view.state.runs.items(), reverse=True)
        if run.path == path and event in {"", run.event}
    ]

    def shape(run: WorkflowRun) -> dict[str, Any]:
        return workflow_run(call.view, run)

    shown = page(call, found, shape)
    return Answer(200, {"total_count": len(found), "workflow_runs": shown.body}, shown.headers)


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
    "actions/list-repo-workflows": _list_workflows,
    "actions/list-workflow-runs": _list_runs,
    "rate-limit/get": _rate_limit,
    "repos/check-private-vulnerability-reporting": _private_reports,
    "repos/get-all-environments": _environments,
}
"""Each handler by the operationId that GitHub's description gives its operation."""
