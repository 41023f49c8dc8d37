"""The documents that the harnesses for merging start from: the golden ones of the tests."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby

from bugaction.documents.facts import SECTION_MARKER, seal
from bugaction.documents.front_matter import KEY
from bugaction.markdown import content_gap, front_matter_lines, sections, split_lines
from fuzz.words import ROOT

__all__ = ["answers", "generated", "golden", "is_plain", "theirs", "unsealed", "words_of"]

_FOLDER = ROOT / "tests" / "unit" / "documents" / "golden"
_NAMES = (
    "plain", "full", "analysis-plain", "analysis-full", "post-mortem-plain", "release-notes-begun",
    "release-notes-released",
)  # fmt: skip
_MARKER = re.compile(r"<!--.*-->")
_SMALL = """\
---
document: bug-report
version: "1.0"
facts: sha256:0
---
# A report

<!-- bugaction:facts:head -->
| Bug | {owner} |
<!-- /bugaction:facts:head -->

## Steps
<!-- section: steps required -->
<!-- bugaction:facts:steps -->
{steps}
<!-- /bugaction:facts:steps -->

## Looked at
<!-- section: checked -->
<!-- bugaction:facts:checked{mark} -->
- [ ] Logs
<!-- /bugaction:facts:checked -->
"""
_ASKED = "<!-- prompt -->\n> Which steps lead to it?"
_VARIANTS = (
    {"owner": "ana", "steps": _ASKED, "mark": ""},
    {"owner": "bo", "steps": "> 1. given", "mark": ""},
    {"owner": "bo", "steps": _ASKED, "mark": " keep"},
    {"owner": "ana", "steps": _ASKED, "mark": " gone"},
)
"""A document of each kind of block, small enough to be tried often."""

_KINDS = len(_NAMES) + len(_VARIANTS)


@cache
def golden(index: int) -> str:
    """One of the golden documents, or a small one, whatever the number."""
    place = index % _KINDS
    if place >= len(_NAMES):
        return seal(_SMALL.format(**_VARIANTS[place - len(_NAMES)]))
    return (_FOLDER / f"{_NAMES[place]}.md").read_text(encoding="utf-8")


_HEADING = re.compile(r" {0,3}(?:#.*|=+|-+)")


def is_plain(text: str) -> bool:
    """Whether each line that looks like a heading is one, and each marker of a section that of its own.

    Code and comments hide some, and what is open in one copy may close in the two together.
    """
    lines = [line.rstrip() for line in split_lines(text)]
    body = lines[front_matter_lines(lines) :]
    heads = sum(_HEADING.fullmatch(line) is not None for line in body)
    markers = [found[1] for line in lines if (found := SECTION_MARKER.fullmatch(line.strip())) is not None]
    ids = [section.id for section in sections(text)]
    return heads == len(ids) and markers == [name for name in ids if name]


def answers(text: str) -> dict[str, frozenset[str]]:
    """The words of the lines in each section, by its id, that only a person can have written as an answer."""
    found: dict[str, frozenset[str]] = {}
    for section in sections(text):
        said = [line for line in split_lines(text[section.body_start : section.end]) if not content_gap(line)]
        found[section.id] = found.get(section.id, frozenset()) | set(theirs("".join(said)))
    found.pop("", None)
    return found


_DIGITS = re.compile(r"sha256=([0-9a-f]+)")


def unsealed(text: str) -> str:
    """The text without the digits in its marks that stand in no generated text.

    Right digits over its content are what makes a block ours, and nobody reckons them over their own words.
    The fuzzer does: it is told what each comparison was with, and so writes the digits that were wanted.
    """
    return _DIGITS.sub(lambda found: found[0] if found[1] in _digits() else "sha256=0", text)


@cache
def _digits() -> frozenset[str]:
    """Those of every golden document, and of a block whose question has been answered: it is empty."""
    written = (digits for index in range(_KINDS) for digits in _DIGITS.findall(golden(index)))
    return frozenset([*written, hashlib.sha256(b"").hexdigest()[:16]])


@cache
def generated() -> frozenset[str]:
    """The words of every line that stands in one of them."""
    return frozenset[str]().union(*(words_of(golden(index)) for index in range(_KINDS)))


def words_of(text: str) -> frozenset[str]:
    """The words of every line of a text."""
    return frozenset(map(_words, split_lines(text)))


def _words(line: str) -> str:
    """A line without blanks and marks of quotation, by which a question is known again."""
    return " ".join(re.sub(r"^[\s>\ufeff]+", " ", line).split())


def _unwrapped(lines: Sequence[str]) -> Iterator[str]:
    """The words of each line; a question of ours that somebody's editor has wrapped anew counts as one."""
    for quoted, run in groupby(lines, key=lambda line: line.lstrip().startswith(">")):
        words = [_words(line) for line in run]
        whole = " ".join(filter(None, words))
        yield from [whole] if quoted and whole in generated() else words


def theirs(text: str) -> Counter[str]:
    """The words of the lines that only a person can have written, with how often each stands there.

    Not those of our markers' shape, nor keys at the front: those are ours to change. Told without any of what
    the merge itself looks for.
    """
    lines = split_lines(text.removeprefix("\ufeff"))
    front = front_matter_lines(lines)
    kept = [*_unwrapped(lines[front:])]
    kept += [_words(line) for line in lines[1 : max(1, front - 1)] if KEY.match(line) is None]
    return Counter(
        line for line in kept if line and line not in generated() and _MARKER.fullmatch(line) is None
    )
