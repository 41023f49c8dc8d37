"""How long a bug was in each phase, by the labels that its issue had."""

from __future__ import annotations

from datetime import datetime, timedelta

from bugaction.bug import Bug
from bugaction.duration import format_duration
from bugaction.phases import PHASES
from bugaction.rendering import Plain, iso
from bugaction.snapshot import EntryKind

__all__ = ["phase_times"]

_SHORTEST = timedelta(minutes=1)
"""A label that another one follows sooner says nothing: a merge closes the issue, and the run opens it."""

_NAMES = {phase.label.casefold(): name for name, phase in PHASES.items()}


def phase_times(bug: Bug) -> list[Plain]:
    """Each stay in a phase, oldest first: its name, since when, and how long ("" for the one that lasts).

    A phase ends where the label of another one begins; a bug that goes back has a second stay. One of less
    than a minute is left out.
    """
    begun = sorted(
        (entry.at, _NAMES[entry.value.casefold()])
        for entry in bug.issue.timeline
        if entry.kind is EntryKind.LABELED and entry.value.casefold() in _NAMES
    )
    stays: list[tuple[datetime, str]] = []
    for place, (at, name) in enumerate(begun):
        is_passing = place + 1 < len(begun) and begun[place + 1][0] - at < _SHORTEST
        if not is_passing and (not stays or stays[-1][1] != name):
            stays.append((at, name))
    ends = [at for at, _ in stays[1:]]
    return [
        {
            "name": name,
            "since": iso(at),
            "lasted": format_duration(ends[place] - at) if place < len(ends) else "",
        }
        for place, (at, name) in enumerate(stays)
    ]
