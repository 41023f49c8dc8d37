"""Commit statuses, check runs, and the workflow runs behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bugaction.sandbox.clock import stamp
from bugaction.sandbox.entities import CheckRun, Status, WorkflowRun
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.operations.act import Act
from bugaction.sandbox.refusal import Refused, invalid, missing
from bugaction.sandbox.shapes import accounts, commits, pulls
from bugaction.sandbox.shapes.checks import check_run as shape_check_run
from bugaction.sandbox.shapes.checks import workflow, workflow_run

__all__ = [
    "change",
    "check_run",
    "complete",
    "end_workflow",
    "finish_suite",
    "finish_workflow",
    "rerun",
    "set_status",
    "start_workflow",
]

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
    status: str = "",
    given: Mapping[str, str] | None = None,
) -> CheckRun:
    """Make a check run on a commit: completed with its conclusion, else in progress or as `status` says.
    `given` are fields of `CheckRun` that its app fills.

    An app other than Actions has one suite on a commit (docs.github.com/rest/checks/suites).
    """
    if act.world.git.commit_info(oid) is None:
        raise Refused(422, f"No commit found for SHA: {oid}")
    with act.world.change() as state:
        if not suite and app != "github-actions":
            suite = next((each.suite for each in state.checks_on(oid) if each.app == app), 0)
        found = "completed" if conclusion else status or "in_progress"
        made = CheckRun(
            act.world.new_id(),
            oid,
            name,
            found,
            conclusion,
            None if found == "queued" else act.now,
            act.now if conclusion else None,
            suite or act.world.new_id(),
            app,
            run,
        )
        made = replace(made, **(given or {}))  # type: ignore[arg-type]  # texts alone
        state.checks[made.id] = made
        _tell_check(act, made, "created")
        if conclusion:
            _tell_check(act, made, "completed")
        return made


def complete(act: Act, id_: int, conclusion: str = "success") -> CheckRun:
    """A check run that was waiting or in progress has ended."""
    with act.world.change() as state:
        old = state.checks.get(id_)
        if old is None:
            raise missing()
        new = state.checks[id_] = replace(
            old,
            status="completed",
            conclusion=conclusion,
            started_at=old.started_at or act.now,
            completed_at=act.now,
        )
        _tell_check(act, new, "completed")
        return new


def change(
    act: Act, id_: int, given: Mapping[str, str], *, status: str = "", conclusion: str = ""
) -> CheckRun:
    """An app changes its own check run; another's is refused (OP5dev/TF-via-PR#538 has the words).

    Since 2025 nobody changes the runs that Actions made for jobs (github.blog/changelog, 2025-02-12).
    """
    with act.world.change() as state:
        old = state.checks.get(id_)
        if old is None:
            raise missing()
        if old.app != act.login or old.workflow_run:
            name = accounts.app(act.view, act.login)["id"]
            text = "check run can only be modified by the GitHub App that created it"
            raise Refused(403, f"Invalid app_id {name} - {text}")
        now = "completed" if conclusion else status or old.status
        is_over = now == "completed"
        new = state.checks[id_] = replace(
            old,
            status=now,
            conclusion=(conclusion or old.conclusion) if is_over else None,
            started_at=old.started_at or act.now,
            completed_at=act.now if is_over else None,
            **given,  # type: ignore[arg-type]  # texts alone
        )
        if conclusion:
            _tell_check(act, new, "completed")
        return new


def _starts_workflows(act: Act, app: str, oid: str) -> bool:
    """Whether the events of a check suite start workflows: not those of Actions, nor any on a commit that
    Actions has checked
    (https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#check_suite).
    """
    apps = {check.app for check in act.state.checks_on(oid)}
    return "github-actions" not in apps | {app}


def _tell_check(act: Act, run: CheckRun, action: str) -> None:
    if _starts_workflows(act, run.app, run.oid):
        # A run that waits has no beginning in REST; an event's is never null (webhook schemas, `check_run`).
        shape = shape_check_run(act.view, run) | {"started_at": stamp(run.started_at or act.now)}
        act.tell("check_run", action, {"check_run": shape})


def start_workflow(
    act: Act, name: str, *, oid: str, branch: str, jobs: Iterable[str], event: str = "push", path: str = ""
) -> WorkflowRun:
    """A workflow of the repository began to run: its jobs are in progress. Only its end is told."""
    with act.world.change() as state:
        suite = act.world.new_id()
        file = path or f".github/workflows/{name.lower().replace(' ', '-')}.yml"
        id_ = act.world.new_id()
        run = WorkflowRun(id_, name, file, event, oid, branch, "in_progress", None, act.login, act.now, suite)
        state.runs[run.id] = run
        for job in jobs:
            check_run(act, oid, job, None, suite=suite, run=run.id)
        return run


def end_workflow(act: Act, run_id: int, jobs: Mapping[str, str]) -> WorkflowRun:
    """A workflow run that was in progress ended; `jobs` are the conclusions of its jobs by name."""
    with act.world.change() as state:
        run = state.runs.get(run_id)
        if run is None:
            raise missing()
        open_ = {check.name: check.id for check in state.checks_on(run.oid) if check.workflow_run == run_id}
        for job, conclusion in jobs.items():
            complete(act, open_[job], conclusion)
        ended = state.runs[run_id] = replace(run, status="completed", conclusion=_overall(jobs))
        _tell_ended(act, ended)
        return ended


def rerun(act: Act, run_id: int, jobs: Mapping[str, str]) -> WorkflowRun:
    """A workflow run was run again and ended: the same run and suite, another attempt, new check runs.

    The runs that they supersede stay on the commit (seen in woojubb/robota#2237 and mmnto-ai/totem#2884).
    """
    with act.world.change() as state:
        run = state.runs.get(run_id)
        if run is None:
            raise missing()
        for job, conclusion in jobs.items():
            check_run(act, run.oid, job, conclusion, suite=run.suite, run=run.id)
        again = state.runs[run_id] = replace(
            run, status="completed", conclusion=_overall(jobs), attempt=run.attempt + 1
        )
        _tell_ended(act, again)
        return again


def _overall(jobs: Mapping[str, str]) -> str:
    """A run's conclusion by its jobs': one that went wrong counts, then whether all were skipped."""
    found = set(jobs.values())
    for conclusion in ("startup_failure", "failure", "timed_out", "cancelled", "action_required"):
        if conclusion in found:
            return conclusion
    return "skipped" if found == {"skipped"} else "success"


def _tell_ended(act: Act, run: WorkflowRun) -> None:
    parts = {"workflow": workflow(act.view, run), "workflow_run": workflow_run(act.view, run)}
    act.tell("workflow_run", "completed", parts)


def finish_workflow(
    act: Act,
    name: str,
    *,
    oid: str,
    branch: str,
    conclusion: str = "success",
    event: str = "push",
    path: str = "",
    jobs: Mapping[str, str] | None = None,
) -> WorkflowRun:
    """A workflow of the repository ran and ended: `workflow_run` tells of it.

    `jobs` are the conclusions of its jobs by name; without it there is one, of the workflow's name.
    """
    with act.world.change():
        ended = {name: conclusion} if jobs is None else jobs
        run = start_workflow(act, name, oid=oid, branch=branch, jobs=ended, event=event, path=path)
        return end_workflow(act, run.id, ended)


def finish_suite(
    act: Act, *, oid: str, branch: str, conclusion: str = "success", name: str = "checks"
) -> CheckRun:
    """An app other than Actions ended its check suite on a commit."""
    with act.world.change():
        suite = act.world.new_id()
        made = check_run(act, oid, name, conclusion, app=act.login, suite=suite)
        if _starts_workflows(act, made.app, oid):
            act.tell("check_suite", "completed", {"check_suite": _suite(act, made, branch)})
        return made


def _suite(act: Act, run: CheckRun, branch: str) -> dict[str, Any]:
    view = act.view
    info = act.world.git.commit_info(run.oid)
    url = f"{view.api}/check-suites/{run.suite}"
    heads = [
        issue
        for issue in act.state.pulls()
        if issue.pull and not issue.pull.fork and issue.is_open and issue.pull.head_oid == run.oid
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
        "created_at": stamp(run.started_at or act.now),
        "updated_at": stamp(act.now),
        "latest_check_runs_count": 1,
        "check_runs_url": f"{url}/check-runs",
        "head_commit": commits.simple(info) if info else None,
        "rerequestable": True,
        "runs_rerequestable": False,
    }
