"""Runs: the shipped workflow, started for a world's events as GitHub Actions would."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bugaction.sandbox.runs import JobRun, Runaway, Runs, shipped_workflow
from bugaction.sandbox.server import GitHubServer
from bugaction.sandbox.workflow import Workflow
from tests.sandboxed import Caller, populated


def nothing(run: JobRun) -> Mapping[str, str]:
    """A product that does nothing."""
    return {}


def names(runs: list[JobRun]) -> list[tuple[str, str]]:
    """Event and job of each run."""
    return [(run.event_name, run.job) for run in runs]


def test_each_event_starts_the_jobs_whose_conditions_hold() -> None:
    """An issue's events start `bugs`, a pull request's `gates`, under the name that is asked for."""
    with populated() as world, GitHubServer(world) as server:
        runs = Runs(server, nothing)
        world.people.open_issue("dee", "Broken", labels=["bug"])
        world.people.push("bob", "fix", {"a": "1\n"})
        world.people.open_pull("bob", "Fix", "fix", body="Fixes #1")
        assert names(runs.drain()) == [
            ("issues", "bugs"),
            ("issues", "bugs"),
            ("pull_request_target", "gates"),
        ]
        assert runs.drain() == []
        assert server.violations == []


def test_a_job_gets_its_permissions_and_no_others_until_it_ends() -> None:
    """`gates` can post statuses and cannot commit; afterwards its token is worth nothing."""
    seen: list[int] = []
    with populated() as world, GitHubServer(world) as server:

        def product(run: JobRun) -> Mapping[str, str]:
            caller = Caller(server, run.token)
            head = run.payload["pull_request"]["head"]["sha"]
            seen.append(caller.rest("POST", f"/statuses/{head}", {"state": "success"}).status_code)
            ref = {"ref": "refs/heads/x", "sha": head}
            seen.append(caller.rest("POST", "/git/refs", ref).status_code)
            return {}

        world.people.push("bob", "fix", {"a": "1\n"})
        world.people.open_pull("bob", "Fix", "fix")
        (run,) = Runs(server, product).drain()
        assert seen == [201, 403]
        assert Caller(server, run.token).rest("GET", "").status_code == 401


@pytest.mark.parametrize(("unrecorded", "jobs"), [("true", ["gates", "record"]), ("false", ["gates"])])
def test_a_second_job_records_what_the_first_could_not(unrecorded: str, jobs: list[str]) -> None:
    """`record` needs `gates`, and runs only when there is something to record."""
    with populated() as world, GitHubServer(world) as server:
        world.people.push("bob", "fix", {"a": "1\n"})
        world.people.open_pull("bob", "Fix", "fix")
        runs = Runs(server, lambda _: {"unrecorded": unrecorded}).drain()
        assert [run.job for run in runs] == jobs
        assert runs[0].inputs["records"] == "defer"
        assert runs[0].token.permissions["contents"] == "read"
        assert runs[-1].token.permissions["contents"] == ("write" if unrecorded == "true" else "read")


def test_a_schedule_and_a_dispatch() -> None:
    """A sweep by cron, and one by hand with its inputs."""
    with populated() as world, GitHubServer(world) as server:
        runs = Runs(server, nothing)
        (swept,) = runs.schedule()
        assert (swept.event_name, swept.job) == ("schedule", "bugs")
        assert swept.payload["schedule"] == "23 * * * *"
        world.people.dispatch("bob", {"dry-run": "true"})
        (dispatched,) = runs.drain()
        assert dispatched.inputs["dry-run"] == "true"


def test_the_environment_is_the_runners() -> None:
    """GITHUB_* variables as a runner sets them; a fork's event runs on the default branch."""
    with populated() as world, GitHubServer(world) as server:
        world.people.push("dee", "patch", {"a": "1\n"}, fork="dee")
        world.people.open_pull("dee", "Patch", "patch", fork="dee")
        (run,) = Runs(server, nothing).drain()
        wanted = {
            "GITHUB_API_URL": server.api_url,
            "GITHUB_GRAPHQL_URL": server.graphql_url,
            "GITHUB_REPOSITORY": "octo/shop",
            "GITHUB_EVENT_NAME": "pull_request_target",
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_SHA": world.state.refs["refs/heads/main"],
            "GITHUB_ACTOR": "dee",
        }
        assert {key: run.environment[key] for key in wanted} == wanted


def test_a_run_of_a_fork_may_only_read() -> None:
    """Events that run a fork's own workflow file get a token that writes nothing."""
    text = """
on: { pull_request: {}, pull_request_target: {} }
permissions: { statuses: write, contents: read }
jobs: { one: { steps: [{ uses: ./ }] } }
"""
    with populated() as world, GitHubServer(world) as server:
        world.people.push("dee", "patch", {"a": "1\n"}, fork="dee")
        world.people.open_pull("dee", "Patch", "patch", fork="dee")
        granted = {
            run.event_name: run.token.permissions["statuses"]
            for run in Runs(server, nothing, workflow=text).drain()
        }
        assert granted == {"pull_request": "read", "pull_request_target": "write"}


def test_runs_that_keep_causing_events_are_stopped() -> None:
    """A loop, as an app's token could make one, ends with an error and not with the test's time."""
    with populated() as world, GitHubServer(world) as server:
        number = world.people.open_issue("dee", "Broken", labels=["bug"]).number

        def product(run: JobRun) -> Mapping[str, str]:
            world.people.comment("alerts[bot]", number, "again")
            return {}

        with pytest.raises(Runaway):
            Runs(server, product).drain(limit=5)


def test_a_queued_event_can_be_lost() -> None:
    """As GitHub loses some under load."""
    with populated() as world, GitHubServer(world) as server:
        runs = Runs(server, nothing)
        world.people.open_issue("dee", "Broken", labels=["bug"])
        runs.skip()
        assert runs.drain() == []


def test_the_shipped_workflow_is_found() -> None:
    """From the source tree and from the wheel."""
    assert Workflow.parse(shipped_workflow()).name == "bugaction"
