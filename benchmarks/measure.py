"""Measure and show: each figure beside the floor that was measured in the same run."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds: the least, the median and the most of `count` repetitions."""

    least: float
    median: float
    most: float
    count: int

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Figures:
        """The figures of these repetitions."""
        return cls(min(seconds), statistics.median(seconds), max(seconds), len(seconds))

    def row(self) -> str:
        """Milliseconds below a second, seconds above."""
        cells = (f"{value * 1000:8.1f} ms" if value < 1 else f"{value:8.2f} s " for value in self.shown())
        return " ".join(cells) + f"  n={self.count}"

    def shown(self) -> tuple[float, float, float]:
        """Least, median, most."""
        return self.least, self.median, self.most


def repeat(action: Callable[[], float | None], count: int, *, warm_up: int = 1) -> Figures:
    """Figures of an action: what it returns, or its wall time where it returns nothing."""
    seconds = []
    for number in range(warm_up + count):
        begin = time.perf_counter()
        own = action()
        if number >= warm_up:
            seconds.append(time.perf_counter() - begin if own is None else own)
    return Figures.of(seconds)


def process(command: Sequence[str | Path], environment: Mapping[str, str]) -> Callable[[], None]:
    """An action that runs a process to its end; raises when it fails."""

    def run() -> None:
        subprocess.run(command, env=dict(environment), check=True, stdout=subprocess.DEVNULL)

    return run


def spent(action: Callable[[], object]) -> float:
    """Seconds of processor time (user and system) of the processes that an action runs to their end. Unlike
    the wall's, it says something on a busy machine too."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    action()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def heading(title: str) -> None:
    """The title, and what the figures were measured with."""
    real = Path(sys.executable).resolve()
    print(f"\n{title}")
    print(f"Python {platform.python_version()} ({real}), {os.cpu_count()} CPUs, {platform.platform()}")
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"taken {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC{load}")
    print(f"{'':58}{'min':>9}   {'median':>10}   {'max':>10}")


def show(name: str, figures: Figures, target: float | None = None) -> None:
    """One line of the table; `target` in seconds is compared with the median."""
    verdict = ""
    if target is not None:
        limit = f"{target * 1000:.0f} ms" if target < 1 else f"{target:.1f} s"
        verdict = f"  target {limit}: {'met' if figures.median <= target else 'MISSED'}"
    print(f"{name:58}{figures.row()}{verdict}", flush=True)
