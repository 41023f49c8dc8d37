"""Many events at many bugs: several runs at once, in another order, with faults; and one after the other.

GitHub lets one run at a time work on an issue or pull request, since the shipped workflow's concurrency
groups say so; of those that wait for it only the newest is kept. Without groups everything may meet.
"""

from __future__ import annotations

import re
import shutil
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from threading import Condition
from typing import Any, cast

import yaml

from bugaction.github.query import MUTATIONS
from bugaction.sandbox.clock import SteppingClock
from bugaction.sandbox.expressions import interpolate
from bugaction.sandbox.faults import Fault, Faults
from bugaction.sandbox.git import GitStore
from bugaction.sandbox.operations import branches
from bugaction.sandbox.operations.act import Act
from bugaction.sandbox.record import Request
from bugaction.sandbox.runs import JobRun, Runs, shipped_workflow
from bugaction.sandbox.world import Event, World
from bugaction.sweep.backlog import BACKLOG_FILE
from tests.scenario.bustle import Hour, begin_world
from tests.scenario.life import RECORDS, Life, begin
from tests.scenario.rewind import Seen, Still, differences, greens, view
from tests.scenario.troubles import QUERIES, TROUBLES, troubles_of

__all__ = ["Done", "End", "Figures", "Place", "groups_of", "here", "live", "plain", "strays"]


@dataclass(frozen=True, slots=True)
class Done:
    """A job's end: what it handed on, what it said, its exit code, and its processor time in seconds."""

    outputs: Mapping[str, str]
    log: str
    summary: str
    code: int
    seconds: float


Place = Callable[[JobRun, datetime], Done]
"""Where the product runs for a job, at that time."""


class Patient(Still):
    """Waits take no time, but the one for a minute in which no more may be written: it would never end."""

    def _sleep(self, seconds: float) -> None:
        if seconds >= 60:
            self.clock.advance(seconds=seconds)


def here(run: JobRun, now: datetime) -> Done:
    """In this thread. The function is all that a process of its own needs to do the same."""
    product = Patient(SteppingClock(now))
    begin = time.thread_time()
    outputs = dict(product(run))
    seconds = time.thread_time() - begin
    return Done(outputs, product.log[-1], "".join(product.summaries), product.codes[-1], seconds)


@dataclass
class Figures:
    """What was done. `seconds` are the product's own, a job each; `ended` counts exit codes.

    `replaced` are runs that waited when a newer one came; `conflicts` requests that found a branch moved.
    `sweeps` are those at the end, until one had nothing left to write or to look at.
    """

    events: int = 0
    doubled: int = 0
    replaced: int = 0
    requests: int = 0
    points: int = 0
    conflicts: int = 0
    sweeps: int = 0
    seconds: list[float] = field(default_factory=list)
    ended: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class End:
    """How it ended: what a visitor sees, each green that was ever shown (pull request, context, text), how
    much a last sweep still had to do, and the figures."""

    seen: Seen
    greens: frozenset[tuple[int, str, str]]
    restless: int
    figures: Figures


# Faults -----------------------------------------------------------------------------------------------------

_SLOW = frozenset({"timeout", "timeout, done"})
"""They take real seconds, and to the product are a connection that is cut."""

_STRANGER = "Another commit"

_AS_OFTEN = re.compile(r"update the register|, record |Keep what the sweep left|Nothing is left of the sweep")
"""What depends on how many runs and sweeps it took; the files that it changed are compared."""

_FILES = re.compile(r',"files":\[("(\\.|[^"\\])*",?)*\]')
"""Of a row of the register: what its merged fixes changed. It stands there where the run that read them wrote
the row, and is a hint for finding bugs that are alike."""

_OF_THE_MOMENT = re.compile(r"^`#\d+` is closed\. While that is so, ", re.MULTILINE)
_CLOSED_BY_THEN = re.compile(r'"closed":"\d+",(?="duplicate":)')
"""What the answer to `/duplicate` tells of the other bug, and what the ledger keeps of that: whether it was
closed when the run looked, which may be before or after the run that closed it."""

_ANSWER = re.compile(r"<!-- bugaction:reply:\w+ -->")

_STAYS = re.compile(r"<!-- bugaction:facts:phases .*?<!-- /bugaction:facts:phases -->", re.DOTALL)
"""Of a post-mortem: how long the bug had each phase's label. A run puts it on; where that gave up, the sweep
does, a quarter of an hour later."""


class Chaos(Faults):
    """This share of requests meets a fault of any kind; as many commits find that somebody else's landed."""

    def __init__(self, world: World, random: Random, rate: float, figures: Figures) -> None:
        super().__init__(world)
        self._random = random
        self._rate = rate
        self._figures = figures
        self._strangers = 0

    def take(self, request: Request) -> Fault | None:
        """What this request meets."""
        with self._lock:
            operation = self._operation(request)
            names = [name for name in troubles_of(operation) if name not in _SLOW]
            name = self._random.choice(names) if self._random.random() < self._rate else ""
            moves = self._random.random() < self._rate
            if name:
                self._figures.faults[name] += 1
        if name:
            return TROUBLES[name](self._world, operation)
        if operation == "createCommitOnBranch":
            return Fault(1, acts=True, before=self._land if moves else None, spoils=self._look)
        return None

    def _operation(self, request: Request) -> str:
        found = [each for each in request.operations if each in QUERIES or each in MUTATIONS]
        return self._random.choice(found) if found else (request.operations or ("",))[-1]

    def _land(self, _: Request) -> None:
        """Somebody else's commit is there first."""
        with self._world.change() as state:
            act = Act(self._world, state.account("bo"), quiet=True)
            self._strangers += 1
            files = {f"other-{self._strangers}.txt": "1\n"}
            for ref in (f"refs/heads/{RECORDS}", "refs/heads/main"):
                if ref in state.refs:
                    oid = branches.commit_files(act, [state.refs[ref]], files, _STRANGER)
                    branches.move_branch(act, ref, oid)

    def _look(self, answer: Any) -> Any:
        """Count what found the branch moved; the answer stays as it is."""
        stale = [error for error in answer.get("errors", ()) if error.get("type") == "STALE_DATA"]
        self._figures.conflicts += len(stale)
        return answer


# Turns ------------------------------------------------------------------------------------------------------


@cache
def _groups() -> tuple[str, ...]:
    """The concurrency groups of the shipped workflow's jobs, as they are written."""
    jobs: Mapping[str, Any] = yaml.safe_load(shipped_workflow())["jobs"]
    return tuple(job["concurrency"]["group"] for job in jobs.values())


def groups_of(life: Life, event: Event) -> frozenset[str]:
    """The concurrency groups that a run of the shipped workflow for that event would need."""
    found = set()
    for name in life.runs.workflow.wanted_as(event):
        context = {
            "github": {
                "event_name": name,
                "event": event.payload,
                "run_id": event.id,
                "workflow": "bugaction",
            },
            "inputs": {},
        }
        found |= {interpolate(group, context) for group in _groups()}
    return frozenset(found)


class Turns:
    """The events that wait for a worker, each with the groups that it needs for itself."""

    def __init__(self, events: Iterable[tuple[Event, frozenset[str]]], figures: Figures) -> None:
        self._coming = deque(events)
        self._waiting: list[tuple[Event, frozenset[str]]] = []
        self._busy: set[str] = set()
        self._change = Condition()
        self._figures = figures

    def take(self) -> tuple[Event, frozenset[str]] | None:
        """The next one whose groups are free, once there is one; None when all are done."""
        with self._change:
            while True:
                found = self._next()
                if found is not None:
                    self._busy |= found[1]
                    return found
                if not self._waiting:
                    return None
                self._change.wait()

    def _next(self) -> tuple[Event, frozenset[str]] | None:
        for turn in self._waiting:
            if not turn[1] & self._busy:
                self._waiting.remove(turn)
                return turn
        while self._coming:
            turn = self._coming.popleft()
            if not turn[1] & self._busy:
                return turn
            # https://docs.github.com/actions/concepts/workflows-and-actions/concurrency: one runs, one waits
            left = [each for each in self._waiting if not each[1] & turn[1]]
            self._figures.replaced += len(self._waiting) - len(left)
            self._waiting = [*left, turn]
        return None

    def end(self, groups: frozenset[str]) -> None:
        """A run is over."""
        with self._change:
            self._busy -= groups
            self._change.notify_all()


_MOST_SWEEPS = 20
"""A sweep ends with its budget of 600 requests, and the next begins with what was left: two hundred bugs took
two. What still moves after twenty never comes to rest."""

_IDS = 1_000_000
"""More than everything that is made in an hour."""

_US = "github-actions"
"""Whose token the product has."""

# Life -------------------------------------------------------------------------------------------------------


@dataclass
class _Worker:
    """A runner of Actions: one run after the other."""

    life: Life
    place: Place
    figures: Figures
    number: int

    def work(self, turns: Turns) -> None:
        """Take turns until there are no more."""
        runs = Runs(self.life.server, self)
        runs._number = self.number * 100_000  # a run's number is its own
        while (turn := turns.take()) is not None:
            try:
                self._hour()
                runs.run(turn[0])
            finally:
                turns.end(turn[1])

    def _hour(self) -> None:
        """GitHub's primary limit is a new one, as if the events of an hour came in many."""
        with self.life.world.lock:
            self.life.server.tokens.requests.clear()
            self.life.server.tokens.points.clear()

    def __call__(self, run: JobRun) -> Mapping[str, str]:
        """The product runs for a job."""
        done = self.place(run, self.life.world.clock())
        self.life.product.log.append(done.log)
        self.life.product.summaries.append(done.summary)
        self.figures.seconds.append(done.seconds)
        self.figures.ended[done.code] += 1
        return done.outputs


def live(
    hours: Sequence[Hour],
    *,
    workers: int = 1,
    rate: float = 0.0,
    grouped: bool = True,
    seed: int | None = None,
    place: Place = here,
    said: Callable[[str], object] = lambda _: None,
    left: Path | None = None,
) -> End:
    """Live these hours. After each hour's deeds come its events, and then, untroubled, a sweep; at the end as
    many more, all at one moment, as it takes until one has nothing left to do.

    With a `seed` the events of an hour come in another order, and some of them twice. `rate` is the share of
    requests that meet a fault. `said` is told of each hour. What came of it is left in `left`, where given.
    """
    figures = Figures()
    random = Random(seed or 0)  # noqa: S311 - an order, no secret
    with begin() as life:
        begin_world(life)
        chaos = Chaos(life.world, random, rate, figures)
        for number, hour in enumerate(hours, start=1):
            events = _deeds(life, hour)
            figures.events += len(events)
            if seed is not None:
                twice = [event for event in events if random.random() < 0.05]
                figures.doubled += len(twice)
                events += twice
                random.shuffle(events)
            asked = len(life.server.requests)
            turns = Turns(
                ((event, groups_of(life, event) if grouped else frozenset()) for event in events), figures
            )
            quiet, life.server.faults = life.server.faults, chaos
            hands = [_Worker(life, place, figures, index + 1) for index in range(workers)]
            with ThreadPoolExecutor(workers) as pool:
                for each in [pool.submit(hand.work, turns) for hand in hands]:
                    each.result()
            life.server.faults = quiet
            made = life.server.requests[asked:]
            figures.requests += len(made)
            figures.points += sum(request.points for request in made)
            _sweep(life, place)
            said(f"hour {number} of {len(hours)}: {len(events)} events, {len(made)} requests")
        restless = 1
        while restless and figures.sweeps < _MOST_SWEEPS:
            restless = _sweep(life, place, 0) + (life.world.file(RECORDS, BACKLOG_FILE) is not None)
            figures.sweeps += 1
        said(f"{figures.sweeps} sweeps at the end")
        if left is not None:
            _leave(life, left)
        return End(plain(view(life)), _greens(life), restless, figures)


def _leave(life: Life, left: Path) -> None:
    """The repository with all of its branches and commits, each run's log, and what was asked of GitHub."""
    shutil.rmtree(left, ignore_errors=True)
    shutil.copytree(life.world.git.path, left / "repository.git")
    copied = GitStore(left / "repository.git")
    for ref, oid in life.state.refs.items():
        copied.set_ref(ref, oid)
    (left / "runs.log").write_text("\n".join(life.product.log), encoding="utf-8")
    asked = (
        f"{each.number} {each.status} {' '.join(each.operations)} {each.path}"
        for each in life.server.requests
    )
    (left / "requests.log").write_text("\n".join(asked), encoding="utf-8")


def _deeds(life: Life, hour: Hour) -> list[Event]:
    """People act; then it is an hour later. Gives what the workflow would run for."""
    clock = life.world.clock
    end = clock() + timedelta(hours=1)
    # What people make is numbered the same whatever the product has made so far: documents name it by its id.
    life.world._last_id = (life.world._last_id // _IDS + 1) * _IDS
    step = 3000 / max(len(hour), 1)
    for deed in hour:
        deed(life)
        clock.advance(seconds=step)
    clock.advance(seconds=(end - clock()).total_seconds())
    with life.world.lock:
        events = [event for event in life.world.events if life.runs.workflow.wanted_as(event)]
        life.world.events.clear()
    return events


def _sweep(life: Life, place: Place, minutes: float = 15) -> int:
    """A sweep, so long after whatever was begun; how often it wrote."""
    life.world.clock.advance(minutes=minutes)
    before = len(life.server.writes)
    worker = _Worker(life, place, Figures(), 0)
    worker._hour()
    runs = Runs(life.server, worker)
    runs._number = len(life.server.requests)
    runs.schedule()
    life.runs.skip()
    return len(life.server.writes) - before


# The end ----------------------------------------------------------------------------------------------------


def plain(seen: Seen) -> Seen:
    """Without what somebody else committed in between, how often a status was said, the files in rows of the
    register, since when a label of a phase is on, whether a duplicate's other bug was closed yet, and when a
    comment was last written: the run that did may have been one later, and then its comment stands below what
    people said meanwhile. So theirs come first, each with its reactions."""
    found: Seen = {}
    seen = seen | dict(_people_first(seen))
    for name, value in seen.items():
        lines = value
        if name.endswith(" commits") and isinstance(value, list):
            lines = [line for line in value if _STRANGER not in line and not _AS_OFTEN.search(line)]
        if name.endswith(" comments") and isinstance(value, list):
            lines = [(who, re.sub(r"<sub>As of .* UTC\.", "", text)) for who, text in value]
        if name.endswith(".json") and isinstance(value, str):
            lines = _FILES.sub("", value)
        if name.endswith(".md") and isinstance(value, str):
            lines = _STAYS.sub("", value)
        if name.endswith("ledger.jsonl") and isinstance(value, list):
            lines = sorted(_CLOSED_BY_THEN.sub("", line) for line in value)
        if not name.endswith(" statuses") and ":other-" not in name:
            found[name] = lines
    return found


def _people_first(seen: Seen) -> Iterator[tuple[str, object]]:
    """People's comments above ours, each with its reactions, without what goes by the moment; and how many
    answers are there twice."""
    twice = 0
    for name, comments in seen.items():
        marks = f"{name.removesuffix(' comments')} reactions"
        if name.endswith(" comments") and isinstance(comments, list):
            answers = [mark for who, text in comments if who == _US for mark in _ANSWER.findall(text)]
            twice += len(answers) - len(set(answers))
            pairs = zip(comments, cast("list[object]", seen[marks]), strict=True)
            lasting = [
                pair for pair in pairs if not (pair[0][0] == _US and _OF_THE_MOMENT.search(pair[0][1]))
            ]
            ordered = sorted(lasting, key=lambda pair: pair[0][0] == _US)
            yield name, [comment for comment, _ in ordered]
            yield marks, [mark for _, mark in ordered]
    yield "answers that were given again", twice


def _greens(life: Life) -> frozenset[tuple[int, str, str]]:
    pulls = {
        oid: each.number
        for each in life.state.pulls()
        if each.pull
        for oid in _commits_of(life, each.pull.head)
    }
    return frozenset((pulls.get(oid, 0), context, text) for oid, context, text in greens(life))


def _commits_of(life: Life, branch: str) -> list[str]:
    """The commits of a fix's branch: a dozen at the most, and some of the default branch's."""
    found: list[str] = []
    oid = life.state.head_of(branch) or ""
    while oid and len(found) < 12:
        info = life.world.git.commit_info(oid)
        assert info is not None
        found.append(oid)
        oid = info.parents[0] if info.parents else ""
    return found


def strays(there: End, here: End) -> list[str]:
    """What is not in one end as in the other, where `here` is as it should be."""
    found = differences(there.seen, here.seen)
    found += [f"green that was not due: {each}" for each in sorted(there.greens - here.greens)]
    found += [f"a last sweep still had work, {end.restless} pieces" for end in (there, here) if end.restless]
    return found
