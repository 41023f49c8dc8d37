"""What a pull request says it takes back, and what is left of a bug's fixes then."""

from __future__ import annotations

from dataclasses import replace

from bugaction.model import LedgerFile, RecordKind
from bugaction.snapshot import Commit, PullRequest, PullState
from bugaction.taken_back import (
    back_lines,
    brought_back,
    first_made,
    is_anybody_s,
    last_back,
    named_commits,
    named_pulls,
    recalled,
    standing,
    takes_back,
    taking,
    undone_by,
    unread,
)
from tests.values import VIEWER, at, line, pull

OID = "e" * 40
FIX = replace(pull(7, state=PullState.MERGED), merged_at=at(60), merge_oid=OID)
BACK = replace(pull(8), head="revert-7-topic-7")


def test_it_is_told_by_branch_description_and_commit() -> None:
    """A branch of a fork may be named anything, and another repository's number is not ours."""
    message = f'Revert "Repair"\n\nThis reverts commit {OID}, reversing\nchanges made to {"d" * 40}.'
    by_commit = pull(8, commits=[Commit("f" * 40, message, ("bo",), at(70))])
    assert named_commits(by_commit) == {OID}
    assert named_pulls(pull(8, body="Reverts octo/shop#7 and Reverts other/shop#6")) == {7}
    assert takes_back(BACK, 7)
    assert takes_back(pull(8, body="Reverts #7"), 7)
    assert takes_back(by_commit, 7, OID)
    assert not takes_back(by_commit, 7)
    assert not takes_back(replace(BACK, is_fork=True), 7)
    assert not takes_back(BACK, 70)
    assert not takes_back(replace(FIX, head="revert-7-x"), 7)


def test_an_owner_may_be_called_as_the_path_is() -> None:
    """Its own repository is what stands before the last of these."""
    address = "https://github.com/pull/shop/pull/8"
    assert named_pulls(replace(pull(8, body="Reverts pull/shop#7"), url=address)) == {7}


def test_what_anybody_may_have_opened_is_open_and_of_a_fork() -> None:
    """Merged it was by somebody who may."""
    assert is_anybody_s(replace(BACK, is_fork=True))
    assert not is_anybody_s(BACK)
    assert not is_anybody_s(replace(FIX, is_fork=True))


def test_a_fix_counts_until_what_takes_it_back_is_merged() -> None:
    """That one is never the bug's fix."""
    merged = replace(BACK, state=PullState.MERGED, merged_at=at(90))
    again = pull(9)
    assert standing([FIX]) == (FIX,)
    assert standing([FIX, BACK]) == (FIX,)
    assert standing([FIX, merged]) == ()
    assert standing([FIX, merged, again]) == (again,)
    assert standing([FIX, way_back(6, 7, 90)]) == ()
    by_commit = Commit("f" * 40, f"This reverts commit {OID}.", ("bo",), at(80))
    assert standing([FIX, replace(merged, head="back", commits=(by_commit,))]) == ()


def test_a_merge_of_unknown_time_was_before_all_others() -> None:
    """It takes back none of them."""
    unknown = way_back(8, 7, 90, merged_at=None)
    assert standing([FIX, unknown]) == (FIX, unknown)


def test_the_last_that_was_merged_is_asked_about() -> None:
    """Where the bug's own fix is what it took back."""
    merged = replace(BACK, state=PullState.MERGED, merged_at=at(90))
    later = replace(merged, number=9, merged_at=at(95))
    assert last_back([FIX, BACK]) is None
    assert last_back([FIX, later, merged]) == later
    assert last_back([merged]) is None


def way_back(number: int, of: int, minutes: float, **changes: object) -> PullRequest:
    """GitHub's own pull request that takes another one back, merged."""
    made = replace(pull(number, state=PullState.MERGED), head=f"revert-{of}-topic", merged_at=at(minutes))
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_way_back_that_is_taken_back_takes_nothing_back() -> None:
    """The newest merge decides. What brings the fix back is part of it: production has to hold that too."""
    back, again = way_back(8, 7, 90), way_back(9, 8, 100)
    for found in ([FIX, back, again], [again, back, FIX]):
        assert {each.number for each in standing(found)} == {7, 9}
        assert last_back(found) is None
    gone = way_back(10, 9, 110)
    assert standing([FIX, back, again, gone]) == ()
    assert last_back([FIX, back, again, gone]) == gone
    assert standing([FIX, back, again, way_back(10, 7, 110)]) == ()
    whole = [FIX, back, again, gone, way_back(11, 10, 120)]
    assert [each.number for each in standing(whole)] == [7, 9, 11]


def test_only_what_was_merged_before_can_be_taken_back() -> None:
    """Of two that say so of each other, the later one did."""
    first = replace(FIX, body="Reverts #8")
    second = replace(pull(8, state=PullState.MERGED, body="Reverts #7"), merged_at=at(90))
    assert standing([first, second]) == ()
    assert last_back([first, second]) == second
    assert standing([first, replace(second, body="")]) == (first, replace(second, body=""))


def test_what_brings_a_fix_back_is_no_further_one() -> None:
    """The code is what it was; another fix is a new one."""
    back, again = way_back(8, 7, 90), way_back(9, 8, 100)
    later = replace(pull(10, state=PullState.MERGED), merged_at=at(110))
    assert first_made([FIX, back, again, later]) == (FIX, later)
    assert brought_back([FIX, back, again, later]) is None
    assert brought_back([later, again, back, FIX, pull(11)]) is None


def test_the_newest_merge_may_just_bring_a_fix_back() -> None:
    """Where the fix stands, and nothing was merged after what brought it back."""
    back, again = way_back(8, 7, 90), way_back(9, 8, 100)
    earlier = replace(pull(10, state=PullState.MERGED), merged_at=at(95))
    for found in ([FIX, back, again], [again, earlier, back, FIX], [FIX, back, again, pull(11)]):
        assert brought_back(found) == again
    assert brought_back([FIX]) is brought_back([FIX, back]) is brought_back([pull(11)]) is None


def test_the_first_that_takes_a_fix_back_by_then_is_the_one() -> None:
    """By number, open or merged; not one that anybody may have opened, nor one that was undone by then."""
    back, second = way_back(8, 7, 90), replace(BACK, number=9)
    anybody_s = replace(BACK, number=3, is_fork=True, head="x", body="Reverts #7")
    fixes = [pull(2), second, anybody_s, back, FIX]
    assert taking(fixes, 7, OID, at(100)) == back
    assert taking([second, anybody_s, FIX], 7, OID, at(100)) == second
    assert taking([anybody_s, FIX], 7, OID, at(100)) is None
    undone = way_back(10, 8, 100)
    assert taking([*fixes, undone], 7, OID, at(99)) == back
    assert taking([*fixes, undone], 7, OID, at(100)) == second
    by_commit = pull(6, commits=[Commit("f" * 40, f"This reverts commit {OID}.", ("bo",), at(70))])
    assert taking([back, by_commit, FIX], 7, OID, at(100)) == by_commit
    assert taking([back, by_commit, FIX], 7, "", at(100)) == back


def test_what_a_merge_took_back_is_undone_from_that_moment_on() -> None:
    """Unless that merge was taken back itself, later even."""
    back = way_back(8, 7, 90)
    assert undone_by([FIX, back], at(89)) == frozenset()
    assert undone_by([FIX, back], at(90)) == {7}
    assert undone_by([FIX, back, way_back(9, 8, 100)], at(95)) == frozenset()
    assert undone_by([FIX, back, way_back(9, 8, 100)], at(100)) == {8}


def test_what_takes_another_change_back_is_the_fix() -> None:
    """The one that brought the bug is none of its fixes."""
    assert standing([BACK]) == (BACK,)


def test_what_is_written_after_the_merge_takes_nothing_back() -> None:
    """Its author may change a description for ever, also one of a fork; what its branch says stays."""
    fix = replace(pull(8, state=PullState.MERGED, body="Reverts #7"), merged_at=at(90), is_fork=True)
    for edited, left in ((None, ()), (89, ()), (90, (7, 8)), (500, (7, 8))):
        late = replace(fix, edited_at=at(edited) if edited is not None else None)
        assert tuple(each.number for each in standing([FIX, late])) == left
    assert standing([FIX, way_back(8, 7, 90, edited_at=at(500))]) == ()
    assert takes_back(replace(fix, state=PullState.OPEN, merged_at=None, edited_at=at(500)), 7)


def test_what_was_seen_to_be_said_by_then_goes_on_counting() -> None:
    """It is a line of the ledger, whatever becomes of the description."""
    fix = replace(pull(8, state=PullState.MERGED, body="Reverts #7, Reverts #5"), merged_at=at(90))
    (said,) = back_lines([FIX, fix], VIEWER.login)
    assert (said.kind, said.evidence, said.at) == (RecordKind.TOOK_BACK, fix.id, at(90))
    assert (said.actor, said.accepted) == (VIEWER.login, True)
    assert said.data == {"pull": "8", "back": "7"}
    ledger = LedgerFile(lines=(said,))
    for body in ("", "Reverts #7"):
        later = replace(fix, body=body, edited_at=at(500))
        assert standing([FIX, later]) == (FIX, later)
        assert standing(recalled([FIX, later], ledger)) == ()
    assert recalled([FIX], ledger) == (FIX,)
    bare = LedgerFile(lines=(line(RecordKind.TOOK_BACK, fix.id, accepted=True),))
    assert [each.took_back for each in recalled([fix], bare)] == [()]


def test_each_of_several_has_its_line() -> None:
    """Whatever is not recorded before it: what says all by its branch, and what was not read."""
    branched, unread_one = way_back(6, 7, 70), way_back(8, 70, 80, commits=None)
    fix = replace(pull(9, state=PullState.MERGED, body="Reverts #7, Reverts #6"), merged_at=at(90))
    (told,) = back_lines([FIX, branched, unread_one, fix], VIEWER.login)
    assert told.data == {"pull": "9", "back": "6 7"}


def test_nothing_is_taken_back_by_what_says_so_for_good_or_of_another() -> None:
    """A branch keeps its name, and other changes are none of the bug."""
    fix = replace(pull(8, state=PullState.MERGED, body="Reverts #7"), merged_at=at(90))
    branched = replace(fix, head="revert-7-topic")
    assert back_lines([FIX, branched], VIEWER.login) == ()
    both = replace(branched, head="revert-6-topic", commits=None)
    *_, told = back_lines([FIX, replace(FIX, number=6, id="PR_6"), both], VIEWER.login)
    assert told.data == {"pull": "8", "back": "7"}
    assert unread([FIX, replace(branched, commits=None)], LedgerFile()) == frozenset()
    assert unread([FIX, replace(branched, commits=None)], LedgerFile(), {8}) == {8}
    for other in (
        replace(fix, body="Reverts #5"),
        replace(fix, body="Reverts #8"),
        replace(fix, edited_at=at(91)),
    ):
        (told,) = back_lines([FIX, other], VIEWER.login)
        assert told.data == {"pull": "8", "back": ""}


def test_what_is_open_or_the_first_is_not_recorded() -> None:
    """What is open says so anew each time, and before the first there was nothing to take back."""
    opened = pull(8, body="Reverts #7")
    assert back_lines([FIX, opened], VIEWER.login) == ()
    assert back_lines([replace(FIX, body="Reverts #8")], VIEWER.login) == ()
    assert unread([replace(FIX, commits=None), replace(opened, commits=None)], LedgerFile()) == frozenset()


def test_a_revert_by_hand_is_read_once_and_kept() -> None:
    """Its commits come only when asked for, and what they say must not turn with that."""
    commit = Commit("f" * 40, f"Back\n\nThis reverts commit {OID}.", ("bo",), at(80))
    hand = replace(pull(8, state=PullState.MERGED, body="Fixes #42"), merged_at=at(90), commits=None)
    assert unread([hand, FIX], LedgerFile()) == {8}
    assert back_lines([hand, FIX], VIEWER.login) == ()
    (told,) = back_lines([replace(hand, commits=(commit,)), FIX], VIEWER.login, {8})
    assert told.data == {"pull": "8", "back": "7"}
    ledger = LedgerFile(lines=(told,))
    assert standing(recalled([FIX, hand], ledger)) == ()
    assert unread([FIX, hand], ledger) == frozenset()


AGAIN = Commit("1" * 40, f'Revert "Revert"\n\nThis reverts commit {"b" * 40}.', ("bo",), at(95))
BETTER = Commit("2" * 40, "Keep the old key as well", ("bo",), at(96))
UPDATED = Commit("3" * 40, "Merge branch 'main'", ("bo",), at(97), parent_oids=("1" * 40, "4" * 40))


def test_what_brings_a_fix_back_and_mends_it_is_a_further_one() -> None:
    """It says that it fixes the bug, and holds a commit of its own beside those that take something back."""
    back = way_back(8, 7, 90)
    for commits, fixing, edited, further in (
        ((AGAIN, BETTER), {9}, None, True),
        ((AGAIN, BETTER), {9}, 99, True),
        ((AGAIN, BETTER), {9}, 500, False),
        ((AGAIN, BETTER), set[int](), None, False),
        ((AGAIN, UPDATED), {9}, None, False),
        ((AGAIN, replace(AGAIN, message='Reapply "Repair"')), {9}, None, False),
        ((AGAIN, replace(AGAIN, message="Take it back\n\nReverts octo/shop#8")), {9}, None, False),
        ((replace(AGAIN, message="Repair"), BETTER), {9}, None, False),
        ((BETTER,), {9}, None, False),
    ):
        late = at(edited) if edited is not None else None
        again = way_back(9, 8, 100, commits=commits, edited_at=late)
        lines = back_lines([FIX, back, again], VIEWER.login, fixing)
        assert [each.data.get("mends") for each in lines] == (
            ["yes" if further else None] if 9 in fixing else []
        )
        ledger = LedgerFile(lines=lines)
        found = recalled([FIX, back, replace(again, commits=None)], ledger)
        assert [each.number for each in standing(found)] == [7, 9]
        assert [each.number for each in first_made(found)] == ([7, 9] if further else [7])


def test_what_takes_a_fix_back_is_none_whatever_else_it_does() -> None:
    """What else it holds may be no more than what going back needs, so that another one has to follow."""
    back = way_back(8, 7, 90, commits=(replace(AGAIN, message=f"This reverts commit {OID}."), BETTER))
    found = recalled([FIX, back], LedgerFile(lines=back_lines([FIX, back], VIEWER.login, {8})))
    assert found[1].mends
    assert standing(found) == first_made(found) == ()
