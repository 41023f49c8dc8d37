"""The shipped workflow under a real runner does to GitHub what the product does in this process.

Each world is lived twice, deed by deed: once the jobs are served in this process, once by act, which starts
the whole Action over HTTP with the job's own token and permissions.
"""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bugaction.demo.product import InProcess
from bugaction.sandbox.runs import JobRun
from tests.runner.act import OWN, OUTPUTS, SHIPPED, ActionResult, RunAction
from tests.runner.team import WORKFLOW, Team, begin, without_times

pytestmark = pytest.mark.runner

BRANCH = "fix/checkout"


@dataclass
class UnderAct:
    """Called with a job, starts act for it. A job that needs another has that one run again before it."""

    act: RunAction
    workflow: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    results: list[ActionResult] = field(default_factory=list)

    def __call__(self, run: JobRun) -> Mapping[str, str]:
        """Run the job; the Action's outputs, as act read them. A job that failed ends the test."""
        names = ("GITHUB_SERVER_URL", "GITHUB_RUN_ID", "GITHUB_SHA", "GITHUB_REF", "GITHUB_REF_NAME")
        result = self.act(
            run.event_name,
            run.payload,
            run.environment["GITHUB_API_URL"],
            run.environment["GITHUB_GRAPHQL_URL"],
            run.token.value,
            workflow=self.workflow,
            repository=run.environment["GITHUB_REPOSITORY"],
            environment={**{name: run.environment[name] for name in names}, **self.environment},
            job=run.job,
        )
        self.results.append(result)
        assert result.returncode == 0, result.log
        assert run.job in result.jobs, result.log
        return result.jobs[run.job].outputs


@dataclass(frozen=True)
class Twins:
    """Two teams with the same deeds: `here` is served in this process, `there` by act."""

    here: Team
    there: Team
    in_process: InProcess
    under_act: UnderAct

    def do(self, deed: Callable[[Team], object]) -> list[tuple[str, str]]:
        """Both teams do it and the workflow runs for it; gives the jobs that ran: event and job."""
        jobs = []
        for team in (self.here, self.there):
            deed(team)
            jobs.append([(run.event_name, run.job, run.outputs) for run in team.runs.drain()])
        here, there = jobs
        assert [shown(outputs) for *_, outputs in there] == [shown(outputs) for *_, outputs in here]
        assert [run[:2] for run in there] == [run[:2] for run in here]
        assert self.there.view() == self.here.view()
        return [(name, job) for name, job, _ in there]


def shown(outputs: Mapping[str, str]) -> dict[str, str]:
    """A job's outputs without times. act leaves out those that are empty."""
    return {name: without_times(value) for name, value in outputs.items() if value}


@contextmanager
def twins_of(act: RunAction, place: Path, workflow: Path, **environment: str) -> Iterator[Twins]:
    """Two teams that committed the workflow; act runs the committed one, in a clone of the repository."""
    text = workflow.read_text(encoding="utf-8")
    with begin() as here, begin() as there:
        in_process = InProcess(here.world.clock)
        here.employ(in_process, text)
        clone = place / "clone"
        under_act = UnderAct(dataclasses.replace(act, workspace=clone), clone / WORKFLOW, environment)
        there.employ(under_act, text)
        subprocess.run(["git", "clone", "--quiet", there.world.git.path, clone], check=True)
        yield Twins(here, there, in_process, under_act)


def push_fix(team: Team, text: str) -> None:
    """bo commits to the fix's branch."""
    team.world.people.push("bo", BRANCH, {"src/cart.py": text}, "Repair the checkout")


def open_fix(team: Team) -> None:
    """A pull request that does not say yet what it fixes; number 2."""
    push_fix(team, "TOTAL = 1\n")
    team.world.people.open_pull("bo", "Repair the checkout", BRANCH, body="See the report.")


def enqueue(team: Team) -> None:
    """The fix enters the merge queue."""
    team.world.people.protect("ana", merge_queue=True)
    team.world.people.enqueue("mia", 2)


def test_every_event_of_a_life(run_action: RunAction, tmp_path: Path) -> None:
    """From the label to the merge queue each event leaves the same in GitHub, whoever runs the jobs."""
    ready = "/accept\n/assign backup @mia\n/channel incident-1"
    with twins_of(run_action, tmp_path, SHIPPED) as twins:
        for team in (twins.here, twins.there):
            team.report()
        assert twins.do(lambda team: team.world.people.label("mia", 1, "P1")) == [("issues", "bugs")]
        assert twins.do(lambda team: team.world.people.comment("bo", 1, ready)) == [("issue_comment", "bugs")]
        pull = [("pull_request_target", "gates")]
        recorded = [*pull, ("pull_request_target", "record")]
        assert twins.do(open_fix) == pull
        edit = "Fixes #1"
        assert twins.do(lambda team: team.world.people.edit_pull("bo", 2, body=edit)) == recorded
        assert twins.do(lambda team: push_fix(team, "TOTAL = 2\n")) == pull
        assert twins.do(enqueue) == [("merge_group", "gates")]
        assert twins.there.view() != {}
