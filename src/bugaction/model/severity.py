"""Severity: P0 to P3, ordered by urgency."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Severity"]


class Severity(IntEnum):
    """P0 is the most severe and the smallest number, so `min()` of several is the worst of them."""

    P0 = 0
    P1 = 1
    P2 = 2
    P3 = 3

    def __str__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        """Any severity is one: P0 is zero and must not read as none in `severity or default`."""
        return True

    @property
    def word(self) -> str:
        """The word beside the number: `critical`, `high`, `medium`, `low`."""
        return ("critical", "high", "medium", "low")[self.value]

    @classmethod
    def parse(cls, text: str) -> Severity | None:
        """`P1`, `p1` or the word `high`; None for anything else."""
        wanted = text.strip().casefold()
        for severity in cls:
            if wanted in (severity.name.casefold(), severity.word):
                return severity
        return None
