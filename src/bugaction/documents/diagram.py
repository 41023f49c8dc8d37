"""A timeline as GitHub draws it from a `mermaid` block.

Mermaid's timeline knows lines of `PERIOD : EVENT` below `section NAME`
(https://mermaid.js.org/syntax/timeline). It has no way to write a mark of its own as text: a colon behind a
time ends the period (mermaid-js/mermaid#6557), older versions stop at a semicolon (mermaid-js/mermaid#5335),
`#` begins a comment or an entity, `%%` a comment or a directive, and what looks like HTML may be read as such
(packages/mermaid/src/diagrams/timeline/parser/timeline.jison). So each ASCII mark that could mean something
is shown by its wide twin (U+FF01 to U+FF5E), which means nothing to anybody, and the colon by U+2236.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC

from bugaction.chronicle import Moment
from bugaction.escaping import clean, cut

__all__ = ["MOST_DRAWN", "diagram"]

MOST_DRAWN = 30
"""Moments that are drawn, the newest: a wider picture is not read. The table beside it has them all."""

_LONGEST = 80
_TWINS = str.maketrans(
    {mark: chr(ord(mark) + 0xFEE0) for mark in "\"#$%&'*;<=>@[\\]^_`{|}~"} | {":": "\u2236"}
)


def diagram(name: str, moments: Sequence[Moment]) -> str:
    """The block's lines for these moments, which are in order; "" where there are fewer than two.

    `name` is the bug's. Days are sections, times are in UTC.
    """
    if len(moments) < 2:
        return ""
    lines = ["timeline", f"    title {_words(name)}, in UTC"]
    day = ""
    for moment in moments[-MOST_DRAWN:]:
        at = moment.at.astimezone(UTC)
        if f"{at:%Y-%m-%d}" != day:
            day = f"{at:%Y-%m-%d}"
            lines.append(f"    section {day}")
        who = f"{moment.who}, " if moment.who else ""
        lines.append(f"        {_words(f'{at:%H:%M}')} : {_words(who + moment.text)}")
    return "\n".join(lines)


def _words(text: str) -> str:
    return cut(re.sub(r"\s+", " ", clean(text)).strip().translate(_TWINS), _LONGEST) or "…"
