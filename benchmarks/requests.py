"""What an event costs at GitHub: `make benchmarks`, or `python -m benchmarks.requests`.

Counted on the embedded GitHub, which answers every request that github.com would get and prices each
GraphQL query as GitHub documents it. The figures are the same on every machine. The floor of an event is
one read, and nothing written where nothing changes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bugaction.demo.product import InProcess
from bugaction.issue_form import FIELDS
from bugaction.sandbox.runs import Runs
from bugaction.sandbox.server import GitHubServer
from bugaction.sandbox.world import World

FORM = "\n\n".join(f"### {label}\n\nThe {key} of it." for key, label in FIELDS.items())
BRANCH = "fix/checkout"
SWEPT = 20


@contextmanager
def team() -> Iterator[tuple[World, GitHubServer, Runs]]:
    """A served repository with a commit and three people: mia maintains, bo writes, dee is an outsider."""
    with World() as world, GitHubServer(world) as server:
        for login, role in (("ana", "admin"), ("mia", "maintain"), ("bo", "write")):
            world.add_account(login, role=role)
        world.add_account("dee")
        world.people.push("ana", "main", {"README.md": "Shop.\n"}, "Start")
        runs = Runs(server, InProcess(world.clock))
        runs.skip()
        yield world, server, runs


def measure(name: str, server: GitHubServer, runs: Runs) -> None:
    """Run for what has happened and print a line: jobs, reads, writes, points."""
    server.world.clock.advance(minutes=1)
    begin = len(server.requests)
    jobs = runs.schedule() if name.startswith("sweep") else runs.drain()
    line(name, server, begin, [job.job for job in jobs])
    server.world.clock.advance(minutes=1)


def line(name: str, server: GitHubServer, begin: int, jobs: list[str]) -> None:
    """One row of the table, for the requests since `begin`."""
    made = server.requests[begin:]
    writes = sum(request.is_write for request in made)
    points = sum(request.points for request in made)
    print(f"| {name} | {', '.join(jobs)} | {len(made) - writes} | {writes} | {points} |", flush=True)


def one_bug() -> None:
    """The events of a bug and its fix, in the order of a life."""
    with team() as (world, server, runs):
        people = world.people
        bug = people.open_issue("dee", "Checkout fails", FORM).number
        runs.skip()
        people.label("mia", bug, "P1")
        measure("first label: the bug begins", server, runs)
        people.label("mia", bug, "help wanted")
        measure("second label event: nothing changes", server, runs)
        people.comment("bo", bug, "/accept\n/assign backup @mia\n/channel incident-1")
        measure("comment with three commands", server, runs)
        people.push("bo", BRANCH, {"src/cart.py": "TOTAL = 1\n"}, "Repair the checkout")
        pull = people.open_pull("bo", "Repair the checkout", BRANCH, body=f"Fixes #{bug}").number
        measure("pull request opened that fixes it", server, runs)
        people.push("bo", BRANCH, {"src/cart.py": "TOTAL = 2\n"}, "Repair it again")
        measure("push to it", server, runs)
        people.protect("ana", merge_queue=True)
        people.enqueue("mia", pull)
        measure("merge group with it", server, runs)


def sweeps() -> None:
    """Sweeps over open bugs: with everything to do, and with nothing.

    A first bug is begun by its event: only bugs from then on are taken up by a sweep.
    """
    with team() as (world, server, runs):
        first = world.people.open_issue("dee", "Checkout fails", FORM).number
        world.people.label("mia", first, "P2")
        runs.drain()
        for number in range(SWEPT - 1):
            issue = world.people.open_issue("dee", f"Bug {number + 2}", FORM).number
            world.people.label("mia", issue, "P2")
        runs.skip()
        measure(f"sweep of {SWEPT} bugs, the events of {SWEPT - 1} lost", server, runs)
        measure(f"sweep of the same {SWEPT} bugs, nothing due", server, runs)


def main() -> int:
    """Print the table."""
    print("\nRequests an event costs, on the embedded GitHub (Markdown)")
    print("| event | jobs | reads | writes | GraphQL points |\n|---|---|---|---|---|")
    one_bug()
    sweeps()
    return 0


if __name__ == "__main__":
    sys.exit(main())
