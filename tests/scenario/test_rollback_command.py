"""`/rollback` in the middle of the night: one pull request that takes the change back, and what follows."""

from __future__ import annotations

from bugaction.sandbox.entities import Issue
from tests.scenario.life import Life, form

HELD, DONE = "failure", "success"
BRANCH = "fix/bug-001"
WHY = "the new key breaks old apps"


def _merged(life: Life, severity: str = "P1", method: str = "merge") -> int:
    """A bug whose fix is merged and in production, where something else ran before; gives the fix."""
    life.people.deploy("eve", "main", "production", state="success")
    life.bug(severity, form())
    life.say("bo", 1, "/accept")
    fix = life.fix(branch=BRANCH, body="Repairs the checkout.")
    life.people.merge_pull("mia", fix, method=method)
    life.pass_on()
    life.people.deploy("eve", "main", "production", state="success")
    life.pass_on()
    return fix


def _reverts(life: Life) -> list[Issue]:
    """The pull requests that take something back, oldest first."""
    pulls = sorted(life.state.pulls(), key=lambda issue: issue.number)
    return [issue for issue in pulls if issue.pull is not None and issue.pull.head.startswith("revert-")]


def _line(life: Life, sentence: str) -> str:
    (line,) = (line for line in life.sticky(1).split("\n") if sentence in line)
    return line


def test_a_regression_is_rolled_back(life: Life) -> None:
    """One pull request of GitHub's, linked and labelled, with its gates in the same run; when it is merged the
    fix is no fix any more, and the bug waits for another."""
    fix = _merged(life)
    life.say("cy", 1, f"/regression {WHY}")
    assert "`/rollback` opens the pull request" in life.sticky(1)
    order = life.say("bo", 1, f"/rollback {WHY}")
    assert life.reactions(order) == ["ROCKET"]
    (back,) = _reverts(life)
    assert (back.author, back.title) == ("github-actions", f"BUG-001: take back #{fix}")
    assert f"Reverts octo/shop#{fix}\n" in back.body
    assert WHY in back.body
    assert "Approve workflows to run" in back.body
    assert "@" not in back.body
    assert life.labels(back.number) == {"P1"}
    assert life.gate(back.number)[0] == HELD
    assert _line(life, "A regression test").startswith("- ➖")
    assert f"takes #{fix} back" in life.sticky(1)
    assert "github-actions[bot] link 3 True" in life.decisions(1)
    assert life.again() == 0

    life.analyse(1)
    life.say("bo", 1, "/strategy rollback as ordered")
    life.say("cy", 1, "/assign backup @mia\n/channel incident")
    life.ready(back.number)
    life.prepare(1)
    assert life.gate(back.number) == (DONE, "")
