"""Whether a snapshot holds what the event spoke of, and what we wrote ourselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.carrier import Carrier, CarrierPull
from bugaction.freshness import lacks_opened, missing
from bugaction.model import Actor, LedgerFile
from bugaction.own_writes import expecting
from bugaction.plan import (
    BringDocuments,
    CreateComment,
    CreateIssue,
    OpenPull,
    React,
    ReopenIssue,
    RevertPull,
    SetCheckRun,
)
from bugaction.ports import Applied, Expectations
from bugaction.reverting import Reverting
from bugaction.snapshot import (
    Answers,
    Branch,
    BugFacts,
    CheckOutcome,
    Comment,
    Commit,
    Entry,
    EntryKind,
    IssueState,
    Label,
    MergeGroup,
    OwnRun,
    OwnRuns,
    PullRequest,
    PullState,
    ReviewState,
    Snapshot,
    Status,
    StatusState,
)
from tests.values import ANA, T0, VIEWER, at, check, issue, repository, review

HEAD, OLDER, ELSE = "a" * 40, "b" * 40, "c" * 40
COMMENT = Comment("IC_1", 1, "u", ANA, "hello", T0)
GREEN = Status("bugaction/gate", StatusState.SUCCESS, "ok", "", VIEWER)
RED = StatusState.FAILURE
PULL = PullRequest(
    7, "PR_7", "u", "t", "b", ANA, PullState.OPEN, is_draft=False, base="main", head="fix", head_oid=HEAD,
    labels=(Label("docs"),), comments=(COMMENT,), statuses=(GREEN,), links=LedgerFile(), updated_at=at(5),
)  # fmt: skip
SNAPSHOT = Snapshot(
    repository=repository(records=Branch("bugaction/records", OLDER)),
    bugs={42: BugFacts(replace(issue(42, labels=["P1"], comments=[COMMENT]), updated_at=at(5)))},
    pulls={7: PULL},
    group=MergeGroup(ELSE, "ref", (7,), (GREEN,)),
    answers=Answers(
        missing=frozenset({13}),
        missing_pulls=frozenset({14}),
        runs={HEAD: OwnRuns((OwnRun(1, "bugaction/fix", StatusState.SUCCESS),))},
    ),
)


CLOSED = Entry("CE_1", EntryKind.CLOSED, VIEWER, at(4), "duplicate")


@pytest.mark.parametrize(
    ("state", "timeline", "is_fresh"),
    [
        (IssueState.OPEN, [], False),
        (IssueState.OPEN, [replace(CLOSED, actor=ANA)], False),
        (IssueState.OPEN, [CLOSED], True),
        (IssueState.DUPLICATE, [], True),
    ],
    ids=["open", "closed by somebody before", "opened again since", "closed"],
)
def test_an_issue_that_we_closed_shows_it(state: IssueState, timeline: list[Entry], is_fresh: bool) -> None:
    """Otherwise it would be closed once more, perhaps against a person's word."""
    subject = issue(42, state=state, timeline=timeline)
    world = replace(SNAPSHOT, bugs={42: BugFacts(subject)})
    said = () if is_fresh else ("#42 does not show that it was just closed.",)
    assert missing(world, Expectations(closed=(42, 99))) == said


@pytest.mark.parametrize(
    ("expectations", "gap"),
    [
        (Expectations(), ""),
        (Expectations(heads=((7, HEAD),)), ""),
        (Expectations(heads=((7, ELSE),)), "Pull request #7 does not show its commit ccccccc yet."),
        (Expectations(heads=((8, ELSE),)), "Pull request #8 is not there yet."),
        (Expectations(heads=((13, ELSE), (14, ELSE))), ""),
        (Expectations(labels=((42, "p1", True), (42, "P2", False), (7, "docs", True))), ""),
        (Expectations(labels=((42, "P2", True),)), "#42 does not show the label P2."),
        (Expectations(labels=((42, "P1", False),)), "#42 still shows the label P1."),
        (Expectations(labels=((99, "P1", True),)), ""),
        (Expectations(comments=((42, 1), (7, 1), (99, 1))), ""),
        (Expectations(comments=((42, 2),)), "#42 does not show the comment 2 yet."),
        (Expectations(gone_comments=((42, 2), (99, 1))), ""),
        (Expectations(gone_comments=((7, 1),)), "#7 still shows the comment 1, which was deleted."),
        (Expectations(edits=((42, 1, at(9), "hello"), (7, 1, at(9), "hello\r\n"), (99, 1, at(9), "x"))), ""),
        (
            Expectations(edits=((42, 1, at(9), "/accept"),)),
            "#42 does not show the edit of the comment 1 yet.",
        ),
        (
            Expectations(edits=((7, 1, at(9), "hello\n/a"),)),
            "#7 does not show the edit of the comment 1 yet.",
        ),
        (Expectations(edits=((42, 2, at(9), "gone"),)), ""),
        (Expectations(comment_ids=((42, "IC_1"),)), ""),
        (Expectations(comment_ids=((42, "IC_2"),)), "#42 does not show the comment that was just written."),
        (Expectations(past_oids=(("bugaction/records", ELSE), ("bugaction/records", ""))), ""),
        (
            Expectations(past_oids=(("bugaction/records", OLDER),)),
            "The branch bugaction/records does not show the commit that was just made.",
        ),
        (
            Expectations(past_oids=(("elsewhere", ""),)),
            "The branch elsewhere does not show the commit that was just made.",
        ),
        (
            Expectations(
                statuses=(
                    (HEAD, "BUGACTION/gate", "success", at(1)),
                    (ELSE, "bugaction/gate", "success", None),
                )
            ),
            "",
        ),
        (
            Expectations(statuses=((HEAD, "bugaction/gate", "failure", at(1)),)),
            "The commit aaaaaaa does not show the status bugaction/gate that was just set.",
        ),
        (
            Expectations(statuses=((ELSE, "bugaction/fix", "success", at(1)),)),
            "The commit ccccccc does not show the status bugaction/fix that was just set.",
        ),
        (Expectations(statuses=(("d" * 40, "bugaction/fix", "success", at(1)),)), ""),
        (
            Expectations(check_runs=((HEAD, "bugaction/fix", "success", None), (ELSE, "x", "failure", None))),
            "",
        ),
        (
            Expectations(check_runs=((HEAD, "bugaction/fix", "failure", at(1)),)),
            "The commit aaaaaaa does not show the check run bugaction/fix that was just reported.",
        ),
    ],
)
def test_what_is_missing_is_said(expectations: Expectations, gap: str) -> None:
    """One sentence for each thing that the snapshot should hold and does not; what is gone is not awaited."""
    assert missing(SNAPSHOT, expectations) == ((gap,) if gap else ())


def test_what_changed_after_the_event_has_seen_it() -> None:
    """A late event is not taken for a stale read: the label may be off again, the head pushed over."""
    late = Expectations(
        updated=((42, at(4)), (7, at(4))),
        heads=((7, ELSE),),
        labels=((42, "P2", True),),
        comments=((42, 2),),
        gone_comments=((7, 1),),
        edits=((42, 1, at(4), "/accept"),),
    )
    assert missing(SNAPSHOT, late) == ()
    assert len(missing(SNAPSHOT, replace(late, updated=((42, at(5)), (7, at(5)))))) == 5


@pytest.mark.parametrize(("minutes", "is_fresh"), [(8, False), (9, True), (10, True)])
def test_a_later_edit_has_seen_the_one_of_the_event(minutes: float, is_fresh: bool) -> None:
    """The text may have changed once more; an earlier edit is not the one that is waited for."""
    edited = replace(COMMENT, body="other", edited_at=at(minutes), editor=ANA)
    bug = BugFacts(issue(42, comments=[edited]))
    expected = Expectations(edits=((42, 1, at(9), "/accept"),))
    assert (missing(replace(SNAPSHOT, bugs={42: bug}), expected) == ()) is is_fresh


def test_what_changed_after_the_event_may_still_be_older_than_our_own_write() -> None:
    """Somebody's later change does not prove that our comment is shown."""
    own = Expectations(updated=((42, at(4)),), comment_ids=((42, "IC_2"),))
    assert missing(SNAPSHOT, own) != ()


@pytest.mark.parametrize(("author", "is_fresh"), [(VIEWER, True), (ANA, False)])
def test_a_doubled_comment_that_another_run_removed_is_not_missed(author: Actor, is_fresh: bool) -> None:
    """Where another comment of ours carries the marker, ours was the twin; a stranger's proves nothing."""
    twin = Comment("IC_9", 9, "u", author, "<!-- mark -->\nwords", T0)
    bug = BugFacts(issue(42, labels=["P1"], comments=[twin]))
    written = Expectations(comment_ids=((42, "IC_2"),), markers=(("IC_2", "<!-- mark -->"),))
    assert (missing(replace(SNAPSHOT, bugs={42: bug}), written) == ()) is is_fresh


def test_a_commit_that_was_pushed_over_is_seen_in_the_list_of_commits() -> None:
    """The head is newer than the event's, and holds it."""
    pushed = replace(PULL, commits=(Commit(ELSE, "m", (), T0), Commit(HEAD, "m", (), T0)), updated_at=None)
    snapshot = replace(SNAPSHOT, pulls={7: pushed})
    assert missing(snapshot, Expectations(updated=((7, at(4)),), heads=((7, ELSE),))) == ()


def test_comments_that_were_not_read_are_not_missed() -> None:
    """A pull request that came along with its bug shows none; that says nothing."""
    snapshot = replace(SNAPSHOT, pulls={7: replace(PULL, comments=(), links=None)})
    expected = Expectations(comments=((7, 1),), gone_comments=((7, 1),), comment_ids=((7, "IC_1"),))
    assert missing(snapshot, expected) == ()


def test_an_issue_that_we_opened_is_waited_for_and_holds_nothing() -> None:
    """It is no fact that a gate rests on."""
    waiting = Expectations(
        opened=tuple(CreateIssue("R", number, "marker", "title", "") for number in (42, 99))
    )
    assert missing(SNAPSHOT, waiting) == ()
    assert lacks_opened(SNAPSHOT, waiting)
    entry = Entry("CE_2", EntryKind.CROSS_REFERENCED, VIEWER, at(4), author=VIEWER, said=("title", ""))
    subject = replace(SNAPSHOT.bugs[42].issue, timeline=(entry,))
    assert not lacks_opened(replace(SNAPSHOT, bugs={42: BugFacts(subject)}), waiting)


def test_documents_that_we_brought_are_waited_for_and_hold_nothing() -> None:
    """The branch with our commit, and the pull request from it, where they are looked at."""
    made = BringDocuments(42, "bugaction/bug-042", "", (), "", (), "m")
    opened = OpenPull(42, "bugaction/bug-042", "main", "t", "b")
    waiting = Expectations(brought=(made,), proposed=(opened,))
    pull = CarrierPull(9, "url", "main")
    before = Carrier("a" * 40, "t" * 40)
    branch = replace(before, oid="c" * 40)
    for carrier, lacks in [(before, True), (branch, True), (replace(branch, pulls=(pull,)), False)]:
        shown = SNAPSHOT.with_answers(Answers(carriers={42: carrier}))
        assert missing(shown, waiting) == ()
        assert lacks_opened(shown, waiting) is lacks
    assert not lacks_opened(SNAPSHOT, waiting)


@pytest.mark.parametrize(
    ("written", "gap"),
    [
        (
            Applied(CreateComment("I_42", 42, "<!-- x -->", "x"), "IC_2"),
            "#42 does not show the comment that was",
        ),
        (
            Applied(SetCheckRun(HEAD, "bugaction/fix", RED, "no", "s", "t", "u", "x"), "5"),
            "The commit aaaaaaa does",
        ),
        (Applied(ReopenIssue("I_42", 42)), "#42 does not show that it was just opened again."),
    ],
    ids=["comment", "check run", "opened again"],
)
def test_what_we_wrote_is_waited_for(written: Applied, gap: str) -> None:
    """In the next round, which would otherwise write it once more."""
    shut = replace(SNAPSHOT.bugs[42].issue, state=IssueState.NOT_PLANNED)
    shown = replace(SNAPSHOT, bugs={42: BugFacts(shut)})
    (found,) = missing(shown, expecting(Expectations(), written))
    assert found.startswith(gap)


def test_nothing_is_waited_for_after_what_is_not_read() -> None:
    """A reaction, or a notification: no snapshot has to show it."""
    assert expecting(Expectations(), Applied(React("IC_1", "ROCKET"))) == Expectations()


def test_what_we_had_taken_back_is_waited_for() -> None:
    """Where somebody looks for it: the pull request may not be listed yet."""
    made = RevertPull(42, 7, "PR_7", "revert-7#IC", "title", "body")
    expected = expecting(Expectations(), Applied(made, "PR_8"))
    assert expected.reverted == (made,)
    one = Reverting(8, "PR_8", "url")
    closed = replace(one, closed_at=at(9))
    seen: list[tuple[dict[int, tuple[Reverting, ...]], bool]] = [
        ({}, False),
        ({7: ()}, True),
        ({7: (closed,)}, True),
        ({7: (one, closed)}, False),
    ]
    for reverting, lacks in seen:
        assert lacks_opened(SNAPSHOT.with_answers(Answers(reverting=reverting)), expected) is lacks


def test_the_same_gap_is_said_once() -> None:
    """Two expectations of one head are one sentence."""
    assert len(missing(SNAPSHOT, Expectations(heads=((7, ELSE), (7, ELSE))))) == 1


@pytest.mark.parametrize(
    ("minutes", "title", "body", "fresh"),
    [
        (5, "other", "other", True),
        (6, "t", "b\r\n", True),
        (6, "other", "b", False),
        (6, "t", "- [ ] undone", False),
    ],
)
def test_new_words_of_a_pull_request(minutes: float, title: str, body: str, fresh: bool) -> None:
    """They show, or a later change does."""
    expected = Expectations(words=((7, at(minutes), title, body),))
    assert (missing(SNAPSHOT, expected) == ()) is fresh


@pytest.mark.parametrize(
    ("minutes", "base", "fresh"), [(5, "release", True), (6, "main", True), (6, "release", False)]
)
def test_a_new_base_of_a_pull_request(minutes: float, base: str, fresh: bool) -> None:
    """It shows, or a later change does."""
    found = missing(SNAPSHOT, Expectations(bases=((7, at(minutes), base),)))
    assert found == (() if fresh else ("Pull request #7 does not show its new base yet.",))


def test_a_review_is_waited_for_once_reviews_are_read() -> None:
    """One that was submitted shows in any state, one that was dismissed as such."""
    given = review(ANA)
    submitted = Expectations(reviews=((7, given.id, False),))
    dismissed = Expectations(reviews=((7, given.id, True),))
    assert missing(SNAPSHOT, submitted) == ()  # not read yet

    def shown(*states: ReviewState) -> Snapshot:
        reviews = tuple(replace(given, state=state) for state in states)
        return replace(SNAPSHOT, pulls={7: replace(PULL, reviews=reviews)})

    assert missing(shown(), submitted)
    assert missing(shown(ReviewState.APPROVED), submitted) == ()
    assert missing(shown(ReviewState.DISMISSED), submitted) == ()
    assert missing(shown(ReviewState.APPROVED), dismissed)
    assert missing(shown(ReviewState.DISMISSED), dismissed) == ()


def test_a_run_that_ended_shows_with_all_its_checks() -> None:
    """Where the checks of its commit have been read; other runs may go on."""
    expected = Expectations(runs=((HEAD, check().run_url),))
    assert missing(SNAPSHOT, expected) == ()  # not read yet

    def shown(*outcomes: CheckOutcome, oid: str = HEAD) -> Snapshot:
        checks = (*(check(outcome=each) for each in outcomes), check("x", CheckOutcome.PENDING, number=2))
        return replace(SNAPSHOT, pulls={7: replace(PULL, checks=checks, head_oid=oid)})

    assert missing(shown(), expected)
    assert missing(shown(CheckOutcome.SUCCESS, CheckOutcome.PENDING), expected)
    assert missing(shown(CheckOutcome.SUCCESS, CheckOutcome.FAILURE), expected) == ()
    assert missing(shown(oid=ELSE), expected) == ()
