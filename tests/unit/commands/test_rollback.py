"""`/rollback`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.bug import Deployed
from bugaction.commands.base import Accepted, Problem
from bugaction.commands.parse import Call, parse_calls
from bugaction.commands.rollback import RollBack
from bugaction.model import Evidence, Role
from bugaction.monitoring import Watch
from bugaction.snapshot import Commit, PullRequest, PullState
from tests.unit.commands.context import CONTEXT, ruling
from tests.values import at, pull

COMMAND = RollBack()
FIX = replace(pull(7, state=PullState.MERGED), merged_at=at(60), merge_oid="e" * 40)
BROUGHT = replace(pull(5, closing=(), state=PullState.MERGED), merged_at=at(-60), merge_oid="d" * 40)
PULLS = {each.number: each for each in (FIX, BROUGHT, pull(9, closing=()))}
ORDERED = {"reverts": "7", "strategy": "rollback"}


def call(text: str) -> Call:
    """The line as a command."""
    (found,) = parse_calls(text)
    return found


def ruled(
    words: str, *more: PullRequest, watch: Watch | None = None, **changes: object
) -> Accepted | Problem:
    """What becomes of these words where #7 is the merged fix, #5 another change, and #9 is open."""
    known = PULLS | {each.number: each for each in more}
    seen = replace(watch or Watch(merged=at(60), newest=7), fixes=(FIX, *more))
    given: dict[str, object] = {"watch": lambda: seen, "pull_of": known.get, **changes}
    return ruling(COMMAND, words, **given)


def test_the_newest_fix_is_taken_back() -> None:
    """Or the merged pull request that is named, whose fix it need not be; what is behind it is the reason."""
    assert ruled("/rollback") == Accepted(ORDERED)
    assert ruled("/rollback it broke apps") == Accepted(ORDERED | {"reason": "it broke apps"})
    assert ruled("/rollback " + "x" * 300) == Accepted(ORDERED | {"reason": "x" * 300})
    assert ruled("/rollback #5: slow") == Accepted(ORDERED | {"reverts": "5", "reason": "slow"})
    assert COMMAND.asks_pull(call("/rollback #5 slow")) == 5
    assert COMMAND.asks_pull(call("/rollback")) == 0


def test_a_reason_may_begin_with_a_number() -> None:
    """Only a sign makes it a pull request's, and only digits behind it."""
    for reason in ("500 errors", "#shop is down", "#5X slower"):
        assert ruled(f"/rollback {reason}") == Accepted(ORDERED | {"reason": reason})
        assert COMMAND.asks_pull(call(f"/rollback {reason}")) == 0


def test_the_version_before_is_kept_with_the_order() -> None:
    """Of the fix alone: which one ran before another change is not known."""
    evidence = Evidence("2.0.1 deployed")
    deployed = Deployed(at(70), "2.0.1", "production", evidence, "abcdef0", "abcdef0" + "1" * 33)
    watch = Watch(merged=at(60), newest=7, deployed=deployed)
    more = {"version": "abcdef0", "ref": "abcdef0" + "1" * 33}
    assert ruled("/rollback", watch=watch) == Accepted(ORDERED | more)
    assert ruled("/rollback #5", watch=watch) == Accepted(ORDERED | {"reverts": "5"})


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("/rollback #9", "`#9` is not merged, so that there is nothing to take back"),
        ("/rollback #8", "`#8` is no pull request of this repository"),
        ("/rollback " + "x" * 301, "the reason is longer than 300 characters"),
    ],
)
def test_what_cannot_be_taken_back_is_said(words: str, text: str) -> None:
    """The words were right, so that their usage would not help."""
    assert ruled(words) == Problem(text, usage=False)


def test_without_a_fix_the_change_has_to_be_named() -> None:
    """Then the usage says how."""
    text = "no fix of this bug is merged; name the merged pull request that brought the bug"
    assert ruled("/rollback", watch=Watch()) == Problem(text)


def test_twice_is_once() -> None:
    """As long as the one that takes it back is there: the first of them is named."""
    back = replace(pull(8), head="revert-7-topic-7")
    assert ruled("/rollback", back) == Problem("`#8` takes `#7` back already", usage=False)
    later = replace(pull(12), body="Reverts #7")
    assert ruled("/rollback", later, back) == Problem("`#8` takes `#7` back already", usage=False)
    assert ruled("/rollback", later) == Problem("`#12` takes `#7` back already", usage=False)


def test_what_is_recorded_to_take_it_back_does() -> None:
    """Whatever its author makes of the description later."""
    back = replace(pull(8, state=PullState.MERGED), merged_at=at(70), edited_at=at(80), took_back=(7,))
    assert ruled("/rollback", back) == Problem("`#8` takes `#7` back already", usage=False)


def test_what_was_brought_back_may_be_taken_back_again() -> None:
    """From when it was: an order from before that was about what had been done already."""
    merged = replace(pull(8, state=PullState.MERGED), head="revert-7-topic-7", merged_at=at(70))
    again = replace(merged, number=9, head="revert-8-revert-7-topic-7", merged_at=at(80))
    for minutes, expected in (
        (79, Problem("`#8` takes `#7` back already", usage=False)),
        (80, Accepted(ORDERED)),
        (90, Accepted(ORDERED)),
    ):
        assert ruled("/rollback", merged, again, at=at(minutes)) == expected


def test_a_fork_s_word_keeps_nobody_from_rolling_back() -> None:
    """Anybody may open one and say so; once it is merged, somebody of the team has believed it."""
    theirs = replace(pull(8), body="Reverts #7", is_fork=True)
    assert ruled("/rollback", theirs) == Accepted(ORDERED)
    landed = replace(theirs, state=PullState.MERGED)
    assert ruled("/rollback", landed) == Problem("`#8` takes `#7` back already", usage=False)


def test_git_s_own_revert_is_known() -> None:
    """By the commit that it names, whatever its branch is called."""
    commit = Commit("f" * 40, f"Back\n\nThis reverts commit {FIX.merge_oid}.", ("bo",), at(80))
    found = ruled("/rollback", pull(8, commits=[commit]))
    assert found == Problem("`#8` takes `#7` back already", usage=False)


def test_who_may_is_policy() -> None:
    """By default whoever may press the button themselves."""
    assert COMMAND.least(CONTEXT.policy) is Role.WRITE
