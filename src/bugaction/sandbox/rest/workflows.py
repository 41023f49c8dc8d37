"""Workflows and their runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml

from bugaction.sandbox.entities import WorkflowRun
from bugaction.sandbox.refusal import missing
from bugaction.sandbox.rest.call import Answer, Call, Handler, page, paged
from bugaction.sandbox.shapes import checks

__all__ = ["HANDLERS"]

_CONCLUSIONS = frozenset(
    {
        "action_required",
        "cancelled",
        "failure",
        "neutral",
        "skipped",
        "stale",
        "success",
        "timed_out",
    }
)


_FOLDER = ".github/workflows"


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
    found = [checks.workflow_shape(call.view, name, path, _state(call, path)) for path, name in _files(call)]
    shown = page(call, found, lambda each: each)
    return Answer(200, {"total_count": len(found), "workflows": shown.body}, shown.headers)


def _state(call: Call, path: str) -> str:
    return dict(call.view.state.repository.disabled).get(path, "active")


def _runs_of(call: Call) -> list[WorkflowRun]:
    """Every run of the workflow that the path names by its file, newest first."""
    state, name = call.view.state, call.parameters["workflow_id"]
    every = {**state.runs, **state.scheduled}
    return [run for _, run in sorted(every.items(), reverse=True) if run.path.rpartition("/")[2] == name]


def _list_runs(call: Call) -> Answer:
    """404 for a workflow that nobody knows; `status` takes a conclusion too."""
    call.need("read", "actions")
    found, event, status = _runs_of(call), call.text("event"), call.text("status")
    wanted_file = f"{_FOLDER}/{call.parameters['workflow_id']}"
    if not found and wanted_file not in dict(_files(call)):
        raise missing()
    wanted = [
        run
        for run in found
        if event in {"", run.event}
        and status in {"", run.conclusion if status in _CONCLUSIONS else run.status}
    ]
    shown, headers = paged(call, wanted)
    runs = [checks.workflow_run(call.view, run) for run in shown]
    return Answer(200, {"total_count": len(wanted), "workflow_runs": runs}, headers)


def _get(call: Call) -> Answer:
    call.need("read", "actions")
    found = _runs_of(call)
    if not found:
        raise missing()
    state = _state(call, found[0].path)
    return Answer(200, checks.workflow_shape(call.view, found[0].name, found[0].path, state))


HANDLERS: Mapping[str, Handler] = {
    "actions/get-workflow": _get,
    "actions/list-repo-workflows": _list_workflows,
    "actions/list-workflow-runs": _list_runs,
}
"""Each handler by the operationId that GitHub's description gives its operation."""
