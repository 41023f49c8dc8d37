"""The Action's start under a real runner: what ends early, what is installed, what is found again."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bugaction import install
from bugaction.reasons import ExitCode
from tests.runner.act import OWN, ROOT, TOKEN, RunAction
from tests.runner.closed_door import ClosedDoor, closed_door
from tests.runner.machine import copy_uv

pytestmark = pytest.mark.runner

COMMENT = {
    "action": "created",
    "issue": {"number": 7, "labels": [{"name": "question"}], "body": "How do I?"},
    "comment": {"id": 1, "body": "See docs/guide."},
}
LABELLED = {
    "action": "labeled",
    "label": {"name": "P1"},
    "issue": {"number": 7, "labels": [{"name": "P1"}], "body": "It is broken."},
}


def copy_of(tools: Path, target: Path) -> Path:
    """A tool cache of one's own. What other tests are just building aside is left out."""
    shutil.copytree(tools, target, ignore=shutil.ignore_patterns(".application-*", ".library-*", ".uv-*"))
    return target


def offline_sources() -> dict[str, str]:
    """Where uv finds the wheels without a network: the cache that filled this environment."""
    cache = ROOT / ".tools" / "cache"
    assert cache.is_dir(), "make test fills .tools/cache; run it once"
    return {"UV_CACHE_DIR": str(cache), "UV_OFFLINE": "1"}


@pytest.fixture
def door() -> Iterator[ClosedDoor]:
    """What answers in GitHub's place."""
    with closed_door() as opened:
        yield opened


def test_irrelevant_event_installs_nothing(run_on_fresh_machine: RunAction) -> None:
    """An event with nothing in it for us ends in the preflight: green, explained, nothing installed."""
    result = run_on_fresh_machine("issue_comment", COMMENT)
    assert result.returncode == 0, result.log
    assert list(result.jobs) == ["bugs"]
    assert result.outputs["reason"] == "not-ours"
    assert json.loads(result.outputs["result"])["reason"] == "not-ours"
    assert result.outputs["unrecorded"] == "false"
    assert result.summary.startswith("**bugaction**: nothing to do.")
    assert list(run_on_fresh_machine.tools.iterdir()) == []


def test_hopeless_event_starts_no_job(run_action: RunAction) -> None:
    """What the jobs' conditions can tell costs no runner at all."""
    comment = {**COMMENT, "issue": {"number": 7, "labels": [], "body": None}, "comment": {"body": "Me too"}}
    result = run_action("issue_comment", comment)
    assert (result.returncode, dict(result.jobs)) == (0, {})


def test_second_start_finds_everything(run_action: RunAction, door: ClosedDoor) -> None:
    """From the tool cache nothing is built again, and the run's own exit code is the Action's."""
    run_action("issues", LABELLED, door.url, f"{door.url}/graphql")
    result = run_action("issues", LABELLED, door.url, f"{door.url}/graphql")
    assert result.jobs["bugs"].built == "nothing"
    assert result.jobs["bugs"].result == "failure"
    assert f"exit status {ExitCode.GITHUB}" in result.log
    assert result.outputs["reason"] == "permission-missing"
    assert TOKEN in door.authorizations[-1]


def test_own_workflow_runs_the_checked_out_action(run_action: RunAction) -> None:
    """The workflow of this repository takes the Action from its checkout and gets as far."""
    result = run_action("issue_comment", COMMENT, workflow=OWN)
    assert result.returncode == 0, result.log
    assert result.outputs["reason"] == "not-ours"


def test_tampered_install_is_rebuilt(run_action: RunAction, door: ClosedDoor, tmp_path: Path) -> None:
    """A byte changed in an installed library is noticed at the next start, and the library made anew."""
    tools = copy_of(run_action.tools, tmp_path / "tampered")
    (library,) = tools.glob("bugaction/library-*")
    victim = library / "click" / "__init__.py"
    honest = victim.read_bytes()
    victim.write_bytes(honest + b"\nprint('I am in your token')\n")
    result = dataclasses.replace(run_action, tools=tools)(
        "issues", LABELLED, door.url, f"{door.url}/graphql", environment=offline_sources()
    )
    assert result.jobs["bugs"].built.startswith("library"), result.log
    assert "I am in your token" not in result.log
    assert victim.read_bytes() == honest


def test_first_start_installs_from_the_lock(
    run_on_fresh_machine: RunAction, checkout: Path, door: ClosedDoor
) -> None:
    """On a machine that has nothing but uv, the locked library and our own code are installed and run."""
    uv = run_on_fresh_machine.tools / "bugaction" / install.names(str(checkout))["uv"]
    install.provide(str(uv), copy_uv)
    result = run_on_fresh_machine(
        "issues", LABELLED, door.url, f"{door.url}/graphql", environment=offline_sources()
    )
    assert result.jobs["bugs"].built == "library application", result.log
    assert door.first is not None


def test_no_python_is_explained(run_action: RunAction, tmp_path: Path) -> None:
    """Without a Python that is new enough the run fails with the way out, and never in silence."""
    programs = tmp_path / "without"
    programs.mkdir()
    for name in ("python3", "python", "python3.14", "python3.13", "python3.12", "python3.11"):
        (programs / name).write_text("#!/bin/sh\nexit 9\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    result = dataclasses.replace(run_action, programs=programs)("issues", LABELLED)
    assert result.returncode == 1
    assert "No Python 3.11 or newer was found" in result.summary
    assert "actions/setup-python" in result.summary


def test_python_of_the_tool_cache_is_found(run_action: RunAction, programs: Path, tmp_path: Path) -> None:
    """A hosted image with an old python3 keeps newer ones in its tool cache: the first of them serves."""
    tools, stubs = copy_of(run_action.tools, tmp_path / "hosted"), tmp_path / "stubs"
    hosted = tools / "Python" / "3.12.14" / "x64" / "bin"
    hosted.mkdir(parents=True)
    (hosted / "python3").symlink_to((programs / "python3").resolve())
    stubs.mkdir()
    for name in ("python3", "python", "python3.14", "python3.13", "python3.12", "python3.11"):
        (stubs / name).write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
        (stubs / name).chmod(0o755)
    result = dataclasses.replace(run_action, tools=tools, programs=stubs)("issue_comment", COMMENT)
    assert result.returncode == 0, result.log
    assert result.outputs["reason"] == "not-ours"
