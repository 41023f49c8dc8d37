"""`/regression`."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Problem
from bugaction.commands.parse import parse_calls
from bugaction.commands.regression import Regression
from bugaction.model import Role
from bugaction.monitoring import Watch
from tests.unit.commands.context import CONTEXT, context, ruling
from tests.values import at

COMMAND = Regression()


def test_with_a_text_or_without() -> None:
    """Whoever sees it need not know more, nor wait for a second fix that is on its way."""
    watch = Watch(merged=at(1), is_waiting=True)
    assert ruling(COMMAND, "/regression", watch=lambda: watch) == Accepted({})
    found = ruling(COMMAND, "/regression the cart is empty, see #57", watch=lambda: watch)
    assert found == Accepted({"text": "the cart is empty, see #57"})


def test_an_issue_that_tells_of_it() -> None:
    """Named first, it is kept by its number; it has to be another one of this repository."""
    watch = Watch(merged=at(1))
    for line, text in (("#57", "see #57"), ("#57: the cart is empty", "see #57 the cart is empty")):
        found = ruling(COMMAND, f"/regression {line}", watch=lambda: watch, bug=42)
        assert found == Accepted({"issue": "57", "text": text})
    problem = Problem("`#57` is no other issue of this repository", usage=False)
    assert ruling(COMMAND, "/regression #57", watch=lambda: watch, bug=57) == problem
    assert ruling(COMMAND, "/regression #57", watch=lambda: watch, missing=frozenset({57})) == problem
    for text in ("57 carts", "#57X is slow"):
        assert ruling(COMMAND, f"/regression {text}", watch=lambda: watch) == Accepted({"text": text})
    (call,) = parse_calls("/regression #57")
    assert [COMMAND.asks_issue(call, context(bug=bug)) for bug in (42, 57)] == [57, 0]


def test_a_problem_is_said() -> None:
    """Nothing is merged that could have done it; or it is too long for a checklist."""
    assert ruling(COMMAND, "/regression") == Problem("no fix of this bug is merged yet", usage=False)
    found = ruling(COMMAND, "/regression " + "x" * 301)
    assert found == Problem("the text is longer than 300 characters", usage=False)
    longest = ruling(COMMAND, "/regression " + "x" * 300, watch=lambda: Watch(merged=at(1)))
    assert longest == Accepted({"text": "x" * 300})


def test_who_may_is_policy() -> None:
    """Whoever plans: a report of a problem has to be easy."""
    assert COMMAND.least(CONTEXT.policy) is Role.TRIAGE
