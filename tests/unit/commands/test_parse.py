"""Commands stand at the start of a line, outside what is code, quoted or hidden."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bugaction.commands.parse import Call, _is_meant, _spoken_lines, parse_calls
from fuzz.pages import spoken


def said(body: str) -> list[str]:
    """The commands of a body as one line each."""
    return [" ".join((call.name, *call.arguments)) for call in parse_calls(body)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("/accept", ["accept"]),
        ("/accept\n", ["accept"]),
        ("/Severity P1", ["severity P1"]),
        ("/severity  P1\t all of   it ", ["severity P1 all of it"]),
        ("   /accept", ["accept"]),
        ("Thanks!\n/accept\n/eta 4h\n\nBye", ["accept", "eta 4h"]),
        ("/accept\r\n/eta 4h\r\n", ["accept", "eta 4h"]),
        ("/accept\r/eta 4h", ["accept", "eta 4h"]),
        ("| a |\n|---|\n\n/accept", ["accept"]),
        ("# Title\n/accept", ["accept"]),
        ("/root-cause", ["root-cause"]),
        ("`code`\n/accept", ["accept"]),
        ("/accept <!-- gladly -->", ["accept <!-- gladly -->"]),
        ("<!-- a -->\n\n/accept", ["accept"]),
        ("look <!-- a\nb --> here\n/accept", ["accept"]),
        ("look <!-- for ever\n/accept", ["accept"]),
        ("look `for ever\n/accept", ["accept"]),
        ("look `<!--` or\n/accept\n`-->`", ["accept"]),
        ("look <!-- a\n\n/accept\n\nb -->", ["accept"]),
        ("[a\n/accept\n](/b)", ["accept"]),
        ("*a\n/accept b*", ["accept b*"]),
        ("/accept\n---", ["accept"]),
        ("- a\n  - b\n/accept", ["accept"]),
        ("| a |\n|---|\n/accept", ["accept"]),
        ("Hello\n\nlook `here`\n/accept\n---", ["accept"]),
        ("`code`\n/accept a/b and/or c", ["accept a/b and/or c"]),
        ("`code` \U000f0000\n/accept\n/eta 4h `x`", ["accept", "eta 4h `x`"]),
    ],
)
def test_commands_are_found(body: str, expected: list[str]) -> None:
    """Wherever a line of the comment's own text begins with one."""
    assert said(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "",
        "nothing",
        "please /accept",
        "- /accept",
        "1. /accept",
        "/",
        "/s",
        "/usr/bin/env",
        "/accept,",
        "/accept:",
        "/123",
        "//accept",
        "/-accept",
        "/ accept",
        "`/accept`",
        "```\n/accept\n```",
        "~~~ text\n/accept\n~~~",
        "```\n/accept",
        "    /accept",
        "\t/accept",
        "> /accept",
        "> quoted\n/accept",
        "> > quoted\n> /accept",
        "- a\n\n      /accept",
        "<!-- /accept -->",
        "<!--\n/accept\n-->",
        "<!--\n/accept",
        "look <!-- a\n/accept\n--> here",
        "look `a\n/accept\n` here",
        "look [a](/b '\n/accept\n') here",
        "![a\n/accept](/b)",
        "[a](\n/accept 'b')",
        "[a]: /b '\n/accept\n'\n",
        "<pre>\n/accept\n</pre>",
        "<details>\n/accept\n</details>",
        "/" + "a" * 41,
        "/áccept",
    ],
)
def test_what_is_not_said_is_no_command(body: str) -> None:
    """In a sentence, in a list, a path, code, a quotation, a comment, HTML."""
    assert said(body) == []


def test_a_fence_that_ends_lets_the_next_line_speak() -> None:
    """Only the lines of the block are silent."""
    assert said("```\n/accept\n```\n/eta 4h\n> /track\n\n/recheck") == ["eta 4h", "recheck"]


def test_lines_count_from_one() -> None:
    """To say where a command stands."""
    assert [call.line for call in parse_calls("Hello\n\n/accept\n/eta 4h")] == [3, 4]
    assert [call.line for call in parse_calls("Hello\r\n\r\n/accept\r\n/eta 4h")] == [3, 4]


def test_the_text_below_belongs_to_those_that_take_one() -> None:
    """Up to the next command; a command in code does not end it."""
    body = "/cause short\n\nIt was\n```\n/accept\n```\n\n/accept\nand this is nobody's"
    calls = parse_calls(body, with_text={"cause"})
    assert calls == (
        Call("cause", ("short",), "It was\n```\n/accept\n```", 1),
        Call("accept", (), "", 8),
    )


@pytest.mark.parametrize(
    ("word", "is_text"),
    [
        ("checkout", True),
        ("api", True),
        ("Accept", False),
        ("acept", False),
        ("accepted", False),
        ("no", True),
    ],
)
def test_only_a_command_that_there_is_ends_a_text(word: str, is_text: bool) -> None:
    """Or a slip of the pen; a path at the start of a line is what is told. Elsewhere it is an unknown one."""
    body = f"/cause short\nIt was\n/{word} that failed\nand more\n/eta 4h\n/checkout"
    calls = parse_calls(body, with_text={"cause"}, known={"accept", "cause", "eta", "recheck"})
    told = f"It was\n/{word} that failed\nand more" if is_text else "It was"
    assert calls[0] == Call("cause", ("short",), told, 1)
    assert [call.name for call in calls[1:]] == [*([] if is_text else [word.lower()]), "eta", "checkout"]
    assert [call.name for call in parse_calls(body, with_text={"cause"})][1] == word.lower()
    assert parse_calls("/checkout now", known={"accept"}) == (Call("checkout", ("now",), "", 1),)


def test_a_call_is_known_by_its_meaning() -> None:
    """Spacing, case of the name and place do not change it; words and text do."""
    digest = Call("eta", ("4h",), "", 1).digest
    assert len(digest) == 12
    assert {call.digest for body in ("/eta 4h", "Hi\n/ETA   4h ") for call in parse_calls(body)} == {digest}
    others = {Call("eta", ("5h",)).digest, Call("et", ("a4h",)).digest, Call("eta", ("4h",), "text").digest}
    assert len(others | {digest}) == 4


def test_the_digest_never_changes() -> None:
    """It stands in users' ledgers."""
    assert Call("severity", ("P1", "all", "of", "it")).digest == "f8d9def16ba3"


def test_a_comment_holds_twenty_commands_at_most() -> None:
    """More is noise; what is behind the last one still ends its text."""
    assert len(parse_calls("/recheck\n" * 30)) == 20
    assert parse_calls("/recheck\n" * 19 + "/cause\nA branch\n/accept", {"cause"})[-1].text == "A branch"


@given(st.text(alphabet=st.sampled_from("/ab>`~<!-- \n\r\t#*_[]()|"), max_size=150))
def test_any_body_gets_an_answer(body: str) -> None:
    """No text raises, and every command stands where it says."""
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for call in parse_calls(body):
        assert lines[call.line - 1].lstrip(" ").lower().startswith(f"/{call.name}")


PIECES = [
    "/accept", "/b", "\n", "\n", "\n\n", " ", "  ", "    ", "\t", "`", "``", "```", "~~~", "<!--", "-->",
    "<b>", "<pre>", "</pre>",
    "<a\n", "<http://a", ">", "> ", "- ", "1. ", "# ", "---", "===", "[", "](", "](<",
    ")", "![", "[a]: ", "[a]", '"', "'", "*", "_", "&lt;", "\\", "|", "a", "\U000f0000",
]  # fmt: skip
"""What bodies are hostile with."""


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@example("[a](`b)\n/accept\n`")
@example("[a](<`>)\n/accept\n`")
@example("[a]: b\n<b>\n/accept\n")
@example("<http://a`b>\n/accept`")
def test_the_lines_of_a_full_parse(body: str) -> None:
    """The rules that are left out change nothing: the same lines are code, quoted, hidden or said."""
    assert [call.line for call in parse_calls(body)] == spoken(body)[:20]


@pytest.mark.parametrize(
    "piece", ["[", "![", "[](", "*", "**a", "_", "`", "``a", "<", "<a ", "<!--", "&", "\\"]
)
def test_a_hostile_line_hides_nothing_below(piece: str) -> None:
    """The longest body that GitHub takes, as one line of marks, with a command on both sides."""
    middle = f"x{piece * 65_536}"[: 65_536 - 30]
    assert said(f"/accept\n\n{middle}\n\n/eta 4h") == ["accept", "eta 4h"]


def test_a_body_is_read_once() -> None:
    """However often a run asks, and whichever commands it asks for."""
    body = "look `here`\n/accept\nonce"
    _spoken_lines.cache_clear()
    assert {call.name for _ in range(3) for call in parse_calls(body, {"accept"})} == {"accept"}
    assert parse_calls(body)[0].text == ""
    assert _spoken_lines.cache_info().misses == 1


def test_a_slip_is_looked_for_once_a_word_and_no_further_than_commands_count() -> None:
    """A comment may have thousands of lines that each begin with a slash, and is read again and again."""
    known = {"accept", "cause"}
    _is_meant.cache_clear()
    for _ in range(3):
        body = "/cause\n" + "/aptcecx\n" * 3000
        assert [call.name for call in parse_calls(body, {"cause"}, known)] == ["cause"]
    assert (_is_meant.cache_info().misses, _is_meant.cache_info().hits) == (1, 2999)
    slips = "".join(f"/cause\n/accept{chr(97 + at)}\n" for at in range(26))
    assert len(parse_calls(slips * 100, {"cause"}, known)) == 20
    assert _is_meant.cache_info().misses <= 1 + 20


def test_half_a_character_has_a_digest() -> None:
    """JSON may hold one where UTF-8 may not."""
    (call,) = parse_calls("/accept \ud800")
    assert len(call.digest) == 12
