"""What a gate is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bugaction.bug import Bug
from bugaction.model import Evidence, GateResult, Outcome, RequirementResult

__all__ = ["Gate", "Requirement", "Verdict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a requirement found: see `RequirementResult` for the fields."""

    outcome: Outcome
    problem: str = ""
    remedy: str = ""
    evidence: tuple[Evidence, ...] = ()
    due: datetime | None = None


class Requirement(Protocol):
    """One line of a checklist: a pure function of the bug."""

    id: str
    """Stable: people name it in `/attest`, it stands in outputs and in the reference."""

    sentence: str
    """What has to hold, as the checklist shows it."""

    def check(self, bug: Bug) -> Verdict:
        """The outcome for this bug; total: any bug gets an answer."""
        ...


@dataclass(frozen=True, slots=True)
class Gate:
    """A named list of requirements that must hold before the next phase.

    `blocks_merge` gates have a commit status `bugaction/<name>`.
    """

    name: str
    title: str
    requirements: tuple[Requirement, ...]
    blocks_merge: bool = True

    @property
    def context(self) -> str:
        """The commit status's context. It always reports under this one name."""
        return f"bugaction/{self.name}"

    def evaluate(self, bug: Bug) -> GateResult:
        """Every requirement's outcome, in order."""
        results = []
        for requirement in self.requirements:
            verdict = requirement.check(bug)
            results.append(
                RequirementResult(
                    id=requirement.id,
                    sentence=requirement.sentence,
                    outcome=verdict.outcome,
                    problem=verdict.problem,
                    remedy=verdict.remedy,
                    evidence=verdict.evidence,
                    due=verdict.due,
                )
            )
        return GateResult(gate=self.name, bug=bug.number, requirements=tuple(results))
