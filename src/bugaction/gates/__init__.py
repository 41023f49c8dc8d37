"""The catalogue of gates. To add a requirement or a gate: a file here, and a line in `GATES`."""

from __future__ import annotations

from bugaction.gates.base import Gate, PullRequirement, Requirement, Verdict
from bugaction.gates.triage import TRIAGE

__all__ = ["GATES", "Gate", "PullRequirement", "Requirement", "Verdict"]

GATES: dict[str, Gate] = {TRIAGE.name: TRIAGE}
"""Every gate by its name, in the order of the lifecycle."""
