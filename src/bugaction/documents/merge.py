"""Fresh facts and a person's words in one document: nothing that a person wrote is lost.

Everything outside a generated block is a person's and is carried over byte for byte. Words that a person
wrote inside a block are moved below it. What a person deleted stays deleted, except blocks whose section is
still there and sections that the document must have.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bugaction.documents.facts import (
    PROMPT_MARKER,
    SECTION_MARKER,
    WORDS,
    Block,
    Parts,
    closed_name,
    content_hash,
    facts_hash,
    opened_name,
    parse,
    prompt_lines,
    start_marker,
)
from bugaction.documents.front_matter import KEY
from bugaction.markdown import (
    Section,
    content_gap,
    front_matter_lines,
    prompt_hash,
    sections,
    split_lines,
)

__all__ = ["blocks_of", "is_left_out", "line_end", "refresh"]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a rendered block belongs: its section's id and title, and that section's lines."""

    section: str = ""
    title: str = ""
    required: bool = False
    lines: tuple[str, ...] = ()


def blocks_of(text: str) -> dict[str, Block]:
    """A document's blocks by id; where one stands twice, the first that is intact, otherwise the first."""
    lines = split_lines(text)
    return _real(parse(lines[front_matter_lines(lines) :]))


def refresh(existing: str, rendered: str) -> str:
    """The existing document with the facts of the rendered one.

    Both are whole documents; `rendered` is what `documents.render` makes. Total on any text, and settled:
    `refresh(refresh(x, r), r) == refresh(x, r)`. A rendered block marked `keep` leaves the existing one as
    it is, and is left out where there is none. One marked `gone` takes the existing one away, and leaves what
    a person changed in it as their own words.
    """
    if not existing.strip():
        begun = _without_kept(rendered)
        return refresh(begun, rendered) if begun.strip() else begun
    mark = "\ufeff" if existing.startswith("\ufeff") else ""
    old_lines, new_lines = split_lines(existing.removeprefix(mark)), split_lines(rendered)
    old_front, new_front = front_matter_lines(old_lines), front_matter_lines(new_lines)
    ending = line_end(old_lines)
    fresh = {part.id: part for part in parse(new_lines[new_front:]) if isinstance(part, Block)}
    gone = {name: part for name, part in fresh.items() if "gone" in part.attributes}
    body = old_lines[old_front:]
    parts = _replace(parse(_without(gone, body) if gone else body), fresh, ending)
    parts = _put_back(parts, fresh, _places(rendered), ending)
    parts = _answered(parts, ending)
    real = _real(parts)
    ours = [part for part in parts if isinstance(part, Block) and real[part.id] is part and part.id in fresh]
    front = _front_matter(old_lines[:old_front], new_lines[:new_front], facts_hash(ours), ending)
    return mark + "".join(front) + _join(parts)


def _join(parts: Parts) -> str:
    pieces = (
        part if isinstance(part, str) else part.opening + "".join(part.lines) + part.closing for part in parts
    )
    return "".join(pieces)


def line_end(lines: Sequence[str]) -> str:
    """The line end that most lines have."""
    crlf = sum(line.endswith("\r\n") for line in lines)
    return "\r\n" if crlf * 2 > len(lines) else "\n"


def _real(parts: Parts) -> dict[str, Block]:
    found: dict[str, Block] = {}
    for part in parts:
        if isinstance(part, Block) and (
            part.id not in found or (part.is_intact and not found[part.id].is_intact)
        ):
            found[part.id] = part
    return found


def _without_kept(rendered: str) -> str:
    lines = split_lines(rendered)
    front = front_matter_lines(lines)
    parts = tuple(part for part in parse(lines[front:]) if isinstance(part, str) or not is_left_out(part))
    blocks = [part for part in parts if isinstance(part, Block)]
    return "".join(_front_matter([], lines[:front], facts_hash(blocks), "\n")) + _join(parts)


def is_left_out(block: Block) -> bool:
    """Whether a rendered block says what becomes of one that is there, and is none itself."""
    return "keep" in block.attributes or "gone" in block.attributes


def _without(gone: Mapping[str, Block], lines: Sequence[str]) -> list[str]:
    """The lines without these blocks, of which what a person changed in them stays.

    Where markers stand twice, those around such a block pair up once it is out. That makes a further one,
    which goes too: otherwise a second refresh would find it, and that would be a second commit.
    """
    left, kept = deque(lines), list[str]()
    opened: list[tuple[int, str]] = []
    while left:
        line = left.popleft()
        if opened and closed_name(line) == opened[-1][1]:
            start, name = opened.pop()
            if name in gone:
                block = _real(parse([*kept[start:], line]))[name]
                del kept[start:]
                if not block.is_intact:
                    left.extendleft(reversed(_written_inside(block, gone[name])))
                elif _is_blank(kept[-1:]) and left and not left[0].strip():
                    kept.pop()
                continue
            opened.append((start, _PAIRED))
        elif name := opened_name(line):
            opened.append((len(kept), name))
        kept.append(line)
    return kept


_PAIRED = "/"
"""In place of a block's name: nothing closes it any more, and nothing pairs up across it."""


def _replace(parts: Parts, fresh: dict[str, Block], ending: str) -> Parts:
    """Each real block with its fresh content, and a person's words out of it."""
    real = _real(parts)
    result: list[str | Block] = []
    for index, part in enumerate(parts):
        new = fresh.get(part.id) if isinstance(part, Block) else None
        if isinstance(part, str) or new is None or real[part.id] is not part or "keep" in new.attributes:
            result.append(part)
            continue
        result.append(_renewed(part, new, ending))
        if not part.is_intact:
            moved = _written_inside(part, new)
            following = parts[index + 1] if index + 1 < len(parts) else ""
            if moved:
                result += [ending, *moved]
                if not isinstance(following, str) or following.strip():
                    result.append(ending)
    return _ended(result, ending)


def _is_blank(parts: Sequence[str | Block]) -> bool:
    return all(isinstance(part, str) and not part.strip() for part in parts) and bool(parts)


def _renewed(old: Block, new: Block, ending: str) -> Block:
    """The new content in the file's line ends; the old block itself where it says the same already."""
    if old.is_intact and content_hash(old.lines) == content_hash(new.lines):
        same = {key: value for key, value in old.attributes.items() if key != "sha256"}
        if same == {key: value for key, value in new.attributes.items() if key != "sha256"}:
            return old
    return _with_ending(new, ending)


def _with_ending(block: Block, ending: str) -> Block:
    return replace(
        block,
        opening=block.opening.rstrip("\r\n") + ending,
        lines=tuple(line.rstrip("\r\n") + ending for line in block.lines),
        closing=block.closing.rstrip("\r\n") + ending,
    )


def _written_inside(old: Block, new: Block) -> list[str]:
    """The lines of a changed block that are not generated now: a person's, or facts they stood beside."""
    generated = {line.rstrip() for line in new.lines}
    kept: list[str] = []
    skip: set[int] = set()
    for index, line in enumerate(old.lines):
        marker = PROMPT_MARKER.fullmatch(line.strip())
        if marker is not None:
            quoted = prompt_lines(old.lines, index)
            if marker[1] == prompt_hash("".join(quoted)):
                skip.update(range(index, index + 1 + len(quoted)))
        if index not in skip and (not line.strip() or line.rstrip() not in generated):
            kept.append(line)
    while kept and not kept[0].strip():
        kept.pop(0)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _ended(parts: Sequence[str | Block], ending: str) -> Parts:
    """The parts with a line end on every line but the last of the text."""
    result: list[str | Block] = []
    for index, part in enumerate(parts):
        if index == len(parts) - 1:
            result.append(part)
        elif isinstance(part, str):
            result.append(part if part.endswith(("\n", "\r")) else part + ending)
        else:
            closed = part.closing.endswith(("\n", "\r"))
            result.append(part if closed else replace(part, closing=part.closing + ending))
    return tuple(result)


def _places(rendered: str) -> dict[str, _Place]:
    """Where each rendered block belongs."""
    places: dict[str, _Place] = {}
    for section in sections(rendered):
        lines = split_lines(rendered[section.start : section.end])
        marker = next(
            (found for line in lines if (found := SECTION_MARKER.fullmatch(line.strip())) is not None), None
        )
        place = _Place(section.id, section.title, marker is not None and marker[2] is not None, tuple(lines))
        for part in parse(lines):
            if isinstance(part, Block):
                places[part.id] = place
    return places


def _put_back(parts: Parts, fresh: dict[str, Block], places: dict[str, _Place], ending: str) -> Parts:
    """The parts with the blocks that are missing: at their section, and at the top those without one."""
    result = list(parts)
    present = {part.id for part in parts if isinstance(part, Block)}
    appended: set[str] = set()
    for name, block in reversed(fresh.items()):
        if name in present or is_left_out(block):
            continue
        place = places.get(name, _Place())
        new = _with_ending(block, ending)
        if not place.section:
            result[0:0] = [ending, new, ending]
            continue
        index = _section_index(result, place)
        behind = _behind(result, index, [other for other in fresh if places.get(other) == place], name)
        if behind is not None:
            gap = [] if _is_blank(result[behind : behind + 1]) or behind == len(result) else [ending]
            result[behind:behind] = [ending, new, *gap]
        elif index is not None:
            result[index:index] = [ending, new, ending]
        elif place.required or name.startswith(WORDS):
            appended.add(place.section)
    for place in dict.fromkeys(places[name] for name in fresh if name in places):
        if place.section in appended:
            result += [ending, *_section_parts(place, present, ending)]
    return _ended(result, ending)


def _section_parts(place: _Place, present: set[str], ending: str) -> list[str | Block]:
    """A whole section as new, without the blocks that stand elsewhere."""
    return [
        part.rstrip("\r\n") + ending if isinstance(part, str) else _with_ending(part, ending)
        for part in parse(place.lines)
        if isinstance(part, str) or (part.id not in present and not is_left_out(part))
    ]


def _behind(parts: Sequence[str | Block], start: int | None, order: Sequence[str], name: str) -> int | None:
    """The index behind the nearest block that goes before this one in its section; that begins at `start`."""
    places: dict[str, int] = {}
    for index in range(start if start is not None else len(parts), len(parts)):
        part = parts[index]
        if isinstance(part, Block):
            places.setdefault(part.id, index + 1)
        elif SECTION_MARKER.fullmatch(part.strip()):
            break
    before = reversed(order[: order.index(name)])
    return next((places[other] for other in before if other in places), None)


def _section_index(parts: list[str | Block], place: _Place) -> int | None:
    """The index of the part behind a section's marker, or behind its heading; None where neither is."""
    for index, part in enumerate(parts):
        if isinstance(part, str):
            marker = SECTION_MARKER.fullmatch(part.strip())
            if marker is not None and marker[1] == place.section:
                return index + 1
    for section in _sections(tuple(parts)):
        if not section.id and section.title.casefold() == place.title.casefold():
            return _index_at(parts, section.body_start)
    return None


def _index_at(parts: Sequence[str | Block], offset: int) -> int | None:
    """The index of the part that begins at that offset of the joined text."""
    position = 0
    for index, part in enumerate(parts):
        if position == offset:
            return index
        position += len(_join((part,)))
    return len(parts) if position == offset else None


def _sections(parts: Parts) -> tuple[Section, ...]:
    """The sections of a text whose front matter has been taken off: a rule at its top is none."""
    return tuple(
        replace(section, start=section.start - 1, body_start=section.body_start - 1, end=section.end - 1)
        for section in sections("\n" + _join(parts))
    )


def _answered(parts: Parts, ending: str) -> Parts:
    """Prompts disappear where a person has answered below, and nowhere else."""
    emptied = {
        part.id: _emptied(part, ending) for part in _real(parts).values() if part.is_prompt and part.is_intact
    }
    if not emptied:
        return parts
    real = _real(parts)
    bare = tuple(
        emptied[part.id] if isinstance(part, Block) and part.id in emptied and real[part.id] is part else part
        for part in parts
    )
    filled = {
        section.id
        for section in _sections(bare)
        if section.id in emptied and content_gap(section.body) is None
    }
    return tuple(
        after if isinstance(before, Block) and before is not after and before.id in filled else before
        for before, after in zip(parts, bare, strict=True)
    )


def _emptied(block: Block, ending: str) -> Block:
    attributes = {**block.attributes, "sha256": content_hash(())}
    return replace(
        block,
        opening=start_marker(block.id, attributes) + ending,
        lines=(),
        closing=block.closing.rstrip("\r\n") + ending,
        attributes=attributes,
    )


def _front_matter(old: Sequence[str], new: Sequence[str], facts: str, ending: str) -> list[str]:
    """Our keys as they are now, in our order, and then what people added, line by line."""
    ours = [f"facts: {facts}" if line.startswith("facts:") else line.rstrip("\r\n") for line in new[1:-1]]
    keys = {found[1] for line in ours if (found := KEY.match(line)) is not None}
    theirs = [line for line in old[1:-1] if (found := KEY.match(line)) is None or found[1] not in keys]
    if not new:
        return list(old)
    return [f"---{ending}", *(f"{line}{ending}" for line in ours), *theirs, f"---{ending}"]
