"""What there is to tell of a bug outside GitHub: events of its life, each with a time of its own. Pure.

News is told while it is young: an old bug that is looked after from today on, or a URL that is added today,
tells nothing of last month. What each rests on is a part of its key, so that nothing is told twice, and an
event that comes again (another deployment, another raise) is told again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bugaction.bug import Bug
from bugaction.claiming import may_tell
from bugaction.clocks import Clock
from bugaction.documents.milestones import cause_known, looks
from bugaction.escalation import is_call
from bugaction.explanation import MAIN
from bugaction.lateness import breaches
from bugaction.model import GateResult, LedgerLine, Outcome, RecordKind
from bugaction.monitoring import regression_of, windows_of
from bugaction.phases import PHASES, is_phase_label
from bugaction.plan import Mood
from bugaction.rendering import Plain, iso
from bugaction.snapshot import EntryKind

__all__ = ["EVENTS", "KEY", "Event", "News", "due_rows", "news_of"]

KEY = "notify:"
"""How the key of every piece of news begins: `notify:<event>:<what it rests on>`."""

_HOUR = timedelta(hours=1)
"""What is due sooner than that cannot wait for the next run of a schedule, which is hourly."""


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened, at a time in UTC. `details` are what a template may say of it."""

    event: str
    basis: str
    at: datetime
    details: Mapping[str, Plain] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What it is known by in the bug's ledger, and to those who are told twice."""
        return f"{KEY}{self.event}:{self.basis}"


@dataclass(frozen=True, slots=True)
class _Facts:
    """A bug with its verdicts and clocks."""

    bug: Bug
    gates: Sequence[GateResult]
    clocks: Sequence[Clock]


@dataclass(frozen=True, slots=True)
class Event:
    """A kind of news: how it is found, what it is to who gets it, and how long it is news."""

    find: Callable[[_Facts], Iterable[News]]
    mood: Mood
    young: timedelta = timedelta(days=1)


def news_of(bug: Bug, gates: Sequence[GateResult], clocks: Sequence[Clock]) -> tuple[News, ...]:
    """The news of a bug that are young, oldest first; nothing from before it was looked after."""
    tracked = bug.ledger.find(bug.issue.id, RecordKind.TRACKED)
    if tracked is None or bug.severity.current is None:
        return ()
    facts = _Facts(bug, gates, clocks)
    found = [
        item
        for event in EVENTS.values()
        for item in event.find(facts)
        if tracked.at <= item.at <= bug.now and bug.now - item.at <= event.young
    ]
    return tuple(sorted(found, key=lambda item: (item.at, list(EVENTS).index(item.event))))


def due_rows(clocks: Iterable[Clock], now: datetime) -> list[Plain]:
    """What is due and when, soonest first; `over`: it was; `window`: it may be done from then."""
    waiting = [clock for clock in clocks if clock.runs and clock.due is not None]
    return [
        {
            "title": clock.title,
            "due": iso(clock.due),
            "over": int(clock.due is not None and clock.due <= now),
            "window": int(not clock.is_graded),
        }
        for clock in sorted(waiting, key=lambda clock: (clock.due or now, clock.name))
    ]


def _reported(facts: _Facts) -> Iterator[News]:
    """The last change of the severity, where it is the first or a raise: of a lowering nobody is told."""
    last = facts.bug.severity.history[-1] if facts.bug.severity.history else None
    current = facts.bug.severity.current
    if last is None or current is None or last.after is not current:
        return
    if last.before is None or current < last.before:
        before = str(last.before) if last.before is not None else ""
        details: dict[str, Plain] = {"before": before, "by": last.actor.login}
        yield News("reported", f"{current}@{iso(last.at)}", last.at, details)


def _page(facts: _Facts) -> Iterator[News]:
    """What begins at one moment and may take less than an hour, together. It begins with the severity at the
    earliest: what a raise finds used up is due at once."""
    raised = facts.bug.severity.raised or facts.bug.issue.at
    starts: dict[datetime, list[Clock]] = {}
    for clock in facts.clocks:
        if clock.runs and clock.due is not None and clock.target < _HOUR:
            starts.setdefault(max(clock.start, raised), []).append(clock)
    for start, clocks in starts.items():
        yield News("page", iso(start), start, {"due": due_rows(clocks, facts.bug.now)})


def _page_over(facts: _Facts) -> Iterator[News]:
    """That it is over, for those who were paged of anything."""
    bug = facts.bug
    told = {line.evidence for line in bug.ledger.accepted(RecordKind.NOTIFIED)}
    told |= {key for key, sent in bug.notified.items() if sent.took}
    policy, severity = bug.policy.notifications, bug.severity.current
    pagers = set(policy.audiences("page-over", severity))
    paged = [
        name
        for name in EVENTS
        if EVENTS[name].mood in (Mood.WARNING, Mood.FAILURE)
        and not pagers.isdisjoint(policy.audiences(name, severity))
        and any(key.startswith(f"{KEY}{name}:") for key in told)
    ]
    ends = [*_all_clear(facts), *_closed(facts)]
    if paged and ends:
        yield News("page-over", ends[0].basis, ends[0].at, {"event": ends[0].event})


def _cause_found(facts: _Facts) -> Iterator[News]:
    """Once: by the comment that told the cause, else by the label of the phase that came of it."""
    bug = facts.bug
    at, url = cause_known(bug)
    if at is None and _is_told(facts):
        at = _left_analysis(bug)
    if at is not None:
        by = [item.author for item in bug.explanations if item.url == url] if url else []
        yield News("cause-found", bug.issue.id, at, {"eta": iso(bug.eta), "by": by[0] if by else ""})


def _is_told(facts: _Facts) -> bool:
    """Whether the gate holds and the analysis names a cause: a rollback passes the gate without one."""
    gate = next((item for item in facts.gates if item.gate == "root-cause"), None)
    if gate is None or not gate.passes:
        return False
    document = facts.bug.committed("root-cause-analysis")
    if document is not None and not facts.bug.confidential:
        return not any(gap.id in (MAIN, "") for gap in document.gaps)
    return any(item.id == "root-cause-analysis" and item.outcome is Outcome.MET for item in gate.requirements)


_ANALYSIS = ("triage", "root-cause")


def _left_analysis(bug: Bug) -> datetime:
    """When our label of a later phase went on; now, where that is still to come."""
    later = {phase.label for name, phase in PHASES.items() if name not in _ANALYSIS}
    times = [
        entry.at
        for entry in bug.issue.timeline
        if entry.kind is EntryKind.LABELED and is_phase_label(entry.value) and entry.value.casefold() in later
    ]
    return min(times, default=bug.now)


def _deployed(facts: _Facts) -> Iterator[News]:
    deployed = facts.bug.deployed
    if deployed is not None and regression_of(facts.bug) is None:
        details: dict[str, Plain] = {
            "version": deployed.version,
            "environment": deployed.environment,
            "tracked": int(deployed.is_tracked),
            "windows": [
                {"title": clock.title, "due": iso(clock.due)}
                for clock in facts.clocks
                if clock.name.startswith("window-")
            ],
        }
        yield News("deployed", iso(deployed.at), deployed.at, details)


def _all_clear(facts: _Facts) -> Iterator[News]:
    bug = facts.bug
    words = looks(bug)
    if bug.deployed is None or not words or regression_of(bug) is not None:
        return
    if len(words) == len(windows_of(bug)):
        window, last = words[-1]
        yield News("all-clear", iso(bug.deployed.at), last.at, {"window": window, "by": last.actor})


def _closed(facts: _Facts) -> Iterator[News]:
    issue = facts.bug.issue
    entries = [item for item in issue.timeline if item.kind in (EntryKind.CLOSED, EntryKind.REOPENED)]
    if not issue.state.is_open and entries and entries[-1].kind is EntryKind.CLOSED:
        last = entries[-1]
        details: dict[str, Plain] = {"how": last.value or "completed", "by": last.actor.login}
        yield News("closed", last.id, last.at, details)


def _escalated(facts: _Facts) -> Iterator[News]:
    for line in facts.bug.ledger.lines:
        if is_call(line) and line.accepted and may_tell(facts.bug, line):
            yield News("escalated", line.evidence, line.at, _step(line, facts.clocks))


def _step(line: LedgerLine, clocks: Iterable[Clock]) -> dict[str, Plain]:
    """What a claimed step says: what is waited for, to whom it goes, the people, and when it fell due."""
    titles = {clock.name: clock.title for clock in clocks}
    name = line.data.get("clock", "")
    return {
        "clock": titles.get(name, name),
        "to": line.data.get("to", ""),
        "people": line.data.get("people", ""),
        "due": _moment(line.data.get("due", "")),
    }


def _moment(text: str) -> str:
    """A moment in ISO 8601 as it stands; "" for anything else."""
    try:
        return iso(datetime.fromisoformat(text))
    except ValueError:
        return ""


def _breached(facts: _Facts) -> Iterator[News]:
    """What a raise finds used up is told along with it, to those who hear of both."""
    bug = facts.bug
    heard, current = bug.policy.notifications, bug.severity.current
    is_told = {*heard.audiences("breached", current)} <= {*heard.audiences("reported", current)}
    raised = bug.severity.raised if is_told else None
    for clock in breaches(facts.clocks, bug.now):
        if clock.due is not None and (raised is None or clock.due > raised):
            details: dict[str, Plain] = {"clock": clock.title, "due": iso(clock.due)}
            yield News("breached", f"{clock.name}@{iso(clock.due)}", clock.due, details)


def _stop(facts: _Facts) -> Iterator[News]:
    report = regression_of(facts.bug)
    if report is not None and report.at is not None:
        text = "" if facts.bug.confidential else report.text
        yield News("stop", iso(report.at), report.at, {"text": text, "by": report.actor})


def _post_mortem_due(facts: _Facts) -> Iterator[News]:
    for clock in facts.clocks:
        due, at = clock.due, clock.at_risk
        if clock.name == "post-mortem" and clock.runs and due is not None and at is not None:
            if facts.bug.now >= due:
                continue  # then it is a breach
            yield News("post-mortem-due", iso(due), at, {"due": iso(due)})


EVENTS: Mapping[str, Event] = {
    "all-clear": Event(_all_clear, Mood.SUCCESS),
    "breached": Event(_breached, Mood.WARNING),
    "cause-found": Event(_cause_found, Mood.INFO),
    "closed": Event(_closed, Mood.SUCCESS),
    "deployed": Event(_deployed, Mood.INFO),
    "escalated": Event(_escalated, Mood.FAILURE),
    "page": Event(_page, Mood.FAILURE, _HOUR),
    "page-over": Event(_page_over, Mood.SUCCESS),
    "post-mortem-due": Event(_post_mortem_due, Mood.WARNING),
    "reported": Event(_reported, Mood.FAILURE),
    "stop": Event(_stop, Mood.FAILURE),
}
"""Every event by its name, which is its key under `notifications` and its template's."""
