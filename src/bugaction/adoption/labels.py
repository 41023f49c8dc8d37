"""Labels that a repository has in other words, and the lines that create what it lacks."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bugaction.effects import SEVERITY_LABELS
from bugaction.model import Severity
from bugaction.policy import RESERVED_LABELS, Policy

__all__ = ["aliases", "bug_labels", "label_lines"]

_P0, _P1, _P2, _P3 = Severity
_WORDS: Mapping[str, Severity] = {
    "critical": _P0, "blocker": _P0, "emergency": _P0, "outage": _P0, "showstopper": _P0, "urgent": _P0,
    "high": _P1, "major": _P1, "important": _P1, "serious": _P1,
    "medium": _P2, "moderate": _P2, "normal": _P2, "mid": _P2,
    "low": _P3, "minor": _P3, "trivial": _P3, "cosmetic": _P3,
}  # fmt: skip
_ALONE = frozenset({"critical", "blocker", "outage", "showstopper"})
"""Words that mean a severity without another one beside them; `minor` may be a version, `low` a battery."""
_SCALES: Mapping[str, int] = {
    "severity": 0, "sev": 0, "priority": 1, "prio": 1, "p": 1, "urgency": 2, "impact": 3,
}  # fmt: skip
"""Words before a severity, by how nearly they mean one. Of several scales the first is taken: a bug that is
`severity: high` and `priority: low` has one severity, and bugaction would take the other label off."""
_LONGEST = 50
"""Characters of a label's name on GitHub."""


class _Meant(NamedTuple):
    """What a label says: a place on a scale, by its number or by its word. `rank` is the scale's, None for a
    word that stands alone; a number on a scale that is spelled with a `P` is taken as it is."""

    rank: int | None
    scale: str = ""
    number: int = 0
    word: Severity | None = None


def aliases(names: Iterable[str]) -> dict[Severity, tuple[str, ...]]:
    """The severities that these labels stand for: `severity: critical`, `priority/P0`, `sev1`, `critical`.

    A scale of numbers that begins at one (`sev1` to `sev4`) is shifted, so that its first is P0; a label that
    is spelled `P1` is P1. What may mean two things means nothing here.
    """
    given = sorted({name for name in names if _usable(name)}, key=lambda name: (name.casefold(), name))
    parsed = {name: meant for name in given if (meant := _parse(name)) is not None}
    first = min((meant.rank for meant in parsed.values() if meant.rank is not None), default=None)
    lowest: dict[str, int] = {}
    for meant in parsed.values():
        if meant.word is None:
            lowest[meant.scale] = min(lowest.get(meant.scale, meant.number), meant.number)
    found: dict[Severity, list[str]] = {}
    for name, meant in parsed.items():
        shifts = meant.scale != "p" and lowest.get(meant.scale) != 0
        number = meant.number - (1 if shifts else 0)
        severity = meant.word
        if severity is None and 0 <= number <= _P3.value:
            severity = Severity(number)
        if severity is not None and meant.rank in (None, first):
            found.setdefault(severity, []).append(name)
    # The first is the one that bugaction sets: `P1` itself, then one with its scale, then a word alone.
    return {
        severity: tuple(
            sorted(
                found[severity],
                key=lambda name: (name.casefold() != severity.name.casefold(), parsed[name].rank is None),
            )
        )
        for severity in Severity
        if severity in found
    }


def _usable(name: str) -> bool:
    return bool(name.strip()) and name.isprintable() and len(name) <= _LONGEST and not _reserved(name)


def _reserved(name: str) -> bool:
    return name.casefold() in RESERVED_LABELS


def _parse(name: str) -> _Meant | None:
    """What a label says of a severity, None where that is nothing, or may be two things."""
    words = re.findall(r"[a-z]+|[0-9]+", name.casefold())
    scale = words[0] if words and words[0] in _SCALES else ""
    rest = words[1:] if scale else words
    if len(rest) == 1 and rest[0] in _WORDS and (scale or rest[0] in _ALONE):
        return _Meant(_SCALES.get(scale), word=_WORDS[rest[0]])
    spelled = scale
    if scale and len(rest) == 2 and rest[0] in {"p", "s", "sev"}:
        spelled, rest = ("p" if rest[0] == "p" else scale), rest[1:]
    if scale and len(rest) == 1 and re.fullmatch("[0-9]", rest[0]):
        return _Meant(_SCALES[scale], spelled, int(rest[0]))
    return None


def bug_labels(names: Iterable[str]) -> tuple[str, ...]:
    """The labels that mean a bug: `bug`, `kind/bug`, `type: bug`, `Type-Bug`."""
    found = [
        name
        for name in sorted(names)
        if _usable(name)
        and re.findall(r"[a-z0-9]+", name.casefold()) in (["bug"], ["kind", "bug"], ["type", "bug"])
    ]
    return tuple(sorted(found, key=lambda name: name.casefold() != "bug"))


def label_lines(policy: Policy, known: Iterable[str]) -> tuple[str, ...]:
    """A line for `gh` for each label that the policy names first and the repository lacks."""
    there = {name.casefold() for name in known}
    wanted = [
        (policy.severities[severity].labels[0], *SEVERITY_LABELS[severity.value])
        for severity in Severity
        if not any(name.casefold() in there for name in policy.severities[severity].labels)
    ]
    if policy.labels.bug and not any(name.casefold() in there for name in policy.labels.bug):
        wanted.append((policy.labels.bug[0], "d73a4a", "Something is broken"))
    return tuple(
        f"gh label create {shlex.quote(name)} --color {color} --description {shlex.quote(words)}"
        for name, color, words in wanted
    )
