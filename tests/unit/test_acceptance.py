"""Whether an assignee has taken the bug on, and by what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from bugaction.acceptance import find_acceptances, start_lines
from bugaction.model import Actor, LedgerFile, LedgerLine, RecordKind
from bugaction.snapshot import Commit, Entry, EntryKind, Issue, PullRequest, PullState
from tests.unit.test_state import said
from tests.values import ANA, BASE, BO, VIEWER, at, issue, line, pull

URL = f"{BASE}/issues/42#issuecomment-900"
NOW = at(2000)


def entry(kind: EntryKind, login: str, *, actor: Actor, minutes: float) -> Entry:
    """Somebody assigned or unassigned."""
    return Entry(f"AE_{kind}_{minutes}", kind, actor, at(minutes), login)


def accepted(
    subject: Issue, lines: Iterable[LedgerLine] = (), fixes: Iterable[PullRequest] = ()
) -> list[tuple[str, str, str]]:
    """Who accepted, by what, and where that is."""
    found = find_acceptances(subject, LedgerFile(lines=tuple(lines)), fixes, NOW)
    return [(item.login, item.evidence.text, item.evidence.url) for item in found]


def test_being_assigned_is_not_accepting() -> None:
    """Somebody else's word is not one's own."""
    given = entry(EntryKind.ASSIGNED, "ana", actor=BO, minutes=2)
    assert accepted(issue(assignees=[ANA], timeline=[given])) == []


def test_an_assignee_accepts_by_command() -> None:
    """With the comment as evidence; logins in any case."""
    lines = [said("accept", minutes=3, actor="Ana", url=URL)]
    assert accepted(issue(assignees=[ANA, BO]), lines) == [("ana", "ana accepted by `/accept`", URL)]


def test_a_refused_command_accepts_nothing() -> None:
    """Only an accepted one counts."""
    assert accepted(issue(assignees=[ANA]), [said("accept", minutes=3, accepted=False)]) == []


def test_assigning_oneself_is_accepting() -> None:
    """By GitHub's own button, or by `/assign`."""
    own = entry(EntryKind.ASSIGNED, "Ana", actor=ANA, minutes=2)
    assert accepted(issue(assignees=[ANA], timeline=[own])) == [
        ("ana", "ana took the bug by self-assignment", f"{BASE}/issues/42")
    ]
    by_us = entry(EntryKind.ASSIGNED, "ana", actor=VIEWER, minutes=4)
    lines = [said("assign", minutes=3, assign="ana", url=URL)]
    assert accepted(issue(assignees=[ANA], timeline=[by_us]), lines) == [
        ("ana", "ana accepted by `/assign`", URL)
    ]


def test_assigning_somebody_else_is_not() -> None:
    """Neither for the one who did, nor for the other."""
    lines = [said("assign", minutes=3, assign="bo")]
    assert accepted(issue(assignees=[ANA, BO]), lines) == []


def test_who_is_about_to_be_assigned_counts() -> None:
    """The assignment goes out in the same run; the gate need not wait for the next."""
    lines = [said("accept", minutes=3, actor="bo", assign="bo", url=URL)]
    assert accepted(issue(), lines) == [("bo", "bo accepted by `/accept`", URL)]


def test_somebody_who_is_not_assigned_does_not_count() -> None:
    """They may have accepted before they were taken off."""
    gone = entry(EntryKind.UNASSIGNED, "bo", actor=ANA, minutes=5)
    lines = [said("accept", minutes=3, actor="bo", assign="bo")]
    assert accepted(issue(timeline=[gone]), lines) == []


def test_a_word_from_before_being_taken_off_is_over() -> None:
    """Assigned again, one accepts again."""
    timeline = [
        entry(EntryKind.ASSIGNED, "bo", actor=BO, minutes=2),
        entry(EntryKind.UNASSIGNED, "bo", actor=ANA, minutes=5),
        entry(EntryKind.ASSIGNED, "bo", actor=ANA, minutes=6),
    ]
    before = said("accept", minutes=3, actor="bo")
    after = said("accept", minutes=7, actor="bo", url=URL)
    assert accepted(issue(assignees=[BO], timeline=timeline), [before]) == []
    assert accepted(issue(assignees=[BO], timeline=timeline), [before, after]) == [
        ("bo", "bo accepted by `/accept`", URL)
    ]


def test_a_commit_in_somebody_else_s_pull_request_proves_nothing() -> None:
    """Anybody can write any author into a commit: an outsider must not accept in the assignee's name."""
    forged = [Commit("d" * 40, "Fix", ("bo",), at(4))]
    assert accepted(issue(assignees=[BO]), fixes=[pull(commits=forged, author=Actor("dee"))]) == []


@pytest.mark.parametrize(("author", "expected"), [("Bo", 1), ("ana", 0)])
def test_a_commit_to_the_fix_is_accepting(author: str, expected: int) -> None:
    """By the assignee; the first of several is shown."""
    commits = [Commit("d" * 40, "Later", (author,), at(9)), Commit("e" * 40, "Try", ("x", author), at(4))]
    found = find_acceptances(issue(assignees=[BO]), LedgerFile(), [pull(commits=commits)], NOW)
    assert len(found) == expected
    for item in found:
        assert item.evidence.text == "bo committed eeeeeee to #7"
        assert item.evidence.url == f"{BASE}/pull/7/commits/{'e' * 40}"
        assert (item.evidence.actor, item.evidence.at) == ("bo", at(4))


def opened(minutes: float | None, *commits: Commit, number: int = 7) -> PullRequest:
    """Bo's pull request, made at that minute, with these commits."""
    made = at(minutes) if minutes is not None else None
    return replace(pull(number, commits=commits), created_at=made)


def began(subject: Issue, *fixes: PullRequest, lines: Iterable[LedgerLine] = ()) -> tuple[str, object]:
    """Which commit an acceptance rests on, and when it was."""
    (found,) = find_acceptances(subject, LedgerFile(lines=tuple(lines)), fixes, NOW)
    return found.oid, found.evidence.at


EARLY, LATER = Commit("d" * 40, "Try", ("bo",), at(-4000)), Commit("e" * 40, "Fix", ("bo",), at(603))
GIVEN = entry(EntryKind.ASSIGNED, "Bo", actor=ANA, minutes=600)


@pytest.mark.parametrize("dated", [-4000, 3, 604])
def test_a_start_is_not_before_its_pull_request(dated: float) -> None:
    """The date of a commit is what its author wrote. The first one is shown all the same."""
    early = replace(EARLY, at=at(dated))
    subject = issue(assignees=[BO], timeline=[GIVEN])
    assert began(subject, opened(605, early, replace(LATER, at=at(604.5)))) == ("d" * 40, at(605))
    assert began(subject, opened(601, early)) == ("d" * 40, at(max(601, dated)))


def test_a_start_is_not_before_its_pull_request_belonged_to_the_bug() -> None:
    """By GitHub's timeline, or by our record: a branch begun for something else has answered nobody."""
    shown = Entry("CRE_1", EntryKind.CROSS_REFERENCED, BO, at(650), "7")
    assert began(issue(assignees=[BO], timeline=[GIVEN, shown]), opened(5, EARLY)) == ("d" * 40, at(650))
    recorded = replace(line(RecordKind.LINK, "PR_7", pull="7"), at=at(640))
    other = replace(line(RecordKind.LINK, "PR_9", pull="9"), at=at(700))
    subject = issue(assignees=[BO], timeline=[GIVEN])
    assert began(subject, opened(5, EARLY), lines=[recorded, other]) == ("d" * 40, at(640))
    two = (opened(5, EARLY), opened(601, LATER, number=8))
    assert began(subject, *two, lines=[replace(recorded, at=at(800))]) == ("e" * 40, at(603))


def test_a_start_is_not_before_its_author_was_assigned() -> None:
    """Last of all, or is about to be: what they did before was not done as the bug's assignee."""
    off = entry(EntryKind.UNASSIGNED, "bo", actor=ANA, minutes=700)
    again = entry(EntryKind.ASSIGNED, "bo", actor=ANA, minutes=800)
    others = entry(EntryKind.ASSIGNED, "ana", actor=BO, minutes=900)
    assert began(issue(assignees=[BO], timeline=[GIVEN, others]), opened(5, EARLY))[1] == at(600)
    assert began(issue(assignees=[BO], timeline=[GIVEN, off, again]), opened(5, EARLY))[1] == at(800)
    asked = [said("assign", minutes=900, assign="bo")]
    assert began(issue(), opened(5, EARLY), lines=asked)[1] == at(900)
    assert began(issue(assignees=[BO], timeline=[GIVEN]), opened(5, EARLY), lines=asked)[1] == at(600)


@pytest.mark.parametrize("ahead", [2000.1, 4e6])
def test_a_commit_that_is_dated_ahead_counts_from_when_it_was_shown(ahead: float) -> None:
    """It was made before it was pushed, whatever it says; the moment of the run itself is not ahead."""
    subject = issue(assignees=[BO], timeline=[GIVEN])
    assert began(subject, opened(605, replace(LATER, at=at(ahead)))) == ("e" * 40, at(605))
    assert began(subject, opened(605, replace(LATER, at=NOW))) == ("e" * 40, NOW)


def test_where_nothing_else_is_known_the_commit_tells() -> None:
    """As of a pull request that was read without its date."""
    assert began(issue(assignees=[BO]), opened(None, LATER)) == ("e" * 40, at(603))


def test_of_commits_that_came_at_once_the_first_is_shown() -> None:
    """By their dates, then by the pull request's number and the commit's id."""
    same = replace(EARLY, oid="c" * 40)
    assert began(issue(assignees=[BO]), opened(605, LATER, EARLY, same))[0] == "c" * 40
    two = (opened(605, same, number=8), opened(605, EARLY))
    assert began(issue(assignees=[BO]), *two)[0] == "d" * 40


def test_a_start_that_was_seen_is_recorded_and_outlives_its_pull_request() -> None:
    """Of a merged pull request commits are read now and then only: an answer must not hang on that."""
    commits = [Commit("e" * 40, "Try", ("bo",), at(4))]
    found = find_acceptances(issue(assignees=[BO]), LedgerFile(), [pull(commits=commits)], NOW)
    ledger = LedgerFile(lines=start_lines(found))
    for kept in (commits, None):
        merged = [pull(commits=kept, state=PullState.MERGED)]
        assert find_acceptances(issue(assignees=[BO]), LedgerFile(), merged, NOW) == ()
        (again,) = find_acceptances(issue(assignees=[BO]), ledger, merged, NOW)
        assert again.evidence == found[0].evidence
        assert start_lines([again]) == ()
    off = entry(EntryKind.UNASSIGNED, "bo", actor=ANA, minutes=5)
    assert find_acceptances(issue(assignees=[BO], timeline=[off]), ledger, [], NOW) == ()


def test_commits_that_were_not_read_tell_nothing() -> None:
    """They are asked for elsewhere."""
    assert accepted(issue(assignees=[BO]), fixes=[pull(commits=None)]) == []


def test_several_assignees_accept_each_for_themselves() -> None:
    """In the order of the assignees."""
    lines = [said("accept", minutes=3, actor="bo"), said("accept", minutes=4, actor="ana")]
    assert [item[0] for item in accepted(issue(assignees=[ANA, BO]), lines)] == ["ana", "bo"]
