"""What `make coverage` holds: the core as the import contract lists it, and nothing left out in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.core_coverage import LEAST, ROOT, core, exclusions, files, patterns

MODULES = core((ROOT / ".importlinter").read_text(encoding="utf-8"))


def test_the_whole_core_is_measured() -> None:
    """A module that is renamed does not slip out of the measure."""
    assert LEAST == 100
    assert len(MODULES) > 100
    found = list(files(MODULES))
    assert [path for path in found if not path.is_file()] == []
    assert len(found) > 200


def test_a_module_is_a_file_or_a_folder() -> None:
    """Both are looked for."""
    assert patterns(("clocks",)) == ["*/bugaction/clocks.py", "*/bugaction/clocks/*.py"]
    assert [path.name for path in files(("clocks",))] == ["clocks.py"]
    assert "base.py" in {path.name for path in files(("gates",))}


def test_whatever_is_left_out_says_why() -> None:
    """Outside the core as well; and the page on reliability has the core's number."""
    everything = list(exclusions((ROOT / "src" / "bugaction").rglob("*.py")))
    assert [found for found in everything if not found.reason] == []
    left_out = list(exclusions(files(MODULES)))
    assert left_out != []
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert f"{len(left_out)} lines are left out" in page


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("x = 1  # pragma: no cover", ""),
        ("x = 1  # pragma: no cover - it is never run", "it is never run"),
        ("if x:  # pragma: no branch - x always holds", "x always holds"),
        ("x = 1  #pragma:no cover -", ""),
    ],
)
def test_a_reason_stands_behind_a_dash(tmp_path: Path, line: str, reason: str) -> None:
    """On the same line."""
    path = tmp_path / "some.py"
    path.write_text(f"import this\n{line}\n", encoding="utf-8")
    assert [(found.line, found.reason) for found in exclusions([path])] == [(2, reason)]
