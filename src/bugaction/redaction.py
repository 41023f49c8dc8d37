"""Facts without what people wrote: other words in their place, and the same decisions.

Every text in the facts is disguised unless it is said here to be none of a person's. What a decision hangs on
stays: commands, marks, headings, boxes, labels of severities, keywords that link, numbers, times and ids of
commits. Where a digest over a text stands in another, it is made anew over the new text.

The words of one's own GitHub that are no secret, such as `github.com`, stay too. See docs/decisions/0023.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from bugaction.action_issues import text_digest
from bugaction.action_items import action_items
from bugaction.capture import Capture, loaded_of
from bugaction.commands import COMMANDS
from bugaction.commands.parse import parse_calls
from bugaction.disguise import Disguise, words_of
from bugaction.documents.facts import (
    PROMPT_MARKER,
    Block,
    content_hash,
    facts_hash,
    parse,
    prompt_lines,
    start_marker,
)
from bugaction.events import Event
from bugaction.markdown import front_matter_lines, prompt_hash, split_lines
from bugaction.model import LedgerFile
from bugaction.policy import Policy
from bugaction.records import parse_meta
from bugaction.review import Check, HeadFile
from bugaction.snapshot import Comment, Deployment, TextFile
from bugaction.vocabulary import PROSE, bare, fragments, phrases, policy_words, slugs, terms

__all__ = ["redacted"]

_VERBATIM: frozenset[tuple[type, str]] = frozenset(
    {
        (Capture, "bugaction"),
        (Capture, "command"),
        (Check, "app_slug"),
        (Check, "event"),
        (Comment, "reactions"),
        (Deployment, "state"),
        (Event, "action"),
        (Event, "name"),
        (LedgerFile, "chain"),
    }
)
"""Fields whose values are GitHub's or ours by what they are."""

_PROSE = frozenset(
    {
        "body",
        "broken",
        "description",
        "edited",
        "edits",
        "message",
        "note",
        "problem",
        "reason",
        "said",
        "title",
        "unreadable",
        "why",
        "words",
    }
)
"""Fields that hold sentences. All others hold names."""

_MARK = re.compile(r"<!--\s*/?(?:bugaction:|section:|prompt\b|attest:)[^<>]*-->")
_COMMAND = re.compile(r"( {0,3}/)([A-Za-z][A-Za-z-]{1,39})(?=[ \t]|$)(.*)", re.ASCII | re.DOTALL)
_LINK = re.compile(r"https?://[^\s<>()\[\]\"'`|]+", re.ASCII)
_ATTRIBUTE = re.compile(r"((?<= )[a-z0-9]+=)")
"""In a mark of ours, what an attribute is called."""

_REFERENCE = re.compile(r"(?<![\w./-])[\w.-]+/[\w.-]+(?=#[0-9])", re.ASCII)
_KEY = re.compile(r"\s*[A-Za-z_-]+:")
_FACTS = re.compile(r"facts: sha256:[0-9a-f]{64}")
_EXPRESSION = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.DOTALL)
_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")

_WITH_TEXT = frozenset(name for name, command in COMMANDS.items() if command.takes_text)


_WALKS = 3
"""The first finds the commands' digests, the second those over what names these; the third writes all."""


def redacted(capture: Capture, templates: Mapping[str, str]) -> Capture:
    """The facts with people's words replaced. `templates` are the shipped ones: their lines are ours.

    Nothing is decided here: whether the same comes of it is for who redacts to compare.
    """
    policy = loaded_of(capture, capture.cases[-1]).policy if capture.cases else None
    redaction = _Redaction(capture, templates, policy)
    for _ in range(_WALKS - 1):
        redaction.walk(capture)
    made = redaction.walk(capture)
    assert isinstance(made, Capture)  # noqa: S101 - a walk keeps the type
    return replace(made, redacted=True)


class _Redaction:
    """One file's disguise, and how each kind of text is read by who decides."""

    def __init__(self, capture: Capture, templates: Mapping[str, str], policy: Policy | None) -> None:
        labels = policy_words(policy)
        self._prose = PROSE | labels
        self._terms = terms() | labels
        self._marks = self._terms | slugs(templates)
        self._phrases = phrases(templates)
        texts = list(_texts(capture))
        known = (
            {text for text in texts if _OID.fullmatch(text)} | set(_chains(capture)) | set(_numbers(capture))
        )
        self._disguise = Disguise(
            taken=words_of(texts) | self._marks, known=frozenset(known), fragments=fragments(policy)
        )

    # Values -----------------------------------------------------------------------------------------------

    def walk(self, value: Any, kind: str = "") -> Any:  # noqa: ANN401 - what goes in comes out
        """The value with every text in it disguised; `kind` is the name of the field that holds it."""
        match value:
            case Enum() | bool() | int() | None:
                return value
            case str():
                return self._text(value, kind)
            case TextFile():
                branch = self._terms_in(value.branch)
                return replace(value, **self._placed(value), branch=branch)
            case HeadFile():
                return replace(value, **self._placed(value))
            case LedgerFile():
                lines = tuple(self.walk(line) for line in value.lines)
                for old, new in zip(value.lines, lines, strict=True):  # as answers to commands are known by
                    self._disguise.digests[_digest(old.evidence)] = _digest(new.evidence)
                return replace(
                    value,
                    text=self._lines(value.text, self._json_line),
                    lines=lines,
                    unreadable=self._prose_in(value.unreadable),
                )
            case tuple():
                return tuple(self.walk(item, kind) for item in value)
            case frozenset():
                return frozenset(self.walk(item, kind) for item in value)
            case Mapping() if kind == "data":  # a record's, whose keys are ours
                return {key: self._terms_in(item) for key, item in value.items()}
            case Mapping():
                return {self.walk(key, ""): self._entry(key, item, kind) for key, item in value.items()}
            case _:
                return self._record(value)

    def _record(self, value: Any) -> Any:  # noqa: ANN401 - as above
        if is_dataclass(value) and not isinstance(value, type):
            changed = {
                item.name: self.walk(getattr(value, item.name), item.name)
                for item in fields(value)
                if item.init and (type(value), item.name) not in _VERBATIM
            }
            return replace(value, **changed)
        return value

    def _placed(self, file: TextFile | HeadFile) -> dict[str, Any]:
        text = None if file.text is None else self._file(file.path, file.text)
        return {"path": self._terms_in(file.path), "text": text}

    def _entry(self, key: object, item: object, kind: str) -> Any:  # noqa: ANN401 - as above
        """A mapping's value: of a file by its path, the file's text."""
        if kind == "files" and isinstance(key, str) and isinstance(item, str):
            return self._file(key, item)
        if kind == "blobs" and isinstance(item, str):
            return self._file("", item)
        return self.walk(item, kind)

    def _text(self, text: str, kind: str) -> str:
        if kind == "records_meta" and parse_meta(text) is not None:
            return text
        return self._prose_in(text) if kind in _PROSE else self._terms_in(text)

    # Texts ------------------------------------------------------------------------------------------------

    def _terms_in(self, text: str) -> str:
        return self._disguise.text(text, self._terms.__contains__)

    def _prose_in(self, text: str) -> str:
        """What somebody wrote, line by line, with the digests of the commands in it."""
        made = self._lines(text, self._prose_line)
        calls = [parse_calls(each, _WITH_TEXT, COMMANDS.keys()) for each in (text, made)]
        for old, new in zip(*calls, strict=False):
            self._disguise.digests[old.digest] = new.digest
        return made

    def _lines(self, text: str, change: Callable[[str], str]) -> str:
        return "".join(
            change(line[: len(line) - len(end)]) + end for line in split_lines(text) for end in [_end(line)]
        )

    def _prose_line(self, line: str) -> str:
        if (words := bare(line)) and words in self._phrases:
            return line
        command = _COMMAND.fullmatch(line)
        if command is not None:
            name = command[2] if command[2].casefold() in COMMANDS else self._terms_in(command[2])
            return f"{command[1]}{name}{self._pieces(command[3], self._terms_in)}"
        return self._pieces(line, self._prose_words)

    def _prose_words(self, text: str) -> str:
        return self._disguise.text(text, self._prose.__contains__)

    def _pieces(self, line: str, change: Callable[[str], str]) -> str:
        """A line with its marks, links and references as such, and the rest changed."""
        parts: list[str] = []
        start = 0
        for found in _PIECES.finditer(line):
            parts.append(change(line[start : found.start()]))
            kept = self._marks if found[0].startswith("<!--") else self._terms
            parts += [
                part if place % 2 else self._disguise.text(part, kept.__contains__)
                for place, part in enumerate(_ATTRIBUTE.split(found[0]))
            ]
            start = found.end()
        return "".join([*parts, change(line[start:])])

    # Files ------------------------------------------------------------------------------------------------

    def _file(self, path: str, text: str) -> str:
        """A committed file, by what it is; with the digest that its copy is known by."""
        if path.endswith((".json", ".jsonl")):
            return self._json_line(text) if path.endswith(".json") else self._lines(text, self._json_line)
        if path.endswith((".yml", ".yaml")):
            return self._lines(text, self._terms_in)
        if path.endswith(".j2"):
            parts = _EXPRESSION.split(text)
            return "".join(
                part if place % 2 else self._lines(part, self._prose_line) for place, part in enumerate(parts)
            )
        made = self._document(text)
        for old, new in zip(action_items(text), action_items(made), strict=False):
            self._disguise.digests[text_digest(old.text)] = text_digest(new.text)
        self._disguise.digests[_digest(text)] = _digest(made)
        return made

    def _json_line(self, text: str) -> str:
        """JSON with its keys, and the texts in it disguised; as it is written where it is none."""
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            return self._terms_in(text)
        return json.dumps(self._in_json(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def _in_json(self, data: object) -> object:
        if isinstance(data, str):
            return self._terms_in(data)
        if isinstance(data, list):
            return [self._in_json(item) for item in data]
        if isinstance(data, dict):
            return {key: self._in_json(item) for key, item in data.items()}
        return data

    def _document(self, text: str) -> str:
        """A document: its front matter by key, its prompts and generated blocks as untouched as they were."""
        lines = split_lines(text)
        top = front_matter_lines(lines)
        made = [self._front(line) for line in lines[:top]]
        made += [self._lines(line, self._prose_line) for line in lines[top:]]
        return _resealed(lines, made)

    def _front(self, line: str) -> str:
        if _FACTS.fullmatch(line.strip()):  # made anew over the new text, by which it is found
            return line
        key = _KEY.match(line)
        start = key.end() if key is not None else 0
        return line[:start] + self._terms_in(line[start:])


_PIECES = re.compile(f"{_MARK.pattern}|{_LINK.pattern}|{_REFERENCE.pattern}", re.ASCII)


def _end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _digest(text: str) -> str:
    """As `document_copies` knows a copy, and `commands.answer` what it answers."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _resealed(old: list[str], new: list[str]) -> str:
    """The new lines with each prompt and each block that was untouched marked as such again."""
    made = list(new)
    for index, line in enumerate(old):
        found = PROMPT_MARKER.fullmatch(line.strip())
        if found is not None and found[1] == prompt_hash("".join(prompt_lines(old, index))):
            quoted = prompt_hash("".join(prompt_lines(made, index)))
            made[index] = line.replace(found[1], quoted)
    blocks: list[list[Block]] = [[], []]
    text: list[str] = []
    for before, after in zip(parse(old), parse(made), strict=False):
        if isinstance(before, Block) and isinstance(after, Block):
            if before.is_intact:
                attributes = {**after.attributes, "sha256": content_hash(after.lines)}
                opening = start_marker(after.id, attributes) + _end(after.opening)
                after = replace(after, opening=opening, attributes=attributes)  # noqa: PLW2901 - it is resealed
            blocks[0].append(before)
            blocks[1].append(after)
            text += [after.opening, *after.lines, after.closing]
        elif isinstance(after, str):  # pragma: no branch - marks are kept, so a block stays one
            text.append(after)
    whole = "".join(text)
    return whole.replace(facts_hash(blocks[0]), facts_hash(blocks[1])) if blocks[0] else whole


# What there is --------------------------------------------------------------------------------------------


def _texts(value: object) -> Iterator[str]:
    """Every text in a value."""
    for item in _values(value):
        if isinstance(item, str) and not isinstance(item, Enum):
            yield item


def _chains(value: object) -> Iterator[str]:
    """The digests that our marks repeat of a ledger."""
    for item in _values(value):
        if isinstance(item, LedgerFile):
            yield from item.chain


def _numbers(value: object) -> Iterator[str]:
    """Every number of GitHub's, which addresses repeat."""
    for item in _values(value):
        if isinstance(item, int) and not isinstance(item, bool | Enum):
            yield str(item)


def _values(value: object) -> Iterator[object]:
    yield value
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _values(key)
            yield from _values(item)
    elif isinstance(value, tuple | frozenset):
        for item in value:
            yield from _values(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _values(getattr(value, field.name))
