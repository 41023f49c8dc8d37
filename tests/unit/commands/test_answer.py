"""What a reply says is Markdown of ours, whoever's words are in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.commands import COMMANDS
from bugaction.commands.answer import LONGEST_REPLY, Reaction, Reply, Thread, doubled, respond
from bugaction.model import LedgerFile, LedgerLine, RecordKind, Role
from bugaction.policy import Policy
from bugaction.snapshot import Comment
from tests.values import VIEWER, comment, line


def reply(why: str, server: str = "https://github.com") -> str:
    """The reply to a refused `/eta`, without its marker."""
    said = replace(comment("/eta soon"), url=f"{server}/octo/shop/issues/42#issuecomment-900")
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


def test_each_comment_is_answered_where_it_stands() -> None:
    """By a reply and a reaction of its own; the mark that tells them apart stands in comments for good."""
    here, there = comment("/eta soon", ident=1), comment("/eta soon", number=7, ident=2)
    known = comment("/eta 4h", minutes=9, ident=3)
    no = replace(line(RecordKind.COMMAND, "IC_1#0", name="eta"), accepted=False, why="it is no time.")
    lines = (
        replace(line(RecordKind.SEVERITY, "IC_3#9"), accepted=False),
        no,
        replace(no, evidence="IC_2#0"),
        line(RecordKind.COMMAND, "IC_3#0", name="eta"),
        line(RecordKind.COMMAND, "IC_3#1", name="channel"),
        line(RecordKind.COMMAND, "IC_4#0", name="eta"),
    )
    threads = [Thread("I_42", 42, (here, known)), Thread("PR_7", 7, (there,), is_pull=True)]
    replies, reactions = respond(threads, LedgerFile(lines=lines), frozenset(), Policy(), VIEWER)
    first, second = "<!-- bugaction:reply:a1e5217072545da4 -->", "<!-- bugaction:reply:e4dc89dea16ad413 -->"
    words = "`/eta` was not carried out: it is no time.\n"
    assert replies == (
        Reply("I_42", 42, first, f"{first}\n{words}"),
        Reply("PR_7", 7, second, f"{second}\n{words}"),
    )
    assert reactions == (
        Reaction("IC_1", "CONFUSED"),
        Reaction("IC_3", "ROCKET"),
        Reaction("IC_2", "CONFUSED"),
    )


@pytest.mark.parametrize(
    ("role", "begins", "usages"),
    [
        (Role.READ, "Commands that ana (role read) may", ["/accept", "/help", "/recheck", "/undo [#NUMBER]"]),
        (None, "Commands that ana may", [command.usage for command in COMMANDS.values()]),
    ],
)
def test_help_is_a_list(role: Role | None, begins: str, usages: list[str]) -> None:
    """Of what may be used, a line each; an app on the list has no role, and may use everything."""
    said = comment("/help")
    asked = replace(line(RecordKind.COMMAND, f"{said.id}#0", name="help"), role=role)
    _, first, empty, *rows, end = _answered(asked, said=said).split("\n")
    assert (first, empty, end) == (f"{begins} use here:", "", "")
    assert [row.partition("`: ")[0] for row in rows] == [f"- `{usage}" for usage in usages]


def test_what_was_carried_out_may_have_something_to_say() -> None:
    """As a duplicate of what is closed does, once, beside the reaction; no other word on it gets a reply."""
    said = comment("/duplicate #50")
    done = line(RecordKind.COMMAND, f"{said.id}#0", name="duplicate", duplicate="50", closed="50")
    plain, unknown = (
        line(RecordKind.COMMAND, f"{said.id}#{number}", name=name, duplicate="50")
        for number, name in ((1, "duplicate"), (2, "dance"))
    )
    thread = Thread("I_42", 42, (said,))
    replies, reactions = respond(
        [thread], LedgerFile(lines=(done, plain, unknown)), frozenset({done.evidence}), Policy(), VIEWER
    )
    (found,) = replies
    assert found.body == f"{found.marker}\n{COMMANDS['duplicate'].said(done)}\n"
    assert reactions == (Reaction(said.id, "ROCKET"),)
    answered = replace(said, reactions=frozenset({"ROCKET"}))
    assert respond(
        [replace(thread, comments=(answered,))], LedgerFile(lines=(done,)), frozenset(), Policy(), VIEWER
    ) == ((), ())


def test_a_reason_keeps_our_code_and_links() -> None:
    """The usage line is to be copied, and an address on this server to be followed."""
    why = "it is no time. Usage: `/eta TIME`, see [the issue](https://github.com/octo/shop/issues/42)."
    assert reply(why) == f"`/eta` was not carried out: {why}\n"
    other = "it is on [another](https://github.example/other/shop/issues/4)."
    assert reply(other, "https://github.example") == f"`/eta` was not carried out: {other}\n"
    assert other not in reply(other)


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
        comment(f"{said}\nIn other words: no.\n", author=VIEWER, ident=30),
        comment(said, ident=5),
        comment(said, author=VIEWER, ident=20),
        comment(other, author=VIEWER, ident=40),
        comment("Thank you.", author=VIEWER, ident=50),
        comment("Thank you.", author=VIEWER, ident=60),
    )
    there = (comment(said, author=VIEWER, number=7, ident=10),)
    assert doubled([Thread("I_42", 42, here), Thread("PR_7", 7, there)], VIEWER) == ("IC_30",)


def _answered(*lines: LedgerLine, said: Comment) -> str:
    """The one reply to a comment with these decisions."""
    ledger = LedgerFile(lines=lines)
    new = frozenset(line.evidence for line in lines)
    (found,), _ = respond([Thread("I_42", 42, (said,))], ledger, new, Policy(), VIEWER)
    assert len(found.body) <= LONGEST_REPLY
    assert found.body.count("<!-- bugaction:reply:") == len(lines)
    return found.body


def test_the_same_answer_is_given_once() -> None:
    """However often a comment asks for the list of commands: twenty of them would not fit into a comment."""
    said = comment("/help")
    asked = [
        replace(line(RecordKind.COMMAND, f"{said.id}#{count}", name="help"), role=Role.WRITE)
        for count in range(20)
    ]
    body = _answered(*asked, said=said)
    assert body.count("may use here") == 1
    marks = body.split("\n")[:20]
    assert all(mark.startswith("<!-- bugaction:reply:") and mark.endswith(" -->") for mark in marks)


def test_answers_that_do_not_fit_are_counted() -> None:
    """A comment is cut between two answers: at its limit nothing is, one character over it the last one."""
    said = comment("/eta soon")

    def body(*last: str) -> str:
        whys = [*(f"{count} {'x' * 1_900}" for count in range(33)), *last]
        refused = [
            replace(line(RecordKind.COMMAND, f"{said.id}#{count}", name="eta"), accepted=False, why=why)
            for count, why in enumerate(whys)
        ]
        return _answered(*refused, said=said)

    room = LONGEST_REPLY - len(body("y")) + 1
    assert 0 < room < 2_000
    assert body("y" * room).endswith(f"{'y' * room}\n")
    assert len(body("y" * room)) == LONGEST_REPLY == 65_536
    over = body("y" * (room + 1))
    assert over.endswith(
        "One more answer does not fit into a comment: the decision is in the bug's ledger.\n"
    )
    assert "yy" not in over
    assert body("y" * 1_900, "z" * 1_900).endswith(
        "\n\n2 more answers do not fit into a comment: the decisions are in the bug's ledger.\n"
    )
