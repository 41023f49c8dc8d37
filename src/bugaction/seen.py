"""What a decision rests on, for whoever wants to know it: told before each decision of a run is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bugaction.decide import Request
from bugaction.ports import Expectations, Targets
from bugaction.snapshot import Snapshot

__all__ = ["Observe", "Seen", "unobserved"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One decision's facts: what the run looked at, what had to show in it, what the run was told, and when.

    `request` is without the shipped templates: who decides again takes their own.
    """

    targets: Targets
    expectations: Expectations
    request: Request
    at: datetime
    snapshot: Snapshot


Observe = Callable[[Seen], None]
"""Told of each decision before it is made, so that the facts are there where it fails."""


def unobserved(_seen: Seen) -> None:
    """Nobody keeps the facts."""
