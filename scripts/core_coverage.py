"""Which lines and branches of the core no unit test takes: the last step of `make coverage`.

The core is what `.importlinter` lists as such. What decides has to be whole, and so has whatever else once
was (`WHOLE`); `LEAST` is what the rest of it has reached, so that it never falls behind. What is left out on
purpose says why (`# pragma: no cover`).
"""

from __future__ import annotations

import json
import sys
from configparser import ConfigParser
from pathlib import Path

import coverage

__all__ = ["LEAST", "WHOLE", "core"]

ROOT = Path(__file__).parents[1]

WHOLE = (
    # What decides.
    *("clocks", "commands", "decide", "effects", "gates", "severity", "tracking"),
    # What gives words away, and what looks after all bugs at once.
    *("redaction", "sweeper"),
    # Times, deployments, closes, and what is said of them.
    *("capture", "console", "deployment", "duration", "lint", "policy_notifications", "policy_values"),
    *("prompts", "release_plan", "rollback", "rows", "stopwatch", "summary", "working_time", "zones"),
)
"""Modules and packages of `bugaction` of which every line and branch is taken."""

LEAST = 99.0
"""Per cent of all lines and branches of the core."""


def core(text: str) -> tuple[str, ...]:
    """The core's modules, without the package's name, by the text of `.importlinter`."""
    found = ConfigParser()
    found.read_string(text)
    modules = found["importlinter:contract:core"]["source_modules"].split()
    return tuple(module.removeprefix("bugaction.") for module in modules)


def patterns(modules: tuple[str, ...]) -> list[str]:
    """Where the modules lie: each is a file or a folder."""
    return [f"*/bugaction/{module}{end}" for module in modules for end in (".py", "/*.py")]


def main() -> int:
    """Print what is not taken; fail where it is too much."""
    modules = core((ROOT / ".importlinter").read_text(encoding="utf-8"))
    measured = coverage.Coverage()
    measured.load()
    print("The core")
    whole = measured.report(include=patterns(modules), show_missing=True, skip_covered=True)
    print("\nWhat has to be whole")
    decides = measured.report(include=patterns(WHOLE), show_missing=True, skip_covered=True)
    path = ROOT / ".reliability" / "coverage.json"
    path.parent.mkdir(exist_ok=True)
    kept = {"core": round(whole, 2), "decides": round(decides, 2)}
    path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    if whole < LEAST or decides < 100:
        print(f"The core needs {LEAST} %, and what has to be whole all of it.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
