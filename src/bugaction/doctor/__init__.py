"""What is wrong with how a repository is set up, why it matters, and how it is put right. Pure.

To add a check: a function of a `Case` and a line in the `CHECKS` of its file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bugaction.doctor import configuration, protection, running, setup, workflows
from bugaction.doctor.case import open_case
from bugaction.doctor.facts import Facts
from bugaction.doctor.finding import Check, Finding, Outcome

__all__ = ["CHECKS", "Check", "Diagnosis", "Facts", "Finding", "Outcome", "diagnose"]

CHECKS: dict[str, Check] = {
    check.id: check
    for check in (
        *setup.CHECKS,
        *workflows.CHECKS,
        *protection.CHECKS,
        *configuration.CHECKS,
        *running.CHECKS,
    )
}
"""Every check by its id, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What each check found, in order. `repository` is `owner/name`, `server` GitHub's origin, `at` when."""

    repository: str
    server: str
    at: datetime
    findings: tuple[tuple[Check, Finding], ...]

    def count(self, outcome: Outcome) -> int:
        """How many checks ended so."""
        return sum(finding.outcome is outcome for _, finding in self.findings)

    @property
    def groups(self) -> Iterable[tuple[str, tuple[tuple[Check, Finding], ...]]]:
        """The findings below their headings."""
        names = dict.fromkeys(check.group for check, _ in self.findings)
        for name in names:
            yield name, tuple(pair for pair in self.findings if pair[0].group == name)

    def of(self, check: str) -> Finding:
        """What that check found."""
        return next(finding for item, finding in self.findings if item.id == check)


def diagnose(facts: Facts, now: datetime) -> Diagnosis:
    """Every check's finding at that moment."""
    case = open_case(facts, now)
    found = tuple((check, check.judge(case)) for check in CHECKS.values())
    return Diagnosis(facts.repository, facts.server, now, found)
