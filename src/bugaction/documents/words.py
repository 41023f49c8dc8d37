"""What people told in comments, as blocks of their own in a document: `said-COMMENT-SECTION`.

Such a block holds a person's words and stands in the section that they belong to, with who said them. It
follows its comment alone: other comments' blocks, facts, and what a person writes in the document have
nothing to do with it. The words are quoted, so that nothing in them is a heading, a marker or front matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bugaction.documents.facts import (
    SECTION_MARKER,
    WORDS,
    Block,
    end_marker,
    opened_name,
    parse,
    start_marker,
)
from bugaction.escaping import block as quotation
from bugaction.escaping import inline, link
from bugaction.explanation import MAIN, Explanation
from bugaction.markdown import split_lines

__all__ = ["MOST_BYTES", "with_words", "words_in"]

MOST_BYTES = 200_000
"""UTF-8 bytes of words from comments that a document repeats; the comments hold the rest. GraphQL returns no
blob's text above 512,000 bytes, and what cannot be read is not kept up to date."""

_LEAST = 400
"""Bytes for which a beginning of somebody's words is still worth its place."""

_NAME = re.compile(rf"{WORDS}([0-9]{{1,19}})-([a-z-]+)")


def with_words(rendered: str, explanations: Iterable[Explanation], committed: str, server: str) -> str:
    """The rendered document with the words that its sections have from comments.

    `committed` is the document as it stands, "" where there is none: of a block in it whose comment says
    nothing any more, the rendered one tells whether it goes (`gone`) or stays as it is (`keep`). `server` is
    GitHub's origin, below which links are made.
    """
    told = tuple(explanations)
    wanted = dict(_written(told, server))
    for name in dict.fromkeys(map(opened_name, split_lines(committed))):
        found = _NAME.fullmatch(name)
        if found is not None and name not in wanted:
            wanted[name] = (found[2], _marked(name, _standing(int(found[1]), told)))
    by_section: dict[str, list[str]] = {}
    for section, lines in wanted.values():
        by_section.setdefault(section, []).extend(["\n", *lines])
    return _placed(rendered, by_section) if by_section else rendered


def words_in(block: Block) -> tuple[str, ...]:
    """The lines of a block that are somebody's words, as they said them; none where it holds facts."""
    quoted = block.lines if block.id.startswith(WORDS) else ()
    return tuple(line.removeprefix(">").removeprefix(" ") for line in quoted if line.startswith(">"))


def _standing(comment: int, told: Iterable[Explanation]) -> str:
    """What becomes of a block that no comment's present words fill."""
    found = next((item for item in told if item.comment == comment), None)
    return "keep" if found is None or found.words is None else "gone"


def _written(told: Iterable[Explanation], server: str) -> Iterator[tuple[str, tuple[str, list[str]]]]:
    """Each block's name with its section and its lines, as long as there is room."""
    left = MOST_BYTES
    for item in told:
        for section, words in (item.words or {}).items():
            quoted, is_whole = _quoted(words, left, server)
            left -= len(quoted.encode())
            name = f"{WORDS}{item.comment}-{section}"
            lines = [_said(item, server), quoted, "" if is_whole else _rest(item, server)]
            yield name, (section, _marked(name, "", "\n\n".join(line for line in lines if line)))


def _quoted(words: str, most: int, server: str) -> tuple[str, bool]:
    """The words as a quotation of at most so many bytes, and whether it is all of them.

    It is empty where it would hold next to nothing of what was said.
    """
    limit = min(most, len(words))
    while limit >= min(_LEAST, len(words)):
        quoted = quotation(words, limit, server)
        size = len(quoted.encode())
        if size <= most:
            return quoted, limit == len(words)
        limit = limit * most // size - 1
    return "", False


def _said(item: Explanation, server: str) -> str:
    """Who said it and when: a label, which is no content by itself (`markdown.content_gap`)."""
    edited = f", edited by {inline(item.editor)}" if item.editor else ""
    return f"{inline(item.author)} wrote on {item.at:%Y-%m-%d}{edited} ({link('source', item.url, server)}):"


def _rest(item: Explanation, server: str) -> str:
    return f"It goes on there: {link('the whole of it', item.url, server)}."


def _marked(name: str, attribute: str, text: str = "") -> list[str]:
    attributes = {attribute: ""} if attribute else {}
    lines = split_lines(f"{text}\n") if text else []
    return [f"{start_marker(name, attributes)}\n", *lines, f"{end_marker(name)}\n"]


def _placed(rendered: str, by_section: Mapping[str, Sequence[str]]) -> str:
    """The blocks behind the last block of their sections; where one is not there, with the main words."""
    parts = parse(split_lines(rendered))
    places: dict[str, int] = {}
    current = ""
    for index, part in enumerate(parts):
        marker = SECTION_MARKER.fullmatch(part.strip()) if isinstance(part, str) else None
        current = marker[1] if marker is not None else current
        if current and (marker is not None or isinstance(part, Block)):
            places[current] = index
    behind: dict[int, list[str]] = {}
    for section, lines in by_section.items():
        index = places.get(section, places.get(MAIN, len(parts) - 1))
        behind.setdefault(index, []).extend(lines)
    pieces: list[str] = []
    for index, part in enumerate(parts):
        whole = part if isinstance(part, str) else part.opening + "".join(part.lines) + part.closing
        pieces += [whole, *behind.get(index, ())]
    return "".join(pieces)
