"""The commands that only read: `lint`, `register`, `simulate`, `schema`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from bugaction.cli.base import ENVIRONMENT, commands, in_actions, scrubber, variables_of
from bugaction.cli.program import about_reading, exits


@commands.command(epilog=f"\b\nExample:\n  bugaction lint documents/bugs/BUG-042\n\n{exits('lint')}")
@click.argument("documents", metavar="[DOCUMENT]...", nargs=-1)
@click.option("--config", metavar="PATH", default="", help="The configuration's path in the working tree.")
@click.option("--json", "as_json", is_flag=True, help="Print the machine-readable document instead.")
def lint(documents: tuple[str, ...], config: str, as_json: bool) -> int:
    """Name the sections of documents that still wait to be written, as the gates do.

    A DOCUMENT is a file, or a folder: of that, the newest version of each document below it. Without any,
    the documents' folder of this repository is looked through. Nothing is asked of GitHub, and no token is
    needed. In a job each section becomes an annotation too.
    """
    import json

    from bugaction.console import ANNOTATIONS_OF_A_LEVEL, Console
    from bugaction.lint import as_json as as_document
    from bugaction.lint import lines, notices, summary
    from bugaction.working_tree import checked, working_tree

    found = list(checked(documents, working_tree(Path(), config)))
    console = Console(sys.stdout, in_actions=in_actions(os.environ), scrub=scrubber(os.environ))
    if as_json:
        console.say(json.dumps(as_document(found), indent=2, ensure_ascii=False))
    else:
        for item in found:
            for line in lines(item):
                console.say(line)
        console.say(summary(found))
    if console.in_actions and not as_json:
        console.annotate(notices(found, ANNOTATIONS_OF_A_LEVEL))
    if any(item.problem for item in found):
        return 2
    return 1 if any(item.gaps for item in found) else 0


@commands.command(
    epilog="\b\nExamples:\n  bugaction register --repository octo/shop --year 2026\n"
    f"  bugaction register --waiting mia\n\n{about_reading(ENVIRONMENT)}\n{exits('register')}"
)
@click.option("--repository", metavar="OWNER/NAME", help="The repository (GITHUB_REPOSITORY).")
@click.option("--config", metavar="PATH", help="The configuration's path (BUGACTION_CONFIG).")
@click.option(
    "--year",
    type=click.IntRange(1970, 9999),
    metavar="YEAR",
    help="The closed bugs that were reported in that year.",
)
@click.option(
    "--waiting",
    metavar="[LOGIN]",
    is_flag=False,
    flag_value="",
    help="What waits for whom, or for that person alone (`anybody`: for nobody in particular).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the register's file instead, or the lines.")
def register(year: int | None, waiting: str | None, as_json: bool, **options: str | None) -> None:
    """Print the register: the open bugs by deadline, a year's closed ones, or what waits for whom.

    It only reads. `bugaction schema register` prints the schema of its files.
    """
    from bugaction.console import Console
    from bugaction.execution import show_register

    if waiting is not None and year is not None:
        raise click.UsageError("--waiting is about open bugs: leave --year out.")
    typed = variables_of(options)
    environment = {**os.environ, **typed}
    console = Console(sys.stdout, in_actions=in_actions(environment), scrub=scrubber(environment))
    show_register(environment, console, typed=typed.keys(), year=year, as_json=as_json, waiting=waiting)


@commands.command(
    epilog="\b\nExamples:\n  bugaction simulate facts.json --at +2h\n"
    "  bugaction simulate event.json --snapshot facts.json --event issue_comment\n\n" + exits("simulate")
)
@click.argument("event", metavar="EVENT.json", type=click.Path(path_type=Path))
@click.option(
    "--snapshot",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The facts, where EVENT.json has none.",
)
@click.option("--event", "name", metavar="NAME", default="", help="The name of the event in EVENT.json.")
@click.option("--at", metavar="TIME", default="", help="Another moment: 2026-11-24T12:00Z, or +2h.")
@click.option(
    "--config", metavar="FILE", type=click.Path(path_type=Path), help="Another configuration to try."
)
@click.option("--json", "as_json", is_flag=True, help="Print the machine-readable document instead.")
def simulate(
    event: Path, snapshot: Path | None, name: str, at: str, config: Path | None, as_json: bool
) -> int:
    """Decide again on saved facts: offline, without a token, and writing nothing.

    EVENT.json is a file of `plan --save-snapshot`, or the payload of an event that is to be tried on the
    facts in --snapshot. With --config it also says what differs from the configuration in the facts.
    """
    from bugaction.console import Console
    from bugaction.simulating import run_simulation

    console = Console(sys.stdout, in_actions=in_actions(os.environ), scrub=scrubber(os.environ))
    return int(
        run_simulation(event, console, snapshot=snapshot, name=name, at=at, config=config, as_json=as_json)
    )


@commands.command(
    epilog="\b\nExample:\n  bugaction schema config > bugaction.schema.json\n\n" + exits("schema")
)
@click.argument(
    "kind",
    metavar="[KIND]",
    type=click.Choice(
        ["config", "result", "plan", "simulation", "doctor", "replay", "register", "register-year"]
    ),
    default="config",
)
def schema(kind: str) -> None:
    """Print a JSON Schema: of the configuration, an output, or a file of the register.

    KIND is `config` where it is left out. `result` and `plan` are outputs of the Action, `simulation`,
    `doctor` and `replay` are what these commands print with --json; `register` is register.json,
    `register-year` a year's file.
    """
    import json

    from bugaction.schemas import schema_of

    click.echo(json.dumps(schema_of(kind), indent=2, ensure_ascii=False))
