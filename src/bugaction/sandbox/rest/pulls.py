"""Pull requests, deployments, releases, dispatches and accounts."""

from __future__ import annotations

from collections.abc import Mapping

from bugaction.sandbox.entities import Issue
from bugaction.sandbox.links import commits_of, files_of
from bugaction.sandbox.operations import deployments, issues, pulls
from bugaction.sandbox.refusal import missing
from bugaction.sandbox.rest.call import Answer, Call, Handler, page
from bugaction.sandbox.shapes import accounts, commits
from bugaction.sandbox.shapes import deployments as deployment_shapes
from bugaction.sandbox.shapes import pulls as shapes

__all__ = ["HANDLERS"]


def _pull(call: Call, level: str) -> Issue:
    call.need(level, "pull-requests")
    state = call.act.state if level == "write" else call.view.state
    found = state.issues.get(int(call.parameters["pull_number"]))
    if found is None or found.pull is None:
        raise missing()
    return found


def _get(call: Call) -> Answer:
    return Answer(200, shapes.pull(call.view, _pull(call, "read")))


def _list(call: Call) -> Answer:
    call.need("read", "pull-requests")
    state, head, base = call.text("state", "open"), call.text("head"), call.text("base")
    owner = call.view.state.repository.owner
    found = [
        issue
        for issue in reversed(call.view.state.pulls())
        if issue.pull
        and state in {"all", "open" if issue.is_open else "closed"}
        and head in {"", f"{issue.pull.fork or owner}:{issue.pull.head}"}
        and base in {"", issue.pull.base}
    ]
    return page(call, found, lambda each: shapes.pull_simple(call.view, each))


def _create(call: Call) -> Answer:
    call.need("write", "pull-requests")
    body = call.body
    made = pulls.open_pull(
        call.act,
        body["title"],
        body["head"],
        body["base"],
        body.get("body") or "",
        draft=body.get("draft", False),
    )
    return Answer(201, shapes.pull(call.act.view, made))


def _update(call: Call) -> Answer:
    issue, body = _pull(call, "write"), call.body
    issues.edit(call.act, issue.number, title=body.get("title"), body=body.get("body"))
    if body.get("base"):
        pulls.retarget(call.act, issue.number, body["base"])
    if body.get("state") == "closed":
        issues.close(call.act, issue.number)
    elif body.get("state") == "open":
        issues.reopen(call.act, issue.number)
    return Answer(200, shapes.pull(call.act.view, call.act.issue(issue.number)))


def _commits(call: Call) -> Answer:
    found = commits_of(call.view, _pull(call, "read"))
    return page(call, found, lambda each: commits.commit(call.view, each))


def _files(call: Call) -> Answer:
    issue = _pull(call, "read")
    oid = issue.pull.head_oid if issue.pull else ""
    return page(call, files_of(call.view, issue), lambda each: commits.diff_entry(call.view, each, oid))


def _reviews(call: Call) -> Answer:
    issue = _pull(call, "read")
    found = call.view.state.reviews_of(issue, call.token.login)
    return page(call, found, lambda each: shapes.review(call.view, each))


def _pulls_of_commit(call: Call) -> Answer:
    call.need("read", "pull-requests")
    oid = call.parameters["commit_sha"]
    found = [
        issue
        for issue in call.view.state.pulls()
        if issue.pull
        and (
            oid in {issue.pull.head_oid, issue.pull.merge_oid}
            or any(info.oid == oid for info in commits_of(call.view, issue))
        )
    ]
    return page(call, found, lambda each: shapes.pull_simple(call.view, each))


def _list_deployments(call: Call) -> Answer:
    call.need("read", "deployments")
    found = [
        value
        for _, value in sorted(call.view.state.deployments.items(), reverse=True)
        if call.text("environment") in {"", value.environment} and call.text("sha") in {"", value.oid}
    ]
    return page(call, found, lambda each: deployment_shapes.deployment(call.view, each))


def _deployment_statuses(call: Call) -> Answer:
    call.need("read", "deployments")
    owner = call.view.state.deployments.get(int(call.parameters["deployment_id"]))
    if owner is None:
        raise missing()
    found = owner.statuses[::-1]
    return page(call, found, lambda each: deployment_shapes.status(call.view, owner, each))


def _list_releases(call: Call) -> Answer:
    call.need("read", "contents")
    found = [value for _, value in sorted(call.view.state.releases.items(), reverse=True)]
    return page(call, found, lambda each: deployment_shapes.release(call.view, each))


def _dispatch_workflow(call: Call) -> Answer:
    call.need("write", "actions")
    inputs = {name: str(value) for name, value in (call.body.get("inputs") or {}).items()}
    deployments.dispatch_workflow(call.act, call.parameters["workflow_id"], call.body["ref"], inputs)
    return Answer(204)


def _dispatch_repository(call: Call) -> Answer:
    call.need("write", "contents")
    payload = call.body.get("client_payload") or {}
    deployments.dispatch_repository(call.act, call.body["event_type"], payload)
    return Answer(204)


def _user(call: Call) -> Answer:
    login = call.parameters["username"]
    if not call.view.state.has_account(login):
        raise missing()
    return Answer(200, accounts.public_user(call.view, login))


def _viewer(call: Call) -> Answer:
    """Installation tokens are refused here."""
    if call.token.kind != "user":
        call.need("read", "user")
    return Answer(200, accounts.public_user(call.view, call.token.login))


HANDLERS: Mapping[str, Handler] = {
    "actions/create-workflow-dispatch": _dispatch_workflow,
    "pulls/create": _create,
    "pulls/get": _get,
    "pulls/list": _list,
    "pulls/list-commits": _commits,
    "pulls/list-files": _files,
    "pulls/list-reviews": _reviews,
    "pulls/update": _update,
    "repos/create-dispatch-event": _dispatch_repository,
    "repos/list-deployment-statuses": _deployment_statuses,
    "repos/list-deployments": _list_deployments,
    "repos/list-pull-requests-associated-with-commit": _pulls_of_commit,
    "repos/list-releases": _list_releases,
    "users/get-authenticated": _viewer,
    "users/get-by-username": _user,
}
"""Each handler by the operationId that GitHub's description gives its operation."""
