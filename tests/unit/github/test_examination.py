"""What the doctor reads: each answer of GitHub's in its place, each refusal in its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import responses

from bugaction.doctor import Facts
from bugaction.doctor.facts import Budget, Classic, Required, Rule, TokenKind, Unseen
from bugaction.errors import Missing, Transient
from bugaction.github.examination import examine
from tests.unit.github.fake import API, NOW, REPO, SERVED, answer, bodies, client

HEAD = {
    "oid": "a" * 40,
    "config": {"type": "blob", "object": {"text": "version: 1\n", "isBinary": False, "isTruncated": False}},
    "workflows": {
        "type": "tree",
        "object": {
            "entries": [
                {"name": name, "type": "blob", "object": {"text": "name: bugaction\n", "isBinary": False}}
                for name in ("bugaction.yml", "README.md")
            ]
        },
    },
    "forms": None,
}
LIMIT = {"limit": 1000, "remaining": 10, "reset": int(NOW.timestamp()), "used": 990}
FORBIDDEN = {"message": "Resource not accessible by integration"}
PLAN = {"message": "Upgrade to GitHub Pro or make this repository public to enable this feature."}
REST: Mapping[str, Any] = {
    "/actions/permissions": {"enabled": True, "allowed_actions": "selected"},
    "/actions/permissions/workflow": {"can_approve_pull_request_reviews": True},
    "/actions/workflows": {
        "workflows": [
            {"path": "p", "name": "n", "state": "disabled_inactivity", "created_at": "2026-11-01T00:00:00Z"}
        ]
    },
    "/actions/workflows/bugaction.yml/runs": {
        "workflow_runs": [
            {"created_at": "2026-11-24T08:00:00Z", "conclusion": None, "html_url": "https://github.com/r"}
        ]
    },
    "/deployments": [{"environment": "live"}, {"environment": "live"}],
    "/environments": {"environments": [{"name": "stage"}]},
    "/rules/branches/main": [],
}


@pytest.fixture(autouse=True)
def _canned() -> Iterator[None]:
    with responses.mock:
        responses.mock.assert_all_requests_are_fired = False
        yield


def repository(**changes: Any) -> dict[str, Any]:
    """The first query's answer."""
    whole = {
        "id": "R_1",
        "url": "https://github.com/octo/shop",
        "isArchived": False,
        "isPrivate": True,
        "hasIssuesEnabled": True,
        "isFork": False,
        "forkingAllowed": False,
        "owner": {"__typename": "Organization"},
        "defaultBranchRef": {"name": "main", "refUpdateRule": None, "target": HEAD},
        "records": None,
        "mergeQueue": None,
        "labels": {"pageInfo": {"hasNextPage": False}, "nodes": [{"name": "P1"}]},
    }
    return {**whole, **changes}


def looked_at() -> Facts:
    """What the answers that are given come to."""
    return examine(
        client(),
        "octo",
        "shop",
        config=".github/bugaction.yml",
        server="https://github.com",
        api=API,
        scaffold={},
    )


def read(
    given: dict[str, Any] | None = None,
    *,
    errors: list[dict[str, Any]] | None = None,
    rest: Mapping[str, Any] | None = None,
    heads: dict[str, Any] | None = None,
    login: str = "github-actions[bot]",
) -> Facts:
    """Everything, from these answers; an integer in place of one is a status."""
    viewer = {"__typename": "User", "login": login}
    found = {"data": {"viewer": viewer, "repository": given or repository()}}
    answer({**found, **({"errors": errors} if errors else {})})
    answer(heads or {"data": {"repository": {"pullRequests": {"nodes": []}}}})
    for path, value in {**REST, **(rest or {})}.items():
        status, body = value if isinstance(value, tuple) else (200, value)
        responses.add("GET", re.compile(rf"{re.escape(REPO + path)}(\?.*)?$"), json=body, status=status)
    if not any("rate_limit" in str(each.url) for each in responses.registered()):
        body = {"resources": {"core": LIMIT, "graphql": LIMIT}, "rate": LIMIT}
        responses.add("GET", f"{SERVED}/rate_limit", json=body)
    return looked_at()


def test_all_that_is_shown() -> None:
    """Files, settings, rules, runs and budgets, as GitHub gives them."""
    facts = read()
    assert (facts.repository, facts.token, facts.is_private) == ("octo/shop", TokenKind.WORKFLOW, True)
    assert facts.config is not None
    assert [file.path for file in facts.workflows] == [".github/workflows/bugaction.yml"]
    assert facts.labels == ("P1",)
    assert facts.records is None
    assert facts.default is not None
    assert (facts.default.name, facts.default.protected, facts.default.unseen) == ("main", False, None)
    assert isinstance(facts.states, tuple)
    assert facts.states[0].state == "disabled_inactivity"
    assert facts.sweep is not None
    assert not isinstance(facts.sweep, Unseen)
    assert (facts.sweep.conclusion, facts.sweep.at.hour) == ("", 8)
    assert (facts.environments, facts.deployed) == (("stage",), ("live",))
    assert facts.budgets == tuple(
        Budget(name, 1000, 10, datetime.fromtimestamp(NOW.timestamp(), UTC)) for name in ("core", "graphql")
    )


def test_a_repository_that_is_not_shown() -> None:
    """Its name, and what to look at; there is nothing to examine."""
    answer({"data": {"viewer": {"login": "ana"}, "repository": None}})
    with pytest.raises(Missing, match="no repository octo/shop"):
        examine(client(), "octo", "shop", config="c", server="https://github.com", api=API, scaffold={})


def test_an_empty_repository() -> None:
    """No branch is asked for."""
    facts = read(repository(defaultBranchRef=None))
    assert (facts.default, facts.config, facts.workflows, facts.sweep) == (None, None, (), None)
    assert not [call for call in responses.calls if "/rules/" in str(call.request.url)]


def test_rulesets_name_their_sources() -> None:
    """Required contexts with the app that each has to come from, and how many approvals."""
    rules = [
        {"type": "pull_request", "ruleset_id": 7, "parameters": {"required_approving_review_count": 2}},
        {
            "type": "required_status_checks",
            "ruleset_id": 7,
            "parameters": {
                "required_status_checks": [{"context": "test"}, {"context": "gate", "integration_id": 15368}]
            },
        },
        {"type": "deletion"},
    ]
    facts = read(rest={"/rules/branches/main": rules})
    assert facts.default is not None
    assert facts.default.rules == (
        Rule("pull_request", 7, approvals=2),
        Rule("required_status_checks", 7, (Required("test"), Required("gate", 15368))),
        Rule("deletion"),
    )
    assert facts.default.protected is True


def test_classic_protection_names_its_sources_where_the_branch_tells_them() -> None:
    """GraphQL shows the contexts to everybody, "get a branch" the apps; where it is refused, any app does."""
    rule = {
        "requiredApprovingReviewCount": 1,
        "requiredStatusCheckContexts": ["test", None, "gate"],
        "viewerCanPush": False,
    }
    given = repository(defaultBranchRef={"name": "main", "refUpdateRule": rule, "target": HEAD})
    pins = {"checks": [{"context": "gate", "app_id": 77}, {"context": "test", "app_id": None}]}
    facts = read(given, rest={"/branches/main": {"protection": {"required_status_checks": pins}}})
    assert facts.default is not None
    assert facts.default.classic == Classic((Required("test"), Required("gate", 77)), 1)
    assert facts.default.protected is True
    responses.reset()
    facts = read(given, rest={"/branches/main": (403, FORBIDDEN)})
    assert facts.default is not None
    assert facts.default.required == (Required("test"), Required("gate"))


def test_a_plan_without_rules_is_no_permission_that_is_missing() -> None:
    """GitHub offers an upgrade in place of the rules."""
    facts = read(rest={"/rules/branches/main": (403, PLAN)})
    assert facts.default is not None
    assert facts.default.unseen == Unseen(PLAN["message"], by_plan=True)


@pytest.mark.parametrize(
    ("path", "name", "needs"),
    [
        ("/actions/permissions", "actions", "administration: read"),
        ("/actions/permissions/workflow", "may_open_pulls", "administration: read"),
        ("/actions/workflows", "states", "actions: read"),
        ("/actions/workflows/bugaction.yml/runs", "sweep", "actions: read"),
        ("/deployments", "deployed", "deployments: read"),
        ("/environments", "environments", "actions: read"),
    ],
)
def test_a_refusal_stands_in_its_place(path: str, name: str, needs: str) -> None:
    """With the permission that would do, and everything else is there."""
    facts = read(rest={path: (403, FORBIDDEN)})
    hidden = getattr(facts, name)
    assert isinstance(hidden, Unseen)
    assert (hidden.needs, FORBIDDEN["message"] in hidden.why) == (needs, True)
    assert facts.labels == ("P1",)


def test_a_queue_that_an_older_server_knows_nothing_of_is_not_seen() -> None:
    """Nor taken for one that is not there."""
    told = {"code": "undefinedField", "typeName": "Repository", "fieldName": "mergeQueue"}
    answer({"errors": [{"message": "Field 'mergeQueue' doesn't exist", "extensions": told}]})
    without = repository()
    del without["mergeQueue"]
    queue = read(without).queue
    assert isinstance(queue, Unseen)
    assert "before 3.12" in queue.why


def test_fields_that_are_refused_are_null_with_an_error() -> None:
    """The queue is kept from a job's token, and says nothing of the branch."""
    errors = [
        {"type": "FORBIDDEN", "path": ["repository", name], "message": "Resource not accessible"}
        for name in ("mergeQueue", "labels")
    ]
    errors.append(
        {"type": "FORBIDDEN", "path": ["repository", "defaultBranchRef", "refUpdateRule"], "message": "no"}
    )
    facts = read(repository(labels=None), errors=errors)
    assert isinstance(facts.queue, Unseen)
    assert facts.labels == Unseen("Resource not accessible", "issues: read")
    assert facts.default is not None
    assert facts.default.classic == Unseen("no", "administration: read")
    assert facts.default.protected is None


def test_more_labels_than_a_page() -> None:
    """They are read on, page by page."""
    first = {"pageInfo": {"hasNextPage": True}, "nodes": [{"name": f"l{n}"} for n in range(100)]}
    facts = read(repository(labels=first), rest={"/labels": [{"name": "P0"}]})
    assert isinstance(facts.labels, tuple)
    assert (len(facts.labels), facts.labels[-1]) == (101, "P0")


def test_the_names_that_pull_requests_were_given() -> None:
    """Of check runs and of statuses; a token that may not read pull requests loses these alone."""
    nodes = [{"__typename": "CheckRun", "name": "test"}, {"__typename": "StatusContext", "context": "ci/x"}]
    rollup = {"statusCheckRollup": {"contexts": {"nodes": nodes}}}
    pulls = {"nodes": [{"commits": {"nodes": [{"commit": rollup}, {"commit": {"statusCheckRollup": None}}]}}]}
    facts = read(heads={"data": {"repository": {"pullRequests": pulls}}})
    assert facts.emitted == frozenset({"test", "ci/x"})
    responses.reset()
    error = {"type": "FORBIDDEN", "path": ["repository", "pullRequests"], "message": "no"}
    facts = read(heads={"data": {"repository": None}, "errors": [error]})
    assert isinstance(facts.emitted, Unseen)
    assert facts.emitted.needs == "pull-requests: read"


def test_a_workflow_that_actions_does_not_know_has_not_run() -> None:
    """404 for a file that never was on the default branch when something happened."""
    assert read(rest={"/actions/workflows/bugaction.yml/runs": (404, {"message": "Not Found"})}).sweep is None


def test_a_server_without_rate_limits() -> None:
    """GitHub Enterprise Server answers 404 where no limits are set up."""
    responses.add(
        "GET", f"{SERVED}/rate_limit", json={"message": "Rate limiting is not enabled."}, status=404
    )
    assert read().budgets == ()


def test_teams_that_policy_names() -> None:
    """Each is looked for below its organisation, in one query; GITHUB_TOKEN is shown none."""
    text = "version: 1\npeople: {senior: {teams: [octo/leads, octo/gone]}}\n"
    config = {"type": "blob", "object": {"text": text, "isBinary": False, "isTruncated": False}}
    branch = {"name": "main", "refUpdateRule": None, "target": {**HEAD, "config": config}}
    given = repository(defaultBranchRef=branch)

    def teams(reply: dict[str, Any]) -> object:
        responses.reset()
        answer({"data": {"viewer": {"login": "ana"}, "repository": given}})
        answer({"data": {"repository": {"pullRequests": {"nodes": []}}}})
        answer(reply)
        for path, value in REST.items():
            responses.add("GET", re.compile(rf"{re.escape(REPO + path)}(\?.*)?$"), json=value)
        responses.add("GET", f"{SERVED}/rate_limit", json={"resources": {}, "rate": LIMIT})
        facts = looked_at()
        return facts.teams

    found = {"team_0": {"team": {"id": "T_1"}}, "team_1": {"team": None}}
    assert teams({"data": found}) == {"octo/leads": True, "octo/gone": False}
    asked = next(body for body in bodies() if "query Teams" in str(body.get("query")))
    assert asked["variables"] == {
        "org_0": "octo",
        "slug_0": "leads",
        "org_1": "octo",
        "slug_1": "gone",
    }
    refused = {"type": "FORBIDDEN", "path": ["team_0", "team"], "message": "no"}
    hidden = teams({"data": {"team_0": {"team": None}, "team_1": None}, "errors": [refused]})
    assert hidden == Unseen("no", "members: read")


def test_what_time_may_mend_is_no_refusal() -> None:
    """A server that fails ends the examination: half a diagnosis would be a wrong one."""
    with pytest.raises(Transient):
        read(rest={"/environments": (502, {"message": "Bad gateway"})})
