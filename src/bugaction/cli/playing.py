"""The commands that need no GitHub but the embedded one: `demo`, `sandbox`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bugaction.cli.base import INTERRUPTED, commands, is_terminal
from bugaction.cli.program import exits


@commands.command(epilog="\b\nExample:\n  bugaction demo --into .demo\n\n" + exits("demo"))
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    default=Path(".demo"),
    show_default=True,
    help="The folder for the repository and the transcript; what an earlier demo left there is replaced.",
)
def demo(into: Path) -> None:
    """Play a bug's life against a GitHub on this machine, and leave its documents.

    It needs no account and no network. FOLDER/repo is a clone that holds the documents, and
    FOLDER/transcript.md tells the story with every comment and document as it was rendered.
    """
    _need_sandbox()
    from bugaction.console import Console
    from bugaction.demo import play

    play(into, Console(sys.stdout, in_actions=False, colour=is_terminal(sys.stdout)))


@commands.command(epilog="\b\nExample:\n  bugaction sandbox --port 8080\n\n" + exits("sandbox"))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="NUMBER",
    default=0,
    help="The port; 0, or none, takes a free one.",
)
def sandbox(port: int) -> int:
    """Serve a GitHub on this machine with a small repository, until Ctrl-C.

    It prints the variables that point bugaction, or another client, at it.
    """
    _need_sandbox()
    from bugaction.demo.serving import serve

    try:
        serve(port, click.echo)
    except KeyboardInterrupt:
        click.echo("\nThe embedded GitHub has ended; its repository is gone with it.")
        return INTERRUPTED
    return 0


def _need_sandbox() -> None:
    """Tell how to get the embedded GitHub where the installation comes without it, as the Action's does."""
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in ("graphql", "jsonschema", "referencing", "werkzeug")):
        from bugaction.errors import UserError

        raise UserError(
            "The embedded GitHub is not installed here.",
            remedy="Run `make demo` in a clone of bugaction: it installs everything, and from then on "
            "`.venv/bin/bugaction` is this command.",
        )
