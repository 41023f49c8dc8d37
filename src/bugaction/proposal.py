"""The severity decision matrix: from the bug form's answers to a proposal with its reasons."""

from __future__ import annotations

from bugaction.bug import FormAnswers, Proposal
from bugaction.issue_form import ASSESSMENT, choices
from bugaction.model import Severity

__all__ = ["propose"]

_CRITICAL = {
    "production-down": "Production is down.",
    "data-at-risk": "Data is at risk.",
    "security-breach": "It is a security breach.",
    "payments-failing": "Payments are failing.",
}
"""Any of these alone is a P0."""


class _Told:
    """The assessment's answers in lower case; `Unknown` is no answer."""

    def __init__(self, answers: FormAnswers) -> None:
        chosen = {key: {item.casefold() for item in choices(answers.get(key))} for key in ASSESSMENT}
        self._known = {key: items - {"unknown"} for key, items in chosen.items()}

    def __bool__(self) -> bool:
        return any(self._known.values())

    def says(self, key: str, *options: str) -> bool:
        return not self._known[key].isdisjoint(options)

    def yes(self, key: str) -> bool:
        return self.says(key, "yes")


def _base(told: _Told) -> Proposal:
    """The severity before business impact and a missing workaround are weighed."""
    critical = [reason for key, reason in _CRITICAL.items() if told.yes(key)]
    blocked = told.yes("critical-blocked")
    if blocked and told.says("workaround", "no"):
        critical.append("Critical functionality is blocked for everyone, and there is no workaround.")
    if critical:
        return Proposal(Severity.P0, tuple(critical))
    high = []
    if blocked:
        high.append("Critical functionality is blocked for everyone.")
    if told.yes("core-broken"):
        high.append("A core feature is broken.")
    if told.says("affected", "all users"):
        high.append("All users are affected.")
    if high:
        return Proposal(Severity.P1, tuple(high))
    if told.yes("cosmetic"):
        return Proposal(Severity.P3, ("It is cosmetic only.",))
    # Nobody hurt and nothing lost is what the lowest class is for, though it may not be about looks.
    if told.says("affected", "no users") and not told.says("impact", "critical", "high", "medium", "low"):
        return Proposal(Severity.P3, ("No user is affected, and no business impact is known.",))
    return Proposal(Severity.P2, ("Nothing in the answers asks for more than the normal course.",))


def propose(answers: FormAnswers) -> Proposal | None:
    """The severity that the answers ask for, or None where they tell nothing that it could rest on.

    No workaround and a high (or critical) business impact each raise it one step, to P1
    at most.
    """
    told = _Told(answers)
    if not told:
        return None
    base = _base(told)
    severity, reasons = base.severity, list(base.reasons)
    raises = (
        (told.says("workaround", "no"), "There is no workaround"),
        (told.says("impact", "high", "critical"), "The business impact is high"),
    )
    for applies, reason in raises:
        if applies and severity > Severity.P1:
            severity = Severity(severity - 1)
            reasons.append(f"{reason}, which raises it to {severity}.")
    return Proposal(severity, tuple(reasons))
