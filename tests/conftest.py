"""What holds for all tests: property tests see the same examples each time, however slow the machine is.

`pytest --hypothesis-profile=explore` looks for examples that nobody has seen yet. `brief` is for the other
Pythons: a language that reads our code otherwise shows in a few examples. See `tests.examples`.

GitHub's schema and the trees of its queries live as long as the process, many thousands of objects: the
collector looks at them less often than it would by itself, which is a sixth of a scenario's time.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.statistics import collector

from tests import tally

gc.set_threshold(200_000, 50, 100)

settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("brief", deadline=None, derandomize=True, max_examples=10)
settings.register_profile("explore", deadline=None, print_blob=True, max_examples=1_000)
settings.load_profile("same")


_BEGIN = time.perf_counter()


@pytest.hookimpl(wrapper=True, trylast=True)  # inside of hypothesis' own, which would take them otherwise
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Count the examples of property tests."""

    def count(statistics: Mapping[str, Any]) -> None:
        cases = [case for phase in _PHASES for case in statistics.get(phase, {}).get("test-cases", ())]
        item.user_properties.append((tally.INPUTS, f"examples|{len(cases)}"))

    with collector.with_value(count):  # type: ignore[arg-type]  # a variable that begins with None
        return (yield)


_PHASES = ("reuse-phase", "generate-phase", "shrink-phase")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many faults were injected and inputs tried, where any were; each worker knows a part alone."""
    if hasattr(config, "workerinput"):
        return
    reports = terminalreporter.stats
    told = [item for report in reports.get("passed", ()) for item in report.user_properties]
    passed, tried = tally.tallied(told), tally.inputs(told)
    failed = sum(tally.PROPERTY in dict(report.user_properties) for report in reports.get("failed", ()))
    if passed or tried:
        tally.figures(
            config.rootpath,
            passed,
            tried,
            passed=len(reports.get("passed", ())),
            failed=len(reports.get("failed", ())) + len(reports.get("error", ())),
            lost=failed,
            seconds=time.perf_counter() - _BEGIN,
        )
    if tried:
        terminalreporter.write_line(tally.tried(tried))
    if passed:
        words = tally.sentence(passed, failed)
        path = tally.write(config.rootpath, passed, [words])
        terminalreporter.write_line(f"{words} ({path.relative_to(config.rootpath)})")
