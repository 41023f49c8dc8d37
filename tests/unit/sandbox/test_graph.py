"""GraphQL: what it answers as GitHub does, where REST or common sense would answer otherwise."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bugaction.sandbox.nodes import node_id
from tests.sandboxed import Caller, serving

COMMIT = "mutation($i: CreateCommitOnBranchInput!) { m: createCommitOnBranch(input: $i) { commit { oid } } }"


@pytest.fixture
def caller() -> Iterator[Caller]:
    with serving() as made:
        yield made
        assert made.server.violations == []


def commit(caller: Caller, files: Mapping[str, str | None], head: str = "") -> dict[str, Any]:
    """Send `createCommitOnBranch`; `head` is the expected one, the present one by default."""
    expected = head or caller.server.world.state.refs["refs/heads/main"]
    added = [
        {"path": path, "contents": base64.b64encode(text.encode()).decode()}
        for path, text in files.items()
        if text is not None
    ]
    deleted = [{"path": path} for path, text in files.items() if text is None]
    return caller.graphql(
        COMMIT,
        {
            "i": {
                "branch": {"repositoryNameWithOwner": "octo/shop", "branchName": "main"},
                "expectedHeadOid": expected,
                "message": {"headline": "Write", "body": "Why."},
                "fileChanges": {"additions": added, "deletions": deleted},
            }
        },
    )


def failure(answer: dict[str, Any]) -> tuple[str, str]:
    """The only error's type and message."""
    errors = answer["errors"]
    assert len(errors) == 1
    return errors[0]["type"], errors[0]["message"]


def test_a_commit_on_a_branch_is_atomic_signed_and_the_bots(caller: Caller) -> None:
    """One commit with all files; GitHub is its committer and signs it."""
    world = caller.server.world
    answer = commit(caller, {"README.md": None, "docs/a.md": "A\n", "docs/b.md": "B\n"})
    assert answer["data"]["m"]["commit"]["oid"] == world.state.refs["refs/heads/main"]
    assert (world.file("main", "docs/a.md"), world.file("main", "README.md")) == ("A\n", None)
    fields = (
        "defaultBranchRef { target { ... on Commit { message author { email user { login } }"
        " signature { isValid wasSignedByGitHub } } } }"
    )
    assert caller.repository(fields)["defaultBranchRef"]["target"] == {
        "message": "Write\n\nWhy.",
        "author": {"email": "41898282+github-actions[bot]@users.noreply.github.com", "user": None},
        "signature": {"isValid": True, "wasSignedByGitHub": True},
    }
    assert world.git.fsck() == ""


def test_a_stale_head_is_refused(caller: Caller) -> None:
    """STALE_DATA names the commit that was expected; nothing is written."""
    old = caller.server.world.state.refs["refs/heads/main"]
    new = caller.server.world.people.push("ana", "main", {"x": "1\n"})
    kind, message = failure(commit(caller, {"a": "1"}, head=old))
    assert kind == "STALE_DATA"
    assert message == f'Expected branch to point to "{old}" but it did not. Pull and try again.'
    assert caller.server.world.state.refs["refs/heads/main"] == new


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"absent": None}, "UNPROCESSABLE"),
        ({"/a": "x"}, "UNPROCESSABLE"),
        ({"a/../b": "x"}, "UNPROCESSABLE"),
        ({".git/config": "x"}, "UNPROCESSABLE"),
        ({".github/workflows/x.yml": "x"}, "FORBIDDEN"),
    ],
)
def test_paths_are_held_to_the_schemas_words(caller: Caller, files: dict[str, str | None], kind: str) -> None:
    """Deleting what is not there, malformed paths, and workflows (which GITHUB_TOKEN may not write)."""
    assert failure(commit(caller, files))[0] == kind


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        ("ruleset", "UNPROCESSABLE", "Repository rule violations found"),
        ("classic", "BRANCH_PROTECTION_RULE_VIOLATION", "protected branch 'main' check failed"),
    ],
)
def test_a_protected_branch_refuses_a_commit(caller: Caller, kind: str, error: str, words: str) -> None:
    """Rulesets and branch protection each answer in their own way; a bypass passes."""
    people = caller.server.world.people
    rules = people.protect("ana", "main", kind=kind, pull_request=True)
    found = failure(commit(caller, {"a": "1"}))
    assert found[0] == error
    assert words in found[1]
    people.unprotect("ana", rules)
    people.protect("ana", "main", kind=kind, pull_request=True, bypass=["github-actions"])
    assert "errors" not in commit(caller, {"a": "1"})


def test_blame_and_files(caller: Caller) -> None:
    """Files and folders hang below one commit; blaming what is not there is NOT_FOUND."""
    world = caller.server.world
    world.people.edit_on_web("ana", "main", {"ledger.jsonl": "{}\n"})
    commit(caller, {"ledger.jsonl": "{}\n{}\n"})
    fields = (
        "defaultBranchRef { target { ... on Commit {"
        ' a: file(path: "src") { type object { ... on Tree { entries { name type } } } }'
        ' b: file(path: "README.md") { type object { ... on Blob { text isBinary isTruncated } } }'
        ' c: file(path: "absent") { type }'
        ' d: blame(path: "ledger.jsonl")'
        " { ranges { startingLine endingLine commit { author { user { login } } } } }"
        " } } }"
    )
    found = caller.repository(fields)["defaultBranchRef"]["target"]
    assert found["a"] == {"type": "tree", "object": {"entries": [{"name": "cart.py", "type": "blob"}]}}
    assert found["b"]["object"] == {"text": "Shop.\n", "isBinary": False, "isTruncated": False}
    assert found["c"] is None
    assert [(part["startingLine"], part["commit"]["author"]["user"]) for part in found["d"]["ranges"]] == [
        (1, {"login": "ana"}),
        (2, None),
    ]
    absent = (
        '{ repository(owner: "octo", name: "shop") { ref(qualifiedName: "refs/heads/main")'
        ' { target { ... on Commit { blame(path: "no") { ranges { endingLine } } } } } } }'
    )
    answer = caller.graphql(absent)
    assert failure(answer)[0] == "NOT_FOUND"
    assert answer["data"]["repository"]["ref"]["target"] is None


def test_what_is_not_there(caller: Caller) -> None:
    """Numbers and ids are errors of type NOT_FOUND; refs, labels and objects are null."""
    document = (
        '{ repository(owner: "octo", name: "shop") { issueOrPullRequest(number: 99) { __typename }'
        ' ref(qualifiedName: "refs/heads/no") { id } label(name: "no") { id }'
        f' object(oid: "{"0" * 40}") {{ id }} }} node(id: "I_x") {{ id }} }}'
    )
    answer = caller.graphql(document)
    assert answer["data"]["repository"] == {
        "issueOrPullRequest": None,
        "ref": None,
        "label": None,
        "object": None,
    }
    assert {error["type"] for error in answer["errors"]} == {"NOT_FOUND"}
    other = caller.graphql('{ repository(owner: "octo", name: "other") { id } }')
    assert failure(other)[0] == "NOT_FOUND"


def test_a_timeline_in_kinds_and_pages(caller: Caller) -> None:
    """Only the kinds asked for, oldest first, page by page."""
    people = caller.server.world.people
    number = people.open_issue("dee", "Broken", labels=["bug"]).number
    people.label("bob", number, "P1")
    people.assign("bob", number, "bob")
    people.close("bob", number, "duplicate")
    page = (
        "timelineItems(first: 2, after: AFTER, itemTypes: [LABELED_EVENT, CLOSED_EVENT]) {"
        " pageInfo { hasNextPage endCursor } nodes { __typename ... on LabeledEvent { label { name } } } }"
    )
    item = f"item: issueOrPullRequest(number: {number}) {{ ... on Issue {{ {page} }} }}"
    first = caller.repository(item.replace("AFTER", "null"))["item"]["timelineItems"]
    assert [node["label"]["name"] for node in first["nodes"]] == ["bug", "P1"]
    assert first["pageInfo"]["hasNextPage"] is True
    after = f'"{first["pageInfo"]["endCursor"]}"'
    second = caller.repository(item.replace("AFTER", after))["item"]["timelineItems"]
    assert second["nodes"] == [{"__typename": "ClosedEvent"}]
    assert second["pageInfo"]["hasNextPage"] is False


@pytest.mark.parametrize(
    ("reason", "argument", "shown"),
    [
        ("duplicate", "", "NOT_PLANNED"),
        ("duplicate", "(enableDuplicate: true)", "DUPLICATE"),
        ("completed", "", "COMPLETED"),
    ],
)
def test_a_duplicate_shows_only_when_asked_for(
    caller: Caller, reason: str, argument: str, shown: str
) -> None:
    """`stateReason(enableDuplicate:)` is opt-in."""
    people = caller.server.world.people
    number = people.open_issue("dee", "Broken").number
    people.close("bob", number, reason)
    item = f"item: issueOrPullRequest(number: {number}) {{ ... on Issue {{ state stateReason{argument} }} }}"
    assert caller.repository(item)["item"] == {"state": "CLOSED", "stateReason": shown}


def test_who_edited_a_comment(caller: Caller) -> None:
    """No editor while nobody edited; a deleted author is null."""
    world = caller.server.world
    number = world.people.open_issue("dee", "Broken").number
    plain = world.people.comment("dee", number, "a")
    edited = world.people.comment("dee", number, "b")
    world.people.edit_comment("ana", edited.id, "c")
    world.people.react("bob", plain.id, "ROCKET")
    world.remove_account("dee")
    fields = (
        f"item: issueOrPullRequest(number: {number}) {{ ... on Issue {{ comments(first: 5) {{ nodes {{"
        " databaseId author { login } editor { login } lastEditedAt"
        " reactionGroups { content viewerHasReacted } } } } }"
    )
    one, two = caller.repository(fields)["item"]["comments"]["nodes"]
    assert (one["databaseId"], one["author"], one["editor"], one["lastEditedAt"]) == (
        plain.id,
        None,
        None,
        None,
    )
    assert (two["editor"], two["lastEditedAt"]) == ({"login": "ana"}, "2026-11-02T09:00:00Z")
    assert not any(group["viewerHasReacted"] for group in one["reactionGroups"])


def test_when_the_text_of_an_issue_was_changed(caller: Caller) -> None:
    """Nothing while nobody changed it; a new title is no new text."""
    people = caller.server.world.people
    number = people.open_issue("dee", "Broken", "a").number
    fields = f"item: issueOrPullRequest(number: {number}) {{ ... on Issue {{ lastEditedAt }} }}"
    people.edit_issue("dee", number, title="Broken again")
    assert caller.repository(fields)["item"] == {"lastEditedAt": None}
    people.edit_issue("dee", number, body="b")
    assert caller.repository(fields)["item"] == {"lastEditedAt": "2026-11-02T09:00:00Z"}


def test_closed_pull_requests_are_listed_when_asked_for(caller: Caller) -> None:
    """`closedByPullRequestsReferences` leaves closed ones out otherwise."""
    people = caller.server.world.people
    number = people.open_issue("dee", "Broken").number
    people.push("bob", "fix", {"a": "1\n"})
    pull = people.open_pull("bob", "Fix", "fix", body=f"fixes #{number}").number
    people.close("bob", pull)
    item = (
        f"item: issueOrPullRequest(number: {number}) {{ ... on Issue {{"
        " a: closedByPullRequestsReferences(first: 5) { nodes { number } }"
        " b: closedByPullRequestsReferences(first: 5, includeClosedPrs: true) { nodes { number state } } } }"
    )
    found = caller.repository(item)["item"]
    assert found["a"]["nodes"] == []
    assert found["b"]["nodes"] == [{"number": pull, "state": "CLOSED"}]


def test_whether_a_pull_request_can_be_merged(caller: Caller) -> None:
    """GitHub says so of open ones; of one that is over it says when that was."""
    people = caller.server.world.people
    people.push("ana", "main", {"a": "0\n"})
    people.push("bob", "fix", {"a": "1\n"})
    pull = people.open_pull("bob", "Fix", "fix").number
    fields = f"pull: pullRequest(number: {pull}) {{ closedAt mergeable }}"
    assert caller.repository(fields)["pull"] == {"closedAt": None, "mergeable": "MERGEABLE"}
    people.push("ana", "main", {"a": "2\n"})
    assert caller.repository(fields)["pull"]["mergeable"] == "CONFLICTING"
    people.close("bob", pull)
    over = caller.repository(fields)["pull"]
    assert over["mergeable"] == "UNKNOWN"
    assert over["closedAt"] is not None


def test_the_tree_of_a_commit(caller: Caller) -> None:
    """As git names it."""
    world = caller.server.world
    oid = world.people.push("ana", "main", {"a": "0\n"})
    info = world.git.commit_info(oid)
    assert info is not None
    found = caller.repository("defaultBranchRef { target { oid ... on Commit { tree { oid } } } }")
    assert found["defaultBranchRef"]["target"] == {"oid": oid, "tree": {"oid": info.tree}}


def test_pull_requests_of_a_commit(caller: Caller) -> None:
    """A commit knows the pull requests that have it, those of forks too."""
    people = caller.server.world.people
    first = people.push("dee", "patch", {"a": "1\n"}, fork="dee")
    people.push("dee", "patch", {"a": "2\n"}, fork="dee")
    pull = people.open_pull("dee", "Patch", "patch", fork="dee").number
    fields = (
        f'object(oid: "{first}") {{ ... on Commit {{ associatedPullRequests(first: 5)'
        " { nodes { number isCrossRepository } } } }"
    )
    nodes = caller.repository(fields)["object"]["associatedPullRequests"]["nodes"]
    assert nodes == [{"number": pull, "isCrossRepository": True}]


def test_the_cost_is_charged_and_told(caller: Caller) -> None:
    """`rateLimit.cost` is GitHub's formula; what remains goes down by it."""
    answer = caller.graphql("{ rateLimit { cost remaining resetAt } }")
    assert answer["data"]["rateLimit"] == {"cost": 1, "remaining": 999, "resetAt": "2026-11-02T10:00:00Z"}
    assert caller.server.points == 1


def test_rules_of_a_branch(caller: Caller) -> None:
    """Rulesets are `rules`, branch protection is `refUpdateRule`."""
    people = caller.server.world.people
    people.protect("ana", "main", kind="classic", pull_request=True, approvals=1, checks=["ci"])
    people.protect("ana", "main", checks=["gate"])
    fields = (
        "defaultBranchRef { refUpdateRule { requiredApprovingReviewCount requiredStatusCheckContexts"
        " viewerCanPush } rules(first: 10) { nodes { type } } }"
    )
    assert caller.repository(fields)["defaultBranchRef"] == {
        "refUpdateRule": {
            "requiredApprovingReviewCount": 1,
            "requiredStatusCheckContexts": ["ci"],
            "viewerCanPush": False,
        },
        "rules": {"nodes": [{"type": "REQUIRED_STATUS_CHECKS"}]},
    }


CLOSE = "mutation($i: CloseIssueInput!) { m: closeIssue(input: $i) { clientMutationId } }"


@pytest.mark.parametrize(
    ("given", "closed"),
    [
        ({}, ("completed", 0)),
        ({"stateReason": "NOT_PLANNED"}, ("not_planned", 0)),
        ({"stateReason": "DUPLICATE", "duplicateIssueId": "other"}, ("duplicate", 2)),
        ({"duplicateIssueId": "other"}, None),
        ({"stateReason": "DUPLICATE", "duplicateIssueId": "itself"}, None),
        ({"stateReason": "DUPLICATE", "duplicateIssueId": "pull"}, None),
    ],
)
def test_closing_an_issue(caller: Caller, given: dict[str, str], closed: tuple[str, int] | None) -> None:
    """With a reason, and as a duplicate of another issue; what GitHub leaves open is refused."""
    people = caller.server.world.people
    people.open_issue("dee", "One")
    people.open_issue("dee", "Two")
    people.push("ana", "fix", {"a.py": "1\n"}, "Fix")
    people.open_pull("ana", "Fix", "fix")
    ids = {"itself": node_id("I", 1), "other": node_id("I", 2), "pull": node_id("PR", 3)}
    value = {key: ids.get(each, each) for key, each in given.items()}
    answer = caller.graphql(CLOSE, {"i": {"issueId": node_id("I", 1), **value}})
    issue = caller.server.world.state.issues[1]
    assert ("errors" in answer) is (closed is None)
    assert (issue.is_open, issue.reason, issue.duplicate_of) == (
        (True, "", 0) if closed is None else (False, *closed)
    )


NEIGHBOUR = """query { repository(owner: "Octo", name: ".github") {
  nameWithOwner
  defaultBranchRef { target { ... on Commit { file(path: "a.yml") { object { ... on Blob { text } } } } } }
} }"""


def test_another_repository_is_read_where_the_token_may(caller: Caller) -> None:
    """A public one by everybody, a private one by the apps that are installed on it; else it is not there."""
    world, tokens = caller.server.world, caller.server.tokens
    text = "Could not resolve to a Repository with the name 'Octo/.github'."
    assert failure(caller.graphql(NEIGHBOUR)) == ("NOT_FOUND", text)
    for private in (False, True):
        world.add_neighbour("octo/.github", {"a.yml": "1\n"}, private=private)
        installed = Caller(caller.server, tokens.for_app("acme", {}, "octo/.GitHub"))
        for each, may in ((caller, not private), (installed, True)):
            answer = each.graphql(NEIGHBOUR)
            if not may:
                assert failure(answer) == ("NOT_FOUND", text)
                continue
            found = answer["data"]["repository"]
            assert found["nameWithOwner"] == "octo/.github"
            assert found["defaultBranchRef"]["target"]["file"]["object"]["text"] == "1\n"
    world.add_neighbour("octo/.github", {})
    assert caller.graphql(NEIGHBOUR)["data"]["repository"]["defaultBranchRef"] is None
