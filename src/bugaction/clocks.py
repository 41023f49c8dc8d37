"""The clocks of a bug: what each step may take, since when it runs, when it is due, and what became of it.

They are replayed from the facts, each time anew and always alike: when a run looked, how late, or how often,
is no part of them. The moment of the decision only tells what is due from what is overdue (`Clock.state`).

A clock starts at the report, whatever severity came when: whoever waits has waited since then. A raise takes
over what has counted and a lowering keeps it; what was used up by then is due at the change itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bugaction.bug import Bug
from bugaction.duration import format_duration, format_short
from bugaction.model import GateResult, Outcome, RequirementResult
from bugaction.monitoring import held_good, looks_of, regression_of, watched, windows_of
from bugaction.pauses import good_spans, pauses_of
from bugaction.policy import SeverityPolicy
from bugaction.snapshot import PullRequest, PullState
from bugaction.spans import Span, joined
from bugaction.state import linked_at
from bugaction.stopwatch import Stage, Stopwatch
from bugaction.working_time import ALWAYS, end_of_day

__all__ = ["TIMED", "Clock", "ClockState", "clocks_of", "fix_due"]

TIMED = ("respond", "root-cause", "development", "review", "deployment", "fix")
"""The clocks with a target by severity, in the order of the lifecycle; `fix` is the whole."""


class ClockState(StrEnum):
    """What became of a clock. `STOPPED`: the bug was closed before it was reached; `OVER` ends what has no
    verdict."""

    RUNNING = "running"
    PAUSED = "paused"
    BREACHED = "breached"
    MET = "met"
    LATE = "late"
    STOPPED = "stopped"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Clock:
    """A target as a moment; times in UTC.

    `name` is stable, `title` says what it waits for. `due` is when the target is used up, and `at_risk` when
    so much of it is that somebody should know; None while the clock is paused, and nobody knows when it goes
    on: then `paused` is since when, and `left` what there is to go. `target` is its length, as policy says
    for the severity that counts. `met` is when it was reached, None while it was not; `is_done` says that it
    was, though not when. `is_open` is False once the issue is closed. A clock without `is_graded` is never
    late: it tells when something may be done, not by when. `is_listed`: a checklist shows its due time.
    """

    name: str
    title: str
    watch: Stopwatch
    due: datetime | None
    target: timedelta
    at_risk: datetime | None = None
    met: datetime | None = None
    is_done: bool = False
    is_open: bool = True
    is_graded: bool = True
    is_listed: bool = False
    paused: datetime | None = None
    left: timedelta | None = None

    @property
    def start(self) -> datetime:
        """When it began to run."""
        return self.watch.start

    @property
    def is_late(self) -> bool:
        """Whether it was reached after it was due; one that still runs is not late, whatever the time is."""
        return self.is_graded and self.met is not None and self.due is not None and self.met > self.due

    @property
    def runs(self) -> bool:
        """Whether it waits for something that may still come."""
        return self.is_open and self.met is None and not self.is_done

    def state(self, now: datetime) -> ClockState:
        """What became of it by that moment, which only tells whether it was due by then."""
        if self.met is not None or self.is_done:
            return ClockState.LATE if self.is_late else ClockState.MET
        if not self.is_open:
            return ClockState.STOPPED
        if self.due is None:
            return ClockState.PAUSED
        if self.due > now:
            return ClockState.RUNNING
        return ClockState.BREACHED if self.is_graded else ClockState.OVER

    def is_at_risk(self, now: datetime) -> bool:
        """Whether it still runs, is not breached, and has used up the share that policy names."""
        is_near = self.is_graded and self.at_risk is not None and self.at_risk <= now
        return is_near and self.state(now) is ClockState.RUNNING


def clocks_of(bug: Bug, gates: Iterable[GateResult] = ()) -> tuple[Clock, ...]:
    """The clocks of the bug's current severity, in the order of the lifecycle; none without a severity.

    `gates` are its verdicts: without them, what only a gate tells (the cause, an approval, what was put off)
    is left out or not known to be reached.
    """
    if bug.severity.current is None:
        return ()
    rules = bug.policy.severities[bug.severity.current]
    results = tuple(gates)
    whole = _fix(bug)
    steps = [
        *_respond(bug),
        *_root_cause(bug, results),
        *(_capped(clock, whole) for clock in _development(bug)),
        *(_capped(clock, whole) for clock in _reviews(bug, rules, results)),
        *(_capped(clock, whole) for clock in _deployment(bug)),
        *([whole] if whole is not None else ()),
    ]
    return (*steps, *_windows(bug), *_owed(bug, results), *_post_mortem(bug, results), *_items(bug))


def fix_due(bug: Bug) -> datetime | None:
    """When the fix has to be out; None without a severity, without a target, and while nobody knows."""
    return next((clock.due for clock in clocks_of(bug) if clock.name == "fix"), None)


# What policy gives a time, by severity ------------------------------------------------------------------

_Target = Callable[[SeverityPolicy], timedelta | None]


def _respond(bug: Bug) -> Iterator[Clock]:
    """Somebody has answered once an assignee has accepted; a proof without a time counts from the report."""
    met = min((item.evidence.at or bug.issue.at for item in bug.acceptances), default=None)
    yield from _timed(bug, "respond", "Somebody answers", bug.issue.at, lambda rules: rules.respond, met)


def _root_cause(bug: Bug, gates: Iterable[GateResult]) -> Iterator[Clock]:
    """It has to be known before the fix is due. When the gate's last line came true, nothing tells."""
    is_done = any(gate.gate == "root-cause" and gate.passes for gate in gates)
    for clock in _timed(bug, "root-cause", "The cause is known", bug.issue.at, _cause_target, None):
        yield replace(clock, is_done=is_done)


def _cause_target(rules: SeverityPolicy) -> timedelta:
    return rules.root_cause if rules.fix is None else min(rules.root_cause, rules.fix)


def _development(bug: Bug) -> Iterator[Clock]:
    """From the choice of a strategy, or the first work on a fix, to the merge of the last one."""
    begun = [linked_at(bug.issue, bug.ledger, pull.number) for pull in bug.fixes]
    begun.append(bug.strategy.evidence.at if bug.strategy is not None else None)
    start = min((at for at in begun if at is not None), default=None)
    if start is not None:
        met = _merged_at(bug)
        start = max(bug.issue.at, start if met is None else min(start, met))
        yield from _timed(
            bug, "development", "The fix is merged", start, lambda rules: rules.development, met
        )


def _reviews(bug: Bug, rules: SeverityPolicy, gates: Iterable[GateResult]) -> Iterator[Clock]:
    """Of each open pull request whose review was asked for, to the approvals that its severity needs."""
    approvals = {
        gate.pull: item
        for gate in gates
        if gate.gate == "fix"
        for item in gate.requirements
        if item.id == "approvals"
    }
    for pull in bug.fixes:
        asked = pull.requested_at
        if pull.state is not PullState.OPEN or pull.is_draft or asked is None:
            continue
        met, is_done = _approved(bug, rules, approvals.get(pull.number))
        title = f"Pull request {pull.number} is approved"
        name = f"review-{pull.number}"
        for clock in _timed(bug, name, title, asked, lambda each: each.review, met):
            yield replace(clock, is_done=is_done)


def _approved(
    bug: Bug, rules: SeverityPolicy, item: RequirementResult | None
) -> tuple[datetime | None, bool]:
    """When there were enough approvals, one of somebody senior where it takes that, and whether there are.

    Those that came later make nobody late. Where nobody senior was awake, or an override let the pull request
    pass, what it passed by counts.
    """
    if item is None or not item.outcome.passes:
        return None, False
    given = sorted((proof.at, bug.is_senior(proof.actor)) for proof in item.evidence if proof.at is not None)
    if not given:
        return None, True
    enough = given[: rules.approvals][-1][0]
    if rules.senior_approval:
        enough = max(enough, next((at for at, is_senior in given if is_senior), enough))
    return enough, True


def _deployment(bug: Bug) -> Iterator[Clock]:
    """From the merge to production; where the merge stands for the deployment there is nothing to time."""
    start, deployed = _merged_at(bug), bug.deployed
    if start is None or (deployed is not None and not deployed.is_tracked):
        return
    met = deployed.at if deployed is not None else None
    start = start if met is None else min(start, met)
    yield from _timed(bug, "deployment", "The fix is deployed", start, lambda rules: rules.deployment, met)


def _fix(bug: Bug) -> Clock | None:
    """From the report until somebody has looked at production after the first window, or, where policy has
    none, until the deployment. It goes on with a report of a regression, from where it stood."""
    met = _out(bug) if regression_of(bug) is None else None
    stood = good_spans(bug)
    found = _timed(bug, "fix", "The fix is out", bug.issue.at, lambda rules: rules.fix, met, stood)
    return next(found, None)


def _out(bug: Bug) -> datetime | None:
    """When the fix was first held to be good, by the severity of that moment: a later one moves no end."""
    if bug.deployed is None:
        return None
    windows = {window for rules in bug.policy.severities.values() for window in rules.windows}
    looks = looks_of(bug.ledger, bug.deployed, tuple(windows))
    words = [(line.at, name) for name, lines in looks.items() for line in lines]
    return next(held_good(bug, words, deployed=bug.deployed.at), None)


def _merged_at(bug: Bug) -> datetime | None:
    """When the last fix was merged; None while one is open, or none is merged."""
    if any(pull.state is PullState.OPEN for pull in bug.fixes):
        return None
    return max((pull.merged_at for pull in bug.fixes if pull.merged_at is not None), default=None)


def _timed(
    bug: Bug,
    name: str,
    title: str,
    start: datetime,
    target_of: _Target,
    met: datetime | None,
    stood: Iterable[Span] = (),
) -> Iterator[Clock]:
    """The clock, where the bug's severity has such a target."""
    stages = _stages(bug, target_of)
    target = stages[-1].target
    if target is None:
        return
    pauses = joined([*pauses_of(bug), *stood])
    watch = Stopwatch(start, stages, pauses, max(start, met) if met is not None else None)
    due, last = watch.reaches(), pauses[-1] if pauses else None
    is_paused = due is None and last is not None and last.end is None
    yield Clock(
        name=name,
        title=title,
        watch=watch,
        due=due,
        target=watch.target or target,
        at_risk=watch.reaches(bug.policy.clocks.at_risk),
        met=met,
        is_open=bug.issue.state.is_open,
        paused=max(start, last.start) if is_paused and last is not None else None,
        left=watch.left() if is_paused else None,
    )


def _stages(bug: Bug, target_of: _Target) -> tuple[Stage, ...]:
    """A stage for each severity that the bug has had. Without one, time counts as it did before."""
    stages: list[Stage] = []
    for change in bug.severity.history:
        if change.after is not None:
            rules = bug.policy.severities[change.after]
            stages.append(Stage(change.at, bug.policy.calendar_of(change.after), target_of(rules)))
        else:
            stages.append(replace(stages[-1], start=change.at, target=None))
    return tuple(stages)


def _capped(clock: Clock, whole: Clock | None) -> Clock:
    """Due no later than the whole, as long as that is not over before the clock has begun."""
    if whole is None or whole.due is None or clock.due is None or not clock.start < whole.due < clock.due:
        return clock
    at_risk = min(clock.at_risk, whole.due) if clock.at_risk is not None else None
    return replace(clock, due=whole.due, at_risk=at_risk)


# What is due at a time of its own -----------------------------------------------------------------------


def _windows(bug: Bug) -> Iterator[Clock]:
    """When somebody may look again. Nothing says by when, so none of them is late."""
    if bug.deployed is None:
        return
    windows = windows_of(bug)
    words = watched(bug.ledger, bug.deployed, windows)
    for window in windows:
        name = format_short(window)
        clock = _until(
            bug,
            f"window-{name}",
            f"Production is looked at after {format_duration(window)}",
            bug.deployed.at,
            bug.deployed.at + window,
        )
        yield replace(clock, met=words[name].at if name in words else None, is_graded=False, at_risk=None)


def _owed(bug: Bug, gates: Iterable[GateResult]) -> Iterator[Clock]:
    """What was put off, while it is owed; the gate that counts it up says nothing of its own."""
    for gate in gates:
        for item in gate.requirements:
            if item.outcome is Outcome.DEFERRED and item.due is not None and item.id != "obligations":
                start = _put_off_at(gate, bug)
                clock = _until(bug, f"{gate.gate}-{item.id}", item.sentence, start, item.due)
                yield replace(clock, is_listed=True)


def _put_off_at(gate: GateResult, bug: Bug) -> datetime:
    """What a due time counts from: the deployment for a release's papers, the merge for the look at what was
    merged, else the raise."""
    raised = bug.severity.raised or bug.issue.at
    if gate.gate == "release" and bug.deployed is not None:
        return bug.deployed.at
    pull = next((pull for pull in bug.fixes if pull.number == gate.pull), None)
    return _merge_of(pull) or raised


def _merge_of(pull: PullRequest | None) -> datetime | None:
    return pull.merged_at if pull is not None else None


def _post_mortem(bug: Bug, gates: Iterable[GateResult]) -> Iterator[Clock]:
    """All that its gate asks for, by the last of its due times."""
    for gate in gates:
        dues = [item.due for item in gate.requirements if item.due is not None]
        if gate.gate == "post-mortem" and dues and bug.deployed is not None:
            yield _until(bug, gate.gate, "The post-mortem is complete", bug.deployed.at, max(dues))


def _items(bug: Bug) -> Iterator[Clock]:
    """The issues of its action items, each until its day is over where the team is."""
    for item in bug.actions:
        if item.is_open:
            due = end_of_day(bug.policy.time_zone, item.due)
            yield _until(bug, f"action-{item.number}", f"Action item {item.number} is done", due, due)


def _until(bug: Bug, name: str, title: str, start: datetime, due: datetime) -> Clock:
    """A clock with a due time of its own: nothing pauses it, and every minute counts."""
    start = min(start, due)
    target = due - start
    watch = Stopwatch(start, (Stage(start, ALWAYS, target),))
    return Clock(
        name=name,
        title=title,
        watch=watch,
        due=due,
        target=target,
        at_risk=start + target * bug.policy.clocks.at_risk,
        is_open=bug.issue.state.is_open,
    )
