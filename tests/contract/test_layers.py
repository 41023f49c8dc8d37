"""The import contracts speak of every module that there is."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

SHELL = {
    "__main__": "starts the command line",
    "app": "wires the parts of a run together",
    "checkout": "the adopting repository's git and files",
    "cli": "arguments, exit codes, the one error boundary",
    "demo": "plays a story on the embedded GitHub",
    "drafting": "reads GitHub for a prompt",
    "execution": "one run, from the environment to the runner's files",
    "github": "the adapter",
    "init": "writes what was proposed, after a yes",
    "install": "runs before anything is installed",
    "keeping": "writes down a run's facts for a shell",
    "launch": "runs before anything is installed",
    "notifying": "hands notifications to other services",
    "preflight": "runs before anything is installed",
    "saving": "reads and writes the files of saved facts",
    "settling": "wires a run together on redacted facts",
    "simulating": "reads the files of a simulation and prints it",
    "simulation": "wires a run together on saved facts",
    "reporting": "writes the files of a replay",
    "runner": "the Actions runner's files and variables",
    "sandbox": "the embedded GitHub",
    "telling": "writes the runner's files",
    "templates": "reads the shipped files",
    "working_tree": "reads the documents that somebody is writing",
}
"""The modules that may touch the world, and what for. All others are the core."""


def modules() -> set[str]:
    """The modules and packages directly below `bugaction`."""
    folder = ROOT / "src" / "bugaction"
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    return packages | {path.stem for path in folder.glob("*.py")} - {"__init__"}


def contract(name: str, key: str) -> list[str]:
    """A list of a contract in .importlinter."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return parser[f"importlinter:contract:{name}"][key].split()


def test_every_module_is_core_or_shell() -> None:
    """A module is held to the core's contract unless it is named here with its reason."""
    core = {name.removeprefix("bugaction.") for name in contract("core", "source_modules")}
    assert core == modules() - set(SHELL)
    assert set(SHELL) <= modules()


def test_what_the_core_may_never_import() -> None:
    """Clock, files, environment, network, processes, chance and the client stay outside."""
    forbidden = set(contract("core", "forbidden_modules"))
    world = {"os", "pathlib", "random", "socket", "subprocess", "time"}
    assert forbidden >= world | {"click", "github", "requests", "bugaction.github", "bugaction.sandbox"}


STARTERS = {"checkout", "demo", "install", "sandbox"}
"""What starts processes: git in somebody's clone, the demonstration, and the step that installs."""

STARTS = re.compile(
    r"^\s*(?:import|from) (?:subprocess|multiprocessing|pty)\b"
    r"|\bos\.(?:exec|fork|popen|posix_sp|spawn|system)\w*\(",
    re.M,
)
USES = re.compile(rf"^\s*(?:import|from) bugaction(?: import |\.)(?:{'|'.join(STARTERS)})\b", re.M)


def test_the_step_that_has_the_token_starts_no_process() -> None:
    """So no secret can become an argument: what starts one is of another step, or for a person's machine."""
    folder = ROOT / "src" / "bugaction"
    starting, using = set(), set()
    for path in folder.rglob("*.py"):
        name = path.relative_to(folder).parts[0].removesuffix(".py")
        text = path.read_text(encoding="utf-8")
        if STARTS.search(text):
            starting.add(name)
        if name not in STARTERS and USES.search(text):
            using.add(name)
    assert starting == STARTERS
    assert using == {"cli", "init"}  # `bugaction init`, `demo` and `sandbox`, which no step runs
