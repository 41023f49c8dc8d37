"""From the environment to a run, without a network."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bugaction import app, execution, reconcile
from bugaction.capture import parse
from bugaction.console import Console
from bugaction.errors import UserError
from bugaction.execution import connect, execute, now
from bugaction.plan import AddLabels, Level, Notice, Plan, Reason
from bugaction.ports import Applied, Connection, Targets, Usage
from bugaction.reasons import ExitCode
from bugaction.reconcile import WorkResult
from bugaction.runner import read_inputs
from tests.unit.test_simulation import world
from tests.values import at

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
    """It is told as a result, not as an annotation, and the run is green. No App's key is needed for it."""
    stream = io.StringIO()
    files = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    lines = ["-----BEGIN RSA PRIVATE KEY-----", *["A" * 64] * 3, "-----END RSA PRIVATE KEY-----"]
    app = {"BUGACTION_APP_ID": "7", "BUGACTION_APP_PRIVATE_KEY": "\n".join(lines)}
    code = execute(
        environment(tmp_path, "watch", {"action": "started"}) | files | app, Console(stream, in_actions=True)
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


@pytest.mark.parametrize(
    ("given", "access"),
    [({}, "write"), ({"BUGACTION_RECORDS": "defer"}, "defer"), ({"BUGACTION_DRY_RUN": "true"}, "read")],
)
def test_an_app_s_token_may_no_more_than_the_run_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], access: str
) -> None:
    """What only looks, or leaves the records to another job, asks for less."""
    asked: dict[str, object] = {}

    def connected(**options: object) -> Connection:
        asked.update(options)
        return world().connection()

    monkeypatch.setattr(execution, "connect_github", connected)
    connect(read_inputs(environment(tmp_path, "schedule", {}) | given), now, lambda _seconds: None)
    assert asked["access"] == access


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A plan for issue 42 of a repository in memory, whose facts are saved."""
    memory = world()

    def connected(*_: object) -> Connection:
        return memory.connection()

    monkeypatch.setattr(execution, "connect", connected)
    return {
        "BUGACTION_TOKEN": "t0ken",
        "GITHUB_REPOSITORY": "octo/shop",
        "BUGACTION_ISSUE": "42",
        "BUGACTION_COMMAND": "plan",
        "BUGACTION_SAVE_SNAPSHOT": str(tmp_path / "facts.json"),
    }


@pytest.mark.parametrize("redact", ["true", "false"])
def test_the_facts_of_a_run_are_saved_where_it_is_asked_for(plain: dict[str, str], redact: str) -> None:
    """It is said where they are; what comes of them is what came of the run."""
    stream = io.StringIO()
    code = execute(
        plain | {"BUGACTION_REDACT": redact}, Console(stream, in_actions=False), clock=lambda: at(60)
    )
    file = plain["BUGACTION_SAVE_SNAPSHOT"]
    assert code is ExitCode.DONE
    assert f"The facts of this run are in {file}." in stream.getvalue()
    assert "decide otherwise" not in stream.getvalue()
    found = parse(Path(file).read_text("utf-8"), "x")
    assert found is not None
    assert found.redacted is (redact == "true")
    assert found.cases[0].targets == Targets(items=(42,))


def test_a_place_that_is_none_is_told_before_github_is_asked(plain: dict[str, str], tmp_path: Path) -> None:
    """Nobody waits for a run whose file cannot be kept."""
    with pytest.raises(UserError, match="in a folder that is not there"):
        execute(
            plain | {"BUGACTION_SAVE_SNAPSHOT": str(tmp_path / "no" / "f")},
            Console(io.StringIO(), in_actions=False),
        )


def test_a_file_that_cannot_be_written_any_more_is_an_error_of_the_run(
    plain: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the run found is told all the same."""

    def full(_path: Path, _text: str) -> None:
        raise UserError("The disk is full.", remedy="Make room.")

    monkeypatch.setattr(execution, "save", full)
    stream = io.StringIO()
    code = execute(plain, Console(stream, in_actions=False), clock=lambda: at(60))
    assert code is ExitCode.USAGE
    assert "error: The disk is full. Make room." in stream.getvalue()
    assert "BUG-042" in stream.getvalue()


def test_what_a_decision_failed_on_is_saved(plain: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """That file is what its report needs most."""

    def fail(*_: object) -> Plan:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(reconcile, "decide", fail)
    stream = io.StringIO()
    with pytest.raises(RuntimeError, match="a bug of ours"):
        execute(plain, Console(stream, in_actions=False), clock=lambda: at(60))
    assert "What the run saw until it ended is in " in stream.getvalue()
    found = parse(Path(plain["BUGACTION_SAVE_SNAPSHOT"]).read_text("utf-8"), "x")
    assert found is not None
    assert found.cases[0].snapshot.bugs[42].issue.title == "Checkout fails"


def test_clock_is_aware_and_in_utc() -> None:
    """The one place where the machine's time comes in."""
    moment = now()
    assert moment.utcoffset() == datetime(2026, 1, 1, tzinfo=UTC).utcoffset()
