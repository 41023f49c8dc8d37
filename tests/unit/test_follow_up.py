"""The issue that follows an override: once each, whole, and harmless."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.bug import Bug
from bugaction.follow_up import follow_ups, shows
from bugaction.issue_form import parse_form
from bugaction.links import linked_bugs
from bugaction.model import Actor, LedgerFile, LedgerLine, RecordKind, Role
from bugaction.plan import CreateIssue
from bugaction.snapshot import Entry, EntryKind, PullState
from tests.unit.bugs import bug
from tests.values import ANA, BASE, VIEWER, at, facts, issue, line, pull, ready, repository

HEAD = "c" * 40
HOSTILE = "@dee fixes #9 <!-- x --> [a](https://evil.example) | `b"
MARKER = f"<!-- bugaction:override v1 BUG-042 fix {HEAD} -->"
TITLE = "BUG-042: follow up on the override of the fix gate at ccccccc"


def override(
    gate: str = "fix", head: str = HEAD, reason: str = "the shop is down", **data: str
) -> LedgerLine:
    """Mia's word."""
    given = {"name": "override", "gate": gate, "head": head, "pulls": "#7", "reason": reason}
    url = f"{BASE}/issues/42#issuecomment-900"
    word = line(RecordKind.COMMAND, f"IC_1#{gate}{head}", actor="mia")
    return replace(word, data={**given, "url": url, **data})


def of(*lines: LedgerLine, entries: tuple[Entry, ...] = (), **changes: object) -> Bug:
    """A bug with these decisions, whose fix nobody has approved."""
    subject = facts(issue(timeline=entries))
    change = {"fixes": (replace(ready(), reviews=()),), "facts": subject, **changes}
    return bug(ledger=LedgerFile(lines=lines), **change)  # type: ignore[arg-type]


def opened(subject: Bug, recorded: tuple[LedgerLine, ...] | None = None) -> list[CreateIssue]:
    """The follow-ups that are wanted, where all is recorded or just this."""
    return follow_ups(subject, repository(), subject.ledger.lines if recorded is None else recorded)


def mention(said: tuple[str, str], author: Actor | None = VIEWER) -> Entry:
    """An issue that mentions the bug."""
    return Entry("CE_1", EntryKind.CROSS_REFERENCED, VIEWER, at(3), author=author, said=said)


def test_it_says_what_was_let_through() -> None:
    """Bug, pull request, commit, who, when, where, why, and what was missing, to be ticked off."""
    (found,) = opened(of(override()))
    assert (found.repository, found.number, found.marker, found.title) == (
        repository().id,
        42,
        MARKER,
        TITLE,
    )
    assert found.body == (
        f"{MARKER}\n\n"
        "The fix gate was overridden: what it asks for did not all hold, and the fix passed.\n\n"
        "- Bug: #42 (BUG-042)\n"
        "- Pull request: #7\n"
        f"- Commit: `{HEAD}`\n"
        f"- Who: mia, 2026-11-24 09:01 UTC, in [this comment]({BASE}/issues/42#issuecomment-900)\n"
        "- Why: the shop is down\n\n"
        "**What was missing**\n\n"
        "- [ ] The fix is approved by somebody who did not write it: nobody has approved it\n\n"
        "Make good what is left, or say here why nothing is, and close this issue.\n"
    )


def test_what_was_made_good_by_then_is_not_listed() -> None:
    """The follow-up is there all the same: what was let through is to be looked at."""
    (found,) = opened(of(override(), fixes=(ready(),), roles={"mia": Role.MAINTAIN}))
    assert "By now nothing of it is missing.\n\nMake good what is left" in found.body
    assert "- [ ]" not in found.body


def test_one_for_each_gate_and_commit() -> None:
    """The same said twice is one."""
    again = replace(override(), evidence="IC_2#x", at=at(9))
    found = opened(of(override(), again, override("root-cause"), override(head="d" * 40)))
    assert len({item.marker for item in found}) == len(found) == 3


@pytest.mark.parametrize(
    ("entry", "is_there"),
    [
        (mention(("Anything", MARKER)), True),
        (mention((TITLE, "somebody edited it")), True),
        (mention((TITLE, MARKER), ANA), False),
        (mention((TITLE, MARKER), None), False),
        (mention(("Anything", MARKER.replace("fix", "triage"))), False),
        (mention((MARKER, TITLE)), False),
        (Entry("CE_1", EntryKind.CROSS_REFERENCED, VIEWER, at(3), "7"), False),
        (replace(mention((TITLE, MARKER)), kind=EntryKind.CONNECTED), False),
    ],
    ids=["marker", "title", "a person's", "nobody's", "another gate's", "mixed up", "pull request", "link"],
)
def test_it_is_found_again(entry: Entry, is_there: bool) -> None:
    """On the bug's timeline, by its author and one of its two signs."""
    assert shows(issue(timeline=(entry,)), CreateIssue("R", 42, MARKER, TITLE, ""), VIEWER) is is_there
    assert bool(opened(of(override(), entries=(entry,)))) is not is_there


def test_nothing_is_opened_on_a_word_that_is_not_recorded_or_was_taken_back() -> None:
    """What is opened speaks of the record."""
    assert opened(of(override()), recorded=()) == []
    undo = line(RecordKind.COMMAND, "u", name="undo", undoes=override().evidence)
    assert opened(of(override(), undo)) == []


def test_a_confidential_bug_s_tells_nothing() -> None:
    """Neither why, nor what was missing."""
    (found,) = opened(of(override(), confidential=True))
    assert "Why" not in found.body
    assert "- [ ]" not in found.body
    assert "the shop is down" not in found.body
    assert "mia" in found.body


def test_a_merged_fix_is_no_longer_judged() -> None:
    """What was missing cannot be told by then."""
    (found,) = opened(of(override(), fixes=(pull(state=PullState.MERGED),)))
    assert "- [ ]" not in found.body
    assert "no longer open" in found.body


def test_where_nothing_is_missing_any_more_it_is_said() -> None:
    """The override was made, so the issue is opened all the same."""
    (found,) = opened(of(override("triage", head="d" * 40), fixes=(ready(),)))
    assert "What was missing" in found.body  # the bug of these tests has no backup
    whole = replace(of(override(head="d" * 40)), fixes=())
    assert "no longer open" in opened(whole)[0].body


def test_a_stranger_s_words_do_no_harm() -> None:
    """No mention, no reference, no link, no comment; nothing closes, and it is no bug form."""
    (found,) = opened(of(override(reason=HOSTILE)))
    for harm in ("@dee", "#9", "<!-- x", "](https://evil"):
        assert harm not in found.body
    (why,) = (text for text in found.body.split("\n") if text.startswith("- Why: "))
    assert "\\[a\\]" in why
    assert "dee" not in found.title
    assert linked_bugs(pull(closing=(), body=found.body), repository()).numbers == ()
    assert not parse_form(found.body).is_form
