"""What strangers write is shown as they wrote it, and does nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bugaction.escaping import (
    BREAK,
    block,
    cell,
    clean,
    cut,
    fence,
    inline,
    is_github_url,
    link,
    plain,
    remark,
    spoken,
)
from bugaction.escaping import words as title_words
from fuzz.pages import LIVE, PAGE, flat, kinds, words
from tests.examples import examples

SIGNS = (
    "&#64;octocat", "&commat;bo", "&num;12", "&#x23;9", "GH\\-7",
    "https:\\//x", "_", "\\@bo", "\\#3", "www\\.x",
    "@octocat", "@octo/team", "#12", "o/r#1", "GH-7", "fixes ", "Closes: ",
    "https://github.com/o/r/issues/1", "www.example.com", "<b>", "</b>", "<!--", "-->", "<script>",
    "<!-- bugaction:sticky v1 -->", "![x](http://e.x)", "[a](b)", "[a]: http://e.x", "[a]", "|",
    "`", "```", "~~~", "\\", "*", "_", "# ", "## ", "- ", "1. ", "> ", "---", "===", "|---|", "\n",
    "\r\n", "\r", "\t", "    ", "\0", "\u202e", "\u2066", "\u200b", "\ud800", "🔥", "مرحبا", "é",
    "&lt;", "$x$", "a@b.c", "<https://e.x>", "<a href=x>", "[^1]", "- [x] ",
)  # fmt: skip
HOSTILE = st.lists(
    st.one_of(st.sampled_from(SIGNS), st.text(max_size=4), st.text("`*_[]()<>!#|-=@ \n", max_size=6))
)
TEXT = HOSTILE.map("".join)

PLAIN = {"paragraph_open", "paragraph_close", "inline", "text"}


@given(TEXT, st.integers(1, 60))
def test_a_title_s_words_do_nothing(text: str, limit: int) -> None:
    """One line, no longer than allowed, in which nothing is a mention or a reference."""
    shown = title_words(text, limit)
    assert len(shown) <= limit
    assert "\n" not in shown
    assert not LIVE.search(shown)


@given(TEXT)
@examples(400)
def test_inline_text_is_words_and_nothing_else(text: str) -> None:
    """One line that renders as one paragraph of plain text, without anything that GitHub would act upon."""
    shown = inline(text, 10_000)
    assert "\n" not in shown
    assert kinds(shown) <= PLAIN
    assert not LIVE.search(words(shown))
    assert shown.encode().decode() == shown


@given(TEXT)
@examples(200)
def test_a_cell_stays_one_cell(text: str) -> None:
    """A table row with any text in it has as many columns as its head."""
    table = f"| a | b |\n|---|---|\n| {cell(text)} | end |\n"
    tokens = list(flat(PAGE.parse(table)))
    assert [token.type for token in tokens].count("td_open") == 2
    assert [token.content for token in tokens if token.type == "inline"][-1] == "end"


@given(TEXT)
@examples(400)
def test_a_quotation_is_tame(text: str) -> None:
    """Quoted Markdown brings no HTML, link, picture, heading, table or mention, and stays a quotation."""
    quoted = block(text)
    assert all(line.startswith(">") for line in quoted.split("\n")) or quoted == ""
    shown = kinds(f"{quoted}\n\nafter\n")
    assert not shown & {"html_block", "html_inline", "link_open", "image", "heading_open", "table_open", "hr"}
    assert not LIVE.search(words(quoted))
    tokens = PAGE.parse(f"{quoted}\n\nafter\n")
    assert [token.content for token in tokens if token.level == 1][-1] == "after"


HOME = st.sampled_from(
    (
        "https://github.com/o/r/pull/1", " https://github.com/o/r/issues/1#issuecomment-2.", "[a](",
        "[@octo/team](https://github.com/o/r)", "(https://github.com/o/r)", "![i](https://github.com/o/r.png)",
        "https://github.com/@octocat", "https://github.com.e.x/o", "[x]: https://github.com/o/r", "]", "\n",
    )
)  # fmt: skip


@given(st.lists(st.one_of(HOME, st.sampled_from(SIGNS), st.text("`*[]()<>! @#\n", max_size=3))).map("".join))
@example("https://github.com/o/r/pull/1&#64;octocat")
@examples(400)
def test_a_quotation_may_lead_to_this_server_alone(text: str) -> None:
    """With a server's origin, links and addresses below it stay; everything else is as tame as without."""
    quoted = block(text, base="https://github.com")
    assert all(line.startswith(">") for line in quoted.split("\n")) or quoted == ""
    shown = flat(PAGE.parse(f"{quoted}\n\nafter\n"))
    targets = [str(token.attrGet("href")) for token in shown if token.type == "link_open"]
    assert all(target.startswith("https://github.com/") for target in targets)
    forbidden = {"html_block", "html_inline", "image", "heading_open", "table_open", "hr"}
    assert not kinds(f"{quoted}\n\nafter\n") & forbidden
    kept = r"(?<![^\s(])https://github\.com/[A-Za-z0-9\-._/?#=%+:]*"
    without = re.sub(kept, " ", words(quoted))
    assert not LIVE.search(without)


def test_links_of_a_quotation_stay_readable() -> None:
    """A commit's address, and a link with words of its own; others are words."""
    text = "See [the *commit*](https://github.com/o/r/commit/1) and https://github.com/o/r/pull/2, not [x](https://e.x)."
    assert block(text, base="https://github.com") == (
        "> See [the *commit*](https://github.com/o/r/commit/1) and https://github.com/o/r/pull/2,"
        " not [x]\u200b(https:\u200b//e.x)."
    )
    assert "](https" not in block(text)


@given(TEXT, st.text(max_size=8))
@examples(300)
def test_a_fence_cannot_be_left(text: str, info: str) -> None:
    """Whatever stands in a fenced block, the block is one block."""
    tokens = PAGE.parse(f"{fence(text, info)}\n\nafter\n")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[2].content == "after"
    assert "<!--" not in tokens[0].content


@given(TEXT)
@example("1. ***")
@example("+ ---")
@examples(300)
def test_a_remark_is_one_line_without_foreign_links(text: str) -> None:
    """Only code, emphasis and links to this server are left in a remark."""
    shown = remark(text, limit=10_000)
    assert "\n" not in shown
    assert not kinds(shown) & {"html_block", "html_inline", "image", "heading_open", "table_open", "hr"}
    targets = [token.attrGet("href") for token in flat(PAGE.parse(shown)) if token.type == "link_open"]
    assert all(str(target).startswith("https://github.com/") for target in targets)
    assert not LIVE.search(words(shown))


TICKS = st.lists(
    st.one_of(
        st.sampled_from(
            ("`", "``", "```", "`" * 81, "\\", "\\\\", "@octo/team", "<img src=x>", "|", " ", "#7")
        ),
        st.sampled_from(
            ("[a](https://github.com/o/r/issues/1)", "[a](http://e.x)", "&#64;bo", "~~~", "!", "[")
        ),
        st.text("`\\|[]()! a", max_size=4),
    ),
    max_size=14,
).map("".join)
"""What parsers of code might pair otherwise than each other."""


@given(TICKS)
@examples(400)
def test_code_in_a_remark_is_what_a_page_shows_as_code(text: str) -> None:
    """However ticks and backslashes stand, whatever a page does not show as code is harmless."""
    shown = remark(text, limit=10_000)
    assert not kinds(shown) & {"html_block", "html_inline", "image", "fence"}
    targets = [token.attrGet("href") for token in flat(PAGE.parse(shown)) if token.type == "link_open"]
    assert all(str(target).startswith("https://github.com/") for target in targets)
    assert not LIVE.search(words(shown))


@given(TICKS)
@examples(300)
def test_a_remark_in_a_cell_shows_what_it_shows_elsewhere(text: str) -> None:
    """In a table it is one cell, whose text outside of code is as harmless."""
    row = f"| {remark(text, in_table=True, limit=10_000)} | end |\n"
    page = f"| a | b |\n|---|---|\n{row}"
    cells = [token.content for token in flat(PAGE.parse(page)) if token.type == "inline"]
    assert len(cells) == 4
    assert cells[-1] == "end"
    assert not LIVE.search(words(page))
    assert not re.search(r"\\\\\|", row), "an even number of backslashes leaves the pipe an edge in cmark"


@given(TICKS, TICKS)
@examples(300)
def test_a_remark_leaves_the_next_one_alone(first: str, second: str) -> None:
    """What stands behind a remark in its line is shown as it would be alone."""
    line = f"x {remark(first)}. Say `/assign @LOGIN` {remark(second)}"
    code = [token.content for token in flat(PAGE.parse(line)) if token.type == "code_inline"]
    assert "/assign @LOGIN" in code
    assert not LIVE.search(words(line))


@given(TEXT)
def test_plain_words_hold_no_mark_of_code(text: str) -> None:
    """A stranger's words within a sentence of ours neither begin nor end code, and are no link."""
    shown = plain(text)
    assert not set("`\n\r\0") & set(shown)
    assert "](" not in shown
    line = remark(f'item "{shown}" is no issue: `- [ ] WHAT @LOGIN`')
    assert "- [ ] WHAT @LOGIN" in [
        token.content for token in flat(PAGE.parse(line)) if token.type == "code_inline"
    ]


@given(TEXT, st.integers(1, 40))
def test_cutting_counts_code_points(text: str, limit: int) -> None:
    """A cut text fits, and only a text that is too long is cut."""
    assert len(cut(text, limit)) <= limit
    assert cut(text, len(text)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Search returns [nothing]", r"Search returns \[nothing\]"),
        ("5 > 3 & 2", "5 &gt; 3 &amp; 2"),
        ("a | b", r"a \| b"),
        ("1. first", r"1\. first"),
        ("2.1.0", "2.1.0"),
        ("- item", r"\- item"),
        ("# title", r"\# title"),
        ("#7 title", "#\u200b7 title"),
        ("snake_case", r"snake\_case"),
        ("  two\n lines ", "two lines"),
        ("مرحبا 🔥 👩‍💻", "مرحبا 🔥 👩‍💻"),
        ("", ""),
    ],
)
def test_inline_text_stays_readable(text: str, shown: str) -> None:
    """Escaping is what the page needs and no more."""
    assert inline(text) == shown


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\0b", "ab"),
        ("a\u202eb\u2066c\u200bd", "abcd"),
        ("a\x1b[31mb", "a[31mb"),
        ("a\r\nb\rc\nd\u2028e", "a b c d e"),
        ("a\ud800b", "a\ufffdb"),
        ("zero\u200dwidth joiner", "zero\u200dwidth joiner"),
    ],
)
def test_what_cannot_be_seen_goes(text: str, seen: str) -> None:
    """Control and direction characters are dropped, line ends become spaces, lone surrogates are shown."""
    assert clean(text) == seen


def test_a_title_of_any_length_fits() -> None:
    """Two hundred and fifty-six code points, whatever they are, before escaping."""
    assert inline("🔥" * 300) == "🔥" * 255 + "…"


def test_lists_and_code_stay_readable_in_a_quotation() -> None:
    """Steps are still steps, and code is copied as it was."""
    text = "1. run\n\n```python\n@app.route('/x')  # 12\n```\n\n- [ ] seen by @bo\n\n## Not a heading\n"
    assert block(text) == (
        "> 1. run\n>\n> ```python\n> @app.route('/x')  # 12\n> ```\n>\n"
        "> - [ ] seen by @\u200bbo\n>\n> \\## Not a heading"
    )


def test_nothing_is_quoted_as_nothing() -> None:
    """No quotation mark without words."""
    assert block(" \n\n") == ""


def test_a_long_text_is_cut_in_a_quotation() -> None:
    """The issue keeps the rest."""
    assert len(block("word " * 10_000)) < 20_100


@pytest.mark.parametrize(
    ("url", "base", "allowed"),
    [
        ("https://github.com/o/r/pull/1", "https://github.com", True),
        ("https://github.com.evil.example/o", "https://github.com", False),
        ("https://github.com@evil.example/o", "https://github.com", False),
        ("http://github.com/o", "https://github.com", False),
        ("javascript:alert(1)", "https://github.com", False),
        ("https://github.com/a b", "https://github.com", False),
        ("https://github.com/a)(b", "https://github.com", False),
        ("https://github.com/a\n", "https://github.com", False),
        ("https://ghe.example/o/r", "https://ghe.example", True),
        ("http://127.0.0.1:8080/o/r/issues/1", "http://127.0.0.1:8080", True),
        ("", "https://github.com", False),
    ],
)
def test_links_stay_on_the_server(url: str, base: str, allowed: bool) -> None:
    """An address elsewhere, or one that Markdown could read otherwise, is no link."""
    assert is_github_url(url, base) is allowed
    assert link("words", url, base) == (f"[words]({url})" if allowed else "words")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Comment `/assign @bo`.", "Comment `/assign @bo`."),
        ("Ask @bo.", "Ask @\u200bbo."),
        ("[Here](https://github.com/o/r).", "[Here](https://github.com/o/r)."),
        ("[Here](https://evil.example/r).", "[Here]\u200b(https:\u200b//evil.example/r)."),
        (r"\`@bo`", "\\`@\u200bbo\\`"),
        (r"\\`@bo`", r"\\`@bo`"),
        (r"\`a` @octo/team <img src=x> `b`", r"\`a` @octo/team <img src=x> `b\`"),
        (r"\\`a` @octo/team <img src=x>", "\\\\`a` @\u200bocto/team <\u200bimg src=x>"),
        (r"`a\` @bo `b`", "`a\\` @\u200bbo `b`"),
        ("`` a ` @bo ``", "`` a ` @bo ``"),
        ("`a`` @bo ``c`", "`a`` @bo ``c`"),
        ("``a` @bo", "\\`\\`a\\` @\u200bbo"),
        (r"\[a](https://github.com/o/r)", "\\[a]\u200b(https:\u200b//github.com/o/r)"),
        (r"[a\](https://github.com/o/r)", "[a\\]\u200b(https:\u200b//github.com/o/r)"),
        ("![a](https://github.com/o/r)", "![a]\u200b(https:\u200b//github.com/o/r)"),
        ("~~~ a", "\\~~~ a"),
        ("a\\", "a\\\\"),
        ("&#64;bo &commat;bo", "&#\u200b64;bo &\u200bcommat;bo"),
        ("`a` <!-- x -->", "`a` <\u200b!-- x -->"),
    ],
)
def test_a_remark_keeps_our_own_marks(text: str, shown: str) -> None:
    """Code and links of ours work; a stranger's do not."""
    assert remark(text) == shown


def test_a_remark_in_a_table_stays_in_its_cell() -> None:
    """A pipe is escaped there, in code too, as GitHub's tables ask for."""
    assert remark("`a | b` | c", in_table=True) == r"`a \| b` \| c"


@pytest.mark.parametrize(
    "piece", ["*", "_", "\t", "- ", "[", "![a](b)", "`", "> ", "1. ", "#", "|a", "<a", "&"]
)
def test_a_hostile_line_is_quoted_in_one_pass(piece: str) -> None:
    """As long as a quotation may be, with a word at its end that no rule reaches."""
    quoted = block((piece * 20_000)[:19_000] + "x")
    assert all(line.startswith(">") for line in quoted.split("\n"))
    assert quoted.rstrip("`\n> ").endswith("x")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Checkout fails, v2.0.1", "Checkout fails, v2.0.1"),
        ("<!channel> and <@U1>", f"<{BREAK}!channel> and <{BREAK}@{BREAK}U1>"),
        ("@everyone see #7", f"@{BREAK}everyone see #{BREAK}7"),
        ("[ok](https://evil.example)", f"[ok]{BREAK}({BREAK}https:{BREAK}//evil.{BREAK}example)"),
        ("get it at evil.example/x", f"get it at evil.{BREAK}example/x"),
        ("one\nTwo: x\u202e", "one Two: x"),
    ],
)
def test_spoken_words_mention_nobody_outside_github(text: str, shown: str) -> None:
    """In chat systems and mail: no mention, no address, one line."""
    assert spoken(text) == shown
