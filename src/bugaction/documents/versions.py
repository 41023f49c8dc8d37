"""Versions: what is approved stays byte for byte, and what is new since then makes the next version.

The next version is begun once, by the first fact that differs, and is then kept up to date like any other
until it is approved as well: so there is one more file for an approval, however much happens after it. A
timeline that grows, or the state of what is followed elsewhere, begins none by itself (`passing`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bugaction.bug import Bug, DocumentState
from bugaction.documents.approval import APPROVED, approval_of
from bugaction.documents.base import (
    DocumentType,
    Versioned,
    committed,
    next_version,
    page,
    subject,
    write,
)
from bugaction.documents.facts import WORDS, Block, parse, seal
from bugaction.documents.front_matter import front_values, with_values, without_key
from bugaction.documents.merge import blocks_of, is_left_out, line_end, refresh
from bugaction.documents.overrides import Templates
from bugaction.markdown import front_matter_lines, sections, split_lines
from bugaction.model import Severity
from bugaction.plan import Notice
from bugaction.rendering import Plain, iso
from bugaction.snapshot import Entry, EntryKind

__all__ = ["Departure", "Edition", "departure", "newest_edition"]

_TEMPLATE = "documents/change-note.md.j2"
_SUPERSEDES, _REOPENED = "supersedes", "reopened"
_DOCUMENT_LINK = re.compile(r"\]\([^()\s]*-v[0-9]+\.[0-9]+\.md\)")
_NOTE = "change-note"


@dataclass(frozen=True, slots=True)
class Edition:
    """The version that counts, as it should be committed: its name, its path and its whole text.

    `notices` are what there is to say of the templates.
    """

    version: str
    path: str
    text: str
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Departure:
    """How today's facts differ from what a version tells.

    `severity` is the one that it was written for, "" while that is the same; `reopened` are the times at
    which people opened the issue again since. `blocks` are the facts that differ, in the document's order.
    """

    severity: str = ""
    reopened: tuple[Entry, ...] = ()
    blocks: tuple[str, ...] = ()

    def asks_for_version(self, document: DocumentType) -> bool:
        """Whether it is more than what passes by."""
        return bool(self.severity or self.reopened or set(self.blocks) - document.passing)


def newest_edition(
    document: DocumentType, bug: Bug, state: DocumentState, templates: Templates, existing: str
) -> Edition:
    """A bug's document as it should be: refreshed in place, left alone, or begun as the next version.

    `state` is the document as it is committed, and `existing` its text with what people wrote into a copy of
    it elsewhere, "" for none. Its text must be readable.
    """
    version, path = state.version, state.path
    fresh, notices = _fresh(document, bug, templates, version)
    before = _predecessor(document, bug, version)
    if state.approval is not None and existing:
        news = departure(existing, fresh, existing, bug)
        is_settled = existing == state.text and not news.asks_for_version(document)
        if is_settled or next_version(version) == version:
            return Edition(version, path, existing, notices)
        before = committed(document, bug.facts.documents, bug.policy.documents.root, bug.number, bug.home)
        version = next_version(version)
        path = document.path(bug.policy.documents.root, bug.number, version)
        existing = without_key(without_key(existing, APPROVED), _SUPERSEDES)
        fresh, notices = _fresh(document, bug, templates, version)
    if before is not None and before.file.text:
        note, said = _note(document, bug, templates, before, fresh, existing)
        fresh = with_values(_noted(fresh, note), {_SUPERSEDES: before.file.path.rpartition("/")[2]})
        notices += said
        if _SUPERSEDES not in front_values(existing) and _NOTE not in blocks_of(existing):
            existing = _noted(existing, note)
    return Edition(version, path, refresh(existing, fresh), notices)


def _fresh(
    document: DocumentType, bug: Bug, templates: Templates, version: str
) -> tuple[str, tuple[Notice, ...]]:
    text, notices = write(document, bug, templates, version)
    times = len(_reopenings(bug))
    return (with_values(text, {_REOPENED: str(times)}) if times else text), notices


def _reopenings(bug: Bug) -> list[Entry]:
    """When people opened the issue again; when an app did, it held the issue and nothing is new."""
    return [
        entry for entry in bug.issue.timeline if entry.kind is EntryKind.REOPENED and not entry.actor.is_bot
    ]


def _predecessor(document: DocumentType, bug: Bug, version: str) -> Versioned | None:
    """The committed version before that one."""
    root, number = bug.policy.documents.root, bug.number
    found = (document.version_of(file.path, root, number) for file in bug.facts.documents)
    own = tuple(int(part) for part in version.split("."))
    older = {each for each in found if each is not None and each < own}
    files = [file for file in bug.facts.documents if document.version_of(file.path, root, number) in older]
    return committed(document, files, root, number, bug.home)


# What is new ----------------------------------------------------------------------------------------------


def departure(text: str, fresh: str, newest: str, bug: Bug) -> Departure:
    """How today's facts, as freshly rendered, differ from those in a version's text.

    What people wrote is no difference, nor is a question that waits for them, a block of facts that one of
    the two does not have, or a link that leads to another version of a document. Facts that were not read
    this time are those that the `newest` version tells.
    """
    told = front_values(text)
    severity = Severity.parse(told.get("severity", "")) or bug.severity.current
    known = told.get(_REOPENED, "0")
    count = int(known) if known.isascii() and known.isdecimal() else 0
    before, kept = blocks_of(text), blocks_of(newest)
    now = {
        id_: kept.get(id_, block) if "keep" in block.attributes else block
        for id_, block in blocks_of(fresh).items()
    }
    return Departure(
        severity=severity.name if severity is not None and severity is not bug.severity.current else "",
        reopened=tuple(_reopenings(bug)[count:]),
        blocks=tuple(
            id_
            for id_, block in now.items()
            if (_differs(before[id_], block) if id_ in before else _is_told(block))
        ),
    )


def _is_told(block: Block) -> bool:
    """Whether a block holds what somebody told in a comment: it is news where the version lacks it."""
    return block.id.startswith(WORDS) and bool(block.lines) and not is_left_out(block)


def _differs(old: Block, new: Block) -> bool:
    if "keep" in new.attributes:  # not read, and told by nobody
        return False
    if new.is_prompt:
        return old.is_intact and not old.is_prompt and bool(old.lines)
    if old.is_intact:
        return _facts(old.lines) != _facts(new.lines)
    # Somebody has written in it: what stood there is known by its hash alone.
    return old.attributes.get("sha256") != new.attributes.get("sha256")


def _facts(lines: Sequence[str]) -> str:
    return _DOCUMENT_LINK.sub("](document)", "\n".join(line.rstrip() for line in lines))


# The note -------------------------------------------------------------------------------------------------


def _note(
    document: DocumentType, bug: Bug, templates: Templates, before: Versioned, fresh: str, newest: str
) -> tuple[str, tuple[Notice, ...]]:
    """The section that says what is new since that version, and what there is to say of its template."""
    old = before.file.text or ""
    found = departure(old, fresh, newest, bug)
    approval = approval_of(document.kind, before.name, old, bug.spoken)
    version = front_values(fresh).get("version", "")
    values: dict[str, Plain] = {
        **subject(bug, version),
        "before": {
            "text": f"version {before.name}",
            "url": page(bug, before.file.branch, before.file.path),
        },
        "approval": {
            "who": approval.actor if approval is not None else "",
            "at": iso(approval.at) if approval is not None else "",
            "url": approval.url if approval is not None else "",
            "words": approval.text if approval is not None else "",
        },
        "severity": _severity(bug, found),
        "reopened": [{"at": iso(entry.at), "who": entry.actor.login} for entry in found.reopened],
        "sections": list(dict.fromkeys(_titles(fresh, found.blocks))),
    }
    text, notices = templates.render(_TEMPLATE, values)
    return seal(text), notices


def _severity(bug: Bug, found: Departure) -> dict[str, Plain]:
    current = bug.severity.current
    if not found.severity or current is None:
        return {"before": "", "after": "", "word": "", "at": "", "who": "", "url": "", "why": ""}
    last = bug.severity.history[-1] if bug.severity.history else None
    return {
        "before": found.severity,
        "after": current.name,
        "word": current.word,
        "at": iso(last.at) if last is not None else "",
        "who": last.actor.login if last is not None else "",
        "url": last.url if last is not None else "",
        "why": last.why if last is not None else "",
    }


def _titles(fresh: str, blocks: Sequence[str]) -> list[str]:
    """The headings under which these blocks stand; the head of a document has none of its own."""
    places = {
        part.id: "the head" if section.level == 1 else section.title
        for section in sections(fresh)
        for part in parse(split_lines(fresh[section.start : section.end]))
        if isinstance(part, Block)
    }
    return [places.get(id_, "the head") for id_ in blocks]


def _noted(text: str, note: str) -> str:
    """The text with the note before its first section, behind the head; in the line ends of the text."""
    if not text.strip():
        return text
    lines = split_lines(text)
    ending = line_end(lines)
    added = "".join(line.rstrip("\r\n") + ending for line in (*split_lines(note), "\n"))
    place = _first_section(text, lines)
    if place and not text[:place].endswith(("\n", "\r")):
        added = ending + added
    return text[:place] + added + text[place:]


def _first_section(text: str, lines: Sequence[str]) -> int:
    """The offset of the first heading below the title that stands in no block, or the end of the text."""
    spans: list[tuple[int, int]] = []
    front = front_matter_lines(lines)
    offset = sum(map(len, lines[:front]))
    for part in parse(lines[front:]):
        whole = part if isinstance(part, str) else part.opening + "".join(part.lines) + part.closing
        if not isinstance(part, str):
            spans.append((offset, offset + len(whole)))
        offset += len(whole)
    for section in sections(text):
        if section.level > 1 and not any(first <= section.start < last for first, last in spans):
            return section.start
    return len(text)
