"""What the largest fix costs: `make benchmarks`, or `python -m benchmarks.large_pull`.

3,000 changed files, 500 comments on the bug and on the fix, 200 check runs, 100 labels, 12 linked pull
requests, on the embedded GitHub; beside it, as its floor, the same events for a bug with 12 small fixes.
Counted are requests and GraphQL points; the time is the step's own processor time, as `handled_event`
measures it. Every verdict is checked: one that were wrong ends the measurement.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.handled_event import Installed
from bugaction import install
from bugaction.sandbox.record import Request
from bugaction.sandbox.runs import Runs
from tests.runner.machine import copy_checkout, fill_tool_cache
from tests.runner.team import Team, begin
from tests.scenario.large import BRANCH, Size, finish_checks, open_fixes, talk

LARGE = Size(files=3000, comments=500, checks=200, labels=100, pulls=12)
SMALL = Size(files=2, comments=1, checks=1, labels=1, pulls=12)
COMMANDS = "/accept\n/assign backup @mia\n/channel incident-1"


@dataclass(frozen=True, slots=True)
class Cost:
    """What the jobs of an event cost together: requests that read, the further pages among them, requests
    that write, points, and seconds of processor time."""

    jobs: int
    reads: int
    pages: int
    writes: int
    points: int
    seconds: float

    def row(self, name: str) -> str:
        """A row of the table."""
        cells = (self.jobs, self.reads, self.pages, self.writes, self.points, f"{self.seconds:.2f} s")
        return f"| {name} | {' | '.join(str(cell) for cell in cells)} |"


def measure(team: Team, installed: Installed) -> Cost:
    """Run for what has happened."""
    begin_, before = len(team.server.requests), len(installed.seconds)
    jobs = team.runs.drain()
    made: Sequence[Request] = team.server.requests[begin_:]
    reads = [request for request in made if not request.is_write]
    pages = sum(re.search(r"query Page\(", str(request.body)) is not None for request in reads)
    points = sum(request.points for request in made)
    seconds = sum(installed.seconds[before:])
    return Cost(len(jobs), len(reads), pages, len(made) - len(reads), points, seconds)


def one_life(installed: Installed, size: Size) -> dict[str, Cost]:
    """The events of a bug with fixes of that size, each with its cost."""
    costs = {}
    with begin() as team:
        team.runs = Runs(team.server, installed)
        people, bug = team.world.people, team.report()
        people.label("mia", bug, "P1")
        team.runs.drain()
        talk(team.world, bug, size.comments - 1)
        pulls = open_fixes(team.world, bug, size)
        people.comment("bo", bug, COMMANDS)
        costs["a comment with three commands on the bug"] = measure(team, installed)
        finish_checks(team.world, pulls[0], size, last="failure")
        costs["CI ends on the large fix, its last job failed"] = measure(team, installed)
        expect(team, pulls[0], f'"job {size.checks - 1:03}" failed')
        people.push("bo", BRANCH, {"src/module_0000.py": "2\n"}, "Repair it again")
        costs["a push to the large fix"] = measure(team, installed)
        expect(team, pulls[0], "no check has run on this commit")
        finish_checks(team.world, pulls[0], size)
        team.runs.drain()
        head = team.world.state.refs[f"refs/heads/{BRANCH}"]
        people.review("mia", pulls[0], "approve")
        people.comment("bo", pulls[0], f"/attest minimal-change {head[:7]} renamed everywhere")
        costs["an approval and a word on the large fix"] = measure(team, installed)
        expect(team, pulls[0], "Fix holds")
        people.edit_pull("bo", pulls[0], title="Repair the checkout for good")
        costs["another title of the large fix"] = measure(team, installed)
        for pull in pulls[1:]:
            expect(team, pull, "no check has run on this commit")
    return costs


def expect(team: Team, pull: int, words: str) -> None:
    """End the measurement where the fix gate says something else on a pull request."""
    found = team.world.state.issues[pull].pull
    assert found is not None
    statuses = team.world.state.latest_statuses(found.head_oid).values()
    said = [status.description or "" for status in statuses if status.context == "bugaction/fix"]
    assert len(said) == 1, f"{said} on pull request {pull}, not: {words}"
    assert words in said[0], f"{said[0]} on pull request {pull}, not: {words}"


def main() -> int:
    """Print the table: each event for small fixes, then for a large one."""
    with tempfile.TemporaryDirectory() as folder:
        checkout, tools = Path(folder) / "checkout", Path(folder) / "tools"
        copy_checkout(checkout)
        fill_tool_cache(tools, checkout)
        paths = install.install(str(checkout), str(tools / "bugaction"))
        installed = Installed(paths["application"], paths["library"])
        print("\nWhat the largest fix costs, on the embedded GitHub (Markdown)")
        print("| event | jobs | reads | of them further pages | writes | points | own CPU time |")
        print("|---|---|---|---|---|---|---|")
        small, large = one_life(installed, SMALL), one_life(installed, LARGE)
        for name, cost in small.items():
            print(cost.row(f"floor, 12 small fixes: {name}"))
            print(large[name].row(name), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
