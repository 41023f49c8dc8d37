"""What a handled event costs the processor: `make benchmarks`, or `python -m benchmarks.handled_event`.

Own CPU time (user and system) of the process that the Action's last step starts, from the interpreter's
start to its end: installed and started as `action.yml` does it, bytecode from the install and none written
(`-B`). The embedded GitHub answers from this process, whose time is not counted. Beside it stand its
floors: the interpreter that does nothing, and the one that only imports PyGithub.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measure import Figures, heading, repeat, show, spent
from bugaction import install
from bugaction.demo.product import read_outputs, variables
from bugaction.sandbox.runs import JobRun, Runs
from tests.runner.machine import copy_checkout, fill_tool_cache
from tests.runner.team import begin

PYTHON = str(Path(sys.executable).resolve())
BUDGET = 0.5
"""Seconds of own process time for a handled event, everything installed."""

LIVES = 5
BRANCH = "fix/checkout"
COMMANDS = "/accept\n/assign backup @mia\n/channel incident-1"


def cpu_of(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Seconds of processor time of a process and what it starts; raises when it fails."""
    return spent(lambda: subprocess.run(command, env=dict(environment), check=True, capture_output=True))


@dataclass
class Installed:
    """Runs a job as the Action's last step does, and keeps what each run cost."""

    application: str
    library: str
    seconds: list[float] = field(default_factory=list)

    def command(self, *arguments: str) -> list[str]:
        """The last step's command line."""
        launcher = f"{self.application}/bugaction/launch.py"
        isolated = [PYTHON, "-I", "-S", "-B", "-X", "utf8"]
        return [*isolated, launcher, self.application, self.library, *arguments]

    def __call__(self, run: JobRun) -> Mapping[str, str]:
        """Run the job in a process of its own; the step's outputs."""
        with tempfile.TemporaryDirectory() as folder:
            environment = variables(run, Path(folder))
            self.seconds.append(cpu_of(self.command("run"), environment))
            return read_outputs((Path(folder) / "output").read_text(encoding="utf-8"))


def one_life(installed: Installed, costs: dict[str, list[float]]) -> None:
    """A bug and its fix; adds to `costs` what each event's jobs cost together."""
    with begin() as team:
        team.runs = Runs(team.server, installed)
        team.runs.skip()

        def measure(name: str) -> None:
            first = len(installed.seconds)
            team.runs.drain()
            costs.setdefault(name, []).append(sum(installed.seconds[first:]))

        people, bug = team.world.people, team.report()
        people.label("mia", bug, "P1")
        measure("first label: the bug begins, its report is committed")
        people.label("mia", bug, "help wanted")
        measure("another label: nothing changes")
        people.comment("bo", bug, COMMANDS)
        measure("a comment with three commands")
        people.push("bo", BRANCH, {"src/cart.py": "TOTAL = 1\n"}, "Repair the checkout")
        people.open_pull("bo", "Repair the checkout", BRANCH, body="Nothing is fixed by this.")
        measure("a pull request that fixes no bug")
        people.edit_pull("bo", 2, body=f"Fixes #{bug}")
        measure("a link to the bug: the jobs gates and record, together")
        people.push("bo", BRANCH, {"src/cart.py": "TOTAL = 2\n"}, "Repair it again")
        measure("a push to the fix")


def main() -> int:
    """Measure some lives of a bug."""
    with tempfile.TemporaryDirectory() as folder:
        checkout, tools = Path(folder) / "checkout", Path(folder) / "tools"
        copy_checkout(checkout)
        fill_tool_cache(tools, checkout)
        paths = install.install(str(checkout), str(tools / "bugaction"))
        installed = Installed(paths["application"], paths["library"])
        heading("Own CPU time of a handled event (-I -S -B, bytecode compiled by the install)")
        isolated = [PYTHON, "-I", "-S", "-B"]
        show("floor: an interpreter that does nothing", repeat(lambda: cpu_of([*isolated, "-c", ""], {}), 10))
        imports = f"import sys; sys.path.insert(0, {installed.library!r}); import github"
        show("floor: import PyGithub", repeat(lambda: cpu_of([*isolated, "-c", imports], {}), 10))
        costs: dict[str, list[float]] = {}
        for _ in range(LIVES):
            one_life(installed, costs)
        for name, seconds in costs.items():
            jobs = 2 if "together" in name else 1
            show(name, Figures.of(seconds), BUDGET * jobs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
