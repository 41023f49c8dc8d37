"""Commit statuses and check runs."""

from __future__ import annotations

from collections.abc import Mapping

from bugaction.sandbox.operations import checks
from bugaction.sandbox.rest.call import Answer, Call, Handler, page
from bugaction.sandbox.rest.code import find_commit
from bugaction.sandbox.shapes import checks as shapes

__all__ = ["HANDLERS"]


def _create_status(call: Call) -> Answer:
    call.need("write", "statuses")
    body = call.body
    made = checks.set_status(
        call.act,
        call.parameters["sha"],
        body.get("context", "default"),
        body["state"],
        body.get("description"),
        body.get("target_url"),
    )
    return Answer(201, shapes.status(call.act.view, made))


def _list_statuses(call: Call) -> Answer:
    call.need("read", "statuses")
    info = find_commit(call, call.parameters["ref"])
    found = call.view.state.statuses.get(info.oid, ())[::-1]
    return page(call, found, lambda each: shapes.status(call.view, each))


def _combined_status(call: Call) -> Answer:
    call.need("read", "statuses")
    return Answer(200, shapes.combined(call.view, find_commit(call, call.parameters["ref"]).oid))


def _list_check_runs(call: Call) -> Answer:
    call.need("read", "checks")
    info = find_commit(call, call.parameters["ref"])
    found = [each for each in call.view.state.checks.values() if each.oid == info.oid]
    name = call.text("check_name")
    if name:
        found = [each for each in found if each.name == name]
    shown = page(call, found, lambda each: shapes.check_run(call.view, each))
    return Answer(200, {"total_count": len(found), "check_runs": shown.body}, shown.headers)


HANDLERS: Mapping[str, Handler] = {
    "checks/list-for-ref": _list_check_runs,
    "repos/create-commit-status": _create_status,
    "repos/get-combined-status-for-ref": _combined_status,
    "repos/list-commit-statuses-for-ref": _list_statuses,
}
"""Each handler by the operationId that GitHub's description gives its operation."""
