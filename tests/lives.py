"""Random lives of bugs, and worlds in which somebody looks at them now and then.

A life is what people do, minute by minute. A world plays it and is looked at: by the ideal, at every minute
at which an outcome can change, or at random, late, twice, never, and by runs that die between a claim and its
comment. Whatever is looked at how, the same has fallen due, and nobody is called twice.

People here give a command again that got no answer, so the run of a command is never lost; all others may be.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Protocol

from bugaction.assembly import assemble
from bugaction.bug import Bug
from bugaction.calling import call_effects, call_lines, call_marker, calls_of, next_step_at
from bugaction.clocks import TIMED, ClockState, clocks_of
from bugaction.decide import Request
from bugaction.model import LedgerFile, LedgerLine, RecordKind, Role
from bugaction.plan import CreateComment, Effect
from bugaction.policy import Policy
from bugaction.ports import Expectations, Targets
from bugaction.questions import AskDeployment
from bugaction.reconcile import Reconciler
from bugaction.rollout import Deployment, Rollout
from bugaction.snapshot import (
    Answers,
    BugFacts,
    Comment,
    Entry,
    EntryKind,
    IssueState,
    PullRequest,
    PullState,
    Snapshot,
    TextFile,
)
from bugaction.templates import load_templates
from tests.memory import Memory
from tests.values import ANA, BASE, BO, T0, VIEWER, at, comment, issue, labeled, pull, snapshot

__all__ = ["END", "Deed", "Life", "Look", "Outcome", "Quick", "Whole", "ideal", "random_life", "real"]

NUMBER = 42
POLICY = Policy.model_validate(
    {
        "people": {"on-call": ["bo"], "engineering-lead": ["mia"], "cto": ["tom"], "ceo": ["eva"]},
        "severities": {
            "P0": {
                "escalation": [
                    {"at": f"{share}%", "to": [who]}
                    for share, who in ((25, "on-call"), (50, "engineering-lead"), (75, "cto"), (150, "ceo"))
                ]
            },
            "P2": {
                "fix": "2d",
                "escalation": [{"at": "50%", "to": ["on-call"]}, {"at": "100%", "to": ["cto"]}],
            },
        },
    }
)
"""Shares that fall on whole minutes, so that a sweep every minute is on time."""

CONFIG = """version: 1
people:
  on-call: [bo]
  engineering-lead: [mia]
  cto: [tom]
  ceo: [eva]
severities:
  P0:
    escalation:
      - {at: 25%, to: [on-call]}
      - {at: 50%, to: [engineering-lead]}
      - {at: 75%, to: [cto]}
      - {at: 150%, to: [ceo]}
  P2:
    fix: 2d
    escalation:
      - {at: 50%, to: [on-call]}
      - {at: 100%, to: [cto]}
"""

END = 40
"""Minutes after the last deed until everything that was cut off has been made good."""

_LONGEST = 3 * 24 * 60
_MOST_CUTS = 2
_ROLES = {"ana": Role.ADMIN, "bo": Role.WRITE}


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody does at a minute; `text` is a command, a label, or nothing."""

    minute: int
    what: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """A run at a minute; one that `dies` does so between a claim and its comment."""

    minute: int
    dies: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """What people do, in order, when runs look, and the last minute."""

    deeds: tuple[Deed, ...]
    looks: tuple[Look, ...]
    end: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is left of a life.

    Each clock that was breached or late, with its due time; each step that was called or passed over, with
    its due time; how often anybody was called for it; and how often one looked.
    """

    breaches: tuple[tuple[str, str], ...]
    steps: tuple[tuple[str, str], ...]
    calls: tuple[tuple[str, int], ...]
    looks: int


# Lives --------------------------------------------------------------------------------------------------


@dataclass
class _State:
    """What can happen next."""

    severity: str
    is_paused: bool = False
    is_open: bool = True
    fixes: int = 0
    is_deployed: bool = False
    deployed: int = 0
    is_good: bool = False


def random_life(random: Random) -> Life:
    """A life of a bug that begins with its severity, of up to three days and a dozen deeds."""
    state = _State(random.choice(["P0", "P0", "P0", "P1", "P2"]))
    minute = random.randint(0, 30)
    deeds = [Deed(minute, "say", f"/severity {state.severity} seen")]
    for _ in range(random.randint(1, 12)):
        minute += random.choice([random.randint(1, 15), random.randint(15, 90), random.randint(90, 700)])
        if minute > _LONGEST:
            break
        what = random.choice(_possible(state, minute))
        deeds.append(_done(state, minute, what, random))
    end = deeds[-1].minute + random.choice([5, 120, 600, 3000]) + END
    return Life(tuple(deeds), tuple(_looks(deeds, end, random)), end)


def _possible(state: _State, minute: int) -> list[str]:
    found = ["severity", "severity", "resume" if state.is_paused else "pause"]
    if not state.is_open:
        return ["reopen"]
    found += ["accept", "close"]
    found += ["merge"] if state.fixes == 0 or not state.is_good else []
    if state.fixes:
        found += ["regression", *([] if state.is_deployed else ["deploy"] * 3)]
    if state.is_deployed and minute >= state.deployed + 120:
        found += ["verify"] * 4
    return found


def _done(state: _State, minute: int, what: str, random: Random) -> Deed:
    match what:
        case "severity":
            state.severity = random.choice([each for each in ("P0", "P1", "P2") if each != state.severity])
            state.is_good = False
            return Deed(minute, "say", f"/severity {state.severity} seen")
        case "accept":
            return Deed(minute, "say", "/accept")
        case "verify":
            state.is_good = True
            return Deed(minute, "say", f"/verified {'2h' if state.severity == 'P2' else '15m'}")
        case "regression":
            state.is_good = False
            return Deed(minute, "say", "/regression it is back")
        case "pause" | "resume":
            state.is_paused = what == "pause"
        case "close" | "reopen":
            state.is_open = what == "reopen"
        case "merge":
            state.fixes += 1
            state.is_deployed = False
        case "deploy":
            state.is_deployed, state.deployed = True, minute
        case _:
            raise AssertionError(what)
    return Deed(minute, what)


def _looks(deeds: list[Deed], end: int, random: Random) -> Iterator[Look]:
    """The runs: of each command; of half of the other deeds, some late; sweeps at random, some twice."""
    times = [deed.minute for deed in deeds if deed.what == "say"]
    times += [deed.minute + random.choice([0, 0, 3, 45]) for deed in deeds if random.random() < 0.5]
    sweeps = [random.randint(0, end - END) for _ in range(random.randint(0, 8))]
    times += sweeps + sweeps[: random.randint(0, 2)]
    cuts = 0
    for time in sorted(times):
        dies = cuts < _MOST_CUTS and random.random() < 0.1
        cuts += dies
        yield Look(time, dies)
    yield from (Look(end - END + minutes) for minutes in (0, 12, 24, END))


# Worlds -------------------------------------------------------------------------------------------------


class World(Protocol):
    """A world with one bug that is looked at."""

    def do(self, deed: Deed) -> None:
        """Somebody does that."""
        ...

    def look(self, look: Look) -> None:
        """A run looks, and writes."""
        ...

    def bug(self, minute: int) -> Bug:
        """The bug as a run sees it, with what it would record."""
        ...

    def comments(self) -> tuple[Comment, ...]:
        """All comments on the issue."""
        ...


@dataclass
class Facts:
    """What people have done."""

    entries: list[Entry] = field(default_factory=lambda: [labeled("bug", minutes=0)])
    labels: set[str] = field(default_factory=lambda: {"bug"})
    said: list[Comment] = field(default_factory=list)
    pulls: list[PullRequest] = field(default_factory=list)
    deployments: list[Deployment] = field(default_factory=list)
    state: IssueState = IssueState.OPEN

    def do(self, deed: Deed) -> None:
        """Take the deed in."""
        minute = deed.minute
        match deed.what:
            case "say":
                ident = 100 + len(self.said)
                self.said.append(comment(deed.text, author=ANA, minutes=minute, ident=ident))
            case "pause":
                self.labels.add("blocked")
                self.entries.append(labeled("blocked", minutes=minute))
            case "resume":
                self.labels.discard("blocked")
                self.entries.append(labeled("blocked", minutes=minute, kind=EntryKind.UNLABELED))
            case "close":
                self.state = IssueState.NOT_PLANNED
                self.entries.append(Entry(f"C{minute}", EntryKind.CLOSED, BO, at(minute), "not-planned"))
            case "reopen":
                self.state = IssueState.OPEN
                self.entries.append(Entry(f"O{minute}", EntryKind.REOPENED, BO, at(minute)))
            case "merge":
                number = 7 + len(self.pulls)
                fix = pull(number, state=PullState.MERGED, head_oid=f"{number:040x}")
                self.pulls.append(dataclasses.replace(fix, merged_at=at(minute), merge_oid=_merge(number)))
            case "deploy":
                oid = self.pulls[-1].merge_oid or ""
                url, when = f"{BASE}/{minute}", at(minute)
                self.deployments.append(
                    Deployment(url, "production", "main", oid, when, "SUCCESS", BO, arrived=when)
                )
            case _:
                raise AssertionError(deed)

    def rollout(self, asked: AskDeployment) -> Rollout:
        """What is in production; each merge stands on those before it."""
        oids = [each.merge_oid or "" for each in self.pulls]
        pairs = {(old, new): True for place, new in enumerate(oids) for old in oids[:place]}
        return Rollout(asked, tuple(self.deployments), contains=pairs)


def _merge(number: int) -> str:
    return f"{number:x}" * 40


def _assemble(known: BugFacts, seen: Snapshot, facts: Facts, now: datetime) -> Bug:
    """The bug, with what was deployed once that is asked for."""
    while True:
        found = assemble(known, seen, POLICY, now, at(-60))
        assert found is not None
        asked = {each.bug: each for each in found.questions if isinstance(each, AskDeployment)}
        if not asked:
            return found.bug
        rollouts = {number: facts.rollout(each) for number, each in asked.items()}
        seen = seen.with_answers(Answers(roles=dict(_ROLES), rollouts=rollouts))


@dataclass
class Quick:
    """A world in which nothing is written but decisions and calls: by the rules that a run has, without
    documents, labels and statuses."""

    facts: Facts = field(default_factory=Facts)
    lines: list[LedgerLine] = field(default_factory=list)
    ours: list[Comment] = field(default_factory=list)
    looked: int = 0
    _known: Bug | None = None
    _last: tuple[int, Bug] | None = None

    def do(self, deed: Deed) -> None:
        """As in `World`."""
        self.facts.do(deed)
        self._known = self._last = None

    def look(self, look: Look) -> None:
        """As in `World`: a run records, writes its calls, and reads once more."""
        self.looked += 1
        for _ in range(2):
            self._last = None
            bug = self.bug(look.minute)
            self.lines += bug.unrecorded
            self._known = dataclasses.replace(bug, unrecorded=()) if self._known is not None else None
            calls = [each for each in call_effects(bug, (), VIEWER) if isinstance(each, CreateComment)]
            if not calls:
                self._last = (look.minute, dataclasses.replace(bug, unrecorded=()))
            if not calls or look.dies:
                return
            for call in calls:
                ident = 5000 + len(self.ours)
                self.ours.append(comment(call.body, author=VIEWER, minutes=look.minute, ident=ident))

    def bug(self, minute: int) -> Bug:
        """As in `World`. While nobody has done anything, only the calls are worked out anew."""
        if self._last is not None and self._last[0] == minute:
            return self._last[1]
        if self._known is None:
            self._known = self._assembled(minute)
            return self._known
        seen = dataclasses.replace(self._known.issue, comments=(*self.facts.said, *self.ours))
        known = dataclasses.replace(self._known.facts, issue=seen)
        bug = dataclasses.replace(self._known, facts=known, now=at(minute))
        new = call_lines(bug, VIEWER)
        ledger = dataclasses.replace(bug.ledger, lines=(*bug.ledger.lines, *new))
        known = dataclasses.replace(known, ledger=ledger)
        return dataclasses.replace(bug, facts=known, ledger=ledger, unrecorded=(*bug.unrecorded, *new))

    def _assembled(self, minute: int) -> Bug:
        facts, now = self.facts, at(minute)
        whole = issue(
            NUMBER,
            labels=sorted(facts.labels),
            timeline=facts.entries,
            comments=(*facts.said, *self.ours),
            state=facts.state,
        )
        known = BugFacts(
            whole, LedgerFile(lines=tuple(self.lines)), pulls=tuple(each.number for each in facts.pulls)
        )
        return _assemble(known, snapshot(known, pulls=facts.pulls, roles=dict(_ROLES)), facts, now)

    def comments(self) -> tuple[Comment, ...]:
        """As in `World`."""
        return tuple(self.ours)


class _Died(Exception):
    """A run was ended from outside."""


@dataclass
class _Repository(Memory):
    """A repository whose own writes have the time of the run, and that can end a run at a call."""

    minute: float = 0
    dies: bool = False

    def _entry(self, kind: EntryKind, by: str, value: str, minutes: float) -> Entry:  # noqa: ARG002
        return super()._entry(kind, by, value, self.minute)

    def _carry_out(self, effect: Effect) -> str:
        if self.dies and isinstance(effect, CreateComment) and "bugaction:call" in effect.marker:
            raise _Died
        return super()._carry_out(effect)


_TEMPLATES = load_templates()


@dataclass
class Whole:
    """A world in memory with everything that a run writes, through its rounds."""

    facts: Facts = field(default_factory=Facts)
    memory: _Repository = field(default_factory=_Repository)
    looked: int = 0

    def __post_init__(self) -> None:
        """A repository that has named its people."""
        config = TextFile(".github/bugaction.yml", CONFIG, "main")
        self.memory.repo = dataclasses.replace(self.memory.repo, config=config)
        self.memory.roles = dict(_ROLES)
        self.memory.labels = {"bug", "blocked"}
        self.memory.issues[NUMBER] = issue(NUMBER, labels=["bug"], timeline=self.facts.entries)

    def do(self, deed: Deed) -> None:
        """As in `World`: what people add goes beside what runs have written."""
        before = copy.deepcopy(self.facts)
        self.facts.do(deed)
        held = self.memory.issues[NUMBER]
        kept = [label for label in held.labels if label.name not in before.labels]
        people = issue(labels=sorted(self.facts.labels)).labels
        self.memory.issues[NUMBER] = dataclasses.replace(
            held,
            labels=(*kept, *people),
            timeline=(*held.timeline, *self.facts.entries[len(before.entries) :]),
            comments=(*held.comments, *self.facts.said[len(before.said) :]),
            state=self.facts.state,
        )
        self.memory.pulls |= {each.number: each for each in self.facts.pulls}

    def look(self, look: Look) -> None:
        """As in `World`."""
        self.looked += 1
        self.memory.minute, self.memory.dies = look.minute, look.dies
        self.memory.rollout = self.facts.rollout(AskDeployment(NUMBER, (), T0, ()))
        reconciler = Reconciler(
            reader_for=self.memory.reader_for,
            writer=self.memory,
            clock=lambda: at(look.minute),
            sleep=lambda _: None,
        )
        with suppress(_Died):
            reconciler.work(Targets(issues=(NUMBER,)), Expectations(), Request(templates=_TEMPLATES))

    def bug(self, minute: int) -> Bug:
        """As in `World`, by the rules alone."""
        known = self.memory.facts(NUMBER)
        seen = snapshot(known, pulls=self.facts.pulls, roles=dict(_ROLES), repo=self.memory.repository())
        return _assemble(known, seen, self.facts, at(minute))

    def comments(self) -> tuple[Comment, ...]:
        """As in `World`."""
        return self.memory.issues[NUMBER].comments


# Playing ------------------------------------------------------------------------------------------------


def real(life: Life, world: Quick | Whole) -> Outcome:
    """The life, looked at by its own runs."""
    waiting = list(life.deeds)
    for look in life.looks:
        while waiting and waiting[0].minute <= look.minute:
            world.do(waiting.pop(0))
        world.look(look)
    return _outcome(world, life.end)


def ideal(life: Life, world: Quick | Whole, *, every_minute: bool = False) -> Outcome:
    """The life, looked at whenever something can change: at each deed, at each step that falls due; or, which
    has to come to the same, really every minute."""
    waiting, minute = list(life.deeds), 0
    if every_minute:
        for each in range(waiting[0].minute, life.end + 1):
            while waiting and waiting[0].minute <= each:
                world.do(waiting.pop(0))
            world.look(Look(each))
        return _outcome(world, life.end)
    while waiting:
        minute = waiting[0].minute
        while waiting and waiting[0].minute <= minute:
            world.do(waiting.pop(0))
        world.look(Look(minute))
        until = waiting[0].minute if waiting else life.end + 1
        while (coming := _coming(world, minute)) is not None and coming < until:
            minute = coming
            world.look(Look(minute))
    world.look(Look(life.end))
    return _outcome(world, life.end)


def _coming(world: Quick | Whole, minute: int) -> int | None:
    """The minute by which the next step is due; never the one that was just looked at."""
    found = next_step_at(world.bug(minute))
    return max(minute + 1, -int(-(found - T0).total_seconds() // 60)) if found is not None else None


def _outcome(world: Quick | Whole, end: int) -> Outcome:
    bug = world.bug(end)
    clocks = [clock for clock in clocks_of(bug) if clock.name in TIMED]
    late = [clock for clock in clocks if clock.state(bug.now) in (ClockState.BREACHED, ClockState.LATE)]
    calls: dict[str, int] = {}
    for line in calls_of(bug):
        given_up = bug.ledger.find(line.evidence, RecordKind.CONFIRMED)
        is_call = line.accepted and (given_up is None or given_up.accepted)
        marker = call_marker(NUMBER, line.at)
        made = sum(each.body.startswith(marker) for each in world.comments())
        calls[line.evidence] = made if is_call else 0
    return Outcome(
        breaches=tuple((clock.name, str(clock.due)) for clock in late),
        steps=tuple(sorted((line.evidence, line.data["due"]) for line in calls_of(bug))),
        calls=tuple(sorted(calls.items())),
        looks=world.looked,
    )
