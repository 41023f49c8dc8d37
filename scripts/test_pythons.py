"""Run the unit tests on every Python that bugaction supports and this machine has.

`--other` runs those that look at plain values, on one alone: the farthest from the one that runs this.
Property tests, those that start a process for each line that somebody types, and the Pythons in between are
left to CI's matrix. Versions that are not here, or for which the packages cannot be had, are named.
`PYTHONS=3.12` (or several, with spaces) asks for versions that must be here.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
UV = str(ROOT / ".tools" / "uv" / "uv")
SUPPORTED = ("3.11", "3.12", "3.13")
TYPED = "tests/unit/test_cli.py"
"""Starts a process a test: a quarter of the time that all unit tests take."""


def find(version: str) -> str:
    """The interpreter of that version, "" where there is none: on PATH, or beside the one that runs this.

    Beside means as pyenv (`versions/3.12.1`) and GitHub's tool cache (`Python/3.12.14/x64`) lay them out.
    """
    home = Path(sys.base_prefix)
    beside = [*home.parent.glob(f"{version}.*"), *home.parent.parent.glob(f"{version}.*/{home.name}")]
    for candidate in (f"python{version}", *sorted(f"{folder}/bin/python3" for folder in beside)):
        report = "import sys; print(sys.executable, *sys.version_info[:2], sep='\\n')"
        try:
            done = subprocess.run(
                [candidate, "-I", "-c", report], capture_output=True, text=True, check=False
            )
        except OSError:
            continue
        executable, *found = done.stdout.split("\n")[:3] if done.returncode == 0 else [""]
        if ".".join(found) == version:
            return executable
    return ""


def environment_for(python: str, version: str) -> Path | None:
    """The Python of an environment with the locked development packages; None where it cannot be made."""
    folder = ROOT / ".tools" / f"python-{version}"
    inside = folder / "bin" / "python"
    make = [UV, "venv", "--quiet", "--clear", "--python", python, str(folder)]
    sync = [UV, "pip", "sync", "--quiet", "--no-build", "--require-hashes", "--python", str(inside)]
    steps = [] if inside.exists() else [make]
    steps.append([*sync, str(ROOT / "requirements" / "dev.txt")])
    done = all(subprocess.run(step, check=False).returncode == 0 for step in steps)
    return inside if done else None


def run_tests(python: Path, marks: str, but: list[str]) -> bool:
    """Whether the unit tests with these marks, but for those of some files, pass on that Python."""
    command = [
        str(python),
        "-m",
        "pytest",
        "--hypothesis-profile=brief",
        "--numprocesses",
        "2",
        "--dist",
        "worksteal",
        "-m",
        marks,
        *(f"--ignore={name}" for name in but),
        "tests/unit",
    ]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def main(arguments: list[str]) -> int:
    """Test each version; return 1 when one failed or one that was asked for is not here."""
    asked = os.environ.get("PYTHONS", "").split()
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    versions, marks, but = list(asked or SUPPORTED), "not reliability", list[str]()
    if "--other" in arguments and not asked:
        marks += " and not hypothesis"  # hypothesis's own mark of its tests
        but = [TYPED]
        versions = [SUPPORTED[0] if own == SUPPORTED[-1] else SUPPORTED[-1]]
    absent: list[str] = []
    failed: list[str] = []
    for version in versions:
        python = find(version)
        inside = environment_for(python, version) if python else None
        if inside is None:
            absent.append(f"{version} ({'its packages cannot be had' if python else 'not on this machine'})")
            continue
        print(f"Python {version}: {python}", flush=True)
        if not run_tests(inside, marks, but):
            failed.append(version)
    if absent:
        print(f"Not tested: {', '.join(absent)}")
    if failed:
        print(f"Failed: {', '.join(failed)}")
    return 1 if failed or (asked and absent) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
