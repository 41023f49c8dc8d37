"""`bugaction prompt` on a team's repository: read like a run, and nothing written."""

from __future__ import annotations

import io

import pytest

from bugaction.console import Console
from bugaction.errors import UserError
from bugaction.execution import print_prompt
from tests.scenario.life import Life, form


def _prompt(life: Life, phase: str, number: int, token: str = "") -> str:
    """What the command prints for somebody with a workflow's token."""
    stream = io.StringIO()
    given = token or life.server.tokens.for_user("mia").value
    environment = {
        "GITHUB_REPOSITORY": life.state.repository.full_name,
        "GITHUB_API_URL": life.server.api_url,
        "GITHUB_GRAPHQL_URL": life.server.graphql_url,
        "BUGACTION_TOKEN": given,
        "BUGACTION_ISSUE": str(number),
        "BUGACTION_DRY_RUN": "true",
    }
    before = len(life.server.writes)
    print_prompt(
        phase, environment, Console(stream, in_actions=False), clock=life.world.clock, sleep=_no_wait
    )
    assert len(life.server.writes) == before
    return stream.getvalue()


def _no_wait(seconds: float) -> None:
    assert seconds >= 0


def test_the_evidence_of_a_life_is_gathered(life: Life) -> None:
    """What the reporter said, what people wrote since, what changed, and what the gate still asks for."""
    life.people.push("bo", "main", {"cart.py": "0\n"}, "Count twice")
    number = life.triaged()
    life.say("bo", number, "The total is counted twice.")
    pull = life.fix(number)
    text = _prompt(life, "root-cause", number)
    assert text.startswith(f"# BUG-{number:03d}: help with the root-cause analysis\n")
    for words in (
        "The page spins for ever.",
        "The total is counted twice.",
        "Count twice",
        f"### Pull request {pull}, open",
        'section "The problem" is still to be written',
        "The bug report, as committed",
    ):
        assert words in text
    assert "bugaction:facts" not in text


def test_numbers_that_are_no_bug_are_told_apart(life: Life) -> None:
    """A wrong one, a pull request's, one that is no bug: what it is, and what to give instead."""
    number = life.bug(body=form())
    pull = life.fix(number)
    plain = life.report()
    with pytest.raises(UserError, match="There is no issue #99"):
        _prompt(life, "triage", 99)
    with pytest.raises(UserError, match="is a pull request") as error:
        _prompt(life, "triage", pull)
    assert f"#{number}" in error.value.remedy
    with pytest.raises(UserError, match="is no bug"):
        _prompt(life, "triage", plain)


def test_a_wrong_configuration_is_named(life: Life) -> None:
    """It says what a bug is: nothing is told without it."""
    number = life.bug()
    life.configure("version: 1\nroot: x\n")
    with pytest.raises(UserError, match="The configuration is wrong"):
        _prompt(life, "triage", number)


def test_a_first_prompt_comes_before_the_first_run(life: Life) -> None:
    """A repository in which nothing was recorded yet: the bug is described all the same."""
    number = life.people.open_issue("dee", "Checkout fails", form()).number
    life.people.label("mia", number, "P1")
    assert "Severity: P1 (high)" in _prompt(life, "triage", number)
