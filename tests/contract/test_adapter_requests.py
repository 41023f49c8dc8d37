"""Every request that the adapter really sends, held to GitHub's contract as it goes out.

The reader and the writer run against a server that answers from GitHub's own schema: any object, any member
of a union, every list with one entry and one more page. What it is asked is what matters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from github import Auth
from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    execute_sync,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
    parse,
)
from graphql.execution.values import get_variable_values
from requests import PreparedRequest

from bugaction import plan, questions
from bugaction.doctor.facts import Unseen
from bugaction.github.client import Client
from bugaction.github.examination import examine
from bugaction.github.pacing import Pace
from bugaction.github.reader import GitHubReader
from bugaction.github.thin import open_work
from bugaction.github.writer import GitHubWriter
from bugaction.model import Membership, Role
from bugaction.ports import Targets
from bugaction.review import RevertClaim
from bugaction.sandbox.contract.graphql import GraphqlContract
from bugaction.sandbox.contract.rest import RestContract
from bugaction.snapshot import StatusState

API = "https://api.github.com"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OID = "a" * 40
OTHER = "b" * 40
GRAPHQL = GraphqlContract.load()
REST = RestContract.load()

# One value of each scalar that the extract has.
SCALARS: Mapping[str, object] = {
    "Boolean": False,
    "Date": "2026-11-24",
    "DateTime": "2026-11-24T09:00:00Z",
    "GitObjectID": OID,
    "GitTimestamp": "2026-11-24T09:00:00Z",
    "ID": "ID_1",
    "Int": 7,
    "String": "octo/demo",
    "URI": "https://github.com/octo/demo",
}
# Where the kind of object decides what is asked next.
KINDS: Mapping[str, str] = {
    "IssueOrPullRequest": "Issue",
    "GitObject": "Commit",
    "GitSignature": "GpgSignature",
    "Actor": "User",
    "Assignee": "User",
    "RepositoryOwner": "Organization",
    "RuleParameters": "RequiredStatusChecksParameters",
}
LIMIT = {"limit": 5000, "remaining": 4999, "reset": 1_795_000_000, "used": 1}
ANSWERS: Mapping[str, Any] = {
    "checks/create": {"id": 9},
    "checks/list-for-ref": {"total_count": 0, "check_runs": []},
    "git/create-tree": {"sha": OID},
    "git/create-commit": {"sha": OID},
    "git/get-blob": {"content": "e30=\n", "encoding": "base64"},
    "git/create-ref": {"ref": "refs/heads/bugaction/records"},
    "issues/create-label": {"node_id": "LA_1"},
    "pulls/create": {"node_id": "PR_9", "number": 9},
    "issues/get-label": {"node_id": "LA_1"},
    "repos/compare-commits-with-basehead": {"status": "behind", "files": [{"filename": "a b/ä.py"}]},
    "repos/get-branch": {"protection": {"required_status_checks": {"contexts": ["test"]}}},
    "repos/get-branch-rules": [],
    "actions/get-github-actions-permissions-repository": {"enabled": True, "allowed_actions": "all"},
    "actions/get-github-actions-default-workflow-permissions-repository": {
        "default_workflow_permissions": "read",
        "can_approve_pull_request_reviews": False,
    },
    "actions/list-repo-workflows": {"total_count": 0, "workflows": []},
    "actions/list-workflow-runs": {"total_count": 0, "workflow_runs": []},
    "issues/list-labels-for-repo": [{"name": "security"}],
    "rate-limit/get": {"resources": {"core": LIMIT, "graphql": LIMIT}, "rate": LIMIT},
    "repos/check-private-vulnerability-reporting": {"enabled": True},
    "repos/get-all-environments": {"total_count": 1, "environments": [{"name": "production"}]},
    "repos/list-deployments": [{"environment": "production"}],
    "teams/get-membership-for-user-in-org": {"role": "member", "state": "active", "url": API},
    "repos/get-collaborator-permission-level": {"permission": "write", "role_name": "maintain"},
}
TEAMS = ("octo/leads", "octo/on-call")
CLAIM = RevertClaim(7, OID, OID, (OTHER,), (OID,), (8,), ("a b/ä.py",))


class Server:
    """Answers, and keeps what it was asked and what was wrong with it."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.operations: set[str] = set()
        self.points: list[int] = []
        self.refusals: dict[str, tuple[int, Any]] = {}
        self.forbidden: set[str] = set()

    def __call__(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        url = urlsplit(str(request.url))
        body: Any = json.loads(str(request.body)) if request.body else None
        if url.path == "/graphql":
            return 200, {}, json.dumps(self._graphql(body["query"], body["variables"]))
        operation = REST.match(str(request.method), url.path)
        if operation is None:
            self.problems.append(f"{request.method} {url.path} is not in the extract")
            return 404, {}, "{}"
        self.operations.add(operation.id)
        query = parse_qs(url.query, keep_blank_values=True)
        self.problems += [f"{operation.id}: {problem}" for problem in operation.check_request(query, body)]
        if operation.id in self.refusals:
            status, answer = self.refusals[operation.id]
            self.problems += [str(problem) for problem in operation.check_response(status, answer)]
            return status, {}, json.dumps(answer)
        return operation.success[0], {}, json.dumps(ANSWERS.get(operation.id, {}))

    def _graphql(self, text: str, variables: dict[str, Any]) -> dict[str, Any]:
        self.problems += [f"{problem}\n{text}" for problem in GRAPHQL.check(text, variables)]
        if self.problems:
            return {"errors": [{"message": "not valid"}]}
        document = parse(text)
        [operation] = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        values = get_variable_values(GRAPHQL.schema, operation.variable_definitions or (), variables)
        if isinstance(values, list):
            self.problems += [error.message for error in values]
        self.operations.add(operation.name.value if operation.name else "")
        self.points.append(GRAPHQL.cost(text, variables).points)
        result = execute_sync(
            GRAPHQL.schema,
            document,
            variable_values=variables,
            field_resolver=self._resolve,
            type_resolver=lambda value, *_: value["__typename"],
        )
        errors = [
            {"type": "FORBIDDEN", "message": error.message, "path": error.path}
            for error in result.errors or ()
        ]
        return {"data": result.data, **({"errors": errors} if errors else {})}

    def _resolve(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        if info.field_name in self.forbidden:
            raise GraphQLError("Resource not accessible by integration")
        if info.field_name == "hasNextPage":
            return source["more"]
        if info.field_name == "id":
            # The next page is asked of the node that has this id: `node(id:)` answers with that type.
            return info.parent_type.name
        kind = get_nullable_type(info.return_type)
        named = get_named_type(kind)
        value: Any
        if is_composite_type(named):
            # A connection hands down whether it is a first page; `pageInfo` below it tells so.
            more = source.get("more", False) if named.name == "PageInfo" else arguments.get("after") is None
            value = {"__typename": self._kind(named.name, source, arguments), "more": more}
            if "itemTypes" in arguments:
                value["item"] = arguments["itemTypes"][0].title().replace("_", "")
        elif isinstance(named, GraphQLEnumType):
            value = next(iter(named.values.values())).value
        else:
            value = SCALARS[named.name]
        return [value] if is_list_type(kind) else value

    def _kind(self, name: str, source: Any, arguments: Mapping[str, Any]) -> str:
        if name == "Node":
            return str(arguments["id"])
        if name == "PullRequestTimelineItems":
            return str(source["item"])
        if name in KINDS:
            return KINDS[name]
        kind = GRAPHQL.schema.type_map[name]
        possible = getattr(kind, "types", None)
        return str(possible[0].name) if possible else name


@pytest.fixture
def server() -> Iterator[Server]:
    """GitHub at its own address, without a network; a request elsewhere fails."""
    found = Server()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            mock.add_callback(method, re.compile(rf"{re.escape(API)}(:443)?/.*"), callback=found)
        yield found


@pytest.fixture
def client(server: Server) -> Client:
    """As the application makes it, with a clock that stands still."""
    return Client(Auth.Token("token"), API, Pace(lambda: NOW, lambda _: None))


FILES = (plan.FileChange("documents/a.md", "ä"), plan.FileChange("documents/b.md", None))
PAGE = "https://github.com/octo/demo"
LONG = "x" * 65_535
RUN = plan.SetCheckRun(
    OID, "bugaction/fix", StatusState.FAILURE, "x" * 140, LONG, LONG, PAGE, "bugaction/fix@a"
)
EFFECTS: tuple[plan.Effect, ...] = (
    plan.SetStatus(OID, "bugaction/gate", StatusState.FAILURE, "x" * 140, "https://github.com/octo/demo"),
    plan.SetStatus(OID, "bugaction/fix", StatusState.SUCCESS, "", ""),
    RUN,
    replace(RUN, state=StatusState.SUCCESS, run=7, settles=True),
    plan.StartRecords("bugaction/records", "{}\n"),
    plan.AppendLedger(
        "bugaction/records", OID, {"documents/bugs/BUG-042/ledger.jsonl": "{}\n"}, (), "Record"
    ),
    plan.CommitFiles("main", OID, FILES, "Headline\n\nBody", "bugaction/records"),
    plan.CommitFiles("main", OID, FILES, "A second one on the same branch"),
    plan.BringDocuments(42, "bugaction/bug-042", "", (OID,), OID, FILES[:1], "Bring the report"),
    plan.BringDocuments(42, "bugaction/bug-042", OID, (OID, OTHER), OID, FILES[:1], "Bring the report"),
    plan.OpenPull(42, "bugaction/bug-042", "main", "Title", "x" * 65_536, ("documentation",), "compare"),
    plan.RevertPull(42, 7, "PR_7", "revert-7#IC_1", "Title", "x" * 65_536, ("P1",)),
    plan.DispatchWorkflow(
        42, "rollback.yml", "main", (("bug", "42"), ("reason", "x" * 300), ("version", OID)), "dispatch-#IC_1"
    ),
    plan.CreateComment("I_1", 42, "marker", "x" * 65_536),
    plan.CreateIssue("R_1", 42, "marker", "x" * 256, "x" * 65_536),
    plan.EditComment("IC_1", "body"),
    plan.EditIssue(17, "I_17", "body"),
    plan.DeleteComment("IC_2"),
    plan.CreateLabel("bug: critical", "d93f0b", "x" * 100),
    plan.AddLabels("I_1", 42, ("P1", "bug: critical"), ("LA_2", "")),
    plan.AddLabels("I_1", 42, ("unknown/label",), ("",)),
    plan.RemoveLabels("I_1", 42, ("P2",), ("LA_3",)),
    plan.RemoveLabels("I_1", 42, ("unknown/label",), ("",)),
    plan.AddAssignees("I_1", 42, ("octo", "cat")),
    plan.CloseIssue("I_1", 42, "I_2"),
    plan.CloseIssue("I_1", 42),
    plan.ReopenIssue("I_1", 42),
    plan.React("IC_1", "THUMBS_UP"),
)


def test_every_effect_is_written_by_github_s_contract(server: Server, client: Client) -> None:
    """Paths, bodies, mutations and their inputs, at the edge of each size; and no effect is left out."""
    others = {plan.Notify}  # they go elsewhere
    assert {type(effect) for effect in EFFECTS} == set(get_args(plan.Effect)) - others
    applied = GitHubWriter(client, "octo", "demo").apply(EFFECTS)
    assert server.problems == []
    assert [(done.effect, done.error) for done in applied if done.error] == []
    assert sorted(map(repr, (done.effect for done in applied))) == sorted(map(repr, EFFECTS))
    assert server.operations >= {
        "Write",
        "checks/create",
        "checks/update",
        "git/create-commit",
        "git/create-ref",
        "git/create-tree",
        "git/update-ref",
        "issues/add-assignees",
        "issues/add-labels",
        "issues/create-label",
        "issues/remove-label",
        "pulls/create",
        "repos/create-commit-status",
    }


def test_a_label_that_is_there_already_is_looked_up(server: Server, client: Client) -> None:
    """GitHub's refusal of a twin is answered by reading it."""
    server.refusals["issues/create-label"] = (
        422,
        {
            "message": "Validation Failed",
            "documentation_url": "https://docs.github.com/rest",
            "errors": [{"resource": "Label", "code": "already_exists", "field": "name"}],
        },
    )
    [applied] = GitHubWriter(client, "octo", "demo").apply([plan.CreateLabel("a b/c", "d93f0b", "")])
    assert applied.error is None
    assert server.problems == []
    assert "issues/get-label" in server.operations


def test_a_snapshot_and_every_question_are_read_by_github_s_contract(server: Server, client: Client) -> None:
    """All targets, the pages that follow, and each kind of question; three points a document at the most."""
    reader = GitHubReader(client, "octo", "demo")
    group = (OID, "refs/heads/gh-readonly-queue/main/pr-7-" + OTHER, "refs/heads/main")
    snapshot = reader.read(Targets(issues=(7,), pulls=(7,), items=(7,), shas=(OID,), group=group))
    asked: tuple[questions.Question, ...] = (
        questions.AskRole("octo-cat", TEAMS),
        questions.AskCommits(7),
        questions.AskDocuments(7, OID, ("documents/bugs/BUG-007/a.md", "documents/bugs/BUG-007/b.md")),
        questions.AskEdits(7, "IC_7"),
        questions.AskFiles(7),
        questions.AskReview(7),
        questions.AskRevert(CLAIM),
        questions.AskPull(7),
        questions.AskBug(7),
        questions.AskLabel("P1"),
        questions.AskSuspects(7, NOW, NOW),
        questions.AskDeployment(7, ((OTHER,),), NOW, ("production",)),
        questions.AskCarrier(7),
        questions.AskPage("documents/bugs/register-2026.json"),
        questions.AskBlob(OID),
        questions.AskReverting(7, "fix/checkout"),
        questions.AskRuns(OID),
    )
    assert {type(question) for question in asked} == set(get_args(questions.Question))
    answered = reader.answer(snapshot, asked)
    open_work(reader.client, reader._places, ("P0", "bug"), None)
    assert server.problems == []
    assert answered.answers.roles == {"octo-cat": Role.MAINTAIN}
    assert answered.answers.teams == {"octo-cat": dict.fromkeys(TEAMS, Membership.MEMBER)}
    [commit] = answered.answers.reverts[CLAIM].commits  # both names are of one commit
    assert commit.is_merged
    assert commit.changed == ("a b/ä.py",)
    assert server.operations >= {
        "Snapshot",
        "Detail",
        "Sweep",
        "Page",
        "checks/list-for-ref",
        "git/get-blob",
        "repos/compare-commits-with-basehead",
        "repos/get-collaborator-permission-level",
        "teams/get-membership-for-user-in-org",
    }
    assert max(server.points) <= 3


def test_rules_that_graphql_will_not_tell_are_read_over_rest(server: Server, client: Client) -> None:
    """Branch names with a slash included."""
    server.forbidden |= {"rules", "refUpdateRule"}
    GitHubReader(client, "octo", "demo").read(Targets(pulls=(7,)))
    assert server.problems == []
    assert "repos/get-branch-rules" in server.operations


def test_required_checks_that_graphql_will_not_tell_are_read_over_rest(
    server: Server, client: Client
) -> None:
    """Rulesets from the branch's rules, classic protection from the branch."""
    reader = GitHubReader(client, "octo", "demo")
    snapshot = reader.read(Targets(pulls=(7,)))
    server.forbidden |= {"rules", "refUpdateRule"}
    answered = reader.answer(snapshot, [questions.AskReview(7)])
    assert server.problems == []
    assert {"repos/get-branch", "repos/get-branch-rules"} <= server.operations
    assert answered.pulls[7].required == ("test",)


DOCTORS = (
    "actions/get-github-actions-default-workflow-permissions-repository",
    "actions/get-github-actions-permissions-repository",
    "actions/list-repo-workflows",
    "issues/list-labels-for-repo",
    "rate-limit/get",
    "repos/check-private-vulnerability-reporting",
    "repos/get-all-environments",
    "repos/get-branch",
    "repos/get-branch-rules",
    "repos/list-deployments",
)
"""What the doctor asks REST for. Scheduled runs are asked for where a workflow of ours is seen, which this
server's schema answers do not show; the scenarios do."""


def test_the_doctor_reads_by_github_s_contract(server: Server, client: Client) -> None:
    """Each request once, in two GraphQL points at the most; a label on a further page is found."""
    facts = examine(
        client,
        "octo",
        "demo",
        config=".github/bugaction.yml",
        server="https://github.com",
        api=API,
        scaffold={},
    )
    assert server.problems == []
    assert server.operations >= {"Doctor", "Reported", *DOCTORS}
    assert sum(server.points) <= 3
    assert isinstance(facts.labels, tuple)
    assert "security" in facts.labels
    assert facts.private_reports is True
    assert facts.may_open_pulls is False
    assert isinstance(facts.budgets, tuple)
    assert [(item.resource, item.remaining) for item in facts.budgets] == [("core", 4999), ("graphql", 4999)]


FORBIDDEN = {"message": "Resource not accessible by integration", "documentation_url": API}


@pytest.mark.parametrize("operation", [name for name in DOCTORS if name != "issues/list-labels-for-repo"])
def test_what_the_doctor_may_not_read_is_unseen_and_ends_nothing(
    server: Server, client: Client, operation: str
) -> None:
    """Each refusal stands in its own place, and everything else is still read."""
    server.refusals[operation] = (403, FORBIDDEN)
    facts = examine(client, "octo", "demo", config="c.yml", server="https://github.com", api=API, scaffold={})
    assert server.problems == []
    hidden = [
        name
        for name in ("states", "actions", "may_open_pulls", "environments", "deployed", "budgets")
        if isinstance(getattr(facts, name), Unseen)
    ]
    if isinstance(facts.private_reports, Unseen):
        hidden.append("private_reports")
    if facts.default is not None and isinstance(facts.default.rules, Unseen):
        hidden.append("rules")
    expected = 0 if operation == "repos/get-branch" else 1  # it only names sources, which are then any
    assert len(hidden) == expected, hidden


def test_a_label_that_may_not_be_read_is_unseen(server: Server, client: Client) -> None:
    """GraphQL gives null and an error for it, and everything beside it all the same."""
    server.forbidden |= {"labels", "mergeQueue"}
    facts = examine(client, "octo", "demo", config="c.yml", server="https://github.com", api=API, scaffold={})
    assert isinstance(facts.labels, Unseen)
    assert facts.labels.needs == "issues: read"
    assert isinstance(facts.queue, Unseen)
    assert facts.default is not None
