"""What commands share: whom and what a command line names, and about which bug it is."""

from __future__ import annotations

import pytest

from bugaction.commands.base import (
    Accepted,
    Command,
    Context,
    Problem,
    Ruling,
    head_named,
    login_of,
    unseen_team,
)
from bugaction.commands.parse import Call
from bugaction.model import Membership, Role
from bugaction.policy import Policy
from tests.unit.commands.context import CONTEXT, context

ONE, TWO, NEAR = "c0ffee1" + "0" * 33, "d" * 40, "c0ffee1" + "1" * 33
HEADS = {ONE: (7,), TWO: (8, 9)}


def unnamed(newest: str) -> Problem:
    """What somebody is told whose words name none of the newest commits."""
    return Problem(f"it takes the commit that it speaks of, the newest one of a fix: {newest}", usage=False)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("c0ffee1", ONE),
        ("C0FFEE1", ONE),
        (ONE, ONE),
        ("ddddddd", TWO),
        ("c0ffee", unnamed("`c0ffee1` or `ddddddd`")),
        (f"{ONE}0", unnamed("`c0ffee1` or `ddddddd`")),
        ("0000000", unnamed("`c0ffee1` or `ddddddd`")),
        ("", unnamed("`c0ffee1` or `ddddddd`")),
    ],
)
def test_a_commit_is_named_by_seven_digits_or_more(text: str, found: str | Problem) -> None:
    """Of the newest of each open fix; whoever names another one is told which they are."""
    assert head_named(text, context(heads=HEADS)) == found


def test_a_commit_that_might_be_two_is_none() -> None:
    """A word is for one commit."""
    either = context(heads={ONE: (7,), NEAR: (8,)})
    assert head_named("c0ffee1", either) == unnamed("`c0ffee10` or `c0ffee11`")
    assert head_named(ONE[:8], either) == ONE
    last = context(heads={"a" * 39 + "1": (7,), "a" * 39 + "2": (8,)})
    assert head_named("a" * 7, last) == unnamed(f"`{'a' * 39}1` or `{'a' * 39}2`")


def test_the_commit_of_an_unlinked_fix_is_none() -> None:
    """Unless another fix offers it as well."""
    assert head_named("c0ffee1", context(heads=HEADS, unlinked=frozenset({7, 8}))) == unnamed("`ddddddd`")
    assert head_named("ddddddd", context(heads=HEADS, unlinked=frozenset({7, 8}))) == TWO
    none = Problem("no open pull request fixes this bug", usage=False)
    assert head_named("ddddddd", context(heads=HEADS, unlinked=frozenset({7, 8, 9}))) == none
    assert head_named("ddddddd", CONTEXT) == none


def test_few_commits_are_told() -> None:
    """A bug with many fixes makes no reply of many lines."""
    many = {f"{number}" * 40: (number,) for number in range(1, 8)}
    newest = "`1111111` or `2222222` or `3333333` or `4444444` or `5555555`"
    assert head_named("", context(heads=many)) == unnamed(newest)


@pytest.mark.parametrize(
    ("bugs", "number", "is_named"),
    [
        ({42, 43}, 42, True),
        ({42, 43}, 43, False),
        ({42, 43}, 44, True),
        ({42, 43}, None, True),
        ({41, 42}, None, False),
        ({41, 42}, 44, False),
        ({41, 42}, 42, True),
        (set(), 44, True),
        (set(), None, True),
    ],
)
def test_on_a_pull_request_of_several_bugs_one_answers(
    bugs: set[int], number: int | None, is_named: bool
) -> None:
    """The one that is named, or the first where none of them is: never two, and never nobody."""
    assert context(bug=42, bugs=frozenset(bugs)).is_named(number) is is_named


def test_who_is_assigned_is_so_however_they_are_written() -> None:
    """GitHub's logins know no case."""
    assigned = context(assignees=("bo", "Ana"))
    assert [assigned.is_assigned(login) for login in ("aNA", "BO", "an", "mallory")] == [
        True,
        True,
        False,
        False,
    ]
    assert context(assignees=()).is_assigned("ana") is False


def test_a_team_that_nobody_may_look_into_is_told() -> None:
    """The first one that hides who is in it; somebody else's is none."""
    teams = {"octo/a": Membership.NONE, "octo/b": Membership.HIDDEN, "octo/c": Membership.HIDDEN}
    senior = {"teams": ["octo/a", "octo/b", "octo/c"]}
    known = context(policy=Policy.model_validate({"people": {"senior": senior}}), teams_of={"bo": teams}.get)
    told = "; who is in octo/b takes a GitHub App's token with `members: read`"
    assert unseen_team("bo", known) == told
    assert unseen_team("ana", known) == ""
    assert unseen_team("bo", context(teams_of={"bo": teams}.get)) == ""


@pytest.mark.parametrize(
    ("text", "login"),
    [
        ("a" * 100, "a" * 100),
        ("-ana", None),
        ("ana.;,", "ana"),
        (",ana", None),
        ("an@a", None),
        ("ana1", "ana1"),
        ("XanaX", "XanaX"),
    ],
)
def test_where_a_login_ends(text: str, login: str | None) -> None:
    """A sentence's end behind it is none of it."""
    assert login_of(text) == login


class Wave(Command):
    """A command that says of itself only what it has to."""

    name, usage, summary, example = "wave", "/wave", "Waves.", "/wave"

    def least(self, policy: Policy) -> Role:  # noqa: ARG002 - the protocol's signature
        """Everyone."""
        return Role.NONE

    def check(self, call: Call, context: Context) -> Ruling:  # noqa: ARG002 - the protocol's signature
        """Always."""
        return Accepted()


def test_a_new_command_asks_for_nothing_by_itself() -> None:
    """And is about the bug on which it is said."""
    wave, call = Wave(), Call("wave", ("@ana", "#7"))
    assert (wave.asks(call), wave.asks_teams(call, CONTEXT)) == ((), ())
    assert (wave.asks_issue(call, CONTEXT), wave.asks_pull(call)) == (0, 0)
    assert wave.concerns(call, CONTEXT) is True
