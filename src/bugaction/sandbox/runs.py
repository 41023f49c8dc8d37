"""Starts the product for the events of a world, as GitHub Actions does with the shipped workflow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

from bugaction.sandbox.entities import WorkflowRun
from bugaction.sandbox.expressions import evaluate, interpolate, truth
from bugaction.sandbox.server import GitHubServer
from bugaction.sandbox.shapes import accounts, repository
from bugaction.sandbox.tokens import Token
from bugaction.sandbox.view import View
from bugaction.sandbox.workflow import Job, Workflow
from bugaction.sandbox.world import Event

__all__ = ["JobRun", "Runaway", "Runner", "Runs", "shipped_workflow"]

_FILE = ".github/workflows/bugaction.yml"
"""Where `init` puts the workflow."""

_MOST_EVENTS = 200
"""Events that one `drain` works on: an endless loop of runs that cause events ends there."""


class Runaway(Exception):
    """Runs caused more and more events."""


@dataclass(frozen=True, slots=True)
class JobRun:
    """One job to run. `inputs` are the action's, all strings; `environment` the runner's GITHUB_* variables.

    `outputs` are what the runner callable gave back: the outputs of the step that runs the product.
    """

    job: str
    event_name: str
    payload: Mapping[str, Any]
    token: Token
    inputs: Mapping[str, str]
    environment: Mapping[str, str]
    event: Event
    outputs: Mapping[str, str] = field(default_factory=dict)


Runner = Callable[[JobRun], Mapping[str, str]]


def shipped_workflow() -> str:
    """The workflow that `init` writes, from the installed package or the source tree."""
    installed = resources.files("bugaction") / "templates" / "scaffold" / "bugaction.yml"
    if installed.is_file():
        return installed.read_text(encoding="utf-8")
    return (Path(__file__).parents[3] / "templates" / "scaffold" / "bugaction.yml").read_text(
        encoding="utf-8"
    )


class Runs:
    """The workflow runs of a server's world.

    `workflow` is a workflow file's text (the shipped one without it). For each queued event whose name, type
    and filters it asks for, each job whose `if:` holds gets a fresh GITHUB_TOKEN with the job's
    `permissions:` alone, and the runner is called; `needs` and job outputs work as on GitHub, where a job
    that needs a skipped one is skipped. Runs follow one another: concurrency groups are not imitated.

    `secrets` are the repository's, by name.

    With `app`, a slug, each job is given a token of that GitHub App instead, as by the input `token`: it may
    what the job may, write check runs, and read the organisation's members. An App that the server knows is
    given by its id and key instead, as by the inputs `app-id` and `app-private-key`, beside the job's own
    token.
    """

    def __init__(self, server: GitHubServer, runner: Runner, *, workflow: str = "", app: str = "") -> None:
        self.app = app
        self.secrets: dict[str, str] = {}
        self._server = server
        self._runner = runner
        self.workflow = Workflow.parse(workflow or shipped_workflow())
        self.done: list[JobRun] = []
        self._number = 0

    def drain(self, limit: int = _MOST_EVENTS) -> list[JobRun]:
        """Run for every queued event until none is left; gives the jobs that ran."""
        begin = len(self.done)
        for _ in range(limit):
            with self._server.world.lock:
                event = self._server.world.events.popleft() if self._server.world.events else None
            if event is None:
                return self.done[begin:]
            self.run(event)
        msg = f"more than {limit} events: runs keep causing events"
        raise Runaway(msg)

    def skip(self) -> None:
        """Forget the queued events: they are lost, as GitHub loses some."""
        with self._server.world.lock:
            self._server.world.events.clear()

    def schedule(self, cron: str = "") -> list[JobRun]:
        """A scheduled run, of the workflow's own cron line by default. Actions tells of it afterwards: as a
        failure where a job of it ended with another code than 0."""
        crons = [line["cron"] for line in self.workflow.triggers.get("schedule", {}).get("schedule", ())]
        world = self._server.world
        view = View.now(world)
        payload = {
            "schedule": cron or (crons[0] if crons else ""),
            "repository": repository.webhook(view),
            "sender": accounts.user(view, "github-actions"),
        }
        default = world.state.repository.default_branch
        sha = world.state.head_of(default) or "0" * 40
        event = Event(
            0, "schedule", payload, "github-actions[bot]", world.clock(), sha, f"refs/heads/{default}"
        )
        ended = len(self._codes)
        done = self.run(event)
        conclusion = "failure" if any(self._codes[ended:]) else "success"
        with world.lock:
            world.state.scheduled[1_000_000 + self._number] = WorkflowRun(
                id=1_000_000 + self._number,
                name=self.workflow.name,
                path=_FILE,
                event="schedule",
                oid=sha,
                branch=default,
                status="completed",
                conclusion=conclusion,
                actor=event.actor,
                created_at=event.at,
                suite=1_000_000 + self._number,
            )
        return done

    @property
    def _codes(self) -> list[int]:
        """How the jobs' processes ended, where the runner tells."""
        codes: list[int] = getattr(self._runner, "codes", [])
        return codes

    def run(self, event: Event) -> list[JobRun]:
        """Run the workflow for one event."""
        begin = len(self.done)
        if event.name == "workflow_dispatch" and event.payload.get("workflow", _FILE) != _FILE:
            return []  # another workflow was started by hand
        for name in self.workflow.wanted_as(event):
            self._number += 1
            results: dict[str, Mapping[str, str] | None] = {}
            for job in self.workflow.jobs:
                results[job.id] = self._job(job, name, event, results)
        return self.done[begin:]

    def _job(
        self, job: Job, name: str, event: Event, results: Mapping[str, Mapping[str, str] | None]
    ) -> Mapping[str, str] | None:
        """Run a job; its outputs, or None when it was skipped."""
        if any(results.get(needed) is None for needed in job.needs):
            return None
        environment = self._environment(job, name, event)
        given = {**self.workflow.defaults, **(event.payload.get("inputs") or {})}
        context: dict[str, Any] = {
            "github": {
                "event_name": name,
                "event": event.payload,
                "repository": environment["GITHUB_REPOSITORY"],
                "ref": environment["GITHUB_REF"],
                "ref_name": environment["GITHUB_REF_NAME"],
                "sha": environment["GITHUB_SHA"],
                "actor": event.actor,
                "workflow": self.workflow.name,
                "run_id": environment["GITHUB_RUN_ID"],
            },
            "secrets": self.secrets,
            "inputs": given if name == "workflow_dispatch" else {},
            "needs": {needed: {"outputs": results[needed], "result": "success"} for needed in job.needs},
        }
        if job.condition and not truth(evaluate(job.condition, context)):
            return None
        inputs = {key: _as_text(value, context) for key, value in job.inputs.items()}
        granted = _granted(job, name, event)
        known = self._server.tokens.apps.known.get(self.app)
        if known is not None:
            inputs |= {"app-id": str(known.id), "app-private-key": known.key}
        if self.app and known is None:
            token = self._server.tokens.for_app(self.app, {**granted, "checks": "write", "members": "read"})
        else:
            token = self._server.tokens.for_job(granted)
        run = JobRun(job.id, name, event.payload, token, inputs, environment, event)
        try:
            outputs = dict(self._runner(run))
        finally:
            self._server.tokens.revoke(token)
        self.done.append(replace(run, outputs=outputs))
        steps = {"steps": {job.step: {"outputs": outputs}}} if job.step else {"steps": {}}
        return {key: interpolate(str(text), context | steps) for key, text in job.outputs.items()}

    def _environment(self, job: Job, name: str, event: Event) -> dict[str, str]:
        world = self._server.world
        state = world.state.repository
        ref, sha = event.ref, event.sha
        if name == "pull_request_target":
            ref = f"refs/heads/{state.default_branch}"
            sha = world.state.head_of(state.default_branch) or sha
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": event.actor,
            "GITHUB_API_URL": self._server.api_url,
            "GITHUB_EVENT_NAME": name,
            "GITHUB_GRAPHQL_URL": self._server.graphql_url,
            "GITHUB_JOB": job.id,
            "GITHUB_REF": ref,
            "GITHUB_REF_NAME": ref.removeprefix("refs/heads/").removeprefix("refs/tags/"),
            "GITHUB_REPOSITORY": state.full_name,
            "GITHUB_REPOSITORY_OWNER": state.owner,
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_RUN_ID": str(1_000_000 + self._number),
            "GITHUB_RUN_NUMBER": str(self._number),
            "GITHUB_SERVER_URL": world.url,
            "GITHUB_SHA": sha,
            "GITHUB_WORKFLOW": self.workflow.name,
            "GITHUB_WORKFLOW_REF": f"{state.full_name}/{_FILE}@refs/heads/{state.default_branch}",
        }


def _granted(job: Job, name: str, event: Event) -> dict[str, str]:
    """The job's permissions; in a run of a fork's pull request none of them writes.

    https://docs.github.com/actions/concepts/security/github_token#permissions-for-the-github_token
    """
    head = (event.payload.get("pull_request") or {}).get("head") or {}
    is_fork = bool((head.get("repo") or {}).get("fork"))
    if is_fork and name in {"pull_request", "pull_request_review", "pull_request_review_comment"}:
        return {key: "read" if level == "write" else level for key, level in job.permissions.items()}
    return dict(job.permissions)


def _as_text(value: object, context: Mapping[str, Any]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return interpolate(str(value), context)
