"""What `make reliability` has tried, as one table: `python -m scripts.reliability_table [--write]`.

Each part leaves its figures in `.reliability/`: the tests, the fuzzer, and the load. With `--write` the table
stands in docs/reliability.md, with the day. The exit code is 1 where anything was lost.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

__all__ = ["lost", "main", "placed", "table"]

ROOT = Path(__file__).resolve().parents[1]
PAGE = Path("docs/reliability.md")
FIGURES = Path(".reliability")

_BLOCK = re.compile(r"(<!-- tried -->\n).*?(<!-- /tried -->)", re.DOTALL)
_INPUTS = {
    "examples": "examples of property tests",
    "payloads": "payloads that GitHub would not send",
    "corpus": "texts that are kept because they are hard to read",
}

_Row = tuple[str, str, str]


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Print the table, and put it into the page where that is asked for."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    text = table(root)
    print(text)
    if "--write" in given:
        page = root / PAGE
        made = placed(page.read_text(encoding="utf-8"), text, datetime.now(UTC).date())
        page.write_text(made, encoding="utf-8")
    return 1 if lost(root) else 0


def table(root: Path) -> str:
    """The parts that were run, and what each lost. A part without figures was not run, and says so."""
    rows = [*_tests(_read(root, "tests")), *_fuzzing(_read(root, "fuzz")), *_load(_read(root, "load"))]
    lines = ["| tried | how much | losses |", "| --- | ---: | ---: |"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def lost(root: Path) -> int:
    """Tests that failed, those of faults among them, inputs that broke a parser, differences under load."""
    tests, fuzz, load = (_read(root, name) for name in ("tests", "fuzz", "load"))
    crashes: int = sum(told["crashes"] for told in fuzz or ())
    failed, differences = (tests or {}).get("failed", 0), (load or {}).get("differences", 0)
    return crashes + int(failed) + int(differences)


def placed(page: str, text: str, day: date) -> str:
    """The page with the table in its place."""
    return _BLOCK.sub(
        lambda found: f"{found[1]}As measured on {day.isoformat()}:\n\n{text}\n{found[2]}", page, count=1
    )


def _read(root: Path, name: str) -> Any:
    path = root / FIGURES / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _tests(found: Any) -> Iterator[_Row]:
    if found is None:
        yield "tests", "not run", ""
        return
    kinds = f"{found['kinds']} kinds in {found['operations']} operations"
    if found["faults"]:
        yield f"faults injected, {kinds}", _n(found["faults"]), ""
        yield "states compared with the same without the fault", _n(found["faults"]), _n(found["lost"])
    else:
        yield "faults", "not run", ""
    for kind, words in _INPUTS.items():
        yield words, _n(found["inputs"].get(kind, 0)), ""
    yield f"tests, in {_n(found['seconds'])} seconds", _n(found["passed"]), _n(found["failed"])


def _fuzzing(found: Any) -> Iterator[_Row]:
    if found is None:
        yield "fuzzing", "not run", ""
        return
    yield f"seconds of fuzzing {len(found)} parsers", _n(sum(told["seconds"] for told in found)), ""
    executions = _n(sum(told["executions"] for told in found))
    yield "inputs of the fuzzer", executions, _n(sum(told["crashes"] for told in found))


def _load(found: Any) -> Iterator[_Row]:
    if found is None:
        yield "load", "not run", ""
        return
    life = list(found["lives"].values())[-1]
    yield f"faults under load, {found['workers']} runs at once", _n(life["faults"]), ""
    yield f"events at {_n(found['bugs'])} bugs under load", _n(life["events"]), _n(found["differences"])


def _n(number: float) -> str:
    return f"{number:,.0f}"


if __name__ == "__main__":
    sys.exit(main())
