"""The ports on one repository, made from plain values."""

from __future__ import annotations

from urllib.parse import urlsplit

from bugaction.github.client import Client
from bugaction.github.harvest import Places
from bugaction.github.pacing import Pace
from bugaction.github.reader import GitHubReader
from bugaction.github.schedule import last_sweep, schedule_problem
from bugaction.github.thin import closed_work, open_items, open_work
from bugaction.github.writer import GitHubWriter
from bugaction.ports import Clock, Connection, Sleep

__all__ = ["connect", "connect_client"]


def connect_client(
    *,
    token: str,
    api_url: str,
    graphql_url: str,
    clock: Clock,
    sleep: Sleep,
    kind: type[Client] = Client,
) -> Client:
    """The client alone; nothing is sent yet. Raises `UserError` when there is no token."""
    return kind.with_token(token, api_url, Pace(clock, sleep), graphql_url=graphql_url)


def connect(
    *,
    token: str,
    repository: str,
    api_url: str,
    graphql_url: str,
    config: str,
    clock: Clock,
    sleep: Sleep,
    as_workflow: bool = False,
) -> Connection:
    """Connect to `repository` (`owner/name`) at GITHUB_API_URL and GITHUB_GRAPHQL_URL; nothing is sent yet.

    `as_workflow` is for a person's token that only looks: what a workflow wrote then counts as ours. Raises
    `UserError` when there is no token. All readers share one client, so pace and cost are those of the
    whole run.
    """
    client = connect_client(token=token, api_url=api_url, graphql_url=graphql_url, clock=clock, sleep=sleep)
    owner, _, name = repository.partition("/")

    blobs: dict[str, str | None] = {}
    places = Places(owner, name, config, "", "", signed=_signs(api_url), as_workflow=as_workflow)

    def reader_for(root: str) -> GitHubReader:
        return GitHubReader(
            client,
            owner,
            name,
            config_path=config,
            root=root,
            signed=_signs(api_url),
            as_workflow=as_workflow,
            blobs=blobs,
        )

    return Connection(
        reader_for=reader_for,
        writer=GitHubWriter(client, owner, name),
        usage=lambda: client.usage,
        open_work=lambda labels, cursor: open_work(client, places, labels, cursor),
        closed_work=lambda labels, cursor: closed_work(client, places, labels, cursor),
        open_items=lambda label, cursor: open_items(client, places, label, cursor),
        last_sweep=lambda workflow: last_sweep(client, repository, workflow),
        schedule_problem=lambda workflow: schedule_problem(client, repository, workflow),
    )


def _signs(api_url: str) -> bool:
    """Whether the server signs the commits made by its API, as github.com and ghe.com do.

    GitHub Enterprise Server (whose API is at `/api/v3`) does so only where an administrator set it up
    (docs.github.com/enterprise-server/admin, "Configuring web commit signing"): there the author's address
    alone has to do, and anybody who may push can write as we do.
    """
    return not urlsplit(api_url).path.rstrip("/").endswith("/api/v3")
