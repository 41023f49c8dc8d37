"""The phases of a bug's life, their labels and their owners."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bugaction.bug import Bug
from bugaction.model import GateResult
from bugaction.snapshot import PullState

__all__ = ["PHASES", "Phase", "is_phase_label", "owner_of", "phase_of"]


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase. `label` is the issue's label while it lasts, `color` six hexadecimal digits, `description` at
    most 100 characters (OpenAPI, create a label). `owner` is "" where the assignee owns it."""

    name: str
    label: str
    color: str
    description: str
    owner: str = ""


def _phase(name: str, color: str, description: str, owner: str = "") -> tuple[str, Phase]:
    return name, Phase(name, f"phase: {name}", color, description, owner)


PHASES: dict[str, Phase] = dict(
    (
        _phase("triage", "d4c5f9", "Severity, owner and plan are being settled", "engineering and support"),
        _phase("root-cause", "c5def5", "The cause is being looked for"),
        _phase("fix", "bfd4f2", "The fix is being made and reviewed"),
        _phase("deployment", "bfdadc", "The fix is on its way to production", "engineering"),
        _phase("verification", "c2e0c6", "The fix is deployed and being watched", "engineering"),
        _phase("post-mortem", "fef2c0", "What happened is being written down", "the engineering lead"),
        _phase("closed", "ededed", "Nothing is left to do"),
    )
)
"""Every phase by its name, in the order of the lifecycle."""


def phase_of(bug: Bug, gates: Iterable[GateResult]) -> str:
    """The name of the phase that the bug is in, by its issue's state, its gates' verdicts and its fixes.

    A bug is in the first phase whose gate does not pass or was not judged. Once a fix is merged it is on
    its way to production, whatever the gates before it say by now; there it is watched, and what a severity
    wants to learn from is written down.
    """
    if not bug.issue.state.is_open:
        return "closed"
    if any(pull.state is PullState.MERGED for pull in bug.standing) and not _has_open(bug):
        return _after_merge(bug, {gate.gate for gate in gates if gate.passes})
    passed = {gate.gate for gate in gates if gate.passes}
    return next((name for name in _GATED if name not in passed), "fix")


_GATED = ("triage", "root-cause")
"""The phases that last until the gate of their name passes."""


def _after_merge(bug: Bug, passed: set[str]) -> str:
    if bug.deployed is None:
        return "deployment"
    severity = bug.severity.current
    is_due = severity is not None and bug.policy.severities[severity].post_mortem
    return "post-mortem" if is_due and "verification" in passed else "verification"


def _has_open(bug: Bug) -> bool:
    return any(pull.state is PullState.OPEN for pull in bug.standing)


def owner_of(phase: str, bug: Bug) -> str:
    """Who has the phase in hand, as words for the comment: a role, or the logins of those who accepted."""
    owner = PHASES[phase].owner
    if owner or phase == "closed":
        return owner
    return ", ".join(acceptance.login for acceptance in bug.acceptances) or "the assignee"


def is_phase_label(label: str) -> bool:
    """Whether a label is one of ours for phases."""
    return any(label.casefold() == phase.label for phase in PHASES.values())
