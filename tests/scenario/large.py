"""A bug and a fix as large as they come: what decides stands where only a reader of every page finds it."""

from __future__ import annotations

from dataclasses import dataclass

from bugaction.sandbox.entities import WorkflowRun
from bugaction.sandbox.world import World

__all__ = ["BRANCH", "Size", "branch_of", "finish_checks", "open_fixes", "talk"]

BRANCH = "fix/large"

_LAST_FILE = "zz/tests/test_cart.py"
"""The one test that the fix brings: GitHub lists files by path."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many files the fix changes, comments the bug and the fix have each, check runs and labels the fix
    has, and pull requests the bug."""

    files: int
    comments: int
    checks: int
    labels: int
    pulls: int


def talk(world: World, number: int, count: int) -> None:
    """So many comments that nobody has to do anything about; nothing is told of them."""
    with world.quietly():
        for index in range(count):
            world.people.comment("dee", number, f"I see it too, for the time number {index + 1}.")


def branch_of(index: int) -> str:
    """The branch of one of a bug's fixes, the large one first."""
    return BRANCH if index == 0 else f"fix/part-{index}"


def open_fixes(world: World, bug: int, size: Size) -> tuple[int, ...]:
    """The bug's pull requests, the large one first; its label that says "more than a fix" is its last.

    Nothing is told of them: only the next event shows that they are there.
    """
    people, numbers = world.people, []
    with world.quietly():
        for index in range(size.pulls):
            branch = branch_of(index)
            files = {f"part/{index}.py": "1\n", f"tests/test_{index}.py": "1\n"}
            if index == 0:
                files = {f"src/module_{place:04}.py": "1\n" for place in range(size.files - 1)}
                files[_LAST_FILE] = "1\n"
            people.push("bo", branch, files, "Repair the checkout")
            numbers.append(people.open_pull("bo", "Repair", branch, body=f"Fixes #{bug}").number)
        names = [f"area: {place:03}" for place in range(size.labels - 1)]
        people.label("bo", numbers[0], *names, "refactor")
    talk(world, numbers[0], size.comments)
    return tuple(numbers)


def finish_checks(world: World, pull: int, size: Size, *, last: str = "success") -> WorkflowRun:
    """CI ran on the large fix's head, and its last job ended so."""
    found = world.state.issues[pull].pull
    assert found is not None
    jobs = dict.fromkeys((f"job {place:03}" for place in range(size.checks)), "success")
    jobs[f"job {size.checks - 1:03}"] = last
    return world.people.finish_workflow(
        "CI", oid=found.head_oid, branch=found.head, event="pull_request", jobs=jobs
    )
