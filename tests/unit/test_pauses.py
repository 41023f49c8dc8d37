"""When the clocks of a bug stand still."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bugaction.bug import Bug
from bugaction.model import LedgerFile, LedgerLine, RecordKind, Severity
from bugaction.pauses import closed_spans, good_spans, pauses_of
from bugaction.policy import Policy
from bugaction.snapshot import Entry, EntryKind, IssueState
from bugaction.spans import Span
from tests.unit.bugs import bug, said, steps
from tests.values import BO, at, facts, issue, labeled, line

ON, OFF = EntryKind.LABELED, EntryKind.UNLABELED


def label(kind: EntryKind, minutes: float, name: str = "needs-info") -> Entry:
    """A label went on or off."""
    return labeled(name, minutes=minutes, kind=kind)


def turned(kind: EntryKind, minutes: float) -> Entry:
    """The issue was closed or opened again."""
    return Entry(id=f"E_{minutes:g}", kind=kind, actor=BO, at=at(minutes))


def shut(minutes: float) -> Entry:
    """The issue was closed."""
    return turned(EntryKind.CLOSED, minutes)


def opened(minutes: float) -> Entry:
    """The issue was opened again."""
    return turned(EntryKind.REOPENED, minutes)


def lived(
    *timeline: Entry,
    labels: Iterable[str] = (),
    state: IssueState = IssueState.OPEN,
    lines: Iterable[LedgerLine] = (),
    policy: Policy | None = None,
) -> Bug:
    """A bug whose issue has this timeline, these labels and this state now, with these decisions."""
    found = issue(labels=labels, timeline=timeline, state=state)
    return replace(bug(policy=policy), facts=facts(found), ledger=LedgerFile(lines=tuple(lines)))


def span(start: float, end: float | None = None) -> Span:
    """From and to, in minutes."""
    return Span(at(start), at(end) if end is not None else None)


# By label -------------------------------------------------------------------------------------------------


def test_a_label_pauses_until_the_same_one_is_taken_off() -> None:
    """In any case of letters; as often as it comes, and without what other labels do."""
    entries = [
        label(OFF, 5),
        label(ON, 10, "Needs-Info"),
        label(ON, 11, "P1"),
        label(OFF, 12, "blocked"),
        label(OFF, 13, "P1"),
        label(OFF, 20, "NEEDS-INFO"),
        label(OFF, 25),
        label(ON, 30),
        label(OFF, 40),
    ]
    assert pauses_of(lived(*entries)) == (span(10, 20), span(30, 40))


def test_a_label_that_comes_twice_pauses_from_its_first_entry() -> None:
    """GitHub has told of it once more, and nothing was taken off in between."""
    assert pauses_of(lived(label(ON, 10), label(ON, 15), label(OFF, 20))) == (span(10, 20),)


def test_two_labels_pause_from_the_first_to_the_last() -> None:
    """Each by its own entries, whichever goes first."""
    entries = [label(ON, 10), label(ON, 15, "blocked"), label(OFF, 20), label(OFF, 30, "blocked")]
    assert pauses_of(lived(*entries)) == (span(10, 30),)


def test_a_label_that_stands_pauses_with_no_end_in_sight() -> None:
    """One that is gone without an entry pauses nothing, and hides no other."""
    entries = [label(ON, 10), label(ON, 20, "blocked")]
    assert pauses_of(lived(*entries, labels=["Blocked"])) == (span(20),)
    assert pauses_of(lived(*entries, labels=["blocked", "needs-info"])) == (span(10),)
    assert pauses_of(lived(*entries)) == ()
    assert pauses_of(lived(labels=["blocked"])) == ()


def test_the_labels_that_pause_are_policy_s() -> None:
    """In any case of letters too."""
    policy = Policy.model_validate({"clocks": {"pause": ["Waiting"]}})
    entries = [label(ON, 5), label(ON, 10, "waiting"), label(OFF, 20, "waiting")]
    assert pauses_of(lived(*entries, labels=["needs-info"], policy=policy)) == (span(10, 20),)


# While it is closed ---------------------------------------------------------------------------------------


def test_while_the_issue_is_closed_its_clocks_stand_still() -> None:
    """From each close to the next opening; what GitHub tells twice of either counts once."""
    subject = lived(opened(5), shut(10), shut(15), opened(20), opened(25), shut(30), opened(40))
    assert tuple(closed_spans(subject)) == (span(10, 20), span(30, 40))
    assert pauses_of(subject) == (span(10, 20), span(30, 40))


def test_a_close_that_lasts_has_no_end_in_sight() -> None:
    """Where the issue is open, its opening has no entry yet, and nobody knows until when it stood still."""
    entries = (shut(10), opened(20), shut(30))
    closed = lived(*entries, state=IssueState.COMPLETED)
    assert tuple(closed_spans(closed)) == (span(10, 20), span(30))
    assert tuple(closed_spans(lived(*entries))) == (span(10, 20),)
    assert tuple(closed_spans(lived(state=IssueState.COMPLETED))) == ()


def test_a_close_that_is_held_pauses_nothing() -> None:
    """One that stands does, and so does one of which only something else is on record."""
    held = line(RecordKind.CLOSED, "E_10", accepted=False)
    entries = (shut(10), opened(20), shut(30), opened(40))
    assert tuple(closed_spans(lived(*entries, lines=[held]))) == (span(30, 40),)
    for other in (replace(held, accepted=True), replace(held, kind=RecordKind.SEVERITY)):
        assert tuple(closed_spans(lived(*entries, lines=[other]))) == (span(10, 20), span(30, 40))


def test_a_pause_within_a_close_is_one_with_it() -> None:
    """All that stands still together is one stretch, by its beginning."""
    entries = [shut(20), label(ON, 10), label(OFF, 25), opened(30), label(ON, 30), label(OFF, 35)]
    assert pauses_of(lived(*entries)) == (span(10, 35),)


# While its fix was held to be good ------------------------------------------------------------------------


def good(minutes: float, window: str = "15m") -> LedgerLine:
    """Somebody has looked at production after that window, and found it well."""
    return said("verified", minutes, window=window)


def bad(minutes: float) -> LedgerLine:
    """Somebody has reported a regression."""
    return said("regression", minutes, text="the cart is empty")


def test_a_fix_is_good_from_the_first_look_to_the_next_report() -> None:
    """Again and again; later looks of the same window, and those of longer ones, change nothing of it."""
    lines = [good(10), good(12), good(13, "2h"), bad(20), good(30, "2h"), good(40), bad(50)]
    assert good_spans(lived(lines=lines)) == (span(10, 20), span(40, 50))


def test_a_look_that_no_report_has_undone_is_no_pause() -> None:
    """It ends the clock for good; and a report that found no look before it undoes nothing."""
    assert good_spans(lived(lines=[good(10)])) == ()
    assert good_spans(lived(lines=[bad(5), good(10)])) == ()
    assert good_spans(lived(lines=[bad(5), good(10), bad(20), bad(30)])) == (span(10, 20),)


def test_a_look_at_the_moment_of_a_report_comes_after_it() -> None:
    """It is good for the next one."""
    assert good_spans(lived(lines=[bad(10), good(10), bad(20)])) == (span(10, 20),)
    assert good_spans(lived(lines=[good(5), bad(10), good(10), bad(20)])) == (span(5, 10), span(10, 20))


def test_a_look_is_one_by_the_severity_of_its_time() -> None:
    """A raise after it makes it no other; a lowering that asks for it lets the fix be good from then on."""
    lines = [good(10, "2h"), bad(20), good(30, "2h"), bad(50)]
    raised = replace(lived(lines=lines), severity=steps((2, Severity.P2), (15, Severity.P1)))
    assert good_spans(raised) == (span(10, 20),)
    lowered = replace(raised, severity=steps((2, Severity.P1), (40, Severity.P2)))
    assert good_spans(lowered) == (span(40, 50),)


def test_a_report_by_label_counts_in_its_place() -> None:
    """Though it is read after those by command."""
    marked = lived(label(ON, 20, "regression"), labels=["regression"], lines=[good(10), good(30), bad(40)])
    assert good_spans(marked) == (span(10, 20), span(30, 40))


def test_where_nobody_is_asked_to_look_no_fix_was_held_to_be_good() -> None:
    """A word from when policy had windows is about another, and one without a window about none."""
    policy = Policy.model_validate({"severities": {"P1": {"windows": []}}})
    assert good_spans(lived(lines=[good(10), said("verified", 11), bad(20)], policy=policy)) == ()
