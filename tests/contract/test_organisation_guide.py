"""The organisation's page: each of its samples is one, and its commands do what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bugaction.adoption.tree import CONFIG, RELAY, WORKFLOW, calls
from bugaction.config import load
from bugaction.extended import Extended
from bugaction.policy import Mode
from bugaction.sandbox.contract.rest import RestContract
from tests.contract.test_workflows import load as load_flow
from tests.unit.test_checkout import git, put

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
GUIDE = (ROOT / "docs" / "guide" / "organisation.md").read_text(encoding="utf-8")
SHARED, OWN, SWEEPS = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)

GH = """#!/bin/sh
echo "$1 $2" >> "$CALLS"
case "$1 $2" in
  "repo list") printf 'octo/shop\\nocto/web\\n' ;;
  "repo clone") exec git clone --quiet "$ORIGINS/$3" "$4" ;;
  "label list") echo '[{"name": "sev1"}]' ;;
  "secret set") cat > /dev/null ;;
esac
"""
"""Stands in for `gh`: notes what it is asked, and has two repositories."""

BUGACTION = f"""#!/bin/sh
if [ "$1" = init ]; then set -- "$@" --ref {"a1" * 20}; fi
if [ "$1" = doctor ]; then echo "$*" >> "$CALLS.doctor"; exit 0; fi
exec {sys.executable} -X utf8 -m bugaction "$@"
"""
"""The command, of an installation that knows its commit; what `doctor` would ask GitHub is noted."""


def test_the_configurations_are_two_that_hold_together() -> None:
    """What the repository says counts, and the organisation's holds where it says nothing."""
    assert load(SHARED).problems == ()
    loaded = load(OWN, extended=Extended("octo/.github", SHARED))
    assert loaded.problems == ()
    assert loaded.policy is not None
    assert (loaded.policy.mode, loaded.policy.time_zone) == (Mode.OBSERVE, "Europe/Berlin")
    assert loaded.policy.people.senior.logins == ("mia", "noah")


def test_the_rule_is_the_shipped_one_for_the_repositories_that_are_named() -> None:
    """GitHub's description holds what is said of a branch; an organisation's rule names the repositories too
    (orgs/create-repo-ruleset: `conditions` with `ref_name` and `repository_name`)."""
    (text,) = re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)
    body = json.loads(text)
    assert body["conditions"].pop("repository_name") == {"include": ["shop", "web"], "exclude": []}
    assert body == json.loads((ROOT / "templates/scaffold/ruleset.json").read_text(encoding="utf-8"))
    operation = RestContract.load().match("POST", "/repos/octo/shop/rulesets")
    assert operation is not None
    assert operation.check_request({}, body) == []


def test_the_workflow_that_starts_sweeps_is_one(tmp_path: Path) -> None:
    """By zizmor's rules (test_snippets.py holds GitHub's schema); and what it starts takes no input."""
    file = tmp_path / ".github" / "workflows" / "sweeps.yml"
    put(tmp_path, {".github/workflows/sweeps.yml": SWEEPS})
    command: list[str | Path] = [BIN / "zizmor", "--offline", "--no-progress", "--quiet", file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (job,) = yaml.safe_load(SWEEPS)["jobs"].values()
    assert [step["run"] for step in job["steps"]] == ['gh workflow run bugaction.yml --repo "$REPOSITORY"']


def test_all_that_the_call_may_be_given_is_told() -> None:
    """Inputs and secrets of the workflow that is called, and nothing that it does not take."""
    given = load_flow(ROOT / ".github" / "workflows" / "respond.yml")["on"]["workflow_call"]
    table = GUIDE.partition("| name | what it is |\n")[2].partition("\n\n")[0]
    cells = [row.split("|")[1] for row in table.splitlines()[1:]]
    named = [name for cell in cells for name in re.findall(r"`([a-z-]+)`", cell)]
    assert sorted(named) == sorted([*given["inputs"], *given["secrets"]])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Two repositories that can be pushed to, one with a configuration; `gh` and `bugaction` on PATH."""
    for name in ("shop", "web"):
        origin = tmp_path / "origins" / "octo" / name
        put(origin, {".github/workflows/ci.yml": "name: CI\non: pull_request\n"})
        if name == "web":
            put(origin, {CONFIG: "version: 1\nmode: enforce\n"})
        git(origin, "init", "--quiet", "--initial-branch", "main")
        git(origin, "add", "--all")
        git(origin, "commit", "--quiet", "--message", "Begin")
    put(tmp_path / "bin", {"gh": GH, "bugaction": BUGACTION})
    for name in ("gh", "bugaction"):
        (tmp_path / "bin" / name).chmod(0o755)
    put(tmp_path / "work", {"notify-urls.txt": "json://hooks.example.com\n"})
    return tmp_path


def test_every_command_does_what_it_says(place: Path) -> None:
    """In their order: a pull request in each repository, whose own configuration stays."""
    script = "\n".join(re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL))
    author = {"GIT_AUTHOR_NAME": "Octo", "GIT_AUTHOR_EMAIL": "octo@example.com"}
    committer = {name.replace("AUTHOR", "COMMITTER"): value for name, value in author.items()}
    done = subprocess.run(
        ["bash", "-euc", script],
        cwd=place / "work",
        env={
            **author,
            **committer,
            "PATH": f"{place / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "src"),
            "HOME": str(place),
            "CALLS": str(place / "calls"),
            "ORIGINS": str(place / "origins"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (place / "calls").read_text(encoding="utf-8").splitlines() == [
        "secret set",
        "repo list",
        *["repo clone", "label list", "pr create"] * 2,
        *["workflow run"] * 2,
        "auth token",
        "api --method",
    ]
    assert (place / "calls.doctor").read_text(encoding="utf-8").count("doctor --repository octo/") == 2
    for name in ("shop", "web"):
        origin = place / "origins" / "octo" / name
        assert calls(git(origin, "show", f"adopt-bugaction:{WORKFLOW}"))
        assert "- CI\n" in git(origin, "show", f"adopt-bugaction:{WORKFLOW}")
        assert git(origin, "show", f"adopt-bugaction:{RELAY}")
    text = git(place / "origins/octo/shop", "show", f"adopt-bugaction:{CONFIG}")
    assert load(text, extended=Extended("octo/.github", SHARED)).problems == ()
    assert git(place / "origins/octo/web", "show", f"adopt-bugaction:{CONFIG}").endswith("mode: enforce")
