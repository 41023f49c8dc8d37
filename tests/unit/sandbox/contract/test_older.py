"""The embedded GitHub as an older Enterprise Server."""

from __future__ import annotations

from graphql import parse

from bugaction.sandbox.contract.graphql import GraphqlContract
from bugaction.sandbox.contract.older import refusals
from bugaction.sandbox.server import GitHubServer
from tests.sandboxed import Caller, populated

SCHEMA = GraphqlContract.load().schema
READ = (
    'query Q { repository(owner: "octo", name: "shop") { ...Head } } fragment Head on Repository { '
    "defaultBranchRef { rules(first: 1) { nodes { type } } } issues(first: 1) { nodes { "
    "stateReason(enableDuplicate: true) } } }"
)
CLOSE = "mutation C($input: CloseIssueInput!) { closeIssue(input: $input) { clientMutationId } }"


def test_what_it_lacks_is_refused_as_github_refuses_it() -> None:
    """With the path from the operation or fragment on, and the selection below left alone."""
    lacks = ["Ref.rules", "RepositoryRule.type", "Issue.stateReason(enableDuplicate:)"]
    assert refusals(SCHEMA, parse(READ), {}, lacks) == [
        {
            "path": ["fragment Head", "defaultBranchRef", "rules"],
            "extensions": {"code": "undefinedField", "typeName": "Ref", "fieldName": "rules"},
            "message": "Field 'rules' doesn't exist on type 'Ref'",
        },
        {
            "path": ["fragment Head", "issues", "nodes", "stateReason"],
            "extensions": {
                "code": "argumentNotAccepted",
                "name": "stateReason",
                "typeName": "Field",
                "argumentName": "enableDuplicate",
            },
            "message": "Field 'stateReason' doesn't accept argument 'enableDuplicate'",
        },
    ]
    assert refusals(SCHEMA, parse(READ), {}, ["Issue.title"]) == []


def test_a_variable_may_not_hold_what_its_input_lacks() -> None:
    """The value is named, as graphql-ruby names it."""
    value = {"issueId": "I", "duplicateIssueId": "J"}
    [error] = refusals(SCHEMA, parse(CLOSE), {"input": value}, ["CloseIssueInput.duplicateIssueId"])
    assert error["message"].endswith("duplicateIssueId (Field is not defined on CloseIssueInput)")
    assert (
        refusals(SCHEMA, parse(CLOSE), {"input": {"issueId": "I"}}, ["CloseIssueInput.duplicateIssueId"])
        == []
    )


def test_a_server_may_be_older() -> None:
    """It says which it is, refuses what it lacks, has no such operation, and is not at fault for that."""
    lacks = ("Ref.rules", "repos/get-branch-rules")
    with populated() as world, GitHubServer(world, lacks=lacks, version="3.15.4") as server:
        caller = Caller(server, server.tokens.for_user("ana"))
        answer = caller.graphql(READ)
        assert list(answer) == ["errors"]
        assert answer["errors"][0]["extensions"]["code"] == "undefinedField"
        response = caller.rest("GET", "/rules/branches/main")
        assert response.status_code == 404
        assert response.headers["X-GitHub-Enterprise-Version"] == "3.15.4"
        assert server.violations == []
