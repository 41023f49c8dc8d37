"""Markdown read by sections, and asked whether a section says anything.

Headings are what a CommonMark parser calls headings at the top level: ATX and setext, but nothing inside a
fence, a quotation, a list or an HTML comment. Line ends may be LF, CRLF or CR and are kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bugaction.escaping import block, cell, fence, inline, link

__all__ = [
    "Section",
    "block",
    "cell",
    "content_gap",
    "fence",
    "inline",
    "link",
    "prompt_hash",
    "sections",
    "split_lines",
]

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^>]*>")
_SECTION_MARKER = re.compile(r"<!--\s*section:\s*([a-z0-9-]+)(?:\s[^>]*)?-->")
_PROMPT_MARKER = re.compile(r"<!--\s*prompt(?:\s+sha256=([0-9a-f]+))?\s*-->")

_PLACEHOLDER_WORDS = frozenset(
    word.strip()
    for word in """
    tbd, tba, tbc, todo, to do, to be done, to be decided, to be defined, to be determined, fixme, wip,
    fill in, coming soon, n/a, na, n.a, n.n, no response, x, xx, xxx, ?, ??, ???, -, --, –, —, …
    """.replace("\n", " ").split(",")
)
_PLACEHOLDER_LEAD = re.compile(r"(?:TODO|TBD|TBC|FIXME)\s*[:–—(-]")
_BRACKETS = re.compile(r"\[[^\[\]\n]{0,80}\]|<[^<>\n]{1,80}>|\{\{?[^{}\n]{1,80}\}?\}")
_LABEL = re.compile(r"[^:\n]{1,60}:\Z")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it.

    `line` is one-based. `start` and `end` are offsets into the text: from the heading to the next heading of
    any level, so that the text before the first section and all sections joined are the whole text again.
    `body` reaches further: to the next heading of the same or a higher level, sub-sections included. `id`
    comes from a `<!-- section: id -->` comment below the heading, "" where there is none.
    """

    title: str
    level: int
    id: str
    line: int
    start: int
    body_start: int
    end: int
    body: str


def split_lines(text: str) -> list[str]:
    """The lines with their ends; only LF, CRLF and CR end one, as in CommonMark (section 2.1)."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)


def sections(text: str) -> tuple[Section, ...]:
    """The sections of a text, in order. YAML front matter is no section."""
    lines = split_lines(text)
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    skipped = front_matter_lines(lines)
    blank = "\n" * skipped  # keeps the parser's line numbers
    tokens = _PARSER.parse(blank + "".join(lines[skipped:]))
    heads = [
        (token.map[0], token.map[1], int(token.tag[1:]), _plain(tokens[index + 1]))
        for index, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0 and token.map is not None
    ]
    found: list[Section] = []
    for index, (first, after, level, title) in enumerate(heads):
        following = heads[index + 1 :]
        next_line = following[0][0] if following else len(lines)
        end_line = next((head[0] for head in following if head[2] <= level), len(lines))
        found.append(
            Section(
                title=title,
                level=level,
                id=_marker_id(tokens, after, next_line),
                line=first + 1,
                start=offsets[first],
                body_start=offsets[min(after, len(lines))],
                end=offsets[next_line],
                body=text[offsets[min(after, len(lines))] : offsets[end_line]],
            )
        )
    return tuple(found)


def front_matter_lines(lines: Sequence[str]) -> int:
    """How many lines YAML front matter takes at the top, its two `---` included; 0 where there is none."""
    if not lines or lines[0].lstrip("\ufeff").rstrip() != "---":
        return 0
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() == "---":
            return number
    return 0


def _marker_id(tokens: Sequence[Token], first: int, last: int) -> str:
    for token in tokens:
        if token.type == "html_block" and token.map is not None and first <= token.map[0] < last:
            found = _SECTION_MARKER.search(token.content)
            if found is not None:
                return found[1]
    return ""


def _plain(token: Token) -> str:
    """The words of an inline token, without marks and comments."""
    parts = []
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return " ".join("".join(parts).split())


def prompt_hash(text: str) -> str:
    """Twelve hexadecimal digits that know a prompt again, whatever its line breaks and quote marks."""
    words = " ".join(re.sub(r"^[\s>]+", " ", text, flags=re.MULTILINE).split())
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def content_gap(body: str) -> str | None:
    """Why the text under a heading says nothing, as words behind its title; None when it says something.

    Sub-headings, comments, prompts that nobody has touched, placeholders, lone labels (`**Platform:**`),
    empty list items, empty fences and table rows with nothing but their first cell are no content.
    """
    seen: dict[str, str] = {}
    for kind, words in _pieces(body):
        if kind == "content":
            if not _is_placeholder(words):
                return None
            seen.setdefault("placeholder", words)
        else:
            seen.setdefault(kind, words)
    if "prompt" in seen:
        return "is still to be written"
    if "placeholder" in seen:
        return f"holds only a placeholder ({seen['placeholder'][:40]})"
    if "label" in seen:
        return "holds only labels without answers"
    if "heading" in seen:
        return "holds only headings"
    return "is empty"


def _pieces(body: str) -> Iterator[tuple[str, str]]:
    """Every piece of a body: its kind (`content`, `prompt`, `label`, `heading`) and its words."""
    lines = split_lines(body)
    tokens = _PARSER.parse(body)
    prompt = ""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type == "html_block":
            marker = _PROMPT_MARKER.search(token.content)
            prompt = (marker[1] or "any") if marker is not None else prompt
            words = _TAG.sub(" ", _COMMENT.sub(" ", token.content)).strip()
            if words:
                yield "content", words
        elif token.type == "blockquote_open" and prompt:
            last = _closing(tokens, index)
            quoted = "".join(lines[slice(*token.map)]) if token.map is not None else ""
            if prompt in ("any", prompt_hash(quoted)):
                yield "prompt", ""
                index = last
            prompt = ""
        elif token.type == "heading_open":
            yield "heading", _plain(tokens[index + 1])
            index = _closing(tokens, index)
        elif token.type == "table_open":
            last = _closing(tokens, index)
            yield from _table(tokens[index : last + 1])
            index = last
        elif token.type in ("fence", "code_block") and token.content.strip():
            yield "content", token.content.strip()
        elif token.type == "inline":
            yield from _words(token)
        index += 1


def _closing(tokens: Sequence[Token], index: int) -> int:
    """The index of the token that closes the one at `index`."""
    opened = tokens[index]
    closing = opened.type.replace("_open", "_close")
    for later in range(index + 1, len(tokens)):
        if tokens[later].type == closing and tokens[later].level == opened.level:
            return later
    return len(tokens) - 1


def _table(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """The cells below a table's head; where it has several columns, the first one only names the row."""
    column, columns, in_body = 0, 0, False
    for index, token in enumerate(tokens):
        if token.type == "tbody_open":
            in_body = True
        elif token.type == "tr_open":
            column = 0
        elif token.type == "th_open":
            columns += 1
        elif token.type == "td_open" and in_body:
            column += 1
            if column > 1 or columns == 1:
                yield from _words(tokens[index + 1])
            else:
                yield "label", ""


def _words(token: Token) -> Iterator[tuple[str, str]]:
    """The lines of an inline token as content or lone labels. A picture is content."""
    line: list[str] = []
    for child in token.children or ():
        if child.type == "image":
            yield "content", "a picture"
        elif child.type in ("text", "code_inline"):
            line.append(child.content)
        elif child.type == "html_inline" and not child.content.startswith("<!--"):
            line.append(child.content if _BRACKETS.fullmatch(child.content) and " " in child.content else "")
        elif child.type in ("softbreak", "hardbreak"):
            yield from _judge("".join(line))
            line = []
    yield from _judge("".join(line))


def _judge(line: str) -> Iterator[tuple[str, str]]:
    words = re.sub(r"^\s*\[[ xX]\](?=\s|$)", "", line).strip()
    if not words:
        return
    yield ("label" if _LABEL.fullmatch(words) else "content"), words


def _is_placeholder(words: str) -> bool:
    """Whether these words stand in for some: TBD, n/a, `[Name]`, an ellipsis."""
    bare = words.strip().strip("*_`\"'“”").strip()
    if _is_stand_in(bare):
        return True
    if _PLACEHOLDER_LEAD.match(bare):
        return True
    label, colon, value = bare.partition(":")
    if colon and len(label) <= 60 and value.strip() and not value.startswith("//"):
        rest = value.strip()
        if _is_stand_in(rest) or _is_bracketed(rest):
            return True
    return _is_bracketed(bare)


def _is_stand_in(words: str) -> bool:
    """Whether the words are one of those that people leave for later, or dots alone."""
    bare = words.casefold().rstrip(".!").strip()
    return not bare or bare in _PLACEHOLDER_WORDS


def _is_bracketed(words: str) -> bool:
    """Whether nothing but bracketed stand-ins and punctuation is there: `[Name] - [Date]`."""
    without, count = _BRACKETS.subn("", words)
    return count > 0 and not any(char.isalnum() for char in without)
