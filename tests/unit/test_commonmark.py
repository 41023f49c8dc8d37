"""A page is read in blocks, and inside a block only where somebody asks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bugaction.commonmark import MOST_BRACKETS, read

PIECES = [
    "`",
    "[",
    "](",
    "![",
    ")",
    "[a]: /b\n",
    "[a]",
    "*",
    "~~",
    "&amp;",
    "<b>",
    "<!--",
    "-->",
    "> ",
    "- ",
    "#",
]
PIECES += ["|a|b|\n|-|-|\n", "---", "```", "\n", "\n\n", " ", "    ", "a", "\\", "<http://a>", "\ud800"]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_a_page_is_what_the_whole_parser_makes_of_it(text: str) -> None:
    """Block by block and inside them: only the work is put off."""
    whole = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    page = read(text)
    expected = whole.parse(text.encode("utf-8", "replace").decode())
    assert [token.type for token in page.tokens] == [token.type for token in expected]
    for token, other in zip(page.tokens, expected, strict=True):
        assert (token.map, token.content) == (other.map, other.content)
        if token.type == "inline":
            found = [(child.type, child.content) for child in page.inside(token)]
            assert found == [(child.type, child.content) for child in other.children or ()]


def test_rules_can_be_left_out() -> None:
    """What a question has no use for is plain text."""

    def kinds(text: str, **rules: bool) -> list[str]:
        page = read(text, **rules)
        inside = [
            child.type for token in page.tokens if token.type == "inline" for child in page.inside(token)
        ]
        return [token.type for token in page.tokens] + inside

    assert "table_open" in kinds("|a|\n|-|")
    assert "table_open" not in kinds("|a|\n|-|", tables=False)
    assert "s_open" not in kinds("~~a~~", strikethrough=False)
    assert kinds("    a") == ["code_block"]
    assert "code_block" not in kinds("    a", indented_code=False)
    assert kinds("*a* &lt;", marks=False) == ["paragraph_open", "inline", "paragraph_close", "text"]


@pytest.mark.parametrize(("brackets", "is_link"), [(MOST_BRACKETS, True), (MOST_BRACKETS + 1, False)])
def test_a_text_of_brackets_holds_no_link(brackets: int, is_link: bool) -> None:
    """They would be tried one by one; code and HTML are found all the same."""
    page = read(f"[a](/b) `c` <b>\n\n{'[' * (brackets - 1)}")
    kinds = {child.type for child in page.inside(page.tokens[1])}
    assert ("link_open" in kinds) is is_link
    assert {"code_inline", "html_inline"} <= kinds
