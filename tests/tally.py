"""What a test run has tried, for its end: a line, a table of the faults, and figures in `.reliability/`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

__all__ = ["INPUTS", "PROPERTY", "figures", "inputs", "sentence", "table", "tallied", "tried", "write"]

PROPERTY = "fault"
"""Under this name a test tells what it tried: `operation|fault`, once each time."""

INPUTS = "inputs"
"""Under this name it tells how many inputs it tried: `kind|number`."""


def tallied(properties: Iterable[tuple[str, object]]) -> Counter[tuple[str, str]]:
    """How often each operation met each fault."""
    found: Counter[tuple[str, str]] = Counter()
    for name, value in properties:
        operation, bar, fault = str(value).partition("|")
        if name == PROPERTY and bar:
            found[operation, fault] += 1
    return found


def inputs(properties: Iterable[tuple[str, object]]) -> Counter[str]:
    """How many inputs of each kind were tried."""
    found: Counter[str] = Counter()
    for name, value in properties:
        kind, bar, number = str(value).partition("|")
        if name == INPUTS and bar:
            found[kind] += int(number)
    return found


def sentence(passed: Mapping[tuple[str, str], int], failed: int) -> str:
    """What was tried in one line; `failed` counts tests, since a failed one tells nothing else."""
    operations = {operation for operation, _ in passed}
    faults = {fault for _, fault in passed}
    lost = f"{failed} not as without the fault" if failed else "each as without it"
    return (
        f"{sum(passed.values())} faults injected and ends compared, {len(faults)} kinds in "
        f"{len(operations)} operations: {lost}"
    )


def tried(found: Mapping[str, int]) -> str:
    """The inputs in one line."""
    return "inputs tried: " + ", ".join(f"{number:,} {kind}" for kind, number in sorted(found.items()))


def table(passed: Mapping[tuple[str, str], int]) -> str:
    """The same as a Markdown table: a row an operation, with the faults that it met and how often."""
    rows: dict[str, Counter[str]] = {}
    for (operation, fault), count in passed.items():
        rows.setdefault(operation, Counter())[fault] += count
    lines = ["| operation | faults | ends compared |", "| --- | --- | --- |"]
    for operation, faults in sorted(rows.items()):
        lines.append(f"| `{operation}` | {'; '.join(sorted(faults))} | {sum(faults.values())} |")
    return "\n".join(lines) + "\n"


def write(root: Path, passed: Mapping[tuple[str, str], int], words: Sequence[str]) -> Path:
    """The table as a file; gives its path."""
    path = root / ".reliability" / "faults.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n\n".join([*words, table(passed)]), encoding="utf-8")
    return path


def figures(
    root: Path,
    faults: Mapping[tuple[str, str], int],
    found: Mapping[str, int],
    *,
    passed: int,
    failed: int,
    lost: int,
    seconds: float,
) -> None:
    """Leave what `scripts.reliability_table` reads; `lost` are the failed tests of faults."""
    kept = {
        "faults": sum(faults.values()),
        "kinds": len({fault for _, fault in faults}),
        "operations": len({operation for operation, _ in faults}),
        "inputs": dict(found),
        "passed": passed,
        "failed": failed,
        "lost": lost,
        "seconds": seconds,
    }
    path = root / ".reliability" / "tests.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
