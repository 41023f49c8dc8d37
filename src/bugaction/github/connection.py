"""The ports on one repository, made from plain values."""

from __future__ import annotations

from urllib.parse import urlsplit

from bugaction.app_key import AppKey
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
    app: AppKey | None = None,
    repository: str = "",
    access: str = "write",
) -> Client:
    """The client alone. Nothing is sent yet, except what gives an `app` its token: see `installation.Access`
    for what it then may. Raises `UserError` when there is no token, or no key."""
    pace = Pace(clock, sleep)
    if app is None:
        return kind.with_token(token, api_url, pace, graphql_url=graphql_url)
    # Imported here: it takes the signing of JSON Web Tokens along, and cryptography with it.
    from bugaction.github.installation import Access, sign_in

    return sign_in(app, repository, api_url, pace, Access(access), graphql_url=graphql_url)


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
    app: AppKey | None = None,
    access: str = "write",
) -> Connection:
    """Connect to `repository` (`owner/name`) at GITHUB_API_URL and GITHUB_GRAPHQL_URL, as `connect_client`
    does.

    `as_workflow` is for a person's token that only looks: what a workflow wrote then counts as ours. Raises
    `UserError` when there is no token. All readers share one client, so pace and cost are those of the
    whole run.
    """
    client = connect_client(
        token=token,
        api_url=api_url,
        graphql_url=graphql_url,
        clock=clock,
        sleep=sleep,
        app=app,
        repository=repository,
        access=access,
    )
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
