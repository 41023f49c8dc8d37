"""The commands that need no GitHub but the embedded one: `demo`, `sandbox`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
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


@commands.command(
    epilog="\b\nExamples:\n  bugaction sandbox --port 8080\n  bugaction sandbox --by-hand\n"
    "  bugaction sandbox --from .\n\n" + exits("sandbox")
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="NUMBER",
    default=0,
    help="The port; 0, or none, takes a free one.",
)
@click.option("--by-hand", is_flag=True, help="Type what people do, and see what bugaction writes about it.")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="FOLDER",
    help="The same with the files of your own repository, after `bugaction init`.",
)
def sandbox(port: int, *, by_hand: bool, source: Path | None) -> int:
    """Serve a GitHub on this machine with a small repository, until Ctrl-C.

    It prints the variables that point bugaction, or another client, at it. With --by-hand it is played by
    you: label, comment, open a pull request, approve, merge, deploy, let time pass.
    """
    _need_sandbox()
    from bugaction.demo.serving import serve, serve_by_hand

    try:
        if by_hand or source is not None:
            serve_by_hand(port, click.echo, _typed(), source)
        else:
            serve(port, click.echo)
    except KeyboardInterrupt:
        click.echo("\nThe embedded GitHub has ended; its repository is gone with it.")
        return INTERRUPTED
    return 0


def _typed() -> Iterator[str]:
    """The lines of the standard input; at a terminal behind a prompt, and with what was typed before."""
    if not is_terminal(sys.stdin):
        for line in sys.stdin:
            click.echo(f"> {line.rstrip()}")
            yield line
        return
    with suppress(ImportError):  # Windows has none
        import readline  # noqa: F401 - `input` uses it once it is there
    while True:
        try:
            yield input("> ")
        except EOFError:
            return


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
