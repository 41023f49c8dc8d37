"""The reference in `docs/reference/` is what the program says of itself."""

from __future__ import annotations

import re
from pathlib import Path

from bugaction.cli import commands as program
from bugaction.commands import COMMANDS
from bugaction.doctor import CHECKS
from bugaction.gates import GATES
from bugaction.plan import Reason
from scripts.generate_reference import FOLDER, drift, pages

ROOT = Path(__file__).parents[2]


def test_reference_is_as_the_program_writes_it() -> None:
    """Run `python -m scripts.generate_reference` where this fails."""
    assert drift() == []


def test_every_catalogue_is_in_it() -> None:
    """Each command, gate, requirement, reason and option of the command line has its line."""
    made = pages()
    assert all(
        f"| `{command.usage}`".replace("|", "\\|")[2:] in made["commands.md"] for command in COMMANDS.values()
    )
    for gate in GATES.values():
        assert f"## {gate.title}" in made["gates.md"]
        assert (f"`{gate.context}`" in made["gates.md"]) is gate.blocks_merge
        assert all(f"| `{item.id}` |" in made["gates.md"] for item in gate.requirements)
        assert all(f"| `{item.id}` |" in made["gates.md"] for item in gate.of_pull)
    assert all(f"| `{check.id}` | {check.title}. |" in made["doctor.md"] for check in CHECKS.values())
    assert all(f"| `{reason}` |" in made["reasons.md"] for reason in Reason)
    assert all(f"## `bugaction {name}`" in made["command-line.md"] for name in program.commands)


def test_every_permission_of_the_shipped_workflow_is_explained() -> None:
    """The table has a row for each grant; a grant without its feature beside it would be missing."""
    scaffold = (ROOT / "templates" / "scaffold" / "bugaction.yml").read_text(encoding="utf-8")
    grants = scaffold.count(": read #") + scaffold.count(": write #")
    assert pages()["permissions.md"].count("\n| `") == grants > 0
    assert scaffold.count(": write\n") == 0
    assert scaffold.count(": read\n") == 0


def test_what_is_published_points_to_nothing_that_is_not() -> None:
    """No reader can look up a section of a paper that the repository does not hold."""
    shown = [
        ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "action.yml")
    ]
    shown += [path for folder in ("docs", "templates", ".github") for path in (ROOT / folder).rglob("*.*")]
    texts = {
        str(path): path.read_text(encoding="utf-8")
        for path in shown
        if path.is_file() and path.suffix != ".png"
    } | pages()
    assert [name for name, text in texts.items() if re.search(r"design(\.md|'s)? section", text, re.I)] == []


def test_the_reasons_say_both_codes_of_those_that_have_two() -> None:
    """In the line of the reason, with the condition."""
    lines = {
        line.split("`")[1]: line for line in pages()["reasons.md"].splitlines() if line.startswith("| `")
    }
    assert lines["permission-missing"].endswith(
        "| 0; 3 where nothing could be read, or a status that gates a merge was left out |"
    )
    assert {name for name, line in lines.items() if "; 3 where " in line} == {
        "permission-missing",
        "work-left",
    }


def test_drift_is_seen(tmp_path: Path) -> None:
    """A changed, an absent and a left-over file are each named."""
    for name in ("action.yml", "templates/scaffold/bugaction.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    assert drift(tmp_path) == []
    (folder / "gates.md").write_text("old", encoding="utf-8")
    (folder / "reasons.md").unlink()
    (folder / "stray.md").write_text("x", encoding="utf-8")
    assert drift(tmp_path) == ["gates.md", "reasons.md", "stray.md"]
