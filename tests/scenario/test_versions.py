"""Versions of documents: what somebody approved stays, and what happens later makes the next version."""

from __future__ import annotations

from tests.scenario.life import Life, form
from tests.values import completed

FOLDER = "documents/bugs/BUG-001"
FIRST, SECOND = (f"{FOLDER}/bug-001-report-v1.{minor}.md" for minor in (0, 1))


def _reply(life: Life, number: int) -> str:
    """What the product answered last."""
    return life.ours(number)[-1].body


def test_an_approved_report_is_followed_by_its_next_version(life: Life) -> None:
    """By command; the first stays byte for byte, and the comment links the one that counts."""
    number = life.triaged()
    life.say("cy", number, "/attest report-approved")
    assert "needs the role write or above" in _reply(life, number)
    life.say("bo", number, "/attest report-approved read with support")
    first = life.world.file("main", FIRST)
    assert first is not None
    assert f"[bug report v1.0 (approved)](https://github.com/octo/shop/blob/main/{FIRST})" in life.sticky(
        number
    )
    assert life.again() == 0
    assert life.world.file("main", SECOND) is None
    comment = life.say("cy", number, "/eta 9h")
    assert life.world.file("main", FIRST) == first
    second = life.world.file("main", SECOND)
    assert second is not None
    assert "supersedes: bug-001-report-v1.0.md\n" in second
    assert "which bo approved on " in second
    assert "- New facts: Assignment\n" in second
    assert life.reactions(comment) == ["ROCKET"]
    assert f"[bug report v1.1](https://github.com/octo/shop/blob/main/{SECOND})" in life.sticky(number)
    assert life.again() == 0
    life.say("cy", number, "/eta 10h")
    assert life.world.file("main", FIRST) == first
    assert life.world.file("main", SECOND) != second
    assert life.world.file("main", f"{FOLDER}/bug-001-report-v1.2.md") is None


def test_a_document_with_an_open_question_is_not_approved(life: Life) -> None:
    """The refusal names the sections; once they are filled in, the same words will do."""
    number = life.triaged()
    life.say("bo", number, "/attest root-cause-approved")
    assert 'is not complete: "Conclusion" is still to be written, "The problem" is' in _reply(life, number)
    life.complete("bo", number, "root-cause-analysis")
    comment = life.say("bo", number, "/attest root-cause-approved all of it")
    assert life.reactions(comment) == ["ROCKET"]
    path = f"{FOLDER}/root-cause-analysis-v1.0.md"
    approved = life.world.file("main", path)
    life.say("bo", number, "/strategy hotfix one branch of the code is wrong")
    assert life.world.file("main", path) == approved
    assert "- New facts: Fix strategy\n" in (life.world.file("main", path.replace("1.0", "1.1")) or "")


def test_an_approval_that_is_taken_back_lets_the_version_be_written(life: Life) -> None:
    """As long as no next version is begun."""
    number = life.triaged()
    life.say("bo", number, "/attest report-approved")
    life.say("bo", number, "/undo")
    first = life.world.file("main", FIRST)
    life.say("cy", number, "/eta 9h")
    assert life.world.file("main", FIRST) != first
    assert life.world.file("main", SECOND) is None


def test_somebody_approves_in_the_file_and_goes_on_in_the_next_one(life: Life) -> None:
    """What they wrote is in both; a new severity makes the next one, which tells why."""
    number = life.bug("P2", form())
    text = life.world.file("main", FIRST)
    assert text is not None
    words = text.replace("---\n", "---\napproved: bo, today\n", 1) + "\nAsk Eve about the till.\n"
    life.people.edit_on_web("bo", "main", {FIRST: words}, "Approve the report")
    life.pass_on()
    life.say("mia", number, "/severity P1 nobody can pay")
    assert life.world.file("main", FIRST) == words
    second = life.world.file("main", SECOND)
    assert second is not None
    assert "The severity went from P2 to P1 (high)" in second
    assert "by mia" in second
    assert "nobody can pay" in second
    assert "Ask Eve about the till.\n" in second
    life.people.edit_on_web("eve", "main", {SECOND: completed(second) + "\nThe till is fine.\n"}, "Add")
    life.pass_on()
    life.say("cy", number, "/channel incident-1")
    third = life.world.file("main", SECOND)
    assert third is not None
    assert third.endswith("\nAsk Eve about the till.\n\nThe till is fine.\n")
    assert "incident-1" in third
    assert life.again() == 0


def test_an_issue_that_is_opened_again_is_told_in_the_next_version(life: Life) -> None:
    """When people open it: the version that was approved before that does not know of it."""
    number = life.bug("P3", form())
    life.say("bo", number, "/attest report-approved")
    life.people.close("mia", number, "completed")
    life.pass_on()
    assert life.world.file("main", SECOND) is None
    life.people.reopen("cy", number)
    life.pass_on()
    second = life.world.file("main", SECOND)
    assert second is not None
    assert "- The issue was opened again on " in second
    assert ", by cy (" in second
    assert life.again() == 0


def test_a_timeline_that_goes_on_waits_for_something_new(life: Life) -> None:
    """After an approval a word and a line more make no version; opening the issue brings them along."""
    number = life.settled()
    fix = life.fix(number)
    life.ready(fix)
    life.people.merge_pull("bo", fix)
    life.pass_on()
    life.world.clock.advance(hours=25)
    life.say("bo", number, "/verified 15m\n/verified 2h\n/verified 24h")
    life.complete("bo", number, "post-mortem")
    life.say("bo", number, "/attest post-mortem-approved")
    path, later = (f"{FOLDER}/post-mortem-v1.{minor}.md" for minor in (0, 1))
    approved = life.world.file("main", path)
    life.say("bo", number, "/attest team-review on Monday, shared in #incidents")
    life.say("cy", number, "/update all is calm")
    assert life.world.file("main", path) == approved
    assert life.world.file("main", later) is None
    assert life.again() == 0
    life.people.reopen("mia", number)
    life.pass_on()
    assert life.world.file("main", path) == approved
    text = life.world.file("main", later)
    assert text is not None
    assert "- The issue was opened again on " in text
    assert "- New facts: Timeline, Time in each phase\n" in text
    assert "| all is calm | cy |" in text
    assert text.count("It is known, and this is what it was.") == (approved or "").count("It is known, and")
    assert life.again() == 0
