"""GitHub's REST operations as shipped: what GitHub takes is taken, and one refusal for each rule.

Where a request is refused that GitHub would take in silence (a misspelt key, a page of 1,000), it is because
GitHub would not do what the sender means.
"""

from __future__ import annotations

from typing import Any

import pytest

from bugaction.sandbox.contract.rest import Operation, RestContract

CONTRACT = RestContract.load()
REPOSITORY = "/repos/octo/demo"
SHA = "0123456789abcdef0123456789abcdef01234567"


def operation(method: str, path: str) -> Operation:
    found = CONTRACT.match(method, f"{REPOSITORY}{path}")
    assert found is not None, f"{method} {path} is not in the extract"
    return found


@pytest.mark.parametrize(
    ("method", "path", "expected", "parameters"),
    [
        ("GET", "", "repos/get", {}),
        ("POST", f"/statuses/{SHA}", "repos/create-commit-status", {"sha": SHA}),
        ("GET", f"/commits/{SHA}/statuses", "repos/list-commit-statuses-for-ref", {"ref": SHA}),
        ("GET", "/commits/fix/bug-042/status", "repos/get-combined-status-for-ref", {"ref": "fix/bug-042"}),
        ("GET", "/commits/heads%2Fmain", "repos/get-commit", {"ref": "heads/main"}),
        (
            "GET",
            f"/commits/{SHA}/pulls",
            "repos/list-pull-requests-associated-with-commit",
            {"commit_sha": SHA},
        ),
        ("GET", "/git/ref/heads/bugaction/records", "git/get-ref", {"ref": "heads/bugaction/records"}),
        ("PATCH", "/git/refs/heads/bugaction/records", "git/update-ref", {"ref": "heads/bugaction/records"}),
        (
            "GET",
            "/contents/documents/bugs/README.md",
            "repos/get-content",
            {"path": "documents/bugs/README.md"},
        ),
        (
            "GET",
            "/compare/main...fix/bug-042",
            "repos/compare-commits-with-basehead",
            {"basehead": "main...fix/bug-042"},
        ),
        ("GET", "/rules/branches/release/1.0", "repos/get-branch-rules", {"branch": "release/1.0"}),
        ("GET", "/branches/release/1.0", "repos/get-branch", {"branch": "release/1.0"}),
        ("GET", "/labels/severity%3A%20critical", "issues/get-label", {"name": "severity: critical"}),
        ("DELETE", "/issues/42/labels/P1", "issues/remove-label", {"issue_number": "42", "name": "P1"}),
        ("PATCH", "/issues/comments/7", "issues/update-comment", {"comment_id": "7"}),
        ("GET", "/actions/permissions", "actions/get-github-actions-permissions-repository", {}),
        (
            "GET",
            "/actions/permissions/workflow",
            "actions/get-github-actions-default-workflow-permissions-repository",
            {},
        ),
        (
            "GET",
            "/actions/workflows/bugaction.yml/runs",
            "actions/list-workflow-runs",
            {"workflow_id": "bugaction.yml"},
        ),
        ("GET", "/environments", "repos/get-all-environments", {}),
        (
            "GET",
            "/private-vulnerability-reporting",
            "repos/check-private-vulnerability-reporting",
            {},
        ),
        ("GET", "/releases/latest", "repos/get-latest-release", {}),
        ("GET", "/releases/7", "repos/get-release", {"release_id": "7"}),
        (
            "GET",
            "/collaborators/octo-cat/permission",
            "repos/get-collaborator-permission-level",
            {"username": "octo-cat"},
        ),
        (
            "POST",
            "/actions/workflows/post-mortem.yml/dispatches",
            "actions/create-workflow-dispatch",
            {"workflow_id": "post-mortem.yml"},
        ),
    ],
)
def test_a_request_is_known_by_its_path(
    method: str, path: str, expected: str, parameters: dict[str, str]
) -> None:
    """Refs, paths and branches take slashes; the same below a server's `/api/v3`."""
    for prefix in ("", "/api/v3"):
        found = CONTRACT.match(method, f"{prefix}{REPOSITORY}{path}")
        assert found is not None
        assert found.id == expected
        assert dict(found.parameters) == {"owner": "octo", "repo": "demo", **parameters}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", REPOSITORY),
        ("PUT", f"{REPOSITORY}/branches/main/protection"),
        ("GET", f"{REPOSITORY}/issues/first"),
        ("GET", "/orgs/octo/teams"),
        ("GET", "/user/repos"),
        ("GET", "/graphql"),
    ],
)
def test_an_operation_outside_the_extract_is_no_match(method: str, path: str) -> None:
    """Real operations of GitHub, and yet none that the product may use without saying so."""
    assert CONTRACT.match(method, path) is None


STATUSES = f"/statuses/{SHA}"
META = {"path": "meta.json", "mode": "100644", "type": "blob", "content": "{}"}
CHECK = {"name": "n", "head_sha": SHA, "status": "in_progress"}
LONG_OUTPUT = {"title": "t", "summary": "x" * 65_536}
MANY_INPUTS = {str(number): "x" for number in range(26)}
DISPATCH = "/actions/workflows/rollback.yml/dispatches"
Query = dict[str, list[str]]

# (method, path, query, body) that GitHub takes.
TAKEN: list[tuple[str, str, Query, Any]] = [
    ("POST", f"/statuses/{SHA}", {}, {"state": "success", "context": "x" * 255, "description": "x" * 140}),
    ("POST", STATUSES, {}, {"state": "pending", "target_url": None, "description": None}),
    ("GET", f"/commits/{SHA}/statuses", {"per_page": ["100"], "page": ["2"]}, None),
    ("GET", "/actions/workflows/bugaction.yml/runs", {"event": ["schedule"], "per_page": ["1"]}, None),
    ("GET", "/environments", {"per_page": ["100"]}, None),
    ("GET", "/issues", {"state": ["all"], "labels": ["P0,P1"], "direction": ["asc"]}, None),
    ("POST", "/issues", {}, {"title": "t", "labels": ["P1"], "assignees": ["octo"], "milestone": None}),
    ("PATCH", "/issues/42", {}, {"state": "closed", "state_reason": "not_planned"}),
    ("PATCH", "/issues/42", {}, {"title": None, "milestone": None}),
    ("POST", "/issues/42/comments", {}, {"body": "x" * 65_536}),
    ("POST", "/issues/42/labels", {}, {"labels": ["P1", "phase: triage"]}),
    ("DELETE", "/issues/42/labels/P1", {}, None),
    ("POST", "/issues/42/assignees", {}, {"assignees": ["octo"]}),
    ("POST", "/issues/comments/7/reactions", {}, {"content": "eyes"}),
    ("POST", "/labels", {}, {"name": "P1", "color": "d93f0b", "description": "x" * 100}),
    ("POST", "/git/trees", {}, {"tree": [META]}),
    ("POST", "/git/commits", {}, {"message": "m", "tree": SHA}),
    ("POST", "/git/refs", {}, {"ref": "refs/heads/bugaction/records", "sha": SHA}),
    ("PATCH", "/git/refs/heads/main", {}, {"sha": SHA, "force": False}),
    ("POST", DISPATCH, {}, {"ref": "main", "inputs": {"issue": "42"}}),
    ("POST", "/check-runs", {}, CHECK),
]


@pytest.mark.parametrize(("method", "path", "query", "body"), TAKEN)
def test_what_github_takes_is_taken(method: str, path: str, query: Query, body: object) -> None:
    """The requests of a run, at the edge of each size."""
    assert operation(method, path).check_request(query, body) == []


# (method, path, query, body, where, rule): a request that breaks exactly one rule.
REFUSED: list[tuple[str, str, Query, Any, str, str]] = [
    ("GET", "/issues", {"label": ["P1"]}, None, "query.label", "unknown-parameter"),
    ("GET", "/issues", {"state": ["open", "closed"]}, None, "query.state", "repeated-parameter"),
    ("GET", "/issues", {"per_page": ["1000"]}, None, "query.per_page", "page-size"),
    ("GET", "/issues", {"page": ["0"]}, None, "query.page", "page-size"),
    ("GET", "/issues", {"state": ["opened"]}, None, "query.state", "schema"),
    ("GET", "/issues", {}, {}, "body", "unexpected-body"),
    ("POST", "/issues", {}, None, "body", "missing-body"),
    ("POST", "/issues", {}, {"body": "b"}, "body", "schema"),
    ("POST", "/issues", {}, {"title": "t", "label": ["P1"]}, "body.label", "unknown-key"),
    (
        "POST",
        "/issues",
        {},
        {"title": "t", "labels": [{"name": "P1", "colour": "x"}]},
        "body.labels[0].colour",
        "unknown-key",
    ),
    ("POST", "/issues", {}, {"title": "t" * 257}, "body.title", "too-long"),
    ("POST", "/issues", {}, {"title": "t", "assignees": ["x"] * 11}, "body.assignees", "too-long"),
    ("PATCH", "/issues/42", {}, {"state": "merged"}, "body.state", "schema"),
    ("POST", "/issues/42/comments", {}, {"body": "x" * 65_537}, "body.body", "too-long"),
    ("PATCH", "/issues/comments/7", {}, {"body": "x" * 65_537}, "body.body", "too-long"),
    ("POST", "/issues/42/labels", {}, {"labels": ["x" * 51]}, "body.labels[0]", "too-long"),
    ("POST", "/issues/comments/7/reactions", {}, {"content": "+2"}, "body.content", "schema"),
    ("POST", "/labels", {}, {"name": "x" * 51}, "body.name", "too-long"),
    ("POST", "/labels", {}, {"name": "x", "description": "x" * 101}, "body.description", "too-long"),
    ("POST", STATUSES, {}, {"state": "neutral"}, "body.state", "schema"),
    (
        "POST",
        f"/statuses/{SHA}",
        {},
        {"state": "success", "description": "x" * 141},
        "body.description",
        "too-long",
    ),
    ("POST", STATUSES, {}, {"state": "success", "context": "x" * 256}, "body.context", "too-long"),
    ("POST", STATUSES, {}, {"state": "success", "targetUrl": "x"}, "body.targetUrl", "unknown-key"),
    ("POST", "/git/trees", {}, {"tree": [{"path": "a", "mode": "644"}]}, "body.tree[0].mode", "schema"),
    ("POST", "/git/trees", {}, {"tree": [{"path": "a", "text": "b"}]}, "body.tree[0].text", "unknown-key"),
    ("POST", "/git/commits", {}, {"message": "m"}, "body", "schema"),
    (
        "POST",
        "/git/refs",
        {},
        {"ref": "refs/heads/x", "sha": SHA, "force": True},
        "body.force",
        "unknown-key",
    ),
    ("POST", "/check-runs", {}, {**CHECK, "output": LONG_OUTPUT}, "body.output.summary", "schema"),
    ("POST", "/dispatches", {}, {"event_type": "x" * 101}, "body.event_type", "schema"),
    (
        "POST",
        "/actions/workflows/a.yml/dispatches",
        {},
        {"ref": "main", "inputs": {str(n): "x" for n in range(26)}},
        "body.inputs",
        "schema",
    ),
]


@pytest.mark.parametrize(("method", "path", "query", "body", "where", "rule"), REFUSED)
def test_what_breaks_a_rule_is_refused(
    method: str, path: str, query: Query, body: object, where: str, rule: str
) -> None:
    """By that rule, at that place, and by no other."""
    found = operation(method, path).check_request(query, body)
    assert [(problem.where, problem.rule) for problem in found] == [(where, rule)]


def test_the_optional_body_of_a_request_may_be_left_out() -> None:
    """GitHub does not require a body of every POST."""
    assert operation("POST", "/issues/42/labels").check_request({}, None) == []


STATUS = {
    "url": "https://api.github.com/repos/octo/demo/statuses/1",
    "avatar_url": None,
    "id": 1,
    "node_id": "SC_1",
    "state": "success",
    "description": None,
    "target_url": None,
    "context": "bugaction/gate",
    "created_at": "2026-11-24T10:00:00Z",
    "updated_at": "2026-11-24T10:00:00Z",
    "creator": None,
}
LABEL = {
    "id": 1,
    "node_id": "LA_1",
    "url": "https://api.github.com/repos/octo/demo/labels/P1",
    "name": "P1",
    "description": None,
    "color": "d93f0b",
    "default": False,
}
NOT_FOUND = {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}


@pytest.mark.parametrize(
    ("method", "path", "status", "body", "expected"),
    [
        ("POST", f"/statuses/{SHA}", 201, STATUS, []),
        ("GET", f"/commits/{SHA}/statuses", 200, [STATUS], []),
        ("POST", f"/statuses/{SHA}", 200, STATUS, [("response", "undescribed-status")]),
        ("POST", f"/statuses/{SHA}", 201, {**STATUS, "sha": SHA}, [("response.sha", "unknown-key")]),
        ("POST", f"/statuses/{SHA}", 201, {**STATUS, "id": "1"}, [("response.id", "schema")]),
        ("POST", f"/statuses/{SHA}", 404, NOT_FOUND, []),
        ("POST", f"/statuses/{SHA}", 404, {"error": "Not Found"}, [("response.error", "unknown-key")]),
        ("GET", "/labels", 200, [LABEL, LABEL], []),
        ("GET", "/labels", 200, [LABEL, {**LABEL, "name": None}], [("response[1].name", "schema")]),
        ("DELETE", "/labels/P1", 204, None, []),
        ("DELETE", "/labels/P1", 204, {}, [("response", "unexpected-body")]),
        ("GET", "/labels/P1", 304, None, [("response", "undescribed-status")]),
        ("GET", "/labels/P1", 404, None, [("response", "missing-body")]),
        (
            "POST",
            "/labels",
            422,
            {
                "message": "Validation Failed",
                "errors": [{"resource": "Label", "code": "already_exists", "field": "name"}],
                "documentation_url": "https://docs.github.com/rest",
                "status": "422",
            },
            [("response.status", "unknown-key")],
        ),
    ],
)
def test_an_answer_is_held_to_github_s_own(
    method: str, path: str, status: int, body: object, expected: list[tuple[str, str]]
) -> None:
    """Successes and described errors by their schemas, any other error by GitHub's basic one."""
    found = operation(method, path).check_response(status, body)
    assert [(problem.where, problem.rule) for problem in found] == expected


def test_a_nullable_enum_may_be_null() -> None:
    """`nullable-enum`: the conclusion of a running check is null, which the description's enum lacks."""
    listing = operation("GET", f"/commits/{SHA}/check-runs")
    found = listing.check_response(200, {"total_count": 1, "check_runs": [{"conclusion": None}]})
    assert found
    assert not [problem for problem in found if problem.where.endswith(".conclusion")]


def test_every_template_matches_itself() -> None:
    """No operation is hidden by another one that matches first."""
    for known in CONTRACT.operations:
        path = known.template
        for name in known.path.names:
            path = path.replace(f"{{{name}}}", "7")
        found = CONTRACT.match(known.method, path)
        assert found is not None
        assert found.id == known.id
