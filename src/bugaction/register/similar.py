"""Bugs of the past that look like one, and what their post-mortems promised that is still to be done.

Nothing here is guessed by a model: what two bugs share is counted, and each answer says what that is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bugaction.register.book import Book
from bugaction.register.row import Item, Row

__all__ = [
    "MOST_SIMILAR",
    "MOST_WAITING",
    "Past",
    "Similar",
    "Waiting",
    "past_of",
    "similar_to",
    "waiting_in",
]

MOST_SIMILAR = 3
MOST_WAITING = 10
_FEWEST_WORDS = 2
"""Uncommon words that two titles must share where nothing else is shared: one alone is chance."""

_COMMON_SHARE = 10
_ALWAYS_UNCOMMON = 3
"""A word is common where more than a tenth of the titles have it, and more than three."""

_WORD = re.compile(r"[^\W\d_]{4,}")
_SMALL_WORDS = frozenset(
    _WORD.findall(
        "about after again also another because been before cannot could does doesn during each error even "
        "every fail failed fails from gets have into isn issue just more most much must never only other "
        "over same should shows some such than that their them then there these they this those under until "
        "very were what when where which while will with without work working works would your"
    )
)
"""Words of four letters and more that say nothing of what is broken."""


@dataclass(frozen=True, slots=True)
class Similar:
    """A bug that looks alike. `why` names what both share, in words and unescaped."""

    row: Row
    why: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An action item that is still open, and the bug whose post-mortem it came from."""

    bug: int
    item: Item


@dataclass(frozen=True, slots=True)
class Past:
    """What the register knows that helps to write of a bug."""

    similar: tuple[Similar, ...] = ()
    waiting: tuple[Waiting, ...] = ()


def past_of(own: Row, book: Book) -> Past:
    """What the book holds for that bug, as far as it was read."""
    rows = [*book.open.values(), *(row for page in book.years.values() for row in page.values())]
    return Past(similar_to(own, rows), waiting_in(book, own.number))


def similar_to(own: Row, rows: Iterable[Row]) -> tuple[Similar, ...]:
    """The earlier bugs that share most: affected parts, then changed files, then uncommon words of the title.

    At most three, and none that shares next to nothing. Confidential bugs and duplicates are left out.
    """
    earlier = [
        row
        for row in rows
        if (row.reported, row.number) < (own.reported, own.number)
        and row.number != own.number
        and not row.confidential
        and row.state != "duplicate"
    ]
    words = {row.number: _words(row.title) for row in earlier}
    spread = Counter(word for found in words.values() for word in found)
    most = max(_ALWAYS_UNCOMMON, len(earlier) // _COMMON_SHARE)
    uncommon = {word for word in _words(own.title) if spread[word] <= most}
    ranked: list[tuple[tuple[int, int, int, int], Similar]] = []
    for row in earlier:
        parts = _shared(own.parts, row.parts)
        files = _shared(own.files, row.files)
        told = sorted(uncommon & words[row.number])
        if parts or files or len(told) >= _FEWEST_WORDS:
            rank = (-len(parts), -len(files), -len(told), -row.number)
            ranked.append((rank, Similar(row, _why(parts, files, told))))
    return tuple(found for _, found in sorted(ranked, key=lambda each: each[0])[:MOST_SIMILAR])


def waiting_in(book: Book, own: int) -> tuple[Waiting, ...]:
    """The open action items of other bugs, the one that is due first leading; at most ten."""
    found = [
        Waiting(number, item)
        for number, items in (
            *((row.number, row.actions) for row in book.open.values()),
            *((stub.number, stub.actions) for stub in book.closed.values()),
        )
        if number != own
        for item in items
        if item.is_open
    ]
    return tuple(sorted(found, key=lambda each: (each.item.due, each.item.issue))[:MOST_WAITING])


def _words(title: str) -> frozenset[str]:
    return frozenset(_WORD.findall(title.casefold())) - _SMALL_WORDS


def _shared(own: Collection[str], others: Iterable[str]) -> list[str]:
    known = {each.casefold() for each in others}
    return sorted(each for each in own if each.casefold() in known)


def _why(parts: list[str], files: list[str], told: list[str]) -> str:
    shared = {"both name": parts, "both changed": files, "both titles say": told}
    return "; ".join(f"{what} {_listed(found)}" for what, found in shared.items() if found)


_MOST_NAMED = 3


def _listed(words: list[str]) -> str:
    named, more = words[:_MOST_NAMED], len(words) - _MOST_NAMED
    if more > 0:
        return f"{', '.join(named)} and {more} more"
    *first, last = named
    return f"{', '.join(first)} and {last}" if first else last
