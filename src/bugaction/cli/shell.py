"""The command for who types the others: `completion`."""

from __future__ import annotations

import click

from bugaction.cli.base import commands
from bugaction.cli.program import exits

_VARIABLE = "_BUGACTION_COMPLETE"
"""Set by the script when the shell asks: click's own name for it."""


@commands.command(
    epilog='\b\nExamples:\n  eval "$(bugaction completion bash)"   # in ~/.bashrc\n'
    '  eval "$(bugaction completion zsh)"    # in ~/.zshrc\n'
    "  bugaction completion fish > ~/.config/fish/completions/bugaction.fish\n\n" + exits("completion")
)
@click.argument("shell", metavar="bash|zsh|fish", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that lets a shell complete this command line: commands, options and their values.

    The shell asks `bugaction` itself whenever Tab is pressed, so what is completed is never out of date.
    Bash 4.4 or newer.
    """
    from click.shell_completion import ShellComplete, get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - the choice above is of click's own shells
    # `BashComplete.source` first runs bash to look at its version; the shell that reads this is another one.
    click.echo(ShellComplete.source(kind(commands, {}, "bugaction", _VARIABLE)))
