"""`/override`: the first way out, for one commit, and seen by everybody."""

from __future__ import annotations

from bugaction.sandbox.entities import Issue
from tests.scenario.life import RECORDS, Life

WORDS = "the shop is down and nobody can review tonight"
FIX = ("success", f"OVERRIDDEN by mia: {WORDS}")
GATE = ("success", "Every gate holds for BUG-001; fix OVERRIDDEN by mia")


def _follow_ups(life: Life) -> list[Issue]:
    """The issues that we opened."""
    return [issue for issue in life.state.issues.values() if issue.author == "github-actions"]


def _held(life: Life) -> int:
    """A fix that only an approval is missing of."""
    number = life.settled()
    pull = life.fix(number)
    life.check(pull)
    life.prepare(number)
    assert life.gate(pull) == ("failure", "BUG-001: nobody has approved it")
    return pull


def _override(life: Life, pull: int, who: str = "mia", gate: str = "fix", on: int = 0) -> None:
    life.say(who, on or pull, f"/override {gate} {life.head(pull)[:7]} {WORDS}")


def test_who_may_lets_a_fix_pass(life: Life) -> None:
    """A writer is refused; a maintainer's word turns it green, and says whose word it was."""
    pull = _held(life)
    _override(life, pull, who="eve")
    assert life.gate(pull)[0] == "failure"
    assert _follow_ups(life) == []
    _override(life, pull)
    assert life.verdicts(pull)["bugaction/fix"] == FIX
    assert life.gate(pull) == GATE
    assert f"mia overrode the fix gate for #\u200b{pull} at {life.head(pull)[:7]}: {WORDS}" in life.sticky(1)
    assert (
        f"- 🔓 The fix is approved by somebody who did not write it (waived): overridden by mia: {WORDS}"
        in (life.sticky(1))
    )
    assert life.again() == 0


def test_a_follow_up_is_opened_once(life: Life) -> None:
    """Whatever runs afterwards, and whatever people do with it."""
    pull = _held(life)
    _override(life, pull)
    (issue,) = _follow_ups(life)
    assert issue.title == f"BUG-001: follow up on the override of the fix gate at {life.head(pull)[:7]}"
    assert "- [ ] The fix is approved by somebody who did not write it: nobody has approved it" in issue.body
    assert f"- Why: {WORDS}" in issue.body
    assert f"- Pull request: #{pull}" in issue.body
    assert issue.labels == ()
    life.say("bo", 1, "/recheck")
    life.people.edit_issue("ana", issue.number, title="Review the checkout fix")
    life.pass_on()
    life.people.close("ana", issue.number)
    life.pass_on()
    life.runs.schedule()
    life.people.merge_pull("bo", pull)
    life.pass_on()
    life.say("bo", 1, "/recheck")
    assert len(_follow_ups(life)) == 1
    assert not any(line.get("kind") == "tracked" for line in life.ledger(issue.number))


def test_a_push_ends_it_and_an_update_of_the_branch_does_not(life: Life) -> None:
    """It is a word on what the commit holds; what the base brings is not the fix's."""
    pull = _held(life)
    _override(life, pull)
    life.people.push("ana", "main", {"NEWS.md": "1\n"}, "News")
    life.people.merge_base_into("bo", "fix/checkout", on_site=True)
    life.pass_on()
    assert life.verdicts(pull)["bugaction/fix"] == FIX
    life.people.push("bo", "fix/checkout", {"checkout.py": "more\n"}, "More")
    life.pass_on()
    life.check(pull)
    assert life.gate(pull) == ("failure", "BUG-001: nobody has approved it")
    assert len(_follow_ups(life)) == 1


def test_undo_takes_it_back(life: Life) -> None:
    """Only its author's; the follow-up stays for a person to close."""
    pull = _held(life)
    _override(life, pull)
    life.say("ana", 1, "/undo")
    assert life.gate(pull) == GATE
    life.say("mia", 1, "/undo")
    assert life.gate(pull) == ("failure", "BUG-001: nobody has approved it")
    assert "overrode" not in life.sticky(1)
    assert len(_follow_ups(life)) == 1
    assert life.again() == 0


def test_a_gate_of_the_bug_is_overridden_for_the_pull_request(life: Life) -> None:
    """The bug itself is where it was: its phase, its checklist, its documents and its other fixes."""
    number = life.triaged()
    pull, other = life.fix(number), life.fix(number, branch="fix/other")
    life.ready(pull)
    life.ready(other)
    before = life.sticky(number)
    _override(life, pull, gate="root-cause", on=number)
    assert life.verdicts(pull)["bugaction/root-cause"] == FIX
    assert life.gate(pull) == ("success", "Every gate holds for BUG-001; root-cause OVERRIDDEN by mia")
    assert life.gate(other)[0] == "failure"
    assert "phase: root-cause" in life.labels(number)
    line = next(text for text in before.split("\n") if text.startswith("#### Root cause"))
    assert line in life.sticky(number)
    assert "waived" not in life.sticky(number)
    assert f"mia overrode the root-cause gate for #\u200b{pull}" in life.sticky(number)


def test_an_author_may_and_it_is_seen(life: Life) -> None:
    """In an outage there may be nobody else: policy names the role, the status the person."""
    number = life.settled()
    life.people.push("mia", "patch", {"a.py": "1\n", "tests/test_a.py": "1\n"}, "Repair")
    pull = life.people.open_pull("mia", "Repair", "patch", body=f"Fixes #{number}").number
    life.pass_on()
    life.prepare(number)
    _override(life, pull)
    assert life.gate(pull) == GATE


def test_nobody_puts_it_into_another_s_comment(life: Life) -> None:
    """Not even one who may override."""
    pull = _held(life)
    comment = life.say("mia", pull, "Looks fine.")
    life.people.edit_comment("ana", comment.id, f"/override fix {life.head(pull)[:7]} {WORDS}")
    life.pass_on()
    assert life.gate(pull)[0] == "failure"


def test_the_merge_queue_keeps_it(life: Life) -> None:
    """The group's head is judged by its pull requests, and it is their own heads that were overridden."""
    pull = _held(life)
    _override(life, pull)
    ref = life.people.enqueue("bo", pull)
    life.pass_on()
    oid = life.state.refs[ref if ref.startswith("refs/") else f"refs/heads/{ref}"]
    assert life.said(oid)["bugaction/gate"] == GATE


def test_of_a_confidential_bug_only_who_is_told(life: Life) -> None:
    """Neither the status nor the follow-up says why, or what was missing."""
    pull = _held(life)
    life.people.label("mia", 1, "security")
    life.pass_on()
    _override(life, pull)
    _override(life, pull, gate="root-cause")
    _override(life, pull, gate="triage")
    _override(life, pull, gate="release")
    assert life.verdicts(pull)["bugaction/fix"] == ("success", "OVERRIDDEN by mia")
    assert life.gate(pull)[0] == "success"
    found = _follow_ups(life)
    assert found
    assert not [issue for issue in found if WORDS in issue.body or "- [ ]" in issue.body]
    assert WORDS not in life.sticky(1)


def test_no_green_before_it_is_recorded(life: Life) -> None:
    """The record is one line; without it nothing turns green, and no follow-up is opened."""
    pull = _held(life)
    life.people.protect("ana", RECORDS, pull_request=True)
    _override(life, pull)
    assert life.gate(pull)[0] == "failure"
    assert _follow_ups(life) == []
