"""Many bugs at once, as a repository has them that was looked after for a while: quick to make."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bugaction.register import Book, Row, format_index, index_path, with_rows
from bugaction.sandbox.entities import Issue, WorkflowRun
from bugaction.sandbox.state import State
from bugaction.sandbox.world import World

RECORDS = "bugaction/records"
WORKFLOW = ".github/workflows/bugaction.yml"


def open_bugs(world: World, count: int, at: datetime, label: str = "P1") -> list[int]:
    """So many open bugs of that time, which no event tells of; their numbers. The label is made where
    needed."""
    state = world.state
    found = state.label(label)
    if found is None:
        world.people.create_label("ana", label)
        world.events.clear()
        found = state.label(label)
    assert found is not None
    first = max(state.issues, default=0) + 1
    for number in range(first, first + count):
        state.issues[number] = Issue(
            number=number,
            id=1_000_000 + number,
            title=f"Checkout {number} fails",
            body="It is broken.",
            author="dee",
            created_at=at,
            updated_at=at,
            labels=(found.id,),
        )
    return list(range(first, first + count))


def rows_of(
    state: State, numbers: Iterable[int], following: datetime, due: datetime | None = None
) -> list[Row]:
    """What the register holds of these bugs when nothing is to be done before `following`."""
    return [
        Row(
            number=number,
            url=f"https://github.test/octo/shop/issues/{number}",
            reported=state.issues[number].created_at,
            title=state.issues[number].title,
            severity="P1",
            due=due,
            next=following,
        )
        for number in numbers
    ]


def register(world: World, rows: Iterable[Row]) -> None:
    """Commit a register of these bugs, beside nothing."""
    book = with_rows(Book(), rows)
    world.people.push("ana", RECORDS, {index_path("documents/bugs"): format_index(book)}, "A register")
    world.events.clear()


def swept(world: World, at: datetime, conclusion: str = "success") -> None:
    """A scheduled run of the workflow that was at that time."""
    state = world.state
    branch = state.repository.default_branch
    id_ = 500_000 + len(state.scheduled)
    state.scheduled[id_] = WorkflowRun(
        id=id_,
        name="bugaction",
        path=WORKFLOW,
        event="schedule",
        oid=state.head_of(branch) or "0" * 40,
        branch=branch,
        status="completed",
        conclusion=conclusion,
        actor="github-actions[bot]",
        created_at=at,
        suite=id_,
    )


def touch(world: World, number: int) -> None:
    """The issue changes now, and no event tells of it."""
    world.state.issues[number] = replace(world.state.issues[number], updated_at=world.clock())


def account(outputs: dict[str, str]) -> dict[str, Any]:
    """A sweep's account in the output `result`."""
    found: dict[str, Any] = json.loads(outputs["result"])["sweep"]
    return found
