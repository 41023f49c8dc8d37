"""The root-cause gate: nobody merges a fix for a cause that nobody has found."""

from __future__ import annotations

from datetime import timedelta

from bugaction.bug import Bug, DocumentState, Gap
from bugaction.explanation import HEADINGS, MAIN
from bugaction.gates.base import (
    Gate,
    Requirement,
    Verdict,
    attested,
    by_advisory,
    lacking,
    named_gaps,
    rules_of,
    waits_for_severity,
)
from bugaction.gates.inverse import inverse_of
from bugaction.gates.investigation import InvestigationRequirement
from bugaction.gates.triage import edit_link, seen_by
from bugaction.model import Evidence, Outcome, Strategy
from bugaction.snapshot import PullState
from bugaction.strategy import propose_strategy

__all__ = ["LATER", "ROOT_CAUSE"]

LATER = timedelta(days=1)
"""How long after a raise to it a severity's whole analysis may follow, where policy lets it."""

_KIND = "root-cause-analysis"
_CONCLUSION = "conclusion"
"""Ids of the analysis and of the section of it that tells of the reproduction (`documents.analysis`). A
preliminary analysis holds the main one (`explanation.MAIN`)."""


def _goes_back(bug: Bug) -> bool:
    """Whether the bug is fixed by going back, and by nothing else: that needs no cause to be known first.

    Every open fix has to be a verified inverse. Once one is merged and none is open, nothing can be held up
    any more, and what was deferred stays so."""
    if bug.strategy is None or bug.strategy.strategy is not Strategy.ROLLBACK:
        return False
    waiting = [pull for pull in bug.fixes if pull.state is PullState.OPEN]
    return bool(bug.fixes) and all(inverse_of(bug, pull) is not None for pull in waiting)


class AnalysisRequirement:
    """The root-cause analysis, committed and complete."""

    id = _KIND
    sentence = "The root-cause analysis is complete"

    def check(self, bug: Bug) -> Verdict:
        """Met by every section; in the fast lane the cause is enough for now, and not even that is asked for
        while the bug is fixed by going back."""
        if bug.confidential:
            return by_advisory(bug, self.id, "no advisory is named that holds the analysis", LATER)
        if rules_of(bug) is None:
            return waits_for_severity()
        document = bug.committed(_KIND)
        if document is None:
            problem = "the root-cause analysis is not begun"
            remedy = (
                "It is committed for you, ready to be filled in, once triage holds. "
                "To begin at once, comment `/root-cause TEXT`."
            )
            return _lacking(bug, problem, remedy)
        # The reproduction is a requirement of its own.
        gaps = [gap for gap in document.gaps if gap.id != _CONCLUSION]
        if not gaps:
            return Verdict(Outcome.MET, evidence=(Evidence(document.path, document.url),))
        return self._incomplete(bug, document, gaps)

    def _incomplete(self, bug: Bug, document: DocumentState, gaps: list[Gap]) -> Verdict:
        """What the fast lane cannot do without is named alone, so that nobody writes more than has to be."""
        rules = rules_of(bug)
        needed = [gap for gap in gaps if gap.id in (MAIN, "")]
        named = needed if needed and rules is not None and rules.deferrable else gaps
        link = f"[Fill in the root-cause analysis]({edit_link(bug, document, named[0].line)})"
        remedy = f"{link}{seen_by(document)}{_by_comment(named[0])}."
        if needed:
            return _lacking(bug, named_gaps(named), remedy)
        return lacking(bug, named_gaps(named), remedy, LATER)


def _by_comment(gap: Gap) -> str:
    """The comment that fills a section, as the end of a sentence; "" where none does."""
    if gap.id == MAIN:
        return ", or comment `/root-cause TEXT`"
    if gap.id not in HEADINGS:
        return ""
    return f", or comment `/root-cause`, and below it `## {HEADINGS[gap.id]}` with the words"


def _lacking(bug: Bug, problem: str, remedy: str) -> Verdict:
    """What a merge waits for, unless it only goes back."""
    if _goes_back(bug):
        return lacking(bug, problem, remedy, LATER)
    return Verdict(Outcome.UNMET, problem, remedy)


class ReproductionRequirement:
    """The bug was seen to happen, or it is said why it cannot be."""

    id = "reproduction"
    sentence = "The bug was reproduced, or it is stated why it cannot be"

    def check(self, bug: Bug) -> Verdict:
        """Met by the analysis's conclusion, or by somebody's word."""
        found = attested(bug, self.id)
        if found is not None:
            return found
        if rules_of(bug) is None:
            return waits_for_severity()
        document = bug.documents.get(_KIND)
        if not bug.confidential and document is not None and document.text is not None:
            gap = next((gap for gap in document.gaps if gap.id in (_CONCLUSION, "")), None)
            if gap is None:
                return Verdict(Outcome.MET, evidence=(Evidence(document.path, document.url),))
            remedy = (
                f"Comment `/attest reproduction WHERE AND HOW`, or [write the conclusion]"
                f"({edit_link(bug, document, gap.line)})."
            )
            return lacking(bug, "it is not said whether the bug was reproduced", remedy, LATER)
        remedy = "Comment `/attest reproduction WHERE AND HOW`, or why it cannot be reproduced."
        return lacking(bug, "it is not said whether the bug was reproduced", remedy, LATER)


class StrategyRequirement:
    """How the bug is going to be fixed."""

    id = "strategy"
    sentence = "A fix strategy is chosen"

    def check(self, bug: Bug) -> Verdict:
        """Met by the last accepted `/strategy`."""
        if bug.strategy is not None:
            return Verdict(Outcome.MET, evidence=(bug.strategy.evidence,))
        proposal = propose_strategy(bug)
        if proposal is None:
            return waits_for_severity()
        remedy = f"Comment `/strategy {proposal.strategy} REASON`; {proposal.reasons[0]}."
        return lacking(bug, "no fix strategy is chosen", remedy, LATER)


_REQUIREMENTS: tuple[Requirement, ...] = (
    InvestigationRequirement(),
    AnalysisRequirement(),
    ReproductionRequirement(),
    StrategyRequirement(),
)

ROOT_CAUSE = Gate(name="root-cause", title="Root cause", requirements=_REQUIREMENTS)
"""The cause is known, was seen, and decides how the bug is fixed."""
