"""The documents that the harnesses for merging start from: the golden ones of the tests."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from bugaction.documents.front_matter import KEY
from bugaction.markdown import front_matter_lines, split_lines
from fuzz.words import ROOT

__all__ = ["generated", "golden", "theirs"]

_FOLDER = ROOT / "tests" / "unit" / "documents" / "golden"
_NAMES = (
    "plain", "full", "analysis-plain", "analysis-full", "post-mortem-plain", "release-notes-begun",
    "release-notes-released",
)  # fmt: skip
_MARKER = re.compile(r"<!--.*-->")


@cache
def golden(index: int) -> str:
    """One of the golden documents, whatever the number."""
    return (_FOLDER / f"{_NAMES[index % len(_NAMES)]}.md").read_text(encoding="utf-8")


@cache
def generated() -> frozenset[str]:
    """Every line that stands in one of them."""
    return frozenset(line.rstrip() for index in range(len(_NAMES)) for line in split_lines(golden(index)))


def theirs(text: str) -> Counter[str]:
    """The lines that only a person can have written, with how often each stands there.

    Not those of our markers' shape, nor keys at the front: those are ours to change. Told without any of what
    the merge itself looks for.
    """
    lines = split_lines(text.removeprefix("\ufeff"))
    front = front_matter_lines(lines)
    kept = [line.rstrip() for line in lines[front:]]
    kept += [line.rstrip() for line in lines[1 : max(1, front - 1)] if KEY.match(line) is None]
    return Counter(
        line
        for line in kept
        if line.strip() and line not in generated() and _MARKER.fullmatch(line.strip()) is None
    )
