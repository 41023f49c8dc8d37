"""The command line: commands that read their options and hand over, and the one place that prints errors.

Command bodies import what they use, so that `--help` and `schema` start in an instant.
"""

from __future__ import annotations

import click

from bugaction.cli import adopting, playing, reading, replaying, running, shell
from bugaction.cli.base import commands
from bugaction.cli.boundary import main

__all__ = ["commands", "main"]

_MODULES = (adopting, playing, reading, replaying, running, shell)
"""Each adds its commands to the group when it is imported."""


def _accept_debug(*accepting: click.Command) -> None:
    """Let `--debug` stand before and behind a command's name. `main` reads it, which is where errors end."""
    for command in accepting:
        command.params.append(
            click.Option(
                ["--debug"], is_flag=True, expose_value=False, help="Show the traceback of an error."
            )
        )


_accept_debug(commands, *commands.commands.values())
