"""Mutation testing: does any unit test notice when one thing is changed in what decides?

`make mutation`, or `python -m scripts.mutate [NAME...]` with names of `SUBJECTS`, or of one module of a
subject's folder (`gates.checks`). mutmut changes one
operator, value or argument after the other in a copy of the sources below `.mutation`, and runs the
subject's own unit tests each time. A change that none of them notices has survived. Those in
`tests/mutation/survivors.toml` are explained there; any other, and an explanation that explains nothing any
more, is a failure.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["HELD", "SUBJECTS", "Subject", "Survivor", "compare", "read_survivors"]

ROOT = Path(__file__).parents[1]
EXPLAINED = ROOT / "tests" / "mutation" / "survivors.toml"
TOOL = ROOT / ".tools" / "mutation"
"""Where `make mutation` puts mutmut: beside the environment, which it shares all else with."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is changed, files and folders below `src/bugaction`, and the tests that ought to notice."""

    paths: tuple[str, ...]
    tests: tuple[str, ...]

    def modules(self, root: Path) -> Iterator[Path]:
        """Each file of it, in the sources of this project or in a copy."""
        for path in self.paths:
            place = root / "src" / "bugaction" / path
            yield from sorted(place.rglob("*.py")) if place.is_dir() else [place]


SUBJECTS: Mapping[str, Subject] = {
    "severity": Subject(("severity.py",), ("tests/unit/test_severity.py",)),
    "clocks": Subject(("clocks.py",), ("tests/unit/test_clocks.py",)),
    "pauses": Subject(("pauses.py",), ("tests/unit/test_pauses.py",)),
    "stopwatch": Subject(
        ("stopwatch.py", "spans.py"), ("tests/unit/test_stopwatch.py", "tests/unit/test_spans.py")
    ),
    "working-time": Subject(("working_time.py",), ("tests/unit/test_working_time.py",)),
    "gates": Subject(("gates", "check_choice.py"), ("tests/unit/gates", "tests/unit/test_lane.py")),
    "merged-fixes": Subject(
        ("lane.py", "fix_at_hand.py", "taken_back.py"),
        ("tests/unit/test_lane.py", "tests/unit/test_fix_at_hand.py", "tests/unit/test_taken_back.py"),
    ),
    "commands": Subject(("commands",), ("tests/unit/commands",)),
}


def subject_called(name: str) -> Subject:
    """The subject of a name, or one module of a subject's folder. Raises `ValueError` where there is none."""
    folder, _, module = name.partition(".")
    path = f"{folder}/{module}.py"
    if folder not in SUBJECTS or (module and not (ROOT / "src" / "bugaction" / path).is_file()):
        msg = f"{name!r} is none of {', '.join(SUBJECTS)}, nor a module of one of these folders"
        raise ValueError(msg)
    whole = SUBJECTS[folder]
    return Subject((path,), whole.tests) if module else whole


HELD = tuple(SUBJECTS)
"""Those of which every survivor is explained, and which are run where none is named."""

_QUICK = (
    "--hypothesis-profile=brief",
    *("-p", "no:xdist", "-p", "no:unraisableexception", "-p", "no:threadexception"),
    *("-p", "tests.mutation.fresh_caches"),
)
"""What each run of the tests goes without, since there are thousands: most examples, two collections of
garbage at its end, which take longer than most of the tests, and what a test before it left in a cache."""

_COPIED = (
    "src",
    "tests",
    "fuzz",
    "templates",
    "docs",
    "scripts",
    "pyproject.toml",
    "action.yml",
    "README.md",
)


@dataclass(frozen=True, slots=True, order=True)
class Survivor:
    """A change that no test noticed: where, and the lines before and after it, without what is around."""

    module: str
    function: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.module}: {self.function}\n  - {self.before}\n  + {self.after}"


def read_survivors(text: str) -> dict[Survivor, str]:
    """The explained ones, each with its reason; `after` may list several changes of one line that share it.

    Raises `ValueError` for one that has none.
    """
    found: dict[Survivor, str] = {}
    for entry in tomllib.loads(text).get("survivor", []):
        given = entry["after"]
        for after in [given] if isinstance(given, str) else given:
            survivor = Survivor(entry["module"], entry["function"], entry["before"], after)
            if not entry.get("reason", "").strip():
                msg = f"no reason is given for {survivor}"
                raise ValueError(msg)
            found[survivor] = entry["reason"]
    return found


def compare(
    survived: Iterable[Survivor], explained: Iterable[Survivor], modules: Iterable[str]
) -> tuple[list[Survivor], list[Survivor]]:
    """The survivors that nobody explained, and the explanations, of these modules, that nothing needs."""
    here, known, looked_at = set(survived), set(explained), set(modules)
    return sorted(here - known), sorted(each for each in known - here if each.module in looked_at)


# Running ----------------------------------------------------------------------------------------------------


def undecorated(source: str) -> str:
    """A module that means the same, with each function's decorators called below it.

    mutmut changes nothing in a function that has any but `staticmethod` or `classmethod` (its
    `file_mutation.py`), and properties and what is cached decide as well.
    """
    lines = source.splitlines()
    tree = ast.parse(source)
    bodies = [tree.body, *(node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
    functions = [node for body in bodies for node in body if isinstance(node, ast.FunctionDef)]
    for node in sorted(functions, key=lambda node: node.lineno, reverse=True):
        names = [ast.unparse(decorator) for decorator in node.decorator_list]
        if node.end_lineno is None or names in ([], ["staticmethod"], ["classmethod"]):
            continue
        call = node.name
        for name in reversed(names):
            call = f"{name}({call})"
        lines.insert(node.end_lineno, f"{' ' * node.col_offset}{node.name} = {call}")
        del lines[node.decorator_list[0].lineno - 1 : node.lineno - 1]
    return "\n".join(lines) + "\n"


def prepare(name: str, subject: Subject) -> Path:
    """A fresh copy of the sources, in which mutmut is told of the subject alone."""
    folder = ROOT / ".mutation" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for part in _COPIED:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copy2(source, folder / part)
    for module in subject.modules(folder):
        module.write_text(undecorated(module.read_text(encoding="utf-8")), encoding="utf-8")
    told = {
        # What is no source to mutmut is copied, in a second; all of ours would be parsed for two minutes.
        "source_paths": [f"src/bugaction/{path}" for path in subject.paths],
        "pytest_add_cli_args_test_selection": list(subject.tests),
        "pytest_add_cli_args": _QUICK,
        "also_copy": [part for part in _COPIED if part not in ("tests", "pyproject.toml")],
        "use_git_change_detection": False,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in told.items()]
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n[tool.mutmut]\n" + "\n".join(lines) + "\n")
    return folder


_NO_TESTS = (5, 33)
_NAME = re.compile(r"x(?:ǁ(?P<kind>\w+)ǁ|_)(?P<function>\w+)__mutmut_(?P<number>\d+)")
"""What mutmut calls the changed copy of a function, or of a class's method."""


def survivors_in(module: str, source: str, names: Iterable[str]) -> list[Survivor]:
    """What these mutants change, in a module as mutmut wrote it: each function beside its changed copies."""
    kept = {node.name: node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}
    found = []
    for name in names:
        match = _NAME.fullmatch(name)
        if match is None:
            msg = f"{name!r} is not called as mutmut calls its mutants"
            raise ValueError(msg)
        first = kept[f"{name.rpartition('_')[0]}_orig"]
        function = f"{match['kind']}.{match['function']}" if match["kind"] else match["function"]
        found.append(Survivor(module, function, *_changed(first, kept[name])))
    return found


def _changed(first: ast.FunctionDef, second: ast.FunctionDef) -> tuple[str, str]:
    """The lines that differ, without how they were broken and what stands around them."""
    here, there = ([*ast.unparse(each).splitlines()[1:]] for each in (first, second))
    lines = list(difflib.ndiff(here, there))
    before, after = (" ".join(line[2:].strip() for line in lines if line.startswith(mark)) for mark in "-+")
    if not before and not after:  # a default of a parameter
        before, after = ast.unparse(first.args), ast.unparse(second.args)
    return before, after


Outcomes = tuple[Counter[str], list[Survivor], set[str]]
"""How many mutants ended how, the survivors, and the modules that were looked at."""


def run(name: str, children: int) -> Outcomes:
    """Mutate a subject. What mutmut says is in `mutmut.txt` in the subject's folder."""
    folder = prepare(name, subject_called(name))
    log = folder / "mutmut.txt"
    environment = {**os.environ, "PYTHONPATH": str(TOOL), "PYTHONDONTWRITEBYTECODE": "1"}
    with log.open("w", encoding="utf-8") as file:
        subprocess.run(
            [sys.executable, "-m", "mutmut", "run", "--max-children", str(children)],
            cwd=folder,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
        )
    return read_outcomes(folder)


def read_outcomes(folder: Path) -> Outcomes:
    """What mutmut left in its folder."""
    counts: Counter[str] = Counter()
    survived: list[Survivor] = []
    modules: set[str] = set()
    for path in sorted((folder / "mutants").rglob("*.py.meta")):
        codes = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        names = []
        for key, code in codes.items():
            counts["not tried" if code is None else "survived" if code in (0, *_NO_TESTS) else "noticed"] += 1
            if code in (0, *_NO_TESTS):
                names.append(key.rpartition(".")[2])
        source = path.with_suffix("")
        relative = source.relative_to(folder / "mutants" / "src" / "bugaction").with_suffix("")
        module = ".".join(relative.parts)
        modules.add(module)
        survived += survivors_in(module, source.read_text(encoding="utf-8"), names)
    return counts, survived, modules


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a subject, then what nobody explained; fail where there is any."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("subjects", nargs="*", metavar="NAME", help=f"{', '.join(SUBJECTS)}, or gates.checks")
    parser.add_argument("--children", type=int, default=os.cpu_count() or 1, help="mutants tried at once")
    given = parser.parse_args(arguments)
    try:
        for name in given.subjects:
            subject_called(name)
    except ValueError as error:
        parser.error(str(error))
    explained = read_survivors(EXPLAINED.read_text(encoding="utf-8"))
    rows, survived, modules = {}, [], set()
    for name in given.subjects or HELD:
        counts, found, seen = run(name, given.children)
        rows[name] = dict(counts)
        survived += found
        modules |= seen
    unexplained, needless = compare(survived, explained, modules)
    print("\n| subject | mutants | noticed | survived |\n|---|---|---|---|")
    for name, row in rows.items():
        print(f"| {name} | {sum(row.values())} | {row.get('noticed', 0)} | {row.get('survived', 0)} |")
    for title, each in (("Nobody explained", unexplained), ("Explained, but noticed or gone", needless)):
        if each:
            print(f"\n{title}: {len(each)}", *map(str, each), sep="\n")
    path = ROOT / ".reliability" / "mutation.json"
    path.parent.mkdir(exist_ok=True)
    kept = {
        "subjects": rows,
        "explained": len(set(survived) & set(explained)),
        "unexplained": len(unexplained),
    }
    path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    untried = sum(row.get("not tried", 0) for row in rows.values())
    if untried:
        print(
            f"{untried} mutants were not tried: see what mutmut said in .mutation/*/mutmut.txt.",
            file=sys.stderr,
        )
    return 1 if unexplained or needless or untried or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
