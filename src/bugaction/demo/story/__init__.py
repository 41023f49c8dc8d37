"""The stories that the demo plays: who does what, in order. What bugaction does about it is not in here."""

from __future__ import annotations

from dataclasses import dataclass

from bugaction.demo.story.deeds import Scene
from bugaction.demo.story.p0 import P0, P0_TITLE
from bugaction.demo.story.p1 import P1
from bugaction.sandbox.world import World

__all__ = ["CAST", "OUTSIDERS", "STORIES", "Scene", "Story", "open_stage"]

CAST = {"ana": "maintain", "mia": "maintain", "bo": "write", "kim": "write", "tess": "read", "lee": "read"}
"""The team and its roles: ana leads it, kim is on call this week, tess is the CTO, lee the CEO."""

OUTSIDERS = {"dee": "none: a customer's voice", "alerts[bot]": "none: the monitoring"}
"""Who reports from outside, and as what."""


@dataclass(frozen=True, slots=True)
class Story:
    """A bug's life: `subject` is the issue's title, `opening` is said before it begins."""

    opening: str
    subject: str
    scenes: tuple[Scene, ...]


STORIES = (
    Story("A P1, on a Monday morning.", "Gift cards are refused", P1),
    Story("A P0, in the night from Wednesday to Thursday.", P0_TITLE, P0),
)


def open_stage(world: World) -> None:
    """The repository before the story: a team, a shop, and the change that will turn out to be the cause."""
    for login, role in CAST.items():
        world.add_account(login, role=role)
    world.add_account("dee", role=None)
    world.add_account("alerts[bot]")
    people = world.people
    people.push("ana", "main", {"README.md": "# shop\n", "cards.py": "RULES = 1\n"}, "Open the shop")
    people.configure("octo", actions_may_open_pulls=True)
    people.create_label("ana", "P1")
    world.clock.advance(minutes=20)
    people.push("kim", "cards-v2", {"cards.py": "RULES = 2\n"}, "Check gift cards by the new rules")
    change = people.open_pull("kim", "Check gift cards by the new rules", "cards-v2")
    people.merge_pull("kim", change.number)
    people.deploy("kim", "main", "production")
    world.clock.advance(minutes=70)
