"""The shipped workflow under a real runner does to GitHub what the product does in this process.

Each world is lived twice, deed by deed: once the jobs are served in this process, once by act, which starts
the whole Action over HTTP with the job's own token and permissions.
"""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bugaction.demo.product import InProcess
from bugaction.sandbox.runs import JobRun
from tests.runner.act import OWN, SHIPPED, RunAction
from tests.runner.team import WORKFLOW, Team, begin, without_times
from tests.secrecy import hold_secret, keys_of, lines_of
from tests.values import completed

pytestmark = pytest.mark.runner

BRANCH = "fix/checkout"


@dataclass
class UnderAct:
    """Called with a job, starts act for it. A job that needs another has that one run again before it."""

    act: RunAction
    workflow: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    summaries: list[str] = field(default_factory=list)

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
            secrets=self.secrets,
        )
        keys = keys_of(text for name, text in self.secrets.items() if not name.endswith("_KEY"))
        lines = [line for text in self.secrets.values() for line in lines_of(text)]
        hold_secret([result.log, repr(result.jobs)], *keys, keys=lines)
        assert result.returncode == 0, result.log
        assert run.job in result.jobs, result.log
        self.summaries.append(result.jobs[run.job].summary)
        return result.jobs[run.job].outputs


@dataclass(frozen=True)
class Twins:
    """Two teams with the same deeds: `here` is served in this process, `there` by act."""

    here: Team
    there: Team
    in_process: InProcess
    under_act: UnderAct

    def both(self, deed: Callable[[Team], object]) -> None:
        """Both teams do it."""
        for team in (self.here, self.there):
            deed(team)

    def do(self, deed: Callable[[Team], object]) -> list[tuple[str, str]]:
        """Both teams do it and the workflow runs for it; gives the jobs that ran: event and job."""
        self.both(deed)
        jobs = [team.runs.drain() for team in (self.here, self.there)][-1]
        self.compare()
        return [(run.event_name, run.job) for run in jobs]

    def compare(self) -> None:
        """Jobs, outputs, summaries and all that is to be seen in GitHub are the same."""
        here, there = (
            [(run.event_name, run.job, shown(run.outputs)) for run in team.runs.done]
            for team in (self.here, self.there)
        )
        assert there == here
        assert told(self.under_act.summaries) == told(self.in_process.summaries)
        assert differences(self.there.view(), self.here.view()) == {}

    def gate(self) -> tuple[str, str | None]:
        """The roll-up on the fix, as act left it."""
        head = self.there.world.state.head_of(BRANCH)
        assert head is not None
        status = self.there.world.state.latest_statuses(head)["bugaction/gate"]
        return status.state, status.description


def differences(there: Mapping[str, object], here: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    """What is not the same, by its name: first as act left it."""
    names = [name for name in {**there, **here} if there.get(name) != here.get(name)]
    return {name: (there.get(name), here.get(name)) for name in names}


def told(summaries: Sequence[str]) -> list[str]:
    """Summaries without times, and without what is left of a token's budget: under act the job before had
    the same one."""
    return [without_times(re.sub(r"\d+ left this hour", "left this hour", text)) for text in summaries]


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
    files = {"src/cart.py": text, "tests/test_cart.py": text}
    team.world.people.push("bo", BRANCH, files, "Repair the checkout")


def open_fix(team: Team) -> None:
    """A pull request that does not say yet what it fixes; number 2."""
    push_fix(team, "TOTAL = 1\n")
    team.world.people.open_pull("bo", "Repair the checkout", BRANCH, body="See the report.")


def explain(team: Team) -> None:
    """bo answers everything that the analysis and the release notes ask, in GitHub's editor."""
    folder = "documents/bugs/BUG-001"
    paths = (f"{folder}/root-cause-analysis-v1.0.md", f"{folder}/release-notes-bug-001-v1.0.md")
    texts = {path: completed(team.world.file("main", path) or "") for path in paths}
    team.world.people.edit_on_web("bo", "main", texts, "Explain what happened")


def let_ci_pass(team: Team) -> None:
    """CI passes on the fix's newest commit."""
    head = team.world.state.head_of(BRANCH)
    assert head is not None
    team.world.people.finish_workflow(
        "CI", oid=head, branch=BRANCH, event="pull_request", jobs={"test": "success"}
    )


def enqueue(team: Team) -> None:
    """The fix enters the merge queue."""
    team.world.people.protect("ana", merge_queue=True)
    team.world.people.enqueue("mia", 2)


def test_every_event_of_a_fix(run_action: RunAction, tmp_path: Path) -> None:
    """From the label to the merge queue each event leaves the same in GitHub, whoever runs the jobs."""
    ready = (
        "/accept\n/assign backup @mia\n/channel incident-1\n/strategy hotfix one line is wrong\n"
        "/attest investigation the log names it"
    )
    words = "/attest rollback-tested there\n/attest staging paid an order"
    gates, record = ("pull_request_target", "gates"), ("pull_request_target", "record")
    with twins_of(run_action, tmp_path, SHIPPED) as twins:
        twins.both(Team.report)
        assert twins.do(lambda team: team.world.people.label("mia", 1, "P1")) == [("issues", "bugs")]
        assert twins.do(lambda team: team.world.people.comment("bo", 1, ready)) == [("issue_comment", "bugs")]
        assert twins.do(open_fix) == [gates]
        assert twins.gate() == ("success", "Not a bug fix")

        assert twins.do(lambda team: team.world.people.edit_pull("bo", 2, body="Fixes #1")) == [gates, record]
        problem = 'BUG-001: section "The problem" is still to be written, and 4 more wait (+7)'
        assert twins.gate() == ("failure", problem)
        deferred, recorded = (run.outputs for run in twins.there.runs.done[-2:])
        assert (deferred["unrecorded"], recorded["unrecorded"]) == ("true", "false")
        assert (deferred["reason"], deferred["bug"], deferred["severity"]) == ("done", "BUG-001", "P1")
        assert json.loads(deferred["result"])["reason"] == "done"
        assert json.loads(deferred["gates"])["pulls"].keys() == {"2"}

        assert twins.do(explain) == [("push", "bugs")]
        assert twins.do(lambda team: team.world.people.comment("bo", 1, words)) == [("issue_comment", "bugs")]
        assert twins.gate() == ("failure", "BUG-001: no check has run on this commit (+1)")
        assert twins.do(lambda team: push_fix(team, "TOTAL = 2\n")) == [gates]
        assert twins.do(let_ci_pass) == [("workflow_run", "gates")]
        assert twins.gate() == ("failure", "BUG-001: nobody has approved it")
        approval = twins.do(lambda team: team.world.people.review("mia", 2, "approve"))
        assert approval == [("pull_request_review", "gates")]
        assert twins.gate() == ("success", "Every gate holds for BUG-001")
        assert twins.do(enqueue)[0] == ("merge_group", "gates")
        (group,) = [oid for ref, oid in twins.there.world.state.refs.items() if "gh-readonly-queue" in ref]
        assert twins.there.world.state.latest_statuses(group)["bugaction/gate"].state == "success"


@pytest.mark.reliability
def test_what_no_event_tells(run_action: RunAction, tmp_path: Path) -> None:
    """A schedule and a person's start find what was lost; a dry run finds it and writes nothing."""
    with twins_of(run_action, tmp_path, SHIPPED) as twins:
        twins.both(Team.report)
        twins.do(lambda team: team.world.people.label("mia", 1, "P1"))

        twins.both(lambda team: team.report("P2"))
        twins.both(lambda team: team.runs.schedule())
        twins.compare()
        assert twins.there.labels(2) == {"P2", "phase: triage"}

        twins.both(lambda team: team.report("P3"))
        writes = len(twins.there.server.writes)
        jobs = twins.do(lambda team: team.world.people.dispatch("ana", {"issue": "3", "dry-run": "true"}))
        assert jobs == [("workflow_dispatch", "bugs")]
        assert json.loads(twins.there.runs.done[-1].outputs["plan"])
        assert len(twins.there.server.writes) == writes
        assert twins.there.labels(3) == {"P3"}

        assert twins.do(lambda team: team.world.people.dispatch("ana", {"issue": "3"})) == jobs
        assert twins.there.labels(3) == {"P3", "phase: triage"}


@pytest.mark.parametrize(
    ("workflow", "preparation", "is_told"),
    [(SHIPPED, 'unset "${!INPUT_@}"', False), (OWN, ":", True)],
    ids=["shipped workflow, as a real runner", "own workflow, with act's INPUT variables"],
)
def test_inputs_arrive_by_name(
    run_action: RunAction, tmp_path: Path, workflow: Path, preparation: str, is_told: bool
) -> None:
    """With INPUT_* variables, as act sets them, and without, as on GitHub's runner, a run does the same."""
    script, names = tmp_path / "before_each_step.sh", tmp_path / "names"
    script.write_text(f'{preparation}\necho "${{!INPUT_@}}" >> "{names}"\n', encoding="utf-8")
    with twins_of(run_action, tmp_path, workflow, BASH_ENV=str(script)) as twins:
        twins.both(Team.report)
        assert twins.do(lambda team: team.world.people.label("mia", 1, "P1")) == [("issues", "bugs")]
        assert twins.there.labels(1) == {"P1", "phase: triage"}
        assert twins.there.runs.done[-1].outputs["reason"] == "done"
    assert ("INPUT_TOKEN" in names.read_text(encoding="utf-8")) is is_told


def test_the_doctor_is_a_choice_of_the_dispatch_form(run_action: RunAction, tmp_path: Path) -> None:
    """Its report is the job summary, and a problem makes the job red: here nothing is pinned."""
    with begin() as team:
        in_process = InProcess(team.world.clock)
        team.employ(in_process, SHIPPED.read_text(encoding="utf-8"))
        team.world.people.dispatch("ana", {"command": "doctor"})
        (run,) = team.runs.drain()
        assert (run.job, in_process.codes) == ("bugs", [1])
        token = team.server.tokens.for_job(team.runs.workflow.jobs[-1].permissions)
        result = run_action(
            "workflow_dispatch",
            run.payload,
            team.server.api_url,
            team.server.graphql_url,
            token.value,
            repository="octo/shop",
            job="bugs",
        )
    assert result.returncode == 1, result.log
    assert result.jobs["bugs"].outputs["reason"] == "setup-wrong"
    summary = result.jobs["bugs"].summary
    assert summary.startswith("## bugaction doctor: octo/shop\n")
    assert "❌ **`.github/workflows/bugaction-reviews.yml` is missing.**" in summary
    assert "still holds the placeholder" in summary
    assert without_times(summary) == without_times(in_process.summaries[-1])


def test_irrelevant_event_asks_github_nothing(run_on_fresh_machine: RunAction) -> None:
    """A comment that cannot concern us ends before anything is installed, and without a request."""
    with begin() as team:
        under_act = UnderAct(run_on_fresh_machine, SHIPPED)
        team.employ(under_act, SHIPPED.read_text(encoding="utf-8"))
        issue = team.world.people.open_issue("dee", "How do I pay?", "Please tell.", labels=[]).number
        team.world.people.label("mia", issue, "question")
        team.runs.skip()
        team.world.people.comment("mia", issue, "See docs/paying.")
        (run,) = team.runs.drain()
        assert (run.job, run.outputs["reason"], run.outputs["unrecorded"]) == ("bugs", "not-ours", "false")
        assert under_act.summaries == [
            "**bugaction**: nothing to do. A comment without a command, on an issue that is no bug.\n"
        ]
        assert team.server.requests == []
    assert list(run_on_fresh_machine.tools.iterdir()) == []
