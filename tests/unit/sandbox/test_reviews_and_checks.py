"""Reviews and checks on the embedded GitHub: what people may do, what is told, and who sees what of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bugaction.sandbox.refusal import Refused
from bugaction.sandbox.world import World
from tests.sandboxed import Caller, populated, serving

READS = {"contents": "read", "pull-requests": "read"}
ROLLUP = """pullRequest(number: 1) { commits(last: 1) { nodes { commit { statusCheckRollup {
  contexts(first: 100) { nodes { __typename
    ... on CheckRun { databaseId name status conclusion
      checkSuite { app { slug databaseId } workflowRun { event file { path } workflow { name } } } }
    ... on StatusContext { context state } } } } } } } }"""
REVIEWS = (
    "pullRequest(number: 1) { reviews(first: 100) { nodes { id state author { login } commit { oid } } } }"
)


@pytest.fixture
def world() -> Iterator[World]:
    """A repository with bob's pull request #1."""
    with populated() as made:
        open_pull(made)
        yield made
        assert made.violations == []


def open_pull(world: World, fork: str = "") -> None:
    world.people.push(fork or "bob", "fix", {"a": "1\n"}, fork=fork)
    world.people.open_pull(fork or "bob", "Fix", "fix", fork=fork)
    world.events.clear()


def head(world: World) -> str:
    pull = world.state.issues[1].pull
    assert pull is not None
    return pull.head_oid


def told(world: World) -> list[str]:
    return [f"{event.name}.{event.action}".rstrip(".") for event in world.events]


def asked(caller: Caller, fields: str) -> dict[str, Any]:
    return caller.graphql(f'{{ repository(owner: "octo", name: "shop") {{ {fields} }} }}')


def contexts(answer: dict[str, Any]) -> list[Any]:
    [node] = answer["data"]["repository"]["pullRequest"]["commits"]["nodes"]
    found: list[Any] = node["commit"]["statusCheckRollup"]["contexts"]["nodes"]
    return found


# Reviews ------------------------------------------------------------------------------------------------


def test_a_review_names_the_commit_that_it_saw(world: World) -> None:
    """A push leaves it as it is; editing and dismissing it are told."""
    people, seen = world.people, head(world)
    review = people.review("mia", 1)
    people.push("bob", "fix", {"b": "2\n"})
    people.edit_review("mia", review.id, "Well done")
    people.dismiss_review("ana", review.id)
    kept = world.state.reviews[review.id]
    assert (review.state, kept.state, kept.body, kept.oid) == ("APPROVED", "DISMISSED", "Well done", seen)
    assert head(world) != seen
    assert [name for name in told(world) if name.startswith("pull_request_review")] == [
        "pull_request_review.submitted",
        "pull_request_review.edited",
        "pull_request_review.dismissed",
    ]


@pytest.mark.parametrize("verdict", ["approve", "request-changes"])
def test_nobody_judges_their_own_pull_request(world: World, verdict: str) -> None:
    """A comment is all that its author may leave."""
    with pytest.raises(Refused, match="own pull request"):
        world.people.review("bob", 1, verdict)
    assert world.people.review("bob", 1, "comment").state == "COMMENTED"


def test_a_comment_cannot_be_dismissed(world: World) -> None:
    """It neither approved nor blocked anything."""
    review = world.people.review("mia", 1, "comment")
    with pytest.raises(Refused, match="dismiss"):
        world.people.dismiss_review("ana", review.id)


def test_a_review_is_asked_for_once_and_not_of_the_author(world: World) -> None:
    """The timeline keeps when; a review ends the waiting, another person's does not."""
    people = world.people
    people.request_review("bob", 1, "mia")
    people.request_review("bob", 1, "mia")
    people.request_review("bob", 1, "eve")
    with pytest.raises(Refused, match="author"):
        people.request_review("ana", 1, "bob")
    people.review("mia", 1, "comment")
    pull = world.state.issues[1].pull
    assert pull is not None
    assert pull.reviewers == ("eve",)
    kinds = [world.state.events[id_] for id_ in world.state.issues[1].timeline]
    assert [event.assignee for event in kinds if event.kind == "ReviewRequestedEvent"] == ["mia", "eve"]


def test_a_review_that_is_pending_is_its_author_s_alone() -> None:
    """By GraphQL and REST, until it is submitted; nothing is told before."""
    with serving() as caller:
        world = caller.server.world
        open_pull(world)
        review = world.people.begin_review("mia", 1, "Hm.")
        assert told(world) == []
        mine = Caller(caller.server, caller.server.tokens.for_user("mia"))
        for reader, states in ((caller, []), (mine, ["PENDING"])):
            nodes = reader.repository(REVIEWS)["pullRequest"]["reviews"]["nodes"]
            assert [node["state"] for node in nodes] == states
            assert [each["state"] for each in reader.rest("GET", "/pulls/1/reviews").json()] == states
        world.clock.advance(hours=1)
        submitted = world.people.submit_review("mia", review.id, "approve")
        assert (submitted.state, submitted.submitted_at) == ("APPROVED", world.clock())
        with pytest.raises(Refused):
            world.people.submit_review("mia", review.id)
        assert told(world) == ["pull_request_review.submitted"]
        assert len(caller.repository(REVIEWS)["pullRequest"]["reviews"]["nodes"]) == 1
        assert caller.server.violations == []


def test_a_reviewer_whose_account_is_deleted_is_nobody() -> None:
    """The review stays, with its commit."""
    with serving() as caller:
        world = caller.server.world
        open_pull(world)
        world.people.review("eve", 1)
        world.people.review("alerts[bot]", 1, "comment")
        world.remove_account("eve")
        nodes = caller.repository(REVIEWS)["pullRequest"]["reviews"]["nodes"]
        assert [node["author"] for node in nodes] == [None, {"login": "alerts"}]
        assert {node["commit"]["oid"] for node in nodes} == {head(world)}


def test_the_newest_opinion_of_each_reviewer_counts_for_a_merge(world: World) -> None:
    """An approval is taken back by asking for changes, and not by a comment."""
    people = world.people
    people.protect("ana", "main", approvals=1)
    people.review("mia", 1)
    people.review("mia", 1, "request-changes")
    with pytest.raises(Refused, match="approving review"):
        people.merge_pull("ana", 1)
    people.review("mia", 1)
    people.review("mia", 1, "comment")
    assert people.merge_pull("ana", 1).is_open is False


# Checks -------------------------------------------------------------------------------------------------


def test_a_workflow_runs_its_jobs_and_tells_how_it_ended(world: World) -> None:
    """One that failed is the run's conclusion; running it again adds runs and keeps the older ones."""
    oid, people = head(world), world.people
    run = people.start_workflow("CI", oid=oid, branch="fix", jobs=["test", "lint"], event="pull_request")
    assert [check.status for check in world.state.checks_on(oid)] == ["in_progress"] * 2
    assert told(world) == []
    ended = people.end_workflow(run, {"test": "failure", "lint": "success"})
    again = people.rerun("bob", ended, {"test": "success"})
    checks = world.state.checks_on(oid)
    assert [(check.name, check.conclusion) for check in checks] == [
        ("test", "failure"),
        ("lint", "success"),
        ("test", "success"),
    ]
    assert len({check.suite for check in checks}) == 1
    assert (ended.conclusion, again.conclusion, again.attempt, again.id) == ("failure", "success", 2, run.id)
    assert told(world) == ["workflow_run.completed", "workflow_run.completed"]
    payload = world.events[-1].payload["workflow_run"]
    assert (payload["head_sha"], payload["run_attempt"], payload["path"]) == (
        oid,
        2,
        ".github/workflows/ci.yml",
    )


@pytest.mark.parametrize(
    ("jobs", "conclusion"),
    [
        ({"a": "skipped", "b": "skipped"}, "skipped"),
        ({"a": "skipped", "b": "success"}, "success"),
        ({"a": "cancelled", "b": "success"}, "cancelled"),
        ({"a": "cancelled", "b": "failure"}, "failure"),
    ],
)
def test_a_run_ends_as_its_jobs_do(world: World, jobs: dict[str, str], conclusion: str) -> None:
    """What went worst counts."""
    assert (
        world.people.finish_workflow("CI", oid=head(world), branch="fix", jobs=jobs).conclusion == conclusion
    )


def test_the_newest_run_of_a_name_is_the_one_that_is_required(world: World) -> None:
    """A success that a failure superseded opens nothing."""
    people, oid = world.people, head(world)
    people.protect("ana", "main", checks=["test"])
    run = people.finish_workflow("CI", oid=oid, branch="fix", jobs={"test": "success"})
    people.rerun("bob", run, {"test": "failure"})
    with pytest.raises(Refused, match=r'"test" is expected'):
        people.merge_pull("ana", 1)
    people.rerun("bob", run, {"test": "success"})
    assert people.merge_pull("ana", 1).is_open is False


def test_checks_of_an_app_start_workflows_where_actions_has_checked_nothing(world: World) -> None:
    """Not on a commit of which Actions has a suite, and never those of Actions itself."""
    people, oid = world.people, head(world)
    waiting = people.check_run(oid, "scan", None, app="alerts", status="queued")
    assert (waiting.status, waiting.started_at) == ("queued", None)
    done = people.complete_check(waiting, "neutral")
    assert (done.status, done.conclusion, done.started_at) == ("completed", "neutral", world.clock())
    assert told(world) == ["check_run.created", "check_run.completed"]
    people.check_run(oid, "test")
    people.check_run(oid, "scan", app="alerts")
    people.finish_suite("alerts", oid=oid, branch="fix")
    assert told(world) == ["check_run.created", "check_run.completed"]


def test_the_roll_up_holds_every_run_and_the_newest_status_of_each_context() -> None:
    """With app and workflow; a commit without checks has no roll-up."""
    with serving(READS | {"checks": "read", "statuses": "read", "actions": "read"}) as caller:
        world = caller.server.world
        open_pull(world)
        [node] = caller.repository(ROLLUP)["pullRequest"]["commits"]["nodes"]
        assert node["commit"]["statusCheckRollup"] is None
        run = world.people.finish_workflow("CI", oid=head(world), branch="fix", jobs={"test": "failure"})
        world.people.rerun("bob", run, {"test": "success"})
        world.people.check_run(head(world), "scan", None, app="alerts")
        world.people.set_status("bob", head(world), "test", "pending")
        world.people.set_status("bob", head(world), "test", "success")
        found = contexts(asked(caller, ROLLUP))
        assert [(each.get("name") or each["context"], each.get("conclusion")) for each in found] == [
            ("scan", None),
            ("test", "SUCCESS"),
            ("test", "FAILURE"),
            ("test", None),
        ]
        assert found[3] == {"__typename": "StatusContext", "context": "test", "state": "SUCCESS"}
        suites = [each["checkSuite"] for each in found[:2]]
        assert suites[0]["workflowRun"] is None
        assert suites[1] == {
            "app": {"slug": "github-actions", "databaseId": 15368},
            "workflowRun": {
                "event": "push",
                "file": {"path": ".github/workflows/ci.yml"},
                "workflow": {"name": "CI"},
            },
        }


@pytest.mark.parametrize(
    ("granted", "shown", "ends"),
    [
        ({"checks": "read", "actions": "read"}, ["CheckRun", None], ["nodes"]),
        ({"statuses": "read"}, [None, "StatusContext"], ["nodes"]),
        ({"checks": "read", "statuses": "read"}, ["CheckRun", "StatusContext"], ["workflowRun"]),
    ],
)
def test_a_permission_that_is_lacking_takes_its_own_part_of_the_roll_up(
    granted: dict[str, str], shown: list[str | None], ends: list[str]
) -> None:
    """The error names the very node, and what else there is comes all the same."""
    with serving(READS | granted) as caller:
        world = caller.server.world
        open_pull(world)
        world.people.finish_workflow("CI", oid=head(world), branch="fix")
        world.people.set_status("bob", head(world), "ci")
        answer = asked(caller, ROLLUP)
        assert [each and each["__typename"] for each in contexts(answer)] == shown
        paths = [[step for step in each["path"] if isinstance(step, str)] for each in answer["errors"]]
        assert [path[-1] for path in paths] == ends
        assert {each["type"] for each in answer["errors"]} == {"FORBIDDEN"}


def test_without_either_permission_there_is_no_roll_up_at_all() -> None:
    """The whole is refused."""
    with serving(READS) as caller:
        open_pull(caller.server.world)
        [refusal] = asked(caller, ROLLUP)["errors"]
        assert (refusal["path"][-1], refusal["message"]) == (
            "statusCheckRollup",
            "Resource not accessible by integration",
        )


# Commits and rules --------------------------------------------------------------------------------------


def test_what_is_made_on_the_site_is_github_s_commit() -> None:
    """An update of the branch and applied suggestions; what is pushed is not, whatever its trailers say."""
    with serving() as caller:
        world, people = caller.server.world, caller.server.world.people
        open_pull(world)
        people.push("ana", "main", {"c": "3\n"})
        people.merge_base_into("bob", "fix", on_site=True)
        people.apply_suggestions("bob", "fix", {"a": "4\n"}, "mia", "eve")
        people.push("bob", "fix", {"a": "5\n"}, "Mine\n\nCo-authored-by: Mia <mia@example.com>")
        fields = "oid authors(first: 10) { nodes { user { login } } } committer { user { login } } "
        found = caller.repository(
            f"pullRequest(number: 1) {{ commits(first: 10) {{ nodes {{ commit {{ {fields} "
            "parents(first: 10) { nodes { oid } } signature { isValid wasSignedByGitHub } } } } }"
        )
        made = [node["commit"] for node in found["pullRequest"]["commits"]["nodes"]]
        assert [[each["user"]["login"] for each in one["authors"]["nodes"]] for one in made] == [
            ["bob"],
            ["bob"],
            ["bob", "mia", "eve"],
            ["bob", "mia"],
        ]
        assert [one["committer"]["user"]["login"] for one in made] == ["bob", "web-flow", "web-flow", "bob"]
        assert [one["signature"] is not None for one in made] == [False, True, True, False]
        assert [len(one["parents"]["nodes"]) for one in made] == [1, 2, 1, 1]


def test_rules_tell_the_checks_that_they_require() -> None:
    """Rulesets with the app that each is pinned to; classic protection by name alone."""
    with serving() as caller:
        world = caller.server.world
        world.people.protect("ana", "main", checks=["test", ("scan", 7)], pull_request=True)
        world.people.protect("ana", "main", kind="classic", checks=["old"])
        found = caller.repository(
            "defaultBranchRef { refUpdateRule { requiredStatusCheckContexts } rules(first: 100) { nodes { "
            "type parameters { ... on RequiredStatusChecksParameters { requiredStatusChecks { context } } } "
            "} } }"
        )["defaultBranchRef"]
        assert found["refUpdateRule"]["requiredStatusCheckContexts"] == ["old"]
        assert found["rules"]["nodes"] == [
            {"type": "PULL_REQUEST", "parameters": {}},
            {
                "type": "REQUIRED_STATUS_CHECKS",
                "parameters": {"requiredStatusChecks": [{"context": "test"}, {"context": "scan"}]},
            },
        ]
        branch = caller.rest("GET", "/branches/main").json()
        assert branch["protection"]["required_status_checks"]["contexts"] == ["old"]
        assert caller.server.violations == []
