"""Where a comment that came by mail goes on with the mail that it answers. Pure.

GitHub makes a comment of a reply to one of its mails, and takes away what it knows as a quotation. Some mail
programs quote without a mark: then somebody else's words stand below the answer, in a comment of who answered
(https://github.com/FmLiu/repo1/issues/16, https://github.com/pythonindia/junction/issues/226). GraphQL tells
of a comment that it came by mail (`createdViaEmail`), and not where the answer ends; so its look decides, of
each comment alike, since a mail may be pasted as well.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

__all__ = ["first_quoted"]

_FOOTER = re.compile(r"\W{0,10}Reply to this email directly, ")
"""How each of GitHub's mails ends, in English in every language."""

_ADDRESS = re.compile(
    r"[<\[(](?:mailto:)?(?:notifications@github\.com|[^<>\[\]()\s]{1,200}@reply\.github\.com)"
)
"""Who sends GitHub's mails, `<notifications@github.com>`, and where an answer to one goes."""

_SAID = (
    r"(?:wrote|a écrit|escribió|ha scritto|escreveu|"
    r"(?:schrieb|schreef|skrev)[^\n]{0,100})"
)
_DATED = r"(?:<|\*@\*|(?<![#0-9])(?:19|20)[0-9]{2}(?![0-9])|[0-9]:[0-9]{2})"
_WROTE = re.compile(rf"(?=[^\n]*{_DATED})[^\n]{{1,300}}\b{_SAID} ?: *")
"""`On Tue, 24 Nov 2026 at 10:00, Dee ***@***.***> wrote:`, of most programs; so GitHub shows an address."""

_BEGUN = re.compile(rf"(?=[^\n]*{_DATED})[^\n]{{1,300}}")
_WRAPPED = re.compile(rf"{_SAID} ?: *")
"""The same in two lines."""

_MASKED = re.compile(r"[^\n]{0,300}\*{3}@\*{3}\.\*{3}[^\n]{0,60}: *")
"""The same in any language."""

_DASHES = re.compile(r" {0,3}-{5,} ?\w[^\n]{0,60}\w ?-{5,} *")
"""`-----Original Message-----`, in any language."""

_FROM = re.compile(
    r"\W{0,4}(?:From|Von|De|Da|Van|Från|Fra|Od|От|发件人|差出人|보낸 사람)\W{0,4}[:：][^\n]{1,300}"
)
_SUBJECT = re.compile(
    r"\W{0,4}(?:Subject|Betreff|Objet|Asunto|Oggetto|Assunto|Onderwerp|Ämne|Emne|Temat|Тема|主题|件名|제목)"
    r"\W{0,4}[:：]"
)
_FIELD = re.compile(r"\W{0,4}\w[\w -]{0,20}\W{0,4}[:：][^\n]*")
_FIELDS, _HEAD = 2, 4
"""Outlook's head of a mail: who it is from, so many more fields right below it, and among so many its
subject, where no address tells that it is one."""

_COMMAND = re.compile(r" {0,3}/")
"""A command may tell of mails: it is no head of one."""


def first_quoted(lines: Sequence[str], marked: Container[int] = ()) -> int:
    """The index of the first line that belongs to the mail which is answered; as many as there are where none
    does. From it on nothing is the author's word.

    `marked` are the indexes of lines that are shown as code, as HTML or as a quotation: none of them is a
    head, and what is quoted with a mark ends where the mark does, unless GitHub's footer stands below it
    without one.
    """
    own = [at for at, line in enumerate(lines) if at not in marked and not _COMMAND.match(line)]
    footer = next((at for at in own if _FOOTER.match(lines[at])), len(lines))
    return next((at for at in own if at < footer and _is_head(lines, at, footer < len(lines))), footer)


def _is_head(lines: Sequence[str], index: int, is_unmarked: bool) -> bool:
    line = lines[index]
    if _ADDRESS.search(line) or _tells_who_wrote(lines, index):
        below = next((lines[at] for at in range(index + 1, len(lines)) if lines[at].strip()), "")
        return is_unmarked or not below.lstrip().startswith(">")
    if _DASHES.fullmatch(line):
        return _are_fields(_below(lines, index))
    if not _FROM.fullmatch(line):
        return False
    below_it = _below(lines, index)
    return _are_fields(below_it) and ("@" in line or any(map(_SUBJECT.match, below_it)))


def _tells_who_wrote(lines: Sequence[str], index: int) -> bool:
    line = lines[index]
    if _WROTE.fullmatch(line) or _MASKED.fullmatch(line):
        return True
    return bool(_WRAPPED.fullmatch(line)) and index > 0 and bool(_BEGUN.fullmatch(lines[index - 1]))


def _below(lines: Sequence[str], index: int) -> list[str]:
    """The next lines, without the empty ones that some programs leave between any two."""
    return [line for line in lines[index + 1 : index + 1 + 2 * _HEAD] if line.strip()][:_HEAD]


def _are_fields(lines: Sequence[str]) -> bool:
    """Whether a mail's head goes on there."""
    return len(lines) >= _FIELDS and all(map(_FIELD.fullmatch, lines[:_FIELDS]))
