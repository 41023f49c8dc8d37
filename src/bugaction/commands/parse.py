"""Commands in a comment's text: `/word arguments` at the start of a line.

What GitHub shows as code, as a quotation or not at all (HTML comments, a link's title) is not spoken by the
comment's author, so a command there is none. Where those parts are is asked of a CommonMark parser. Nor is
what stands below the head of a mail that the comment answers (`bugaction.commands.mail`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache

from markdown_it.token import Token

from bugaction import commonmark
from bugaction.commands.mail import first_quoted
from bugaction.commonmark import Page

__all__ = ["Call", "parse_calls"]

_CALL = re.compile(r" {0,3}/(?P<name>[A-Za-z][A-Za-z-]{1,39})(?:[ \t]+(?P<rest>.*))?", re.ASCII)
"""At least two letters: `/s` ends a joke, and `/usr/bin` is a path. A word that goes on with anything but a
space is no command."""

_SILENT = frozenset({"fence", "code_block", "html_block", "blockquote_open"})
"""Blocks of markdown-it-py whose lines are shown as code, as HTML or as a quotation."""

_MAY_HIDE = re.compile(r"[`<\[]")
"""Where none of these is, a block's text is text: no code span, HTML or link."""

_FIRST_MARK = 0xF0000
_MARKS = re.compile("[\U000f0000-\U000ffffd]")
"""Unicode's first supplementary private use area: more marks than a body has lines."""

_LONGEST_BODY = 65_536
"""GitHub's limit on a comment (reference: "Body is too long (maximum is 65536 characters)")."""

_SLIP = 0.75
"""How alike (difflib) a mistyped command is to the one that is meant: `acept` 0.91, `verfied` 0.93; a path
such as `checkout` is 0.67 to `recheck`."""

_MOST_CALLS = 20
"""Nobody means more in one comment; the rest is left alone, which bounds the work and the replies."""


@dataclass(frozen=True, slots=True)
class Call:
    """A command as it was written. `line` is one-based; `text` is what stands below it, for those that take
    a text, stripped."""

    name: str
    arguments: tuple[str, ...] = ()
    text: str = ""
    line: int = 0

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that stay the same while the call means the same.

        Case of the name, spacing, and where the call stands in its comment do not count.
        """
        meaning = "\n".join((self.name, " ".join(self.arguments), self.text))
        return hashlib.sha256(meaning.encode("utf-8", "surrogatepass")).hexdigest()[:12]

    @property
    def tail(self) -> str:
        """The arguments as one text."""
        return " ".join(self.arguments)


@lru_cache(maxsize=512)
def _spoken_lines(body: str) -> tuple[tuple[tuple[int, re.Match[str]], ...], int]:
    """The lines where a command stands that a reader of the page sees as running text, by their index; and
    where a mail begins that is answered, from which on no line is the author's.

    Remembered, because one run asks for the same comment in each of its decisions.
    """
    lines = body.split("\n")
    calls = ((index, _CALL.fullmatch(line)) for index, line in enumerate(lines))
    found = {index: call for index, call in calls if call is not None}
    if not found:
        return (), len(lines)
    page = commonmark.read(body, tables=False, strikethrough=False, marks=False)
    silent = {
        index
        for token in page.tokens
        if token.type in _SILENT and token.map is not None
        for index in range(*token.map)
    }
    last = first_quoted(lines, silent)
    found = {index: call for index, call in found.items() if index not in silent and index < last}
    spoken: list[int] = []
    for token in page.tokens:
        if token.type == "inline" and token.map is not None:
            here = [index for index in range(*token.map) if index in found]
            spoken += _in_text(page, token, here) if here else ()
    return tuple((index, found[index]) for index in spoken), last


def _in_text(page: Page, token: Token, indexes: Sequence[int]) -> Iterable[int]:
    """Those of these lines that begin in a block's text, and not within code, HTML or a link's address.

    The parser keeps no places inside a block. So the slash of each command is made a mark that no rule knows,
    and the marks that are found in text again are those that count.
    """
    if not _MAY_HIDE.search(token.content) or token.map is None:
        return indexes
    lines = _MARKS.sub("\ufffd", token.content).split("\n")
    for mark, index in enumerate(indexes):
        place = index - token.map[0]
        lines[place] = lines[place].replace("/", chr(_FIRST_MARK + mark), 1)
    marked = replace(token, content="\n".join(lines))
    text = "".join(child.content for child in page.inside(marked) if child.type == "text")
    return [indexes[ord(mark) - _FIRST_MARK] for mark in _MARKS.findall(text)]


@lru_cache(maxsize=4096)
def _is_meant(name: str, known: frozenset[str]) -> bool:
    """Whether a word is a command, or a slip of the pen for one."""
    return name in known or bool(get_close_matches(name, known, cutoff=_SLIP))


def parse_calls(body: str, with_text: Collection[str] = (), known: Collection[str] = ()) -> tuple[Call, ...]:
    """The commands of a comment, in order; total: any text gives an answer.

    `with_text` names the commands that take the lines below them, up to the next command. Where `known`
    names all that there are, a line of such a text is a command only if its word is one of them, or so near
    to one that it is a slip of the pen: `/checkout fails` is what somebody tells.
    """
    if "/" not in body:
        return ()
    return _calls(body[:_LONGEST_BODY], frozenset(with_text), frozenset(known))


@lru_cache(maxsize=512)
def _calls(body: str, with_text: frozenset[str], known: frozenset[str]) -> tuple[Call, ...]:
    """As `parse_calls`. Remembered as `_spoken_lines` is: thousands of words of one comment may have to be
    compared with every command."""
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    lines = body.split("\n")
    heard, last = _spoken_lines(body)
    spoken: list[tuple[int, re.Match[str]]] = []
    is_text = False
    for index, found in heard:
        name = found["name"].casefold()
        if not (is_text and known and not _is_meant(name, known)):
            spoken.append((index, found))
            is_text = name in with_text
        if len(spoken) > _MOST_CALLS:  # the one behind the last says where that one's text ends
            break
    calls: list[Call] = []
    ends = [*(index for index, _ in spoken), last][1:]
    for (index, found), end in list(zip(spoken, ends, strict=True))[:_MOST_CALLS]:
        name = found["name"].casefold()
        text = "\n".join(lines[index + 1 : end]).strip() if name in with_text else ""
        calls.append(Call(name, tuple((found["rest"] or "").split()), text, index + 1))
    return tuple(calls)
