"""The wheel holds what the Action installs, and works by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bugaction import __version__, install
from bugaction.adoption.texts import SCAFFOLD

ROOT = Path(__file__).parents[2]
COMMIT = "b2" * 20


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, as `make dist` makes it of a commit."""
    target = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(target)]
    environment = {**os.environ, "BUGACTION_COMMIT": COMMIT}
    subprocess.run(build, cwd=ROOT, env=environment, check=True, capture_output=True)
    (found,) = target.glob("*.whl")
    return found


def test_wheel_and_action_hold_the_same(wheel: Path, tmp_path: Path) -> None:
    """Source, data and templates lie in the wheel as `build_application` lays them out for the Action."""
    install.build_application(str(ROOT), str(tmp_path))
    application = {path for path in install.files_below(str(tmp_path)) if "__pycache__" not in path}
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == application
    assert {f"bugaction/templates/scaffold/{name}" for name in SCAFFOLD.values()} <= packed
    assert "bugaction/py.typed" in packed


def test_wheel_runs(wheel: Path) -> None:
    """The command line starts from the wheel, without the checkout."""
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from bugaction.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, wheel, "--version"], capture_output=True, text=True, check=True
    )
    assert __version__ in done.stdout


def test_init_finds_its_templates_in_the_wheel(wheel: Path, tmp_path: Path) -> None:
    """Unpacked as pip does, far from the checkout, it writes what the checkout writes, and pins the commit
    that the wheel was made of. A wheel that does not tell it has to be told."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    clone = tmp_path / "clone"
    subprocess.run(["git", "init", "--quiet", clone], check=True)
    line = [sys.executable, "-m", "bugaction", "init", "--yes"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "site")}

    def init(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*line, *more], cwd=clone, env=environment, capture_output=True, text=True, check=False
        )

    (told,) = (tmp_path / "site").glob("*.dist-info/extra_metadata/commit")
    flow = clone / ".github/workflows/bugaction.yml"
    assert init().returncode == 0
    assert flow.read_text(encoding="utf-8").count(f"uses: bugaction/bugaction@{COMMIT}\n") == 3
    told.unlink()
    flow.unlink()
    assert (init().returncode, "`--ref`" in init().stderr) == (2, True)
    assert init("--ref", "a1" * 20).returncode == 0
    written = (clone / ".github/workflows/bugaction-reviews.yml").read_text(encoding="utf-8")
    assert written == (ROOT / "templates/scaffold/bugaction-reviews.yml").read_text(encoding="utf-8")


def test_version_is_said_once(wheel: Path) -> None:
    """The package and its metadata name the same version."""
    assert wheel.name == f"bugaction-{__version__}-py3-none-any.whl"
