"""Which issues are bugs, and from when on they are looked after."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bugaction.model import Actor, LedgerFile, RecordKind
from bugaction.policy import Policy
from bugaction.records import format_meta, parse_meta
from bugaction.snapshot import EntryKind, Issue, IssueState, PullRequest, PullState
from bugaction.tracking import (
    STICKY_MARKER,
    is_bug,
    is_confidential,
    ledger_mark,
    lost_records,
    own_comments,
    resolve_since,
    tracked_since,
    was_looked_after,
)
from tests.values import ANA, T0, VIEWER, at, comment, facts, issue, labeled, line, pull, repository, snapshot

POLICY = Policy()
FORM = "\n\n".join(
    f"### {label}\n\n{answer}"
    for label, answer in [
        ("What is broken", "The till"),
        ("Expected behaviour", "It opens"),
        ("Actual behaviour", "It does not"),
        ("Is production down", "No"),
    ]
)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (issue(labels=["P3"]), True),
        (issue(labels=["bug"]), True),
        (issue(labels=["question"]), False),
        (issue(labels=[], body=FORM), True),
        (
            issue(labels=[], timeline=[labeled("P1"), labeled("P1", minutes=2, kind=EntryKind.UNLABELED)]),
            True,
        ),
        (issue(labels=[], timeline=[labeled("question")]), False),
    ],
    ids=["severity", "bug label", "other label", "form", "label deleted since", "never one"],
)
def test_what_makes_an_issue_a_bug(subject: Issue, expected: bool) -> None:
    """A label, the form, or having been one: taking a label off opens no gate."""
    assert is_bug(facts(subject), POLICY) is expected


def test_a_tracked_issue_stays_a_bug() -> None:
    """The ledger's word outlives labels and text."""
    plain = issue(labels=[], timeline=[])
    assert is_bug(facts(plain, lines=[line(RecordKind.TRACKED, plain.id)]), POLICY)


def test_a_confidential_label_is_known_by_policy() -> None:
    """`security` by default, in any case."""
    assert is_confidential(issue(labels=["P1", "Security"]), POLICY)
    assert not is_confidential(issue(labels=["P1"]), POLICY)


def test_an_old_bug_is_kept_out_until_it_is_labelled_anew() -> None:
    """Reported and labelled before `since`: out. Labelled after it: in, from that moment."""
    old = issue(labels=["P1"])
    since = T0 + timedelta(days=1)
    assert tracked_since(facts(old), POLICY, since, VIEWER) is None
    again = replace(old, timeline=(*old.timeline, labeled("P1", minutes=60 * 30)))
    assert tracked_since(facts(again), POLICY, since, VIEWER) == at(60 * 30)


def test_a_word_takes_a_new_issue_in_from_its_report() -> None:
    """As a label would, so that it makes no difference which of both a run sees first; an old one with it."""
    plain = issue(labels=[], timeline=[])
    assert tracked_since(facts(plain), POLICY, T0 - timedelta(days=1), VIEWER) is None
    assert tracked_since(facts(plain), POLICY, T0 - timedelta(days=1), VIEWER, at(25)) == T0
    assert tracked_since(facts(plain), POLICY, at(20), VIEWER, at(25)) == at(25)
    labelled = issue(timeline=[labeled("P1", minutes=30)])
    assert tracked_since(facts(labelled), POLICY, at(20), VIEWER, at(25)) == at(25)
    assert tracked_since(facts(labelled), POLICY, at(20), VIEWER, at(35)) == at(30)


def test_what_we_left_without_a_record_moves_nothing() -> None:
    """A run that may commit nothing has labelled and commented: the word began it all the same."""
    ours = labeled("P1", minutes=30, actor=VIEWER)
    left = issue(timeline=[ours], comments=[comment(f"{STICKY_MARKER}\nP1", author=VIEWER)])
    assert tracked_since(facts(left), POLICY, at(20), VIEWER, at(25)) == at(25)


def test_a_new_bug_is_looked_after_from_its_report() -> None:
    """However late the run is that first sees it."""
    assert tracked_since(facts(issue()), POLICY, T0 - timedelta(days=1), VIEWER) == T0


def test_without_a_known_since_nothing_new_is_taken_in() -> None:
    """Only what the ledger already tracks."""
    assert tracked_since(facts(issue()), POLICY, None, VIEWER) is None
    tracked = facts(issue(), lines=[line(RecordKind.TRACKED, "I_42")])
    assert tracked_since(tracked, POLICY, None, VIEWER) == at(1)


def test_a_bug_with_our_comment_stays_in_when_the_records_begin_anew() -> None:
    """Lost records must not make it an old bug that holds no merge."""
    subject = issue(comments=[comment(f"{STICKY_MARKER}\nP1", author=VIEWER)])
    late = T0 + timedelta(days=9)
    assert tracked_since(facts(subject), POLICY, late, VIEWER) == T0
    planted = issue(comments=[comment(f"{STICKY_MARKER}\nP1", author=ANA)])
    assert tracked_since(facts(planted), POLICY, late, VIEWER) is None


def test_since_comes_from_the_records_branch() -> None:
    """`meta.json` keeps it where the configuration does not say."""
    found = resolve_since(snapshot(facts()), POLICY, at(60), (), restart=False)
    assert found.at == T0 - timedelta(days=1)
    assert not found.vanished
    assert found.start is None


def test_the_configuration_s_since_goes_first() -> None:
    """A literal time needs no memory."""
    policy = Policy(since=T0)
    assert resolve_since(snapshot(facts()), policy, at(60), (), restart=False).at == T0


def test_the_first_event_takes_its_own_bug_in() -> None:
    """The branch does not exist yet: `since` is the moment at which the event's bug became one."""
    world = snapshot(facts(issue()), repo=repository(records=None, records_meta=None))
    found = resolve_since(world, POLICY, at(10), [42], restart=False)
    assert found.at == at(1)
    assert found.start is not None
    assert tracked_since(facts(issue()), POLICY, found.at, VIEWER) == at(1)


def test_the_first_event_leaves_other_old_bugs_out() -> None:
    """A comment on an old P1 makes no storm."""
    world = snapshot(facts(issue()), repo=repository(records=None, records_meta=None))
    found = resolve_since(world, POLICY, at(10), [], restart=False)
    assert found.at == at(10)
    assert tracked_since(facts(issue()), POLICY, found.at, VIEWER) is None


@pytest.mark.parametrize("meta", [None, "", "{}", '{"version": 2, "since": "2026-01-01T00:00:00Z"}'])
def test_an_unreadable_meta_opens_nothing(meta: str | None) -> None:
    """The branch is there and its meta is not: from when on issues count is not known."""
    world = snapshot(facts(), repo=repository(records_meta=meta))
    assert resolve_since(world, POLICY, at(10), [42], restart=False).vanished


@pytest.mark.parametrize("policy", [POLICY, Policy(since=T0)], ids=["kept", "configured"])
def test_a_meta_of_somebody_else_opens_nothing(policy: Policy) -> None:
    """Records that are not as we began them are not to be trusted, whatever says from when on bugs count."""
    world = snapshot(facts(), repo=repository(records_meta_is_ours=False))
    found = resolve_since(world, policy, at(10), [], restart=False)
    assert (found.vanished, found.foreign, found.start) == (True, True, None)
    assert found.of(42) < T0


@pytest.mark.parametrize("changes", [{"records_meta_is_ours": False}, {"records_meta": None}])
def test_records_that_are_there_begin_anew_by_a_person_s_word(changes: dict[str, object]) -> None:
    """On top of the branch's head, so that nothing of it is lost."""
    world = snapshot(facts(), repo=repository(**changes))
    found = resolve_since(world, POLICY, at(10), [], restart=True)
    assert not found.vanished
    assert found.start is not None
    assert found.start.expected_oid == "b" * 40


def test_what_begins_anew_looks_after_no_less_than_before() -> None:
    """Another account's `meta.json` may be that of the one that the team acted as until now: bugs of before
    must not pass as old ones. What takes its place is another text, or blame would still name its writer."""
    repo = repository(records_meta_is_ours=False)
    found = resolve_since(snapshot(facts(), repo=repo), POLICY, at(10), [], restart=True)
    assert found.at == T0 - timedelta(days=1)
    assert found.start is not None
    assert found.start.meta != repo.records_meta
    assert parse_meta(found.start.meta) == T0 - timedelta(days=1, seconds=1)
    later = repository(records_meta_is_ours=False, records_meta=format_meta(at(99)))
    assert resolve_since(snapshot(facts(), repo=later), POLICY, at(10), [], restart=True).at == at(10)


NO_RECORDS = repository(records=None, records_meta=None)


def test_a_first_event_about_a_fix_takes_the_fixed_bug_in() -> None:
    """It alone, from the moment it became a bug: `since` stays the event's time for all others."""
    early = issue(43, timeline=[labeled("P1", minutes=2), labeled("P2", minutes=5)])
    world = snapshot(facts(issue()), facts(early), pulls=[pull(closing=[43])], repo=NO_RECORDS)
    found = resolve_since(world, POLICY, at(10), [], restart=False, about_fixes=True)
    assert (found.at, found.of(42), found.of(43)) == (at(10), at(10), at(2))
    assert tracked_since(facts(early), POLICY, found.of(43), VIEWER) == at(2)
    assert found.start is not None
    assert parse_meta(found.start.meta) == at(10)


@pytest.mark.parametrize(
    ("subject", "fix", "policy", "about_fixes"),
    [
        (issue(state=IssueState.COMPLETED), pull(), POLICY, True),
        (issue(labels=["question"]), pull(), POLICY, True),
        (issue(), pull(state=PullState.MERGED), POLICY, True),
        (issue(), pull(closing=[]), POLICY, True),
        (issue(), pull(), Policy(since=at(9)), True),
        (issue(), pull(), POLICY, False),
    ],
    ids=["closed", "no bug", "merged", "another's fix", "since is configured", "not about fixes"],
)
def test_a_first_event_leaves_other_bugs_out(
    subject: Issue, fix: PullRequest, policy: Policy, about_fixes: bool
) -> None:
    """Adopting bugaction makes no storm, and a configured `since` is somebody's word."""
    world = snapshot(facts(subject), pulls=[fix], repo=NO_RECORDS)
    found = resolve_since(world, policy, at(10), [], restart=False, about_fixes=about_fixes)
    assert found.own == {}


def _shown(body: str, author: Actor = VIEWER) -> Issue:
    return issue(comments=[comment(f"{STICKY_MARKER}\n{body}", author=author)])


TRACKED = line(RecordKind.TRACKED, "I_42")
KEPT = LedgerFile(lines=(TRACKED,), chain=("1" * 16, "2" * 16))
LINK_TO_LEDGER = "see documents/bugs/BUG-042/ledger.jsonl"


@pytest.mark.parametrize(
    ("subject", "ledger", "lost"),
    [
        (issue(), LedgerFile(), ""),
        (issue(), KEPT, ""),
        (_shown("P1"), LedgerFile(), ""),
        (_shown(ledger_mark(42, "1" * 16)), KEPT, ""),
        (_shown(ledger_mark(42, "2" * 16) + "\r\nP1"), KEPT, ""),
        (_shown(LINK_TO_LEDGER), KEPT, ""),
        (_shown(LINK_TO_LEDGER), LedgerFile(), "it is gone"),
        (_shown(ledger_mark(42, "1" * 16)), LedgerFile(), "it is gone"),
        (_shown(ledger_mark(42, "1" * 16)), replace(KEPT, lines=()), "it is gone"),
        (_shown(ledger_mark(42, "3" * 16)), KEPT, "its last lines are missing"),
        (_shown(ledger_mark(43, "3" * 16)), KEPT, ""),
        (_shown(ledger_mark(42, "3" * 16), ANA), KEPT, ""),
        (_shown(f"P1\n{ledger_mark(42, '3' * 16)}"), KEPT, ""),
        (issue(), replace(KEPT, gap=2), "lines before line 2 are missing"),
    ],
)
def test_what_is_gone_of_a_ledger(subject: Issue, ledger: LedgerFile, lost: str) -> None:
    """By the ledger's own chain, and by what our comment says of it, on its second line and nowhere else."""
    assert lost_records(replace(facts(subject), ledger=ledger), VIEWER, POLICY) == lost


def test_a_phase_label_of_ours_says_that_it_was_looked_after() -> None:
    """The timeline cannot be edited; a person's label of that name says nothing."""
    late = T0 + timedelta(days=9)
    for actor, expected in ((VIEWER, T0), (ANA, None)):
        subject = issue(timeline=[labeled("phase: triage", actor=actor)])
        assert was_looked_after(facts(subject), VIEWER) is (expected is not None)
        assert tracked_since(facts(subject), POLICY, late, VIEWER) == expected


def test_a_records_branch_that_vanished_is_noticed_by_our_own_comment() -> None:
    """It links to the ledger, so there was one. A person may say that records start anew."""
    body = f"{STICKY_MARKER}\n[ledger]({repository().url}/blob/x/documents/bugs/BUG-042/ledger.jsonl)"
    subject = issue(comments=[comment(body, author=VIEWER)])
    world = snapshot(facts(subject), repo=repository(records=None, records_meta=None))
    assert resolve_since(world, POLICY, at(10), [42], restart=False).vanished
    again = resolve_since(world, POLICY, at(10), [42], restart=True)
    assert not again.vanished
    assert again.start is not None


def test_a_planted_comment_makes_nothing_vanish() -> None:
    """Only a comment of our own says that records were there."""
    body = f"{STICKY_MARKER}\ndocuments/bugs/BUG-042/ledger.jsonl"
    world = snapshot(
        facts(issue(comments=[comment(body, author=ANA)])), repo=repository(records=None, records_meta=None)
    )
    assert not resolve_since(world, POLICY, at(10), [42], restart=False).vanished


def test_an_empty_repository_can_keep_no_records() -> None:
    """It has no commit that a branch could start from; the bug is looked after all the same."""
    world = snapshot(facts(), repo=repository(default=None, records=None, records_meta=None))
    found = resolve_since(world, POLICY, T0, [42], restart=False)
    assert found.start is None
    assert not found.vanished


def test_our_comments_are_found_by_author_and_marker() -> None:
    """The lowest id first; a stranger's marker and our other comments do not count."""
    ours = [comment(f"{STICKY_MARKER}\nx", author=VIEWER, ident=number) for number in (30, 10, 20)]
    others = [
        comment(f"{STICKY_MARKER}\nx", ident=5),
        comment(f"see {STICKY_MARKER}", author=VIEWER, ident=6),
    ]
    found = own_comments([*ours, *others], VIEWER, STICKY_MARKER)
    assert [item.database_id for item in found] == [10, 20, 30]
