"""Stale answers, and facts that change under a run: a wrong green never stays."""

from __future__ import annotations

import pytest

from tests.scenario.life import Life, form


def _green(life: Life) -> tuple[int, int]:
    number = life.settled()
    fix = life.fix(number)
    life.ready(fix)
    assert life.gate(fix)[0] == "success"
    return number, fix


@pytest.mark.parametrize("reads", [1, 2, 4])
def test_lagging_answers_are_waited_for(life: Life, reads: int) -> None:
    """Answers that do not hold the event's fact yet are read again until they do."""
    number, fix = _green(life)
    moment = life.world.moments[-1]
    life.people.unlabel("mia", number, "P1")
    life.server.faults.lag(reads, at=moment)
    life.pass_on()
    life.server.faults.clear()
    assert life.gate(fix)[0] == "failure"
    assert "no severity" in life.gate(fix)[1]


def test_answers_that_lag_for_long_leave_the_gate_undecided(life: Life) -> None:
    """Where the fact never shows, the gates of the bug's fixes are red as undecided, and the run fails."""
    number, fix = _green(life)
    moment = life.world.moments[-1]
    life.people.unlabel("mia", number, "P1")
    life.server.faults.lag(500, at=moment)
    life.pass_on()
    life.server.faults.clear()
    state, text = life.gate(fix)
    assert state == "failure"
    assert text.startswith("Undecided")
    assert life.product.codes[-1] == 3
    assert "lag behind" in life.log


def test_lagging_comment_is_waited_for(life: Life) -> None:
    """A command whose comment is not to be seen yet is judged in the same run."""
    number = life.bug(body=form())
    moment = life.world.moments[-1]
    life.people.comment("bo", number, "/accept")
    life.server.faults.lag(2, at=moment)
    life.pass_on()
    assert "bo command accept True" in life.decisions(number)


def test_lagging_edit_is_waited_for(life: Life) -> None:
    """A command that an edit brought is judged in the same run, though GitHub still shows the old text."""
    number = life.bug(body=form())
    said = life.say("bo", number, "On it.")
    moment = life.world.moments[-1]
    life.people.edit_comment("bo", said.id, "On it.\r\n/accept")
    life.server.faults.lag(2, at=moment)
    life.pass_on()
    assert "bo command accept True" in life.decisions(number)
    life.people.edit_comment("bo", said.id, "On it.\r\n/accept\r\n/eta 4h")
    life.people.edit_comment("bo", said.id, "On it.")
    life.pass_on()
    assert life.product.codes[-2:] == [0, 0]


def test_lagging_head_is_waited_for(life: Life) -> None:
    """A push that GitHub does not show yet gets its statuses on the new head."""
    _, fix = _green(life)
    moment = life.world.moments[-1]
    life.people.push("bo", "fix/checkout", {"more.py": "1\n"}, "More")
    life.server.faults.lag(2, at=moment)
    life.pass_on()
    assert life.gate(fix) == ("failure", "BUG-001: no check has run on this commit (+1)")


def test_fact_that_changes_before_the_green_is_written(life: Life) -> None:
    """A severity that goes while its green status is being posted: the confirming read makes it red."""
    number = life.bug(body=form())
    life.say("bo", number, "/accept")
    fix = life.fix(number)
    assert life.gate(fix)[0] == "failure"
    life.server.faults.before(
        lambda _: life.people.unlabel("mia", number, "P1"), operation="repos/create-commit-status"
    )
    life.people.comment("cy", number, "/assign backup @mia\n/channel incident-1")
    (event,) = list(life.world.events)
    life.runs.skip()
    life.runs.run(event)
    assert life.gate(fix)[0] == "failure"
    assert "no severity" in life.gate(fix)[1]


def test_shared_head_gets_the_worst_verdict(life: Life) -> None:
    """Two pull requests of one commit: the harmless one never turns the other's gate green."""
    number = life.bug()
    fix = life.fix(number)
    life.people.push("ana", "release", {"NOTES.md": "x\n"}, "Release branch")
    twin = life.people.open_pull(
        "bo", "The same for the release", "fix/checkout", body="No bug.", base="release"
    )
    life.pass_on()
    assert life.head(twin.number) == life.head(fix)
    assert life.gate(fix)[0] == "failure"
    life.people.edit_pull("bo", twin.number, title="Still the same")
    life.pass_on()
    assert life.gate(fix)[0] == "failure"


def test_green_head_of_another_fix_turns_red(life: Life) -> None:
    """A head that was green as no bug fix turns red when another pull request of it fixes a bug."""
    number = life.bug()
    life.people.push("ana", "release", {"NOTES.md": "x\n"}, "Release branch")
    life.people.push("bo", "patch-1", {"a.py": "1\n"}, "Repair")
    other = life.people.open_pull("bo", "For the release", "patch-1", base="release").number
    life.pass_on()
    assert life.gate(other) == ("success", "Not a bug fix")
    life.people.open_pull("bo", "For everybody", "patch-1", body=f"Fixes #{number}")
    life.pass_on()
    assert life.gate(other)[0] == "failure"


@pytest.mark.parametrize("what", ["review", "task", "check"])
def test_what_an_event_spoke_of_is_waited_for(life: Life, what: str) -> None:
    """GitHub's answers lag behind an objection, a task opened again, a check that failed: no green."""
    number = life.settled()
    fix = life.fix(number)
    life.ready(fix)
    assert life.gate(fix)[0] == "success"
    before = life.world.moments[-1]
    if what == "review":
        life.people.review("ana", fix, "request-changes")
    elif what == "task":
        life.people.edit_pull("bo", fix, body=f"Fixes #{number}\n\n- [ ] undone")
    else:
        head = life.head(fix)
        jobs = {"test": "failure"}
        life.people.finish_workflow("CI", oid=head, branch="fix/checkout", event="pull_request", jobs=jobs)
    life.server.faults.lag(3, at=before)
    life.pass_on()
    life.server.faults.clear()
    assert life.gate(fix)[0] == "failure"
