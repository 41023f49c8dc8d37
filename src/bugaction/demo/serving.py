"""An embedded GitHub that stays up until somebody ends it: to try bugaction, or another client, by hand."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from bugaction.demo.by_hand import ByHand
from bugaction.demo.story import CAST, STORIES, open_stage
from bugaction.errors import UserError
from bugaction.sandbox.clock import RunningClock, SteppingClock
from bugaction.sandbox.server import GitHubServer
from bugaction.sandbox.world import World

__all__ = ["serve", "serve_by_hand", "tracked"]

_CONFIG = ".github/bugaction.yml"
_FROM_THE_START = "version: 1\nsince: 2026-01-01T00:00:00Z\n"
_SHOP = {_CONFIG: _FROM_THE_START.encode(), "README.md": b"# shop\n", "cards.py": b"RULES = 1\n"}


def serve(port: int, say: Callable[[str], None], until: Event | None = None) -> None:
    """Serve a small repository with one labelled bug on the loopback address until Ctrl-C, or until `until`.

    `port` 0 takes a free one. Raises `UserError` for one that cannot be had.
    """
    stop = until or Event()
    with World() as world, _listening(world, port) as server:
        open_stage(world)
        # The story happens before now, so without this its bug would be one from before bugaction came.
        world.people.push("ana", "main", {_CONFIG: _FROM_THE_START}, "Configure bugaction")
        for scene in STORIES[0].scenes[:3]:
            scene.deed(world)
        say(
            f"An embedded GitHub serves octo/shop; issue 2 is a P1, pull request 3 fixes it. In another "
            f"terminal:\n\n{_variables(server)}\nbugaction plan --issue 2\n\n"
            f"The repository is at {world.git.path}. Ctrl-C ends it."
        )
        stop.wait()


def serve_by_hand(
    port: int, say: Callable[[str], None], lines: Iterable[str], source: Path | None = None
) -> None:
    """Serve a repository in which people do what `lines` say, and bugaction runs for each event of it.

    It holds the files of the working tree `source`, its own configuration and workflow among them, or a small
    shop. It ends with the lines, or at `quit`. Raises `UserError` for a port that cannot be had, and for a
    working tree without bugaction's workflow.
    """
    files = _SHOP if source is None else tracked(source)
    workflow = "" if source is None else _own_workflow(files, source)
    # What `init` wrote begins from now on: so does the repository that it was written into.
    with World(clock=SteppingClock() if source is None else RunningClock()) as world:
        for login, role in CAST.items():
            world.add_account(login, role="admin" if login == "ana" else role)
        world.add_account("dee", role=None)
        people = world.people
        people.configure("ana", actions_may_open_pulls=True)
        people.push("ana", "main", files, "Open the shop")
        people.create_label("ana", "bug")
        # A bug is held open until production proves its fix only where deployments are known.
        people.deploy("ana", "main", "production")
        with _listening(world, port) as server:
            hand = ByHand(server, workflow=workflow)
            origin = "a small shop" if source is None else str(source.resolve())
            say(
                f"An embedded GitHub serves octo/shop, with {origin}. "
                f"Type what people do; below it stands what bugaction wrote. Begin with\n\n"
                f"  dee report Cards are refused\n  ana label 1 P1\n  show 1\n\n"
                f"`help` has the rest, `quit` ends it. Other commands, in another terminal, with\n\n"
                f"{_variables(server)}\n"
            )
            for line in lines:
                if line.strip() in {"quit", "exit"}:
                    return
                for told in hand.do(line):
                    say(f"  {told}")


def tracked(folder: Path) -> dict[str, bytes]:
    """What git knows or would add of a working tree, as it is now, by path. Links are left out."""
    git = shutil.which("git")
    command = [
        git or "git",
        "-C",
        str(folder),
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    try:
        listed = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - fixed arguments
    except (OSError, subprocess.CalledProcessError) as error:
        raise UserError(
            f"{folder} is no working tree of git.", remedy="Name the folder of a clone with --from."
        ) from error
    paths = [path for path in listed.stdout.decode("utf-8", "surrogateescape").split("\0") if path]
    return {
        path: (folder / path).read_bytes()
        for path in paths
        if (folder / path).is_file() and not (folder / path).is_symlink()
    }


def _own_workflow(files: Mapping[str, bytes], source: Path) -> str:
    found = files.get(".github/workflows/bugaction.yml")
    if found is None:
        raise UserError(
            f"{source} has no .github/workflows/bugaction.yml, which says what bugaction runs for.",
            remedy="Run `bugaction init` there first.",
        )
    return found.decode("utf-8")


def _variables(server: GitHubServer) -> str:
    """What points bugaction, or another client, at the server, in a shell's words."""
    return (
        f"export GITHUB_API_URL={server.api_url}\n"
        f"export GITHUB_GRAPHQL_URL={server.graphql_url}\n"
        f"export GITHUB_REPOSITORY=octo/shop\n"
        f"export BUGACTION_TOKEN={server.tokens.for_user('ana').value}"
    )


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
