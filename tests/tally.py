"""What the fault matrix has tried, for the end of a test run: one line, and a table in `.reliability/`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

__all__ = ["PROPERTY", "sentence", "table", "tallied", "write"]

PROPERTY = "fault"
"""Under this name a test tells what it tried: `operation|fault`, once each time."""


def tallied(properties: Iterable[tuple[str, object]]) -> Counter[tuple[str, str]]:
    """How often each operation met each fault."""
    found: Counter[tuple[str, str]] = Counter()
    for name, value in properties:
        operation, bar, fault = str(value).partition("|")
        if name == PROPERTY and bar:
            found[operation, fault] += 1
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
