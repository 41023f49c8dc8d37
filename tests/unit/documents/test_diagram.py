"""The drawn timeline: lines that Mermaid reads as they are meant, whatever stands in them."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from bugaction.chronicle import Moment
from bugaction.documents.diagram import MOST_DRAWN, diagram
from tests.unit.documents.stories import HOSTILE
from tests.values import at

TOKENS = (
    ("comment", re.compile(r"%%(?!\{)[^\n]*|[^}]%%[^\n]*")),
    ("newline", re.compile(r"\n+")),
    ("space", re.compile(r"\s+")),
    ("comment", re.compile(r"#[^\n]*")),
    ("timeline", re.compile("timeline", re.IGNORECASE)),
    ("title", re.compile(r"title\s[^\n]+", re.IGNORECASE)),
    ("accessible", re.compile(r"acc(?:Title|Descr)\s*[:{]", re.IGNORECASE)),
    ("section", re.compile(r"section\s[^:\n]+", re.IGNORECASE)),
    ("event", re.compile(r":\s(?:[^:\n]|:(?!\s))+")),
    ("period", re.compile(r"[^#:\n]+")),
    ("invalid", re.compile(r".", re.DOTALL)),
)
"""What Mermaid's own lexer tells apart, in its order: the first that fits is taken
(packages/mermaid/src/diagrams/timeline/parser/timeline.jison)."""


def kinds(text: str) -> list[str]:
    """The kinds of tokens that Mermaid finds in a text, without blanks."""
    found: list[str] = []
    place = 0
    while place < len(text):
        kind, match = next(
            (kind, match) for kind, pattern in TOKENS if (match := pattern.match(text, place)) is not None
        )
        place = match.end()
        if kind not in ("newline", "space"):
            found.append(kind)
    return found


def test_days_are_sections_and_moments_are_periods() -> None:
    """In UTC, with who did it; the colon of a time is one that Mermaid does not read."""
    moments = (
        Moment(at(0), "Reported the bug", who="ana"),
        Moment(at(5), "Set the severity P1: all"),
        Moment(at(24 * 60), "Deployed the fix", who="bo"),
    )
    assert diagram("BUG-042", moments) == (
        "timeline\n"
        "    title BUG-042, in UTC\n"
        "    section 2026-11-24\n"
        "        09\u223600 : ana, Reported the bug\n"
        "        09\u223605 : Set the severity P1\u2236 all\n"
        "    section 2026-11-25\n"
        "        09\u223600 : bo, Deployed the fix"
    )


def test_a_long_life_shows_its_newest_moments() -> None:
    """One alone is no timeline."""
    moments = [Moment(at(minute), f"Moment {minute}") for minute in range(100)]
    text = diagram("BUG-042", moments)
    assert text.count("Moment") == MOST_DRAWN
    assert "Moment 99" in text
    assert diagram("BUG-042", moments[:1]) == ""


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=12)), min_size=2, max_size=5))
@example(
    [(HOSTILE, HOSTILE), ("x: y; #1 %%{init: {}}%% <b> ```", "title a"), ("section b\naccTitle: c", "%%")]
)
def test_no_text_is_read_as_anything_but_an_event(told: list[tuple[str, str]]) -> None:
    """Nor does it end the block, or hide a line of it."""
    moments = [Moment(at(index), text, who=who) for index, (text, who) in enumerate(told)]
    text = diagram("BUG-042", moments)
    assert kinds(text) == ["timeline", "title", "section", *["period", "event"] * len(told)]
    assert len(text.split("\n")) == 3 + len(told)
    assert not set('`<>#;@%&"') & set(text)
