"""Notifications by the shipped workflow under a real runner: from the repository's secret to a service."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bugaction import install
from tests.receiver import receiving
from tests.runner.act import SHIPPED, RunAction
from tests.runner.machine import fill_tool_cache
from tests.runner.team import begin
from tests.runner.test_same_as_in_process import UnderAct
from tests.runner.test_start_up import copy_of
from tests.secrecy import hold_secret, traces

pytestmark = pytest.mark.runner

SECRET = "Hunter2Hunter2xyz"


def test_the_secret_reaches_whoever_listens(run_action: RunAction, checkout: Path, tmp_path: Path) -> None:
    """With Apprise from a library of its own; what does not answer is a warning in a run that is green, and
    neither of the addresses is in anything that is left."""
    action = replace(run_action, tools=copy_of(run_action.tools, tmp_path / "tools"))
    fill_tool_cache(action.tools, checkout, install.NOTIFY)
    with begin() as team, receiving() as receiver:
        urls = f"pager, incidents= {receiver.url(SECRET)}\nall-hands= json://127.0.0.1:1/{SECRET}\n{SECRET}"
        runner = UnderAct(action, SHIPPED, secrets={"BUGACTION_NOTIFY_URLS": urls})
        team.employ(runner, SHIPPED.read_text(encoding="utf-8"))
        team.report()
        team.world.people.label("mia", 1, "P0")
        team.runs.drain()
        assert sorted(receiver.events()) == ["page", "reported"]
        assert {message["incident"] for message in receiver.messages} == {"octo/shop/BUG-001"}
        (run,) = team.runs.done
        (summary,) = runner.summaries
        assert "Notifications for all-hands did not go out (`json-2`, line 2 of" in summary
        assert "not understood in line 3" in summary
        hold_secret([summary, repr(run.outputs), *traces(team.world, team.server)], SECRET)
        assert "notify" in run.outputs["plan"]
