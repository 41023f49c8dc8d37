"""The fix gate as a team meets it: what is missing, in words, and what a person does about it."""

from __future__ import annotations

import re

import pytest

from bugaction.sandbox.runs import Runs, shipped_workflow
from tests.examples import rarely
from tests.scenario.life import Life, form

SOURCE = {"checkout.py": "paid = True\n"}
HELD = "failure"
DONE = ("success", "Fix holds")


def _said(life: Life, pull: int) -> tuple[str, str]:
    return life.verdicts(pull)["bugaction/fix"]


def _held(life: Life, pull: int, words: str) -> None:
    """The gate is red with exactly this as its first problem."""
    state, text = _said(life, pull)
    assert state == HELD
    assert re.sub(r" \(\+\d+\)$", "", text) == f"BUG-001: {words}"


def _remedy(life: Life, sentence: str) -> str:
    """The checklist's line with this sentence."""
    (line,) = (line for line in life.sticky(1).split("\n") if sentence in line)
    return line


@pytest.mark.parametrize("severity", ["P1", *rarely("P2", "P3")])
def test_from_nothing_to_green(life: Life, severity: str) -> None:
    """Every requirement unmet, each made good as a person would, in the order in which they are told."""
    life.bug(severity)
    pull = life.fix(1, files=SOURCE, body="Fixes #1\n\n- [ ] tried on staging\n- [ ] docs (optional)")
    life.people.label("cy", pull, "enhancement")
    life.pass_on()
    _held(life, pull, "no check has run on this commit")
    assert "Wait until CI has run on it" in _remedy(life, "The watched checks passed")

    life.check(pull, "test", conclusion="failure")
    _held(life, pull, '"test" failed')
    assert "Its log" in _remedy(life, "The watched checks passed")
    life.check(pull)
    _held(life, pull, "no test is added or extended")

    life.people.push("bo", "fix/checkout", {"tests/test_checkout.py": "assert paid\n"}, "Test it")
    life.pass_on()
    _held(life, pull, "no check has run on this commit")
    life.check(pull)
    _held(life, pull, "nobody has approved it")

    life.approve("eve", pull)
    if severity == "P1":
        _held(life, pull, "nobody of the senior group has approved (eve did)")
        assert "role maintain or above" in _remedy(life, "The fix is approved")
        life.approve("mia", pull)
    _held(life, pull, 'the label "enhancement" says that it is more than a fix')
    life.people.unlabel("cy", pull, "enhancement")
    life.pass_on()
    _held(life, pull, '"tried on staging" is not ticked')
    life.people.edit_pull("bo", pull, body="Fixes #1\n\n- [x] tried on staging\n- [ ] docs (optional)")
    life.pass_on()
    assert _said(life, pull) == DONE
    assert life.again() == 0


def test_the_lane_of_a_p0(life: Life) -> None:
    """Checks, the test and a senior approval are never deferred; the task list and the size are."""
    life.bug("P0")
    pull = life.fix(1, files={"a.py": "x\n" * 300}, body="Fixes #1\n\n- [ ] tried on staging")
    life.check(pull)
    _held(life, pull, "no test is added or extended")
    life.people.push("bo", "fix/checkout", {"tests/test_a.py": "x\n"}, "Test it")
    life.pass_on()
    life.check(pull)
    _held(life, pull, "nobody has approved it")
    life.approve("mia", pull)
    assert _said(life, pull) == ("success", "Fix passes, 2 put off")
    for sentence in ("The change is minimal", "own task list is done"):
        line = _remedy(life, sentence)
        assert line.startswith("- 🕒")
        assert "(due 2026-11-03 " in line


def test_nobody_senior_is_awake(life: Life) -> None:
    """A P0's fix waits fifteen minutes for the senior group, and then any other writer will do for now."""
    life.bug("P0")
    pull = life.fix(1)
    life.check(pull)
    life.people.request_review("bo", pull, "mia")
    life.approve("eve", pull)
    _held(life, pull, "nobody of the senior group has approved (eve did)")
    assert "15 minutes after that was asked for" in _remedy(life, "The fix is approved")
    life.world.clock.advance(minutes=15)
    life.approve("eve", pull)
    assert _said(life, pull) == ("success", "Fix passes, 1 put off")
    line = _remedy(life, "The fix is approved")
    assert line.startswith("- 🕒")
    assert "approved by eve" in line
    assert "reviews it within a day of the merge" in line


def test_a_large_change_is_explained_for_one_commit(life: Life) -> None:
    """The word counts until the next push."""
    life.bug("P1")
    pull = life.fix(1, files={"a.py": "x\n" * 401, "tests/test_a.py": "x\n"})
    life.ready(pull)
    _held(life, pull, "it changes 401 lines beside tests; P1 allows 400")
    line = _remedy(life, "The change is minimal")
    (command,) = re.findall(r"`(/attest minimal-change [0-9a-f]{7}) REASON`", line)
    life.say("bo", 1, f"{command} the table is generated")
    assert _said(life, pull) == DONE
    assert "attested by bo: the table is generated" in life.sticky(1)
    life.people.push("bo", "fix/checkout", {"b.py": "1\n"}, "More")
    life.pass_on()
    life.ready(pull)
    _held(life, pull, "it changes 402 lines beside tests; P1 allows 400")


def test_an_objection_holds_until_it_is_taken_back(life: Life) -> None:
    """Whoever else approves."""
    life.bug("P2")
    pull = life.fix(1)
    life.ready(pull)
    assert _said(life, pull) == DONE
    against = life.review("eve", pull, "request-changes")
    _held(life, pull, "eve asked for changes")
    life.people.dismiss_review("ana", against.id)
    life.pass_on()
    assert _said(life, pull) == DONE


def test_a_dismissed_approval_is_gone(life: Life) -> None:
    """In the run after it was dismissed."""
    life.bug("P2")
    pull = life.fix(1)
    life.check(pull)
    review = life.approve("eve", pull)
    assert _said(life, pull) == DONE
    life.people.dismiss_review("ana", review.id)
    life.pass_on()
    _held(life, pull, "nobody has approved it")


def test_updating_the_branch_on_the_site_keeps_an_approval(life: Life) -> None:
    """Its checks run anew; a merge that was made elsewhere asks for a new look."""
    life.bug("P2")
    pull = life.fix(1)
    life.approve("eve", pull)
    life.people.push("ana", "main", {"NEWS.md": "1\n"}, "News")
    life.people.merge_base_into("bo", "fix/checkout", on_site=True)
    life.pass_on()
    _held(life, pull, "no check has run on this commit")
    life.check(pull)
    assert _said(life, pull) == DONE
    life.people.push("ana", "main", {"NEWS.md": "2\n"}, "News")
    life.people.merge_base_into("bo", "fix/checkout")
    life.pass_on()
    life.check(pull)
    _held(life, pull, "eve approved an older commit")


def test_an_applied_suggestion_makes_no_committer_and_asks_for_a_new_look(life: Life) -> None:
    """Who suggested may approve what was made of it."""
    life.bug("P2")
    pull = life.fix(1)
    life.approve("eve", pull)
    life.people.apply_suggestions("bo", "fix/checkout", {"checkout.py": "2\n"}, "eve")
    life.pass_on()
    life.check(pull)
    _held(life, pull, "eve approved an older commit")
    life.approve("eve", pull)
    assert _said(life, pull) == DONE


def test_what_the_branch_requires_is_waited_for(life: Life) -> None:
    """A required check that has not begun, is running, fails and is run again; our own roll-up is none."""
    life.people.protect("ana", "main", checks=["test", "bugaction/gate"])
    life.bug("P2")
    pull = life.fix(1)
    life.approve("eve", pull)
    life.check(pull, "lint", conclusion="failure")
    _held(life, pull, '"test" has not run on this commit')
    oid, branch = life.head(pull), "fix/checkout"
    run = life.people.start_workflow("CI", oid=oid, branch=branch, jobs=["test"], event="pull_request")
    life.say("bo", pull, "/recheck")
    _held(life, pull, '"test" is still running')
    life.people.end_workflow(run, {"test": "failure"})
    life.pass_on()
    _held(life, pull, '"test" failed')
    life.people.rerun("bo", run, {"test": "success"})
    life.pass_on()
    assert _said(life, pull) == DONE


def test_a_status_of_another_ci_is_heard_of(life: Life) -> None:
    """Not while it is pending, nor on the default branch: then no run is started for it."""
    life.bug("P2")
    pull = life.fix(1)
    life.approve("eve", pull)
    life.people.set_status("eve", life.head(pull), "ci/jenkins", "pending")
    assert not [run for run in life.pass_on() if run.event_name == "status"]
    life.people.set_status("eve", life.state.head_of("main") or "", "ci/jenkins")
    assert not [run for run in life.pass_on() if run.event_name == "status"]
    life.people.set_status("eve", life.head(pull), "ci/jenkins")
    assert [run.job for run in life.pass_on()][:1] == ["gates"]
    assert _said(life, pull) == DONE


def test_a_review_of_a_fork_s_pull_request_is_relayed(life: Life) -> None:
    """Its own run may only read, so no job starts for it; the end of the relay does what it could not."""
    life.bug("P2")
    files = {"checkout.py": "1\n", "tests/test_checkout.py": "1\n"}
    life.people.push("dee", "patch", files, "Repair", fork="dee")
    pull = life.people.open_pull("dee", "Repair", "patch", body="Fixes #1", fork="dee").number
    life.pass_on()
    life.check(pull)
    before = len(life.runs.done)
    life.approve("eve", pull)
    assert len(life.runs.done) == before
    _held(life, pull, "nobody has approved it")
    life.check(pull, "relay", workflow="bugaction reviews")
    assert _said(life, pull) == DONE


def test_where_no_relay_is_the_sweep_sees_the_review(life: Life) -> None:
    """Late, and by itself."""
    life.bug("P2")
    pull = life.fix(1)
    life.check(pull)
    life.people.review("eve", pull, "approve")
    life.runs.skip()
    life.runs.schedule()
    assert _said(life, pull) == DONE


def test_each_pull_request_answers_for_itself(life: Life) -> None:
    """Of two fixes of one bug one is ready; the comment shows both, and which of them is held."""
    life.bug("P2")
    first, second = life.fix(1), life.fix(1, branch="fix/other")
    life.ready(first)
    assert _said(life, first) == DONE
    _held(life, second, "no check has run on this commit")
    body = life.sticky(1)
    assert f"#### Fix of pull request {first}: 6 of 6" in body
    assert f"#### Fix of pull request {second}: " in body


def test_a_job_that_may_not_read_checks_says_so(life: Life) -> None:
    """By the permission; what had passed passes no more."""
    life.bug("P2")
    pull = life.fix(1)
    life.ready(pull)
    assert _said(life, pull) == DONE
    text = re.sub(r"\n      (checks|actions): read[^\n]*", "", shipped_workflow())
    life.people.comment("bo", pull, "/recheck")
    Runs(life.server, life.product, workflow=text).drain()
    _held(life, pull, "checks cannot be read")
    assert "`checks: read`" in _remedy(life, "The watched checks passed")


def test_the_whole_way_to_a_merge(life: Life) -> None:
    """A P1 whose gates all hold is merged, and its fix is past its gate."""
    number = life.settled()
    pull = life.fix(number)
    assert life.gate(pull) == ("failure", "BUG-001: no check has run on this commit (+5)")
    life.ready(pull)
    assert life.gate(pull) == ("success", "Every gate holds for BUG-001")
    life.people.merge_pull("bo", pull)
    life.pass_on()
    assert f"#\u200b{pull} is merged" in life.sticky(number)
    assert form() in life.state.issues[number].body
