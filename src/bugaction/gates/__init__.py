"""The catalogue of gates. To add a requirement or a gate: a file here, and a line in `GATES`."""

from __future__ import annotations

from bugaction.gates.base import Gate, PullRequirement, Requirement, Verdict
from bugaction.gates.fix import FIX
from bugaction.gates.post_mortem import POST_MORTEM
from bugaction.gates.root_cause import ROOT_CAUSE
from bugaction.gates.triage import TRIAGE

__all__ = ["GATES", "Gate", "PullRequirement", "Requirement", "Verdict"]

GATES: dict[str, Gate] = {gate.name: gate for gate in (TRIAGE, ROOT_CAUSE, FIX, POST_MORTEM)}
"""Every gate by its name, in the order of the lifecycle."""
