"""Actors and git's people."""

from __future__ import annotations

from bugaction.sandbox.entities import Account, AccountKind
from bugaction.sandbox.git import Signature
from bugaction.sandbox.graph.fields import Context
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.shapes.commits import login_of

__all__ = [
    "ActorNode",
    "GitActorNode",
    "OrganizationNode",
    "ViewerNode",
    "actor",
    "actor_or_ghost",
]


class ActorNode:
    """`User`, `Bot` or `Organization`. A bot's login has no `[bot]` here."""

    def __init__(self, account: Account) -> None:
        self.type_name = str(account.kind)
        self.login = account.login
        kind = {AccountKind.USER: "U", AccountKind.BOT: "BOT", AccountKind.ORGANIZATION: "O"}[account.kind]
        self.id = node_id(kind, account.login)


class ViewerNode(ActorNode):
    """`viewer`: typed User in the schema, and with `[bot]` in its login for an installation token."""

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.type_name = "User"
        self.login = account.rest_login


def actor(context: Context, login: str) -> ActorNode | None:
    """Somebody, or None for a deleted account."""
    state = context.view.state
    return ActorNode(state.account(login)) if login and state.has_account(login) else None


def actor_or_ghost(context: Context, login: str) -> ActorNode:
    """Somebody where the schema knows no null, as of a deployment's creator: of a deleted account the ghost.

    That GitHub gives its `ghost` user there is taken from the schema alone (`Deployment.creator: Actor!`).
    """
    return ActorNode(context.view.state.account(login))


class OrganizationNode(ActorNode):
    """`Organization`, with its teams."""

    def __init__(self, context: Context, login: str) -> None:
        super().__init__(context.view.state.account(login))
        self._context = context

    def team(self, slug: str) -> dict[str, str] | None:
        """A team by its slug; GITHUB_TOKEN has no permission to read any."""
        self._context.need("read", "members")
        return {"id": node_id("T", slug)} if slug in self._context.view.state.teams else None


class GitActorNode:
    """`GitActor`: a name and an address. GitHub names the user of most people's commits and of no bot's."""

    type_name = "GitActor"

    def __init__(self, context: Context, signature: Signature) -> None:
        self._context = context
        self._signature = signature
        self.email = signature.email

    def user(self) -> ActorNode | None:
        """The account, when it is a person's."""
        found = actor(self._context, login_of(self._context.view, self._signature))
        return found if found is not None and found.type_name == "User" else None
