"""Telling a run: to the runner's files, to its log, to a person; and how an error is told as a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from bugaction.console import Console
from bugaction.errors import BugactionError, Forbidden, GitHubError, Missing, UserError
from bugaction.plan import Level, Notice, Reason
from bugaction.reasons import REASONS, ExitCode, exit_code
from bugaction.report import Report, outputs, plan_document, result_document
from bugaction.runner import write_outputs, write_summary
from bugaction.summary import summary, terminal

__all__ = ["failure_report", "reason_of", "tell"]


def tell(
    report: Report, console: Console, output: Path | None, summary_file: Path | None, *, as_json: str = ""
) -> None:
    """Write the runner's files, and print: words and annotations, or the one document asked for.

    No secret that the console keeps out of the log gets into the files either.
    """
    write_outputs(output, {name: _scrubbed(text, console.scrub) for name, text in outputs(report).items()})
    write_summary(summary_file, console.scrub(summary(report)))
    if as_json == "plan":
        console.say(plan_document(report).model_dump_json(indent=2))
    elif as_json:
        console.say(result_document(report).model_dump_json(indent=2))
    else:
        console.say(terminal(report))
        if console.in_actions:
            console.annotate(report.notices)


def _scrubbed(text: str, scrub: Callable[[str], str]) -> str:
    """The output without secrets; of JSON the values alone, so that a secret which is a common word breaks no
    key of it."""
    if not text.startswith(("{", "[")) or scrub(text) == text:
        return scrub(text)
    return json.dumps(_values(json.loads(text), scrub), ensure_ascii=False, separators=(",", ":"))


def _values(value: object, scrub: Callable[[str], str]) -> object:
    if isinstance(value, dict):
        return {key: _values(item, scrub) for key, item in value.items()}
    if isinstance(value, list):
        return [_values(item, scrub) for item in value]
    return scrub(value) if isinstance(value, str) else value


def reason_of(error: Exception) -> Reason:
    """The stable code for an error that ended a run."""
    match error:
        case UserError(reason=code):
            return Reason(code) if code in tuple(Reason) else Reason.USAGE
        case Forbidden() | Missing():
            return Reason.PERMISSION_MISSING
        case GitHubError():
            return Reason.GITHUB_UNAVAILABLE
        case _:
            return Reason.INTERNAL


def failure_report(error: Exception) -> tuple[Report, ExitCode]:
    """A run that an error ended, in the same outputs as any other."""
    reason = reason_of(error)
    if isinstance(error, BugactionError):
        text = " ".join(_sentence(part) for part in (error.message, error.remedy) if part)
    else:
        text = f"A bug in bugaction: {type(error).__name__}. {REASONS[reason].remedy}"
    report = Report(reason=reason, notices=(Notice(Level.ERROR, text),))
    return report, exit_code(reason, failed=True)


def _sentence(text: str) -> str:
    """The text with the full stop that GitHub's own messages lack."""
    return text if text.endswith((".", "!", "?", ":")) else f"{text}."
