"""Which words are on the fix at hand, and which on one before it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.bug import Bug
from bugaction.fix_at_hand import began_anew, is_on_the_fix_at_hand
from bugaction.model import LedgerFile, LedgerLine, RecordKind
from bugaction.snapshot import Entry, EntryKind, IssueState, PullRequest, PullState
from tests.unit.bugs import bug, landed, said
from tests.values import BO, at, facts, issue, labeled, line, pull

NEXT = pull(8)
"""A fix that is on its way."""


def shut(minutes: float) -> Entry:
    """The issue was closed."""
    return Entry(f"E_{minutes:g}", EntryKind.CLOSED, BO, at(minutes))


def opened(minutes: float) -> Entry:
    """The issue was opened again."""
    return Entry(f"E_{minutes:g}", EntryKind.REOPENED, BO, at(minutes))


def judged(minutes: float, *, accepted: bool, reason: str = "completed") -> LedgerLine:
    """What was decided of the close of that minute."""
    found = line(RecordKind.CLOSED, f"E_{minutes:g}", accepted=accepted, reason=reason)
    return replace(found, at=at(minutes))


def lived(*timeline: Entry, fixes: tuple[PullRequest, ...] = (), lines: tuple[LedgerLine, ...] = ()) -> Bug:
    """An open bug with this timeline, these fixes and these decisions."""
    whole = facts(issue(timeline=timeline))
    return replace(bug(), facts=whole, ledger=LedgerFile(lines=lines), fixes=fixes)


OVER = (shut(100), opened(200))


@pytest.mark.parametrize(
    ("fixes", "since"),
    [
        ((landed(7, 90), NEXT), at(200)),
        ((landed(7, 90), landed(8, 300)), at(200)),
        ((landed(7, 90),), None),
        ((landed(7, 90), landed(8, 200)), at(100)),
        ((landed(7, 90), landed(8, 100)), None),
        ((landed(7, 90), replace(NEXT, state=PullState.CLOSED)), None),
        ((landed(7, 90), replace(NEXT, head="revert-7-topic-7")), at(200)),
        ((landed(7, 201), NEXT), None),
        ((NEXT,), None),
        ((), None),
    ],
    ids=[
        "the next one is open",
        "the next one is merged",
        "there is no next one",
        "merged while it was closed",
        "merged with the close",
        "given up",
        "it says that it takes the first one back",
        "the first one was merged later",
        "nothing was merged",
        "no fix",
    ],
)
def test_a_bug_that_was_over_begins_anew_with_its_next_fix(
    fixes: tuple[PullRequest, ...], since: object
) -> None:
    """From when it was opened again."""
    assert began_anew(lived(*OVER, fixes=fixes)) == since


def test_only_a_word_from_after_that_is_on_the_fix_at_hand() -> None:
    """And every word is where a bug never came back."""
    again, first = lived(*OVER, fixes=(landed(7, 90), NEXT)), lived(fixes=(landed(7, 90), NEXT))
    for minutes, counts in ((80, False), (150, False), (200, False), (201, True)):
        word = said("attest", minutes, requirement="staging")
        assert is_on_the_fix_at_hand(again, word) is counts
        assert is_on_the_fix_at_hand(first, word)


def test_a_close_that_is_held_was_no_end() -> None:
    """It was opened again by us, or by a person before we came to it: the same fix is still being proved."""
    fixes = (landed(7, 90), NEXT)
    assert began_anew(lived(*OVER, fixes=fixes, lines=(judged(100, accepted=False),))) is None
    assert began_anew(lived(*OVER, fixes=fixes, lines=(judged(100, accepted=True),))) == at(200)
    later = (*OVER, shut(300), opened(400))
    assert began_anew(lived(*later, fixes=fixes, lines=(judged(300, accepted=False),))) == at(200)
    assert began_anew(lived(*later, fixes=fixes)) == at(400)


def test_a_fix_of_a_bug_that_is_over_needs_its_own_words() -> None:
    """Although nobody has opened it again: they count from the close on. Where a merge closed it, that
    merge's own words go on counting."""
    closed = lived(shut(100), fixes=(landed(7, 100), NEXT))
    whole = replace(closed.facts, issue=replace(closed.issue, state=IssueState.COMPLETED))
    assert began_anew(replace(closed, facts=whole)) == at(100)
    assert began_anew(replace(closed, facts=whole, fixes=(landed(7, 100),))) is None
    held = LedgerFile(lines=(judged(100, accepted=False),))
    assert began_anew(replace(closed, facts=whole, ledger=held)) is None
    unlinked = LedgerFile(lines=(judged(100, accepted=True),))
    assert began_anew(replace(closed, facts=whole, fixes=(NEXT,), ledger=unlinked)) == at(100)
    assert began_anew(replace(closed, facts=whole, fixes=(NEXT,))) is None


@pytest.mark.parametrize("backport", [pull(8), landed(8, 130)], ids=["open", "merged later"])
def test_a_fix_that_was_up_at_the_close_goes_on_by_its_words(backport: PullRequest) -> None:
    """A backport, say, where the merge of the main fix closes the bug and nothing holds it. Opened by its
    very second it was up; a bug that is opened again, or whose fix did not last, asks it anew."""
    for created, since in ((80, None), (100, None), (101, at(100))):
        fixes = (landed(7, 100), replace(backport, created_at=at(created)))
        closed = lived(shut(100), fixes=fixes)
        whole = replace(closed.facts, issue=replace(closed.issue, state=IssueState.COMPLETED))
        assert began_anew(replace(closed, facts=whole)) == since
    fixes = (landed(7, 100), replace(backport, created_at=at(80)))
    assert began_anew(lived(shut(100), opened(110), fixes=fixes)) == at(110)
    report = said("regression", 120, text="worse")
    assert began_anew(lived(shut(100), fixes=fixes, lines=(report,))) == at(120)


def test_a_fix_that_was_unlinked_is_remembered_by_what_it_ended() -> None:
    """By how a close as completed was judged, or by our own decision to close. One that was given up before
    anything was merged had no fix."""
    done = replace(line(RecordKind.DONE, "I_42"), at=at(99))
    for known, since in (
        (judged(100, accepted=True), at(200)),
        (done, at(200)),
        (judged(100, accepted=True, reason="not-planned"), None),
        (replace(done, at=at(201)), None),
        (replace(line(RecordKind.LINK, "PR_7"), at=at(99)), None),
    ):
        assert began_anew(lived(*OVER, fixes=(NEXT,), lines=(known,))) == since


def test_what_was_given_up_with_a_merged_fix_was_over() -> None:
    """As not planned, say: whoever opens it again wants more than what is there."""
    given_up = judged(100, accepted=True, reason="not-planned")
    assert began_anew(lived(*OVER, fixes=(landed(7, 90), NEXT), lines=(given_up,))) == at(200)


def test_a_report_of_a_regression_ends_what_was_said_of_the_fix() -> None:
    """By a command or by a label, from the next fix on; and of several moments the last one counts that a fix
    came after. Before anything was merged a label says what kind of a bug it is."""
    first, report = landed(7, 90), said("regression", 120, text="worse")
    assert began_anew(lived(fixes=(first,), lines=(report,))) is None
    assert began_anew(lived(fixes=(first, landed(8, 130)), lines=(report,))) == at(120)
    assert began_anew(lived(fixes=(landed(7, 121), NEXT), lines=(report,))) is None
    labels = replace(lived(labeled("regression", minutes=110), fixes=(first, NEXT)))
    marked = replace(labels.facts, issue=replace(labels.issue, labels=issue(labels=["regression"]).labels))
    assert began_anew(replace(labels, facts=marked)) == at(110)
    both = lived(*OVER, fixes=(first, landed(8, 130)), lines=(report,))
    assert began_anew(both) == at(120)
    assert began_anew(replace(both, fixes=(*both.fixes, landed(9, 210)))) == at(200)


def test_a_label_that_was_taken_off_was_a_report_nevertheless() -> None:
    """Whoever takes it off once the next fix is up brings no old words back, nor does one who puts it on
    again. A false alarm costs nothing until there is a next fix; an `/undo` says that it was one."""
    first, off = landed(7, 90), EntryKind.UNLABELED
    labels = (labeled("Regression", minutes=110), labeled("Regression", minutes=150, kind=off))
    assert began_anew(lived(*labels, fixes=(first,))) is None
    assert began_anew(lived(*labels, fixes=(first, NEXT))) == at(110)
    again = lived(*labels, labeled("regression", minutes=160), fixes=(first, landed(8, 155)))
    marked = replace(again.facts, issue=replace(again.issue, labels=issue(labels=["regression"]).labels))
    assert began_anew(replace(again, facts=marked)) == at(110)
    assert began_anew(lived(labeled("regression", minutes=89), fixes=(first, NEXT))) is None
    assert began_anew(lived(labeled("flaky", minutes=110), fixes=(first, NEXT))) is None
    report = said("regression", 120, text="worse")
    undo = said("undo", 130, undoes=report.evidence)
    assert began_anew(lived(fixes=(first, NEXT), lines=(report, undo))) is None


def test_a_fix_that_was_taken_back_ends_the_words_said_of_it() -> None:
    """From the merge of what takes it back on, for the next fix; no report is needed, nor a close. While that
    is on its way, and before anything follows it, nobody is asked anew."""
    first, back = landed(7, 90), replace(landed(8, 120), body="Reverts #7")
    assert began_anew(lived(fixes=(first, replace(pull(8), body="Reverts #7")))) is None
    assert began_anew(lived(fixes=(first, back))) is None
    for following in (pull(9), landed(9, 150)):
        assert began_anew(lived(fixes=(first, back, following))) == at(120)
    assert began_anew(lived(fixes=(first, back, replace(pull(9), state=PullState.CLOSED)))) is None


def test_what_brings_a_fix_back_is_asked_for_words_of_its_own() -> None:
    """As much after its merge as before. That merge itself ends nothing, for another one that is on its way;
    what takes the fix back once more does."""
    first, back = landed(7, 90), replace(landed(8, 120), body="Reverts #7")
    for returned in (replace(pull(9), body="Reverts #8"), replace(landed(9, 150), body="Reverts #8")):
        assert began_anew(lived(fixes=(first, back, returned))) == at(120)
    returned = replace(landed(9, 150), body="Reverts #8")
    assert began_anew(lived(fixes=(first, back, returned, pull(10)))) == at(120)
    once_more = replace(landed(10, 180), body="Reverts #9")
    assert began_anew(lived(fixes=(first, back, returned, once_more, pull(11)))) == at(180)
