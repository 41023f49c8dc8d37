"""Tokens: what a job's `permissions:` let it do, and who acts with it."""

from __future__ import annotations

import pytest

from bugaction.sandbox.refusal import ACCESSIBLE, Refused
from bugaction.sandbox.server import GitHubServer
from tests.sandboxed import Caller, populated, serving

STATUS = {"state": "success", "context": "bugaction/gate"}


def test_a_permission_that_is_missing_is_named_forbidden() -> None:
    """REST answers 403 and GraphQL FORBIDDEN, for reads and writes, with the rest of the data."""
    with serving({"contents": "read", "issues": "read"}) as caller:
        number = caller.server.world.people.open_issue("dee", "Broken").number
        head = caller.server.world.state.refs["refs/heads/main"]
        for method, path, body in (
            ("POST", f"/statuses/{head}", STATUS),
            ("POST", f"/issues/{number}/comments", {"body": "x"}),
            ("GET", f"/commits/{head}/statuses", None),
            ("GET", "/pulls", None),
        ):
            answer = caller.rest(method, path, body)
            assert (answer.status_code, answer.json()["message"]) == (403, ACCESSIBLE), path
            assert answer.headers["X-Accepted-GitHub-Permissions"]
        document = (
            '{ repository(owner: "octo", name: "shop") { url pullRequest(number: 1) { id }'
            " defaultBranchRef { name target { ... on Commit { oid status { id } } } } } }"
        )
        answer_ = caller.graphql(document)
        assert answer_["data"]["repository"]["defaultBranchRef"]["target"] == {"oid": head, "status": None}
        assert sorted(
            (error["type"], error["message"], error["path"][-1]) for error in answer_["errors"]
        ) == [
            ("FORBIDDEN", ACCESSIBLE, "pullRequest"),
            ("FORBIDDEN", ACCESSIBLE, "status"),
        ]
        assert caller.server.violations == []


def test_a_mutation_without_permission_leaves_the_others_done() -> None:
    """Mutations of a batch stand for themselves: one that fails is null, the next ones run."""
    with serving({"issues": "write", "contents": "read"}) as caller:
        world = caller.server.world
        world.people.open_issue("dee", "Broken")
        subject = caller.repository("item: issueOrPullRequest(number: 1) { ... on Issue { id } }")["item"][
            "id"
        ]
        document = (
            "mutation($c: CreateCommitOnBranchInput!, $a: AddCommentInput!) {"
            " m0: createCommitOnBranch(input: $c) { commit { oid } }"
            " m1: addComment(input: $a) { commentEdge { node { id } } } }"
        )
        commit = {
            "branch": {"repositoryNameWithOwner": "octo/shop", "branchName": "main"},
            "expectedHeadOid": world.state.refs["refs/heads/main"],
            "message": {"headline": "x"},
            "fileChanges": {"additions": [{"path": "a", "contents": ""}]},
        }
        answer = caller.graphql(document, {"c": commit, "a": {"subjectId": subject, "body": "Hello."}})
        assert answer["data"]["m0"] is None
        assert answer["data"]["m1"]["commentEdge"]["node"]["id"]
        assert [(error["type"], error["path"]) for error in answer["errors"]] == [("FORBIDDEN", ["m0"])]
        assert [comment.body for comment in world.state.comments.values()] == ["Hello."]


@pytest.mark.parametrize("header", ["", "Bearer nonsense", "Basic eDp5"])
def test_a_bad_token_is_refused(header: str) -> None:
    """401, for anything that is no token of this server."""
    with serving() as caller, pytest.raises(Refused, match="Bad credentials") as caught:
        caller.server.tokens.find(header)
    assert caught.value.status == 401


def test_a_token_ends_with_its_job() -> None:
    """What was valid is refused afterwards."""
    with serving() as caller:
        caller.server.tokens.revoke(caller.token)
        answer = caller.rest("GET", "")
        assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")


def test_a_key_that_github_token_does_not_have_is_refused() -> None:
    """`administration: read` makes a workflow invalid on GitHub."""
    with serving() as caller, pytest.raises(ValueError, match="administration"):
        caller.server.tokens.for_job({"administration": "read"})


def test_deeds_of_github_token_start_nothing_and_those_of_others_do() -> None:
    """Only dispatches are told of when the workflow's own token makes them."""
    with populated() as world, GitHubServer(world) as server:
        number = world.people.open_issue("dee", "Broken").number
        world.events.clear()
        own = Caller(server, server.tokens.for_job())
        app = Caller(server, server.tokens.for_app("acme", {"issues": "write"}))
        person = Caller(server, server.tokens.for_user("bob"))
        assert own.rest("POST", f"/issues/{number}/comments", {"body": "own"}).status_code == 201
        assert not world.events
        dispatch = own.rest("POST", "/actions/workflows/bugaction.yml/dispatches", {"ref": "main"})
        assert dispatch.status_code == 204
        assert app.rest("POST", f"/issues/{number}/comments", {"body": "app"}).status_code == 201
        assert person.rest("POST", f"/issues/{number}/comments", {"body": "person"}).status_code == 201
        assert [(event.name, event.actor) for event in world.events] == [
            ("workflow_dispatch", "github-actions[bot]"),
            ("issue_comment", "acme[bot]"),
            ("issue_comment", "bob"),
        ]
        assert server.violations == []


@pytest.mark.parametrize(("login", "status"), [("ana", 201), ("bob", 201), ("cy", 403), ("dee", 403)])
def test_a_persons_token_may_what_the_person_may(login: str, status: int) -> None:
    """A status takes write access."""
    with populated() as world, GitHubServer(world) as server:
        caller = Caller(server, server.tokens.for_user(login))
        head = world.state.refs["refs/heads/main"]
        assert caller.rest("POST", f"/statuses/{head}", STATUS).status_code == status


def test_who_the_viewer_is() -> None:
    """`viewer` bears `[bot]`, authors do not; REST has it everywhere, and no user for installation tokens."""
    with serving() as caller:
        world = caller.server.world
        number = world.people.open_issue("alerts[bot]", "Alert").number
        caller.rest("POST", f"/issues/{number}/comments", {"body": "x"})
        assert caller.graphql("{ viewer { login } }")["data"]["viewer"]["login"] == "github-actions[bot]"
        fields = (
            f"item: issueOrPullRequest(number: {number}) {{ ... on Issue {{ author {{ __typename login }}"
            " comments(first: 1) { nodes { author { __typename login } } } } }"
        )
        found = caller.repository(fields)["item"]
        assert found["author"] == {"__typename": "Bot", "login": "alerts"}
        assert found["comments"]["nodes"] == [{"author": {"__typename": "Bot", "login": "github-actions"}}]
        shown = caller.rest("GET", f"/issues/{number}/comments").json()[0]
        assert (shown["user"]["login"], shown["user"]["type"]) == ("github-actions[bot]", "Bot")
        assert caller.rest("GET", "/user").status_code == 403


def test_a_spent_budget_stops_rest_and_graphql_each_in_its_way() -> None:
    """403 with nothing remaining; 200 with RATE_LIMITED. Both are filled again after an hour."""
    with serving() as caller:
        caller.server.tokens.limits["workflow"] = 1
        assert caller.rest("GET", "").headers["X-RateLimit-Remaining"] == "0"
        refused = caller.rest("GET", "")
        assert (refused.status_code, refused.headers["X-RateLimit-Remaining"]) == (403, "0")
        assert "data" in caller.graphql("{ viewer { login } }")
        assert caller.graphql("{ viewer { login } }")["errors"][0]["type"] == "RATE_LIMITED"
        caller.server.world.clock.advance(hours=1)
        assert caller.rest("GET", "").status_code == 200


def test_the_token_is_not_shown() -> None:
    """A token's text stays out of its representation."""
    with serving() as caller:
        assert caller.token.value not in repr(caller.token)
