"""Workflows and their runs."""

from __future__ import annotations

from collections.abc import Mapping

from bugaction.sandbox.entities import WorkflowRun
from bugaction.sandbox.refusal import missing
from bugaction.sandbox.rest.call import Answer, Call, Handler, paged
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


def _runs_of(call: Call) -> list[WorkflowRun]:
    """Every run of the workflow that the path names by its file, newest first."""
    state, name = call.view.state, call.parameters["workflow_id"]
    every = {**state.runs, **state.scheduled}
    return [run for _, run in sorted(every.items(), reverse=True) if run.path.rpartition("/")[2] == name]


def _list_runs(call: Call) -> Answer:
    """404 for a workflow that nobody knows; `status` takes a conclusion too."""
    call.need("read", "actions")
    found, event, status = _runs_of(call), call.text("event"), call.text("status")
    if not found and not call.view.state.has_workflow(call.parameters["workflow_id"]):
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
    name = call.parameters["workflow_id"]
    state = call.view.state.workflow_states.get(name, "active")
    return Answer(200, {**checks.workflow(call.view, found[0]), "state": state})


HANDLERS: Mapping[str, Handler] = {"actions/get-workflow": _get, "actions/list-workflow-runs": _list_runs}
"""Each handler by the operationId that GitHub's description gives its operation."""
