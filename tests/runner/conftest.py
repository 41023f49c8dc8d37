"""Fixtures that run action.yml with a real runner; see `tests.runner.act`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.runner.act import RunAction
from tests.runner.machine import copy_checkout, fill_tool_cache, make_repository


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this test run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Action's files."""
    target = tmp_path_factory.mktemp("action") / "checkout"
    copy_checkout(target)
    return target


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository that the workflow runs for. It is empty: the Action needs no checkout of it."""
    target = tmp_path_factory.mktemp("workspace")
    make_repository(target)
    return target


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PATH that holds `python3`: the interpreter itself, without the tests' environment."""
    folder = tmp_path_factory.mktemp("programs")
    (folder / "python3").symlink_to(Path(sys.executable).resolve())
    return folder


@pytest.fixture(scope="session")
def tool_cache(shared: Path, checkout: Path) -> Path:
    """A runner's tool cache that holds what a start needs. All processes share it, as jobs of a runner do."""
    fill_tool_cache(shared / "tool_cache", checkout)
    return shared / "tool_cache"


@pytest.fixture
def run_action(
    tmp_path: Path, checkout: Path, workspace: Path, programs: Path, tool_cache: Path
) -> RunAction:
    """Runs the shipped workflow on a runner where everything is installed."""
    return RunAction(checkout, workspace, programs, tool_cache, tmp_path)


@pytest.fixture
def run_on_fresh_machine(tmp_path: Path, checkout: Path, workspace: Path, programs: Path) -> RunAction:
    """Runs the shipped workflow on a runner whose tool cache (`.tools`) is empty."""
    tools = tmp_path / "tools"
    tools.mkdir()
    return RunAction(checkout, workspace, programs, tools, tmp_path)
