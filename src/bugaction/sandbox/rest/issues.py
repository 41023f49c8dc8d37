"""Issues, comments, labels, assignees and reactions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bugaction.sandbox.clock import stamp
from bugaction.sandbox.entities import AccountKind, Comment, Issue, Label, Role
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.operations import comments, issues, labels
from bugaction.sandbox.refusal import forbidden, invalid, missing
from bugaction.sandbox.rest.call import Answer, Call, Handler, page
from bugaction.sandbox.shapes import issues as shapes
from bugaction.sandbox.world import ROLE_NAMES

__all__ = ["HANDLERS"]

_CONTENT = {rest: name for name, rest in shapes.REACTIONS.items()}


def _get(call: Call) -> Answer:
    return Answer(200, shapes.issue_with_closer(call.view, call.need_topic("read")))


def _list(call: Call) -> Answer:
    call.need("read", "issues")
    wanted = {name.casefold() for name in call.text("labels").split(",") if name}
    state = call.text("state", "open")
    found = []
    for _, issue in sorted(call.view.state.issues.items(), reverse=True):
        names = {label.name.casefold() for label in call.view.state.labels_of(issue)}
        if state in {"all", "open" if issue.is_open else "closed"} and wanted <= names:
            found.append(issue)
    return page(call, found, lambda each: shapes.issue(call.view, each))


def _create(call: Call) -> Answer:
    call.need("write", "issues")
    for login in call.body.get("assignees") or ():
        if not issues.may_be_assigned(call.act, login):  # microsoft/vscode-pull-request-github#1868
            fault = {"resource": "Issue", "code": "invalid", "field": "assignees", "value": login}
            raise invalid("Validation Failed", fault)
    made = issues.open_issue(
        call.act,
        call.body["title"],
        call.body.get("body") or "",
        _names(call),
        call.body.get("assignees") or (),
    )
    return Answer(201, shapes.issue(call.act.view, made))


def _names(call: Call) -> list[str]:
    given = call.body.get("labels") or [] if isinstance(call.body, dict) else call.body
    return [each if isinstance(each, str) else each["name"] for each in given]


def _update(call: Call) -> Answer:
    issue = call.need_topic("write")
    act, body = call.act, call.body
    issues.edit(act, issue.number, title=body.get("title"), body=body.get("body"))
    if body.get("state") == "closed":
        issues.close(act, issue.number, body.get("state_reason") or "completed")
    elif body.get("state") == "open":
        issues.reopen(act, issue.number)
    if "labels" in body:
        _replace_labels(call, issue.number)
    if "assignees" in body:
        current = act.issue(issue.number)
        issues.remove_assignees(
            act, issue.number, [n for n in current.assignees if n not in body["assignees"]]
        )
        issues.add_assignees(act, issue.number, body["assignees"])
    return Answer(200, shapes.issue(act.view, act.issue(issue.number)))


def _labels_of(call: Call, number: int) -> Answer:
    current = call.act.issue(number)
    return Answer(200, [shapes.label(call.act.view, each) for each in call.act.state.labels_of(current)])


def _add_labels(call: Call) -> Answer:
    issue = call.need_topic("write")
    issues.add_labels(call.act, issue.number, [labels.ensure(call.act, name) for name in _names(call)])
    return _labels_of(call, issue.number)


def _replace_labels(call: Call, number: int) -> None:
    wanted = [labels.ensure(call.act, name) for name in _names(call)]
    current = call.act.state.labels_of(call.act.issue(number))
    issues.remove_labels(call.act, number, [label for label in current if label not in wanted])
    issues.add_labels(call.act, number, wanted)


def _set_labels(call: Call) -> Answer:
    issue = call.need_topic("write")
    _replace_labels(call, issue.number)
    return _labels_of(call, issue.number)


def _list_labels_on_issue(call: Call) -> Answer:
    issue = call.need_topic("read")
    return page(call, call.view.state.labels_of(issue), lambda each: shapes.label(call.view, each))


def _remove_label(call: Call) -> Answer:
    issue = call.need_topic("write")
    label = call.act.state.label(call.parameters["name"])
    if label is None or label.id not in issue.labels:
        raise missing("Label does not exist")
    issues.remove_labels(call.act, issue.number, [label])
    return _labels_of(call, issue.number)


def _add_assignees(call: Call) -> Answer:
    issue = call.need_topic("write")
    logins = [each if isinstance(each, str) else each["login"] for each in call.body.get("assignees") or ()]
    return Answer(201, shapes.issue(call.act.view, issues.add_assignees(call.act, issue.number, logins)))


def _remove_assignees(call: Call) -> Answer:
    issue = call.need_topic("write")
    changed = issues.remove_assignees(call.act, issue.number, call.body.get("assignees") or ())
    return Answer(200, shapes.issue(call.act.view, changed))


# Comments ------------------------------------------------------------------------------------------------


def _comments_of(call: Call) -> Answer:
    issue = call.need_topic("read")
    found = [call.view.state.comments[id_] for id_ in issue.comments]
    since = call.text("since")
    if since:
        found = [each for each in found if stamp(each.updated_at) >= since]
    return page(call, found, lambda each: shapes.comment(call.view, each))


def _create_comment(call: Call) -> Answer:
    issue = call.need_topic("write")
    made = comments.comment(call.act, issue.number, call.body["body"])
    return Answer(201, shapes.comment(call.act.view, made))


def _comment(call: Call, level: str) -> Comment:
    state = call.act.state if level == "write" else call.view.state
    found = state.comments.get(int(call.parameters["comment_id"]))
    owner: Issue | None = state.issues.get(found.number) if found else None
    call.need(level, *(("issues", "pull-requests") if owner and owner.pull else ("issues",)))
    if found is None:
        raise missing()
    return found


def _get_comment(call: Call) -> Answer:
    return Answer(200, shapes.comment(call.view, _comment(call, "read")))


def _update_comment(call: Call) -> Answer:
    changed = comments.edit(call.act, _comment(call, "write").id, call.body["body"])
    return Answer(200, shapes.comment(call.act.view, changed))


def _delete_comment(call: Call) -> Answer:
    comments.delete(call.act, _comment(call, "write").id)
    return Answer(204)


# Reactions -----------------------------------------------------------------------------------------------


def _react(call: Call, subject: str) -> Answer:
    made, is_new = comments.react(call.act, subject, _CONTENT[call.body["content"]])
    return Answer(201 if is_new else 200, shapes.reaction(call.act.view, made))


def _react_to_comment(call: Call) -> Answer:
    return _react(call, node_id("IC", _comment(call, "write").id))


def _react_to_issue(call: Call) -> Answer:
    return _react(call, shapes.issue_node(call.need_topic("write")))


def _reactions_of_comment(call: Call) -> Answer:
    subject = node_id("IC", _comment(call, "read").id)
    found = call.view.state.reactions.get(subject, ())
    return page(call, found, lambda each: shapes.reaction(call.view, each))


def _unreact(call: Call) -> Answer:
    subject = node_id("IC", _comment(call, "write").id)
    comments.unreact(call.act, subject, int(call.parameters["reaction_id"]))
    return Answer(204)


# The repository's labels and people ----------------------------------------------------------------------


def _label(call: Call, level: str) -> Label:
    call.need(level, "issues", "pull-requests")
    state = call.act.state if level == "write" else call.view.state
    found = state.label(call.parameters["name"])
    if found is None:
        raise missing()
    return found


def _get_label(call: Call) -> Answer:
    return Answer(200, shapes.label(call.view, _label(call, "read")))


def _list_labels(call: Call) -> Answer:
    call.need("read", "issues", "pull-requests")
    found = sorted(call.view.state.labels.values(), key=lambda label: label.name.casefold())
    return page(call, found, lambda each: shapes.label(call.view, each))


def _create_label(call: Call) -> Answer:
    call.need("write", "issues", "pull-requests")
    body: Mapping[str, Any] = call.body
    made = labels.create(call.act, body["name"], body.get("color", "ededed"), body.get("description"))
    return Answer(201, shapes.label(call.act.view, made))


def _update_label(call: Call) -> Answer:
    label = _label(call, "write")
    name = call.body.get("new_name", label.name)
    other = call.act.state.label(name)
    if other is not None and other.id != label.id:
        raise invalid("Validation Failed", {"resource": "Label", "code": "already_exists", "field": "name"})
    return Answer(200, shapes.label(call.act.view, labels.rename(call.act, label, name)))


def _delete_label(call: Call) -> Answer:
    labels.delete(call.act, _label(call, "write"))
    return Answer(204)


def _permission(call: Call) -> Answer:
    """`permission` is one of GitHub's four old levels, `role_name` the exact role. A person who may not push
    is not told (yegor256/rultor#1407)."""
    from bugaction.sandbox.shapes.accounts import user

    if call.token.kind == "user" and not call.token.may(call.view.world, "write", "contents"):
        raise forbidden("Must have push access to view collaborator permission.")
    login, state = call.parameters["username"], call.view.state
    account = state.account(login)
    if not state.has_account(login) or account.kind is not AccountKind.USER:
        raise missing(f"{login} is not a user")
    role = state.role(login)
    if account.login == state.repository.owner and not state.repository.owner_is_organization:
        role = Role("admin", "admin")
    old = {"maintain": "write", "triage": "read"}.get(role.base, role.base)
    level = ROLE_NAMES.index(role.base)
    flags = {name: level >= ROLE_NAMES.index(name) for name in ("admin", "maintain", "triage")}
    permissions = flags | {
        "push": level >= ROLE_NAMES.index("write"),
        "pull": level >= ROLE_NAMES.index("read"),
    }
    shape = user(call.view, login) | {"permissions": permissions, "role_name": role.name}
    return Answer(200, {"permission": old, "role_name": role.name, "user": shape})


def _is_assignable(call: Call) -> Answer:
    if not issues.may_be_assigned(call.act, call.parameters["assignee"]):
        raise missing()
    return Answer(204)


def _add_sub_issue(call: Call) -> Answer:
    issue = call.need_topic("write")
    child = next(
        (each for each in call.act.state.issues.values() if each.id == call.body["sub_issue_id"]), None
    )
    if child is None:
        raise missing("The provided sub-issue does not exist")
    with call.view.world.change():
        call.act.keep(child, parent=issue.number)
        call.act.happen(issue, "SubIssueAddedEvent", source=child.number)
    return Answer(201, shapes.issue(call.act.view, call.act.issue(issue.number)))


def _sub_issues(call: Call) -> Answer:
    issue = call.need_topic("read")
    found = [each for each in call.view.state.issues.values() if each.parent == issue.number]
    return page(call, found, lambda each: shapes.issue(call.view, each))


HANDLERS: Mapping[str, Handler] = {
    "issues/add-assignees": _add_assignees,
    "issues/add-labels": _add_labels,
    "issues/add-sub-issue": _add_sub_issue,
    "issues/check-user-can-be-assigned": _is_assignable,
    "issues/create": _create,
    "issues/create-comment": _create_comment,
    "issues/create-label": _create_label,
    "issues/delete-comment": _delete_comment,
    "issues/delete-label": _delete_label,
    "issues/get": _get,
    "issues/get-comment": _get_comment,
    "issues/get-label": _get_label,
    "issues/list-comments": _comments_of,
    "issues/list-for-repo": _list,
    "issues/list-labels-for-repo": _list_labels,
    "issues/list-labels-on-issue": _list_labels_on_issue,
    "issues/list-sub-issues": _sub_issues,
    "issues/remove-assignees": _remove_assignees,
    "issues/remove-label": _remove_label,
    "issues/set-labels": _set_labels,
    "issues/update": _update,
    "issues/update-comment": _update_comment,
    "issues/update-label": _update_label,
    "reactions/create-for-issue": _react_to_issue,
    "reactions/create-for-issue-comment": _react_to_comment,
    "reactions/delete-for-issue-comment": _unreact,
    "reactions/list-for-issue-comment": _reactions_of_comment,
    "repos/get-collaborator-permission-level": _permission,
}
"""Each handler by the operationId that GitHub's description gives its operation."""
