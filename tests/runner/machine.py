"""The parts of a runner: the Action's files, a tool cache that holds everything, a repository."""

from __future__ import annotations

import compileall
import importlib.metadata
import py_compile
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from packaging.requirements import Requirement

from bugaction import install
from tests.runner.act import ROOT


def copy_checkout(target: Path) -> None:
    """The files of this repository that the Action uses, as GitHub's runner would fetch them."""
    target.mkdir(parents=True)
    for name in ("src", "templates", "requirements", ".github"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "action.yml", target)


def make_repository(folder: Path) -> None:
    """Turn the folder into a git repository with one commit: act reads ref and SHA from it."""
    git = ["git", "-C", str(folder), "-c", "user.name=Octo", "-c", "user.email=octo@example.com"]
    subprocess.run([*git, "init", "--quiet", "--initial-branch", "main"], check=True)
    subprocess.run([*git, "add", "--all"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "--message", "Begin"], check=True)


def fill_tool_cache(tools: Path, checkout: Path, lock: str = install.RUNTIME) -> None:
    """Install library and uv below `tools`, without a network: the copies of this environment are taken.

    The environment was installed from requirements/dev.txt by hash; each version is checked against the
    lock that the Action installs from.
    """
    names = install.names(str(checkout), lock)
    install.provide(str(tools / "bugaction" / names["library"]), partial(copy_library, lock))
    install.provide(str(tools / "bugaction" / names["uv"]), copy_uv)


def copy_library(lock: str, directory: str) -> None:
    """Fill the directory with the pinned dependencies of a lock."""
    for requirement in pinned(ROOT / "requirements" / f"{lock}.txt"):
        distribution = importlib.metadata.distribution(requirement.name)
        assert requirement.specifier.contains(distribution.version, prereleases=True), requirement
        for file in distribution.files or ():
            if ".." in file.parts or "__pycache__" in file.parts:
                continue
            target = Path(directory) / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(str(distribution.locate_file(file)), target)
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(directory, quiet=1, invalidation_mode=mode)


def copy_uv(directory: str) -> None:
    """Fill the directory with the pinned uv."""
    (requirement,) = pinned(ROOT / "requirements" / "uv.txt")
    assert requirement.specifier.contains(importlib.metadata.version("uv")), requirement
    shutil.copy(Path(sys.executable).with_name("uv"), directory)


def pinned(lock: Path) -> Iterator[Requirement]:
    """The requirements of a lock that apply to this interpreter."""
    for line in lock.read_text(encoding="utf-8").splitlines():
        match = re.match(r"([A-Za-z0-9._-]+==[^\\]+)", line)
        if match:
            requirement = Requirement(match[1])
            if requirement.marker is None or requirement.marker.evaluate():
                yield requirement
