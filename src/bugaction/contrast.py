"""What differs between two reports on the same facts, in words. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from bugaction.model import GateResult, RequirementResult
from bugaction.narration import narrate
from bugaction.plan import BugVerdict, PullVerdict
from bugaction.report import Report

__all__ = ["REASON", "contrast", "outcomes"]

REASON = "the reason"
"""What the run's reason is called among the outcomes."""

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


def contrast(before: Report, after: Report) -> tuple[str, ...]:
    """The differences, a line each, in the order of the reports; () where there is none.

    Of a confidential bug outcomes are told, and no words.
    """
    return tuple(_lines(before, after))


def outcomes(report: Report) -> dict[str, str]:
    """Every verdict without a word that came from people: by what it is on, how it is."""
    found = {REASON: str(report.reason)}
    for bug in report.bugs:
        found[f"the severity of {bug.name}"] = str(bug.severity)
        found[f"the phase of {bug.name}"] = bug.phase
        lines = _lines_of(bug.gates)
        found |= {f"{bug.name}, {place}": f"{item.outcome} {item.due}" for place, item in lines.items()}
        found |= {f"{bug.name}, clock {item.name}": f"{item.state} {item.due}" for item in bug.clocks}
    for pull in report.pulls:
        for status in pull.statuses:
            found[f"{status.context} on #{pull.number}"] = str(status.state)
    return found


def _lines(before: Report, after: Report) -> Iterator[str]:
    if before.reason is not after.reason:
        yield f"reason: {before.reason} → {after.reason}"
    for name, old, new in _pairs(_by_name(before.bugs), _by_name(after.bugs)):
        yield from _bug(name, old, new)
    pulls = ({pull.number: pull for pull in report.pulls} for report in (before, after))
    for number, one, other in _pairs(*pulls):
        yield from _pull(number, one, other)
    planned = [dict.fromkeys(narrate(effect) for effect in report.left) for report in (before, after)]
    for text in planned[0]:
        if text not in planned[1]:
            yield f"no longer written: {text}"
    for text in planned[1]:
        if text not in planned[0]:
            yield f"written as well: {text}"


def _by_name(bugs: Iterable[BugVerdict]) -> dict[str, BugVerdict]:
    return {bug.name: bug for bug in bugs}


def _pairs(
    before: Mapping[_Key, _Value], after: Mapping[_Key, _Value]
) -> Iterator[tuple[_Key, _Value | None, _Value | None]]:
    for key in dict.fromkeys((*before, *after)):
        yield key, before.get(key), after.get(key)


def _bug(name: str, old: BugVerdict | None, new: BugVerdict | None) -> Iterator[str]:
    if old is None or new is None:
        yield f"{name}: {'is looked after now' if old is None else 'is no longer looked after'}"
        return
    if old.severity is not new.severity:
        yield f"{name}: severity {old.severity or 'none'} → {new.severity or 'none'}"
    if old.phase != new.phase:
        yield f"{name}: phase {old.phase} → {new.phase}"
    for key, one, other in _pairs(_lines_of(old.gates), _lines_of(new.gates)):
        yield from _requirement(f"{name}, {key}", one, other, is_open=bool(new.title))
    clocks = ({clock.name: clock for clock in bug.clocks} for bug in (old, new))
    for clock, earlier, later in _pairs(*clocks):
        told = [f"{item.state}, {item.words}" if item is not None else "none" for item in (earlier, later)]
        if told[0] != told[1]:
            yield f"{name}, clock {clock}: {told[0]} → {told[1]}"


def _lines_of(gates: Iterable[GateResult]) -> dict[str, RequirementResult]:
    return {
        f"{gate.gate} gate{f' of #{gate.pull}' if gate.pull else ''}, {item.id}": item
        for gate in gates
        for item in gate.requirements
    }


def _requirement(
    place: str, old: RequirementResult | None, new: RequirementResult | None, *, is_open: bool
) -> Iterator[str]:
    outcomes = [str(item.outcome) if item is not None else "not asked" for item in (old, new)]
    why = new.problem if new is not None and is_open else ""
    if outcomes[0] != outcomes[1]:
        yield f"{place}: {outcomes[0]} → {outcomes[1]}{f' ({why})' if why else ''}"
    elif old is not None and new is not None and old.due != new.due:
        due = [f"{item.due:%Y-%m-%d %H:%M} UTC" if item.due else "no time" for item in (old, new)]
        yield f"{place}: due {due[0]} → {due[1]}"


def _pull(number: int, old: PullVerdict | None, new: PullVerdict | None) -> Iterator[str]:
    said = [
        {status.context: f"{status.state} “{status.description}”" for status in pull.statuses} if pull else {}
        for pull in (old, new)
    ]
    for context, one, other in _pairs(*said):
        if one != other:
            yield f"pull request #{number}, {context}: {one or 'nothing'} → {other or 'nothing'}"
