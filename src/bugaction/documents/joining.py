"""Two copies of one document as one: no line that a person wrote in either of them is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from bugaction.documents.facts import Block, Parts, parse
from bugaction.documents.front_matter import KEY
from bugaction.documents.merge import refresh
from bugaction.markdown import front_matter_lines, split_lines

__all__ = ["joined"]


@lru_cache(maxsize=16)
def joined(ours: str, theirs: str) -> str:
    """Our copy with the lines of people that only theirs holds, each where it stands there.

    Facts are ours. Where both were changed at one place, their lines come below ours, a blank line between;
    what was deleted in one copy and stands in the other stays. Ours as it is where nothing is missing from
    it, so that `joined(joined(x, y), y) == joined(x, y)`. Total on any text. Remembered: a run asks several
    times.
    """
    if not theirs.strip() or not ours.strip():
        return ours if ours.strip() or not theirs.strip() else theirs
    other = refresh(theirs, ours)
    front, body = _parted(ours)
    other_front, other_body = _parted(other)
    known = frozenset(line.rstrip() for line in split_lines(ours))
    added = [line for line in other_front if line.rstrip() not in known and not _is_hash(line)]
    if not added and not any(_is_missing(part, known) for part in other_body):
        return ours
    ending = "\r\n" if ours.count("\r\n") * 2 > ours.count("\n") else "\n"
    front = [*front[:-1], *added, *front[-1:]] if front else added
    front[-1:] = [line.rstrip("\r\n") + ending for line in front[-1:]]  # it may have ended the file
    return "".join(front) + "".join(_merged(body, other_body, known, ending))


def _parted(text: str) -> tuple[list[str], Parts]:
    """The lines of the front matter, and the parts of what follows."""
    lines = split_lines(text)
    front = front_matter_lines(lines)
    return lines[:front], parse(lines[front:])


def _is_hash(line: str) -> bool:
    """Whether a line of front matter is our hash of all facts; `facts:` without a blank is no key."""
    found = KEY.match(line)
    return found is not None and found[1] == "facts"


def _key(part: str | Block) -> str:
    """What a part is compared by: a line by its text, a block by its id, which no line looks like."""
    return f"\0{part.id}" if isinstance(part, Block) else part.rstrip()


def _is_missing(part: str | Block, known: frozenset[str]) -> bool:
    """Whether a part of their copy is a person's and not in ours. A block that is intact is nobody's."""
    if isinstance(part, Block):
        return not part.is_intact and any(_is_missing(line, known) for line in part.lines)
    return bool(_key(part)) and _key(part) not in known


_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def _units(parts: Parts) -> list[Parts]:
    """The parts as they are moved: each by itself, and fenced code from its first line to its last."""
    units: list[Parts] = []
    index = 0
    while index < len(parts):
        end = _fence_end(parts, index)
        units.append(parts[index : end + 1])
        index = end + 1
    return units


def _fence_end(parts: Parts, start: int) -> int:
    """Where the fence ends that begins there; the same place where none does, or where it never ends."""
    opening = _fence_at(parts[start])
    for index in range(start + 1, len(parts)) if opening else ():
        if isinstance(parts[index], Block):
            break
        closing = _fence_at(parts[index])
        if closing.startswith(opening) and _key(parts[index]).strip() == closing:
            return index
    return start


def _fence_at(part: str | Block) -> str:
    """The marks of a line that may open or close a fence, "" for any other."""
    found = _FENCE.match(part) if isinstance(part, str) else None
    return found[1] if found is not None else ""


def _merged(ours: Parts, theirs: Parts, known: frozenset[str], ending: str) -> list[str]:
    """Both in order. What stands together in their copy comes together."""
    result: list[str] = []
    mine, other = _units(ours), _units(theirs)
    keys = [[tuple(map(_key, unit)) for unit in units] for units in (mine, other)]
    matcher = SequenceMatcher(a=keys[0], b=keys[1], autojunk=False)
    for _, first, last, start, end in matcher.get_opcodes():
        result += _texts(part for unit in mine[first:last] for part in unit)
        parts = [part for unit in other[start:end] for part in unit]
        passage = [part for part in parts if isinstance(part, str) or _is_missing(part, known)]
        if not any(_is_missing(part, known) for part in passage):
            continue
        if result and not result[-1].endswith(("\n", "\r")):
            result[-1] += ending
        if result and result[-1].strip():
            result.append(ending)
        result += [text.rstrip("\r\n") + ending for text in _texts(_trimmed(passage))]
        if last < len(mine) and _key(mine[last][0]):
            result.append(ending)
    return result


def _trimmed(parts: Sequence[str | Block]) -> list[str | Block]:
    """Without blank lines at either end."""
    kept = list(parts)
    while kept and not _key(kept[0]):
        kept.pop(0)
    while kept and not _key(kept[-1]):
        kept.pop()
    return kept


def _texts(parts: Iterable[str | Block]) -> list[str]:
    """Each line by itself; a block is several."""
    found: list[str] = []
    for part in parts:
        found += [part] if isinstance(part, str) else [part.opening, *part.lines, part.closing]
    return found
