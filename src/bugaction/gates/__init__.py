"""The catalogue of gates. To add a requirement or a gate: a file here, and a line in `GATES`."""

from __future__ import annotations

from dataclasses import replace

from bugaction.bug import Bug
from bugaction.gates.base import Gate, PullRequirement, Requirement, Verdict
from bugaction.gates.fix import FIX
from bugaction.gates.post_mortem import POST_MORTEM
from bugaction.gates.release import RELEASE
from bugaction.gates.root_cause import ROOT_CAUSE
from bugaction.gates.triage import TRIAGE
from bugaction.gates.verification import VERIFICATION
from bugaction.model import GateResult, Outcome

__all__ = ["GATES", "Gate", "PullRequirement", "Requirement", "Verdict", "checklist"]

GATES: dict[str, Gate] = {
    gate.name: gate for gate in (TRIAGE, ROOT_CAUSE, FIX, RELEASE, VERIFICATION, POST_MORTEM)
}
"""Every gate by its name, in the order of the lifecycle."""


def checklist(bug: Bug) -> tuple[GateResult, ...]:
    """The verdicts of all gates that concern the bug, in their order.

    What those before a merge have deferred is owed to those after it, which therefore come second. It is owed
    too where it does not show since the severity was lowered, or another fix is on its way.
    """
    before = [result for gate in GATES.values() if gate.blocks_merge for result in gate.survey(bug)]
    owed = {
        (result.gate, result.pull, item.id): (GATES[result.gate].title, item)
        for result in (*before, *(result for gate in GATES.values() for result in gate.owing(bug)))
        for item in result.requirements
        if item.outcome is Outcome.DEFERRED
    }
    indebted = replace(bug, owed=tuple(owed.values()))
    after = [result for gate in GATES.values() if not gate.blocks_merge for result in gate.survey(indebted)]
    return (*before, *after)
