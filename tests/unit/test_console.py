"""What a run prints, and that no text from elsewhere becomes a command."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.console import ANNOTATIONS_OF_A_LEVEL, Console, annotation, harmless, plain
from bugaction.plan import Level, Notice


def takes_for_command(line: str) -> bool:
    """The runner's rule, generously: `::` after anything it may trim, or `##[` anywhere."""
    return "##[" in line or line.lstrip("\ufeff\u200b\u200c\u200d\u2060 \t").strip().startswith("::")


@pytest.mark.parametrize(
    "text",
    [
        "::error::x",
        "  ::set-output name=a::b",
        "\t::add-mask::x",
        "\u00a0::warning::x",
        "\ufeff::warning::x",
        "\u200b::warning::x",
        "ok\r::error::x",
        "ok\n::error::x",
        "ok\u2028::error::x",
        "see ##[error]x",
        "##[group]x",
        "###[error]x",
        ":::error::x",
    ],
)
def test_command_in_a_log_line_is_defused(text: str) -> None:
    """At a line's start in both spellings, anywhere in the old one, after every kind of line end."""
    assert not any(takes_for_command(line) for line in harmless(text).split("\n"))


@given(st.text(alphabet=st.sampled_from(":#[ \t\r\n\u200b\ufeff\x85ax"), max_size=30))
def test_no_text_is_a_command(text: str) -> None:
    """Whatever the marks are mixed with."""
    assert not any(takes_for_command(line) for line in re.split(r"\r\n?|\n", harmless(text)))


def test_a_runner_s_log_holds_no_command_but_our_annotations() -> None:
    """What is said, and the notices beyond those that GitHub shows, whose words are told as they are."""
    stream = io.StringIO()
    console = Console(stream, in_actions=True)
    console.say("fine\n::error::x\nsee ##[group]y")
    console.annotate(
        Notice(Level.NOTICE, "::add-mask::a\n::error::z ##[group]y")
        for _ in range(ANNOTATIONS_OF_A_LEVEL + 1)
    )
    lines = stream.getvalue().splitlines()
    ours = [line for line in lines if line.startswith("::notice title=bugaction::")]
    assert len(ours) == ANNOTATIONS_OF_A_LEVEL
    assert not [line for line in lines if line not in ours and takes_for_command(line)]
    assert [line for line in lines if "add-mask" in line and line not in ours]


@pytest.mark.parametrize("text", ["std::string", "a :: b", "#1 [x]", "plain", "", "a\tb"])
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    """Only what a runner would obey is changed."""
    assert harmless(text) == text


def test_control_characters_are_made_visible() -> None:
    """An escape sequence cannot rewrite a reader's terminal."""
    assert plain("a\x1b[2Jb\x00\r\nc\ud800") == "a\ufffd[2Jb\ufffd\nc\ufffd"


def test_annotation_is_escaped_as_the_runner_unescapes() -> None:
    """Data keeps colons and commas, properties do not."""
    notice = Notice(Level.ERROR, "100% of a:b,c\nnext", file="a:b,c%.yml", line=3, column=7)
    assert annotation(notice) == (
        "::error title=bugaction,file=a%3Ab%2Cc%25.yml,line=3,col=7::100%25 of a:b,c%0Anext"
    )
    assert annotation(Notice(Level.NOTICE, "x", line=3)) == "::notice title=bugaction::x"
    assert annotation(Notice(Level.NOTICE, "x", file="f.yml")) == "::notice title=bugaction,file=f.yml::x"


def test_annotations_beyond_what_github_shows_are_log_lines() -> None:
    """The cap is per level; nothing is lost."""
    stream = io.StringIO()
    console = Console(stream, in_actions=True)
    console.annotate([Notice(Level.WARNING, f"w{number}") for number in range(12)])
    console.annotate([Notice(Level.ERROR, "e", file="f.yml", line=2)])
    lines = stream.getvalue().splitlines()
    assert sum(line.startswith("::warning ") for line in lines) == ANNOTATIONS_OF_A_LEVEL
    assert lines[10:] == ["warning: w10", "warning: w11", "::error title=bugaction,file=f.yml,line=2::e"]


def test_person_reads_plain_lines_without_secrets() -> None:
    """Outside a runner nothing is a command, and the token is scrubbed from everything."""
    stream = io.StringIO()
    console = Console(stream, in_actions=False, scrub=lambda text: text.replace("ghs", "***"))
    console.say("::x ghs")
    console.annotate([Notice(Level.ERROR, "bad ghs", file="f.yml", line=2, column=4)])
    assert stream.getvalue() == "::x ***\nerror: f.yml:2:4: bad ***\n"


def test_paint_is_for_terminals_alone() -> None:
    """And never for what a text brings along itself."""
    stream = io.StringIO()
    Console(stream, in_actions=False, colour=True).say("+ a\x1b[31m", "32")
    Console(stream, in_actions=False, colour=False).say("+ b", "32")
    Console(stream, in_actions=True, colour=True).say("+ c", "32")
    Console(stream, in_actions=False, colour=True).say("d")
    assert stream.getvalue() == "\x1b[32m+ a\ufffd[31m\x1b[0m\n+ b\n+ c\nd\n"
