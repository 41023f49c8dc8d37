"""`/root-cause`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.commands.base import Accepted, Problem, Undoing
from bugaction.commands.parse import parse_calls
from bugaction.commands.root_cause import TellCause
from bugaction.model import RecordKind, Role
from bugaction.policy import Policy
from bugaction.state import Planned
from tests.unit.commands.context import CONTEXT, context
from tests.values import BASE, line

COMMAND = TellCause()


def ruling(body: str, **changes: object) -> Accepted | Problem:
    """What becomes of the one command in a comment, with the text below it."""
    (call,) = parse_calls(body, {COMMAND.name})
    return COMMAND.check(call, context(**changes))


@pytest.mark.parametrize(
    ("body", "sections"),
    [
        ("/root-cause the key leaves out the currency", "cause"),
        ("/root-cause\nThe key leaves out the currency.", "cause"),
        ("/root-cause the key\n## Why\nHaste.\n## Problem\nTwo prices.", "problem cause why"),
        ("/root-cause\n\n```\nKeyError\n```", "cause"),
        ("/root-cause\n> quoted from the log", "cause"),
    ],
)
def test_words_are_accepted(body: str, sections: str) -> None:
    """Behind it and below it; the ledger keeps which sections they are for, and none of the words."""
    assert ruling(body) == Accepted({"sections": sections})


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("/root-cause", "its text is empty"),
        ("/root-cause\n\n\n", "its text is empty"),
        ("/root-cause\n<!-- tell it -->", "its text is empty"),
        ("/root-cause TBD", "its text holds only a placeholder (TBD)"),
        ("/root-cause\n[`Name`]", "its text holds only a placeholder ([Name])"),
        ("/root-cause\n## Cause\n## Why", "its text holds only headings"),
        ("/root-cause\n## Cause\nTBD", "its text holds only a placeholder (TBD)"),
        ("/root-cause\n**Cause:**", "its text holds only labels without answers"),
        (
            "/root-cause\n[Name]\n\n## Why\n\n[Name]: https://shop.example",
            "its text says nothing of the cause",
        ),
    ],
)
def test_what_says_nothing_is_refused(body: str, problem: str) -> None:
    """With the usage line: the words that the gate would say of a section.

    A link is one of the whole text alone, where its address stands below another heading.
    """
    assert ruling(body) == Problem(problem)


def test_a_confidential_bug_s_cause_belongs_in_the_advisory() -> None:
    """The page that lists them, or the one that somebody has named; and the comment is to go."""
    words = "the bug is confidential: write it in [the private advisory]({}), and delete this comment, "
    words += "since everybody here can read it"
    body = "/root-cause the key"
    base = f"{BASE}/security/advisories"
    assert ruling(body, confidential=True) == Problem(words.format(base), usage=False)
    named = line(RecordKind.COMMAND, "x", requirement="bug-report", url=f"{base}/GHSA-2222-3333-4444")
    plans = Planned(attestations={"bug-report": named})
    known = Problem(words.format(f"{base}/GHSA-2222-3333-4444"), usage=False)
    assert ruling(body, confidential=True, planned=plans) == known
    bare = line(RecordKind.COMMAND, "y", requirement="root-cause-analysis", note="by phone")
    plans = Planned(attestations={"root-cause-analysis": bare, "bug-report": named})
    assert ruling(body, confidential=True, planned=plans) == known
    own = replace(bare, data={**bare.data, "url": f"{base}/GHSA-5555-6666-7777"})
    plans = Planned(attestations={"root-cause-analysis": own, "bug-report": named})
    other = Problem(words.format(f"{base}/GHSA-5555-6666-7777"), usage=False)
    assert ruling(body, confidential=True, planned=plans) == other


def test_a_repository_and_its_owner_may_be_called_issues() -> None:
    """Its advisories are found all the same."""
    base = "https://github.com/issues/issues"
    found = ruling("/root-cause the key", confidential=True, issue_url=f"{base}/issues/4")
    assert isinstance(found, Problem)
    assert f"({base}/security/advisories)" in found.text


def test_whoever_plans_may_tell() -> None:
    """As policy says; it is taken back by `/undo`, and somebody else may improve the words by an edit."""
    assert COMMAND.least(CONTEXT.policy) is Role.TRIAGE
    strict = Policy.model_validate({"people": {"plan": "maintain"}})
    assert COMMAND.least(strict) is Role.MAINTAIN
    assert COMMAND.undoing is Undoing.TAKEN_BACK
    assert not COMMAND.personal
