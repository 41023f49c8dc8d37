"""Tokens: who acts with them, and what they may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bugaction.sandbox.apps import App, Apps
from bugaction.sandbox.entities import AccountKind
from bugaction.sandbox.operations.act import Act
from bugaction.sandbox.refusal import Refused, forbidden
from bugaction.sandbox.world import ROLE_NAMES, World

__all__ = ["CORE", "PERMISSIONS", "Budget", "Token", "Tokens"]

PERMISSIONS = (
    "actions",
    "checks",
    "contents",
    "deployments",
    "issues",
    "metadata",
    "pull-requests",
    "statuses",
)
"""The keys of a job's `permissions:` that matter here; `metadata` is granted always."""

CORE = "v7Qd2mXkR9sLw4TzB6nYc3Hf"
"""The middle of every token that is made here. It occurs nowhere else, so that one search finds whatever of
any of them has come to light."""

_LEVELS = ("none", "read", "write")
_WORKFLOW_LIMIT = 1000
"""Requests and points an hour for GITHUB_TOKEN, for the whole repository.

https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""
_APP_LIMIT = 5000


@dataclass(slots=True)
class Budget:
    """A primary rate limit: used in the current hour, refilled when the clock passes `reset_at`."""

    limit: int
    used: int = 0
    reset_at: datetime | None = None

    def refill(self, now: datetime) -> None:
        """Begin a new hour when the old one is over."""
        if self.reset_at is None or now >= self.reset_at:
            self.used, self.reset_at = 0, now + timedelta(hours=1)

    @property
    def remaining(self) -> int:
        """What is left of the hour."""
        return max(0, self.limit - self.used)


@dataclass(frozen=True, slots=True)
class Token:
    """A credential. `kind` is "workflow" (GITHUB_TOKEN), "app", "user", or "key" for what an App signs
    itself: then it is that `app`'s. `also` are other private repositories (`owner/name` in lower case) that
    it reads; `own` says whether it sees the world's repository at all. It counts until `until`, where that is
    not None."""

    value: str = field(repr=False)
    kind: str
    login: str
    permissions: Mapping[str, str] = field(default_factory=dict)
    also: frozenset[str] = frozenset()
    own: bool = True
    until: datetime | None = None
    app: App | None = None

    def level(self, world: World, key: str) -> str:
        """What the token may do with a permission: "none", "read" or "write"."""
        if not self.own:
            return "none"
        if key == "metadata":
            return "read"
        if self.kind != "user":
            return self.permissions.get(key, "none")
        role = world.state.role(self.login).base
        if world.state.repository.owner == self.login:
            role = "admin"
        if key == "administration":
            return "write" if role == "admin" else "none"
        if ROLE_NAMES.index(role) >= ROLE_NAMES.index("write"):
            return "write"
        if role in {"read", "triage"}:
            return "write" if key in {"issues", "pull-requests"} else "read"
        return "none"

    def may(self, world: World, level: str, *keys: str) -> bool:
        """Whether one of these permissions is held at this level."""
        return any(_LEVELS.index(self.level(world, key)) >= _LEVELS.index(level) for key in keys)

    def need(self, world: World, level: str, *keys: str) -> None:
        """Refuse as GitHub does when none of these permissions is held at this level."""
        if self.may(world, level, *keys):
            return
        if self.kind == "user":
            raise (
                Refused(404, "Not Found")
                if level == "read"
                else forbidden("Must have write access to repository.")
            )
        raise forbidden()

    def act(self, world: World) -> Act:
        """The token's owner, acting."""
        return Act(
            world, world.state.account(self.login), quiet=self.kind == "workflow", app=self.kind != "user"
        )


class Tokens:
    """The tokens of a server, and their budgets: GITHUB_TOKENs share one, as on github.com."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[str, Token] = {}
        self._made = 0
        self.requests: dict[str, Budget] = {}
        self.points: dict[str, Budget] = {}
        self.limits = {"workflow": _WORKFLOW_LIMIT, "app": _APP_LIMIT, "user": _APP_LIMIT, "key": _APP_LIMIT}
        self.apps = Apps()

    def _keep(
        self,
        prefix: str,
        kind: str,
        login: str,
        permissions: Mapping[str, str],
        also: Iterable[str] = (),
        *,
        own: bool = True,
        until: datetime | None = None,
    ) -> Token:
        self._made += 1
        names = frozenset(name.casefold() for name in also)
        token = Token(f"{prefix}_{CORE}{self._made:012d}", kind, login, dict(permissions), names, own, until)
        self._known[token.value] = token
        return token

    def for_job(self, permissions: Mapping[str, str] | None = None) -> Token:
        """A GITHUB_TOKEN with a job's `permissions:`; None grants write to everything.

        A key that GITHUB_TOKEN does not have is refused, as it makes a workflow invalid.
        """
        given = dict.fromkeys(PERMISSIONS, "write") if permissions is None else dict(permissions)
        for key, level in given.items():
            if key not in _GITHUB_TOKEN_KEYS or level not in _LEVELS:
                msg = f"GITHUB_TOKEN has no permission {key}: {level}"
                raise ValueError(msg)
        return self._keep("ghs", "workflow", "github-actions", given)

    def for_app(self, slug: str, permissions: Mapping[str, str], *also: str) -> Token:
        """An installation token of an app; its deeds do start workflows. It is installed on `also` as
        well."""
        if not self._world.state.has_account(slug):
            self._world.add_account(slug, kind=AccountKind.BOT)
        return self._keep("ghs", "app", slug, permissions, also)

    def add_app(
        self,
        slug: str,
        permissions: Mapping[str, str],
        *also: str,
        installed: bool = True,
        suspended: bool = False,
    ) -> App:
        """Make a GitHub App with these permissions (REST's names), or change it. It is installed on `also` as
        well."""
        if not self._world.state.has_account(slug):
            self._world.add_account(slug, kind=AccountKind.BOT)
        known = self.apps.known.get(slug)
        names = frozenset(name.casefold() for name in also)
        id_ = self._world.state.account(slug).id
        installation = known.installation if known else self._world.new_id()
        return self.apps.add(App(slug, id_, installation, "", dict(permissions), installed, suspended, names))

    def for_installation(
        self, app: App, permissions: Mapping[str, str], repositories: Iterable[str], until: datetime
    ) -> Token:
        """A token of an App's installation, with these permissions (REST's names) on these repositories."""
        named = {name.replace("_", "-"): level for name, level in permissions.items()}
        own = self._world.state.repository.full_name.casefold()
        others = [name for name in repositories if name != own]
        return self._keep("ghs", "app", app.slug, named, others, own=own in repositories, until=until)

    def for_user(self, login: str) -> Token:
        """A personal access token: it may do what its owner's role allows."""
        return self._keep("github_pat", "user", login, {})

    def find(self, authorization: str) -> Token:
        """The token of an Authorization header, or 401 "Bad credentials"."""
        scheme, _, value = authorization.partition(" ")
        if scheme.lower() == "bearer" and value.count(".") == 2:
            app = self.apps.signed_by(value.strip(), self._world.clock())
            return Token(value, "key", app.slug, app=app)
        token = self._known.get(value.strip()) if scheme.lower() in {"token", "bearer"} else None
        if token is None or (token.until is not None and self._world.clock() >= token.until):
            raise Refused(401, "Bad credentials")
        return token

    def revoke(self, token: Token) -> None:
        """End a token, as the end of its job does."""
        self._known.pop(token.value, None)

    def budget(self, token: Token, resource: str) -> Budget:
        """The budget that a token draws from; `resource` is "core" or "graphql"."""
        table = self.points if resource == "graphql" else self.requests
        key = "workflow" if token.kind == "workflow" else token.app.slug if token.app else token.value
        budget = table.setdefault(key, Budget(self.limits[token.kind]))
        budget.refill(self._world.clock())
        return budget


_GITHUB_TOKEN_KEYS = frozenset(
    (
        *PERMISSIONS,
        "artifact-metadata",
        "attestations",
        "discussions",
        "id-token",
        "models",
        "packages",
        "pages",
        "repository-projects",
        "security-events",
        "vulnerability-alerts",
    )
)
"""https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions"""
