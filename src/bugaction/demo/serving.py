"""An embedded GitHub that stays up until somebody ends it: to try bugaction, or another client, by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

from bugaction.demo.story import STORIES, open_stage
from bugaction.errors import UserError
from bugaction.sandbox.server import GitHubServer
from bugaction.sandbox.world import World

__all__ = ["serve"]


def serve(port: int, say: Callable[[str], None], until: Event | None = None) -> None:
    """Serve a small repository with one labelled bug on the loopback address until Ctrl-C, or until `until`.

    `port` 0 takes a free one. Raises `UserError` for one that cannot be had.
    """
    stop = until or Event()
    with World() as world, _listening(world, port) as server:
        open_stage(world)
        # The story happens before now, so without this its bug would be one from before bugaction came.
        config = "version: 1\nsince: 2026-01-01T00:00:00Z\n"
        world.people.push("ana", "main", {".github/bugaction.yml": config}, "Configure bugaction")
        for scene in STORIES[0].scenes[:3]:
            scene.deed(world)
        token = server.tokens.for_user("ana").value
        say(
            f"An embedded GitHub serves octo/shop; issue 2 is a P1, pull request 3 fixes it. In another "
            f"terminal:\n\n"
            f"export GITHUB_API_URL={server.api_url}\n"
            f"export GITHUB_GRAPHQL_URL={server.graphql_url}\n"
            f"export GITHUB_REPOSITORY=octo/shop\n"
            f"export BUGACTION_TOKEN={token}\n"
            f"bugaction plan --issue 2\n\n"
            f"The repository is at {world.git.path}. Ctrl-C ends it."
        )
        stop.wait()


@contextmanager
def _listening(world: World, port: int) -> Iterator[GitHubServer]:
    server = GitHubServer(world, port=port)
    try:
        server.start()
    except OSError as error:
        raise UserError(
            f"Port {port} of 127.0.0.1 cannot be had: {error.strerror or error}.",
            remedy="Name another one with --port, or leave it out to take a free one.",
        ) from error
    try:
        yield server
    finally:
        server.stop()
