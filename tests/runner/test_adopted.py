"""What `init` writes runs: under a real runner it does what the product does in this process."""

from __future__ import annotations

from pathlib import Path

import pytest

from bugaction.adoption.tree import FORM, WORKFLOW
from tests.runner.act import RunAction
from tests.runner.test_same_as_in_process import twins_of
from tests.unit.test_checkout import git, put
from tests.unit.test_init import YES, init

pytestmark = pytest.mark.runner


def test_the_workflow_that_init_writes_runs(run_action: RunAction, tmp_path: Path) -> None:
    """With names of other workflows that need every kind of quoting, and pinned to a commit."""
    home = tmp_path / "home"
    names = {"ci": "name: \"C++: 'all' #1\"\non: pull_request\n", "go": "name: Deploy [eu]\non: push\n"}
    put(home, {f".github/workflows/{name}.yml": text for name, text in names.items()})
    git(home, "init", "--quiet")
    assert init(home, YES)[0] == 0
    assert "issues" in (home / WORKFLOW).read_text(encoding="utf-8")
    assert (home / FORM).is_file()
    with twins_of(run_action, tmp_path, home / WORKFLOW) as twins:
        twins.both(lambda team: team.report())
        jobs = twins.do(lambda team: team.world.people.label("mia", 1, "P1"))
        assert jobs == [("issues", "bugs")]
        assert twins.there.labels(1) == {"P1", "phase: triage"}
        assert twins.do(lambda team: team.world.people.dispatch("ana", {})) == [("workflow_dispatch", "bugs")]
