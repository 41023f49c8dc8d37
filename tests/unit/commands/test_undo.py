"""`/undo`."""

from __future__ import annotations

import pytest

from bugaction.commands import COMMANDS
from bugaction.commands.base import Accepted, Problem, Undoing
from bugaction.commands.parse import parse_calls
from bugaction.commands.undo import Undo
from bugaction.model import LedgerLine, RecordKind, Role
from tests.unit.commands.context import CONTEXT, context, ruling
from tests.values import line

COMMAND = Undo()
BUG = {"bug": 42, "catalogue": COMMANDS, "role": Role.ADMIN}


def given(*names: str) -> tuple[LedgerLine, ...]:
    """The author's earlier commands."""
    return tuple(
        line(RecordKind.COMMAND, f"IC_{number}#{name}", name=name) for number, name in enumerate(names)
    )


@pytest.mark.parametrize("name", ["accept", "assign", "attest", "channel", "eta"])
def test_what_follows_from_the_ledger_alone_is_taken_back(name: str) -> None:
    """By the evidence of its line."""
    found = ruling(COMMAND, "/undo", **BUG, given=given("eta", name))
    assert found == Accepted({"undoes": f"IC_1#{name}", "undone": name})


def test_a_link_says_which_it_was() -> None:
    """So that the pull request's own file can hold it too."""
    parted = line(RecordKind.COMMAND, "IC_1#x", name="unlink", bug="42", pull="7", reason="no")
    assert ruling(COMMAND, "/undo #42", **BUG, given=(parted,)) == Accepted(
        {"undoes": "IC_1#x", "undone": "unlink", "bug": "42", "pull": "7"}
    )


@pytest.mark.parametrize("name", ["help", "recheck", "undo"])
def test_what_leaves_nothing_behind_is_passed_over(name: str) -> None:
    """The command before it is meant; an undo is never undone."""
    found = ruling(COMMAND, "/undo", **BUG, given=given("eta", name, name))
    assert found == Accepted({"undoes": "IC_0#eta", "undone": "eta"})


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("severity", ": a new `/severity` changes it, and the history keeps both"),
        ("track", ": what is looked after stays so"),
        ("duplicate", ": open the issue again, which ends it"),
        ("teleport", ""),
    ],
)
def test_what_did_more_is_not_jumped_over(name: str, instead: str) -> None:
    """Somebody who means it must not lose the command before it; a newer version's is not ours to judge."""
    found = ruling(COMMAND, "/undo", **BUG, given=given("eta", name))
    assert found == Problem(
        f"the last command is `/{name}`, which cannot be taken back{instead}", usage=False
    )


@pytest.mark.parametrize("lines", [(), ("help",), ("undo", "recheck")])
def test_nothing_to_take_back(lines: tuple[str, ...]) -> None:
    """It is said."""
    words = "ana has given no command on this bug to take back"
    assert ruling(COMMAND, "/undo", **BUG, given=given(*lines)) == Problem(words, usage=False)


@pytest.mark.parametrize(
    ("role", "name", "least"),
    [
        (Role.READ, "accept", None),
        (Role.NONE, "accept", Role.READ),
        (Role.READ, "eta", Role.TRIAGE),
        (Role.TRIAGE, "eta", None),
        (Role.WRITE, "unlink", Role.MAINTAIN),
        (Role.MAINTAIN, "unlink", None),
        (None, "unlink", None),
    ],
)
def test_it_needs_the_role_of_what_it_takes_back(role: Role | None, name: str, least: Role | None) -> None:
    """Somebody who has left undoes nothing; an app on the list needs no role."""
    found = ruling(COMMAND, "/undo", **{**BUG, "role": role}, given=given(name))
    if least is None:
        assert found == Accepted({"undoes": f"IC_0#{name}", "undone": name})
    else:
        text = f"to take `/{name}` back needs the role {least} or above, too"
        assert found == Problem(text, usage=False)


BEHIND = Problem("behind it stands nothing, or the number of the bug")
WHICH = Problem(
    "this pull request has to do with several bugs; say which: `/undo #42` or `/undo #43`", usage=False
)


@pytest.mark.parametrize(
    ("line_", "pull", "bugs", "problem"),
    [
        ("/undo", 0, (), None),
        ("/undo #42", 0, (), None),
        ("/undo #43", 0, (), BEHIND),
        ("/undo please", 0, (), BEHIND),
        ("/undo", 7, (42,), None),
        ("/undo", 7, (42, 43), WHICH),
        ("/undo #42", 7, (42, 43), None),
    ],
)
def test_which_bug_is_meant(line_: str, pull: int, bugs: tuple[int, ...], problem: Problem | None) -> None:
    """Its number is needed on a pull request of several."""
    found = ruling(COMMAND, line_, **BUG, given=given("eta"), pull=pull, bugs=frozenset(bugs))
    assert found == (problem or Accepted({"undoes": "IC_0#eta", "undone": "eta"}))


@pytest.mark.parametrize(
    ("line_", "bug", "is_heard"),
    [("/undo", 42, True), ("/undo", 43, False), ("/undo #43", 42, False), ("/undo #43", 43, True)],
)
def test_on_a_pull_request_of_several_bugs_one_hears_it(line_: str, bug: int, is_heard: bool) -> None:
    """The one that it names, otherwise the first."""
    (call,) = parse_calls(line_)
    assert COMMAND.concerns(call, context(bug=bug, pull=7, bugs=frozenset({42, 43}))) is is_heard


def test_anybody_may_ask() -> None:
    """What is taken back is one's own; nobody else can say it."""
    assert COMMAND.least(CONTEXT.policy) is Role.NONE
    assert COMMAND.personal


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_each_command_says_what_to_do_where_it_cannot_be_undone(command: object) -> None:
    """And none of the others does."""
    assert bool(getattr(command, "instead")) is (getattr(command, "undoing") is Undoing.REFUSED)  # noqa: B009
