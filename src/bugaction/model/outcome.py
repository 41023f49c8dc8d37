"""What became of a requirement and of a gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = ["SIGNS", "Evidence", "GateResult", "Outcome", "RequirementResult"]


class Outcome(StrEnum):
    """What became of a requirement. `MET`, `DEFERRED`, `WAIVED` and `NOT_APPLICABLE` let a gate pass."""

    MET = "met"
    UNMET = "unmet"
    PENDING = "pending"
    DEFERRED = "deferred"
    WAIVED = "waived"
    NOT_APPLICABLE = "not-applicable"

    @property
    def passes(self) -> bool:
        """Whether a gate may turn green over a requirement with this outcome."""
        return self not in (Outcome.UNMET, Outcome.PENDING)


SIGNS: Mapping[Outcome, str] = {
    Outcome.MET: "✅",
    Outcome.UNMET: "❌",
    Outcome.PENDING: "⏳",
    Outcome.DEFERRED: "🕒",
    Outcome.WAIVED: "🔓",
    Outcome.NOT_APPLICABLE: "➖",
}
"""How an outcome looks in a checklist, wherever one is shown: each has a sign of its own."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an outcome rests on. `url` is an address on GitHub; `at` is in UTC."""

    text: str
    url: str = ""
    actor: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """One line of a checklist.

    `problem` is what is missing, short enough for a status (`section "Steps" is empty`); `remedy` is the
    exact next step for a person, in Markdown. Both are empty when the outcome passes, except that
    a deferred requirement says what is still to follow (`due` is the time by which), and that a waived one
    keeps its problem: it was let through, not made good.
    """

    id: str
    sentence: str
    outcome: Outcome
    problem: str = ""
    remedy: str = ""
    evidence: tuple[Evidence, ...] = ()
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class GateResult:
    """A gate's verdict for one bug: its requirements in the order of the checklist.

    `pull` is the pull request that was judged, 0 where the verdict rests on the bug alone. `override` is the
    word that let it pass over what it lacks, None where nothing was waived.
    """

    gate: str
    bug: int
    requirements: tuple[RequirementResult, ...]
    pull: int = 0
    override: Evidence | None = None

    @property
    def passes(self) -> bool:
        """Whether no requirement stands in the way. An empty gate does not pass: it decided nothing."""
        return bool(self.requirements) and all(item.outcome.passes for item in self.requirements)

    @property
    def blocking(self) -> tuple[RequirementResult, ...]:
        """What stands in the way: unmet first, then what only has to settle."""
        held = [item for item in self.requirements if not item.outcome.passes]
        return tuple(sorted(held, key=lambda item: item.outcome is Outcome.PENDING))
