"""Words for words: a text of the same shape that tells nothing.

Each run of letters becomes another of its length and case, the same for the same run within one file, and
never one that stands for another run or that stood in the file itself. Long numbers become others as well.
What is no letter or digit stays, and with it everything that texts are read by: marks, places, lengths, and
whether two of them are the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, product

__all__ = ["Disguise", "words_of"]

_HEX = re.compile(r"(?<![^\W_])(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}(?![^\W_])")
_DIGITS = re.compile(r"[0-9]+")
_NAME = re.compile(r"[^\W_]+(?:[-_][^\W_]+)*")
_SEPARATOR = re.compile(r"([-_])")
_MOST_PARTS = 6
"""Parts of the longest known name, and some more."""

_RUN = re.compile(r"[^\W\d_]+|[0-9]+")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:.]+(?:[Zz]|[+-][0-9:]+)?|[0-9]{1,6}[smhdw]\b", re.ASCII
)
_LONGEST_NUMBER = 5
"""Digits of a number that stays: those of issues, versions and years. A longer one may be a customer's."""

_CONSONANTS, _VOWELS = "bdfgjklmnprstvz", "aeiou"


def _made(length: int) -> Iterator[str]:
    """Words of that length that can be read aloud, then all others."""
    spoken = [(_CONSONANTS, _VOWELS)[index % 2] for index in range(min(length, 8))]
    rest = "a" * (length - len(spoken))
    for letters in product(*reversed(spoken)):
        yield "".join(reversed(letters)) + rest
    for letters in product("abcdefghijklmnopqrstuvwxyz", repeat=min(length, 8)):
        yield "".join(reversed(letters)) + rest


@dataclass
class Disguise:
    """The words of one file and what stands for each.

    `taken` are words in lower case that may not be made: they mean something, or stand in the file. `known`
    are words that stay wherever they stand whole: ids of commits, numbers. `digests` are put in the place of
    others. `fragments` are parts of names that stay at their beginning or end.
    """

    taken: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    fragments: tuple[str, ...] = ()
    digests: dict[str, str] = field(default_factory=dict)
    _words: dict[str, str] = field(default_factory=dict)
    _numbers: dict[str, str] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _sources: dict[int, Iterator[str]] = field(default_factory=dict)

    def text(self, text: str, kept: Callable[[str], bool]) -> str:
        """The text with every word replaced but those that `kept` names, in lower case: whole names with
        hyphens for underscores, or single words."""
        parts: list[str] = []
        start = 0
        for found in _STOPS.finditer(text):
            parts += [self._plain(text[start : found.start()], kept), self._hex(found[0])]
            start = found.end()
        return "".join([*parts, self._plain(text[start:], kept)])

    def _hex(self, word: str) -> str:
        if _MOMENT.fullmatch(word) or word in self.known or self._begins_known(word):
            return word
        return self.digests.get(word) or self._number(word)

    def _begins_known(self, word: str) -> bool:
        return any(each.startswith(word) for each in self.known if len(each) > len(word))

    def _plain(self, text: str, kept: Callable[[str], bool]) -> str:
        return _NAME.sub(lambda name: self._name(name[0], kept), text)

    def _name(self, name: str, kept: Callable[[str], bool]) -> str:
        """A name part by part; several that are a known name together stay together."""
        parts = _SEPARATOR.split(name)
        made: list[str] = []
        at = 0
        while at < len(parts):
            ends = range(min(len(parts), at + 2 * _MOST_PARTS - 1), at, -2)
            end = next(
                (end for end in ends if kept("".join(parts[at:end]).casefold().replace("_", "-"))), None
            )
            if end is None:
                made.append(_RUN.sub(lambda run: self._run(run[0], kept), parts[at]))
                end = at + 1
            else:
                made += parts[at:end]
            made += parts[end : end + 1]
            at = end + 1
        return "".join(made)

    def _run(self, run: str, kept: Callable[[str], bool]) -> str:
        if run[0].isdigit():
            return run if len(run) <= _LONGEST_NUMBER or run in self.known else self._number(run)
        if len(run) == 1 or kept(run.casefold()):
            return run
        for piece in self.fragments:
            if run != piece and (run.endswith(piece) or run.startswith(piece)):
                stem = run.removesuffix(piece) if run.endswith(piece) else run.removeprefix(piece)
                other = self._word(stem) if len(stem) > 1 and not kept(stem.casefold()) else stem
                return other + piece if run.endswith(piece) else piece + other
        return self._word(run)

    def _word(self, word: str) -> str:
        lower = word.lower()
        if lower not in self._words:
            self._words[lower] = self._next(len(word))
        other = self._words[lower]
        if word.isupper():
            return other.upper()
        cased = [new.upper() if old.isupper() else new for old, new in zip(word, other, strict=False)]
        return "".join(cased) + other[len(word) :]

    def _next(self, length: int) -> str:
        """A word of that length that nothing stands for yet, or a longer one where there is none left."""
        for size in count(length):
            for made in self._sources.setdefault(size, _made(size)):
                if made not in self.taken and made not in self._used:
                    self._used.add(made)
                    return made
        raise AssertionError("there is always a longer one")  # pragma: no cover - `count` has no end

    def _number(self, digits: str) -> str:
        """Digits for digits and hexadecimal letters for such."""
        if digits not in self._numbers:
            self._numbers[digits] = self._next_number(digits)
        return self._numbers[digits]

    def _next_number(self, digits: str) -> str:
        for seed in count(len(self._numbers) + 1):
            made = "".join(
                _HEX_DIGITS[(seed * (7 + 2 * place) + place) % 6 + 10]
                if char.isalpha()
                else str((seed // 10 ** (place % 6) + place) % 10)
                for place, char in enumerate(digits)
            )
            if made not in self.known and made not in self.taken and made not in self._numbers.values():
                return made
        raise AssertionError("there is always another one")  # pragma: no cover - `count` has no end


_HEX_DIGITS = "0123456789abcdef"
_STOPS = re.compile(f"{_MOMENT.pattern}|{_HEX.pattern}", re.ASCII)


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Every run of letters in the texts, in lower case."""
    return frozenset(run.lower() for text in texts for run in _RUN.findall(text) if not run[0].isdigit())
