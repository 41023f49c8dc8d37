"""What `make coverage` holds: the core as the import contract lists it."""

from __future__ import annotations

from scripts.core_coverage import ROOT, WHOLE, core, patterns


def test_what_decides_is_part_of_the_core_and_there() -> None:
    """A module that is renamed does not slip out of the measure."""
    modules = core((ROOT / ".importlinter").read_text(encoding="utf-8"))
    assert len(modules) > 100
    assert set(WHOLE) <= set(modules)
    for module in WHOLE:
        assert any((ROOT / "src" / "bugaction").glob(f"{module}*"))


def test_a_module_is_a_file_or_a_folder() -> None:
    """Both are looked for."""
    assert patterns(("clocks",)) == ["*/bugaction/clocks.py", "*/bugaction/clocks/*.py"]
