"""Who acts, and whether github.com would let them."""

from __future__ import annotations

from bugaction.sandbox.entities import AccountKind
from bugaction.sandbox.operations.act import Act
from bugaction.sandbox.world import ROLE_NAMES, World

__all__ = ["Crowd", "NotAllowed"]


class NotAllowed(Exception):
    """A person has no role that lets them do this on github.com: the test is wrong, not the product."""


class Crowd:
    """The people of a world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def _act(self, who: str, least: str = "read") -> Act:
        state = self._world.state
        if not state.has_account(who):
            msg = f"there is no account {who!r} in this world; world.add_account makes one"
            raise NotAllowed(msg)
        account = state.account(who)
        if account.kind is AccountKind.BOT:
            return Act(self._world, account, app=True)
        role = state.role(who)
        owner = account.login.casefold() == state.repository.owner.casefold()
        if not owner and ROLE_NAMES.index(role.base) < ROLE_NAMES.index(least):
            msg = f"{who} has the role {role.name!r}; GitHub asks for {least!r} here"
            raise NotAllowed(msg)
        return Act(self._world, account)

    def _as(self, login: str) -> Act:
        return Act(self._world, self._world.state.account(login))

    def _author_or(self, who: str, author: str, least: str = "write") -> Act:
        own = self._world.state.account(who).login == author
        return self._act(who, "read" if own else least)
