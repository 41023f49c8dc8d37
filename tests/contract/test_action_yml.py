"""The Action's published surface, pinned: what a workflow may rely on, and what it never has to fear."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bugaction.issue_form import FIELDS
from bugaction.sweep import DEFAULT_BUDGET

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "action.yml").read_text(encoding="utf-8")
ACTION: dict[str, Any] = yaml.safe_load(TEXT)
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]

INPUTS = {
    "token": "${{ github.token }}",
    "app-id": "",
    "app-private-key": "",
    "config": ".github/bugaction.yml",
    "command": "",
    "issue": "",
    "note": "",
    "dry-run": "false",
    "notify-urls": "",
    "records": "write",
    "shard": "",
    "sweep-budget": str(DEFAULT_BUDGET),
    "save-snapshot": "",
    "redact": "false",
}
OUTPUTS = {"bug", "severity", "phase", "gates", "plan", "documents", "result", "reason", "unrecorded"}
PASSED_ON = {
    "BUGACTION_TOKEN": "token",
    "BUGACTION_APP_ID": "app-id",
    "BUGACTION_APP_PRIVATE_KEY": "app-private-key",
    "BUGACTION_CONFIG": "config",
    "BUGACTION_COMMAND": "command",
    "BUGACTION_ISSUE": "issue",
    "BUGACTION_NOTE": "note",
    "BUGACTION_DRY_RUN": "dry-run",
    "BUGACTION_NOTIFY_URLS": "notify-urls",
    "BUGACTION_RECORDS": "records",
    "BUGACTION_SHARD": "shard",
    "BUGACTION_SWEEP_BUDGET": "sweep-budget",
    "BUGACTION_SAVE_SNAPSHOT": "save-snapshot",
    "BUGACTION_REDACT": "redact",
}


def test_inputs() -> None:
    """Inputs and their defaults are what workflows were written against; none is required."""
    assert {name: spec["default"] for name, spec in ACTION["inputs"].items()} == INPUTS
    assert not any(spec.get("required") for spec in ACTION["inputs"].values())


def test_outputs() -> None:
    """Outputs are what later steps and jobs read."""
    assert set(ACTION["outputs"]) == OUTPUTS


def test_the_marketplace_takes_it() -> None:
    """Its form says "Description must be less than 125 characters" (met by jestatsio/toolprint 0.3.1 and
    sdogruyol/cryload 5.2.1) when the tag is out already. One file at the root, whose name may be that of the
    organisation that publishes it
    (https://docs.github.com/actions/how-tos/create-and-publish-actions/publish-in-github-marketplace); icon
    and colour are looked up by `make check`, in GitHub's schema of such files."""
    assert 0 < len(ACTION["description"].strip()) < 125
    assert ACTION["name"] == "bugaction"
    assert set(ACTION["branding"]) == {"icon", "color"}
    assert not (ROOT / "action.yaml").exists()


@pytest.mark.parametrize("kind", ["inputs", "outputs"])
def test_everything_is_described(kind: str) -> None:
    """Each input and output has a sentence for the marketplace page and the reference."""
    for name, spec in ACTION[kind].items():
        assert spec["description"].rstrip().endswith("."), name


def test_each_input_is_passed_by_name() -> None:
    """Composite steps get no INPUT_*: the run step hands each input over in its environment."""
    run = next(step for step in STEPS if step["id"] == "run")
    passed = {name: value for name, value in run["env"].items() if name.startswith("BUGACTION_")}
    assert passed == {name: f"${{{{ inputs.{source} }}}}" for name, source in PASSED_ON.items()}
    assert set(PASSED_ON.values()) == set(INPUTS)


@pytest.mark.parametrize("name", ["inputs.token", "inputs.app-private-key"])
def test_what_gives_rights_reaches_one_step_only(name: str) -> None:
    """What downloads and unpacks never holds a token or a key."""
    holders = [step["id"] for step in STEPS if name in str(step)]
    assert holders == ["run"]


def test_whom_to_notify_reaches_one_step_only() -> None:
    """What installs is told whether, so that Apprise comes only for those who need it, and never whom."""
    install = next(step for step in STEPS if step["id"] == "install")
    assert install["env"]["BUGACTION_NOTIFY"] == "${{ inputs.notify-urls != '' }}"
    holders = [step["id"] for step in STEPS if "${{ inputs.notify-urls }}" in str(step)]
    assert holders == ["run"]


def test_no_other_action_is_used() -> None:
    """A composite action of ours alone: no code but this repository's runs with the token."""
    assert ACTION["runs"]["using"] == "composite"
    assert not [step for step in STEPS if "uses" in step]


def test_no_expression_in_a_shell_line() -> None:
    """Values reach the shell through the environment, never by being pasted into a command."""
    assert not [step["id"] for step in STEPS if "${{" in step["run"]]
    assert {step["shell"] for step in STEPS} == {"bash"}


def test_no_event_data_at_all() -> None:
    """Event data is read from the event file, not from expressions."""
    assert "github.event" not in TEXT


def test_expensive_steps_wait_for_the_preflight() -> None:
    """Nothing is installed and nothing runs before the preflight has said so."""
    assert STEPS[0]["id"] == "preflight"
    assert "if" not in STEPS[0]
    assert {step["if"] for step in STEPS[1:]} == {"steps.preflight.outputs.relevant == 'true'"}


def test_an_ended_event_still_has_its_outputs() -> None:
    """When the preflight ends an event, reason, result and unrecorded say so."""
    for name in ("reason", "result"):
        value = ACTION["outputs"][name]["value"]
        assert value == f"${{{{ steps.run.outputs.{name} || steps.preflight.outputs.{name} }}}}"
    assert ACTION["outputs"]["unrecorded"]["value"] == "${{ steps.run.outputs.unrecorded || 'false' }}"


STARTERS = [ROOT / "src" / "bugaction" / f"{name}.py" for name in ("preflight", "install", "launch")]


@pytest.mark.parametrize("path", [ROOT / "action.yml", *STARTERS], ids=lambda path: path.name)
def test_the_environment_of_later_steps_is_left_alone(path: Path) -> None:
    """Nothing writes GITHUB_PATH or GITHUB_ENV, through which one step takes over the next."""
    assert not re.search(r"GITHUB_(PATH|ENV)\b", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", STARTERS, ids=lambda path: path.name)
def test_starters_need_the_standard_library_only(path: Path) -> None:
    """The files that run before anything is installed import nothing that has to be installed."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {"bugaction.cli"} if path.name == "launch.py" else set()
    assert {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names} == ours


def test_no_input_variable_is_read() -> None:
    """Nothing depends on INPUT_*, which a real runner does not give to composite steps."""
    sources = [TEXT, *(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))]
    assert not [text for text in sources if re.search(r"[\"'$]INPUT_[A-Z]", text)]


def test_form_and_reader_agree() -> None:
    """The bug form's ids and labels are those that the program looks for, in the same order."""
    text = (ROOT / ".github" / "ISSUE_TEMPLATE" / "bug.yml").read_text(encoding="utf-8")
    form = yaml.safe_load(text)
    fields = {item["id"]: item["attributes"]["label"] for item in form["body"] if item["type"] != "markdown"}
    assert list(fields.items()) == list(FIELDS.items())
    assert form["labels"] == ["bug"]
