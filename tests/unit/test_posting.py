"""What is posted: on a merge group's head what fits into a status, and over everybody else's ours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.posting import all_heads
from bugaction.snapshot import MergeGroup, PullState, Status, StatusState
from bugaction.texts import LONGEST_STATUS
from bugaction.verdicts import ROLLUP, Word
from tests.values import BO, VIEWER, pull, snapshot, status

PAGE = "https://github.com/octo/shop/issues/42#issuecomment-1"


def posted(text: str) -> str:
    """What the group's roll-up says where its one pull request's says this."""
    group = MergeGroup("e" * 40, "gh-readonly-queue/main/pr-7-x", (7,))
    world = replace(snapshot(pulls=[pull()]), group=group)
    words = {7: (Word(ROLLUP, StatusState.FAILURE, text, PAGE),)}
    (*_, head), questions = all_heads(world, words)
    (status,) = head.statuses(world.repository.viewer.login)
    assert (questions, status.url) == (set(), PAGE)
    assert len(status.description) <= LONGEST_STATUS
    return status.description


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nobody has approved it", "#7: nobody has approved it"),
        ("word " * 26 + "limits", "#7: " + "word " * 26 + "limits"),
        ("word " * 26 + "exceeds", "#7: " + "word " * 25 + "word…"),
    ],
    ids=["short", "at the limit", "one over"],
)
def test_a_long_text_is_cut_at_a_word(text: str, said: str) -> None:
    """With the number that leads to it, the sign that it goes on, and the address where it does."""
    assert posted(text) == said


def test_a_status_of_somebody_else_that_says_the_same_is_replaced() -> None:
    """A rule may ask for ours alone: a GitHub App's, its source pinned."""
    word = Word(ROLLUP, StatusState.SUCCESS, "Every gate holds for BUG-042", PAGE)
    ours = status(word.context, word.state, word.text, url=word.url)

    def posted_over(there: Status) -> int:
        world = snapshot(pulls=[replace(pull(), statuses=(there,))])
        (head,), _ = all_heads(world, {7: (word,)})
        return len(head.statuses(VIEWER.login))

    assert posted_over(ours) == 0
    assert posted_over(replace(ours, creator=BO)) == 1


def test_a_pull_request_of_the_group_that_is_closed_holds_it() -> None:
    """What it would merge then is not what was judged: the others' verdicts alone let nothing through."""
    group = MergeGroup("e" * 40, "gh-readonly-queue/main/pr-7-x", (7, 8))
    gone = replace(pull(8, head_oid="d" * 40), state=PullState.CLOSED)
    world = replace(snapshot(pulls=[pull(), gone]), group=group)
    fine = Word(ROLLUP, StatusState.SUCCESS, "Every gate holds for BUG-042", PAGE)
    (*_, head), questions = all_heads(world, {7: (fine,)})
    (status,) = head.statuses(world.repository.viewer.login)
    assert questions == set()
    assert (status.state, status.description) == (
        StatusState.FAILURE,
        "Undecided: a pull request of this merge group is no longer open",
    )
