"""What a sweep costs: `make benchmarks`, or `python -m benchmarks.sweep`.

Ten thousand open bugs, on the embedded GitHub, whose rows the register holds; beside them, as the floor, the
same with one thousand, and a process that only imports the program. Counted are requests and GraphQL points;
time and memory are those of the product's own process, as the runner starts it, without the embedded
GitHub's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bugaction.demo.product import read_outputs, variables
from bugaction.sandbox.runs import JobRun, Runs, shipped_workflow
from tests.runner.team import Team, begin
from tests.scenario.crowd import open_bugs, register, rows_of, swept

PYTHON = sys.executable
MOST_POINTS = 200
MOST_SECONDS = 20.0
LARGE, SMALL, OLD, DUE = 10_000, 1_000, 300, 100
BUDGET = 200
ACCOUNTED = "| {:44} | {:>6} | {:>6} | {:>6} | {:>8} | {:>8} | {:>6} | {:>6} | {} |"


@dataclass
class Process:
    """Runs a job in a process of its own, and keeps what each one took: processor seconds, and peak MB."""

    seconds: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    def __call__(self, run: JobRun) -> Mapping[str, str]:
        """Run it to its end; the step's outputs."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            self.start([PYTHON, "-m", "bugaction", "run"], {**os.environ, **variables(run, folder)})
            return read_outputs((folder / "output").read_text(encoding="utf-8"))

    def start(self, command: list[str], environment: Mapping[str, str]) -> None:
        """Run a command and keep what it took."""
        child = subprocess.Popen(command, env=dict(environment), stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.codes.append(child.returncode)
        self.seconds.append(usage.ru_utime + usage.ru_stime)
        self.memory.append(usage.ru_maxrss / 1024)


@dataclass(frozen=True, slots=True)
class Cost:
    """A sweep's cost, and its account from the output `result`."""

    reads: int
    writes: int
    points: int
    seconds: float
    memory: float
    account: dict[str, Any]

    def row(self, name: str, target: str) -> str:
        """A row of the table."""
        looks, left = sum(self.account["looked"].values()), self.account["left"]
        time, memory = f"{self.seconds:.1f} s", f"{self.memory:.0f} MB"
        return ACCOUNTED.format(name, self.reads, self.writes, self.points, time, memory, looks, left, target)


def sweep(team: Team, process: Process) -> Cost:
    """One scheduled sweep."""
    before = len(team.server.requests)
    (run,) = team.runs.schedule()
    team.runs.skip()
    made = team.server.requests[before:]
    writes = sum(request.is_write for request in made)
    return Cost(
        reads=len(made) - writes,
        writes=writes,
        points=sum(request.points for request in made),
        seconds=process.seconds[-1],
        memory=process.memory[-1],
        account=json.loads(run.outputs["result"])["sweep"],
    )


def settle(team: Team, count: int, due: int) -> None:
    """So many bugs that were looked at, `due` of which wait for a look now; a sweep has just been."""
    now = team.world.clock()
    if due:  # so that a look finds a bug of ours, and has all of its writes to make
        config = f"version: 1\nsince: {now - timedelta(days=9):%Y-%m-%d}\n"
        team.world.people.push("ana", "main", {".github/bugaction.yml": config}, "Look after older ones")
        team.runs.skip()
    team.world.people.label("mia", team.report(), "P1")
    team.runs.drain()  # the records begin
    numbers = open_bugs(team.world, count - 1, now - timedelta(days=2))
    late, rest = numbers[:due], [1, *numbers[due:]]
    far = now + timedelta(days=9)
    register(
        team.world,
        [
            *rows_of(team.world.state, rest, far, far),
            *rows_of(team.world.state, late, now - timedelta(minutes=9), far),
        ],
    )
    swept(team.world, _this_hour(now))


def _this_hour(now: datetime) -> datetime:
    """An hour ago: the rotation has come one hour further."""
    return now - timedelta(hours=1)


def with_budget(team: Team, process: Process, budget: int) -> None:
    """From now on a sweep may make so many requests."""
    place = "          dry-run: ${{"
    line = f"          sweep-budget: {budget}\n"
    team.runs = Runs(team.server, process, workflow=shipped_workflow().replace(place, line + place))


def quiet(count: int, due: int = 0) -> Cost:
    """A sweep over so many bugs."""
    process = Process()
    with begin() as team:
        team.runs = Runs(team.server, process)
        settle(team, count, due)
        found = sweep(team, process)
        assert found.account["bugs"] == count, found.account
        return found


def in_two() -> list[Cost]:
    """Two sweeps with a small budget over many that are due."""
    process = Process()
    with begin() as team:
        team.runs = Runs(team.server, process)
        settle(team, LARGE, DUE)
        with_budget(team, process, BUDGET)
        return [sweep(team, process), sweep(team, process)]


def adopted() -> Cost:
    """A first sweep where nothing but old bugs is, and `since` is now."""
    process = Process()
    with begin() as team:
        team.runs = Runs(team.server, process)
        now = team.world.clock()
        open_bugs(team.world, OLD, now - timedelta(days=400))
        team.world.people.push(
            "ana", "main", {".github/bugaction.yml": f"version: 1\nsince: {now:%Y-%m-%d}\n"}, "Adopt"
        )
        team.runs.skip()
        return sweep(team, process)


def main() -> int:
    """Print the table, each figure beside its target."""
    floor = Process()
    floor.start([PYTHON, "-c", "import bugaction.execution"], os.environ)
    print(f"floor: a process that imports the program: {floor.seconds[0]:.1f} s, {floor.memory[0]:.0f} MB\n")
    print(
        ACCOUNTED.format("sweep", "reads", "writes", "points", "own time", "peak", "looks", "left", "target")
    )
    print("|---|---|---|---|---|---|---|---|---|")
    small, large = quiet(SMALL), quiet(LARGE)
    met = large.points <= MOST_POINTS and large.seconds <= MOST_SECONDS
    print(small.row(f"{SMALL:,} quiet bugs", ""))
    target = f"{MOST_POINTS} points, {MOST_SECONDS:.0f} s: {'met' if met else 'MISSED'}"
    print(large.row(f"{LARGE:,} quiet bugs", target), flush=True)
    print(quiet(LARGE, DUE).row(f"{LARGE:,} bugs, {DUE} of them due", ""), flush=True)
    first, second = in_two()
    goes_on = first.account["following"][0] not in second.account["following"]
    kept = goes_on and all(each.reads + each.writes <= BUDGET for each in (first, second))
    print(
        first.row(
            f"the same, {BUDGET} requests", f"{BUDGET} requests, others next: {'met' if kept else 'MISSED'}"
        )
    )
    print(second.row("and the next sweep", ""), flush=True)
    old = adopted()
    print(old.row(f"{OLD} old P1s, adopting", f"no write: {'met' if old.writes == 0 else 'MISSED'}"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
