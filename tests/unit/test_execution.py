"""From the environment to a run, without a network."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

from bugaction import app
from bugaction.console import Console
from bugaction.execution import connect, execute, now
from bugaction.plan import AddLabels, Level, Notice, Plan, Reason
from bugaction.ports import Applied, Usage
from bugaction.reasons import ExitCode
from bugaction.reconcile import WorkResult
from bugaction.runner import read_inputs

LABEL = AddLabels("I_1", 42, ("P1",), ())


def environment(folder: Path, name: str, payload: object) -> dict[str, str]:
    path = folder / "event.json"
    path.write_text(json.dumps(payload), encoding="utf-8")
    return {
        "BUGACTION_TOKEN": "t",
        "GITHUB_REPOSITORY": "octo/shop",
        "GITHUB_EVENT_NAME": name,
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_SERVER_URL": "https://ghe.test",
    }


def test_event_that_is_not_ours_ends_without_a_request(tmp_path: Path) -> None:
    """It is told as a result, not as an annotation, and the run is green."""
    stream = io.StringIO()
    files = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    code = execute(
        environment(tmp_path, "watch", {"action": "started"}) | files, Console(stream, in_actions=True)
    )
    assert code is ExitCode.DONE
    assert "'watch' is not one that bugaction looks at" in stream.getvalue()
    assert "::notice" not in stream.getvalue()
    assert "not-ours" in (tmp_path / "output").read_text(encoding="utf-8")
    assert "watch" in (tmp_path / "summary").read_text(encoding="utf-8")


def test_report_gathers_what_every_target_gave(tmp_path: Path) -> None:
    """Writes, what is left, remarks and the event's name; words about what was left are warnings."""
    inputs = read_inputs(environment(tmp_path, "issues", {"action": "closed", "issue": {"number": 42}}))
    work = WorkResult(Plan(), applied=(Applied(LABEL),), left=(LABEL,), reason=Reason.WORK_LEFT)
    found = app.RunResult(
        works=(work, work),
        notices=(Notice(Level.ERROR, "no"),),
        usage=Usage(reads=2),
        reason=Reason.WORK_LEFT,
        left=("the budget is spent",),
    )
    report = app.report_of(found, inputs)
    assert (len(report.plans), len(report.applied), len(report.left)) == (2, 2, 2)
    assert report.notices == (Notice(Level.ERROR, "no"), Notice(Level.WARNING, "the budget is spent"))
    assert (report.event, report.server, report.usage.reads) == ("issues.closed", "https://ghe.test", 2)


def test_connection_sends_nothing_by_itself(tmp_path: Path) -> None:
    """Ports are made from the inputs; the first request is the reader's."""
    inputs = read_inputs(environment(tmp_path, "schedule", {}))
    found = connect(inputs, now, lambda _seconds: None)
    assert found.usage() == Usage()


def test_clock_is_aware_and_in_utc() -> None:
    """The one place where the machine's time comes in."""
    moment = now()
    assert moment.utcoffset() == datetime(2026, 1, 1, tzinfo=UTC).utcoffset()
