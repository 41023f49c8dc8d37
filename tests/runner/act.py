"""Run a workflow with act, as GitHub's runner would run it, and read what came of it.

act runs on this machine, without a container and without a network. It differs from GitHub: it passes
INPUT_* on to composite steps, filters no `types:` and enforces no `permissions:`. The first is undone here;
the others are for the test to see to.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]

SHIPPED = ROOT / "templates" / "scaffold" / "bugaction.yml"
"""The workflow as users have it."""

OWN = ROOT / ".github" / "workflows" / "bugaction.yml"
"""The same, as this repository has it: the Action comes from a checkout."""

NOWHERE = "http://127.0.0.1:1"
"""An address of this machine where nobody listens."""

TOKEN = "a-token-for-tests"

OUTPUTS = frozenset(yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["outputs"])


@dataclass(frozen=True, slots=True)
class Job:
    """What one job left behind: the Action's outputs, the summary, what was printed, act's verdict.

    `built` is what the install step made, by its own output. act now and then loses the last lines of a
    step that ends at once: a test that wants to be sure reads outputs and summaries, not the log.
    """

    outputs: Mapping[str, str] = field(default_factory=dict)
    built: str = ""
    summary: str = ""
    log: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class ActionResult:
    """How a run of the workflow ended: act's exit code, and the jobs that ran, in order, by their ids."""

    returncode: int
    jobs: Mapping[str, Job]
    stderr: str

    @property
    def outputs(self) -> dict[str, str]:
        """The Action's outputs; of several jobs, the later one's win."""
        return {name: value for job in self.jobs.values() for name, value in job.outputs.items()}

    @property
    def summary(self) -> str:
        """The jobs' summaries, one after the other."""
        return "".join(job.summary for job in self.jobs.values())

    @property
    def log(self) -> str:
        """All that the steps printed, and act's own complaints."""
        return "".join(job.log for job in self.jobs.values()) + self.stderr


def ref_of(workflow: Path) -> str:
    """What a workflow pins the Action to: the shipped placeholder, or the commit that `init` put there."""
    found = re.search(r"uses: bugaction/bugaction@(\S+)", workflow.read_text(encoding="utf-8"))
    return found[1] if found is not None else "<commit>"


@dataclass(frozen=True, slots=True)
class RunAction:
    """Runs a workflow for an event.

    `checkout` holds the Action's files, `workspace` is the repository that the run is for, `programs` comes
    first on PATH, `tools` is the runner's tool cache, and `place` is a folder for this test.
    """

    checkout: Path
    workspace: Path
    programs: Path
    tools: Path
    place: Path

    def _stand_in_for_checkout(self, place: Path) -> str:
        """actions/checkout without its network: the repository's files, copied. Given to act as a source."""
        source = place / "actions-checkout"
        source.mkdir()
        copy = f'cp -R "{self.checkout}/." "$GITHUB_WORKSPACE"'
        steps = [{"shell": "bash", "run": copy}]
        inputs = {name: {"description": name} for name in ("ref", "persist-credentials")}
        action = {"name": "checkout", "description": "checkout", "inputs": inputs}
        text = json.dumps({**action, "runs": {"using": "composite", "steps": steps}})
        (source / "action.yml").write_text(text, encoding="utf-8")
        pin = re.search(r"actions/checkout@[0-9a-f]{40}", OWN.read_text(encoding="utf-8"))
        assert pin is not None
        return f"{pin[0]}={source}"

    def __call__(
        self,
        event_name: str,
        event: Mapping[str, Any],
        api_url: str = NOWHERE,
        graphql_url: str = f"{NOWHERE}/graphql",
        token: str = TOKEN,
        *,
        workflow: Path = SHIPPED,
        repository: str = "octo/demo",
        environment: Mapping[str, str] | None = None,
        job: str = "",
        secrets: Mapping[str, str] | None = None,
    ) -> ActionResult:
        """Start the workflow for the event; `environment` is set for every step of every job.

        `secrets` are the repository's.

        With `job`, only that one runs, and before it those that it needs.
        """
        place = self.place / f"run-{len(list(self.place.glob('run-*')))}"
        act_home = place / "xdg" / "act"
        act_home.mkdir(parents=True)
        (act_home / "tool_cache").symlink_to(self.tools, target_is_directory=True)
        event_file, as_real = place / "event.json", place / "as_a_real_runner.sh"
        event_file.write_text(json.dumps(event), encoding="utf-8")
        as_real.write_text('unset "${!INPUT_@}"\n', encoding="utf-8")
        variables = {
            "GITHUB_API_URL": api_url,
            "GITHUB_GRAPHQL_URL": graphql_url,
            "GITHUB_REPOSITORY": repository,
            # As GitHub's runner sets it, and act does not.
            "GITHUB_WORKFLOW_REF": f"{repository}/.github/workflows/{workflow.name}@refs/heads/main",
            "BASH_ENV": str(as_real),  # bash reads it before each step
            **(environment or {}),
        }
        command: list[str | Path] = [
            Path(sys.executable).with_name("act"),
            *(event_name, "--json", "-e", event_file, "-W", workflow),
            *(("-j", job) if job else ()),
            *("-P", "ubuntu-latest=-self-hosted", "-s", f"GITHUB_TOKEN={token}"),
            *(part for name in secrets or {} for part in ("-s", name)),
            *("--local-repository", f"bugaction/bugaction@{ref_of(workflow)}={self.checkout}"),
            *("--local-repository", self._stand_in_for_checkout(place)),
            *("--no-cache-server", "--action-offline-mode", "--concurrent-jobs", "1"),
            *(part for name, value in variables.items() for part in ("--env", f"{name}={value}")),
        ]
        done = subprocess.run(
            command,
            cwd=self.workspace,
            env={
                "HOME": str(place),
                "XDG_CACHE_HOME": str(place / "xdg"),
                "PATH": f"{self.programs}:/usr/bin:/bin",
                **(secrets or {}),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return ActionResult(done.returncode, read_jobs(done.stdout), done.stderr)


def read_jobs(log: str) -> dict[str, Job]:
    """act's log (`--json`, a line a message) as jobs, in the order in which they began."""
    outputs: dict[str, dict[str, str]] = {}
    built: dict[str, str] = {}
    texts: dict[str, list[str]] = {}
    summaries: dict[str, str] = {}
    results: dict[str, str] = {}
    for line in log.splitlines():
        message = json.loads(line) if line.startswith("{") else {}
        job = message.get("jobID")
        if job is None:
            continue
        texts.setdefault(job, []).append(message["msg"].removesuffix("\n") + "\n")
        step = message.get("stepID", [])
        if message.get("command") == "set-output" and step[1:] == ["install"] and message["name"] == "built":
            built[job] = message["arg"]
        if message.get("command") == "set-output" and len(step) == 1 and message["name"] in OUTPUTS:
            # The first is the Action's own; act then reads its last step's file once more.
            outputs.setdefault(job, {}).setdefault(message["name"], message["arg"])
        if message.get("command") == "summary":
            # One file for all steps of a job: each message holds what the ones before held.
            summaries[job] = message["content"]
        if "jobResult" in message:
            results[job] = message["jobResult"]
    return {
        job: Job(
            outputs.get(job, {}),
            built.get(job, ""),
            summaries.get(job, ""),
            "".join(lines),
            results.get(job, ""),
        )
        for job, lines in texts.items()
    }
