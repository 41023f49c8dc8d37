"""The one place where errors end: `main`."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn, TextIO

import click

from bugaction.cli.base import INTERRUPTED, commands, in_actions, scrubber
from bugaction.cli.program import ReaderGone

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command line (the process's own by default) and exit with its code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _make_printable(sys.stdout, sys.stderr)
    sys.exit(_run(given))


def _run(arguments: Sequence[str]) -> int:
    environment = dict(os.environ)
    try:
        code = commands.main(arguments, prog_name="bugaction", standalone_mode=False)
        sys.stdout.flush()  # a reader who is gone is told here, not while Python shuts down
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except (BrokenPipeError, ReaderGone):
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

    is_job = in_actions(environment)
    stream = sys.stdout if is_job else sys.stderr
    console = Console(stream, in_actions=is_job, scrub=scrubber(environment))
    report, code = failure_report(error)
    if debug:
        console.say("".join(traceback.format_exception(error)).rstrip())
    files = [environment.get(name, "") for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")]
    output, summary_file = (Path(name) if name else None for name in files)
    if not is_job:
        console.say(f"bugaction: {report.notices[0].text} [{report.reason}]")
        return int(code)
    try:
        tell(report, console, output, summary_file)
    except BugactionError as unwritable:
        console.annotate(report.notices)
        console.say(unwritable.message)
    return int(code)


def _make_printable(*streams: TextIO) -> None:
    """A character that the terminal's encoding lacks is shown escaped rather than ending the run."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
