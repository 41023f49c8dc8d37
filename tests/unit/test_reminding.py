"""The last part of a sweep: pages of action items, a budget, a dry run, and what GitHub refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from bugaction.action_issues import marker_of
from bugaction.chasing import Chase
from bugaction.errors import Forbidden, GitHubError, Transient
from bugaction.plan import AddLabels, CreateComment, CreateLabel, Effect, Level
from bugaction.policy import Policy
from bugaction.ports import ThinItem
from bugaction.promises import ACTION_LABEL
from bugaction.reconcile import Reconciler
from bugaction.reminding import Reminded, remind
from bugaction.sweep import Shard
from tests.memory import Memory
from tests.values import T0, VIEWER, at, issue

NOW = at(3 * 24 * 60)


def item(number: int) -> ThinItem:
    """An item that was due yesterday."""
    first = marker_of(42, "0" * 12, "bo", T0.date())
    return ThinItem(f"I_{number}", number, at(0), VIEWER, first, (ACTION_LABEL,))


@dataclass
class World:
    """Pages of items on a repository in memory; `fails` is what the page of that number raises."""

    pages: list[list[ThinItem]]
    memory: Memory = field(default_factory=Memory)
    fails: dict[int, GitHubError] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def open_items(self, label: str, cursor: str | None) -> tuple[tuple[ThinItem, ...], str | None]:
        """A page."""
        self.asked.append((label, cursor))
        place = int(cursor or 0)
        if place in self.fails:
            raise self.fails[place]
        more = place + 1 < len(self.pages)
        return tuple(self.pages[place]), str(place + 1) if more else None

    def remind(
        self,
        *,
        dry_run: bool = False,
        shard: Shard | None = None,
        room: Callable[[int], str] = lambda _: "",
        label: str | None = "LA_late",
    ) -> Reminded:
        """What comes of it."""
        self.memory.issues = {
            each.number: issue(each.number, labels=()) for page in self.pages for each in page
        }
        reconciler = Reconciler(
            reader_for=self.memory.reader_for,
            writer=self.memory,
            clock=lambda: NOW,
            sleep=lambda _: None,
            dry_run=dry_run,
        )
        bounds = Chase(NOW, at(-1), VIEWER, Policy(), label)
        connection = replace(self.memory.connection(), open_items=self.open_items)
        return remind(connection, reconciler, shard or Shard(), bounds, room)


def kinds(effects: list[Effect]) -> list[tuple[str, int]]:
    """Kind and number of what was written."""
    return [
        (type(effect).__name__, effect.number)
        for effect in effects
        if isinstance(effect, AddLabels | CreateComment)
    ]


def test_every_page_is_read_and_written() -> None:
    """A page at a time, and what was written is told as of any target."""
    world = World([[item(51)], [item(52)]])
    found = world.remind()
    assert world.asked == [(ACTION_LABEL, None), (ACTION_LABEL, "1")]
    assert sorted(kinds(world.memory.log)) == sorted(
        (kind, number) for number in (51, 52) for kind in ("AddLabels", "CreateComment")
    )
    (work,) = found.works
    assert [each.effect for each in work.applied] == world.memory.log
    assert (work.notices, work.left, found.left, found.pages) == ((), (), "", 2)


def test_without_anything_to_say_there_is_nothing_to_tell() -> None:
    """No result at all."""
    assert World([[]]).remind() == Reminded(pages=1)
    assert remind(Memory().connection(), None, Shard(), None, lambda _: "") == Reminded()  # type: ignore[arg-type]


def test_a_part_of_a_sweep_reminds_of_its_own() -> None:
    """By the issue's number, as everywhere."""
    world = World([[item(51), item(52)]])
    world.remind(shard=Shard(1, 2))
    assert {number for _, number in kinds(world.memory.log)} == {52}


def test_a_dry_run_lists_and_writes_nothing() -> None:
    """All pages of it."""
    world = World([[item(51)], [item(52)]])
    (work,) = world.remind(dry_run=True).works
    assert world.memory.log == []
    assert {number for _, number in kinds(list(work.left))} == {51, 52}


@pytest.mark.parametrize(("rooms", "read", "written"), [(0, 0, 0), (1, 1, 0), (2, 1, 1), (3, 2, 1)])
def test_a_budget_ends_it_with_a_word(rooms: int, read: int, written: int) -> None:
    """Neither a page is read nor a change made for which there is no room."""
    asked: list[int] = []

    def room(needed: int) -> str:
        asked.append(needed)
        return "It is spent" if len(asked) > rooms else ""

    world = World([[item(51)], [item(52)]])
    found = world.remind(room=room)
    assert found.left == "It is spent: overdue action items are left for the next sweep"
    assert (len(world.asked), len({number for _, number in kinds(world.memory.log)})) == (read, written)
    assert asked[: rooms + 1] == [1, 2, 1, 2][: rooms + 1]


def test_what_github_refuses_is_a_warning() -> None:
    """Once for many; the rest goes on."""
    world = World([[item(51), item(52)], [item(53)]])
    error = Forbidden("Resource not accessible by integration")
    world.memory.faults = [(AddLabels, error, False), (AddLabels, error, False)]
    (work,) = world.remind().works
    (notice,) = work.notices
    assert notice.level is Level.WARNING
    assert "Resource not accessible" in notice.text
    assert (work.left, work.leaves_a_gate) == ((), False)
    assert {number for kind, number in kinds(world.memory.log) if kind == "CreateComment"} == {51, 52, 53}


def test_a_passing_fault_leaves_the_rest_to_the_next_sweep() -> None:
    """Nothing is repeated blindly."""
    world = World([[item(51)], [item(52)]])
    world.memory.faults = [(CreateComment, Transient("502"), False)]
    (work,) = world.remind().works
    assert [notice.level for notice in work.notices] == [Level.WARNING]
    assert len(world.asked) == 1


def test_a_page_that_cannot_be_read_is_a_warning() -> None:
    """What the pages before it brought is written all the same."""
    world = World([[item(51)], [item(52)]], fails={1: Transient("502")})
    (work,) = world.remind().works
    assert {number for _, number in kinds(world.memory.log)} == {51}
    assert [notice.text for notice in work.notices] == [
        "Which action items are overdue could not be read: 502. The next sweep reads them again."
    ]


def test_the_label_is_made_once() -> None:
    """A later page knows it."""
    world = World([[item(51)], [item(52)]])
    world.remind(label=None)
    assert len([effect for effect in world.memory.log if isinstance(effect, CreateLabel)]) == 1
    ids = [effect.ids for effect in world.memory.log if isinstance(effect, AddLabels)]
    assert ids == [("",), ("LA_sla: breached",)]
