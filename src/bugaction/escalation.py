"""Who has to be called about a bug, and since when: replayed from what happened. Pure.

A step of the ladder falls due at the first moment at which, by what had happened until then, its share of the
target was used up and the clock still ran. So it is a function of the history alone: a run that looks late,
or often, finds the same steps with the same times, and only then is it asked which of them are still due.

The ladder runs over the whole, `fix`; where nobody has answered in time, its first step is called at once. It
counts from the last raise of the severity. A report of a regression calls the first two steps, each time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bugaction.bug import Bug
from bugaction.issue_form import choices
from bugaction.model import LedgerLine, RecordKind, Severity
from bugaction.monitoring import answered_until, held_good
from bugaction.pauses import closed_spans, pauses_of
from bugaction.policy_escalation import Step
from bugaction.snapshot import EntryKind
from bugaction.spans import Span, covering, joined
from bugaction.stopwatch import Stage, Stopwatch

__all__ = [
    "FIX",
    "REGRESSION",
    "RESPOND",
    "Fired",
    "Rung",
    "fired",
    "is_call",
    "ladder",
    "next_rung_at",
    "over",
]

FIX, RESPOND, REGRESSION = "fix", "respond", "regression"
"""What a call is about: two clocks, and a report. The values stand in ledgers: never rename one."""

_PREFIX = "escalation"
_CALLED_AT_A_REGRESSION = 2
"""Steps of the ladder: whoever is on call and the next one stop and roll back together."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A step that fell due. `evidence` is what the ledger knows it by, `at` when that was.

    `clock` is one of the three above, `index` the step's place in the ladder of `severity`; of a regression
    and of an answer `step` holds whom the first steps name. `cause` is the evidence of the report.
    """

    evidence: str
    clock: str
    index: int
    step: Step
    severity: Severity
    at: datetime
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder as it stands: when it is going to be due, None while nobody knows."""

    evidence: str
    clock: str
    step: Step
    due: datetime | None


@dataclass(frozen=True, slots=True)
class _Reign:
    """From `start` on the bug has that severity.

    `since` is the last raise, `anchor` what this ladder is known by, `stages` are those since then, by clock.
    """

    start: datetime
    severity: Severity | None
    since: datetime
    anchor: str
    stages: dict[str, tuple[Stage, ...]]


@dataclass(frozen=True, slots=True)
class _Word:
    """A command or a label that counted from `at` until it was taken back at `gone`."""

    evidence: str
    at: datetime
    gone: datetime | None = None
    window: str = ""

    def counts(self, at: datetime) -> bool:
        """Whether it did at that moment."""
        return self.at <= at and (self.gone is None or at < self.gone)


def is_call(line: LedgerLine) -> bool:
    """Whether a line of the ledger claims a step, or passes it over."""
    return line.kind is RecordKind.CLAIMED and line.evidence.startswith(f"{_PREFIX}:")


# What happened ------------------------------------------------------------------------------------------


def _reigns(bug: Bug) -> tuple[_Reign, ...]:
    """One for each change. A severity that was taken away and put back has the ladder that it had; a raise
    and a lowering begin another. The watch begins at the raise."""
    found: list[_Reign] = []
    last: Severity | None = None
    since, anchor = bug.issue.at, ""
    stages: dict[str, tuple[Stage, ...]] = {}
    for change in bug.severity.history:
        if change.after is None:
            stages = {
                name: (*all_, replace(all_[-1], start=change.at, target=None))
                for name, all_ in stages.items()
            }
        else:
            if last is None or change.after < last:
                since, stages = change.at, {}
            if change.after is not last:
                anchor = change.evidence or bug.issue.id
            last = change.after
            stages = {
                name: (*stages.get(name, ()), _stage(bug, change.after, change.at, name))
                for name in (FIX, RESPOND)
            }
        found.append(_Reign(change.at, change.after, since, anchor, stages))
    return tuple(found)


def _stage(bug: Bug, severity: Severity, at: datetime, clock: str) -> Stage:
    rules = bug.policy.severities[severity]
    return Stage(at, bug.policy.calendar_of(severity), rules.fix if clock == FIX else rules.respond)


def _words(bug: Bug, name: str) -> tuple[_Word, ...]:
    """The accepted commands of that name, those that were taken back by an `/undo` as well."""
    lines = bug.ledger.accepted(RecordKind.COMMAND)
    undone = {line.data.get("undoes"): line.at for line in lines if line.data.get("name") == "undo"}
    return tuple(
        _Word(line.evidence, line.at, undone.get(line.evidence), line.data.get("window", ""))
        for line in lines
        if line.data.get("name") == name
    )


def _reports(bug: Bug) -> tuple[_Word, ...]:
    """Each report of a regression: by command, or by a label that was put on after a merge."""
    merges = [pull.merged_at for pull in bug.fixes if pull.merged_at is not None]
    names = {name.casefold() for name in bug.policy.labels.regression}
    found = list(_words(bug, "regression"))
    on: dict[str, _Word] = {}
    for entry in bug.issue.timeline:
        name = entry.value.casefold()
        if name not in names:
            continue
        if entry.kind is EntryKind.LABELED and merges and entry.at >= min(merges):
            on.setdefault(name, _Word(entry.id, entry.at))
        elif entry.kind is EntryKind.UNLABELED and name in on:
            found.append(replace(on.pop(name), gone=entry.at))
    return tuple(sorted([*found, *on.values()], key=lambda word: (word.at, word.evidence)))


def _answered_at(bug: Bug) -> datetime | None:
    """When somebody first took the bug on, whatever became of them since."""
    times = [item.evidence.at or bug.issue.at for item in bug.acceptances]
    for line in bug.ledger.lines:
        own = line.data.get("name") == "accept" or (
            line.data.get("name") == "assign"
            and line.data.get("assign", "").casefold() == line.actor.casefold()
        )
        if line.accepted and ((line.kind is RecordKind.COMMAND and own) or line.kind is RecordKind.STARTED):
            times.append(line.at)
    times += [
        entry.at
        for entry in bug.issue.timeline
        if entry.kind is EntryKind.ASSIGNED and entry.actor.is_same(entry.value)
    ]
    return min(times, default=None)


class _History:
    """A bug's history, asked what held at a moment."""

    def __init__(self, bug: Bug) -> None:
        self.bug = bug
        self.reigns = _reigns(bug)
        self.pauses, self.closed = pauses_of(bug), tuple(closed_spans(bug))
        self.looks, self.reports = _words(bug, "verified"), _reports(bug)
        self.answered = _answered_at(bug)
        tracked = bug.ledger.find(bug.issue.id, RecordKind.TRACKED)
        self.tracked = tracked.at if tracked is not None else bug.issue.at

    def reign(self, at: datetime) -> _Reign | None:
        """The severity of that moment with its ladder; None where there is none."""
        found = next((item for item in reversed(self.reigns) if item.start <= at), None)
        return found if found is not None and found.severity is not None else None

    def cuts(self) -> list[datetime]:
        """The moments at which an answer may change by something that happened, in order."""
        spans = [*self.pauses, *self.closed]
        words = [*self.looks, *self.reports]
        cuts = {reign.start for reign in self.reigns}
        cuts |= {at for span in spans for at in (span.start, span.end) if at is not None}
        cuts |= {at for word in words for at in (word.at, word.gone) if at is not None}
        cuts |= {at for at in (self.answered, self._deployed()) if at is not None}
        first = self.reigns[0].start if self.reigns else None
        return sorted(cut for cut in cuts if first is not None and cut >= first)

    def _deployed(self) -> datetime | None:
        return self.bug.deployed.at if self.bug.deployed is not None else None

    def is_closed(self, at: datetime) -> bool:
        """Whether the issue was closed then, and not to be opened again by us."""
        return covering(self.closed, at) is not None

    def is_over(self, clock: str, at: datetime) -> bool:
        """Whether the clock had been stopped."""
        if clock == RESPOND:
            return self.answered is not None and self.answered <= at
        return covering(self._good(at), at) is not None

    def _good(self, at: datetime) -> tuple[Span, ...]:
        """When the fix was held to be out, as of that moment: from a first look to the next report."""
        reports = [word.at for word in self.reports if word.counts(at)]
        words = [(word.at, word.window) for word in self.looks if word.counts(at)]
        found = held_good(self.bug, words, deployed=self._deployed(), reports=reports)
        return joined(
            Span(good, min((report for report in reports if report > good), default=None))
            for good in found
            if good <= at
        )

    def watch(self, clock: str, reign: _Reign, at: datetime) -> Stopwatch:
        """The ladder's watch by what was known then.

        A pause of which nobody knew the end moves what is due behind that end, where it is asked again.
        """
        stood = self._good(at) if clock == FIX else ()
        return Stopwatch(reign.since, reign.stages[clock], joined([*self.pauses, *stood]))

    def steps(self, clock: str, reign: _Reign, at: datetime) -> Iterator[tuple[int, Step]]:
        """The steps of a clock that apply, each with its place."""
        if clock == FIX:
            yield from _applicable(self.bug, reign.severity, at)
            return
        first = next(_applicable(self.bug, reign.severity, at), None)
        if first is not None:
            yield 0, Step(at=1.0, to=first[1].to)

    def due(
        self, clock: str, reign: _Reign, at: datetime, seen: Collection[str] = ()
    ) -> Iterator[tuple[str, int, Step, datetime | None]]:
        """Evidence, place, step and due time of each step of a clock, as of that moment, but those `seen`."""
        listed = self.bug.policy.severities[reign.severity].escalation if reign.severity is not None else ()
        shares = [step.at for step in listed] if clock == FIX else [1.0] if listed else []
        watch: Stopwatch | None = None
        for index, share in enumerate(shares):
            evidence = f"{_PREFIX}:{clock}:{reign.anchor}:{index}"
            if evidence in seen:
                continue
            watch = watch or self.watch(clock, reign, at)
            found = watch.reaches(share)
            moment = at if found is None else max(at, found)
            step = next((item for place, item in self.steps(clock, reign, moment) if place == index), None)
            if step is not None:
                yield evidence, index, step, found


def _applicable(bug: Bug, severity: Severity | None, at: datetime) -> Iterator[tuple[int, Step]]:
    """The steps of a severity that name somebody, and whose condition holds."""
    for index, step in enumerate(bug.policy.severities[severity].escalation if severity is not None else ()):
        if bug.policy.called(step, at) and (step.only is None or _is_critical(bug)):
            yield index, step


def _is_critical(bug: Bug) -> bool:
    """The business is at stake, as the form says now: what it said before an edit is not read."""
    return "critical" in {choice.casefold() for choice in choices(bug.answers.get("impact"))}


# What fell due ------------------------------------------------------------------------------------------

_CLOCKS = (RESPOND, FIX)


def fired(bug: Bug) -> tuple[Fired, ...]:
    """Every step that has fallen due until now, since the bug is looked after, in the order of its time."""
    if not any(rules.escalation for rules in bug.policy.severities.values()) or not bug.severity.history:
        return ()
    history = _History(bug)
    found = {item.evidence: item for item in _by_clock(history)}
    found |= {item.evidence: item for item in _by_report(history)}
    kept = (item for item in found.values() if history.tracked <= item.at <= bug.now)
    return tuple(
        sorted(kept, key=lambda item: (item.at, item.clock != REGRESSION, item.clock == FIX, item.index))
    )


def _by_clock(history: _History) -> Iterator[Fired]:
    """The first time of each, also from before the bug was looked after: it never comes again."""
    cuts, seen = history.cuts(), set[str]()
    for place, begin in enumerate(cuts):
        end = cuts[place + 1] if place + 1 < len(cuts) else None
        reign = history.reign(begin)
        if reign is None or reign.severity is None or history.is_closed(begin):
            continue
        for clock in _CLOCKS:
            if history.is_over(clock, begin):
                continue
            for evidence, index, step, due in history.due(clock, reign, begin, seen):
                at = max(begin, due) if due is not None else None
                if at is None or (end is not None and at >= end):
                    continue
                seen.add(evidence)
                yield Fired(evidence, clock, index, step, reign.severity, at)


def _by_report(history: _History) -> Iterator[Fired]:
    """Each report at once, whether or not the issue is open: production does not wait."""
    for report in history.reports:
        reign = history.reign(report.at)
        if reign is None or reign.severity is None:
            continue
        steps = [step for _, step in _applicable(history.bug, reign.severity, report.at)]
        names = [name for step in steps[:_CALLED_AT_A_REGRESSION] for name in step.to]
        if names:
            step = Step(at=1.0, to=tuple(dict.fromkeys(names)))
            evidence = f"{_PREFIX}:{REGRESSION}:{report.evidence}:0"
            yield Fired(evidence, REGRESSION, 0, step, reign.severity, report.at, report.evidence)


def over(bug: Bug, item: Fired) -> str:
    """Why a step that fell due is not due any more, as the end of a sentence; "" where it is."""
    history = _History(bug)
    if item.clock == REGRESSION:
        return _answered(history, item)
    reign = history.reign(bug.now)
    if history.is_closed(bug.now):
        return "the issue was closed by then"
    if reign is None or f":{reign.anchor}:" not in item.evidence:
        return "the severity was changed by then"
    if history.is_over(item.clock, bug.now):
        return "somebody had answered by then" if item.clock == RESPOND else "the fix was out by then"
    due = next(
        (due for name, _, _, due in history.due(item.clock, reign, bug.now) if name == item.evidence), None
    )
    return "" if due is not None and due <= bug.now else "its due time was moved by then"


def _answered(history: _History, item: Fired) -> str:
    report = next(word for word in history.reports if word.evidence == item.cause)
    if not report.counts(history.bug.now):
        return "the report was taken back by then"
    since = answered_until(history.bug)
    if since is None or report.at < since:
        return "another fix, or the way back, had answered it by then"
    return "" if history.reign(history.bug.now) is not None else "the severity was taken away by then"


# What comes next ----------------------------------------------------------------------------------------


def ladder(bug: Bug) -> tuple[Rung, ...]:
    """The steps of the bug's ladder that have not fallen due, in order; none once the clock is stopped."""
    history = _History(bug)
    reign = history.reign(bug.now)
    if reign is None or history.is_closed(bug.now):
        return ()
    seen = {item.evidence for item in _by_clock(history) if item.at <= bug.now}
    return tuple(
        Rung(evidence, clock, step, due)
        for clock in _CLOCKS
        if not history.is_over(clock, bug.now)
        for evidence, _, step, due in history.due(clock, reign, bug.now, seen)
    )


def next_rung_at(bug: Bug) -> datetime | None:
    """When the next step falls due, if nothing else happens; None where none will."""
    return min((rung.due for rung in ladder(bug) if rung.due is not None), default=None)
