"""The shipped templates are found wherever bugaction is installed."""

from __future__ import annotations

from pathlib import Path

from bugaction.templates import load_scaffold, load_templates

ROOT = Path(__file__).parents[2] / "templates"


def test_every_template_of_the_folder_is_loaded_as_it_stands() -> None:
    """By its path below the folder; what `init` writes is no template."""
    found = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in ROOT.rglob("*.j2")}
    assert dict(load_templates()) == found
    assert "documents/report.md.j2" in found


def test_the_shipped_workflows_are_loaded_as_they_stand() -> None:
    """By their file's name; what the doctor compares a repository's with."""
    found = {path.name: path.read_text("utf-8") for path in (ROOT / "scaffold").glob("*.yml")}
    assert dict(load_scaffold()) == found
    assert {"bugaction.yml", "bugaction-reviews.yml"} <= set(found)
