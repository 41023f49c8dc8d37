"""What a pull request says it takes back, and what is left of a bug's fixes then."""

from __future__ import annotations

from dataclasses import replace

from bugaction.snapshot import Commit, PullState
from bugaction.taken_back import last_back, named_commits, named_pulls, standing, takes_back
from tests.values import at, pull

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


def test_a_fix_counts_until_what_takes_it_back_is_merged() -> None:
    """That one is never the bug's fix."""
    merged = replace(BACK, state=PullState.MERGED, merged_at=at(90))
    again = pull(9)
    assert standing([FIX]) == (FIX,)
    assert standing([FIX, BACK]) == (FIX,)
    assert standing([FIX, merged]) == ()
    assert standing([FIX, merged, again]) == (again,)


def test_the_last_that_was_merged_is_asked_about() -> None:
    """Where the bug's own fix is what it took back."""
    merged = replace(BACK, state=PullState.MERGED, merged_at=at(90))
    later = replace(merged, number=9, merged_at=at(95))
    assert last_back([FIX, BACK]) is None
    assert last_back([FIX, later, merged]) == later
    assert last_back([merged]) is None


def test_what_takes_another_change_back_is_the_fix() -> None:
    """The one that brought the bug is none of its fixes."""
    assert standing([BACK]) == (BACK,)
