"""The embedded GitHub held to GitHub's contract: what the product sends is answered, and by the contract.

The server checks each request and answer itself and keeps what strays in `violations`; here every shape that
the adapter sends goes through it, on a repository that has something of everything to answer with.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bugaction.github import samples
from bugaction.github.query import MUTATIONS, Document
from bugaction.sandbox.contract.graphql import GraphqlContract
from bugaction.sandbox.contract.rest import RestContract
from bugaction.sandbox.contract.webhooks import WebhookContract
from bugaction.sandbox.entities import Issue
from bugaction.sandbox.graph.fields import snake
from bugaction.sandbox.graph.query import MutationRoot, QueryRoot
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.rest.handlers import HANDLERS
from tests.sandboxed import REPOSITORY, Caller, serving

DOCUMENTS = samples.documents()
QUERIES = sorted(
    name for name, document in DOCUMENTS.items() if "mutation" not in document.text.split("(")[0]
)
ADAPTER_REST = (
    "git/create-commit",
    "git/create-ref",
    "git/create-tree",
    "issues/add-assignees",
    "issues/add-labels",
    "issues/create-label",
    "issues/get-label",
    "issues/list-labels-for-repo",
    "issues/remove-label",
    "repos/create-commit-status",
    "repos/get",
    "repos/get-branch",
    "repos/get-branch-rules",
    "repos/get-collaborator-permission-level",
)
"""The REST operations that the adapter sends."""


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    """A repository with a bug, the pull request that fixes it, records, a deployment and a merge group."""
    with serving() as made:
        world = made.server.world
        people = world.people
        people.push("ana", "main", {".github/bugaction.yml": "version: 1\n", "documents/bugs/x/y.md": "#\n"})
        bug = people.open_issue("dee", "Broken", "It broke.", labels=["bug"]).number
        people.label("bob", bug, "P1")
        people.assign("bob", bug, "bob")
        people.edit_issue("dee", bug, title="Very broken")
        people.edit_comment("ana", people.comment("dee", bug, "/help").id, "/recheck")
        people.push("bob", "fix/bug-001", {"src/cart.py": "TOTAL = 2\n"})
        pull = people.open_pull("bob", "Fix", "fix/bug-001", body=f"Fixes #{bug}").number
        people.comment("bob", pull, "Ready.")
        head = head_of(world.state.issues[pull])
        people.set_status("bob", head, "ci", "success", "Passed", "https://ci.example/1")
        people.request_review("bob", pull, "mia")
        people.review("mia", pull)
        people.finish_workflow("CI", oid=head, branch="fix/bug-001", event="pull_request")
        people.deploy("bob", "main")
        people.edit_on_web("ana", "bugaction/records", {"meta.json": "{}\n"})
        people.enqueue("bob", pull)
        people.protect("ana", "release/*", checks=["ci"])
        people.protect("ana", "main", checks=["ci"], bypass=["github-actions"])
        yield made
        assert made.server.violations == []


def head_of(issue: Issue) -> str:
    """A pull request's head."""
    assert issue.pull is not None
    return issue.pull.head_oid


def bound(caller: Caller, document: Document) -> dict[str, Any]:
    """A sample's variables, pointed at the embedded repository where they name something of one."""
    values: dict[str, Any] = json.loads(json.dumps(dict(document.variables), default=str))
    if "owner" in values:
        values["owner"], values["name"] = "octo", "shop"
    if "id" in values:
        state = caller.server.world.state
        nodes = {
            "Commit": node_id("C", head_of(state.issues[2])),
            "Issue": node_id("I", 1),
            "PullRequest": node_id("PR", 2),
            "Repository": node_id("R", state.repository.id),
        }
        kind = re.search(r"node\(id: \$id\) \{ \.\.\. on (\w+)", document.text)
        assert kind is not None
        values["id"] = nodes[kind[1]]
        values["cursor"] = base64.b64encode(b"cursor:v2:0").decode()
    return values


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_of_the_product_is_answered(caller: Caller, name: str) -> None:
    """It validates, executes and costs three points at most; what is missing is NOT_FOUND, and what a job's
    own token is never shown is FORBIDDEN."""
    document = DOCUMENTS[name]
    text = document.text.replace("number: 42", "number: 1").replace("number: 7", "number: 2")
    before = caller.server.points
    answer = caller.graphql(text, bound(caller, document))
    assert answer["data"] is not None
    refused = {error["path"][-1]: error["type"] for error in answer.get("errors", ())}
    kept_back = {key: kind for key, kind in refused.items() if key in {"mergeQueue", "team"}}
    assert set(kept_back.values()) <= {"FORBIDDEN"}
    assert {kind for key, kind in refused.items() if key not in kept_back} <= {"NOT_FOUND"}
    assert caller.server.points - before <= 3
    if "node" in answer["data"]:
        node = answer["data"]["node"]
        assert isinstance(node.get("at", node)["page"]["nodes"], list)


def test_the_versions_of_a_comment_are_told_newest_first(caller: Caller) -> None:
    """With the whole text of each, the first one among them; a deleted one keeps its place and its maker."""
    people = caller.server.world.people
    made = people.comment("dee", 1, "- [ ] tried\n- [ ] told")
    fields = "userContentEdits(first: 20) { nodes { diff editor { login } } }"
    text = f"query ($id: ID!) {{ node(id: $id) {{ ... on IssueComment {{ {fields} }} }} }}"

    def versions() -> list[tuple[str | None, str]]:
        node = caller.graphql(text, {"id": node_id("IC", made.id)})["data"]["node"]
        return [(each["diff"], each["editor"]["login"]) for each in node["userContentEdits"]["nodes"]]

    assert versions() == []
    people.tick("bob", made.id, "tried")
    people.tick("ana", made.id, "tried", ticked=False)
    assert versions() == [
        ("- [ ] tried\n- [ ] told", "ana"),
        ("- [x] tried\n- [ ] told", "bob"),
        ("- [ ] tried\n- [ ] told", "dee"),
    ]
    people.forget_version("ana", made.id, 1)
    assert versions()[1] == (None, "bob")


def test_every_mutation_of_the_product_is_carried_out(caller: Caller) -> None:
    """Each does what it says, all in one batch, in the order given."""
    world = caller.server.world
    label = world.state.label("P2")
    assert label is not None
    comment = world.people.comment("dee", 1, "x")
    gone = world.people.comment("dee", 1, "y")
    issue = node_id("I", 1)
    other = world.people.open_issue("dee", "The same").number
    shut = world.people.close("dee", world.people.open_issue("dee", "Another").number)
    world.configure(actions_may_open_pulls=True)
    world.people.push("bob", "wrong", {"wrong.py": "1\n"})
    merged = world.people.open_pull("bob", "Wrong", "wrong").number
    world.people.merge_pull("ana", merged, force=True)
    inputs: dict[str, dict[str, Any]] = {
        "addComment": {"subjectId": issue, "body": "Hello."},
        "addLabelsToLabelable": {"labelableId": issue, "labelIds": [node_id("LA", label.id)]},
        "addReaction": {"subjectId": node_id("IC", comment.id), "content": "ROCKET"},
        "closeIssue": {"issueId": issue, "stateReason": "DUPLICATE", "duplicateIssueId": node_id("I", other)},
        "createCommitOnBranch": {
            "branch": {"repositoryNameWithOwner": "octo/shop", "branchName": "main"},
            "expectedHeadOid": world.state.refs["refs/heads/main"],
            "message": {"headline": "Documents"},
            "fileChanges": {"additions": [{"path": "d.md", "contents": base64.b64encode(b"D\n").decode()}]},
        },
        "createIssue": {
            "repositoryId": node_id("R", world.state.repository.id),
            "title": "Follow up",
            "body": "On #1.",
        },
        "deleteIssueComment": {"id": node_id("IC", gone.id)},
        "removeLabelsFromLabelable": {"labelableId": issue, "labelIds": [node_id("LA", label.id)]},
        "reopenIssue": {"issueId": node_id("I", shut.number)},
        "revertPullRequest": {"pullRequestId": node_id("PR", merged), "title": "Back", "body": "It broke."},
        "updateIssue": {"id": issue, "body": "y"},
        "updateIssueComment": {"id": node_id("IC", comment.id), "body": "z"},
    }
    assert set(inputs) == set(MUTATIONS)
    fields, types = [], []
    for index, (name, (kind, selection)) in enumerate(MUTATIONS.items()):
        types.append(f"$i{index}: {kind}")
        fields.append(f"m{index}: {name}(input: $i{index}) {{ {selection} }}")
    answer = caller.graphql(
        f"mutation Write({', '.join(types)}) {{ {' '.join(fields)} }}",
        {f"i{index}": inputs[name] for index, name in enumerate(MUTATIONS)},
    )
    assert "errors" not in answer
    assert world.file("main", "d.md") == "D\n"
    assert world.state.comments[comment.id].body == "z"
    assert gone.id not in world.state.comments
    assert label.id not in world.state.issues[1].labels
    assert world.state.issues[shut.number].is_open
    pulls = {each.pull.head: each for each in world.state.issues.values() if each.pull is not None}
    back = pulls[f"revert-{merged}-wrong"]
    assert (back.author, back.title, back.body) == ("github-actions", "Back", "It broke.")
    assert world.file(f"revert-{merged}-wrong", "wrong.py") is None
    opened = max(
        (each for each in world.state.issues.values() if each.pull is None), key=lambda each: each.number
    )
    assert (opened.title, opened.body) == ("Follow up", "On #1.")
    told = (world.state.events[id_] for id_ in world.state.issues[1].timeline)
    mentions = [event.source for event in told if event.kind == "CrossReferencedEvent"]
    assert opened.number in mentions
    closed = world.state.issues[1]
    assert (closed.is_open, closed.reason, closed.duplicate_of) == (False, "duplicate", other)


def test_rest_answers_are_githubs(caller: Caller) -> None:
    """Each REST operation of the adapter, with the bodies that it sends."""
    head = head_of(caller.server.world.state.issues[2])
    status = {
        "state": "failure",
        "context": "bugaction/gate",
        "description": "x",
        "target_url": "https://x.example",
    }
    entry = {"path": "meta.json", "mode": "100644", "type": "blob", "content": "{}\n"}
    tree = caller.rest("POST", "/git/trees", {"tree": [entry]}).json()["sha"]
    commit = caller.rest("POST", "/git/commits", {"message": "Start", "tree": tree}).json()["sha"]
    asked = [
        ("POST", f"/statuses/{head}", status, 201),
        ("POST", "/git/refs", {"ref": "refs/heads/other/records", "sha": commit}, 201),
        ("POST", "/labels", {"name": "phase: fix", "color": "ededed", "description": "x"}, 201),
        ("GET", "/labels/phase%3A%20fix", None, 200),
        ("POST", "/issues/1/labels", {"labels": ["phase: fix"]}, 200),
        ("DELETE", "/issues/1/labels/phase%3A%20fix", None, 200),
        ("POST", "/issues/1/assignees", {"assignees": ["ana"]}, 201),
        ("GET", "/collaborators/cy/permission", None, 200),
        ("GET", "/rules/branches/release/1?per_page=100", None, 200),
        ("GET", "/branches/main", None, 200),
    ]
    for method, path, body, code in asked:
        assert caller.rest(method, path, body).status_code == code, path


def test_the_adapters_rest_operations_are_all_embedded() -> None:
    """None is in the extract and unanswered."""
    assert set(ADAPTER_REST) <= set(HANDLERS)


def test_every_handler_answers_an_operation_of_the_extract() -> None:
    """A handler's name is GitHub's operationId, so that no invented operation can be answered."""
    known = {operation.id for operation in RestContract.load().operations}
    assert set(HANDLERS) <= known


def test_every_root_field_of_the_schema_is_embedded() -> None:
    """The schema is pruned to what is sent; no query or mutation in it is without an answer."""
    schema = GraphqlContract.load().schema
    mutation, query = schema.mutation_type, schema.query_type
    assert mutation is not None
    assert query is not None
    assert [name for name in mutation.fields if not hasattr(MutationRoot, snake(name))] == []
    assert [name for name in query.fields if not hasattr(QueryRoot, snake(name))] == []


def test_every_event_that_people_cause_is_githubs(caller: Caller) -> None:
    """Payloads are checked when they are made; they name an event of GitHub's description."""
    known = set(WebhookContract.load().events)
    told = {f"{event.name}.{event.action}".rstrip(".") for event in caller.server.world.told}
    assert told <= known | {"push", "status"}
    assert {
        "issues.labeled",
        "issue_comment.edited",
        "pull_request.opened",
        "merge_group.checks_requested",
    } <= told


def test_what_the_extract_does_not_cover_is_refused_and_recorded() -> None:
    """A product that used another operation or field would fail its scenario tests."""
    with serving() as caller:
        assert caller.rest("GET", f"{REPOSITORY}/hooks").status_code == 404
        answer = caller.graphql('{ repository(owner: "octo", name: "shop") { stargazerCount } }')
        assert "data" not in answer
        assert len(caller.server.violations) == 2
        assert "/hooks" in caller.server.violations[0]
        assert "stargazerCount" in caller.server.violations[1]
