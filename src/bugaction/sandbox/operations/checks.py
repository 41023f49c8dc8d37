"""Commit statuses, check runs, and the workflow runs behind them."""

from __future__ import annotations

from typing import Any

from bugaction.sandbox.clock import stamp
from bugaction.sandbox.entities import CheckRun, Status, WorkflowRun
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.operations.act import Act
from bugaction.sandbox.refusal import Refused, invalid
from bugaction.sandbox.shapes import accounts, commits, pulls
from bugaction.sandbox.shapes.checks import workflow, workflow_run

__all__ = ["check_run", "finish_suite", "finish_workflow", "set_status"]

_DESCRIPTION_LIMIT = 140
"""Characters; GitHub refuses a longer one ("description is too long (maximum is 140 characters)")."""
_MOST_STATUSES = 1000
"""Per commit and context; further ones are refused (OpenAPI, "Create a commit status")."""


def _resource(field: str, message: str) -> dict[str, str]:
    return {"resource": "Status", "code": "custom", "field": field, "message": message}


def set_status(
    act: Act,
    oid: str,
    context: str,
    state: str,
    description: str | None = None,
    target_url: str | None = None,
) -> Status:
    """Post a commit status; contexts are case-insensitive, the newest of a context counts."""
    act.check_writable()
    info = act.world.git.commit_info(oid)
    if info is None:
        raise Refused(422, f"No commit found for SHA: {oid}")
    if description is not None and len(description) > _DESCRIPTION_LIMIT:
        text = f"description is too long (maximum is {_DESCRIPTION_LIMIT} characters)"
        raise invalid("Validation Failed", _resource("description", text))
    known = act.state.statuses.get(oid, ())
    if sum(1 for each in known if each.context.casefold() == context.casefold()) >= _MOST_STATUSES:
        text = "This SHA and context has reached the maximum number of statuses."
        raise invalid("Validation Failed", _resource("base", text))
    with act.world.change() as world:
        made = Status(act.world.new_id(), oid, context, state, description, target_url, act.login, act.now)
        world.statuses[oid] = (*known, made)
        view = act.view
        names = [name.removeprefix("refs/heads/") for name, at in world.refs.items() if at == oid]
        shape: dict[str, Any] = {
            "id": made.id,
            "sha": oid,
            "name": world.repository.full_name,
            "avatar_url": accounts.user(view, act.login)["avatar_url"],
            "target_url": target_url,
            "context": context,
            "description": description,
            "state": state,
            "commit": commits.commit(view, info),
            "branches": [
                {"name": name, "commit": {"sha": oid, "url": f"{view.api}/commits/{oid}"}, "protected": False}
                for name in names
                if not name.startswith("refs/")
            ][:10],
            "created_at": stamp(act.now),
            "updated_at": stamp(act.now),
        }
        act.tell("status", "", shape)
        return made


def check_run(
    act: Act,
    oid: str,
    name: str,
    conclusion: str | None = "success",
    *,
    app: str = "github-actions",
    suite: int = 0,
    run: int = 0,
) -> CheckRun:
    """Make a check run on a commit; without a conclusion it is in progress."""
    if act.world.git.commit_info(oid) is None:
        raise Refused(422, f"No commit found for SHA: {oid}")
    with act.world.change() as state:
        status = "completed" if conclusion else "in_progress"
        done = act.now if conclusion else None
        made = CheckRun(
            act.world.new_id(),
            oid,
            name,
            status,
            conclusion,
            act.now,
            done,
            suite or act.world.new_id(),
            app,
            run,
        )
        state.checks[made.id] = made
        return made


def finish_workflow(
    act: Act,
    name: str,
    *,
    oid: str,
    branch: str,
    conclusion: str = "success",
    event: str = "push",
    path: str = "",
) -> WorkflowRun:
    """A workflow of the repository ran and ended: `workflow_run` tells of it."""
    with act.world.change() as state:
        suite = act.world.new_id()
        file = path or f".github/workflows/{name.lower().replace(' ', '-')}.yml"
        run = WorkflowRun(
            act.world.new_id(),
            name,
            file,
            event,
            oid,
            branch,
            "completed",
            conclusion,
            act.login,
            act.now,
            suite,
        )
        state.runs[run.id] = run
        check_run(act, oid, name, conclusion, suite=suite, run=run.id)
        parts = {"workflow": workflow(act.view, run), "workflow_run": workflow_run(act.view, run)}
        act.tell("workflow_run", "completed", parts)
        return run


def finish_suite(
    act: Act, *, oid: str, branch: str, conclusion: str = "success", name: str = "checks"
) -> CheckRun:
    """An app other than Actions ended its check suite on a commit.

    The suites of Actions itself start no workflow
    (https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#check_suite).
    """
    with act.world.change():
        suite = act.world.new_id()
        made = check_run(act, oid, name, conclusion, app=act.login, suite=suite)
        act.tell("check_suite", "completed", {"check_suite": _suite(act, made, branch)})
        return made


def _suite(act: Act, run: CheckRun, branch: str) -> dict[str, Any]:
    view = act.view
    info = act.world.git.commit_info(run.oid)
    url = f"{view.api}/check-suites/{run.suite}"
    heads = [
        issue
        for issue in act.state.pulls()
        if issue.pull and issue.is_open and issue.pull.head_oid == run.oid
    ]
    return {
        "id": run.suite,
        "node_id": node_id("CS", run.suite),
        "head_branch": branch,
        "head_sha": run.oid,
        "status": "completed",
        "conclusion": run.conclusion,
        "url": url,
        "before": None,
        "after": run.oid,
        "pull_requests": [pulls.minimal(view, issue) for issue in heads],
        "app": accounts.app(view, run.app),
        "created_at": stamp(run.started_at),
        "updated_at": stamp(act.now),
        "latest_check_runs_count": 1,
        "check_runs_url": f"{url}/check-runs",
        "head_commit": commits.simple(info) if info else None,
        "rerequestable": True,
        "runs_rerequestable": False,
    }
