"""Try the wheel in dist/ as a user has it, and run tests on it: what was built, not what lies in src/.

One environment holds what the wheel asks for and nothing else, at the versions that the Action installs; the
command is used in it. In a second one, with the development packages, `bugaction demo` plays two bugs' lives
on the embedded GitHub, and tests run on the installed package.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
UV = ROOT / ".tools" / "uv" / "uv"
TESTS = ("tests/unit/test_config.py", "tests/unit/test_schemas.py", "tests/unit/test_templates.py")
"""What reads templates, schemas and data from where they are installed."""


_OURS = ("PYTHON", "VIRTUAL_ENV", "BUGACTION_", "GITHUB_", "GH_")
"""Variables that would let this checkout, or the job that runs this, have a say."""


def run(command: Sequence[str | Path], folder: Path = ROOT) -> str:
    """Run it, away from this project's source and environment; what it printed. A failure ends all of it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    done = subprocess.run(command, cwd=folder, env=kept, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"{done.stdout}\n{' '.join(map(str, command))} ended with {done.returncode}.")
    return done.stdout


def environment(folder: Path, wheel: Path, lock: str) -> Path:
    """An environment with a lock and the wheel; its Python. The lock has to hold what the wheel asks for."""
    python = folder / "bin" / "python"
    run([UV, "venv", "--quiet", "--clear", "--python", sys.executable, folder])
    hashed = ("--no-build", "--require-hashes", "--python")
    run([UV, "pip", "sync", "--quiet", *hashed, python, ROOT / "requirements" / lock])
    run([UV, "pip", "install", "--quiet", "--offline", "--no-deps", "--python", python, wheel])
    run([UV, "pip", "check", "--quiet", "--python", python])
    return python


def commit_of(wheel: Path) -> str:
    """The commit that the wheel was made of, as it tells, "" where it was made of a changed tree."""
    with zipfile.ZipFile(wheel) as archive:
        told = [name for name in archive.namelist() if name.endswith(".dist-info/extra_metadata/commit")]
        found = archive.read(told[0]).decode("ascii").strip() if told else ""
    if run(["git", "status", "--porcelain"]) == "" and found != run(["git", "rev-parse", "HEAD"]).strip():
        sys.exit(f"dist/ was made of {found or 'a changed tree'}, and not of this commit. Run `make dist`.")
    return found


def use(command: Path, wheel: Path, place: Path) -> None:
    """The command line, in a clone of nothing: what needs no GitHub."""
    clone = place / "clone"
    run(["git", "init", "--quiet", clone])
    told = commit_of(wheel)
    commit = told or "a1" * 20
    run([command, "init", "--yes", *(() if told else ("--ref", commit))], clone)
    flow = (clone / ".github" / "workflows" / "bugaction.yml").read_text(encoding="utf-8")
    if flow.count(f"uses: bugaction/bugaction@{commit}") != 3:
        sys.exit(
            "The workflow that the wheel's `init` writes does not run the commit that the wheel was made of."
        )
    run([command, "init", "--check"], clone)
    for arguments in (["--version"], ["schema", "config"], ["--help"]):
        run([command, *arguments], clone)


def main() -> int:
    """Try the one wheel that is there."""
    (wheel,) = (ROOT / "dist").glob("*.whl")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        use(environment(place / "bare", wheel, "runtime.txt").with_name("bugaction"), wheel, place)
        python = environment(place / "whole", wheel, "dev.txt")
        if "site-packages" not in run([python, "-c", "import bugaction; print(bugaction.__file__)"]):
            sys.exit("The tests would not run on the wheel.")
        print(run([python.with_name("bugaction"), "demo", "--into", place / "demo"], place), end="")
        print(run([python, "-m", "pytest", "--override-ini", "pythonpath=.", *TESTS]), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
