"""Text from GitHub made safe to stand in Markdown that bugaction writes.

GitHub finds mentions and references in the rendered page, not in the source: a backslash or an entity in
front of `@octocat` still notifies. So such words are broken by an invisible character (U+200B) behind the
sign, which no finder crosses (the habit of Dependabot and Renovate). Everything else is ordinary escaping.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from markdown_it.token import Token

from bugaction import commonmark

__all__ = [
    "BREAK",
    "block",
    "cell",
    "clean",
    "cut",
    "fence",
    "inline",
    "is_github_url",
    "link",
    "plain",
    "remark",
    "spoken",
    "words",
]

BREAK = "\u200b"
"""Zero width space: invisible, and no letter."""

INLINE_LIMIT = 256
"""Code points. GitHub's own limit on an issue's title (reference: dead-claudia/github-limits)."""

BLOCK_LIMIT = 20_000
"""Code points of a person's text that a document repeats; the issue keeps the rest."""

_KEPT_FORMAT = frozenset("\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\U000110bd")
"""Format characters that carry meaning: joiners (emoji, Indic scripts) and visible number signs."""

_REFERENCES: tuple[tuple[re.Pattern[str], str], ...] = (
    # https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
    (re.compile(r"@(?=\S)"), f"@{BREAK}"),
    (re.compile(r"#(?=\w)"), f"#{BREAK}"),
    # A backslash before a mark is not shown: `GH\-7` is seen as `GH-7`.
    (re.compile(r"(?<![A-Za-z0-9])(gh)(\\?-)(?=\d)", re.IGNORECASE), rf"\1{BREAK}\2"),
    (re.compile(r":(\\?/\\?/)"), rf":{BREAK}\1"),
    (re.compile(r"(?<![A-Za-z0-9])(www)(\\?\.)", re.IGNORECASE), rf"\1{BREAK}\2"),
)
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"})
_PUNCTUATION = re.compile(r"([\\`*_\[\]|~])")
_LINE_START = re.compile(r"^(?=[=:-]|[#+]+(?:\s|$))|^(\d{1,9})(?=[.)](?:\s|$))")
_SAFE_URL = re.compile(r"https?://[A-Za-z0-9.\-:]+/[A-Za-z0-9\-._~/?#@!&+,;=%:]*\Z")

_FORBIDDEN_IN_QUOTES = frozenset(
    {"html_block", "html_inline", "link_open", "image", "heading_open", "table_open", "hr"}
)

_PLAIN_LINE, _PLAIN_LINES = re.compile(r"[ -~]*"), re.compile(r"[ -~\n\t]*")


def clean(text: str, *, keep_lines: bool = False) -> str:
    """The text without what cannot be seen: control and direction characters, NUL, lone surrogates.

    Line breaks of every kind become a space, or LF with `keep_lines`; a lone surrogate, which no UTF-8 file
    can hold, becomes U+FFFD.
    """
    text = re.sub(r"\r\n?|[\n\v\f\x85\u2028\u2029]", "\n" if keep_lines else " ", text)
    if (_PLAIN_LINES if keep_lines else _PLAIN_LINE).fullmatch(text):
        return text  # nearly every text, and the rest is looked at letter by letter
    return "".join(_visible(char, keep_lines) for char in text)


def _visible(char: str, keep_lines: bool) -> str:
    if " " <= char <= "~" or (keep_lines and char in "\n\t"):
        return char
    if char == "\t":
        return " "
    match unicodedata.category(char):
        case "Cs":
            return "\ufffd"
        case "Cc":
            return ""
        case "Cf":
            return char if char in _KEPT_FORMAT else ""
        case _:
            return char


def cut(text: str, limit: int) -> str:
    """At most `limit` code points; what is cut off is an ellipsis."""
    if len(text) <= limit:
        return text
    return text[: max(limit - 1, 0)].rstrip(" \u200d\ufe0f") + "…"


def inline(text: str, limit: int = INLINE_LIMIT) -> str:
    """Any text as plain words within one line of Markdown.

    `limit` counts code points of the text itself, before escaping. Nothing in the result is a mention, a
    reference, a link, HTML, emphasis, a table's edge, or the start of a heading or list.
    """
    text = cut(re.sub(r" +", " ", clean(text)).strip(), limit)
    text = _break_references(text).translate(_ENTITIES)
    text = _PUNCTUATION.sub(r"\\\1", text)
    return _LINE_START.sub(lambda found: f"{found[1] or ''}\\", text, count=1)


def words(text: str, limit: int = INLINE_LIMIT) -> str:
    """Any text as plain words where no Markdown is read, such as a title; mentions and references are broken.

    `limit` counts code points of the result, which is never longer.
    """
    return cut(_break_references(re.sub(r" +", " ", clean(text)).strip()), limit)


def cell(text: str, limit: int = INLINE_LIMIT) -> str:
    """Any text as the content of a table cell; nothing is shown as a dash."""
    return inline(text, limit) or "–"


def link(text: str, url: str, base: str = "https://github.com") -> str:
    """A Markdown link for an address below `base` (the server's origin), otherwise the words alone."""
    words = inline(text) or "link"
    return f"[{words}]({url})" if is_github_url(url, base) else words


def is_github_url(url: str, base: str = "https://github.com") -> bool:
    """Whether an address lies on this GitHub server and holds nothing that Markdown could read otherwise."""
    return url.startswith(f"{base.rstrip('/')}/") and _SAFE_URL.match(url) is not None


def plain(text: str, limit: int = INLINE_LIMIT) -> str:
    """A stranger's words as a part of a sentence of ours, which `remark` or a status then shows.

    They hold no code and no link: a tick of theirs would pair with one of ours, and take what we meant as
    code out of it. It becomes an apostrophe. `limit` counts code points of the text itself.
    """
    text = cut(re.sub(r" +", " ", clean(text)).strip(), limit)
    return re.sub(r"\](?=\()", f"]{BREAK}", text.replace("`", "'"))


_DOMAIN_DOT = re.compile(r"(?<=[A-Za-z0-9])\.(?=[A-Za-z])")
_COMMAND = re.compile(r"<(?=[!@#:/A-Za-z])|(?<=[\])])\((?=\S)|\](?=\()")


def spoken(text: str, limit: int = INLINE_LIMIT) -> str:
    """A stranger's words on one line of a plain text that chat systems, mail and pagers show.

    Beside mentions and addresses, which `words` breaks, Slack reads `<!channel>` and `<@U1>`
    (https://docs.slack.dev/messaging/formatting-message-text), many make a link of `[text](address)`, and of
    any name that looks like a host's. `limit` counts code points before these are broken too.
    """
    text = _DOMAIN_DOT.sub(f".{BREAK}", words(text, limit))
    return _COMMAND.sub(lambda found: f"{found[0]}{BREAK}", text)


_TICKS = re.compile(r"`+")
_STEP = re.compile(r"\\(?:`+|.)|`+", re.DOTALL)
_LONGEST_RUN = 80
"""Ticks that cmark counts (`MAXBACKTICKS` in its `inlines.c`); a longer run opens no code there."""

_LINK = re.compile(r"(?<![\\!])\[((?:[^\[\]\\]|\\[^\[\]]){1,300})\]\((https?://[^\s()<>]{1,2000})\)")


def remark(text: str, base: str = "https://github.com", in_table: bool = False, limit: int = 2_000) -> str:
    """A sentence of ours in Markdown, with strangers' words in it, on one line.

    Code spans and links below `base` stay; everything else that `inline` would break is broken, and no
    other mark of Markdown is taken away. Ticks that are no code are escaped, and so is a backslash at the
    end, so that none has to do with what stands behind it. `in_table` keeps the sentence within its cell.
    """
    text = cut(re.sub(r" +", " ", clean(text)).strip(), limit)
    line = "".join(part if is_code else _remark_words(part, base) for part, is_code in _parted(text))
    line = re.sub(r"^~(?=~~)", r"\\~", _tame_line(line))  # three would be a fence
    # Of a pipe behind a backslash, parsers do not agree whether it is the cell's edge.
    return re.sub(r"(\\?)\|", _escaped_pipe, line) if in_table else line


def _escaped_pipe(found: re.Match[str]) -> str:
    return rf"{found[1]}{BREAK}\|" if found[1] else r"\|"


def _parted(text: str) -> Iterator[tuple[str, bool]]:
    """One line in its order, cut where code begins and ends, each part with whether it is code.

    Code is what CommonMark reads as such: between two runs of as many ticks, of which a backslash keeps the
    first from opening, though not the second from closing (0.31, sections 2.4 and 6.1). Every other tick is
    escaped, the whole run behind a backslash too: then no parser pairs it with anything.
    """
    closers: dict[int, list[int]] = {}
    for run in reversed(list(_TICKS.finditer(text))):
        closers.setdefault(len(run[0]), []).append(run.start())
    words: list[str] = []
    position = 0
    while (step := _STEP.search(text, position)) is not None:
        words.append(text[position : step.start()])
        position, ticks = step.end(), step[0].lstrip("\\")
        later = closers.get(len(step[0]), []) if step[0][0] == "`" else []
        while later and later[-1] < position:
            later.pop()
        if later and len(step[0]) <= _LONGEST_RUN:
            yield "".join(words), False
            words, position = [], later[-1] + len(step[0])
            yield text[step.start() : position], True
        else:
            words.append("\\`" * len(ticks) if ticks[:1] == "`" else step[0])
    rest = text[position:]
    yield "".join(words) + (f"{rest}\\" if rest.endswith("\\") else rest), False


def _remark_words(text: str, base: str) -> str:
    parts: list[str] = []
    position = 0
    for found in _LINK.finditer(text):
        if is_github_url(found[2], base):
            parts += [_tame_words(text[position : found.start()]), f"[{_tame_words(found[1])}]({found[2]})"]
            position = found.end()
    parts.append(_tame_words(text[position:]))
    return "".join(parts)


def fence(text: str, info: str = "") -> str:
    """A fenced code block around any text, longer than every run of backticks inside.

    Comment openers in it are broken too: bugaction finds its own markers line by line.
    """
    body = clean(text, keep_lines=True).replace("<!--", f"<{BREAK}!--").strip("\n")
    longest = max((len(run) for run in re.findall(r"`+", body)), default=0)
    marks = "`" * max(3, longest + 1)
    word = re.sub(r"[^A-Za-z0-9_+.-]", "", info)[:20]
    return f"{marks}{word}\n{body}\n{marks}"


@lru_cache(maxsize=256)
def block(text: str, limit: int = BLOCK_LIMIT, base: str = "") -> str:
    """A person's Markdown as a quotation: lists, emphasis and code stay readable, the rest is made harmless.

    Every line starts with `>`, so no line of it can be a heading, a marker or front matter of the document
    around it. Links and plain addresses below `base`, a server's origin, stay too where one is given. Empty
    text gives "". Where the Markdown is too clever to be sure of, the whole text becomes one code block.
    Remembered, because a document is rendered in each of a run's decisions.
    """
    text = cut(clean(text, keep_lines=True), limit).strip("\n")
    if not text.strip():
        return ""
    quoted = _rewrite(text, lambda line: _tame_line(_tame_linked(line, base)))
    if not _is_tame(quoted, base):
        quoted = fence(text)
    return "\n".join(f"> {line}".rstrip() for line in quoted.split("\n"))


def _rewrite(text: str, outside: Callable[[str], str]) -> str:
    """The text with its top-level fences written anew and every line outside them passed through."""
    lines = text.split("\n")
    result: list[str] = []
    position = 0
    for token in commonmark.read(text).tokens:
        if token.type == "fence" and token.level == 0 and token.map is not None:
            start, end = token.map
            result += [outside(line) for line in lines[position:start]]
            result += fence(token.content, token.info.strip()).split("\n")
            position = end
    result += [outside(line) for line in lines[position:]]
    return "\n".join(result)


_ADDRESS = re.compile(r"(?<![^\s(])https?://[A-Za-z0-9\-._/?#=%+:]*[A-Za-z0-9/]")
"""An address as GitHub makes a link of it: behind a space or a bracket, without punctuation at its end. It
ends before an ampersand, which may begin an entity: `&#64;octocat` is shown as a mention."""


def _tame_linked(line: str, base: str) -> str:
    """No reference, no HTML, and no link but those below `base`."""
    if not base or "://" not in line:
        return _tame_words(line)
    parts: list[str] = []
    position = 0
    for found in _ADDRESS.finditer(line):
        if is_github_url(found[0], base) and line[found.start() - 2 : found.start()] != "](":
            parts += [_remark_words(line[position : found.start()], base), found[0]]
            position = found.end()
    return "".join((*parts, _remark_words(line[position:], base)))


def _tame_words(text: str) -> str:
    """No reference, no HTML and no link; emphasis and code stay."""
    text = _break_references(text)
    text = re.sub(r"&(?=#?\w)", f"&{BREAK}", text)  # `&#64;octocat` is shown as a mention
    text = re.sub(r"<(?=[A-Za-z/!?])", f"<{BREAK}", text)  # HTML and autolinks need a letter or such here
    return re.sub(r"\](?=[(\[:])", f"]{BREAK}", text)  # inline links, images, references, definitions


# Possessive, where giving back could find nothing: a long line of marks would be tried in quadratic time.
_MARKS_ALONE = re.compile(r"^((?:[\s>]|\+\s|\d{1,9}[.)]\s)*+)(?=[-=*_|:][-=|:*_ \t]*+$)")
_HASHES = re.compile(r"^((?:[\s>]|[-*+]\s|\d{1,9}[.)]\s)*+)(?=#{1,6}(?:\s|$))")


def _tame_line(line: str) -> str:
    """No heading, no rule and no table: a line of marks alone, and hashes at the start, are escaped."""
    return _HASHES.sub(r"\1\\", _MARKS_ALONE.sub(r"\1\\", line))


def _break_references(text: str) -> str:
    for pattern, broken in _REFERENCES:
        text = pattern.sub(broken, text)
    return text


def _leads_home(item: Token, base: str) -> bool:
    """Whether it is a link below `base`."""
    return bool(base) and item.type == "link_open" and is_github_url(str(item.attrGet("href")), base)


def _is_tame(text: str, base: str) -> bool:
    """Whether nothing forbidden is in it; not sure of a text with more brackets than are read as links."""
    if text.count("[") > commonmark.MOST_BRACKETS:
        return False
    try:
        page = commonmark.read(text)
        return not any(
            item.type in _FORBIDDEN_IN_QUOTES and not _leads_home(item, base)
            for token in page.tokens
            for item in (token, *(page.inside(token) if token.type == "inline" else ()))
        )
    except RecursionError:  # pragma: no cover - the parser has a depth of its own, which is less
        return False
