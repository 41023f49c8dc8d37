"""The commands that decide, and those that write: `run`, `plan`, `sweep`, `post-mortem`, `prompt`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import click

from bugaction.cli.base import ENVIRONMENT, EXITS, OWN_ALONE, commands, in_actions, scrubber, variables_of
from bugaction.cli.program import about_reading, exits


def _target_options(function: click.decorators.FC) -> click.decorators.FC:
    """The options that stand for a variable of the environment."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print the machine-readable document instead."),
        click.option(
            "--redact", flag_value="true", help="Replace people's words in that file (BUGACTION_REDACT)."
        ),
        click.option(
            "--save-snapshot",
            metavar="FILE",
            help="Keep what the run saw in FILE, to report a bug with (BUGACTION_SAVE_SNAPSHOT).",
        ),
        click.option("--payload", metavar="FILE", help="The event's payload (GITHUB_EVENT_PATH)."),
        click.option("--event", metavar="NAME", help="The event to act on (GITHUB_EVENT_NAME)."),
        click.option("--config", metavar="PATH", help="The configuration's path (BUGACTION_CONFIG)."),
        click.option("--issue", metavar="NUMBER", help="The issue or pull request (BUGACTION_ISSUE)."),
        click.option("--repository", metavar="OWNER/NAME", help="The repository (GITHUB_REPOSITORY)."),
    ):
        function = option(function)
    return function


@commands.command(
    epilog=f"\b\nExample:\n  bugaction run --repository octo/shop --issue 42\n\n{ENVIRONMENT}\n{EXITS}"
)
@_target_options
def run(as_json: bool, **options: str | None) -> int:
    """Bring issues, pull requests and documents to the state that policy asks for.

    This is what the Action calls.
    """
    return _execute(variables_of(options), {}, as_json="result" if as_json else "")


@commands.command(epilog=f"\b\nExample:\n  bugaction plan --issue 42 --json\n\n{ENVIRONMENT}\n{EXITS}")
@_target_options
def plan(as_json: bool, **options: str | None) -> int:
    """Show what `run` would write, and write nothing.

    It shows the first round. A run decides again on what its own writes have changed, and where more would
    follow from them, the plan says so.
    """
    return _execute(variables_of(options), {"BUGACTION_DRY_RUN": "true"}, as_json="plan" if as_json else "")


@commands.command(
    epilog="\b\nExample:\n  bugaction sweep --repository octo/shop --shard 2/8 --budget 1000\n\n"
    f"{ENVIRONMENT}\n{EXITS}"
)
@click.option("--repository", metavar="OWNER/NAME", help="The repository (GITHUB_REPOSITORY).")
@click.option("--config", metavar="PATH", help="The configuration's path (BUGACTION_CONFIG).")
@click.option("--shard", metavar="N/COUNT", help="Do this part of it only, such as 2/8 (BUGACTION_SHARD).")
@click.option("--budget", metavar="REQUESTS", help="Requests that it may make (BUGACTION_SWEEP_BUDGET).")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the machine-readable document instead.")
def sweep(dry_run: bool, as_json: bool, **options: str | None) -> int:
    """Look at everything that is open: the oldest deadline first, within a budget of requests.

    In a scheduled run of a workflow it looks in full only where something is due or may have changed since
    the last one; started by hand, at everything. What the budget leaves is kept for the next sweep. With
    --shard several machines share the work, each number being one part's.
    """
    from bugaction.events import Command

    fixed = {"BUGACTION_COMMAND": Command.SWEEP.value, "BUGACTION_ISSUE": ""}
    if dry_run:
        fixed["BUGACTION_DRY_RUN"] = "true"
    return _execute(variables_of(options), fixed, as_json="result" if as_json else "", long=True)


@commands.command(
    "post-mortem",
    epilog=f"\b\nExample:\n  bugaction post-mortem 42 --repository octo/shop\n\n{ENVIRONMENT}\n{EXITS}",
)
@click.argument("issue", metavar="ISSUE")
@click.option("--repository", metavar="OWNER/NAME", help="The repository (GITHUB_REPOSITORY).")
@click.option("--config", metavar="PATH", help="The configuration's path (BUGACTION_CONFIG).")
@click.option("--note", metavar="TEXT", help="Words to begin it with, as yours (BUGACTION_NOTE).")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the machine-readable document instead.")
def post_mortem(issue: str, dry_run: bool, as_json: bool, **options: str | None) -> int:
    """Begin the post-mortem of the bug ISSUE (42 or BUG-042), or bring it up to date.

    It is committed with everything that GitHub knows filled in, and asks for the rest. By itself it is begun
    for a P0 or P1 whose fix is out; here at any severity and any time.
    """
    from bugaction.events import Command

    fixed = {"BUGACTION_COMMAND": Command.POST_MORTEM.value, **_of_issue(issue)}
    if dry_run:
        fixed["BUGACTION_DRY_RUN"] = "true"
    return _execute(variables_of(options), fixed, as_json="result" if as_json else "")


_DRAFTED = ("triage", "root-cause", "fix", "deployment", "verification", "post-mortem")
"""The phases that have a prompt (`prompts.PROMPTS`)."""


@commands.command(
    epilog="\b\nExample:\n  bugaction prompt root-cause 42 --repository octo/shop\n\n"
    f"{about_reading(ENVIRONMENT)}\n{exits('prompt')}",
)
@click.argument("phase", metavar="PHASE", type=click.Choice(_DRAFTED))
@click.argument("issue", metavar="ISSUE")
@click.option("--repository", metavar="OWNER/NAME", help="The repository (GITHUB_REPOSITORY).")
@click.option("--config", metavar="PATH", help="The configuration's path (BUGACTION_CONFIG).")
def prompt(phase: str, issue: str, **options: str | None) -> int:
    """Print a prompt for drafting a phase of the bug ISSUE (42 or BUG-042) with an assistant.

    PHASE is triage, root-cause, fix, deployment, verification or post-mortem. The prompt holds the task, what
    may be drafted and what must not be done, and the evidence that GitHub has. No model is called and nothing
    is written; what comes of it counts once a person has put it where it belongs.
    """
    from bugaction.console import Console
    from bugaction.execution import print_prompt

    typed = variables_of(options)
    environment = {**os.environ, **typed, **_of_issue(issue), "BUGACTION_DRY_RUN": "true"}
    environment = {**environment, "BUGACTION_COMMAND": "", "GITHUB_EVENT_NAME": ""}
    console = Console(sys.stdout, in_actions=in_actions(environment), scrub=scrubber(environment))
    return int(print_prompt(phase, environment, console, typed=typed.keys()))


def _of_issue(issue: str) -> dict[str, str]:
    """The variable that names this issue."""
    from bugaction.events import parse_issue

    number = parse_issue(issue, "ISSUE")
    if number is None:
        raise click.BadParameter("it is empty; give an issue number such as 42", param_hint="ISSUE")
    return {"BUGACTION_ISSUE": str(number)}


def _execute(typed: Mapping[str, str], fixed: Mapping[str, str], *, as_json: str, long: bool = False) -> int:
    """Run with the process's environment, the options that were typed, and what the command itself means;
    what is `long` tells who watches how far it is."""
    from bugaction.console import Console
    from bugaction.execution import execute

    environment = {**os.environ, **typed, **fixed}
    console = Console(sys.stdout, in_actions=in_actions(environment), scrub=scrubber(environment))
    for name in OWN_ALONE:  # whatever starts a process from here on, it does not hand them on
        os.environ.pop(name, None)
    from bugaction.cli.progress import counted

    with counted(silent=not long or bool(as_json) or console.in_actions) as observe:
        return int(execute(environment, console, typed=typed.keys(), as_json=as_json, observe=observe))
