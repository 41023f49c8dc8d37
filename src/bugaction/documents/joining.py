"""Two copies of one document as one: no line that a person wrote in either of them is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from bugaction.documents.facts import Block, Parts, closed_name, opened_name, parse
from bugaction.documents.front_matter import KEY
from bugaction.documents.merge import blocks_of, refresh
from bugaction.documents.stretches import Stretch, inside, key, stretches, units, within
from bugaction.markdown import content_gap, front_matter_lines, split_lines

__all__ = ["joined"]

Lines = frozenset[str]
Key = tuple[str, ...]


@lru_cache(maxsize=16)
def joined(ours: str, theirs: str) -> str:
    """Our copy with the lines of people that only theirs holds, each where it stands there.

    A line that says something is looked for in its section, where both have that one: two questions may have
    the same answer. What a person moved from one section to another in ours is therefore there twice. Any
    other line is ours if it stands anywhere.

    Facts are ours. Where both were changed at one place, their lines come below ours, a blank line between;
    what was deleted in one copy and stands in the other stays. Ours as it is where nothing is missing from
    it, so that `joined(joined(x, y), y) == joined(x, y)`. Total on any text. Remembered: a run asks several
    times.
    """
    if not theirs.strip() or not ours.strip():
        return ours if ours.strip() or not theirs.strip() else theirs
    found = ours if ours == theirs else _put_together(ours, theirs)
    if found == ours:
        return ours
    for _ in range(_MOST_ROUNDS):
        again = _put_together(_put_together(found, ours), theirs)
        if again == found:
            break
        found = again
    return found


_MOST_ROUNDS = 4
"""Where somebody has written one of our marks a second time, what one copy brings may part the words of the
other from their question: they are then missing there, and come once more."""


def _put_together(ours: str, theirs: str) -> str:
    copy = refresh(theirs, _unordered(ours))
    said = blocks_of(theirs)
    both = _joined(ours, copy, said, by_section=True)
    if both == ours or (_is_settled(both, copy, said) and _is_settled(both, ours, blocks_of(ours))):
        return both
    # A fence that is left open, say, hides where a section ends: what is in the text must do.
    whole = _joined(ours, copy, said, by_section=False)
    return ours if whole == ours else _put_together(whole, theirs)


_ORDER = re.compile(r" (?:gone|keep)(?:=[^\s<>]+)?(?= )")


def _unordered(text: str) -> str:
    """The text without what a block says is to become of the one that is there. What was just rendered may
    say so; on a branch anybody has written it."""
    lines = split_lines(text)
    front = front_matter_lines(lines)
    body = (_ORDER.sub("", line) if opened_name(line) else line for line in lines[front:])
    return "".join((*lines[:front], *body))


def _is_settled(both: str, copy: str, said: Mapping[str, Block]) -> bool:
    """Whether a copy with the same facts has nothing that the joined one lacks."""
    return _joined(both, copy, said, by_section=True) == both


def _joined(ours: str, theirs: str, said: Mapping[str, Block], *, by_section: bool) -> str:
    """Both. `theirs` has our facts; `said` are its blocks as they were before."""
    front, body = _parted(ours)
    other_front, other_body = _parted(theirs)
    known = frozenset(line.rstrip() for line in split_lines(ours))
    keys = other_front[1:-1] if front else other_front
    added = [line for line in keys if not (front and line.rstrip() in known) and not _is_hash(line)]
    mine, others = _sections(body, other_body, known)
    told = _told(mine, others, said, known | set(map(key, body)), within(mine) if by_section else {})
    if not added and not any(one.is_missing for one in told):
        return ours
    ending = "\r\n" if ours.count("\r\n") * 2 > ours.count("\n") else "\n"
    front = [*front[:-1], *added, *front[-1:]] if front else added
    front[-1:] = [line.rstrip("\r\n") + ending for line in front[-1:]]  # it may have ended the file
    return "".join(front) + "".join(_merged(mine, told, ending))


def _parted(text: str) -> tuple[list[str], Parts]:
    """The lines of the front matter, and the parts of what follows."""
    lines = split_lines(text)
    front = front_matter_lines(lines)
    return lines[:front], parse(lines[front:])


def _is_hash(line: str) -> bool:
    """Whether a line of front matter is our hash of all facts; `facts:` without a blank is no key."""
    found = KEY.match(line)
    return found is not None and found[1] == "facts"


def _sections(ours: Parts, theirs: Parts, known: Lines) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """Both by sections. One of theirs whose marker somebody deleted from ours is known by its heading."""
    mine, others = stretches(ours, {}), stretches(theirs, {})
    bare = (one for one in others if one.heading and key(one.marker[0]) not in known)
    present = {stretch.id for stretch in mine}
    titles = {one.title: one.id for one in bare if one.id not in present}
    return stretches(ours, titles) if titles else mine, others


Marked = tuple[tuple[str | Block, bool], ...]
"""Parts, each with whether it is a person's and missing from ours."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What one section of theirs holds, and the place of ours that it belongs to, or follows.

    What stands under a heading that has no marker, and ends the section, is `behind` it.
    """

    place: int
    alone: bool = False
    heading: Marked = ()
    above: Marked = ()
    marker: Marked = ()
    below: Marked = ()
    behind: Marked = ()

    @property
    def whole(self) -> Marked:
        return self.heading + self.above + self.marker + self.below + self.behind

    @property
    def is_missing(self) -> bool:
        """Whether anything is; that of a section which ours has too has its marker there."""
        return _any_missing(self.whole)


def _told(
    mine: Sequence[Stretch],
    others: Sequence[Stretch],
    said: Mapping[str, Block],
    known: Lines,
    lines: Mapping[str, Lines],
) -> list[_Told]:
    """Each section of theirs, in order, beside ours of that id. The second of an id meets the second.

    `lines` are those of our sections that are told apart. A heading that somebody wrote in our copy of a
    block ends no section of theirs: by `said` theirs may have none there.
    """
    places: dict[str, list[int]] = {}
    for index, stretch in enumerate(mine):
        places.setdefault(stretch.id, []).append(index)
    found: list[_Told] = []
    place = 0
    for stretch in others:
        own = places.get(stretch.id, [])
        if own:
            place = own.pop(0) if len(own) > 1 else own[0]
        while not own and place + 1 < len(mine) and mine[place + 1].level > stretch.depth:
            place += 1
        # What ends the section in either copy would end it in both.
        own_words = tuple(
            said.get(part.id, part) if isinstance(part, Block) and not part.is_intact else part
            for part in stretch.below
        )
        end = inside(own_words, max(stretch.depth, mine[place].depth if own else 0))
        there = lines.get(stretch.id)
        marker = stretch.marker if not own or not mine[place].marker else ()
        found.append(
            _Told(
                place=place,
                alone=not own,
                heading=_marked(stretch.heading, known, None),
                above=_marked(stretch.above, known, there),
                marker=_marked(marker, known, None),
                below=_marked(stretch.below[:end], known, there),
                behind=_marked(stretch.below[end:], known, None),
            )
        )
    return found


def _marked(parts: Parts, known: Lines, there: Lines | None) -> Marked:
    return tuple((part, _is_missing(part, known, there)) for part in parts if not _is_single(part))


def _is_single(part: str | Block) -> bool:
    """Whether it is one of the two marks of a block, without the other: it would pair up with one of ours."""
    return isinstance(part, str) and bool(opened_name(part) or closed_name(part))


def _is_missing(part: str | Block, known: Lines, there: Lines | None) -> bool:
    """Whether a part of their copy is a person's and not in ours, or not in its section there.

    A block that is intact is nobody's. One that ours has too may have come from there, to another place.
    """
    if isinstance(part, Block):
        there = there if key(part) not in known else None
        return not part.is_intact and any(_is_missing(line, known, there) for line in part.lines)
    line = part.rstrip()
    if not line or line not in known:
        return bool(line)
    return there is not None and line not in there and _says_something(line)


_MOST_PAIRS = 4_000_000
"""Of so many lines times lines matching takes about a second."""

_RULE = re.compile(r"[\s|:-]*")


def _says_something(line: str) -> bool:
    """Whether a line can be an answer: no heading, placeholder, mark of a fence or rule of a table."""
    return _RULE.fullmatch(line) is None and content_gap(line) is None


def _any_missing(marked: Marked) -> bool:
    return any(missing for _, missing in marked)


def _merged(mine: Sequence[Stretch], told: Sequence[_Told], ending: str) -> list[str]:
    """Both in order, section by section; what only theirs has follows what it follows there."""
    result: list[str] = []
    places: dict[int, list[_Told]] = {}
    for one in told:
        places.setdefault(one.place, []).append(one)
    for index, stretch in enumerate(mine):
        here = places.get(index, [])
        pair, rest = [one for one in here if not one.alone], [one for one in here if one.alone]
        first, *more = pair or [_Told(index)]
        for one in pair:
            if _any_missing(one.heading):
                _put(result, _texts(_passage(one.heading)), ending, followed=True)
        result += _texts(stretch.heading)
        # Without a heading nothing above the marker would be the section's.
        above, below = (first.above, first.below) if stretch.heading else ((), first.above + first.below)
        for one in more:
            below += one.above + one.below
        end = inside(stretch.below, stretch.depth)
        last = index + 1 == len(mine)
        _join(result, stretch.above, above, ending, followed=bool(stretch.id))
        result += [text.rstrip("\r\n") + ending for text in _texts(_passage(first.marker))]
        result += _texts(stretch.marker)
        _join(result, stretch.below[:end], below, ending, followed=not last or end < len(stretch.below))
        behind = tuple(part for one in pair for part in one.behind)
        _join(result, stretch.below[end:], behind, ending, followed=not last)
        for one in rest:
            if one.is_missing:
                _put(result, _texts(_passage(one.whole)), ending, followed=not last)
    return result


def _join(result: list[str], ours: Parts, theirs: Marked, ending: str, *, followed: bool) -> None:
    """Add both in order. What stands together in their copy comes together."""
    if not _any_missing(theirs):
        result += _texts(ours)
        return
    mine, other = units(ours), units(tuple(part for part, _ in theirs))
    keys = [[tuple(map(key, unit)) for unit in both] for both in (mine, other)]
    place = 0
    for first, last, start, end in _aligned(*keys):
        result += _texts(part for unit in mine[first:last] for part in unit)
        behind = place + sum(map(len, other[start:end]))
        marked, place = theirs[place:behind], behind
        if _any_missing(marked):
            more = bool(key(mine[last][0])) if last < len(mine) else followed
            _put(result, _texts(_passage(marked)), ending, followed=more)


def _aligned(ours: Sequence[Key], theirs: Sequence[Key]) -> Iterator[tuple[int, int, int, int]]:
    """Where they agree and where they differ, in turn, by first and last of each.

    What is alike at both ends is set aside, and where too much is between, that is one difference: matching
    takes the square of it, and somebody's thousand blank lines are not worth a job's minutes.
    """
    most = min(len(ours), len(theirs))
    top = next((at for at in range(most) if ours[at] != theirs[at]), most)
    most -= top
    bottom = next((at for at in range(most) if ours[-1 - at] != theirs[-1 - at]), most)
    mine, other = ours[top : len(ours) - bottom], theirs[top : len(theirs) - bottom]
    yield 0, top, 0, top
    if len(mine) * len(other) > _MOST_PAIRS:
        yield top, top + len(mine), top, top + len(other)
    else:
        for _, first, last, start, end in SequenceMatcher(a=mine, b=other, autojunk=False).get_opcodes():
            yield top + first, top + last, top + start, top + end
    yield len(ours) - bottom, len(ours), len(theirs) - bottom, len(theirs)


def _passage(marked: Marked) -> list[str | Block]:
    """Its lines, and blocks that somebody wrote in; without blank lines at either end."""
    kept = [part for part, missing in marked if missing or isinstance(part, str)]
    while kept and not key(kept[0]):
        kept.pop(0)
    while kept and not key(kept[-1]):
        kept.pop()
    return kept


def _put(result: list[str], texts: Sequence[str], ending: str, *, followed: bool) -> None:
    """Add lines by themselves, with a blank one before, and behind where something follows."""
    if result and not result[-1].endswith(("\n", "\r")):
        result[-1] += ending
    if result and result[-1].strip():
        result.append(ending)
    result += [text.rstrip("\r\n") + ending for text in texts]
    if followed:
        result.append(ending)


def _texts(parts: Iterable[str | Block]) -> list[str]:
    """Each line by itself; a block is several."""
    found: list[str] = []
    for part in parts:
        found += [part] if isinstance(part, str) else [part.opening, *part.lines, part.closing]
    return found
