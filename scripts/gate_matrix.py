"""What each gate asks for at each severity, found by judging prototypes with the gates themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from bugaction.bug import Deployed
from bugaction.duration import format_duration
from bugaction.gates import GATES, Gate
from bugaction.model import Evidence, Outcome, RequirementResult, Severity
from bugaction.snapshot import PullState
from scripts.prototypes import RAISED, Prototype, prototypes

__all__ = ["Case", "cases", "demand", "sentences", "texts"]


@dataclass(frozen=True, slots=True)
class Case:
    """A requirement of a prototype's that does not hold yet, or does not apply, or holds by itself."""

    severity: Severity | None
    prototype: Prototype
    result: RequirementResult


_PERSONAL = frozenset({Outcome.UNMET, Outcome.DEFERRED, Outcome.PENDING})
"""What is shown to people with a problem and a next step."""


def sentences(gate: Gate) -> dict[str, str]:
    """What the gate asks for, by the requirement's id, in the order of its checklist."""
    return {
        **{item.id: item.sentence for item in gate.requirements},
        **{item.id: item.sentence for item in gate.of_pull},
    }


def cases(gate: Gate, id_: str, severity: Severity | None) -> tuple[Case, ...]:
    """The outcomes of one requirement for every prototype of a severity."""
    return tuple(
        Case(severity, prototype, next(result for result in results if result.id == id_))
        for prototype, results in _judged(gate.name, severity)
    )


@cache
def _judged(
    gate: str, severity: Severity | None
) -> tuple[tuple[Prototype, tuple[RequirementResult, ...]], ...]:
    """Every prototype of a severity with what the gate says of it; the pages ask for it line by line."""
    return tuple(
        (prototype, tuple(GATES[gate].judge(prototype.bug, prototype.pull).requirements))
        for prototype in prototypes(severity)
    )


def demand(gate: Gate, id_: str, severity: Severity) -> str:
    """What is asked at that severity, as a cell: required, may follow until …, not asked, …"""
    found = cases(gate, id_, severity)
    usual = [case for case in found if not case.prototype.where]
    if all(case.result.outcome is Outcome.NOT_APPLICABLE for case in usual):
        asked = [case for case in found if case.result.outcome in _PERSONAL]
        return f"{_demanded(gate, asked)}, {asked[0].prototype.where}" if asked else "not asked"
    asked = [case for case in usual if case.result.outcome in _PERSONAL]
    if asked:
        return _demanded(gate, asked)
    without = [case.result.outcome for case in cases(gate, id_, None)]
    return "required" if Outcome.UNMET in without else "holds by itself"


def _demanded(gate: Gate, asked: list[Case]) -> str:
    outcomes = {case.result.outcome for case in asked}
    deferred = [case for case in asked if case.result.outcome is Outcome.DEFERRED]
    if not deferred:
        return "required"
    until = f"may follow until {_until(gate, deferred[0])}"
    return until if outcomes == {Outcome.DEFERRED} else f"required in part; the rest {until}"


def _until(gate: Gate, case: Case) -> str:
    """When it is due: so long after the severity was set, the deployment, or the merge."""
    bug, pull = case.prototype.bug, case.prototype.pull
    deployed = Deployed(RAISED, "", "production", Evidence("deployed"))
    merged = replace(pull, state=PullState.MERGED, merged_at=RAISED)
    starts = {
        "the severity was set": case.prototype,
        "the deployment": replace(case.prototype, bug=replace(bug, deployed=deployed)),
        "the merge": replace(case.prototype, pull=merged),
    }
    for start, prototype in starts.items():
        due = _result(gate, prototype, case.result.id).due
        if due is not None:
            return f"{format_duration(due - RAISED)} after {start}"
    raise ValueError(f"{gate.name}, {case.result.id}: deferred, and due at no time that a prototype shows")


def texts(gate: Gate, id_: str) -> Iterator[tuple[str, str, str]]:
    """What is said of the requirement while it does not hold: the words, the next step, and for whom.

    Each pair of words and next step once, in the order of the prototypes, those without a severity last.
    """
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for severity in (*Severity, None):
        whom = str(severity) if severity is not None else "no severity yet"
        for case in cases(gate, id_, severity):
            result = case.result
            if result.outcome not in _PERSONAL or not result.problem:
                continue
            said = found.setdefault((result.problem, _bare(result.remedy)), {})
            if all(whom not in others for others in said.values()):
                said.setdefault(case.prototype.where, []).append(whom)
    for (problem, remedy), said in found.items():
        yield problem, remedy, "; ".join(f"{', '.join(who)} {where}".strip() for where, who in said.items())


_LINK = re.compile(r"\[([^\]]+)\]\(https://github\.com/OWNER/[^)]*\)")


def _bare(remedy: str) -> str:
    """A next step without its links, which lead to the bug that is judged."""
    return _LINK.sub(r"\1", remedy)


def _result(gate: Gate, prototype: Prototype, id_: str) -> RequirementResult:
    judged = gate.judge(prototype.bug, prototype.pull)
    return next(result for result in judged.requirements if result.id == id_)
