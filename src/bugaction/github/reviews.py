"""What answers `AskReview`: a pull request's reviews, checks, files, and what its base branch requires.

A part that this token may not read is no reason to stop: the field stays None and the permission is named,
so that a gate can say which one it needs. Half a list of checks is never given out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from bugaction.errors import Transient
from bugaction.github import parts
from bugaction.github.failures import permission_for
from bugaction.github.harvest import Harvest
from bugaction.github.normalise import Node, actor, nodes, time
from bugaction.github.query import compose
from bugaction.github.rules import classic_over_rest, required_contexts, rules_over_rest
from bugaction.snapshot import (
    ChangedFile,
    ChangeKind,
    Check,
    CheckKind,
    CheckOutcome,
    PullRequest,
    Review,
    ReviewState,
)

__all__ = ["changed_file", "check", "review", "with_files", "with_review"]

_Word = TypeVar("_Word", bound=StrEnum)

_CHECKS, _STATUSES = "checks: read", "statuses: read"


def _word(kind: type[_Word], text: str, unknown: _Word) -> _Word:
    """GraphQL's spelling of an enum's value as ours; `unknown` for one that GitHub has added since."""
    spelled = text.lower().replace("_", "-")
    return kind(spelled) if spelled in tuple(kind) else unknown


def review(node: Node) -> Review:
    """A review. Its commit is null once a force push has dropped it (GraphQL schema: nullable)."""
    return Review(
        id=str(node["id"]),
        url=str(node["url"]),
        author=actor(node.get("author")),
        state=_word(ReviewState, str(node["state"]), ReviewState.COMMENTED),
        oid=str((node.get("commit") or {}).get("oid") or ""),
        at=time(node.get("submittedAt") or node["createdAt"]),
        body=str(node.get("body") or ""),
    )


def changed_file(node: Node) -> ChangedFile:
    """A file that a pull request changes."""
    return ChangedFile(
        path=str(node["path"]),
        additions=int(node.get("additions") or 0),
        deletions=int(node.get("deletions") or 0),
        change=_word(ChangeKind, str(node.get("changeType")), ChangeKind.CHANGED),
    )


def check(node: Node) -> Check:
    """A check run or a status of `statusCheckRollup.contexts`."""
    return _status(node) if node["__typename"] == "StatusContext" else _check_run(node)


def _status(node: Node) -> Check:
    """`EXPECTED` waits for a report: it is pending."""
    state = "pending" if node["state"] == "EXPECTED" else str(node["state"])
    outcome = _word(CheckOutcome, state, CheckOutcome.ERROR)
    at = time(node["createdAt"])
    return Check(
        id=str(node["id"]),
        name=str(node["context"]),
        kind=CheckKind.STATUS,
        outcome=outcome,
        started_at=at,
        completed_at=None if outcome is CheckOutcome.PENDING else at,
        url=str(node.get("targetUrl") or ""),
    )


def _check_run(node: Node) -> Check:
    suite: Node = node.get("checkSuite") or {}
    app: Node = suite.get("app") or {}
    run: Node = suite.get("workflowRun") or {}
    workflow: Node = run.get("workflow") or {}
    is_over = node["status"] == "COMPLETED"
    begun, ended = node.get("startedAt"), node.get("completedAt")
    return Check(
        id=str(node["id"]),
        name=str(node["name"]),
        kind=CheckKind.CHECK_RUN,
        outcome=_word(CheckOutcome, str(node.get("conclusion")), CheckOutcome.ERROR)
        if is_over
        else CheckOutcome.PENDING,
        started_at=time(begun) if begun else None,
        completed_at=time(ended) if ended and is_over else None,
        url=str(node.get("detailsUrl") or ""),
        database_id=int(node.get("databaseId") or 0),
        app_slug=str(app.get("slug") or ""),
        app_id=int(app["databaseId"]) if app.get("databaseId") is not None else None,
        workflow=str(workflow.get("name") or ""),
        workflow_path=_workflow_path(run.get("file"), str(workflow.get("resourcePath") or "")),
        run_url=str(run.get("url") or ""),
        event=str(run.get("event") or ""),
        is_run_over=not run or suite.get("status") == "COMPLETED",
    )


def _workflow_path(file: Node | None, page: str) -> str:
    """The workflow file's path; where GitHub does not tell it, by the workflow's page, which ends in its name
    (`/octo/shop/actions/workflows/ci.yml`)."""
    if file and file.get("path"):
        return str(file["path"])
    found = re.search(r"/actions/workflows/([^/]+\.ya?ml)$", page)
    return f".github/workflows/{found[1]}" if found else ""


# Answers ------------------------------------------------------------------------------------------------


def with_files(harvest: Harvest, pull: PullRequest, node: Node) -> PullRequest:
    """The pull request with the files that it changes, and how many they are."""
    filled = harvest.filled(node, "files", "pull-files")
    files = tuple(changed_file(item) for item in nodes(filled.get("files")))
    return replace(pull, files=files, changed_files=int(node["changedFiles"]))


def with_review(harvest: Harvest, pull: PullRequest, node: Node) -> PullRequest:
    """The pull request with all that `AskReview` asks for.

    Raises `Transient` when GitHub does not show its head yet.
    """
    denied = set(harvest.denied.get(f"review_{pull.number}", ()))
    reviews = harvest.filled(node, "reviews", "pull-reviews")["reviews"]
    checks, lacking = _checks(harvest, pull, node, denied)
    required = _required(harvest, pull, node, denied)
    asked = next((time(item["createdAt"]) for item in nodes(node.get("asked"))), None)
    retargeted = next((time(item["createdAt"]) for item in nodes(node.get("retargeted"))), None)
    # `baseRefOid` stays behind while the base moves on.
    base: Node = (node.get("baseRef") or {}).get("target") or {}
    for permission in lacking:
        harvest.tell(f"The checks of a pull request cannot be read: the job needs `{permission}`.")
    if required is None:
        harvest.tell(f"The checks that the rules of {pull.base} require cannot be read.")
        lacking = (*lacking, permission_for("rules"))
    return replace(
        with_files(harvest, pull, node),
        reviews=tuple(sorted((review(item) for item in nodes(reviews)), key=lambda item: item.at)),
        checks=checks,
        required=required,
        additions=int(node["additions"]),
        deletions=int(node["deletions"]),
        requested_at=asked,
        retargeted_at=retargeted,
        reviewers=_reviewers(node),
        base_oid=str(base.get("oid") or node["baseRefOid"]),
        lacking=lacking,
    )


def _reviewers(node: Node) -> tuple[str, ...]:
    """The people whose review is asked for and not given yet. A team has no login, nor has who is gone."""
    found = [item.get("requestedReviewer") or {} for item in nodes(node.get("reviewRequests"))]
    return tuple(str(each["login"]) for each in found if each.get("login"))


def _checks(
    harvest: Harvest, pull: PullRequest, node: Node, denied: set[str]
) -> tuple[tuple[Check, ...] | None, tuple[str, ...]]:
    """The checks on the head, or None and the permissions that would show them."""
    head = _head(harvest, pull, node, denied)
    first: Node = (head.get("statusCheckRollup") or {}).get("contexts") or {}
    if None in (first.get("nodes") or ()):
        denied.add("contexts")
    rest = harvest.filled({"id": head["id"], "contexts": first}, "contexts", "checks", denied=denied)
    found = tuple(check(item) for item in nodes(rest["contexts"]))
    lacking = tuple(sorted(_permissions(denied, found)))
    return (None if lacking else found), lacking


def _permissions(denied: set[str], found: tuple[Check, ...]) -> set[str]:
    """GitHub says which node it keeps back and not of what kind: those that it shows tell the other kind."""
    lacking = denied & {"actions: read", _CHECKS}
    if "contexts" in denied:
        kinds = {item.kind for item in found}
        missing = {
            permission
            for kind, permission in ((CheckKind.CHECK_RUN, _CHECKS), (CheckKind.STATUS, _STATUSES))
            if kind not in kinds
        }
        lacking |= missing or {_CHECKS, _STATUSES}
    return lacking


def _head(harvest: Harvest, pull: PullRequest, node: Node, denied: set[str]) -> Node:
    """The head with its checks: the list of commits may lag behind it, and older checks are no checks."""
    oid = str(node["headRefOid"])
    for item in nodes(node.get("last")):
        if item["commit"]["oid"] == oid:
            shown: Node = item["commit"]
            return shown
    variables: Mapping[str, tuple[str, object]] = {
        "owner": ("String!", harvest.places.owner),
        "name": ("String!", harvest.places.name),
    }
    document = compose("Detail", [parts.checks_at(oid)], header=False, variables=variables)
    found: Node | None = harvest.query(document).get(f"checks_{oid}")
    if not found:
        raise Transient(f"GitHub does not show the head of pull request #{pull.number} yet")
    denied |= harvest.denied.get(f"checks_{oid}", set())
    return found


def _required(harvest: Harvest, pull: PullRequest, node: Node, denied: set[str]) -> tuple[str, ...] | None:
    """The contexts that rulesets and classic protection of the base require, or None where one is hidden.

    What GraphQL denies is asked of REST. GraphQL shows an administrator no `refUpdateRule` even where there
    is one (fpicalausa/remove-stale-branches#76): then the classic ones are missing here.
    """
    ref: Node | None = node.get("baseRef")
    if ref is None:
        return None
    places = harvest.places
    where = (harvest.client, places.owner, places.name, pull.base)
    rules: object = (ref.get("rules") or {}).get("nodes")
    classic: object = (ref.get("refUpdateRule") or {}).get("requiredStatusCheckContexts") or ()
    if "rules" in denied or ((ref.get("rules") or {}).get("pageInfo") or {}).get("hasNextPage"):
        rules = rules_over_rest(*where)
    if "refUpdateRule" in denied:
        classic = classic_over_rest(*where)
    return None if rules is None or classic is None else required_contexts(rules, classic)
