"""The facts of a moment of the past, from those of today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.model import Actor, LedgerFile, RecordKind
from bugaction.policy import Policy
from bugaction.replay.as_of import as_of, bare
from bugaction.snapshot import (
    CheckKind,
    CheckOutcome,
    EntryKind,
    IssueState,
    PullState,
    ReviewState,
    Snapshot,
)
from tests.unit.replay.past import MERGED, MIA, entry, fix, outsider, past
from tests.values import BO, VIEWER, at, check, facts, labeled, line, review


def plainly(snapshot: Snapshot) -> Snapshot:
    """As it would be without us."""
    return bare(snapshot, 42, Policy())


def test_what_was_told_to_us_is_left_out() -> None:
    """Decisions, comments, documents and records; who we are is nobody who did anything."""
    given_ = past(fix(), comments=[outsider(5)])
    told = facts(given_.bugs[42].issue, lines=[line(RecordKind.TRACKED, "I_42")], pulls=[7])
    found = plainly(replace(given_, bugs={42: told}))
    assert found.bugs[42].issue.comments == ()
    assert {each.kind for each in found.bugs[42].ledger.lines} == {RecordKind.SEVERITY}
    assert found.repository.records is None
    assert not found.repository.viewer.is_same(VIEWER.login)
    assert found.pulls[7].links == LedgerFile()


def test_a_severity_counts_as_it_was_set_whoever_may_today() -> None:
    """Each label on and off is a decision; one without an entry stands since the report."""
    whole = past(labels=("P1",), timeline=[labeled("P1", minutes=30, kind=EntryKind.UNLABELED)])
    lines = plainly(whole).bugs[42].ledger.lines
    assert [(each.at, each.data["action"], each.accepted) for each in lines] == [
        (at(1), "labeled", True),
        (at(30), "unlabeled", True),
    ]
    silent = replace(whole.bugs[42].issue, timeline=())
    (standing,) = plainly(replace(whole, bugs={42: facts(silent)})).bugs[42].ledger.lines
    assert (standing.at, standing.data["severity"]) == (at(0), "P1")


def test_a_merge_is_about_to_happen_at_its_own_moment() -> None:
    """The pull request is open then, and the issue that it closes too; a second later they are not."""
    whole = plainly(past(fix()))
    then, later = as_of(whole, at(MERGED)), as_of(whole, at(MERGED + 1))
    assert (then.pulls[7].state, then.pulls[7].merged_at) == (PullState.OPEN, None)
    assert then.bugs[42].issue.state is IssueState.OPEN
    assert (later.pulls[7].state, later.bugs[42].issue.state) == (PullState.MERGED, IssueState.COMPLETED)


@pytest.mark.parametrize(
    ("minutes", "state"),
    [
        (90, IssueState.OPEN),
        (100, IssueState.NOT_PLANNED),
        (150, IssueState.OPEN),
        (200, IssueState.COMPLETED),
    ],
)
def test_the_issue_s_state_is_that_of_its_last_entry(minutes: float, state: IssueState) -> None:
    """Closed for a reason, opened again, closed as done."""
    entries = [entry(EntryKind.CLOSED, 100, "not-planned"), entry(EntryKind.REOPENED, 120)]
    whole = plainly(past(timeline=entries, closed=200))
    assert as_of(whole, at(minutes)).bugs[42].issue.state is state


def test_labels_and_assignees_are_those_of_the_moment() -> None:
    """By the last entry before it; where the first one is later, by what that one changed; and where none
    tells, as today."""
    entries = [
        entry(EntryKind.UNASSIGNED, 50, "eve"),
        entry(EntryKind.ASSIGNED, 60, "mia"),
        entry(EntryKind.LABELED, 70, "urgent"),
        entry(EntryKind.UNLABELED, 80, "urgent"),
    ]
    whole = past(timeline=entries)
    issue = replace(whole.bugs[42].issue, assignees=(BO, MIA, Actor("cy")))
    whole = plainly(replace(whole, bugs={42: facts(issue)}))

    def at_(minutes: float) -> tuple[set[str], set[str]]:
        found = as_of(whole, at(minutes)).bugs[42].issue
        return {each.login for each in found.assignees}, {each.name for each in found.labels}

    assert at_(0.5) == ({"eve", "cy"}, set())
    assert at_(45) == ({"bo", "eve", "cy"}, {"P1"})
    assert at_(75) == ({"bo", "mia", "cy"}, {"P1", "urgent"})
    assert at_(90) == ({"bo", "mia", "cy"}, {"P1"})


def test_checks_are_those_of_the_moment() -> None:
    """A run that began later was not there; one that ended later was still running; so for statuses nothing
    is known of what stood there before."""
    ended, late = check("test", minutes=100, number=1), check("again", minutes=MERGED + 5, number=2)
    across = replace(check("slow", minutes=MERGED - 1, number=3), completed_at=at(MERGED + 9))
    said = replace(across, name="lint", kind=CheckKind.STATUS)
    found = as_of(plainly(past(fix(checks=(ended, late, across, said)))), at(MERGED)).pulls[7].checks
    assert found is not None
    assert [(each.name, each.outcome) for each in found] == [
        ("test", CheckOutcome.SUCCESS),
        ("slow", CheckOutcome.PENDING),
    ]


def test_a_review_that_came_later_is_none() -> None:
    """One of the very second of the merge is one: to approve may be what merges."""
    reviews = (review(MIA, minutes=MERGED), review(MIA, ReviewState.CHANGES_REQUESTED, minutes=MERGED + 1))
    found = as_of(plainly(past(fix(reviews=reviews))), at(MERGED)).pulls[7].reviews
    assert found == (reviews[0],)


def test_a_pull_request_that_was_linked_later_was_not_there() -> None:
    """By the timeline; one that the timeline does not name may have been."""
    whole = plainly(past(fix(), fix(8, merged=900)))
    assert set(as_of(whole, at(30)).pulls) == set()
    assert as_of(whole, at(45.75)).bugs[42].pulls == (7,)
    silent = replace(whole.bugs[42].issue, timeline=())
    unnamed = replace(whole, bugs={42: replace(whole.bugs[42], issue=silent)})
    assert set(as_of(unnamed, at(30)).pulls) == {7, 8}


def moments(value: object) -> Iterator[datetime]:
    """Every time that a value holds, however deep."""
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from moments(each)
    elif isinstance(value, list | tuple | frozenset):
        for each in value:
            yield from moments(each)
    elif is_dataclass(value):
        for each in fields(value):
            yield from moments(getattr(value, each.name))


@given(
    moment=st.integers(1, 2000),
    times=st.lists(st.integers(0, 2000), min_size=12, max_size=12),
    merged=st.one_of(st.none(), st.integers(0, 2000)),
)
def test_the_facts_of_a_moment_never_see_the_future(
    moment: int, times: list[int], merged: int | None
) -> None:
    """Whatever happened when: no time in them is later than the moment, but the report's own."""
    kinds = (
        EntryKind.LABELED,
        EntryKind.UNLABELED,
        EntryKind.ASSIGNED,
        EntryKind.CLOSED,
        EntryKind.REOPENED,
        EntryKind.RENAMED,
    )
    entries = [entry(kind, minutes, "P0") for kind, minutes in zip(kinds, times[:6], strict=True)]
    pull = fix(
        merged=merged,
        reviews=tuple(review(MIA, minutes=minutes) for minutes in times[6:8]),
        checks=tuple(check(minutes=minutes, number=minutes + 1) for minutes in times[8:10]),
        commits=tuple(replace(each, at=at(times[10])) for each in fix().commits or ()),
        requested_at=at(times[11]),
        retargeted_at=at(times[11]),
        updated_at=at(3000),
    )
    whole = past(pull, timeline=entries, comments=[outsider(minutes) for minutes in times[:3]])
    then = as_of(bare(whole, 42, Policy()), at(moment))
    assert max(moments(then.bugs), default=at(0)) <= at(moment)
    assert max(moments(then.pulls), default=at(0)) <= at(moment)
    assert not list(moments(then.answers))
