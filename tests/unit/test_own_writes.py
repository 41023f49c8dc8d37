"""What we wrote ourselves: when it counts as seen, and when as lagging behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.model import Actor
from bugaction.own_writes import doubted, expecting, unseen
from bugaction.plan import AddLabels, RemoveLabels, SetCheckRun, SetStatus
from bugaction.ports import Applied, Expectations
from bugaction.snapshot import (
    Answers,
    BugFacts,
    Entry,
    EntryKind,
    Label,
    MergeGroup,
    OwnRun,
    OwnRuns,
    Snapshot,
    Status,
    StatusState,
)
from tests.values import ANA, T0, VIEWER, at, issue, pull, repository

HEAD, OTHER = "a" * 40, "b" * 40
GREEN, RED = StatusState.SUCCESS, StatusState.FAILURE
LATER = timedelta(seconds=1)
OURS = Applied(SetStatus(HEAD, "bugaction/fix", RED, "unmet", ""), at=T0)
RAN = Applied(SetCheckRun(HEAD, "bugaction/fix", RED, "unmet", "s", "t", "u", "x"), "5", at=T0)
PUT, TOOK = (kind("I_42", 42, ("P1",), ("LA",)) for kind in (AddLabels, RemoveLabels))


def on_head(*statuses: Status, runs: tuple[OwnRun, ...] = ()) -> Snapshot:
    """What stands on the head of a pull request, on that of a merge group, and elsewhere."""
    other = replace(pull(8), head_oid=OTHER, statuses=statuses)
    return Snapshot(
        repository=repository(),
        pulls={7: replace(pull(7), head_oid=HEAD, statuses=statuses), 8: other},
        group=MergeGroup(HEAD, "ref", (7,), statuses),
        answers=Answers(runs={HEAD: OwnRuns(runs), OTHER: OwnRuns(runs)}),
    )


def status(state: StatusState, posted: datetime | None, context: str = "BUGACTION/fix") -> Status:
    """A status as the snapshot shows it."""
    return Status(context, state, "met", "", VIEWER, posted)


@pytest.mark.parametrize(
    ("posted", "ordinary", "at_last"),
    [(T0 - LATER, False, False), (T0, False, True), (T0 + LATER, True, True), (None, False, False)],
    ids=["before ours", "in the same second", "after ours", "unknown"],
)
@pytest.mark.parametrize("kind", ["status", "check run"])
def test_another_verdict_is_a_later_one_or_a_lag(
    kind: str, posted: datetime | None, ordinary: bool, at_last: bool
) -> None:
    """By when it was reported; where that cannot tell, it is waited for, and at last taken for later."""
    if kind == "status":
        shown, ours = on_head(status(GREEN, posted)), OURS
    else:
        shown, ours = on_head(runs=(OwnRun(5, "bugaction/fix", GREEN, at=posted),)), RAN
    expected = expecting(Expectations(), ours)
    assert (not [*unseen(shown, expected)]) is ordinary
    assert (not [*unseen(shown, expected, is_last=True)]) is at_last
    unknown = expecting(Expectations(), replace(ours, at=None))
    assert [*unseen(shown, unknown, is_last=True)]


def test_a_clock_that_is_behind_makes_no_earlier_run_a_later_one() -> None:
    """What stood before our change, by GitHub's time or another runner's, is waited out as any lag."""
    before = on_head(runs=(OwnRun(5, "bugaction/fix", GREEN, at=T0 + LATER),))
    expected = expecting(Expectations(), RAN, before)
    assert [*unseen(before, expected, is_last=True)]
    right = expecting(Expectations(), RAN, on_head(runs=(OwnRun(5, "bugaction/fix", GREEN, at=T0 - LATER),)))
    assert not [*unseen(before, right)]
    assert not [*unseen(before, expecting(Expectations(), RAN, on_head()))]


@given(
    state=st.sampled_from(StatusState),
    seconds=st.integers(-2, 2),
    ours=st.sampled_from(StatusState),
    wanted=st.sampled_from([GREEN, RED]),
)
def test_what_stands_is_what_was_decided_or_is_said_again(
    state: StatusState, seconds: int, ours: StatusState, wanted: StatusState
) -> None:
    """Whichever of two verdicts of one second stands: none that is decided upon is left to the other one."""
    written = SetStatus(HEAD, "bugaction/fix", ours, "said", "")
    expected = expecting(Expectations(), Applied(written, at=T0))
    posted = T0 + seconds * LATER
    shown = on_head(status(state, posted))
    if [*unseen(shown, expected, is_last=True)]:
        return
    (said,) = doubted(shown, expected).pulls[7].statuses
    may_stand = {state} if state is ours or posted != T0 else {state, ours}
    passes = (said.state, said.description) == (wanted, "met")
    assert not passes or may_stand == {wanted}


def test_a_verdict_in_doubt_says_nothing() -> None:
    """On that commit, under that name, in that second, and where it is not what we said ourselves."""
    tied = (status(GREEN, T0), OwnRun(5, "bugaction/fix", GREEN, "met", "u", "mark", T0))
    sure = [
        (status(GREEN, T0, "bugaction/gate"), OwnRun(6, "bugaction/gate", GREEN, "met", "u", "mark", T0)),
        (status(RED, T0), OwnRun(6, "bugaction/fix", RED, "met", "u", "mark", T0)),
        (status(GREEN, T0 + LATER), OwnRun(6, "bugaction/fix", GREEN, "met", "u", "mark", T0 + LATER)),
        (status(GREEN, None), OwnRun(6, "bugaction/fix", GREEN, "met", "u", "mark")),
    ]
    expected = expecting(expecting(Expectations(), OURS), RAN)
    for stands, run in sure:
        shown = on_head(stands, runs=(run,))
        assert doubted(shown, expected) == shown
    shown = on_head(tied[0], runs=(tied[1],))
    assert doubted(shown, Expectations()) == shown
    found = doubted(shown, expected)
    assert found.pulls[8] == shown.pulls[8]
    assert found.answers.runs[OTHER] == shown.answers.runs[OTHER]
    assert found.group is not None
    for (said,) in (found.pulls[7].statuses, found.group.statuses):
        assert (said.state, said.description) == (GREEN, "")
    (reported,) = found.answers.runs[HEAD].runs
    assert (reported.state, reported.title, reported.mark) == (GREEN, "", "")
    alone = replace(shown, group=None)
    assert doubted(alone, expected).group is None


def turned(kind: EntryKind, actor: Actor = VIEWER, name: str = "p1") -> Entry:
    """An entry about a label."""
    return Entry("E", kind, actor, at(1), name)


ON, OFF = turned(EntryKind.LABELED), turned(EntryKind.UNLABELED)
BY_ANA = replace(ON, actor=ANA)


@pytest.mark.parametrize(
    ("before", "since", "fresh"),
    [
        ([], [], False),
        ([], [ON], False),
        ([], [ON, OFF], True),
        ([], [ON, replace(OFF, actor=ANA)], True),
        ([], [BY_ANA, replace(OFF, actor=ANA)], False),
        ([ON, OFF], [], False),
        ([ON, OFF], [ON, OFF], True),
        ([ON, OFF], [ON, OFF, ON], False),
        ([], [ON, turned(EntryKind.UNLABELED, name="P2")], False),
    ],
)
def test_a_label_that_was_taken_off_was_on(before: list[Entry], since: list[Entry], fresh: bool) -> None:
    """The timeline shows our own entry since, and one behind it that agrees with what is shown."""

    def shown(*entries: Entry) -> Snapshot:
        return Snapshot(repository(), bugs={42: BugFacts(replace(issue(42), labels=(), timeline=entries))})

    expected = expecting(Expectations(labels=((42, "p1", False),)), Applied(PUT), shown(*before))
    assert expected.labels == ()
    found = [*unseen(shown(*before, *since), expected)]
    assert found == ([] if fresh else ["#42 does not show the label P1."])


def test_a_label_that_was_put_on_again_was_off() -> None:
    """The same the other way round; the newest word of ours counts, and other labels stay expected."""
    subject = replace(issue(42), labels=(Label("P1"),), timeline=(ON,))
    before = Snapshot(repository(), bugs={42: BugFacts(subject)})
    known = Expectations(labels=((42, "P2", True), (7, "P1", True)))
    put = expecting(known, Applied(PUT), before)
    took = expecting(put, Applied(TOOK), before)
    assert (took.labels, took.own_labels) == (known.labels, ((42, "P1", False, 1),))
    assert [*unseen(before, took)] == ["#42 still shows the label P1."]
    after = replace(before, bugs={42: BugFacts(replace(subject, timeline=(ON, OFF, BY_ANA)))})
    assert [*unseen(after, took)] == []
    assert [*unseen(replace(before, bugs={}), took)] == []


def test_what_was_decided_on_nothing_that_is_known_counts_from_the_beginning() -> None:
    """As where a sweep looks at what it has written to an issue that it did not read before."""
    assert expecting(Expectations(), Applied(PUT)).own_labels == ((42, "P1", True, 0),)
