"""What mutation testing makes of mutmut's copies, and of the survivors that somebody explained."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from bugaction.commands.parse import _calls, parse_calls
from scripts.mutate import (
    EXPLAINED,
    ROOT,
    SUBJECTS,
    Subject,
    Survivor,
    compare,
    read_outcomes,
    read_survivors,
    subject_called,
    undecorated,
)
from tests.mutation import fresh_caches

WRITTEN = """\
def x_least__mutmut_orig(values, most=9):
    found = [value for value in values if value < most]
    return min(
        found, default=None
    )


def x_least__mutmut_1(values, most=10):
    found = [value for value in values if value < most]
    return min(found, default=None)


def x_least__mutmut_2(values, most=9):
    found = [value for value in values if value <= most]
    return min(found, default=None)


class Row:
    def xǁRowǁsize__mutmut_orig(self):
        return 1

    def xǁRowǁsize__mutmut_1(self):
        return 2

    def xǁRowǁsize__mutmut_2(self):
        return 0
"""
"""A module as mutmut writes it: each function beside its changed copies."""


def _left(folder: Path, **codes: int | None) -> Path:
    place = folder / "mutants" / "src" / "bugaction" / "gates"
    place.mkdir(parents=True)
    (place / "base.py").write_text(WRITTEN, encoding="utf-8")
    names = {f"bugaction.gates.base.{name}": code for name, code in codes.items()}
    (place / "base.py.meta").write_text(json.dumps({"exit_code_by_key": names}), encoding="utf-8")
    return folder


def test_survivors_are_told_by_what_they_change(tmp_path: Path) -> None:
    """By module, function and lines, since mutmut's numbers move with every line that is added."""
    codes: dict[str, int | None] = {
        "x_least__mutmut_1": 0,
        "x_least__mutmut_2": 1,
        "xǁRowǁsize__mutmut_1": 33,
    }
    counts, survived, modules = read_outcomes(_left(tmp_path, **codes, xǁRowǁsize__mutmut_2=None))
    assert counts == {"survived": 2, "noticed": 1, "not tried": 1}
    assert survived == [
        Survivor("gates.base", "least", "values, most=9", "values, most=10"),
        Survivor("gates.base", "Row.size", "return 1", "return 2"),
    ]
    assert modules == {"gates.base"}


def test_a_name_that_mutmut_would_not_give_is_refused(tmp_path: Path) -> None:
    """Another version may call them otherwise: then nothing is told of them."""
    with pytest.raises(ValueError, match="is not called as mutmut calls its mutants"):
        read_outcomes(_left(tmp_path, least_1=0))


def test_a_survivor_is_explained_or_told() -> None:
    """And so is an explanation that nothing needs, of a module that was looked at."""
    one, two, three = (Survivor("clocks", "due", "a < b", after) for after in ("a <= b", "a > b", "a is b"))
    other = Survivor("severity", "due", "a < b", "a > b")
    assert compare([one, two], [two, three, other], {"clocks"}) == ([one], [three])


def test_an_explanation_has_a_reason() -> None:
    """Several changes of one line may share it."""
    text = (
        '[[survivor]]\nmodule = "clocks"\nfunction = "due"\nbefore = "a"\nafter = ["b", "c"]\nreason = "{}"\n'
    )
    assert [each.after for each in read_survivors(text.format("Equal."))] == ["b", "c"]
    with pytest.raises(ValueError, match="no reason is given for clocks: due"):
        read_survivors(text.format(" "))


def test_every_explained_survivor_is_still_in_the_source() -> None:
    """Without a run: the function exists, and holds the lines before the change. Which quotes a Python prints
    within others differs."""
    unquoted = str.maketrans("", "", "\"'\\")
    for survivor in read_survivors(EXPLAINED.read_text(encoding="utf-8")):
        path = ROOT / "src" / "bugaction" / f"{survivor.module.replace('.', '/')}.py"
        name = survivor.function.rpartition(".")[2]
        found = [
            " ".join(line.strip() for line in ast.unparse(node).splitlines())
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef) and node.name == name
        ]
        before = survivor.before.translate(unquoted)
        assert any(before in text.translate(unquoted) for text in found), survivor


def test_a_module_of_a_folder_is_a_subject_of_its_own() -> None:
    """With the folder's tests; what is no module of one of them is told with what there is."""
    whole = subject_called("gates")
    assert subject_called("gates.checks") == Subject(("gates/checks.py",), whole.tests)
    for name in ("gate", "gates.nothing", "severity.checks", "../gates"):
        with pytest.raises(ValueError, match="nor a module of one of these folders"):
            subject_called(name)


DECORATED = """\
from functools import lru_cache
class Row:
    @staticmethod
    def least() -> int:
        return 1

    @property
    def size(self) -> int:  # in rows
        return 2


@lru_cache(maxsize=4)  # asked for often
def count(
    rows: int,
) -> int:
    return rows + 1
LAST = count(1)
"""


def test_a_function_is_changed_whatever_decorates_it() -> None:
    """A property and a cached function are what they were, and mutmut sees none that is decorated."""
    plain = undecorated(DECORATED)
    found = [node for node in ast.walk(ast.parse(plain)) if isinstance(node, ast.FunctionDef)]
    assert {node.name: len(node.decorator_list) for node in found} == {"count": 0, "least": 1, "size": 0}
    names: dict[str, Any] = {}
    exec(plain, names)  # noqa: S102 # our own text, above
    assert (names["Row"].least(), names["Row"]().size, names["LAST"]) == (1, 2, 2)
    assert names["count"].cache_info().currsize == 1
    assert undecorated(plain) == plain


def test_every_subject_means_the_same_undecorated() -> None:
    """Nothing but the decorators of functions moves."""
    for module in (each for subject in SUBJECTS.values() for each in subject.modules(ROOT)):
        source = module.read_text(encoding="utf-8")
        before, after = (
            [
                (node.name, [ast.dump(line) for line in node.body])
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.FunctionDef)
            ]
            for text in (source, undecorated(source))
        )
        assert before == after


def test_each_test_of_a_mutant_begins_with_empty_caches() -> None:
    """What one has read the next one reads again."""
    parse_calls("/accept")
    assert _calls.cache_info().currsize > 0
    fresh_caches.pytest_runtest_setup()
    assert _calls.cache_info().currsize == 0
