"""A populated embedded GitHub for tests, and a plain client for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from bugaction.sandbox.server import GitHubServer
from bugaction.sandbox.tokens import Token
from bugaction.sandbox.world import World

__all__ = ["REPOSITORY", "Caller", "populated", "serving"]

REPOSITORY = "/repos/octo/shop"


@contextmanager
def populated() -> Iterator[World]:
    """`octo/shop` with a commit, the labels P0 to P3 and bug, and people of every kind of role.

    ana administers, mia maintains, bob and eve write, cy triages, dee is an outsider; `alerts` is a bot.
    """
    with World() as world:
        for login, role in (
            ("ana", "admin"),
            ("mia", "maintain"),
            ("bob", "write"),
            ("eve", "write"),
            ("cy", "triage"),
        ):
            world.add_account(login, role=role)
        world.add_account("dee")
        world.add_account("alerts[bot]")
        world.people.push("ana", "main", {"README.md": "Shop.\n", "src/cart.py": "TOTAL = 1\n"}, "Start")
        for name in ("P0", "P1", "P2", "P3", "bug"):
            world.people.create_label("ana", name)
        world.events.clear()
        yield world


@dataclass(frozen=True, slots=True)
class Caller:
    """Sends requests to a server with one token."""

    server: GitHubServer
    token: Token

    def rest(self, method: str, path: str, body: Any = None) -> requests.Response:
        """A REST request below the repository (or to an absolute path below the root)."""
        url = self.server.api_url + (
            path
            if path.startswith(("/repos", "/user", "/app", "/orgs", "/rate_limit"))
            else REPOSITORY + path
        )
        return self._send(method, url, body)

    def _send(self, method: str, url: str, body: Any) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            headers = {"Authorization": f"Bearer {self.token.value}"}
            return session.request(method, url, json=body, headers=headers, timeout=20)

    def graphql(self, document: str, variables: Mapping[str, object] | None = None) -> dict[str, Any]:
        """A GraphQL request's whole answer."""
        body = {"query": document, "variables": dict(variables or {})}
        answer = self._send("POST", self.server.graphql_url, body).json()
        assert isinstance(answer, dict)
        return answer

    def repository(self, fields: str) -> dict[str, Any]:
        """What `repository` answers to these fields; there must be no errors."""
        answer = self.graphql(f'{{ repository(owner: "octo", name: "shop") {{ {fields} }} }}')
        assert "errors" not in answer, answer["errors"]
        found = answer["data"]["repository"]
        assert isinstance(found, dict)
        return found


@contextmanager
def serving(permissions: Mapping[str, str] | None = None) -> Iterator[Caller]:
    """A populated world that is served, and a GITHUB_TOKEN for it (one that may do everything)."""
    with populated() as world, GitHubServer(world) as server:
        yield Caller(server, server.tokens.for_job(permissions))
