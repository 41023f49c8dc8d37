"""A GitHub App of the team's own under a real runner: its key comes from a secret of many lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from bugaction.github.installation import NEEDED
from tests.runner.act import SHIPPED, RunAction
from tests.runner.team import begin
from tests.runner.test_same_as_in_process import UnderAct
from tests.secrecy import hold_secret, lines_of, traces

SECRET = "BUGACTION_APP_PRIVATE_KEY"

pytestmark = [pytest.mark.runner, pytest.mark.reliability]


def test_the_key_reaches_the_one_step_that_signs_with_it(run_action: RunAction, tmp_path: Path) -> None:
    """The run acts as the App, and no line of the key is in anything that is left."""
    with begin() as team:
        app = team.server.tokens.add_app("keeper", NEEDED)
        given = f'          app-id: "{app.id}"\n          app-private-key: ${{{{ secrets.{SECRET} }}}}\n'
        text = SHIPPED.read_text(encoding="utf-8").replace("        with:\n", f"        with:\n{given}")
        workflow = tmp_path / "bugaction.yml"
        workflow.write_text(text, encoding="utf-8")
        runner = UnderAct(run_action, workflow, secrets={SECRET: app.key})
        team.employ(runner, text)
        team.report()
        team.world.people.label("mia", 1, "P2")
        team.runs.drain()
        assert {each.token for each in team.server.requests} == {"key", "app"}
        state = team.world.state
        assert {state.comments[id_].author for id_ in state.issues[1].comments} == {"keeper"}
        left = [*runner.summaries, *(repr(run.outputs) for run in team.runs.done), repr(team.view())]
        hold_secret([*left, *traces(team.world, team.server)], keys=lines_of(app.key))
