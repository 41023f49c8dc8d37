"""What is said of a cause is put under the headings that it names, and no word of it is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bugaction.documents.analysis import ANALYSIS
from bugaction.explanation import HEADINGS, MAIN, split
from bugaction.markdown import content_gap


def test_every_section_that_the_analysis_asks_for_can_be_told() -> None:
    """By the heading that it has there."""
    assert {id_: HEADINGS[id_] for id_ in ANALYSIS.sections} == dict(ANALYSIS.sections)
    for id_, title in HEADINGS.items():
        assert split(f"## {title}\nIt was so.") == {id_: "It was so."}


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("# Cause", "cause"),
        ("###### cause ######", "cause"),
        ("## Root cause:", "cause"),
        ("## The root-cause", "cause"),
        ("## 🔥 Root Cause 🔥", "cause"),
        (":fire: Cause\n---", "cause"),
        ("## 1. Cause", "cause"),
        ("## 2️⃣ Problem", "problem"),
        ("## **Problem**", "problem"),
        ("## _Symptoms_", "problem"),
        ("## `Problem`", "problem"),
        ("Problem\n=======", "problem"),
        ("## Why?", "why"),
        ("## 5 Whys", "why"),
        ("## Why did it happen?", "why"),
        ("## WHY IT HAPPENED", "why"),
        ("## Why wasn't it caught?", "not-caught"),
        ("## Why wasn’t it caught", "not-caught"),
        ("## Detection", "not-caught"),
        ("## Contributing Factors", "factors"),
        ("## Steps to reproduce", "conclusion"),
        ("## Reproduction", "conclusion"),
        ("## On a developer's machine", "local"),
        ("## Staging", "staging"),
        ("## Logs", "evidence"),
        ("## Fix", "strategy"),
        ("   ## [Problem](https://github.com/octo/shop)", "problem"),
        ("## Ursache\n<!-- section: why required -->\n", "why"),
    ],
)
def test_a_heading_names_its_section(heading: str, section: str) -> None:
    """Whatever its level, case, number, punctuation and emoji; a section's mark names it too."""
    assert split(f"{heading}\nIt was so.") == {section: "It was so."}


@pytest.mark.parametrize(
    "text",
    [
        "```\n## Problem\n```",
        "> ## Problem\n> It was so.",
        "- ## Problem\n  It was so.",
        "    ## Problem",
        "#Problem",
        "\\## Problem",
        "####### Problem",
    ],
)
def test_what_is_no_heading_of_the_text_opens_nothing(text: str) -> None:
    """In code, in a quotation, in a list: it is the cause's, as it stands."""
    assert split(text) == {MAIN: text}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was so.", {"cause": "It was so."}),
        ("First.\n\n## Why\nHaste.\n", {"cause": "First.", "why": "Haste."}),
        ("## Why\nHaste.\n## Cause\nA key.\n", {"cause": "A key.", "why": "Haste."}),
        ("## Why\nHaste.\n\n## Why\nMore haste.", {"why": "Haste.\n\nMore haste."}),
        ("## Cause\n### Why\nHaste.", {"why": "Haste."}),
        # Words under a heading that names no section
        ("## Impact\nSome.", {"cause": "**Impact**\n\nSome."}),
        ("# RCA of Monday\n## Why\nHaste.", {"why": "Haste."}),
        ("# Notes\n## Impact\nSome.", {"cause": "**Notes**\n\n**Impact**\n\nSome."}),
        ("## Why\nHaste.\n### Tests\nNone.", {"why": "Haste.\n\n**Tests**\n\nNone."}),
        ("### Why\nHaste.\n## Impact\nSome.", {"cause": "**Impact**\n\nSome.", "why": "Haste."}),
        ("## *Im*`p`act [x]\nSome.", {"cause": "**Impact \\[x\\]**\n\nSome."}),
        ("## \nSome.", {"cause": "Some."}),
        # A place belongs to the section around it
        ("## Factors\n### Production\nBusy.", {"factors": "**Production**\n\nBusy."}),
        ("## Reproduction\n### Production\nSeen.", {"production": "Seen."}),
        ("### Staging\nNo.\n#### Production\nSeen.", {"staging": "No.", "production": "Seen."}),
        # A rule between parts is none, and makes no heading of the words above it
        ("First.\n\n---\n\nSecond.", {"cause": "First.\n\n\n\nSecond."}),
        ("First.\n---\n## Why\nHaste.", {"cause": "First.", "why": "Haste."}),
        ("## Why\nHaste\nand hurry.\n---\nMore.", {"why": "Haste\nand hurry.\n\nMore."}),
        ("It was\nso.\nWhy\n---\nHaste.", {"cause": "It was\nso.", "why": "Haste."}),
        ("---\na: b\n---\nIt was so.", {"cause": "a: b\n\nIt was so."}),
        # What nobody sees, and what says nothing
        ("<!-- Tell the cause -->\nIt was so.", {"cause": "It was so."}),
        ("## Cause\n<!-- hidden\n## Why\nHaste. -->\nA key.", {"cause": "A key."}),
        ("## Cause\nA key.\n## Why\nTBD\n## Detection\n- \n## Impact\n…", {"cause": "A key."}),
        ("## Cause\n<!-- prompt -->\n> Tell.\n", {}),
        ("## Cause\n**When:**\n", {}),
        ("## Cause\n", {}),
        ("<!-- A key. -->", {}),
        ("", {}),
    ],
)
def test_words_go_where_they_belong(text: str, expected: dict[str, str]) -> None:
    """Section by section, in the order of the analysis."""
    assert split(text) == expected
    assert list(split(text)) == [id_ for id_ in HEADINGS if id_ in expected]


SEEN = [
    "word{}", "word{}", "- word{}", "> word{}", "1. word{}", "    word{}", "  - word{}", "`word{}", "*word{}",
    "# Cause", "## Why", "###### Impact", "### Logs", "## ", "#", "---", "===", "***", "```", "~~~", "", "",
    "**Note:**", "\\", "\u2028", "\t",
]  # fmt: skip
"""Lines that a page shows, all of them, and none that stands in for words."""
HIDDEN = ["<!-- word{}", "-->", "<b>", "</b>", "[word{}]: /x", "[x", "|---|---|", "| word{} | b |", "&lt;",
          "<!-- section: why -->", "## Why <!--", "## word{}", "<!-- prompt -->", "TBD"]  # fmt: skip


@given(st.lists(st.sampled_from(SEEN), max_size=14))
@example(["```", "word{}", "## Why", "word{}"])
@example(["word{}", "---", "## Why", "word{}"])
def test_no_word_is_lost(lines: list[str]) -> None:
    """Each that stands in the text stands in one section, once."""
    text = "\n".join(line.format(number) for number, line in enumerate(lines))
    said = "\n".join(split(text).values())
    assert sorted(re.findall(r"word\d+", said)) == sorted(re.findall(r"word\d+", text))


@given(st.lists(st.sampled_from(SEEN + HIDDEN), max_size=14))
def test_what_is_found_says_something(lines: list[str]) -> None:
    """Of any text, sections that there are, with words that no gate would call a gap."""
    text = "\n".join(line.format(number) for number, line in enumerate(lines))
    found = split(text)
    assert set(found) <= set(HEADINGS)
    for words in found.values():
        assert content_gap(words) is None
        assert len(words) <= 3 * len(text) + 20


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    """Whatever stands in it."""
    found = split(text)
    assert set(found) <= set(HEADINGS)
    assert all(words.strip() for words in found.values())


@pytest.mark.parametrize("piece", ["[", "*", "word ", "# \n", "a\n---\n", "- ", "&", "\\", "#", "# a\n"])
def test_the_longest_comment_is_read(piece: str) -> None:
    """65,536 characters, whatever they are; the words behind them are there."""
    text = (piece * 65_536)[:65_000] + "\n\n\n## Why\n\nHaste."
    assert split(text)["why"] == "Haste."
