"""docs/reliability.md says what the fault matrix is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests import tally
from tests.scenario.test_faults import OPERATIONS, OTHER_END, WRITES
from tests.scenario.troubles import QUERIES, TROUBLES, troubles_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")


def test_its_figures_are_those_of_the_matrix() -> None:
    """How many operations, and how many of them with how many faults."""
    cells = sum(len(troubles_of(operation)) for operation in OPERATIONS)
    assert f"The operations are {len(OPERATIONS)}:" in PAGE
    assert f"These are {cells} pairs of an operation and a fault" in PAGE
    assert all(f"`{name}`" in PAGE for name in QUERIES)


def test_every_other_end_is_one_of_the_matrix() -> None:
    """No exception outlives what it was made for."""
    for operation, fault in OTHER_END:
        assert operation in OPERATIONS
        assert fault == "" or fault in troubles_of(operation)
    assert set(WRITES) <= set(OPERATIONS)


def test_every_command_of_the_page_is_there() -> None:
    """Each target, and each file that it leads to."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^make ([a-z-]+)", PAGE, re.M)
    assert len(targets) == 5
    assert all(f"\n{target}:" in makefile for target in targets)
    assert all((ROOT / path).is_file() for path in re.findall(r"`(tests/[\w/.]+\.py)`", PAGE))
    links = re.findall(r"\]\(([\w/.-]+\.md)\)", PAGE + (ROOT / "docs" / "security.md").read_text("utf-8"))
    assert all((ROOT / "docs" / link).resolve().is_file() for link in links)


def test_every_hostile_input_has_its_test() -> None:
    """By name, in the file that the page names."""
    named = re.findall(r"`((?:unit|contract|scenario)/[\w/]+\.py)::(test_\w+)`", PAGE)
    assert len(named) > 30
    for path, test in named:
        assert f"\ndef {test}(" in (ROOT / "tests" / path).read_text(encoding="utf-8"), (path, test)


def test_what_was_tried_is_told_in_a_line_and_a_table() -> None:
    """Each operation once, with what it met and how often; other properties of tests are none of it."""
    told = [("fault", "a|500"), ("fault", "a|500"), ("fault", "a|cut"), ("fault", "b|500"), ("other", "c|d")]
    found = tally.tallied(told)
    assert tally.sentence(found, 0) == (
        "4 faults injected and ends compared, 2 kinds in 2 operations: each as without it"
    )
    assert tally.sentence(found, 1).endswith("1 not as without the fault")
    assert tally.table(found).splitlines()[2:] == ["| `a` | 500; cut | 3 |", "| `b` | 500 | 1 |"]
    assert TROUBLES.keys() >= {"500", "cut"}


def test_inputs_are_told_in_a_line() -> None:
    """Each kind with its number; other properties of tests are none of it."""
    told = [("inputs", "examples|1200"), ("inputs", "corpus|7"), ("inputs", "corpus|8"), ("fault", "a|500")]
    assert tally.tried(tally.inputs(told)) == "inputs tried: 15 corpus, 1,200 examples"


def test_every_make_test_runs_unit_tests_that_are_named_like_a_rare_life() -> None:
    """What is left to `make reliability` is named by module, and some modules have a life and unit tests."""
    asked = [
        "--collect-only",
        "-q",
        "-m",
        "reliability",
        "tests/unit/gates",
        "tests/scenario/test_verification.py",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *asked], cwd=ROOT, capture_output=True, text=True, check=False
    )
    found = {line.partition(":")[0] for line in done.stdout.splitlines() if line.startswith("tests/")}
    assert found == {"tests/scenario/test_verification.py"}, done.stdout + done.stderr
