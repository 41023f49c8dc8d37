"""Telling a run, and an error as a run."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from bugaction.console import Console
from bugaction.errors import (
    BugactionError,
    Forbidden,
    GitHubError,
    Missing,
    Rejected,
    StaleHead,
    Transient,
    UserError,
)
from bugaction.plan import Level, Notice, Reason
from bugaction.reasons import ExitCode
from bugaction.report import Report
from bugaction.telling import failure_report, reason_of, tell


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (UserError("x"), Reason.USAGE),
        (UserError("x", reason="config-invalid"), Reason.CONFIG_INVALID),
        (UserError("x", reason="something-else"), Reason.USAGE),
        (Forbidden("x"), Reason.PERMISSION_MISSING),
        (Missing("x"), Reason.PERMISSION_MISSING),
        (Rejected("x"), Reason.GITHUB_UNAVAILABLE),
        (StaleHead("x"), Reason.GITHUB_UNAVAILABLE),
        (Transient("x"), Reason.GITHUB_UNAVAILABLE),
        (GitHubError("x"), Reason.GITHUB_UNAVAILABLE),
        (BugactionError("x"), Reason.INTERNAL),
        (KeyError("x"), Reason.INTERNAL),
    ],
)
def test_every_error_has_a_stable_reason(error: Exception, reason: Reason) -> None:
    """What a person can fix, what GitHub did, and what is our own fault are told apart."""
    assert reason_of(error) is reason


def test_error_is_a_sentence_with_its_remedy() -> None:
    """The failed run's report carries both, and the exit code."""
    report, code = failure_report(UserError("The input `issue` is 'soon'.", remedy="Give a number."))
    assert report.notices == (Notice(Level.ERROR, "The input `issue` is 'soon'. Give a number."),)
    assert code is ExitCode.USAGE
    report, code = failure_report(Forbidden("Bad credentials", remedy="Pass another."))
    assert report.notices[0].text == "Bad credentials. Pass another."
    assert code is ExitCode.GITHUB


def test_unexpected_error_is_owned_up_to() -> None:
    """Its text may hold anything, so only its kind is told."""
    report, code = failure_report(ValueError("ghs_secret"))
    assert code is ExitCode.INTERNAL
    assert report.notices[0].text.startswith("A bug in bugaction: ValueError. ")
    assert "ghs_secret" not in report.notices[0].text


def test_run_is_told_to_runner_and_reader(tmp_path: Path) -> None:
    """Outputs and summary go to their files, words and annotations to the log."""
    stream = io.StringIO()
    report = Report(Reason.NOTHING_TO_DO, notices=(Notice(Level.WARNING, "look"),))
    tell(report, Console(stream, in_actions=True), tmp_path / "output", tmp_path / "summary")
    assert "reason<<ghadelimiter_" in (tmp_path / "output").read_text(encoding="utf-8")
    assert (tmp_path / "summary").read_text(encoding="utf-8").startswith("## bugaction: nothing-to-do\n")
    assert stream.getvalue().startswith("nothing-to-do: Everything was already")
    assert stream.getvalue().endswith("::warning title=bugaction::look\n")


@pytest.mark.parametrize(("kind", "key"), [("result", "reason"), ("plan", "effects")])
def test_program_reads_one_document(kind: str, key: str) -> None:
    """Nothing but JSON is printed."""
    stream = io.StringIO()
    report = Report(Reason.DONE, notices=(Notice(Level.WARNING, "look"),))
    tell(report, Console(stream, in_actions=False), None, None, as_json=kind)
    assert key in json.loads(stream.getvalue())


def test_a_secret_leaves_the_files_too_and_breaks_no_key(tmp_path: Path) -> None:
    """What the console keeps out of the log is in no output and no summary; programs still read them."""
    report = Report(reason=Reason.DONE, notices=(Notice(Level.WARNING, "the text is hunter2"),))
    console = Console(
        io.StringIO(),
        in_actions=True,
        scrub=lambda text: text.replace("hunter2", "***").replace("text", "***"),
    )
    output, summary_file = tmp_path / "output", tmp_path / "summary"
    tell(report, console, output, summary_file)
    lines = output.read_text(encoding="utf-8").splitlines()
    result = json.loads(next(line for line in lines if '"reason":"done"' in line))
    assert result["notices"][0]["text"] == "the *** is ***"
    assert "hunter2" not in output.read_text(encoding="utf-8") + summary_file.read_text(encoding="utf-8")
