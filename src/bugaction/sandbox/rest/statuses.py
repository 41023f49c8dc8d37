"""Commit statuses and check runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bugaction.sandbox.operations import checks
from bugaction.sandbox.refusal import forbidden
from bugaction.sandbox.rest.call import Answer, Call, Handler, page, paged
from bugaction.sandbox.rest.code import find_commit
from bugaction.sandbox.shapes import accounts
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
    """Of each app and name the newest alone, unless all are asked for."""
    call.need("read", "checks")
    info = find_commit(call, call.parameters["ref"])
    found = call.view.state.checks_on(info.oid)
    if call.text("filter", "latest") == "latest":
        found = list({(each.app, each.suite, each.name): each for each in found}.values())
    name, app = call.text("check_name"), call.number("app_id", 0)
    if name:
        found = [each for each in found if each.name == name]
    if app:
        found = [each for each in found if accounts.app(call.view, each.app)["id"] == app]
    shown, headers = paged(call, found[::-1])
    runs = [shapes.check_run(call.view, each) for each in shown]
    return Answer(200, {"total_count": len(found), "check_runs": runs}, headers)


def _given(body: Mapping[str, Any]) -> dict[str, str]:
    """What a check run's app says of it."""
    output = body.get("output") or {}
    fields = {name: output[name] for name in ("title", "summary", "text") if name in output}
    return fields | {name: body[name] for name in ("external_id", "details_url") if name in body}


def _is_app(call: Call) -> None:
    """Only apps have check runs (https://docs.github.com/rest/checks/runs#create-a-check-run)."""
    if call.token.kind == "user":
        raise forbidden("You must authenticate via a GitHub App.")
    call.need("write", "checks")


def _create_check_run(call: Call) -> Answer:
    _is_app(call)
    body = call.body
    made = checks.check_run(
        call.act,
        body["head_sha"],
        body["name"],
        body.get("conclusion"),
        app=call.token.login,
        status=body.get("status", "queued"),
        given=_given(body),
    )
    return Answer(201, shapes.check_run(call.act.view, made))


def _update_check_run(call: Call) -> Answer:
    _is_app(call)
    body, id_ = call.body, int(call.parameters["check_run_id"])
    changed = checks.change(
        call.act, id_, _given(body), status=body.get("status", ""), conclusion=body.get("conclusion", "")
    )
    return Answer(200, shapes.check_run(call.act.view, changed))


HANDLERS: Mapping[str, Handler] = {
    "checks/create": _create_check_run,
    "checks/list-for-ref": _list_check_runs,
    "checks/update": _update_check_run,
    "repos/create-commit-status": _create_status,
    "repos/get-combined-status-for-ref": _combined_status,
    "repos/list-commit-statuses-for-ref": _list_statuses,
}
"""Each handler by the operationId that GitHub's description gives its operation."""
