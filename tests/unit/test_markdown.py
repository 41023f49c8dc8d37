"""Sections are found as GitHub shows them, and an empty one is told from a filled one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.markdown import content_gap, prompt_hash, sections, split_lines
from tests.examples import examples

PIECES = st.sampled_from(
    [
        "# A", "## B", "### C <!-- x -->", "Title\n===", "Sub\n---", "```", "~~~", "> # quoted", "- # item",
        "<!-- # comment", "-->", "    # code", "text", "", "<!-- section: steps -->", "---", "| a |\n|---|",
        "\x0b", "\u2028", "\x85", "\ufeff",
    ]
)  # fmt: skip
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
TEXTS = st.lists(st.tuples(st.one_of(PIECES, st.text(max_size=6)), ENDS)).map(
    lambda pairs: "".join(piece + end for piece, end in pairs)
)


@given(TEXTS)
@examples(400)
def test_sections_give_back_every_byte(text: str) -> None:
    """What stands before the first section, and all sections joined, are the whole text."""
    found = sections(text)
    first = found[0].start if found else len(text)
    assert text[:first] + "".join(text[item.start : item.end] for item in found) == text
    assert "".join(split_lines(text)) == text
    for item in found:
        assert item.start <= item.body_start <= item.end
        assert text[item.body_start :].startswith(item.body)
        assert len(split_lines(text[: item.start])) + 1 == item.line


@given(TEXTS)
@examples(200)
def test_any_text_has_content_or_a_named_gap(text: str) -> None:
    """The judgement is total."""
    gap = content_gap(text)
    assert gap is None or gap.startswith(("is ", "holds "))


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("# A\ntext\n## B\n", ["A", "B"]),
        ("A\n===\n\nB\n---\n", ["A", "B"]),
        ("A\r\n===\r\n\r\n## B ##\r\n", ["A", "B"]),
        ("# A\r## B\r", ["A", "B"]),
        ("```\n# no\n```\n# yes\n", ["yes"]),
        ("~~~\n# no\n```\n# no\n~~~\n# yes\n", ["yes"]),
        ("````\n```\n# no\n````\n# yes\n", ["yes"]),
        ("```\n# never closed\n", []),
        ("> # no\n\n# yes\n", ["yes"]),
        ("- # no\n\n# yes\n", ["yes"]),
        ("<!--\n# no\n-->\n# yes\n", ["yes"]),
        ("    # code\n\n# yes\n", ["yes"]),
        ("#no\n\n#\tyes\n", ["yes"]),
        ("# `code` and *words* <!-- hidden -->\n", ["code and words"]),
        ("---\ntitle: x\n---\n# A\n", ["A"]),
        ("---\ntitle: x\n", []),
        ("\ufeff# yes\n", ["yes"]),
        ("\ufeff---\ntitle: x\n---\n# A\n", ["A"]),
    ],
)
def test_headings_are_those_of_the_page(text: str, titles: list[str]) -> None:
    """ATX and setext headings at the top level; none in fences, quotations, lists, comments, front matter."""
    assert [item.title for item in sections(text)] == titles


def test_a_section_keeps_its_id_when_its_heading_changes() -> None:
    """The id stands in a comment below the heading; words between the two do not hurt."""
    text = "## Renamed by somebody\n\nwords\n\n<!-- section: steps required -->\nmore\n\n## Next\n"
    steps, following = sections(text)
    assert (steps.id, steps.line, steps.level) == ("steps", 1, 2)
    assert following.id == ""


def test_a_body_holds_its_sub_sections() -> None:
    """Up to the next heading of the same or a higher level."""
    outer, inner, last = sections("## A\none\n### A.1\ntwo\n## B\nthree\n")
    assert outer.body == "one\n### A.1\ntwo\n"
    assert inner.body == "two\n"
    assert last.body == "three\n"


PROMPT = "> Tell what happened.\n> In order.\n"
ASKED = f"<!-- prompt sha256={prompt_hash(PROMPT)} -->\n{PROMPT}"


@pytest.mark.parametrize(
    ("body", "gap"),
    [
        ("", "is empty"),
        ("\n  \n\t\n", "is empty"),
        ("<!-- write here -->\n", "is empty"),
        ("<!-- never closed\nwords\n", "is empty"),
        ("<br>\n", "is empty"),
        ("- \n- \n", "is empty"),
        ("- [ ] \n", "is empty"),
        ("```\n\n```\n", "is empty"),
        ("### Sub\n\n#### Sub-sub\n", "holds only headings"),
        (ASKED, "is still to be written"),
        (f"{ASKED}\n- TBD\n", "is still to be written"),
        ("TBD", "holds only a placeholder (TBD)"),
        ("TODO: ask Bo", "holds only a placeholder (TODO: ask Bo)"),
        ("**n/a**", "holds only a placeholder (n/a)"),
        ("...", "holds only a placeholder (...)"),
        ("…", "holds only a placeholder (…)"),
        ("[Name]", "holds only a placeholder ([Name])"),
        ("- **Owner:** [Name] - [Date]", "holds only a placeholder (Owner: [Name] - [Date])"),
        ("- **Owner:** TBD", "holds only a placeholder (Owner: TBD)"),
        ("<Name of the owner>", "is empty"),
        ("Owner: <the owner>", "holds only a placeholder (Owner: <the owner>)"),
        ("> TBD", "holds only a placeholder (TBD)"),
        ("- **Platform:**\n- **Version:**\n", "holds only labels without answers"),
        ("| | |\n|---|---|\n| Platform | |\n| Version | |\n", "holds only labels without answers"),
        ("| a | b |\n|---|---|\n", "is empty"),
        ("| a | b |\n|---|---|\n| Owner | [Name] |\n", "holds only a placeholder ([Name])"),
        ("| a | b |\n|---|---|\n| Owner | TBD |\n| Due | |\n", "holds only a placeholder (TBD)"),
        (
            "| a | b | c |\n|---|---|---|\n| Owner | | |\n|  | <!-- who --> | … |\n",
            "holds only a placeholder (…)",
        ),
        ("| a |\n|---|\n|  |\n| <br> |\n", "is empty"),
        ("1. \n2. \n", "is empty"),
        ("- \n  - \n    - [ ]\n", "is empty"),
        ("* * *\n\n---\n", "is empty"),
        ("- <!-- owner -->\n- <!-- date -->\n", "is empty"),
        ("&nbsp;\n\n&#8203;\n\n\u200b\n", "is empty"),
        ("```\nTBD\n```\n", "holds only a placeholder (TBD)"),
        ("> \n> <!-- quoted -->\n", "is empty"),
        (f"{ASKED}\n- [ ] \n\n| a | b |\n|---|---|\n| Owner | |\n", "is still to be written"),
        (f"{ASKED}\n{ASKED}", "is still to be written"),
    ],
)
def test_what_is_no_content(body: str, gap: str) -> None:
    """Prompts, placeholders, comments, labels, headings and empty frames say nothing."""
    assert content_gap(body) == gap


@pytest.mark.parametrize(
    "body",
    [
        "It fails.",
        "None",
        "- one\n- TBD\n",
        f"{ASKED}\nIt fails.\n",
        ASKED.replace("In order.", "In order. First the phone, then the reader."),
        f"{PROMPT}",
        "> Somebody's own words in a quotation.",
        "```\nlog line\n```\n",
        "    indented code\n",
        "![](https://example.com/x.png)",
        "| a | b |\n|---|---|\n| Platform | iOS |\n",
        "| a |\n|---|\n| iOS |\n",
        "<details>words</details>\n",
        "TODO list does not load",
        "[the run](https://example.com/run)",
        "https://example.com",
        "### Sub\n\nwords\n",
        "The [Name] field is empty for everyone",
    ],
)
def test_what_is_content(body: str) -> None:
    """Words, code, pictures and filled cells, wherever they stand below the heading."""
    assert content_gap(body) is None


@pytest.mark.parametrize(
    "shown",
    [
        "![](https://example.com/x.png)",
        '<img width="600" alt="image" src="https://github.com/user-attachments/assets/1" />',
        "<p>\n<img src='https://example.com/x.png'>\n</p>\n",
        '<a href="https://example.com"><img src=x.png></a>',
        'The screen: <img src="x.png">',
    ],
)
def test_a_picture_is_content(shown: str) -> None:
    """Markdown's, and the tag that GitHub's editor writes for a picture that is pasted."""
    assert content_gap(shown) is None


@pytest.mark.parametrize(
    ("body", "gap"),
    [
        ("```\nlog line\n```\n", "holds only code"),
        ("    indented code\n", "holds only code"),
        ("- ```\n  log line\n  ```\n", "holds only code"),
        ("![the curve](https://example.com/x.png)\n", "holds only pictures"),
        ("[![the curve](https://example.com/x.png)](https://example.com)\n", "holds only pictures"),
        ('<img alt="image" src="https://example.com/x.png">\n', "holds only pictures"),
        ("![](x.png)\n\n```\nlog\n```\n", "holds only code"),
        ("TBD\n\n```\nlog\n```\n", "holds only a placeholder (TBD)"),
        ("```\nTBD\n```\n", "holds only a placeholder (TBD)"),
        ("### Sub\n\n![](x.png)\n", "holds only pictures"),
        (f"{ASKED}\n```\nlog\n```\n", "holds only code"),
    ],
)
def test_what_explains_nothing(body: str, gap: str) -> None:
    """Where words are asked for, a log or a picture alone is none; with a sentence it is evidence."""
    assert content_gap(body, words=True) == gap
    assert content_gap(f"{body}\nThe pool was exhausted.\n", words=True) is None


def test_a_prompt_is_known_by_its_hash_and_not_by_its_layout() -> None:
    """Line breaks, CRLF and quote marks do not make it another prompt."""
    assert prompt_hash("> a\r\n> b\r\n") == prompt_hash("> a b\n")
    assert prompt_hash("> a\n") != prompt_hash("> b\n")


def test_a_marker_that_never_ends_reaches_no_further_than_the_next() -> None:
    """A document of the length that GitHub shows may hold thousands of them in one block."""
    assert sections("## T\n<!-- section: a <!-- section: b required -->\n")[0].id == "b"
    assert sections("## T\n" + "<!--section:a " * 35_000)[0].id == ""


def test_many_sections_are_found_in_one_pass() -> None:
    """A committed document may have 512 KB of headings: nothing is looked for once per heading."""
    found = sections("# a\n<!-- section: x -->\n## b\n" * 5_000)
    assert len(found) == 10_000
    assert [(item.title, item.id, item.level) for item in found[-2:]] == [("a", "x", 1), ("b", "", 2)]
    assert found[0].body == "<!-- section: x -->\n## b\n"


@pytest.mark.parametrize(
    "body",
    [
        "x " + "<img " * 13_000 + ">",
        "<div>\n" + "<a" * 30_000,
        "[" * 60_000 + "x",
        "![" * 30_000,
        "**a" * 20_000,
    ],
)
def test_hostile_words_are_content(body: str) -> None:
    """The longest body that GitHub takes is judged in one pass."""
    assert content_gap(body) is None


@pytest.mark.parametrize("body", ["<div>\n" + "<img " * 13_000 + ">", "<img " + "src " * 16_000 + ">"])
def test_hostile_tags_are_no_content(body: str) -> None:
    """Nor does one that only begins like a picture, again and again, take longer to look at."""
    assert content_gap(body) == "is empty"
