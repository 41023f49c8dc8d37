"""What a replay reads beside its snapshots: which bugs were reported, and the labels' names; and the client
that cannot write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bugaction.errors import Rejected
from bugaction.github.client import Answer, Client
from bugaction.github.connection import connect_client
from bugaction.github.harvest import Harvest, Places
from bugaction.github.normalise import nodes, time
from bugaction.github.query import Document, Part, compose
from bugaction.github.reader import GitHubReader
from bugaction.ports import Clock, Sleep
from bugaction.replay import Archive, Page

__all__ = ["ReadOnlyClient", "label_names", "open_archive", "reported"]

_MOST_LABEL_PAGES = 10
"""Pages of a hundred labels. Those who have more name theirs."""

_WRITES = re.compile(r"\b(?:mutation|subscription)\b")
"""Words that no query of ours holds."""


class ReadOnlyClient(Client):
    """A client that sends nothing that could write: no mutation, and no verb of REST but GET."""

    def mutate(self, document: Document, *, content: int) -> Answer:  # noqa: ARG002 - the client's own
        """Nothing is sent."""
        raise _refused("a mutation")

    def send(self, verb: str, path: str, body: Mapping[str, Any] | None = None) -> object:  # noqa: ARG002
        """Nothing is sent."""
        raise _refused(f"{verb} {path}")

    def _post(self, document: Document, *, reads: int = 0, writes: int = 0) -> Answer:
        if writes or not document.text.startswith("query ") or _WRITES.search(document.text):
            raise _refused("a GraphQL operation that is no query")
        return super()._post(document, reads=reads)

    def _send(
        self,
        verb: str,
        path: str,
        body: Mapping[str, Any] | None,
        parameters: Mapping[str, str | int] | None,
        *,
        reads: int = 0,
        writes: int = 0,
    ) -> object:
        if writes or verb != "GET" or body is not None:
            raise _refused(f"{verb} {path}")
        return super()._send(verb, path, None, parameters, reads=reads)


def _refused(what: str) -> Rejected:
    return Rejected(f"This connection only reads, and does not send {what}")


def open_archive(
    *,
    token: str,
    repository: str,
    api_url: str,
    graphql_url: str,
    config: str,
    clock: Clock,
    sleep: Sleep,
) -> Archive:
    """Connect to `repository` to read its past; nothing is sent yet. Raises `UserError` without a token."""
    client = connect_client(
        token=token, api_url=api_url, graphql_url=graphql_url, clock=clock, sleep=sleep, kind=ReadOnlyClient
    )
    owner, _, name = repository.partition("/")
    places = Places(owner, name, config, "", "", signed=True)
    return Archive(
        reader=GitHubReader(client, owner, name, config_path=config),
        reported=lambda labels, cursor: _reported(client, places, labels, cursor),
        labels=lambda: _labels(client, places),
        usage=lambda: client.usage,
    )


def reported(labels: Iterable[str], cursor: str | None) -> Part:
    """A page of issues with any of these labels, in any state, the newest first. GitHub joins the labels of
    this list by "or" (https://github.com/cli/cli/issues/419 shows what it answers)."""
    return Part(
        fields=(
            "reported: issues(first: 100, after: $after, labels: $labels, "
            "orderBy: {field: CREATED_AT, direction: DESC}) { pageInfo { hasNextPage endCursor } "
            "nodes { number createdAt } }"
        ),
        variables={"labels": ("[String!]", list(labels)), "after": ("String", cursor)},
        weight=1,
    )


def label_names(cursor: str | None) -> Part:
    """A page of the repository's labels."""
    return Part(
        fields="labels(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { name } }",
        variables={"after": ("String", cursor)},
        weight=1,
    )


def _reported(client: Client, places: Places, labels: tuple[str, ...], cursor: str | None) -> Page:
    page = _read(client, places, reported(labels, cursor)).get("reported") or {}
    found = ((int(node["number"]), time(node["createdAt"])) for node in nodes(page))
    return tuple(found), _next(page)


def _labels(client: Client, places: Places) -> tuple[str, ...]:
    names: list[str] = []
    cursor: str | None = None
    for _ in range(_MOST_LABEL_PAGES):
        page = _read(client, places, label_names(cursor)).get("labels") or {}
        names += [str(node["name"]) for node in nodes(page)]
        cursor = _next(page)
        if cursor is None:
            break
    return tuple(names)


def _read(client: Client, places: Places, part: Part) -> Mapping[str, Any]:
    variables = {"owner": ("String!", places.owner), "name": ("String!", places.name)}
    return Harvest(client, places).query(compose("Replay", [part], header=False, variables=variables))


def _next(page: Mapping[str, Any]) -> str | None:
    info = page.get("pageInfo") or {}
    return str(info["endCursor"]) if info.get("hasNextPage") else None
