"""A document cut at the markers of its sections, so that two copies of it can be laid side by side.

Line by line, as blocks are found: an unclosed fence in one section must not hide the next one, and a line
that comes into one leaves every other as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bugaction.documents.facts import SECTION_MARKER, Block, Parts

__all__ = ["Stretch", "inside", "key", "stretches", "units", "within"]

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t].*)?")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Stretch:
    """What stands from a section's heading to that of the next one that has a marker.

    `above` stands between heading and marker, `below` behind the marker. `level` is the heading's, 0 where
    somebody deleted it. What stands before the first section has no `id`, no heading and no marker.
    """

    id: str = ""
    level: int = 0
    heading: Parts = ()
    above: Parts = ()
    marker: Parts = ()
    below: Parts = ()

    @property
    def depth(self) -> int:
        """The level up to which a heading ends it. Without a heading of its own, any other does."""
        return (self.level or _DEEPEST) if self.id else 0

    @property
    def title(self) -> tuple[str, ...]:
        """Its heading as it is compared."""
        return tuple(map(key, self.heading))


@dataclass(frozen=True, slots=True)
class _Heading:
    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class _Cut:
    start: int
    id: str
    marker: int | None
    heading: _Heading | None


def key(part: str | Block) -> str:
    """What a part is compared by: a line by its text, a block by its id, which no line looks like."""
    return f"\0{part.id}" if isinstance(part, Block) else part.rstrip()


def stretches(parts: Parts, titles: Mapping[tuple[str, ...], str]) -> tuple[Stretch, ...]:
    """The parts in order, cut at each marker; first what stands above all sections, be it nothing.

    `titles` gives ids to headings whose marker somebody deleted.
    """
    heads = _headings(parts)
    cuts = _cuts(parts, heads)
    taken, wanted = {cut.start for cut in cuts}, dict(titles)
    for found in heads:
        name = wanted.pop(tuple(map(key, parts[found.start : found.end])), "")
        if name and found.start not in taken:
            cuts.append(_Cut(found.start, name, None, found))
    cuts.sort(key=lambda cut: cut.start)
    ends = [*(cut.start for cut in cuts), len(parts)]
    return (
        Stretch(below=parts[: ends[0]]),
        *(_stretch(parts, cut, end) for cut, end in zip(cuts, ends[1:], strict=True)),
    )


def _stretch(parts: Parts, cut: _Cut, end: int) -> Stretch:
    first = cut.heading.end if cut.heading is not None else cut.start
    marker = cut.marker if cut.marker is not None else first
    behind = marker + 1 if cut.marker is not None else first
    return Stretch(
        id=cut.id,
        level=cut.heading.level if cut.heading is not None else 0,
        heading=parts[cut.start : first],
        above=parts[first:marker],
        marker=parts[marker:behind],
        below=parts[behind:end],
    )


def _cuts(parts: Parts, heads: Sequence[_Heading]) -> list[_Cut]:
    """Each marker with the last heading above it, unless another marker stands between."""
    ending = {found.end - 1: found for found in heads}
    cuts: list[_Cut] = []
    latest: _Heading | None = None
    for index, part in enumerate(parts):
        latest = ending.get(index, latest)
        name = _marked(part)
        if name:
            cuts.append(_Cut(index if latest is None else latest.start, name, index, latest))
            latest = None
    return cuts


def _marked(part: str | Block) -> str:
    """The id of a section's marker, "" for anything else."""
    found = SECTION_MARKER.fullmatch(part.strip()) if isinstance(part, str) else None
    return found[1] if found is not None else ""


def _headings(parts: Parts) -> list[_Heading]:
    """The lines that look like headings: those of code in a fence as well."""
    found: list[_Heading] = []
    for index, part in enumerate(parts):
        line = key(part)
        first = line.lstrip(" ")[:1]
        atx = _ATX.fullmatch(line) if first == "#" else None
        below = _UNDERLINE.fullmatch(line) if index and first in ("=", "-") else None
        if atx is not None:
            found.append(_Heading(index, index + 1, len(atx[1])))
        elif below is not None and _is_text(parts[index - 1]) and not (found and found[-1].end == index):
            found.append(_Heading(index - 1, index + 1, 1 if first == "=" else 2))
    return found


def _is_text(part: str | Block) -> bool:
    return isinstance(part, str) and bool(key(part)) and not _marked(part)


def within(found: Sequence[Stretch]) -> dict[str, frozenset[str]]:
    """The lines of each section, by its id: those of the sections below it too, as a gate reads them.

    Those of blocks are among them.
    """
    lines: dict[str, set[str]] = {}
    for index, stretch in enumerate(found):
        kept = lines.setdefault(stretch.id, set()) if stretch.id else set()
        for other in found[index:] if stretch.id else ():
            if other is not stretch and other.level <= stretch.depth:
                break
            end = inside(other.below, stretch.depth)
            kept.update(_lines([*other.heading, *other.above, *other.below[:end]]))
            if end < len(other.below):
                break
    return {name: frozenset(kept) for name, kept in lines.items()}


def _lines(parts: Sequence[str | Block]) -> set[str]:
    return {line.rstrip() for part in parts for line in (part.lines if isinstance(part, Block) else [part])}


def inside(parts: Parts, depth: int) -> int:
    """How many parts stand above the first heading up to that level; code in a fence has none.

    One that somebody wrote in a block is a heading too: the block is not above it.
    """
    outside = (found.start for found in _headings(parts) if found.level <= depth)
    ends = sorted([*outside, *_headed(parts, depth)])
    fenced: set[int] = set()
    index = 0
    for unit in units(parts) if ends else ():
        fenced.update(range(index, index + len(unit)) if len(unit) > 1 else ())
        index += len(unit)
    return next((start for start in ends if start not in fenced), len(parts))


def _headed(parts: Parts, depth: int) -> list[int]:
    """Where the blocks are that somebody wrote such a heading in."""
    return [
        index
        for index, part in enumerate(parts)
        if isinstance(part, Block)
        and not part.is_intact
        and any(found.level <= depth for found in _headings(part.lines))
    ]


def units(parts: Parts) -> list[Parts]:
    """The parts as they are moved: each by itself, and fenced code from its first line to its last."""
    found: list[Parts] = []
    index = 0
    vain: dict[str, int] = {}
    while index < len(parts):
        end = _fence_end(parts, index, vain)
        found.append(parts[index : end + 1])
        index = end + 1
    return found


def _fence_end(parts: Parts, start: int, vain: dict[str, int]) -> int:
    """Where the fence ends that begins there; the same place where none does, or where it never ends.

    `vain` holds up to where no end was found for such marks: a text of openings is walked through once.
    """
    opening = _fence_at(parts[start])
    if not opening or start < vain.get(opening, 0):
        return start
    for index in range(start + 1, len(parts)):
        if isinstance(parts[index], Block):
            vain[opening] = index
            return start
        closing = _fence_at(parts[index])
        if closing.startswith(opening) and key(parts[index]).strip() == closing:
            return index
    vain[opening] = len(parts)
    return start


def _fence_at(part: str | Block) -> str:
    """The marks of a line that may open or close a fence, "" for any other."""
    found = _FENCE.match(part) if isinstance(part, str) else None
    return found[1] if found is not None else ""
