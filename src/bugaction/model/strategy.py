"""How a bug is fixed: by going back, by serving old and new alike, or by a patch for one case."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Strategy"]


class Strategy(StrEnum):
    """The three ways to fix a bug; the values are what people type and what ledgers keep."""

    ROLLBACK = "rollback"
    BACKWARD_COMPATIBLE = "backward-compatible"
    HOTFIX = "hotfix"

    @classmethod
    def parse(cls, text: str) -> Strategy | None:
        """The strategy of that name in any case, with spaces or hyphens; None for anything else."""
        wanted = "-".join(text.casefold().replace("-", " ").split())
        return next((item for item in cls if item.value == wanted), None)
