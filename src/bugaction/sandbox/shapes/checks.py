"""Statuses, check runs and workflow runs in REST's JSON."""

from __future__ import annotations

from bugaction.sandbox.clock import stamp
from bugaction.sandbox.entities import CheckRun, Status, WorkflowRun
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.shapes import commits, pulls, repository
from bugaction.sandbox.shapes.accounts import Json, app, user
from bugaction.sandbox.view import View

__all__ = ["check_run", "combined", "status", "workflow", "workflow_run", "workflow_shape"]


def status(view: View, value: Status) -> Json:
    """OpenAPI `status`."""
    return simple_status(view, value) | {"creator": user(view, value.creator)}


def simple_status(view: View, value: Status) -> Json:
    """OpenAPI `simple-commit-status`."""
    return {
        "url": f"{view.api}/statuses/{value.oid}",
        "avatar_url": user(view, value.creator)["avatar_url"],
        "id": value.id,
        "node_id": node_id("SC", value.id),
        "state": value.state,
        "description": value.description,
        "target_url": value.target_url,
        "context": value.context,
        "created_at": stamp(value.at),
        "updated_at": stamp(value.at),
    }


def rollup_state(view: View, oid: str) -> str:
    """The combined state: failure beats pending beats success; nothing at all is pending."""
    states = {value.state for value in view.state.latest_statuses(oid).values()}
    if states & {"error", "failure"}:
        return "failure"
    return "success" if states == {"success"} else "pending"


def combined(view: View, oid: str) -> Json:
    """OpenAPI `combined-commit-status`."""
    newest = list(view.state.latest_statuses(oid).values())
    return {
        "state": rollup_state(view, oid),
        "statuses": [simple_status(view, value) for value in newest],
        "sha": oid,
        "total_count": len(newest),
        "repository": repository.minimal(view),
        "commit_url": f"{view.api}/commits/{oid}",
        "url": f"{view.api}/commits/{oid}/status",
    }


def check_run(view: View, value: CheckRun) -> Json:
    """OpenAPI `check-run`."""
    url = f"{view.api}/check-runs/{value.id}"
    page = f"{view.html}/runs/{value.id}"
    heads = [
        issue
        for issue in view.state.pulls()
        if issue.pull and not issue.pull.fork and issue.is_open and issue.pull.head_oid == value.oid
    ]
    return {
        "id": value.id,
        "node_id": node_id("CR", value.id),
        "head_sha": value.oid,
        "name": value.name,
        "external_id": value.external_id,
        "url": url,
        "html_url": page,
        "details_url": value.details_url or page,
        "status": value.status,
        "conclusion": value.conclusion,
        "started_at": stamp(value.started_at) if value.started_at else None,
        "completed_at": stamp(value.completed_at) if value.completed_at else None,
        "output": {
            "title": value.title or None,
            "summary": value.summary or None,
            "text": value.text or None,
            "annotations_count": 0,
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": value.suite},
        "app": app(view, value.app),
        "pull_requests": [pulls.minimal(view, issue) for issue in heads],
    }


def _workflow_id(path: str) -> int:
    return sum(path.encode()) + 100_000


def workflow(view: View, value: WorkflowRun) -> Json:
    """`workflow` in an event."""
    return workflow_shape(view, value.name, value.path, "active")


def workflow_shape(view: View, name: str, path: str, state: str) -> Json:
    """OpenAPI `workflow`."""
    id_ = _workflow_id(path)
    at = stamp(view.state.repository.created_at)
    return {
        "id": id_,
        "node_id": node_id("W", id_),
        "name": name,
        "path": path,
        "state": state,
        "created_at": at,
        "updated_at": at,
        "url": f"{view.api}/actions/workflows/{id_}",
        "html_url": f"{view.html}/blob/{view.state.repository.default_branch}/{path}",
        "badge_url": f"{view.html}/workflows/{name}/badge.svg",
    }


def workflow_run(view: View, value: WorkflowRun) -> Json:
    """`workflow_run` in an event and in REST."""
    id_ = _workflow_id(value.path)
    url = f"{view.api}/actions/runs/{value.id}"
    info = view.git.commit_info(value.oid)
    at = stamp(value.created_at)
    heads = [
        issue
        for issue in view.state.pulls()
        if issue.pull and not issue.pull.fork and issue.is_open and issue.pull.head_oid == value.oid
    ]
    return {
        "id": value.id,
        "name": value.name,
        "node_id": node_id("WFR", value.id),
        "head_branch": value.branch,
        "head_sha": value.oid,
        "path": value.path,
        "display_title": info.message.split("\n")[0] if info else value.name,
        "run_number": 1,
        "event": value.event,
        "status": value.status,
        "conclusion": value.conclusion,
        "workflow_id": id_,
        "check_suite_id": value.suite,
        "check_suite_node_id": node_id("CS", value.suite),
        "url": url,
        "html_url": f"{view.html}/actions/runs/{value.id}",
        "pull_requests": [pulls.minimal(view, issue) for issue in heads],
        "created_at": at,
        "updated_at": at,
        "actor": user(view, value.actor),
        "run_attempt": value.attempt,
        "referenced_workflows": [],
        "run_started_at": at,
        "triggering_actor": user(view, value.actor),
        "jobs_url": f"{url}/jobs",
        "logs_url": f"{url}/logs",
        "check_suite_url": f"{view.api}/check-suites/{value.suite}",
        "artifacts_url": f"{url}/artifacts",
        "cancel_url": f"{url}/cancel",
        "rerun_url": f"{url}/rerun",
        "previous_attempt_url": None,
        "workflow_url": f"{view.api}/actions/workflows/{id_}",
        "head_commit": commits.simple(info) if info else None,
        "repository": repository.simple(view),
        "head_repository": repository.simple(view),
    }
