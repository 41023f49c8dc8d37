"""What an issue says it is a regression of: by a line of its text, wherever a reader would see it.

`Regression of #42`, at the beginning of a line, or a heading `Regression of` with the number below it, as
GitHub writes a field of an issue form. What is folded in `<details>` does not say it: whoever labels the
issue would stand by words that they never saw. Anybody can write the line: whose word counts is judged in
`commands.linked`.
"""

from __future__ import annotations

import re

from bugaction.links import visible

__all__ = ["MOST_HEARD", "MOST_NAMED", "named_regressions"]

MOST_NAMED = 3
"""Bugs that one issue names which are looked at when it changes, and which it shows: each costs a read."""

MOST_HEARD = 50
"""Bugs that one issue may name. Those behind the first few hear of it when they are looked at themselves."""

_SPEAKS = re.compile(r"regression\s+of", re.IGNORECASE)
"""What any of it has to hold; a text without it is not read as Markdown."""

_LARGEST = 2**31 - 1
_NUMBERS = r"#[0-9]{1,10}(?:(?:,| and|, and) #[0-9]{1,10}){0,9}(?![\w?])(?! ?\?)"
_LINE = re.compile(rf"(?:(?:this|it) is )?(?:an? )?regression of:? (?P<numbers>{_NUMBERS})", re.IGNORECASE)
_HEADING = re.compile(r"regression of:?", re.IGNORECASE)
_BELOW = re.compile(_NUMBERS)
_NUMBER = re.compile(r"#([0-9]{1,10})")


def named_regressions(text: str, most: int = MOST_NAMED) -> tuple[int, ...]:
    """The issues of this repository that a text says it is a regression of, in order: the first few.

    Any text will do.
    """
    if not _SPEAKS.search(text):
        return ()
    found: dict[int, None] = {}
    is_below = False
    for line in (
        line for block in visible(text, prose_only=False, unfolded=True) for line in block.split("\n")
    ):
        words = " ".join(line.split())
        match = _LINE.match(words)
        numbers = match["numbers"] if match is not None else ""
        if is_below and not numbers and (below := _BELOW.match(words)) is not None:
            numbers = below[0]
        for number in map(int, _NUMBER.findall(numbers)):
            if 0 < number <= _LARGEST:
                found.setdefault(number)
        is_below = bool(_HEADING.fullmatch(words)) or (is_below and not words)
    return tuple(found)[:most]
