"""The command line: commands that read their options and hand over, and the one place that prints errors.

Command bodies import what they use, so that `--help` and `schema` start in an instant.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn, TextIO

import click

from bugaction import __version__

__all__ = ["commands", "main"]

_EXITS = """\b
Exit codes:
  0  done; gates may be red, the statuses say so
  1  a bug in bugaction
  2  an input, an option or the configuration is wrong
  3  GitHub could not be read, or something that a gate depends on was left undone
"""

_ENVIRONMENT = """\b
Environment, as an Actions runner sets it:
  GITHUB_REPOSITORY                     the repository, OWNER/NAME
  GITHUB_EVENT_NAME, GITHUB_EVENT_PATH  the event and the file with its payload
  GITHUB_API_URL, GITHUB_GRAPHQL_URL    another GitHub than github.com
  BUGACTION_TOKEN                       the token (outside a runner GH_TOKEN and GITHUB_TOKEN serve too)
  BUGACTION_CONFIG                      the configuration's path on the default branch
  BUGACTION_COMMAND                     run, plan, sweep, start-records, post-mortem or doctor; empty: the
                                        event decides
  BUGACTION_ISSUE                       the issue or pull request to look at
  BUGACTION_NOTE                        words to begin a post-mortem with; GITHUB_ACTOR says whose
  BUGACTION_DRY_RUN                     true: write nothing
  BUGACTION_NOTIFY_URLS                 Apprise URLs to notify, one a line; in front, audience[,audience]=
  BUGACTION_RECORDS                     defer: commit nothing, only say whether there is something to commit
  BUGACTION_SHARD                       the part of a sweep to do, such as 2/8
  BUGACTION_SWEEP_BUDGET                the requests that one sweep may make; 600 by default
  BUGACTION_SAVE_SNAPSHOT               the file to keep the run's facts in
  BUGACTION_REDACT                      true: replace people's words in that file
"""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=f"\b\nExample:\n  bugaction plan --repository octo/shop --issue 42\n\n{_EXITS}",
)
@click.version_option(__version__, prog_name="bugaction")
def commands() -> None:
    """Run a team's bug response on GitHub alone."""


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


def _typed(options: Mapping[str, str | None]) -> dict[str, str]:
    """The options that were given, each as the variable that it stands for."""
    from bugaction.runner import OPTIONS

    variables = {option.removeprefix("--"): variable for variable, option in OPTIONS.items()}
    return {variables[name.replace("_", "-")]: value for name, value in options.items() if value is not None}


@commands.command(
    epilog=f"\b\nExample:\n  bugaction run --repository octo/shop --issue 42\n\n{_ENVIRONMENT}\n{_EXITS}"
)
@_target_options
def run(as_json: bool, **options: str | None) -> int:
    """Bring issues, pull requests and documents to the state that policy asks for.

    This is what the Action calls.
    """
    return _execute(_typed(options), {}, as_json="result" if as_json else "")


@commands.command(epilog=f"\b\nExample:\n  bugaction plan --issue 42 --json\n\n{_ENVIRONMENT}\n{_EXITS}")
@_target_options
def plan(as_json: bool, **options: str | None) -> int:
    """Show what `run` would write, and write nothing.

    It shows the first round. A run decides again on what its own writes have changed, and where more would
    follow from them, the plan says so.
    """
    return _execute(_typed(options), {"BUGACTION_DRY_RUN": "true"}, as_json="plan" if as_json else "")


@commands.command(
    epilog="\b\nExample:\n  bugaction sweep --repository octo/shop --shard 2/8 --budget 1000\n\n"
    f"{_ENVIRONMENT}\n{_EXITS}"
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
    return _execute(_typed(options), fixed, as_json="result" if as_json else "")


@commands.command(
    "post-mortem",
    epilog=f"\b\nExample:\n  bugaction post-mortem 42 --repository octo/shop\n\n{_ENVIRONMENT}\n{_EXITS}",
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
    return _execute(_typed(options), fixed, as_json="result" if as_json else "")


_DRAFTED = ("triage", "root-cause", "fix", "deployment", "verification", "post-mortem")
"""The phases that have a prompt (`prompts.PROMPTS`)."""


@commands.command(
    epilog="\b\nExample:\n  bugaction prompt root-cause 42 --repository octo/shop\n\n"
    f"{_ENVIRONMENT}\n{_EXITS}",
)
@click.argument("phase", type=click.Choice(_DRAFTED))
@click.argument("issue", metavar="ISSUE")
@click.option("--repository", metavar="OWNER/NAME", help="The repository (GITHUB_REPOSITORY).")
@click.option("--config", metavar="PATH", help="The configuration's path (BUGACTION_CONFIG).")
def prompt(phase: str, issue: str, **options: str | None) -> int:
    """Print a prompt for drafting a phase of the bug ISSUE (42 or BUG-042) with an assistant.

    It holds the task, what may be drafted and what must not be done, and the evidence that GitHub has. No
    model is called and nothing is written; what comes of it counts once a person has put it where it belongs.
    """
    from bugaction.console import Console
    from bugaction.execution import print_prompt

    typed = _typed(options)
    environment = {**os.environ, **typed, **_of_issue(issue), "BUGACTION_DRY_RUN": "true"}
    environment = {**environment, "BUGACTION_COMMAND": "", "GITHUB_EVENT_NAME": ""}
    console = Console(sys.stdout, in_actions=_in_actions(environment), scrub=_scrubber(environment))
    return int(print_prompt(phase, environment, console, typed=typed.keys()))


def _of_issue(issue: str) -> dict[str, str]:
    """The variable that names this issue."""
    from bugaction.events import parse_issue

    number = parse_issue(issue, "ISSUE")
    if number is None:
        raise click.BadParameter("it is empty; give an issue number such as 42", param_hint="ISSUE")
    return {"BUGACTION_ISSUE": str(number)}


def _execute(typed: Mapping[str, str], fixed: Mapping[str, str], *, as_json: str) -> int:
    """Run with the process's environment, the options that were typed, and what the command itself means."""
    from bugaction.console import Console
    from bugaction.execution import execute

    environment = {**os.environ, **typed, **fixed}
    console = Console(sys.stdout, in_actions=_in_actions(environment), scrub=_scrubber(environment))
    os.environ.pop(_NOTIFY_URLS, None)  # whatever starts a process from here on, it does not hand them on
    return int(execute(environment, console, typed=typed.keys(), as_json=as_json))


_LINT_EXITS = """\b
Exit codes:
  0  every document is complete
  1  a section waits to be written (or a bug in bugaction, which then says so)
  2  a file is no document or cannot be read; an option or the configuration is wrong
"""


@commands.command(epilog=f"\b\nExample:\n  bugaction lint documents/bugs/BUG-042\n\n{_LINT_EXITS}")
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
    console = Console(sys.stdout, in_actions=_in_actions(os.environ), scrub=_scrubber(os.environ))
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
    epilog="\b\nExample:\n  bugaction register --repository octo/shop --year 2026\n\n"
    f"{_ENVIRONMENT}\n{_EXITS}"
)
@click.option("--repository", metavar="OWNER/NAME", help="The repository (GITHUB_REPOSITORY).")
@click.option("--config", metavar="PATH", help="The configuration's path (BUGACTION_CONFIG).")
@click.option(
    "--year", type=click.IntRange(1970, 9999), help="The closed bugs that were reported in that year."
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
    typed = _typed(options)
    environment = {**os.environ, **typed}
    console = Console(sys.stdout, in_actions=_in_actions(environment), scrub=_scrubber(environment))
    show_register(environment, console, typed=typed.keys(), year=year, as_json=as_json, waiting=waiting)


@commands.command(
    epilog="\b\nExample:\n  bugaction simulate facts.json --at +2h\n\n"
    "\b\nExit codes:\n  0  decided; gates may be red\n  1  a bug in bugaction\n"
    "  2  a file or an option is wrong, or the saved facts do not tell what a decision asks\n"
    "  3  the gates are undecided, as they were for the run\n"
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

    console = Console(sys.stdout, in_actions=_in_actions(os.environ), scrub=_scrubber(os.environ))
    return int(
        run_simulation(event, console, snapshot=snapshot, name=name, at=at, config=config, as_json=as_json)
    )


_DOCTOR_EXITS = """\b
Exit codes:
  0  nothing to fix; warnings, and what this token cannot see, may be told
  1  there is a problem (or a bug in bugaction, which then says so)
  2  an option or the environment is wrong
  3  GitHub could not be read
"""


@commands.command(
    epilog="\b\nExample:\n  bugaction doctor --repository octo/shop\n"
    "  GH_TOKEN=$(gh auth token) bugaction doctor --repository octo/shop --json\n\n"
    f"{_ENVIRONMENT}\n{_DOCTOR_EXITS}"
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

    typed = _typed(options)
    environment = {**os.environ, **typed}
    console = Console(sys.stdout, in_actions=_in_actions(environment), scrub=_scrubber(environment))
    progress = _progress if sys.stderr.isatty() and not as_json else _silent
    return int(show_diagnosis(environment, console, typed=typed.keys(), as_json=as_json, progress=progress))


def _progress(what: str) -> None:
    """What is being read, for a person who waits; on the way out of a pipe."""
    click.echo(f"Reading {what} …", err=True)


def _silent(what: str) -> None:
    pass


@commands.command(epilog="\b\nExample:\n  bugaction schema config > bugaction.schema.json")
@click.argument(
    "kind",
    type=click.Choice(["config", "result", "plan", "simulation", "doctor", "register", "register-year"]),
    default="config",
)
def schema(kind: str) -> None:
    """Print a JSON Schema: of the configuration, an output, or a file of the register.

    `result` and `plan` are outputs of the Action, `simulation` and `doctor` are what these commands print
    with --json; `register` is register.json, `register-year` a year's file.
    """
    import json

    from bugaction.schemas import schema_of

    click.echo(json.dumps(schema_of(kind), indent=2, ensure_ascii=False))


_INIT_EXITS = """\b
Exit codes:
  0  done, or nothing to do
  1  with --check: something is out of date (or a bug in bugaction, which then says so)
  2  it cannot be done here, or an option is wrong; nothing was said yes to
"""


@commands.command(
    epilog=f"\b\nExamples:\n  bugaction init --dry-run\n  gh label list --limit 1000 --json name | "
    f"bugaction init --labels - --yes\n\n{_INIT_EXITS}"
)
@click.option("--ref", metavar="SHA", default="", help="The commit of bugaction to run, all 40 digits.")
@click.option(
    "--labels",
    type=click.File(encoding="utf-8"),
    metavar="FILE",
    help="The repository's labels, as `gh label list --json name` prints them; - reads them from a pipe.",
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

    colour, scrub = _is_terminal(sys.stdout), _scrubber(os.environ)
    console = Console(sys.stdout, in_actions=_in_actions(os.environ), colour=colour, scrub=scrub)
    given = (labels.read(), labels.name) if labels is not None else None
    asks = not as_json and sys.stdin.isatty() and sys.stdout.isatty()
    return start(
        Path(),
        Options(ref, given, dry_run, check, remove, yes, take, keep),
        os.environ,
        datetime.now(UTC),
        console,
        as_json=as_json,
        ask=click.confirm if asks else None,
    )


@commands.command(epilog="\b\nExample:\n  bugaction demo --into .demo")
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

    play(into, Console(sys.stdout, in_actions=False, colour=_is_terminal(sys.stdout)))


@commands.command(epilog="\b\nExample:\n  bugaction sandbox --port 8080")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; 0 takes a free one.")
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
        return _INTERRUPTED
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


def _accept_debug(*accepting: click.Command) -> None:
    """Let `--debug` stand before and behind a command's name. `main` reads it, which is where errors end."""
    for command in accepting:
        command.params.append(
            click.Option(
                ["--debug"], is_flag=True, expose_value=False, help="Show the traceback of an error."
            )
        )


_accept_debug(commands, *commands.commands.values())


# The one error boundary ---------------------------------------------------------------------------------

_INTERRUPTED = 130
"""128 and the signal's number, as shells tell it."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command line (the process's own by default) and exit with its code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _make_printable(sys.stdout, sys.stderr)
    sys.exit(_run(given))


def _run(arguments: Sequence[str]) -> int:
    environment = dict(os.environ)
    try:
        code = commands.main(arguments, prog_name="bugaction", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader has seen enough; Python would complain once more while it shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the boundary: everything ends in a sentence and a code
        # The runner sets RUNNER_DEBUG where somebody asked for debug logging
        # (docs.github.com/actions/reference/workflows-and-actions/variables).
        debug = "--debug" in arguments or environment.get("RUNNER_DEBUG") == "1"
        return _fail(error, environment, debug=debug)
    return code if isinstance(code, int) else 0


def _fail(error: Exception, environment: Mapping[str, str], *, debug: bool) -> int:
    """Tell an error where people and programs look for it; the code to exit with. `environment` is that of
    the start."""
    from bugaction.console import Console
    from bugaction.errors import BugactionError
    from bugaction.telling import failure_report, tell

    in_actions = _in_actions(environment)
    stream = sys.stdout if in_actions else sys.stderr
    console = Console(stream, in_actions=in_actions, scrub=_scrubber(environment))
    report, code = failure_report(error)
    if debug:
        console.say("".join(traceback.format_exception(error)).rstrip())
    files = [environment.get(name, "") for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")]
    output, summary_file = (Path(name) if name else None for name in files)
    if not in_actions:
        console.say(f"bugaction: {report.notices[0].text} [{report.reason}]")
        return int(code)
    try:
        tell(report, console, output, summary_file)
    except BugactionError as unwritable:
        console.annotate(report.notices)
        console.say(unwritable.message)
    return int(code)


def _in_actions(environment: Mapping[str, str]) -> bool:
    return environment.get("GITHUB_ACTIONS") == "true"


_NOTIFY_URLS = "BUGACTION_NOTIFY_URLS"


def _scrubber(environment: Mapping[str, str]) -> _Scrub:
    tokens = [environment.get(name, "").strip() for name in ("BUGACTION_TOKEN", "GH_TOKEN", "GITHUB_TOKEN")]
    return _Scrub(tokens, environment.get(_NOTIFY_URLS, ""))


class _Scrub:
    """Takes every token of the environment out of a text, and what is secret in the URLs of notifications.

    A line of them that is not understood is one whole secret.
    """

    def __init__(self, tokens: Sequence[str], notify_urls: str = "") -> None:
        from bugaction.notify_urls import parse_notify_urls
        from bugaction.secret import Secret

        self._secrets = [Secret(token) for token in tokens if token]
        self._secrets += [target.url for target in parse_notify_urls(notify_urls).targets]
        self._secrets += [Secret(line.strip()) for line in notify_urls.splitlines() if len(line.strip()) >= 8]

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            text = secret.scrub(text)
        return text


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _make_printable(*streams: TextIO) -> None:
    """A character that the terminal's encoding lacks is shown escaped rather than ending the run."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
