"""A workflow that calls ours, under a real runner: the called jobs run for the caller's event."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.runner.act import ROOT, RunAction

pytestmark = [pytest.mark.runner, pytest.mark.reliability]

CALLER = ROOT / "templates" / "scaffold" / "bugaction-call.yml"


def with_a_commit(checkout: Path, place: Path) -> Path:
    """The Action's files, in which the called workflow knows its commit: act has no `job.workflow_sha`."""
    copy = place / "called"
    shutil.copytree(checkout, copy)
    file = copy / ".github" / "workflows" / "respond.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    text = (ROOT / ".github" / "workflows" / "respond.yml").read_text(encoding="utf-8")
    for name, value in (("workflow_sha", "a1" * 20), ("workflow_repository", "bugaction/bugaction")):
        assert text.count(f"job.{name}") == 6
        text = text.replace(f"job.{name}", f"format('{value}')")
    file.write_text(text, encoding="utf-8")
    return copy


def test_the_called_job_answers_the_caller_s_event(run_action: RunAction, tmp_path: Path) -> None:
    """One job of three runs, from a checkout, and reads the event: there is nothing in it for us."""
    run = replace(run_action, checkout=with_a_commit(run_action.checkout, tmp_path))
    mia = {"login": "mia", "type": "User"}
    issue = {"number": 1, "title": "Idea", "body": "", "labels": [{"name": "question"}], "user": mia}
    comment = {"id": 1, "body": "See docs/ideas.", "user": mia}
    event = {"action": "created", "issue": issue, "comment": comment, "sender": mia}
    result = run("issue_comment", event, workflow=CALLER)
    assert result.returncode == 0, result.log
    assert result.outputs["reason"] == "not-ours"


def test_a_commit_that_is_not_known_ends_the_job(run_action: RunAction, tmp_path: Path) -> None:
    """As on a server that does not tell it: nothing is checked out, and nothing of ours is run."""
    copy = with_a_commit(run_action.checkout, tmp_path)
    file = copy / ".github" / "workflows" / "respond.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("a1" * 20, ""), encoding="utf-8")
    result = replace(run_action, checkout=copy)("schedule", {}, workflow=CALLER)
    assert result.returncode != 0
    assert "bugaction init --standalone" in result.log
    assert result.outputs == {}
