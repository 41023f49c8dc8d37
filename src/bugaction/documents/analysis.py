"""The root-cause analysis: why the bug could happen, as the person who looked into it tells it."""

from __future__ import annotations

from collections.abc import Sequence

from bugaction.bug import Bug
from bugaction.documents.base import DocumentType, subject
from bugaction.model import GateResult, Severity
from bugaction.rendering import Plain, iso
from bugaction.strategy import OPTIONS, propose_strategy

__all__ = ["ANALYSIS"]

_SECTIONS = {
    "conclusion": "Conclusion",
    "problem": "The problem",
    "cause": "The cause",
    "why": "Why it happened",
    "not-caught": "Why it was not caught",
    "factors": "Contributing factors",
}


def _wanted(bug: Bug, gates: Sequence[GateResult]) -> bool:
    """Once triage holds, or somebody has told of the cause: before that, nobody is there to write it."""
    is_told = any(item.words for item in bug.explanations)
    return is_told or any(gate.gate == "triage" and gate.passes for gate in gates)


def _values(bug: Bug, version: str) -> dict[str, Plain]:
    """Everything that the analysis's template shows (docs/reference/templates.md)."""
    report = bug.report
    return {
        **subject(bug, version),
        "report": {"text": "bug report", "url": report.url if report is not None else ""},
        "environment": bug.answers.get("environment"),
        "reproduced": _reproduced(bug),
        "strategy": _strategy(bug),
    }


def _reproduced(bug: Bug) -> dict[str, Plain]:
    """Somebody's word that the bug was reproduced, or that it cannot be."""
    line = bug.attestations.get("reproduction")
    if line is None:
        return {"who": "", "at": "", "url": "", "note": ""}
    return {
        "who": line.actor,
        "at": iso(line.at),
        "url": line.data.get("url", ""),
        "note": line.data.get("note", ""),
    }


def _strategy(bug: Bug) -> dict[str, Plain]:
    choice, proposal = bug.strategy, propose_strategy(bug)
    evidence = choice.evidence if choice is not None else None
    return {
        "name": choice.strategy.value if choice is not None else "",
        "reason": choice.reason if choice is not None else "",
        "who": evidence.actor if evidence is not None else "",
        "at": iso(evidence.at) if evidence is not None else "",
        "url": evidence.url if evidence is not None else "",
        "proposal": proposal.strategy.value if proposal is not None else "",
        "proposal_reasons": list(proposal.reasons) if proposal is not None else [],
        "options": [
            {
                "name": strategy.value,
                "fits": "; ".join(option.fits),
                "gains": "; ".join(option.gains),
                "costs": "; ".join(option.costs),
            }
            for strategy, option in OPTIONS.items()
        ],
    }


ANALYSIS = DocumentType(
    kind="root-cause-analysis",
    title="root-cause analysis",
    template="documents/root-cause-analysis.md.j2",
    file_name="root-cause-analysis-v{version}.md",
    sections=_SECTIONS,
    required=dict.fromkeys(Severity, tuple(_SECTIONS)),
    values=_values,
    wanted=_wanted,
    told=lambda bug: bug.explanations,
)
