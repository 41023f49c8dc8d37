"""The root cause told in comments: kept in the analysis, counted by the gate, following its comments."""

from __future__ import annotations

import pytest

from bugaction.escaping import BREAK
from tests.scenario.checklist import held, owed, row, said
from tests.scenario.life import Life, form

GATE = "root-cause"
HOLDS = ("success", "Root cause holds")
ANALYSIS = "The root-cause analysis is complete"

WHOLE = """Found it:
/root-cause
The signing key was rotated; see @mia and #7.
/checkout answers 500 since.

## Reproduction
On staging, with any coupon.
### The Problem:
Coupons are refused.
Why it happened
---------------
The cache keeps a key for ever.
#### 🔍 Why wasn't it caught?
- no test rotates the key
## Contributing factors
A sale was on.
## Impact on partners
Two shops closed.
/strategy hotfix one branch of the code is wrong
"""


def _analysis(life: Life) -> str:
    """The root-cause analysis of bug 1 as committed."""
    return life.committed(1, "root-cause-analysis")[2]


def _said(life: Life) -> list[str]:
    """The lines of the analysis that quote a comment, without signs that nobody sees."""
    lines = _analysis(life).replace(BREAK, "").split("\n")
    return [
        line for line in lines if line.startswith("> ") and "Still to be" not in line and "If it" not in line
    ]


def _begun(life: Life, severity: str = "P1") -> None:
    """Bug 1, whose triage holds: its analysis is there, and empty."""
    life.bug(severity, form())
    life.say("bo", 1, "/accept")
    life.say("cy", 1, "/assign backup @mia\n/channel incident-1")


@pytest.mark.parametrize("protected", [False, True], ids=["default branch", "records branch"])
def test_one_comment_fills_the_analysis(life: Life, protected: bool) -> None:
    """By its headings alone the gate of a P1 turns green within the run; a second run writes nothing."""
    if protected:
        life.people.protect("ana", "main", pull_request=True)
    _begun(life)
    pull = life.fix(1)
    life.say("bo", 1, "/attest investigation the logs name one line")
    held(life, pull, GATE, 'section "The problem" is still to be written, and 4 more wait')
    assert "or comment `/root-cause`, and below it `## The problem` with the words." in row(life, ANALYSIS)
    comment = life.say("bo", 1, WHOLE)
    assert life.reactions(comment) == ["ROCKET"]
    assert said(life, pull, GATE) == HOLDS
    assert row(life, ANALYSIS).startswith("- ✅")
    assert _said(life) == [
        "> On staging, with any coupon.",
        "> Coupons are refused.",
        "> The signing key was rotated; see @mia and #7.",
        "> /checkout answers 500 since.",
        "> **Impact on partners**",
        "> Two shops closed.",
        "> The cache keeps a key for ever.",
        "> - no test rotates the key",
        "> A sale was on.",
    ]
    text = _analysis(life)
    assert "@mia" not in text
    url = f"https://github.com/octo/shop/issues/1#issuecomment-{comment.id}"
    assert text.count(f"bo wrote on 2026-11-02 ([source]({url})):\n") == 6
    assert "bo command root-cause True" in life.decisions(1)
    assert life.again() == 0
    before = len(life.server.writes)
    life.runs.schedule()
    assert len(life.server.writes) == before


def test_one_paragraph_is_enough_for_a_p0(life: Life) -> None:
    """Told before anybody has accepted the bug: the analysis begins with it, and the rest is owed."""
    life.bug("P0", form())
    pull = life.fix(1)
    held(life, pull, GATE, "the root-cause analysis is not begun")
    assert "To begin at once, comment `/root-cause TEXT`." in row(life, ANALYSIS)
    life.say("bo", 1, "/root-cause The key was rotated, and the cache kept the old one.")
    assert said(life, pull, GATE) == ("success", "Root cause passes, 4 put off")
    owed(life, ANALYSIS, 'section "The problem" is still to be written, and 3 more wait', "2026-11-03 09:02")
    assert _said(life) == ["> The key was rotated, and the cache kept the old one."]
    assert life.again() == 0


def test_without_a_severity_the_words_wait(life: Life) -> None:
    """They are there once the bug has documents at all."""
    life.people.create_label("ana", "bug")
    life.report(form())
    comment = life.say("bo", 1, "/root-cause The key was rotated.")
    assert life.reactions(comment) == ["ROCKET"]
    assert not [path for path in life.files("main") if "root-cause" in path]
    life.people.label("mia", 1, "P2")
    life.pass_on()
    assert _said(life) == ["> The key was rotated."]


def test_an_edit_updates_its_own_words_only(life: Life) -> None:
    """What others told, and what a person wrote in the document, stays as it is."""
    _begun(life)
    one = life.say("bo", 1, "/root-cause The key was rotated.")
    life.say("eve", 1, "/root-cause\n## Cause\nThe cache kept it.\n## Why\nHaste.")
    branch, path, text = life.committed(1, "root-cause-analysis")
    mine = text.replace("### Why it was not", "Mine,  byte for byte. \n\n### Why it was not")
    life.people.edit_on_web("mia", branch, {path: mine}, "Add what I know")
    life.pass_on()
    assert _analysis(life) == mine
    life.people.edit_comment("mia", one.id, "/root-cause The key was lost.\n## Factors\nA sale.")
    life.pass_on()
    after = _analysis(life)
    assert _said(life) == ["> The key was lost.", "> The cache kept it.", "> Haste.", "> A sale."]
    assert "bo wrote on 2026-11-02, edited by mia (" in after
    changed = set(mine.split("\n")) - set(after.split("\n"))
    assert "Mine,  byte for byte. " in after.split("\n")
    ours = ("<!--", "facts:", "bo wrote", "> **Still to be written.**")
    assert [line for line in changed if not line.startswith(ours)] == ["> The key was rotated."]
    assert life.again() == 0


def test_an_edit_by_somebody_who_may_not(life: Life) -> None:
    """Their words are refused, and what was accepted stays in the document; the author may tell on."""
    life.configure("version: 1\npeople:\n  plan: maintain\n")
    life.bug("P2", form())
    comment = life.say("mia", 1, "/root-cause The key was rotated.")
    before = _analysis(life)
    life.people.edit_comment("bo", comment.id, "/root-cause Nothing is wrong.")
    life.pass_on()
    assert _analysis(life) == before
    assert "mia command root-cause False" in life.decisions(1)
    assert "bo, who edited the comment, has write" in life.ours(1)[-1].body
    life.people.edit_comment("bo", comment.id, "Nothing is wrong.")
    life.pass_on()
    assert _analysis(life) == before
    life.people.edit_comment("mia", comment.id, "/root-cause The key was lost.")
    life.pass_on()
    assert _said(life) == ["> The key was lost."]
    life.people.edit_comment("bo", comment.id, "/root-cause The key was rotated.")
    life.pass_on()
    assert _said(life) == ["> The key was lost."]
    life.people.edit_comment("mia", comment.id, "/root-cause The key was rotated.")
    life.pass_on()
    assert _said(life) == ["> The key was rotated."]
    assert life.again() == 0


def test_an_outsider_tells_nothing(life: Life) -> None:
    """It needs a role, and words."""
    life.bug("P2", form())
    comment = life.say("dee", 1, "/root-cause The key was rotated.")
    assert life.reactions(comment) == ["CONFUSED"]
    empty = life.say("bo", 1, "/root-cause\n## Cause\nTBD")
    assert life.reactions(empty) == ["CONFUSED"]
    assert "its text holds only a placeholder (TBD)" in life.ours(1)[-1].body
    assert not [path for path in life.files("main") if "root-cause" in path]
    assert life.again() == 0


def test_a_deleted_comment_changes_nothing(life: Life) -> None:
    """The document keeps what it said, and the next event too."""
    _begun(life)
    comment = life.say("bo", 1, "/root-cause The key was rotated.")
    before = _analysis(life)
    life.people.delete_comment("bo", comment.id)
    life.pass_on()
    life.say("bo", 1, "/recheck")
    assert _analysis(life) == before
    assert life.again() == 0


def test_undo_takes_the_words_away(life: Life) -> None:
    """The section asks again; what a person has changed there stays as their own."""
    _begun(life)
    empty = _analysis(life)
    life.say("bo", 1, "/root-cause The key was rotated.")
    life.say("bo", 1, "/undo")
    assert _said(life) == []
    assert [line for line in _analysis(life).split("\n") if line] == [
        line for line in empty.split("\n") if line
    ]
    life.say("bo", 1, "/root-cause The key was lost.")
    branch, path, text = life.committed(1, "root-cause-analysis")
    edited = text.replace("> The key was lost.", "> The key was lost on Monday.")
    life.people.edit_on_web("mia", branch, {path: edited}, "Say when")
    life.pass_on()
    assert _said(life) == ["> The key was lost.", "> The key was lost on Monday."]
    life.say("bo", 1, "/undo")
    assert _said(life) == ["> The key was lost on Monday."]
    assert life.again() == 0


def test_the_cause_of_a_confidential_bug_is_told_elsewhere(life: Life) -> None:
    """Refused with the advisory's address; nothing of it is written anywhere."""
    life.people.create_label("ana", "security")
    life.report(form())
    life.people.label("mia", 1, "P1", "security")
    life.pass_on()
    comment = life.say("bo", 1, "/root-cause The key was rotated.")
    assert life.reactions(comment) == ["CONFUSED"]
    advisories = "[the private advisory](https://github.com/octo/shop/security/advisories)"
    assert advisories in life.ours(1)[-1].body
    life.people.unlabel("mia", 1, "security")
    life.pass_on()
    written = [text for branch in ("main", "bugaction/records") for text in life.files(branch).values()]
    assert not [text for text in written if "The key was rotated" in text]
    assert life.again() == 0


def test_the_longest_comment(life: Life) -> None:
    """All of it is kept, and the document can be read back."""
    _begun(life)
    words = "\n".join(f"- step {number}: the @key was #{number}" for number in range(1700))
    life.say("bo", 1, f"/root-cause\n{words}\n## Why\nHaste.")
    kept = _said(life)
    assert len(kept) == 1701
    assert kept[-2:] == ["> - step 1699: the @key was #1699", "> Haste."]
    assert 'section "The problem"' in row(life, ANALYSIS)
    assert life.again() == 0


def test_words_on_the_fix_stay_after_the_merge(life: Life) -> None:
    """A comment on the pull request tells the cause as well."""
    _begun(life, "P2")
    pull = life.fix(1)
    life.say("bo", pull, "/root-cause The key was rotated.")
    assert _said(life) == ["> The key was rotated."]
    life.people.close("bo", pull)
    life.pass_on()
    life.say("bo", 1, "/recheck")
    assert _said(life) == ["> The key was rotated."]
