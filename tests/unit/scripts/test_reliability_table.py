"""The table at the end of `make reliability`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from scripts.reliability_table import lost, main, placed, table

TESTS = {
    "faults": 8_000, "kinds": 20, "operations": 37, "lost": 0, "passed": 900, "failed": 0,
    "seconds": 1_800.4, "inputs": {"examples": 40_000, "payloads": 90_000, "corpus": 85},
}  # fmt: skip
FUZZ = [
    {"name": "form", "seconds": 60, "executions": 10_000, "edges": 71, "crashes": 0},
    {"name": "merge", "seconds": 60, "executions": 500, "edges": 1_100, "crashes": 0},
]
LOAD = {
    "bugs": 200, "workers": 4, "differences": 0,
    "lives": {"one by one": {"events": 1_400, "faults": 0}, "4 at once": {"events": 1_400, "faults": 190}},
}  # fmt: skip


def left(root: Path, **parts: object) -> Path:
    """A folder in which these parts have left their figures."""
    folder = root / ".reliability"
    folder.mkdir()
    for name, found in parts.items():
        (folder / f"{name}.json").write_text(json.dumps(found), encoding="utf-8")
    return root


def test_all_parts_in_one_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Faults, states, inputs, seconds of fuzzing, load, and what each lost."""
    assert main([], left(tmp_path, tests=TESTS, fuzz=FUZZ, load=LOAD)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "| tried | how much | losses |",
        "| --- | ---: | ---: |",
        "| faults injected, 20 kinds in 37 operations | 8,000 |  |",
        "| states compared with the same without the fault | 8,000 | 0 |",
        "| examples of property tests | 40,000 |  |",
        "| payloads that GitHub would not send | 90,000 |  |",
        "| texts that are kept because they are hard to read | 85 |  |",
        "| tests, in 1,800 seconds | 900 | 0 |",
        "| seconds of fuzzing 2 parsers | 120 |  |",
        "| inputs of the fuzzer | 10,500 | 0 |",
        "| faults under load, 4 runs at once | 190 |  |",
        "| events at 200 bugs under load | 1,400 | 0 |",
    ]


def test_what_was_lost_fails(tmp_path: Path) -> None:
    """A test, an input of the fuzzer and a difference under load count alike."""
    crashed = [FUZZ[0] | {"crashes": 2}]
    root = left(tmp_path, tests=TESTS | {"failed": 3}, fuzz=crashed, load=LOAD | {"differences": 1})
    assert lost(root) == 6
    assert main([], root) == 1


def test_a_part_that_was_not_run_is_told(tmp_path: Path) -> None:
    """It is no part without losses."""
    root = left(tmp_path, fuzz=FUZZ)
    assert [row for row in table(root).splitlines() if "not run" in row] == [
        "| tests | not run |  |",
        "| load | not run |  |",
    ]
    few = TESTS | {"faults": 0}
    (root / ".reliability" / "tests.json").write_text(json.dumps(few), encoding="utf-8")
    assert "| faults | not run |  |" in table(root)
    assert "faults injected" not in table(root)


def test_the_table_takes_its_place_in_the_page(tmp_path: Path) -> None:
    """Once, with the day; everything else stays."""
    page = "# Page\n\n<!-- tried -->\nold\n<!-- /tried -->\n\nmore\n"
    made = placed(page, "| a |", date(2026, 11, 27))
    assert made == (
        "# Page\n\n<!-- tried -->\nAs measured on 2026-11-27:\n\n| a |\n<!-- /tried -->\n\nmore\n"
    )
    assert placed(made, "| a |", date(2026, 11, 27)) == made
    folder = left(tmp_path, tests=TESTS)
    (folder / "docs").mkdir()
    (folder / "docs" / "reliability.md").write_text(page, encoding="utf-8")
    assert main(["--write"], folder) == 0
    assert "| tests, in 1,800" in (folder / "docs" / "reliability.md").read_text(encoding="utf-8")
