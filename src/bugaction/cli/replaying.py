"""The command that looks back: `replay`."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

import click

from bugaction.cli.base import commands, in_actions, scrubber, variables_of
from bugaction.cli.program import exits
from bugaction.cli.progress import bar_of

_PLACES = ("P0", "P1", "P2", "P3", "bug")


@commands.command(
    epilog="\b\nExamples:\n  bugaction replay octo/shop --since 90d --html report.html\n"
    "  bugaction replay octo/shop --label P0='sev: 1' --label P1='sev: 2'\n\n"
    "The token is read from BUGACTION_TOKEN, GH_TOKEN or GITHUB_TOKEN; one that may only read is enough.\n\n"
    + exits("replay")
)
@click.argument("repository", metavar="[OWNER/NAME]", required=False)
@click.option(
    "--since", metavar="LENGTH", default="90d", show_default=True, help="How far back, such as 90d or 26w."
)
@click.option(
    "--limit",
    type=click.IntRange(1, 5000),
    metavar="NUMBER",
    default=200,
    show_default=True,
    help="Read so many bugs at most, the newest first.",
)
@click.option(
    "--label",
    "labels",
    metavar="P1=NAME",
    multiple=True,
    help="A label of yours that means a severity, or `bug=NAME`. Otherwise they are guessed, and named.",
)
@click.option(
    "--config",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Judge by this configuration on your disk. Otherwise by the repository's own, or the defaults.",
)
@click.option("--html", metavar="FILE", type=click.Path(path_type=Path), help="Write the report as one page.")
@click.option("--markdown", metavar="FILE", type=click.Path(path_type=Path), help="Write it as Markdown.")
@click.option("--json", "as_json", is_flag=True, help="Print the machine-readable document instead.")
def replay(
    repository: str | None,
    since: str,
    limit: int,
    labels: tuple[str, ...],
    config: Path | None,
    html: Path | None,
    markdown: Path | None,
    as_json: bool,
) -> int:
    """Show what bugaction would have caught in the past of a repository that does not run it.

    Which targets its bugs missed, which requirements would have held their fixes, what came back; and the
    last P0's post-mortem, drafted from what really happened. It only reads, and is careful with the hour's
    requests. Without a file the report is printed.
    """
    from bugaction.console import Console
    from bugaction.execution import show_replay
    from bugaction.policy_values import is_repository
    from bugaction.replaying import Options
    from bugaction.saving import read_text
    from bugaction.snapshot import TextFile

    named = repository or os.environ.get("GITHUB_REPOSITORY", "")
    if not is_repository(named):
        said = f"{named[:80]!r} is no repository" if named else "no repository is named"
        raise click.UsageError(f"{said}; give it as OWNER/NAME, such as: bugaction replay octo/shop")
    typed = variables_of({"repository": repository})
    environment = {**os.environ, **typed}
    file = TextFile(str(config), read_text(config, "The configuration")) if config is not None else None
    options = Options(_length(since), limit, _mapped(labels), file)
    console = Console(sys.stdout, in_actions=in_actions(environment), scrub=scrubber(environment))
    with bar_of("bugs", silent=as_json) as tell:
        return int(
            show_replay(
                environment,
                console,
                options,
                typed=typed.keys(),
                page=markdown,
                sheet=html,
                as_json=as_json,
                progress=tell,
            )
        )


def _length(text: str) -> timedelta:
    from bugaction.duration import parse_duration

    found = parse_duration(text)
    if found is None or found > timedelta(days=3660):
        raise click.BadParameter(
            f"{text[:40]!r} is no length of time; give one such as 90d or 26w, ten years at most",
            param_hint="--since",
        )
    return found


def _mapped(labels: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The labels by what they mean; one that is given twice for the same counts with the other."""
    found: dict[str, tuple[str, ...]] = {}
    for text in labels:
        key, sign, name = text.partition("=")
        place = next((item for item in _PLACES if item.casefold() == key.strip().casefold()), "")
        if not (place and sign and name.strip()):
            raise click.BadParameter(
                f"{text[:80]!r}: give P0, P1, P2, P3 or bug, and the label's name, such as P1='sev: high'",
                param_hint="--label",
            )
        found[place] = (*found.get(place, ()), name.strip())
    return found
