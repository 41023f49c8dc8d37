"""The stable codes that a run ends with: what each means, what to do about it, and the exit code.

One table, from which the job summary, the command line and the reference are made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from bugaction.plan import Reason

__all__ = ["REASONS", "UNDECIDED", "ExitCode", "Meaning", "exit_code"]


class ExitCode(IntEnum):
    """What the process tells its caller. A gate that is red is a result, not a failure: it exits with 0."""

    DONE = 0
    INTERNAL = 1
    USAGE = 2
    GITHUB = 3


@dataclass(frozen=True, slots=True)
class Meaning:
    """One reason. `remedy` is "" where nothing has to be done.

    `exit` is the exit code. `red` says when `DONE` becomes `GITHUB` instead, and is "" where it never does.
    """

    sentence: str
    remedy: str = ""
    exit: ExitCode = ExitCode.DONE
    red: str = ""


REASONS: Mapping[Reason, Meaning] = {
    Reason.DONE: Meaning("What differed was written."),
    Reason.NOTHING_TO_DO: Meaning("Everything was already as it should be; nothing was written."),
    Reason.NOT_OURS: Meaning("The event has nothing in it for bugaction."),
    Reason.NOT_A_BUG: Meaning(
        "The issue is no bug.", "Give it a severity label or the bug label if it is one."
    ),
    Reason.BEFORE_SINCE: Meaning(
        "The bug is older than `since`, from when on bugs are followed.",
        "Comment `/track` on the issue, or set its severity label again, to have it followed.",
    ),
    Reason.CONFIG_INVALID: Meaning(
        "The configuration is wrong, or not where it was said to be. Until it is repaired no bug fix gets a "
        "green gate.",
        "Repair what the annotations name.",
        ExitCode.USAGE,
    ),
    Reason.UNDECIDED_STALE: Meaning(
        "GitHub did not show the facts that the event spoke of, even after a while; the gates are undecided.",
        "Re-run the job, or wait for the next event or sweep.",
        ExitCode.GITHUB,
    ),
    Reason.UNDECIDED_TOO_DEEP: Meaning(
        "What the run's issues and pull requests link to goes too deep to read; the gates are undecided.",
        "Name fewer issues in the pull requests, or `/unlink` those that they do not fix; then `/recheck`.",
        ExitCode.GITHUB,
    ),
    Reason.LEDGER_UNWRITABLE: Meaning(
        "Decisions could not be recorded on the records branch; no gate turned green on them.",
        "Give the job `contents: write`, and let no branch rule keep it off `bugaction/records`.",
        ExitCode.GITHUB,
    ),
    Reason.LEDGER_UNREADABLE: Meaning(
        "A file of decisions on the records branch cannot be read; what rests on it is undecided.",
        "Shorten or restore the file that the annotation names, then comment `/recheck`.",
        ExitCode.GITHUB,
    ),
    Reason.RECORDS_MISSING: Meaning(
        "The records branch, or decisions that it held, are gone, so the gates are undecided.",
        "Restore the branch `bugaction/records`, or run the command `start-records` to begin anew.",
        ExitCode.GITHUB,
    ),
    Reason.REPOSITORY_ARCHIVED: Meaning(
        "The repository is archived: nothing can be written.", "Unarchive it, or disable the workflow."
    ),
    Reason.REPOSITORY_EMPTY: Meaning(
        "The repository has no commit yet: there is no branch to keep records on.", "Push a first commit."
    ),
    Reason.ISSUES_DISABLED: Meaning(
        "The repository has issues turned off, so it has no bugs.",
        "Turn issues on in the repository's settings, or remove the workflow.",
    ),
    Reason.PERMISSION_MISSING: Meaning(
        "The token may not do everything, or may not see the repository; what it may not do was left out.",
        "Give the job the permissions that the remarks name.",
        red="nothing could be read, or a status that gates a merge was left out",
    ),
    Reason.GITHUB_UNAVAILABLE: Meaning(
        "GitHub could not be read: it did not answer in time, or it refused.",
        "Re-run the job later; where it refused, see the message.",
        ExitCode.GITHUB,
    ),
    Reason.WORK_LEFT: Meaning(
        "The budget of requests or tries ran out before the work did; statuses went first.",
        "The next sweep goes on; raise the frequency of `schedule` if this is common.",
        red="a pull request was not looked at, or a status that gates a merge was left out",
    ),
    Reason.SETUP_WRONG: Meaning(
        "The command `doctor` found something in the repository's set-up that does not work.",
        "Do what the job summary names; each finding has its fix.",
        ExitCode.INTERNAL,
    ),
    Reason.USAGE: Meaning(
        "An input or option is wrong, or names something that is not there.",
        "See the message.",
        ExitCode.USAGE,
    ),
    Reason.INTERNAL: Meaning(
        "A bug in bugaction.",
        "Run again with `--debug` (in Actions: with debug logging) and report the traceback; "
        "`--save-snapshot FILE --redact` keeps what we need to see it too.",
        ExitCode.INTERNAL,
    ),
}
"""Every `Reason`, in its order."""

UNDECIDED = frozenset(
    {
        Reason.LEDGER_UNREADABLE,
        Reason.LEDGER_UNWRITABLE,
        Reason.CONFIG_INVALID,
        Reason.RECORDS_MISSING,
        Reason.UNDECIDED_STALE,
        Reason.UNDECIDED_TOO_DEEP,
        Reason.GITHUB_UNAVAILABLE,
    }
)
"""Reasons of a target that could not be decided, or not be written: its run is never green."""


def exit_code(reason: Reason, *, failed: bool = False) -> ExitCode:
    """How the process ends; `failed` when something that gates a merge was left undone.

    Such a run is never green, whatever its reason. Those that can have one say when (`Meaning.red`).
    """
    code = REASONS[reason].exit
    return ExitCode.GITHUB if failed and code is ExitCode.DONE else code
