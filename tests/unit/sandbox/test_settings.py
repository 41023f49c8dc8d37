"""The repository's settings over REST, each with the permission that GitHub asks for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bugaction.sandbox.refusal import Refused
from tests.sandboxed import Caller, serving

WORKFLOW = ".github/workflows/ci.yml"


@pytest.fixture
def caller() -> Iterator[Caller]:
    with serving() as made:
        yield made
        assert made.server.violations == []


def admin(caller: Caller) -> Caller:
    """The same server, asked by somebody who administers."""
    return Caller(caller.server, caller.server.tokens.for_user("ana"))


@pytest.mark.parametrize(
    "path", ["/actions/permissions", "/actions/permissions/workflow", "/private-vulnerability-reporting"]
)
def test_settings_are_an_administrator_s_to_see(caller: Caller, path: str) -> None:
    """No job's token has `administration`, and who writes is no administrator."""
    assert caller.rest("GET", path).status_code == 403
    writer = Caller(caller.server, caller.server.tokens.for_user("bob"))
    assert writer.rest("GET", path).status_code == 404
    assert admin(caller).rest("GET", path).status_code == 200


def test_what_actions_may(caller: Caller) -> None:
    """Off says nothing more; a list has an address of its own."""
    people = caller.server.world.people
    found = admin(caller).rest("GET", "/actions/permissions").json()
    assert found == {"enabled": True, "allowed_actions": "all"}
    people.configure("ana", allowed_actions="selected")
    found = admin(caller).rest("GET", "/actions/permissions").json()
    assert found["selected_actions_url"].endswith("/actions/permissions/selected-actions")
    people.configure("ana", has_actions=False, actions_may_open_pulls=True)
    assert admin(caller).rest("GET", "/actions/permissions").json() == {"enabled": False}
    found = admin(caller).rest("GET", "/actions/permissions/workflow").json()
    assert found["can_approve_pull_request_reviews"] is True


def test_workflows_are_those_of_the_default_branch(caller: Caller) -> None:
    """By their own name or their path, each with its state; what is no workflow is none."""
    people = caller.server.world.people
    people.push(
        "ana", "main", {WORKFLOW: "name: CI\n", ".github/workflows/x.yaml": "a: [", "y.yml": "name: Y\n"}
    )
    people.configure("ana", disabled=((WORKFLOW, "disabled_inactivity"),))
    found = caller.rest("GET", "/actions/workflows").json()
    assert found["total_count"] == 2
    shown = {each["path"]: (each["name"], each["state"]) for each in found["workflows"]}
    assert shown == {
        WORKFLOW: ("CI", "disabled_inactivity"),
        ".github/workflows/x.yaml": (".github/workflows/x.yaml", "active"),
    }


def test_a_workflow_s_runs(caller: Caller) -> None:
    """The newest first, by event; a file that is no workflow has none to ask for."""
    world = caller.server.world
    world.people.push("ana", "main", {WORKFLOW: "name: CI\n"})
    oid = world.state.refs["refs/heads/main"]
    for event in ("schedule", "push", "schedule"):
        run = world.people.finish_workflow("CI", oid=oid, branch="main", event=event, path=WORKFLOW)
    found = caller.rest("GET", "/actions/workflows/ci.yml/runs?event=schedule&per_page=1").json()
    assert (found["total_count"], [each["id"] for each in found["workflow_runs"]]) == (2, [run.id])
    assert caller.rest("GET", "/actions/workflows/none.yml/runs").status_code == 404


def test_environments_are_set_up_or_come_of_a_deployment(caller: Caller) -> None:
    """Each once."""
    people = caller.server.world.people
    people.configure("ana", environments=("stage", "production"))
    people.deploy("ana", "main", "production")
    people.deploy("ana", "main", "canary")
    found = caller.rest("GET", "/environments").json()
    assert [each["name"] for each in found["environments"]] == ["stage", "production", "canary"]


def test_asking_what_is_left_costs_nothing(caller: Caller) -> None:
    """Both budgets as the headers tell them."""
    caller.rest("GET", "/environments")
    for _ in range(2):
        found = caller.rest("GET", "/rate_limit")
        assert found.json()["resources"]["core"]["used"] == 1
        assert found.headers["X-RateLimit-Used"] == "1"


def test_a_plan_without_rules_says_so(caller: Caller) -> None:
    """403 with an offer, as for every private repository of a free plan."""
    caller.server.world.people.configure("ana", is_private=True, has_rules=False)
    found = caller.rest("GET", "/rules/branches/main")
    assert (found.status_code, "Upgrade to GitHub Pro" in found.json()["message"]) == (403, True)


def test_a_branch_that_rules_keep(caller: Caller) -> None:
    """It is neither deleted nor rewritten, and goes on growing."""
    world = caller.server.world
    first = world.people.push("bob", "kept", {"a": "1\n"})
    world.people.protect("ana", "kept", kept=True)
    shown = {each["type"] for each in caller.rest("GET", "/rules/branches/kept").json()}
    assert shown == {"deletion", "non_fast_forward"}
    second = world.people.push("bob", "kept", {"a": "2\n"})
    assert world.state.head_of("kept") == second != first
    with pytest.raises(Refused, match="Cannot delete this branch"):
        world.people.delete_branch("bob", "kept")
    answer = caller.rest("PATCH", "/git/refs/heads/kept", {"sha": first, "force": True})
    assert (answer.status_code, "Cannot force-push" in answer.json()["message"]) == (422, True)


def test_the_queue_and_the_teams_are_kept_from_a_job_s_token(caller: Caller) -> None:
    """GraphQL: null with an error for the field alone; an App and a person are shown them."""
    server = caller.server
    server.world.people.protect("ana", "main", merge_queue=True)
    server.world.set_team("leads", "bob")
    document = (
        '{ repository(owner: "octo", name: "shop") { mergeQueue { id } labels(first: 2) { nodes { name } } } '
        'organization(login: "octo") { team(slug: "leads") { id } none: team(slug: "none") { id } } }'
    )
    answer = caller.graphql(document)
    assert answer["data"]["repository"]["mergeQueue"] is None
    assert answer["data"]["repository"]["labels"]["nodes"] == [{"name": "P0"}, {"name": "P1"}]
    assert answer["data"]["organization"] == {"team": None, "none": None}
    assert {tuple(error["path"]) for error in answer["errors"]} == {
        ("repository", "mergeQueue"),
        ("organization", "team"),
        ("organization", "none"),
    }
    app = Caller(
        server, server.tokens.for_app("acme", {"contents": "read", "issues": "read", "members": "read"})
    )
    answer = app.graphql(document)
    assert "errors" not in answer
    assert answer["data"]["repository"]["mergeQueue"] is not None
    assert (answer["data"]["organization"]["team"] is None, answer["data"]["organization"]["none"]) == (
        False,
        None,
    )
