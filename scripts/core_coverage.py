"""Which lines and branches of the core no unit test takes: the last step of `make coverage`.

The core is what `.importlinter` lists as such, and all of it has to be taken. What is left out on purpose
says why, behind `# pragma: no cover` or `no branch`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

import coverage

__all__ = ["LEAST", "ROOT", "Exclusion", "core", "exclusions", "files", "patterns"]

ROOT = Path(__file__).parents[1]

LEAST = 100.0
"""Per cent of all lines and branches of the core."""

_EXCLUSION = re.compile(r"#\s*pragma:\s*no\s*(?:cover|branch)\b(?:\s+-\s+(?P<reason>\S.*))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A line that is not measured, and why; "" where nothing is said."""

    path: str
    line: int
    reason: str


def core(text: str) -> tuple[str, ...]:
    """The core's modules, without the package's name, by the text of `.importlinter`."""
    found = ConfigParser()
    found.read_string(text)
    modules = found["importlinter:contract:core"]["source_modules"].split()
    return tuple(module.removeprefix("bugaction.") for module in modules)


def patterns(modules: tuple[str, ...]) -> list[str]:
    """Where the modules lie: each is a file or a folder."""
    return [f"*/bugaction/{module}{end}" for module in modules for end in (".py", "/*.py")]


def files(modules: tuple[str, ...]) -> Iterator[Path]:
    """The files of the modules."""
    package = ROOT / "src" / "bugaction"
    for module in modules:
        folder = package / module
        yield from sorted(folder.rglob("*.py")) if folder.is_dir() else [package / f"{module}.py"]


def exclusions(paths: Iterable[Path]) -> Iterator[Exclusion]:
    """What these files leave out of the measure."""
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            found = _EXCLUSION.search(line)
            if found is not None:
                yield Exclusion(path.name, number, found["reason"] or "")


def main() -> int:
    """Print what is not taken; fail where there is any."""
    modules = core((ROOT / ".importlinter").read_text(encoding="utf-8"))
    measured = coverage.Coverage()
    measured.load()
    taken = measured.report(include=patterns(modules), show_missing=True, skip_covered=True)
    print(f"{len(list(exclusions(files(modules))))} lines are left out, each with its reason.")
    path = ROOT / ".reliability" / "coverage.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"core": round(taken, 2)}, indent=2) + "\n", encoding="utf-8")
    if taken < LEAST:
        print("Every line and branch of the core has to be taken by a unit test.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
