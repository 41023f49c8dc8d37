"""The shipped templates are found wherever bugaction is installed."""

from __future__ import annotations

from pathlib import Path

from bugaction.adoption.texts import CALLER, SCAFFOLD
from bugaction.templates import load_scaffold, load_templates

ROOT = Path(__file__).parents[2] / "templates"


def test_every_template_of_the_folder_is_loaded_as_it_stands() -> None:
    """By its path below the folder; what `init` writes is no template."""
    found = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in ROOT.rglob("*.j2")}
    assert dict(load_templates()) == found
    assert "documents/report.md.j2" in found


def test_every_file_that_init_starts_from_is_loaded() -> None:
    """The scaffold as it stands, and nothing that no repository gets."""
    folder = ROOT / "scaffold"
    found = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert dict(load_scaffold()) == found
    chosen = {"bugaction-sweep.yml", CALLER}  # for who needs them
    assert set(found) - chosen == set(SCAFFOLD.values())
