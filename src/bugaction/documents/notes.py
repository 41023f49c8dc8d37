"""A person's words from the form that starts a run, put into the document that it begins: once, and theirs.

They stand outside every generated block, so that they are kept like everything else that people write. A mark
above them knows them again: a run that goes round, or is started once more with the same words, adds nothing.
"""

from __future__ import annotations

import hashlib

from bugaction.bug import Note
from bugaction.escaping import block, inline
from bugaction.markdown import sections

__all__ = ["with_note"]

_MARK = "<!-- bugaction:note {} -->"
_SECTION = "timeline"
"""What people add to the facts stands below the timeline; no required section may be filled by it."""


def with_note(text: str, note: Note | None) -> str:
    """The document with the note at the end of its timeline, or of the document where it has none."""
    if note is None or not note.text.strip():
        return text
    words = block(note.text)
    mark = _MARK.format(_digest(note))
    if not words or mark in text:
        return text
    who = inline(note.author) or "Whoever started this"
    ending = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    piece = ending.join([mark, f"{who} wrote, when this was asked for:", "", *words.split("\n")])
    at = next((section.end for section in sections(text) if section.id == _SECTION), len(text))
    before, after = text[:at].rstrip(), text[at:]
    return before + ending * 2 + piece + ending + (ending + after if after else "")


def _digest(note: Note) -> str:
    """Twelve hexadecimal digits that know a note again; spacing at its ends does not count."""
    said = f"{note.author.casefold()}\n{note.text.strip()}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:12]
