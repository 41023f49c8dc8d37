"""What people write, as it stands in texts of ours."""

from __future__ import annotations

from bugaction.escaping import block, cell, fence, inline, remark
from bugaction.escaping import words as title_words
from fuzz.pages import LIVE, PAGE, flat, kinds, words
from fuzz.words import text_of

_PLAIN = {"paragraph_open", "paragraph_close", "inline", "text"}
_ACTIVE = {"html_block", "html_inline", "link_open", "image", "heading_open", "table_open", "hr"}
_ENOUGH = 10_000
_LONGEST_TITLE = 60


def check(data: bytes) -> None:
    """Nothing of it acts: no HTML, link, picture, mention or reference, and it stays in its place."""
    text = text_of(data)
    line = inline(text, _ENOUGH)
    assert "\n" not in line
    assert kinds(line) <= _PLAIN
    assert not LIVE.search(words(line))
    row = list(flat(PAGE.parse(f"| a | b |\n|---|---|\n| {cell(text)} | end |\n")))
    assert [token.type for token in row].count("td_open") == len("ab")
    assert [token.content for token in row if token.type == "inline"][-1] == "end"
    quoted = block(text)
    assert quoted == "" or all(part.startswith(">") for part in quoted.split("\n"))
    assert not kinds(f"{quoted}\n\nafter\n") & _ACTIVE
    assert not LIVE.search(words(quoted))
    shown = remark(text, limit=_ENOUGH)
    assert "\n" not in shown
    assert not kinds(shown) & (_ACTIVE - {"link_open"})
    assert not LIVE.search(words(shown))
    code = PAGE.parse(f"{fence(text, text[:8])}\n\nafter\n")
    assert [token.type for token in code] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    title = title_words(text, _LONGEST_TITLE)
    assert len(title) <= _LONGEST_TITLE
    assert not LIVE.search(title)
    for made in (line, quoted, shown, title):
        assert made.encode().decode() == made
