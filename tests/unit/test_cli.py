"""The command line: help, exit codes, and the one place where errors end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

import bugaction
from bugaction.cli import commands
from bugaction.reasons import EXITS

SOURCE = Path(bugaction.__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    out: str
    err: str


def bugaction_line(*arguments: str, environment: Mapping[str, str] | None = None) -> Ended:
    """A process of its own, with nothing of this one's environment but what it needs to start."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "HOME") if name in os.environ}
    ended = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "bugaction", *arguments],
        env={**kept, "PYTHONPATH": str(SOURCE), **(environment or {})},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


PERSON = {"GITHUB_REPOSITORY": "octo/shop", "BUGACTION_TOKEN": "ghs_secret"}


def test_every_command_has_help_with_an_example() -> None:
    """Each shows how it is used, and says what it does in a sentence."""
    for name, command in commands.commands.items():
        epilog = command.epilog or ""
        assert f"Example:\n  bugaction {name}" in epilog
        assert (command.help or "").partition("\n")[0].endswith(".")
    assert set(commands.commands) == {"demo", "plan", "run", "sandbox", "schema"}


def test_help_documents_the_exit_codes() -> None:
    """All of the table, in the help of the program and of both commands that need it."""
    for arguments in (["--help"], ["run", "--help"], ["plan", "-h"]):
        ended = bugaction_line(*arguments)
        assert ended.code == 0
        for code in EXITS:
            assert f"\n    {code.value}  " in ended.out


def test_version() -> None:
    """The package's own."""
    assert bugaction_line("--version").out == f"bugaction, version {bugaction.__version__}\n"


def test_schema_prints_json() -> None:
    """The configuration's without an argument."""
    assert "severities" in json.loads(bugaction_line("schema").out)["properties"]
    assert "reason" in json.loads(bugaction_line("schema", "result").out)["properties"]


@pytest.mark.parametrize("arguments", [["frobnicate"], ["run", "--frob"], ["schema", "x"], []])
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    """Click's own words, on the error stream."""
    ended = bugaction_line(*arguments)
    assert ended.code == 2
    assert "Usage: bugaction" in ended.err
    assert ended.out == ""


def test_wrong_input_is_a_sentence_with_its_remedy_and_code() -> None:
    """For a person: one line on the error stream, no traceback."""
    ended = bugaction_line("run", "--issue", "soon", environment=PERSON)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "bugaction: The input `issue` is 'soon'. Give an issue number such as 42 or BUG-042. [usage]\n"
    )


def test_error_in_a_job_reaches_outputs_summary_and_annotation(tmp_path: Path) -> None:
    """A workflow can act on the reason of a run that failed."""
    files = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    job = PERSON | files | {"GITHUB_ACTIONS": "true", "BUGACTION_ISSUE": "soon"}
    ended = bugaction_line("run", environment=job)
    assert (ended.code, ended.err) == (2, "")
    assert "::error title=bugaction::The input `issue` is 'soon'. Give" in ended.out
    output = (tmp_path / "output").read_text(encoding="utf-8")
    assert "\nusage\n" in output
    assert '"reason":"usage"' in output
    assert "The input `issue`" in (tmp_path / "summary").read_text(encoding="utf-8").replace("\\", "")


def test_error_in_a_job_without_writable_files_is_still_told(tmp_path: Path) -> None:
    """The annotation survives a runner whose files cannot be written."""
    job = PERSON | {"GITHUB_ACTIONS": "true", "BUGACTION_ISSUE": "soon", "GITHUB_OUTPUT": str(tmp_path)}
    ended = bugaction_line("run", environment=job)
    assert ended.code == 2
    assert "::error title=bugaction::The input `issue` is 'soon'." in ended.out
    assert "The file of GITHUB_OUTPUT cannot be written" in ended.out


def test_traceback_is_shown_on_request_and_the_token_never() -> None:
    """A token that strayed into another input is scrubbed from what is printed, with --debug too."""
    strayed = PERSON | {"BUGACTION_ISSUE": "ghs_secret"}
    quiet = bugaction_line("run", environment=strayed)
    loud = bugaction_line("--debug", "run", environment=strayed)
    in_job = bugaction_line("run", environment=strayed | {"GITHUB_ACTIONS": "true", "RUNNER_DEBUG": "1"})
    assert "The input `issue` is '***'." in quiet.err
    assert "Traceback" not in quiet.err
    assert "Traceback" in loud.err
    assert "Traceback" in in_job.out
    for ended in (quiet, loud, in_job):
        assert "ghs_secret" not in ended.out + ended.err


def test_starts_isolated_with_the_two_directories_alone() -> None:
    """As action.yml starts it: no user site, no PYTHONPATH, no site-packages but those named."""
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    launch = SOURCE / "bugaction" / "launch.py"
    ended = subprocess.run(
        [sys.executable, "-I", "-S", "-B", str(launch), str(SOURCE), packages, "--version"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.stdout == f"bugaction, version {bugaction.__version__}\n"


def test_help_imports_nothing_heavy() -> None:
    """Starting costs what click costs: the client, the models and the templates come when they are used."""
    script = (
        "import sys\nfrom bugaction.cli import commands\n"
        "heavy = ('github', 'requests', 'pydantic', 'jinja2', 'yaml', 'markdown_it', 'graphql')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ended.stdout == "[]\n"
