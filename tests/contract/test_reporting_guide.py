"""The guide to reporting a bug: each command line in it runs, its workflow uses inputs that there are."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from bugaction.capture import written
from bugaction.cli import commands
from tests.unit.test_simulation import BUG, planned

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guide" / "reporting-a-bug.md").read_text(encoding="utf-8")
LINES = re.findall(r"^bugaction (.+)$", GUIDE, re.MULTILINE)
EVENT = '{"action": "created", "issue": {"number": 42}, "comment": {"id": 900}}'


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("simulate")])
def test_each_simulation_runs(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the files that it names."""
    capture = planned(BUG, minutes=10)[0]

    (tmp_path / "facts.json").write_text(written(capture), encoding="utf-8")
    (tmp_path / "changed.yml").write_text("version: 1\n", encoding="utf-8")
    (tmp_path / "event.json").write_text(EVENT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert commands.main(shlex.split(line), standalone_mode=False) == 0


def test_each_other_line_is_one_that_the_program_takes() -> None:
    """Options and arguments as they are declared; nothing is asked of GitHub."""
    others = [shlex.split(line) for line in LINES if not line.startswith("simulate")]
    assert [line[0] for line in others] == ["plan"]
    for name, *arguments in others:
        command = commands.commands[name]
        assert isinstance(command, click.Command)
        command.make_context(name, arguments)
    assert CliRunner().invoke(commands, ["plan", "--no-such-option"]).exit_code == 2


def test_the_workflow_s_inputs_are_the_action_s() -> None:
    """By name; the file that is saved is the one that is uploaded."""
    (snippet,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    ours, upload = yaml.safe_load(snippet)
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert set(ours["with"]) <= set(action["inputs"])
    assert ours["with"]["save-snapshot"] == upload["with"]["path"]


def test_the_readme_leads_to_it() -> None:
    """Where somebody looks who is surprised."""
    assert "docs/guide/reporting-a-bug.md" in (ROOT / "README.md").read_text(encoding="utf-8")
