"""What a reply says is Markdown of ours, whoever's words are in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.commands.answer import Thread, doubled, respond
from bugaction.model import LedgerFile, RecordKind
from bugaction.policy import Policy
from tests.values import VIEWER, comment, line


def reply(why: str) -> str:
    """The reply to a refused `/eta`, without its marker."""
    said = comment("/eta soon")
    refused = replace(line(RecordKind.COMMAND, f"{said.id}#0", name="eta"), accepted=False, why=why)
    replies, _ = respond(
        [Thread("I_42", 42, (said,))],
        LedgerFile(lines=(refused,)),
        frozenset({refused.evidence}),
        Policy(),
        VIEWER,
    )
    (found,) = replies
    return found.body.partition("\n")[2]


def test_a_reason_keeps_our_code_and_links() -> None:
    """The usage line is to be copied, and an address on this server to be followed."""
    why = "it is no time. Usage: `/eta TIME`, see [the issue](https://github.com/octo/shop/issues/42)."
    assert reply(why) == f"`/eta` was not carried out: {why}\n"


@pytest.mark.parametrize(
    "words",
    [
        "@octo/team",
        "fixes #1",
        "<img src=x>",
        "[x](https://evil.example)",
        "&#64;ana",
        "a\n# b",
        "a\n<!-- x -->",
    ],
)
def test_a_strangers_words_in_a_reason_do_nothing(words: str) -> None:
    """No mention, reference, HTML, foreign link, heading or marker."""
    body = reply(f"{words} is no time.")
    assert words not in body
    assert body.count("\n") == 1


def test_a_reply_that_came_twice_is_said_once() -> None:
    """The later one of ours goes, whatever stands between; a stranger's copy and another's answer stay."""
    said, other = "<!-- bugaction:reply:1 -->\nNo.\n", "<!-- bugaction:reply:2 -->\nNo.\n"
    here = (
        comment(said, author=VIEWER, ident=30),
        comment(said, ident=5),
        comment(said, author=VIEWER, ident=20),
        comment(other, author=VIEWER, ident=40),
        comment("Thank you.", author=VIEWER, ident=50),
        comment("Thank you.", author=VIEWER, ident=60),
    )
    there = (comment(said, author=VIEWER, number=7, ident=10),)
    assert doubled([Thread("I_42", 42, here), Thread("PR_7", 7, there)], VIEWER) == ("IC_30",)
