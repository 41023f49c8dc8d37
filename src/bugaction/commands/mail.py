"""Where a comment that came by mail goes on with the mail that it answers. Pure.

GitHub makes a comment of a reply to one of its mails, and takes away what it knows as a quotation. Some mail
programs quote without a mark: then somebody else's words stand below the answer, in a comment of who answered
(https://github.com/FmLiu/repo1/issues/16, https://github.com/pythonindia/junction/issues/226). GraphQL tells
of a comment that it came by mail (`createdViaEmail`), and not where the answer ends; so its look decides, of
each comment alike, since a mail may be pasted as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["first_quoted"]

_GITHUB_S = re.compile(r"notifications@github\.com|@reply\.github\.com|Reply to this email directly", re.I)
"""GitHub's mails: who sends them, where an answer goes, and how each ends, in English in every language."""

_WROTE = re.compile(r"(?=[^\n]*[0-9@<])[^\n]{1,300}\bwrote: *")
"""`On Tue, 24 Nov 2026 at 10:00, Dee wrote:`, of most programs."""

_DASHES = re.compile(r" {0,3}-{5,} ?\w[^\n]{0,60}\w ?-{5,} *")
"""`-----Original Message-----`, in any language."""

_FROM = re.compile(
    r"\W{0,4}(?:From|Von|De|Da|Van|Från|Fra|Od|От|发件人|差出人|보낸 사람)\W{0,4}[:：][^\n]{1,300}"
)
_FIELD = re.compile(r"\W{0,4}\w[\w ]{0,20}\W{0,4}[:：][^\n]*")
_COMMAND = re.compile(r" {0,3}/")
"""A command may tell of mails: it is no head of one."""

_FIELDS = 2
"""Outlook's head of a mail: who it is from, and at least so many more fields right below it."""


def first_quoted(lines: Sequence[str]) -> int:
    """The index of the first line that belongs to the mail which is answered; as many as there are where none
    does. From it on nothing is the author's word."""
    for index, line in enumerate(lines):
        if _COMMAND.match(line):
            continue
        if _GITHUB_S.search(line) or _WROTE.fullmatch(line) or _DASHES.fullmatch(line):
            return index
        if _FROM.fullmatch(line) and _are_fields(lines[index + 1 : index + 2 + 2 * _FIELDS]):
            return index
    return len(lines)


def _are_fields(lines: Sequence[str]) -> bool:
    """Whether a mail's head goes on here; some programs leave a line between any two."""
    told = [line for line in lines if line.strip()][:_FIELDS]
    return len(told) == _FIELDS and all(_FIELD.fullmatch(line) for line in told)
