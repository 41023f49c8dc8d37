"""The guide to a replay: each command line in it is one that the program takes, and what it says holds."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from bugaction import replaying
from bugaction.adoption.labels import aliases, bug_labels
from bugaction.cli import commands
from bugaction.cli.replaying import _mapped

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guide" / "replay.md").read_text(encoding="utf-8")
LINES = re.findall(r"^bugaction (.+)$", GUIDE, re.MULTILINE)


@pytest.mark.parametrize("line", LINES)
def test_each_line_is_one_that_the_program_takes(line: str) -> None:
    """Options and arguments as they are declared; labels that mean something."""
    name, *arguments = shlex.split(line)
    context = commands.commands[name].make_context(name, arguments)
    assert name == "replay"
    assert set(_mapped(context.params["labels"])) in (set(), {"P0", "P1", "bug"})


def test_the_schema_is_printed() -> None:
    """By the name that the guide gives it."""
    assert "`bugaction schema replay`" in GUIDE
    assert '"held"' in CliRunner().invoke(commands, ["schema", "replay"]).output


def test_the_labels_that_it_names_are_recognised() -> None:
    """Those of severities, and that of bugs."""
    (named,) = re.findall(r"recognises them \((.*?)\)", GUIDE, re.DOTALL)
    names = re.findall(r"`(.*?)`", named)
    assert {name for each in names for found in aliases([each]).values() for name in found} == set(names[:-1])
    assert bug_labels(names) == (names[-1],)


def test_its_numbers_are_the_program_s() -> None:
    """The limit, and what is left to others."""
    assert f"the newest {replaying.DEFAULT_LIMIT} bugs" in GUIDE
    assert f"when {replaying._FLOOR} requests are left" in GUIDE
