"""Markdown read by sections, and asked whether a section says anything.

Headings are what a CommonMark parser calls headings at the top level: ATX and setext, but nothing inside a
fence, a quotation, a list or an HTML comment. Line ends may be LF, CRLF or CR and are kept.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.token import Token

from bugaction import commonmark
from bugaction.commonmark import Page
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

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^>]*>")
# No `<` inside: each of a thousand markers that never end would be looked through to the end of the text.
_SECTION_MARKER = re.compile(r"<!--\s*section:\s*([a-z0-9-]+)(?:\s[^<>]*)?-->")
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
_PICTURE = re.compile(r"<img\s", re.IGNORECASE)
_SOURCE = re.compile(r"\ssrc\s*=", re.IGNORECASE)
_SHOWN = {"code": "holds only code", "picture": "holds only pictures"}
"""Kinds of content that show something and explain nothing, each with the words where it stands alone."""

_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Categories of characters that leave nothing on a page: `&nbsp;` and `&#8203;` are no words."""

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


@lru_cache(maxsize=64)
def sections(text: str) -> tuple[Section, ...]:
    """The sections of a text, in order. YAML front matter is no section.

    Remembered, because a run asks the same documents several times; a committed one may have 512 KB.
    """
    lines = split_lines(text)
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    skipped = front_matter_lines(lines)
    blank = "\n" * skipped  # keeps the parser's line numbers
    # A mark of the byte order at the top is no text (CommonMark's reference parser passes over it too).
    page = commonmark.read(blank + "".join(lines[skipped:]).removeprefix("\ufeff"))
    heads = [
        (token.map[0], token.map[1], int(token.tag[1:]), _plain(page, page.tokens[index + 1]))
        for index, token in enumerate(page.tokens)
        if token.type == "heading_open" and token.level == 0 and token.map is not None
    ]
    starts = [first for first, _, _, _ in heads]
    following = [*starts[1:], len(lines)][: len(starts)]
    ids = _marker_ids(page, [after for _, after, _, _ in heads], following)
    ends = _ends([level for _, _, level, _ in heads], starts, len(lines))
    return tuple(
        Section(
            title=title,
            level=level,
            id=ids[index],
            line=first + 1,
            start=offsets[first],
            body_start=offsets[min(after, len(lines))],
            end=offsets[following[index]],
            body=text[offsets[min(after, len(lines))] : offsets[ends[index]]],
        )
        for index, (first, after, level, title) in enumerate(heads)
    )


def _ends(levels: Sequence[int], starts: Sequence[int], last: int) -> list[int]:
    """The line of the next heading of the same or a higher level, for each; `last` where there is none."""
    ends = [last] * len(levels)
    open_ones: list[int] = []
    for index, level in enumerate(levels):
        while open_ones and levels[open_ones[-1]] >= level:
            ends[open_ones.pop()] = starts[index]
        open_ones.append(index)
    return ends


def front_matter_lines(lines: Sequence[str]) -> int:
    """How many lines YAML front matter takes at the top, its two `---` included; 0 where there is none."""
    if not lines or lines[0].lstrip("\ufeff").rstrip() != "---":
        return 0
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() == "---":
            return number
    return 0


def _marker_ids(page: Page, firsts: Sequence[int], lasts: Sequence[int]) -> list[str]:
    """The id of the first marker that begins between each section's lines; both lists ascend."""
    markers = [
        (token.map[0], found[1])
        for token in page.tokens
        if token.type == "html_block"
        and token.map is not None
        and (found := _SECTION_MARKER.search(token.content)) is not None
    ]
    ids: list[str] = []
    place = 0
    for first, last in zip(firsts, lasts, strict=True):
        while place < len(markers) and markers[place][0] < first:
            place += 1
        ids.append(markers[place][1] if place < len(markers) and markers[place][0] < last else "")
    return ids


def _plain(page: Page, token: Token) -> str:
    """The words of an inline token, without marks and comments."""
    parts = []
    for child in page.inside(token):
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return " ".join("".join(parts).split())


def prompt_hash(text: str) -> str:
    """Twelve hexadecimal digits that know a prompt again, whatever its line breaks and quote marks."""
    words = " ".join(re.sub(r"^[\s>]+", " ", text, flags=re.MULTILINE).split())
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:12]


@lru_cache(maxsize=512)
def content_gap(body: str, *, words: bool = False) -> str | None:
    """Why the text under a heading says nothing, as words behind its title; None when it says something.

    Sub-headings, comments, prompts that nobody has touched, placeholders, lone labels (`**Platform:**`),
    empty list items, empty fences and table rows with nothing but their first cell are no content. Where
    `words` are asked for, code blocks and pictures are none by themselves either.
    """
    seen: dict[str, str] = {}
    for kind, text in _pieces(body):
        is_shown = kind in _SHOWN
        if (kind == "content" or is_shown) and _is_placeholder(text):
            seen.setdefault("placeholder", text)
        elif kind == "content" or (is_shown and not words):
            return None
        else:
            seen.setdefault(kind, text)
    shown = next((problem for kind, problem in _SHOWN.items() if kind in seen), None)
    if "prompt" in seen:
        return shown or "is still to be written"
    if "placeholder" in seen:
        return f"holds only a placeholder ({seen['placeholder'][:40]})"
    if shown is not None:
        return shown
    if "label" in seen:
        return "holds only labels without answers"
    if "heading" in seen:
        return "holds only headings"
    return "is empty"


def _pieces(body: str) -> Iterator[tuple[str, str]]:
    """Every piece of a body: its kind (`content`, `prompt`, `label`, `heading`, or of `_SHOWN`) and words."""
    lines = split_lines(body)
    page = commonmark.read(body)
    tokens = page.tokens
    prompt = ""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type == "html_block":
            marker = _PROMPT_MARKER.search(token.content)
            prompt = (marker[1] or "any") if marker is not None else prompt
            bare = _COMMENT.sub(" ", token.content)
            words = _without_tags(bare).strip()
            if words:
                yield "content", words
            elif any(_is_picture(tag[0]) for tag in _TAG.finditer(bare)):
                yield "picture", "a picture"
        elif token.type == "blockquote_open" and prompt:
            last = _closing(tokens, index)
            quoted = "".join(lines[slice(*token.map)]) if token.map is not None else ""
            if prompt in ("any", prompt_hash(quoted)):
                yield "prompt", ""
                index = last
            prompt = ""
        elif token.type == "heading_open":
            yield "heading", _plain(page, tokens[index + 1])
            index = _closing(tokens, index)
        elif token.type == "table_open":
            last = _closing(tokens, index)
            yield from _table(page, tokens[index : last + 1])
            index = last
        elif token.type in ("fence", "code_block") and token.content.strip():
            yield "code", token.content.strip()
        elif token.type == "inline":
            yield from _words(page, token)
        index += 1


def _is_picture(tag: str) -> bool:
    """Whether an HTML tag shows a picture, as GitHub's editor writes one that is pasted."""
    return _PICTURE.match(tag) is not None and _SOURCE.search(tag) is not None


def _without_tags(html: str) -> str:
    """A space for each tag. Behind the last `>` none can end, so none is looked for there."""
    last = html.rfind(">") + 1
    return _TAG.sub(" ", html[:last]) + html[last:]


def _closing(tokens: Sequence[Token], index: int) -> int:
    """The index of the token that closes the one at `index`; whatever the parser opens, it closes."""
    opened = tokens[index]
    closing = opened.type.replace("_open", "_close")
    later = range(index + 1, len(tokens))
    found = (at for at in later if tokens[at].type == closing and tokens[at].level == opened.level)
    return next(found, len(tokens) - 1)


def _table(page: Page, tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
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
                yield from _words(page, tokens[index + 1])
            else:
                yield "label", ""


def _words(page: Page, token: Token) -> Iterator[tuple[str, str]]:
    """The lines of an inline token as content or lone labels. A picture is content."""
    line: list[str] = []
    for child in page.inside(token):
        if child.type == "image" or (child.type == "html_inline" and _is_picture(child.content)):
            yield "picture", "a picture"
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
    if all(unicodedata.category(char) in _UNSEEN for char in words):
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
