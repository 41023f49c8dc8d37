"""The commands that put bugaction into a repository and look after that: `init`, `doctor`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TextIO

import click

from bugaction.cli.base import ENVIRONMENT, commands, in_actions, is_terminal, scrubber, variables_of
from bugaction.cli.program import about_reading, exits


@commands.command(
    epilog=f"\b\nExamples:\n  bugaction init --dry-run\n  gh label list --limit 1000 --json name | "
    f"bugaction init --labels - --yes\n\n{exits('init')}"
)
@click.option("--ref", metavar="SHA", default="", help="The commit of bugaction to run, all 40 digits.")
@click.option(
    "--labels",
    type=click.File(encoding="utf-8"),
    metavar="FILE",
    help="The repository's labels, as `gh label list --json name` prints them; - reads them from a pipe.",
)
@click.option(
    "--reusable/--standalone",
    default=None,
    help="Whether the workflow calls bugaction's own or holds the jobs itself. What is there stays as it is.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where something is out of date.")
@click.option(
    "--remove", is_flag=True, help="Take away what was written, in the order that leaves nothing stuck."
)
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--take", metavar="PATH", multiple=True, help="Replace this file, whoever wrote it.")
@click.option("--keep", metavar="PATH", multiple=True, help="This file is as you want it: ask no more.")
@click.option("--json", "as_json", is_flag=True, help="Print the machine-readable document instead.")
def init(
    ref: str,
    labels: TextIO | None,
    reusable: bool | None,
    dry_run: bool,
    check: bool,
    remove: bool,
    yes: bool,
    take: tuple[str, ...],
    keep: tuple[str, ...],
    as_json: bool,
) -> int:
    """Put bugaction into the repository of this folder, or bring what it wrote up to date.

    It writes workflows, a bug form, a configuration that begins by watching, a template for pull requests and
    a ruleset, and shows each change first. A file that you wrote or changed is never written over. Then it
    prints what is left to do, in the order in which nothing gets stuck.
    """
    from datetime import UTC, datetime

    from bugaction.console import Console
    from bugaction.init import Options, start

    colour, scrub = is_terminal(sys.stdout), scrubber(os.environ)
    console = Console(sys.stdout, in_actions=in_actions(os.environ), colour=colour, scrub=scrub)
    given = (labels.read(), labels.name) if labels is not None else None
    asks = not as_json and sys.stdin.isatty() and sys.stdout.isatty()
    return start(
        Path(),
        Options(ref, given, dry_run, check, remove, yes, take, keep, reusable),
        os.environ,
        datetime.now(UTC),
        console,
        as_json=as_json,
        ask=click.confirm if asks else None,
    )


@commands.command(
    epilog="\b\nExamples:\n  bugaction doctor --repository octo/shop\n"
    "  GH_TOKEN=$(gh auth token) bugaction doctor --repository octo/shop --json\n\n"
    f"{about_reading(ENVIRONMENT)}\n{exits('doctor')}"
)
@click.option("--repository", metavar="OWNER/NAME", help="The repository (GITHUB_REPOSITORY).")
@click.option("--config", metavar="PATH", help="The configuration's path (BUGACTION_CONFIG).")
@click.option("--json", "as_json", is_flag=True, help="Print the machine-readable document instead.")
def doctor(as_json: bool, **options: str | None) -> int:
    """Say what is wrong with how a repository is set up, why it matters, and the exact fix.

    It only reads. What this token cannot see is named as such; an administrator's token sees all of it.
    """
    from bugaction.console import Console
    from bugaction.execution import show_diagnosis

    typed = variables_of(options)
    environment = {**os.environ, **typed}
    console = Console(sys.stdout, in_actions=in_actions(environment), scrub=scrubber(environment))
    progress = _progress if sys.stderr.isatty() and not as_json else _silent
    return int(show_diagnosis(environment, console, typed=typed.keys(), as_json=as_json, progress=progress))


def _progress(what: str) -> None:
    """What is being read, for a person who waits; on the way out of a pipe."""
    click.echo(f"Reading {what} …", err=True)


def _silent(what: str) -> None:
    pass
