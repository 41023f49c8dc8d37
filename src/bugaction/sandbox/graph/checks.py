"""Check runs, their suites and workflow runs, and the roll-up of a commit."""

from __future__ import annotations

from typing import Any, Unpack

from bugaction.sandbox.entities import CheckRun, Status, WorkflowRun
from bugaction.sandbox.graph.fields import Context, Page, connection
from bugaction.sandbox.graph.people import actor
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.refusal import forbidden
from bugaction.sandbox.shapes.accounts import app
from bugaction.sandbox.value import Value

__all__ = ["RollupNode", "StatusContextNode", "rollup"]


class StatusContextNode:
    """`StatusContext`: the newest status of a context."""

    type_name = "StatusContext"

    def __init__(self, context: Context, value: Status) -> None:
        self._context = context
        self._value = value
        self.id = node_id("SC", value.id)
        self.context = value.context
        self.state = value.state.upper()
        self.description = value.description
        self.target_url = value.target_url
        self.created_at = value.at

    def creator(self) -> Value:
        """Who posted it."""
        return actor(self._context, self._value.creator)


class WorkflowRunNode:
    """`WorkflowRun`."""

    type_name = "WorkflowRun"

    def __init__(self, context: Context, value: WorkflowRun) -> None:
        self.id = node_id("WFR", value.id)
        self.event = value.event
        self.url = f"{context.view.html}/actions/runs/{value.id}"
        self.file = {"id": node_id("WFRF", value.id), "path": value.path}
        name = value.path.rpartition("/")[2]
        owner = context.view.state.repository.full_name
        self.workflow = {
            "id": node_id("W", value.path),
            "name": value.name,
            "resourcePath": f"/{owner}/actions/workflows/{name}",
        }


class CheckSuiteNode:
    """`CheckSuite`."""

    type_name = "CheckSuite"

    def __init__(self, context: Context, value: CheckRun) -> None:
        self._context = context
        self._run = context.view.state.runs.get(value.workflow_run)
        self.id = node_id("CS", value.suite)
        status = self._run.status if self._run is not None else value.status
        self.status = status.upper()
        shape = app(context.view, value.app)
        self.app = {"id": shape["node_id"], "slug": shape["slug"], "databaseId": shape["id"]}

    def workflow_run(self) -> WorkflowRunNode | None:
        """The workflow run, for a suite of GitHub Actions: `actions: read` (ag-grid/ag-charts#7916)."""
        self._context.need("read", "actions")
        return WorkflowRunNode(self._context, self._run) if self._run is not None else None


class CheckRunNode:
    """`CheckRun`."""

    type_name = "CheckRun"

    def __init__(self, context: Context, value: CheckRun) -> None:
        self.id = node_id("CR", value.id)
        self.database_id = value.id
        self.name = value.name
        self.status = value.status.upper()
        self.conclusion = value.conclusion.upper() if value.conclusion else None
        self.started_at = value.started_at
        self.completed_at = value.completed_at
        self.details_url = value.details_url or f"{context.view.html}/runs/{value.id}"
        self.check_suite = CheckSuiteNode(context, value)


class RollupNode:
    """`StatusCheckRollup`: every check run on a commit and the newest status of each context."""

    type_name = "StatusCheckRollup"

    def __init__(self, context: Context, oid: str) -> None:
        self._context = context
        self._oid = oid
        self.id = node_id("SCR", oid)

    def state(self) -> str:
        """The worst of all that counts here: a superseded run does not."""
        known = self._context.view.state
        newest = {(check.app, check.name): check for check in known.checks_on(self._oid)}
        said = [status.state for status in known.latest_statuses(self._oid).values()]
        said += [_state_of(check) for check in newest.values()]
        return max(said, key=_WORST.index).upper()

    def contexts(self, **page: Unpack[Page]) -> dict[str, Any]:
        """The checks in an order that tells nothing of their age: superseded runs stay in the list.

        One that the token may not see is an error in its place
        (philips-software/pull-request-report-action#557).
        """
        state = self._context.view.state
        runs = sorted(state.checks_on(self._oid), key=lambda check: (check.name, -check.id))
        found = [*runs, *state.latest_statuses(self._oid).values()]
        return connection(found, self._node, **page)

    def _node(self, value: CheckRun | Status) -> Value:
        is_run = isinstance(value, CheckRun)
        if not self._context.token.may(self._context.view.world, "read", "checks" if is_run else "statuses"):
            return forbidden()
        if isinstance(value, CheckRun):
            return CheckRunNode(self._context, value)
        return StatusContextNode(self._context, value)


_WORST = ("success", "pending", "failure", "error")


def _state_of(check: CheckRun) -> str:
    if check.status != "completed":
        return "pending"
    return "success" if check.conclusion in {"success", "neutral", "skipped"} else "failure"


def rollup(context: Context, oid: str) -> RollupNode | None:
    """A commit's roll-up, nothing where nothing was reported. A token that may see neither kind of check is
    refused the whole (windmill-labs/windmill-sync-example#72)."""
    context.need("read", "checks", "statuses")
    state = context.view.state
    return RollupNode(context, oid) if state.checks_on(oid) or state.statuses.get(oid) else None
