"""Issues: open, edit, close, label, assign."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bugaction.sandbox.entities import Edit, Issue, Label
from bugaction.sandbox.links import closing_text, mentioned
from bugaction.sandbox.operations.act import Act, check_body
from bugaction.sandbox.refusal import Refused, invalid
from bugaction.sandbox.shapes import accounts, issues, pulls
from bugaction.sandbox.value import Value
from bugaction.sandbox.world import ROLE_NAMES

__all__ = [
    "add_assignees",
    "add_labels",
    "check_issues_enabled",
    "close",
    "delete",
    "edit",
    "may_be_assigned",
    "open_issue",
    "refer",
    "remove_assignees",
    "remove_labels",
    "reopen",
    "tell",
]

_MOST_ASSIGNEES = 10
"""https://docs.github.com/issues/tracking-your-work-with-issues/using-issues/assigning-issues-and-pull-requests-to-other-github-users"""
_MOST_LABELS = 100
_TITLE_LIMIT = 256


def tell(act: Act, issue: Issue, action: str, **parts: Value) -> None:
    """Send `issues` or `pull_request` with this action, in the issue's present shape."""
    current = act.state.issues[issue.number]
    view = act.view
    if current.pull is None:
        act.tell("issues", action, {"issue": issues.issue(view, current), **parts})
    else:
        shape = {"number": current.number, "pull_request": pulls.pull(view, current)}
        act.tell("pull_request", action, shape | parts, sha=current.pull.head_oid)


def check_issues_enabled(act: Act) -> None:
    """Refuse where issues are switched off (REST 410)."""
    if not act.state.repository.has_issues:
        raise Refused(410, "Issues has been disabled in this repository.")


def open_issue(
    act: Act, title: str, body: str = "", labels: Iterable[str] = (), assignees: Iterable[str] = ()
) -> Issue:
    """Open an issue. An issue form's labels stand on it from the start, as deeds of its author."""
    act.check_writable()
    check_issues_enabled(act)
    check_body(body)
    if len(title) > _TITLE_LIMIT:
        raise invalid("Validation Failed", {"resource": "Issue", "code": "custom", "field": "title"})
    with act.world.change() as state:
        issue = Issue(act.world.new_number(), act.world.new_id(), title, body, act.login, act.now, act.now)
        state.issues[issue.number] = issue
        found = [label for name in labels if (label := state.label(name)) is not None]
        issue = act.keep(issue, labels=tuple(label.id for label in found))
        tell(act, issue, "opened")
        for label in found:
            act.happen(issue, "LabeledEvent", label=label)
            tell(act, issue, "labeled", label=issues.label(act.view, label))
        refer(act, state.issues[issue.number], body)
        return add_assignees(act, issue.number, assignees)


def refer(act: Act, source: Issue, text: str) -> None:
    """Cross-reference the issues that a text of `source` mentions, once each."""
    default = act.state.repository.default_branch
    closes = closing_text(act.state, text) if source.pull and source.pull.base == default else ()
    for number in mentioned(act.state, text):
        target = act.state.issues.get(number)
        if target is None or number == source.number:
            continue
        known = (act.state.events[id_] for id_ in target.timeline)
        if not any(event.kind == "CrossReferencedEvent" and event.source == source.number for event in known):
            act.happen(target, "CrossReferencedEvent", source=source.number, closes=number in closes)


def edit(act: Act, number: int, *, title: str | None = None, body: str | None = None) -> Issue:
    """Change title or body; the body's history is kept as `userContentEdits` shows it."""
    act.check_writable()
    with act.world.change() as state:
        issue = act.issue(number)
        changes: dict[str, dict[str, str]] = {}
        if title is not None and title != issue.title:
            changes["title"] = {"from": issue.title}
            act.happen(issue, "RenamedTitleEvent", before=issue.title, after=title)
            issue = act.keep(state.issues[number], title=title)
        if body is not None and body != issue.body:
            check_body(body)
            changes["body"] = {"from": issue.body}
            issue = act.keep(issue, body=body, edits=edited(act, issue, body))
            refer(act, issue, body)
        if changes:
            tell(act, issue, "edited", changes=changes)
        return state.issues[number]


def edited(act: Act, issue: Issue, body: str) -> tuple[Edit, ...]:
    """The edit history with one more version."""
    first = issue.edits or (Edit(act.world.new_id(), issue.author, issue.created_at, issue.body),)
    return (*first, Edit(act.world.new_id(), act.login, act.now, body))


def close(
    act: Act,
    number: int,
    reason: str = "completed",
    *,
    commit: str = "",
    pull: int = 0,
    duplicate_of: int = 0,
) -> Issue:
    """Close an issue, or a pull request without merging it."""
    act.check_writable()
    with act.world.change() as state:
        issue = act.issue(number)
        if not issue.is_open:
            return issue
        kept = "" if issue.pull else reason
        act.happen(issue, "ClosedEvent", reason=kept, commit=commit, source=pull)
        issue = act.keep(
            state.issues[number],
            is_open=False,
            reason=kept,
            duplicate_of=duplicate_of,
            closed_at=act.now,
            closed_by=act.login,
        )
        tell(act, issue, "closed")
        return issue


def reopen(act: Act, number: int) -> Issue:
    """Open a closed issue or pull request again; a merged one cannot be."""
    act.check_writable()
    with act.world.change() as state:
        issue = act.issue(number)
        if issue.is_open:
            return issue
        if issue.pull and issue.pull.merged_at:
            raise invalid(
                "Validation Failed", {"resource": "PullRequest", "code": "custom", "field": "state"}
            )
        act.happen(issue, "ReopenedEvent")
        issue = act.keep(
            state.issues[number],
            is_open=True,
            reason="" if issue.pull else "reopened",
            duplicate_of=0,
            closed_at=None,
            closed_by="",
        )
        tell(act, issue, "reopened")
        return issue


def add_labels(act: Act, number: int, labels: Iterable[Label]) -> Issue:
    """Put labels on an issue; those that it has already do nothing."""
    act.check_writable()
    with act.world.change() as state:
        for label in labels:
            issue = act.issue(number)
            if label.id in issue.labels:
                continue
            if len(issue.labels) >= _MOST_LABELS:
                raise invalid("Validation Failed", {"resource": "Issue", "code": "custom", "field": "labels"})
            act.happen(issue, "LabeledEvent", label=label)
            issue = act.keep(state.issues[number], labels=(*issue.labels, label.id))
            tell(act, issue, "labeled", label=issues.label(act.view, label))
        return act.issue(number)


def remove_labels(act: Act, number: int, labels: Iterable[Label]) -> Issue:
    """Take labels off an issue."""
    act.check_writable()
    with act.world.change() as state:
        for label in labels:
            issue = act.issue(number)
            if label.id not in issue.labels:
                continue
            act.happen(issue, "UnlabeledEvent", label=label)
            kept = tuple(id_ for id_ in issue.labels if id_ != label.id)
            issue = act.keep(state.issues[number], labels=kept)
            tell(act, issue, "unlabeled", label=issues.label(act.view, label))
        return act.issue(number)


def may_be_assigned(act: Act, login: str) -> bool:
    """Whether GitHub lets that login be assigned: collaborators, and people only."""
    account = act.state.accounts.get(login.casefold())
    granted = act.state.roles.get(login.casefold())
    if account is None:
        return False
    owner = account.login == act.state.repository.owner and not act.state.repository.owner_is_organization
    return owner or (granted is not None and ROLE_NAMES.index(granted.base) > 0)


def add_assignees(act: Act, number: int, logins: Iterable[str]) -> Issue:
    """Assign people. Logins that cannot be assigned are ignored without a word (OpenAPI, "Add assignees")."""
    act.check_writable()
    with act.world.change() as state:
        for login in logins:
            issue = act.issue(number)
            if not may_be_assigned(act, login):
                continue
            account = state.account(login)
            if account.login in issue.assignees or len(issue.assignees) >= _MOST_ASSIGNEES:
                continue
            act.happen(issue, "AssignedEvent", assignee=account.login)
            issue = act.keep(state.issues[number], assignees=(*issue.assignees, account.login))
            tell(act, issue, "assigned", assignee=accounts.user(act.view, account.login))
        return act.issue(number)


def remove_assignees(act: Act, number: int, logins: Iterable[str]) -> Issue:
    """Take people off an issue."""
    act.check_writable()
    with act.world.change() as state:
        for login in logins:
            issue = act.issue(number)
            account = state.account(login)
            if account.login not in issue.assignees:
                continue
            act.happen(issue, "UnassignedEvent", assignee=account.login)
            kept = tuple(name for name in issue.assignees if name != account.login)
            issue = act.keep(state.issues[number], assignees=kept)
            tell(act, issue, "unassigned", assignee=accounts.user(act.view, account.login))
        return act.issue(number)


def delete(act: Act, number: int) -> None:
    """Delete an issue: its number is never used again."""
    act.check_writable()
    with act.world.change() as state:
        issue = act.issue(number)
        shape = issues.issue(act.view, issue)
        for id_ in issue.comments:
            state.comments.pop(id_, None)
        del state.issues[number]
        act.tell("issues", "deleted", {"issue": shape})


def move(act: Act, issue: Issue, **changes: Value) -> Issue:
    """Replace what a pull request has beyond an issue."""
    if issue.pull is None:
        raise invalid()
    return act.keep(act.state.issues[issue.number], pull=replace(issue.pull, **changes))
