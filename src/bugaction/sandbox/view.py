"""What a reader sees: a state (the present one, or an earlier one when reads lag) and the git objects."""

from __future__ import annotations

from dataclasses import dataclass

from bugaction.sandbox.entities import Account
from bugaction.sandbox.git import GitStore
from bugaction.sandbox.state import State
from bugaction.sandbox.world import World

__all__ = ["View"]


@dataclass(frozen=True, slots=True)
class View:
    """A state of a world. Git objects never change, so only refs can be old."""

    world: World
    state: State

    @classmethod
    def now(cls, world: World) -> View:
        """The present."""
        return cls(world, world.state)

    @property
    def git(self) -> GitStore:
        """The objects."""
        return self.world.git

    @property
    def api(self) -> str:
        """The repository's address below the REST root."""
        return f"{self.world.api_url}/repos/{self.state.repository.full_name}"

    @property
    def html(self) -> str:
        """The repository's page."""
        return f"{self.world.url}/{self.state.repository.full_name}"

    def account(self, login: str) -> Account:
        """Somebody by login."""
        return self.state.account(login)
