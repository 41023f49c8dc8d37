"""Merge groups: the head that would be merged gets the verdict of every pull request in it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from tests.scenario.life import RECORDS, Life


def _group_head(life: Life, ref: str) -> str:
    return life.state.refs[ref if ref.startswith("refs/") else f"refs/heads/{ref}"]


def test_group_of_one_fix(life: Life) -> None:
    """A fix whose gate holds may be merged: the group's head is green."""
    fix = life.fix(life.settled())
    life.ready(fix)
    ref = life.people.enqueue("bo", fix)
    life.pass_on()
    assert life.said(_group_head(life, ref))["bugaction/gate"] == ("success", "Every gate holds for BUG-001")


def test_group_with_everything_recorded(life: Life) -> None:
    """The queue's rule guards the default branch from now on: that alone gives the next job nothing to do."""
    fix = life.fix(life.settled())
    life.ready(fix)
    life.people.protect("ana", merge_queue=True)
    life.people.enqueue("bo", fix)
    assert [run.job for run in life.pass_on()] == ["gates"]
    assert "bug-001-report" not in " ".join(life.files(RECORDS))


def test_group_of_a_held_fix(life: Life) -> None:
    """A fix whose gate does not hold is not merged, even where somebody could queue it."""
    fix = life.fix(life.bug())
    ref = life.people.enqueue("bo", fix)
    life.pass_on()
    state, text = life.said(_group_head(life, ref))["bugaction/gate"]
    assert state == "failure"
    assert text.startswith(f"#{fix}: BUG-001")


def test_group_of_two(life: Life) -> None:
    """A group stands on the one before it: it is as good as the worse of the two."""
    harmless = life.fix(branch="feature/other")
    held = life.fix(life.bug())
    first = life.people.enqueue("bo", harmless)
    both = life.people.enqueue("bo", held)
    life.pass_on()
    assert life.said(_group_head(life, first))["bugaction/gate"] == ("success", "Not a bug fix")
    assert life.said(_group_head(life, both))["bugaction/gate"][0] == "failure"


def test_group_behind_a_held_fix(life: Life) -> None:
    """A harmless pull request queued behind a held fix cannot carry it in."""
    held = life.fix(life.bug())
    harmless = life.fix(branch="feature/other")
    ref = life.people.enqueue("bo", held, harmless)
    life.pass_on()
    state, text = life.said(_group_head(life, ref))["bugaction/gate"]
    assert state == "failure"
    assert text.startswith(f"#{held}: ")


def test_group_that_cannot_be_told(life: Life) -> None:
    """Where it is not to be told which pull requests are in a group, its head is red as undecided."""
    fix = life.fix(branch="feature/other")
    ref = life.people.enqueue("bo", fix)
    event = life.world.told[-1]
    assert event.name == "merge_group"
    life.runs.skip()
    payload = deepcopy(dict(event.payload))
    payload["merge_group"]["head_ref"] = "refs/heads/gh-readonly-queue/main/renamed"
    life.runs.run(replace(event, payload=payload))
    said = life.said(_group_head(life, ref))
    assert {state for state, _ in said.values()} == {"failure"}
    assert "cannot tell which pull requests" in said["bugaction/gate"][1]


def test_pull_request_from_a_fork(life: Life) -> None:
    """A fork's pull request is answered by `pull_request_target`; the next job records its link."""
    number = life.bug()
    life.people.push("dee", "patch", {"a.py": "1\n"}, "Repair", fork="dee")
    pull = life.people.open_pull("dee", "Repair", "patch", body=f"Fixes #{number}", fork="dee").number
    jobs = [(run.event_name, run.job) for run in life.pass_on()]
    assert jobs == [("pull_request_target", "gates"), ("pull_request_target", "record")]
    assert life.gate(pull)[0] == "failure"
    assert f"github-actions[bot] link {pull} True" in life.decisions(number)


def test_fork_cannot_unlink_its_fix(life: Life) -> None:
    """A link that was seen once stays: taking the words out of the text opens nothing."""
    number = life.bug()
    life.people.push("dee", "patch", {"a.py": "1\n"}, "Repair", fork="dee")
    pull = life.people.open_pull("dee", "Repair", "patch", body=f"Fixes #{number}", fork="dee").number
    life.pass_on()
    life.people.edit_pull("dee", pull, body="Nothing to see.")
    life.pass_on()
    assert life.gate(pull)[0] == "failure"
