"""Runs that meet: two bugs, or two events of one bug, in different concurrency groups."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bugaction.sandbox.runs import Runs
from bugaction.sandbox.world import Event
from tests.scenario.life import RECORDS, Life, form

_PATIENCE = 20
"""Seconds that one run waits for the other before the test fails."""


def _meet(life: Life, operation: str) -> None:
    """Let the next two requests of that operation go on only together."""
    barrier = Barrier(2)
    life.server.faults.before(lambda _: barrier.wait(_PATIENCE), times=2, operation=operation)


def _together(life: Life, *events: Event) -> None:
    """Run the workflow for these events at the same time."""
    life.runs.skip()
    with ThreadPoolExecutor(len(events)) as pool:
        runs = [pool.submit(Runs(life.server, life.product).run, event) for event in events]
        for run in runs:
            run.result()


def test_two_bugs_at_once(life: Life) -> None:
    """Two bugs whose records are committed on the same head: one tries again, and nothing is lost."""
    life.bug()
    first, second = life.report(form()), life.report(title="Search fails")
    life.people.label("mia", first, "P1")
    one = life.world.told[-1]
    life.people.label("cy", second, "P2")
    two = life.world.told[-1]
    _meet(life, "createCommitOnBranch")
    before = life.history(RECORDS)
    _together(life, one, two)
    assert life.history(RECORDS) == before + 4  # of each the ledger, then the register
    for number in (first, second):
        assert len(life.stickies(number)) == 1
        assert life.document(number) is not None
        assert "github-actions[bot] tracked True" in life.decisions(number)
    assert set(life.product.codes) == {0}


def test_first_two_bugs_at_once(life: Life) -> None:
    """Where both would make the records branch, one does and the other takes what it finds."""
    first, second = life.report(), life.report(title="Search fails")
    life.people.label("mia", first, "P1")
    one = life.world.told[-1]
    life.people.label("cy", second, "P2")
    two = life.world.told[-1]
    _meet(life, "git/create-ref")
    _together(life, one, two)
    for number in (first, second):
        assert len(life.stickies(number)) == 1
        assert life.document(number) is not None
        assert "github-actions[bot] tracked True" in life.decisions(number)
    assert set(life.product.codes) == {0}


def test_one_bug_at_once(life: Life) -> None:
    """Two runs that both write the first comment of a bug: one comment stays, and one report."""
    life.bug()
    number = life.report()
    life.people.label("mia", number, "P1")
    one = life.world.told[-1]
    life.people.comment("bo", number, "/accept")
    two = life.world.told[-1]
    _meet(life, "createCommitOnBranch")
    _meet(life, "addComment")
    _together(life, one, two)
    assert len(life.stickies(number)) == 1
    decisions = life.decisions(number)
    assert decisions == sorted(set(decisions))
    assert "bo command accept True" in decisions
    assert life.document(number) is not None
    life.pass_on()
    assert life.again(one) == life.again(two) == 0
    assert set(life.product.codes) == {0}


def test_somebody_else_commits_first(life: Life) -> None:
    """A branch that moves under the report's commit costs one more try, and loses neither commit."""
    number = life.report(form())
    life.people.label("mia", number, "P1")
    life.server.faults.stale_head("main", who="bo", files={"src/other.py": "1\n"}, times=2)
    life.pass_on()
    assert life.document(number) is not None
    assert life.world.file("main", "src/other.py") == "1\n"
    assert len(life.stickies(number)) == 1
    assert life.product.codes[-1] == 0


def test_records_branch_moves_again_and_again(life: Life) -> None:
    """Five lost races for the ledger are taken; the sixth try is the last, and it is still good."""
    number = life.bug(body=form())
    life.server.faults.stale_head(RECORDS, who="bo", times=5)
    life.say("bo", number, "/accept")
    assert "bo command accept True" in life.decisions(number)
    assert life.product.codes[-1] == 0


def test_records_branch_never_stands_still(life: Life) -> None:
    """After five tries the run gives up: it says so, fails, and no gate is green on what is not recorded."""
    number = life.bug(body=form())
    life.say("bo", number, "/accept")
    fix = life.fix(number)
    life.server.faults.stale_head(RECORDS, who="bo", times=6)
    life.say("cy", number, "/assign backup @mia\n/channel incident-1")
    assert life.gate(fix)[0] == "failure"
    assert life.product.codes[-1] == 3
    assert "after 5 tries" in life.log
    life.runs.schedule()
    assert life.verdicts(fix)["bugaction/triage"] == ("success", "Triage holds")


@pytest.mark.parametrize("operation", ["git/create-ref", "pulls/create"])
def test_documents_brought_twice_at_once(life: Life, operation: str) -> None:
    """Two runs of one bug that both make its branch, or both open the pull request: one of each stays."""
    life.people.protect("ana", "main", pull_request=True)
    life.people.configure("ana", actions_may_open_pulls=True)
    number = life.bug("P3", form())
    life.people.close("mia", number)
    closed = life.world.told[-1]
    life.people.comment("dee", number, "Thank you.")
    said = life.world.told[-1]
    _meet(life, operation)
    _together(life, closed, said)
    (pull,) = life.state.pulls()
    assert life.history("bugaction/bug-001") == life.history("main") + 1
    assert life.gate(pull.number) == ("success", "Not a bug fix")
    assert life.again() == 0
    assert set(life.product.codes) == {0}
