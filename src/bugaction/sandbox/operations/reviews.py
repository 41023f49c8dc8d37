"""Reviews: asked for, begun, submitted, edited, dismissed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bugaction.sandbox.entities import Issue, Review
from bugaction.sandbox.operations import issues
from bugaction.sandbox.operations.act import Act, check_body
from bugaction.sandbox.operations.pulls import ACTIONS_MAY_NOT, pull_of
from bugaction.sandbox.refusal import invalid, missing
from bugaction.sandbox.shapes import accounts, pulls

__all__ = ["begin", "dismiss", "edit", "request", "review", "submit"]

_STATES = {"approve": "APPROVED", "request-changes": "CHANGES_REQUESTED", "comment": "COMMENTED"}


def request(act: Act, number: int, login: str) -> Issue:
    """Ask somebody for a review. The author cannot be asked (422)."""
    with act.world.change() as state:
        issue, pull = pull_of(act, number)
        reviewer = state.account(login).login
        if reviewer == issue.author:
            raise invalid("Review cannot be requested from pull request author.")
        if reviewer in pull.reviewers:
            return issue
        act.happen(issue, "ReviewRequestedEvent", assignee=reviewer)
        moved = issues.move(act, issue, reviewers=(*pull.reviewers, reviewer))
        issues.tell(act, moved, "review_requested", requested_reviewer=accounts.user(act.view, reviewer))
        return moved


def _shape(act: Act, value: Review) -> dict[str, Any]:
    shape = pulls.review(act.view, value)
    return shape | {
        "state": value.state.lower(),
        "body": value.body or None,
        "updated_at": shape["submitted_at"],
    }


def _tell(act: Act, value: Review, action: str, **more: object) -> None:
    """An event of a fork's pull request too: its runs get a token that only reads (`runs.Runs`)."""
    issue, pull = pull_of(act, value.number)
    shape = pulls.pull_simple(act.view, issue)
    if action == "edited":
        # GitHub describes a repository without these there, and with them in the other two actions.
        for side in ("head", "base"):
            for key in ("has_discussions", "web_commit_signoff_required"):
                shape[side]["repo"].pop(key, None)
    parts = {"review": _shape(act, value), "pull_request": shape, **more}
    act.tell("pull_request_review", action, parts, sha=pull.head_oid, ref=f"refs/pull/{value.number}/merge")


def _check_verdict(act: Act, number: int, verdict: str) -> None:
    if verdict not in _STATES:
        raise invalid(
            "Validation Failed", {"resource": "PullRequestReview", "field": "event", "code": "invalid"}
        )
    if verdict == "comment":
        return
    if verdict == "approve" and act.quiet and not act.state.repository.actions_may_open_pulls:
        raise invalid(ACTIONS_MAY_NOT)
    if act.issue(number).author == act.login:
        what = "approve" if verdict == "approve" else "request changes on"
        raise invalid(f"Review Can not {what} your own pull request")


def _made(act: Act, number: int, state: str, body: str, oid: str) -> Review:
    issue, pull = pull_of(act, number)
    id_ = act.world.new_id()
    made = Review(id_, number, act.login, body, state, oid or pull.head_oid, act.now, act.now)
    act.state.reviews[made.id] = made
    issues.move(act, issue, reviews=(*pull.reviews, made.id))
    return made


def begin(act: Act, number: int, body: str = "", *, oid: str = "") -> Review:
    """Begin a review: nobody else sees it until it is submitted, and no event tells of it."""
    act.check_writable()
    check_body(body)
    with act.world.change():
        return _made(act, number, "PENDING", body, oid)


def submit(act: Act, id_: int, verdict: str = "comment") -> Review:
    """Submit one's own pending review."""
    with act.world.change() as state:
        old = state.reviews.get(id_)
        if old is None or old.author != act.login:
            raise missing()
        if old.state != "PENDING":
            raise invalid()
        _check_verdict(act, old.number, verdict)
        return _submitted(act, replace(old, state=_STATES[verdict], submitted_at=act.now, updated_at=act.now))


def _submitted(act: Act, value: Review) -> Review:
    """Whoever has reviewed is no longer waited for."""
    act.state.reviews[value.id] = value
    issue, pull = pull_of(act, value.number)
    issues.move(act, issue, reviewers=tuple(login for login in pull.reviewers if login != act.login))
    _tell(act, value, "submitted")
    return value


def review(act: Act, number: int, verdict: str = "approve", body: str = "", *, oid: str = "") -> Review:
    """Review: "approve", "request-changes" or "comment". One's own pull request can only be commented (422).

    `oid` is the commit that was looked at, the head without it.
    """
    act.check_writable()
    check_body(body)
    _check_verdict(act, number, verdict)
    with act.world.change():
        return _submitted(act, _made(act, number, _STATES[verdict], body, oid))


def edit(act: Act, id_: int, body: str) -> Review:
    """Change a review's text."""
    check_body(body)
    with act.world.change() as state:
        old = state.reviews.get(id_)
        if old is None:
            raise missing()
        new = state.reviews[id_] = replace(old, body=body, updated_at=act.now)
        _tell(act, new, "edited", changes={"body": {"from": old.body}})
        return new


def dismiss(act: Act, id_: int, message: str = "") -> Review:
    """Dismiss a review that approved or asked for changes; a comment cannot be dismissed (422)."""
    with act.world.change() as state:
        old = state.reviews.get(id_)
        if old is None:
            raise missing()
        if old.state not in {"APPROVED", "CHANGES_REQUESTED"}:
            raise invalid("Can not dismiss a commented pull request review")
        new = state.reviews[id_] = replace(old, state="DISMISSED", updated_at=act.now)
        act.happen(state.issues[old.number], "ReviewDismissedEvent", before=old.state, reason=message)
        _tell(act, new, "dismissed")
        return new
