"""Which events a workflow file asks for, and what its jobs may do."""

from __future__ import annotations

import pytest

from bugaction.sandbox.workflow import Workflow
from bugaction.sandbox.world import Event
from tests.values import T0

TEXT = """
name: demo
on:
  issues:
    types: [opened, labeled]
  pull_request_target:
  push:
    branches: [main]
    paths: [docs/**, "*.yml"]
  workflow_run:
    workflows: [CI]
  schedule:
    - cron: "5 * * * *"
  workflow_dispatch:
    inputs:
      issue: { description: x }
      dry-run: { type: boolean, default: false }
permissions: read-all
jobs:
  one:
    permissions: { issues: write }
    steps: [{ uses: actions/checkout@v7 }, { uses: ./, id: run, with: { dry-run: true } }]
    outputs: { left: "${{ steps.run.outputs.left }}" }
  two:
    needs: one
    if: needs.one.outputs.left == 'true'
    steps: [{ uses: acme/bugaction@v1 }]
"""


def event(name: str, payload: dict[str, object], ref: str = "refs/heads/main") -> Event:
    """An event with this payload."""
    return Event(1, name, payload, "ana", T0, "0" * 40, ref)


def pushed(*paths: str) -> dict[str, object]:
    """A push that modifies these paths."""
    return {"commits": [{"added": [], "removed": [], "modified": list(paths)}]}


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (event("issues", {"action": "opened"}), ("issues",)),
        (event("issues", {"action": "closed"}), ()),
        (event("pull_request", {"action": "opened"}), ("pull_request_target",)),
        (event("pull_request", {"action": "labeled"}), ()),
        (event("push", pushed("docs/a/b.md")), ("push",)),
        (event("push", pushed("ci.yml")), ("push",)),
        (event("push", pushed("deep/ci.yml")), ()),
        (event("push", pushed("docs/a.md"), "refs/heads/other"), ()),
        (event("workflow_run", {"action": "completed", "workflow_run": {"name": "CI"}}), ("workflow_run",)),
        (event("workflow_run", {"action": "completed", "workflow_run": {"name": "Lint"}}), ()),
        (event("release", {"action": "published"}), ()),
    ],
)
def test_wanted_as(given: Event, names: tuple[str, ...]) -> None:
    """Names, types, branches, paths and workflow names decide."""
    assert Workflow.parse(TEXT).wanted_as(given) == names


def test_jobs() -> None:
    """A job that names permissions has no others; one that names none has the workflow's."""
    one, two = Workflow.parse(TEXT).jobs
    assert one.permissions == {"issues": "write"}
    assert two.permissions["contents"] == "read"
    assert (one.step, one.inputs, one.needs, two.needs) == ("run", {"dry-run": True}, (), ("one",))


def test_dispatch_defaults() -> None:
    """Inputs of a dispatch have their defaults."""
    assert Workflow.parse(TEXT).defaults == {"issue": "", "dry-run": False}
