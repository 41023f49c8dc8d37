"""`bugaction sandbox --by-hand` and `--from`: what is typed is done, and bugaction answers, as on GitHub."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from bugaction.demo.serving import serve_by_hand, tracked
from bugaction.errors import UserError
from bugaction.sandbox.runs import shipped_workflow

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "try-it.md"
CONFIG = "version: 1\nmode: observe\nsince: 2026-01-01T00:00:00Z\n"


def played(*lines: str, source: Path | None = None) -> str:
    """What is told of these lines, each behind the prompt."""
    told: list[str] = []

    def typed(line: str) -> str:
        told.append(f"> {line}")
        return line

    serve_by_hand(0, told.append, map(typed, lines), source)
    return "\n".join(told)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A working tree that bugaction was put into, and that nobody has committed yet."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    workflow = shipped_workflow().replace("- CI\n", "- Build\n")
    for path, text in {
        ".github/workflows/bugaction.yml": workflow,
        ".github/bugaction.yml": CONFIG,
        ".gitignore": "secret.txt\n",
        "secret.txt": "mine",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def test_what_cannot_be_done_is_told_and_changes_nothing() -> None:
    """Slips of the keyboard, people who are not here, and what GitHub refuses. No run is started for them."""
    told = played(
        "", "foo", "ana dances", "zoe label 1 P1", "ana label P1", "ana label 7 P1", "dee label 1 P1",
        "wait a bit", "show nowhere.md", "ana put no-such-file", "mia merge 9", "quit", "ana label 1 P1",
    )  # fmt: skip
    for answer in (
        "> foo\n  What does foo do?",
        "> ana dances\n  `dances` is no deed.",
        "> zoe label 1 P1\n  Nobody here is called zoe",
        "> ana label P1\n  A number is missing: `ana label 2 P1`.",
        "> ana label 7 P1\n  GitHub says no: ",
        "> dee label 1 P1\n  GitHub says no: dee has the role 'read'; GitHub asks for 'triage' here",
        "> wait a bit\n  How long? `wait 2h`, `wait 1d`.",
        "> show nowhere.md\n  0 files are called `nowhere.md`.",
        "> ana put no-such-file\n  no-such-file cannot be read: ",
        "> mia merge 9\n  GitHub says no: ",
    ):
        assert answer in told
    assert told.endswith("> quit")


def test_a_repository_of_one_s_own_is_tried_before_anything_is_committed(clone: Path) -> None:
    """Its configuration decides, from now on, and its workflow which of its own workflows is waited for."""
    assert set(tracked(clone)) == {".github/workflows/bugaction.yml", ".github/bugaction.yml", ".gitignore"}
    told = played(
        "dee report Cards are refused", "ana label 1 P1", "bo fix 1", "tests 2 success", source=clone
    )
    assert str(clone) in told
    opened, tested = told.split("> bo fix 1")[1].split("> tests 2 success")
    assert (
        "✅ bugaction/gate on pull request 2: Observing, would block: BUG-001: nobody is assigned" in opened
    )
    assert (
        "✅ bugaction/fix on pull request 2: Observing, would block: BUG-001: nobody has approved it"
        in tested
    )


def test_a_folder_that_cannot_be_tried_says_what_is_missing(clone: Path, tmp_path: Path) -> None:
    """Before anything is served."""
    (clone / ".github/workflows/bugaction.yml").unlink()
    with pytest.raises(UserError, match=r"has no \.github/workflows/bugaction\.yml") as found:
        played(source=clone)
    assert "bugaction init" in found.value.remedy
    with pytest.raises(UserError, match="is no working tree of git"):
        tracked(tmp_path / "nowhere")


def test_the_guide_s_bug_is_held_and_closed() -> None:
    """What the page has its reader type: refused, let through, and closed at the end by bugaction."""
    (block,) = re.findall(r"^```text\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    told = played(*block.splitlines())
    held, merged = told.split("> mia merge 2\n")[1:]
    assert held.startswith('  GitHub says no: Required status check "bugaction/gate" is expected.')
    assert "✅ bugaction/gate on pull request 2: Every gate holds for BUG-001" in held
    assert merged.startswith("  pull request 2 is merged\n  label on #1: phase: deployment")
    assert "label on #1: phase: closed" in merged.partition("/attest team-review")[2]
    assert "GitHub says no" not in merged
    assert "`help` tells what can be typed" not in told
