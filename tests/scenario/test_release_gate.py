"""The release gate as a team meets it, and what a P0 owes once it is out."""

from __future__ import annotations

import re

import pytest

from tests.scenario.life import Life
from tests.values import completed

HELD = "failure"
NOTES = "documents/bugs/BUG-001/release-notes-bug-001-v1.0.md"
LEADS = "version: 1\npeople:\n  engineering-lead: [mia]\n  on-call: [bo]\n"


def _said(life: Life, pull: int) -> tuple[str, str]:
    return life.verdicts(pull)["bugaction/release"]


def _held(life: Life, pull: int, words: str) -> None:
    """The gate is red with exactly this as its first problem."""
    state, text = _said(life, pull)
    assert state == HELD
    assert re.sub(r" \(\+\d+\)$", "", text) == f"BUG-001: {words}"


def _row(life: Life, sentence: str) -> str:
    """The checklist's line with this sentence."""
    (line,) = (line for line in life.sticky(1).split("\n") if sentence in line)
    return line


def _without(text: str, *sections: str) -> str:
    """A completed document in which these sections wait again."""
    for section in sections:
        marker = f"<!-- /bugaction:facts:{section} -->\n"
        before, _, after = text.partition(marker)
        text = before + marker + after.replace("\nIt is known, and this is what it was.\n", "", 1)
    return text


@pytest.mark.parametrize("severity", ["P1", "P2", "P3"])
def test_from_nothing_to_green(life: Life, severity: str) -> None:
    """Every requirement unmet, each made good as a person would, in the order in which they are told."""
    life.configure(LEADS)
    life.bug(severity)
    pull = life.fix(1)
    if severity == "P3":
        assert _said(life, pull) == ("success", "Release holds")
        assert life.world.file("main", NOTES) is None
        return
    _held(life, pull, 'section "Summary" is still to be written, and 3 more wait')
    assert f"/edit/main/{NOTES}#L" in _row(life, "The release notes are complete")
    text = completed(life.world.file("main", NOTES) or "")
    life.people.edit_on_web("bo", "main", {NOTES: _without(text, "rollback", "components")}, "Write it")
    life.pass_on()
    _held(life, pull, 'section "Rollback plan" is still to be written')
    life.people.edit_on_web("bo", "main", {NOTES: _without(text, "components")}, "Say how to go back")
    life.pass_on()
    _held(life, pull, 'section "Affected components" is still to be written')
    life.people.edit_on_web("bo", "main", {NOTES: text}, "Name the components")
    life.pass_on()
    if severity == "P1":
        _held(life, pull, "the rollback plan has not been tested")
        life.say("bo", 1, "/attest rollback-tested in four minutes, on staging")
        _held(life, pull, "it was not tried on staging")
        life.say("bo", 1, "/attest staging paid an order")
    _held(life, pull, "the engineering lead has not approved the release")
    refused = life.say("eve", 1, "/attest release-approvals")
    assert life.reactions(refused) == ["CONFUSED"]
    life.say("mia", 1, "/attest release-approvals")
    _held(life, pull, "somebody on call has not approved the release")
    life.say("bo", 1, "/attest release-approvals go")
    assert _said(life, pull) == ("success", "Release holds")
    assert life.again() == 0


def test_the_lane_of_a_p0(life: Life) -> None:
    """Nothing of it holds the merge; all of it stays in the comment, with what is due first on top."""
    life.bug("P0")
    pull = life.fix(1)
    assert _said(life, pull) == ("success", "Release passes, 3 put off")
    assert _row(life, "The release notes are complete").startswith("- 🕒")
    assert "until two hours after the deployment" in _row(life, "The rollback plan has been tested")
    assert "**Put off until " in life.sticky(1)


def test_what_became_of_the_merge_is_written_down_once(life: Life) -> None:
    """Files, checks and people; a second run reads and writes nothing more for it."""
    life.settled()
    pull = life.fix(1)
    life.ready(pull)
    assert life.gate(pull)[0] == "success"
    life.people.merge_pull("mia", pull)
    life.pass_on()
    text = life.world.file("main", NOTES) or ""
    assert "2 files, 2 lines added, 0 removed. Written by bo, approved by mia." in text
    assert "tests/test\\_fix/checkout.py" in text
    assert re.search(r"- \[test\]\(\S+\): success", text)
    assert "Repair the checkout was merged" in text
    assert text.count("It is known, and this is what it was.") >= 4
    assert life.again() == 0


def test_a_person_s_word_inside_a_block_moves_below_it(life: Life) -> None:
    """Nothing that somebody wrote is lost when the merge is written down."""
    life.settled()
    pull = life.fix(1)
    life.ready(pull)
    text = life.world.file("main", NOTES) or ""
    mark = "Files and lines stand here once the fix is merged."
    assert mark in text
    words = "We also changed the cache by hand."
    life.people.edit_on_web("bo", "main", {NOTES: text.replace(mark, f"{mark}\n\n{words}")}, "Add a word")
    life.pass_on()
    life.people.merge_pull("mia", pull)
    life.pass_on()
    after = life.world.file("main", NOTES) or ""
    assert words in after
    assert mark not in after.partition("## Deployment")[0].partition("<!-- /bugaction:facts:changes -->")[0]


def test_merged_at_night_without_somebody_senior(life: Life) -> None:
    """The look is owed within a day of the merge; a word of somebody senior who did not work on it pays."""
    life.bug("P0")
    life.say("bo", 1, "/accept")
    pull = life.fix(1)
    life.check(pull)
    life.people.merge_pull("bo", pull)
    life.pass_on()
    row = _row(life, "The fix is approved")
    assert row.startswith("- 🕒")
    assert "nobody of the senior group has approved what" in row
    refused = life.say("bo", 1, "/attest approvals I looked twice")
    assert life.reactions(refused) == ["CONFUSED"]
    life.say("mia", 1, "/attest approvals read it line by line")
    assert "nobody of the senior group" not in life.sticky(1)
    assert life.again() == 0
