"""Run the unit tests on every Python that bugaction supports and this machine has.

`--quick` imports every module instead: enough to see syntax and libraries that a version lacks. Versions
that are not here are named. `PYTHONS=3.12` (or several, with spaces) asks for versions that must be here.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
UV = str(ROOT / ".tools" / "uv" / "uv")
SUPPORTED = ("3.11", "3.12", "3.13")

IMPORT_ALL = """
import importlib, pathlib, sys
root = pathlib.Path("src")
names = [".".join(path.with_suffix("").relative_to(root).parts) for path in sorted(root.rglob("*.py"))]
for name in names:
    importlib.import_module(name.removesuffix(".__init__"))
print(f"Python {sys.version.split()[0]}: {len(names)} modules import")
"""


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


def environment_for(python: str, version: str) -> Path:
    """An environment for that interpreter with the locked development packages; return its Python."""
    folder = ROOT / ".tools" / f"python-{version}"
    inside = folder / "bin" / "python"
    if not inside.exists():
        subprocess.run([UV, "venv", "--quiet", "--clear", "--python", python, folder], check=True)
    sync = [UV, "pip", "sync", "--quiet", "--no-build", "--require-hashes", "--python", str(inside)]
    subprocess.run([*sync, str(ROOT / "requirements" / "dev.txt")], check=True)
    return inside


def main(arguments: list[str]) -> int:
    """Test each version; return 1 when one failed or one that was asked for is not here."""
    quick = "--quick" in arguments
    asked = os.environ.get("PYTHONS", "").split()
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    missing, failed = [], []
    for version in asked or SUPPORTED:
        if quick and version == own:
            continue  # the tests themselves run on this one
        python = find(version)
        if not python:
            missing.append(version)
            continue
        inside = environment_for(python, version)
        command = ["-c", IMPORT_ALL] if quick else ["-m", "pytest", "--numprocesses", "2", "tests/unit"]
        if not quick:
            print(f"Python {version}: {python}", flush=True)
        path = {**os.environ, "PYTHONPATH": "src"}
        if subprocess.run([inside, *command], cwd=ROOT, env=path, check=False).returncode:
            failed.append(version)
    if missing:
        print(f"Python {', '.join(missing)}: not on this machine, not tested")
    if failed:
        print(f"Python {', '.join(failed)}: failed")
    return 1 if failed or (asked and missing) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
