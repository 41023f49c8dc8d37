"""A sweep: thin pages of what is open, then a full look at what needs one, within a budget of requests.

It connects the parts; the rules are in `sweep`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from bugaction.chasing import Chase
from bugaction.check_runs import reporting_of
from bugaction.decide import Request
from bugaction.duration import format_duration
from bugaction.errors import BugactionError, GitHubError, Transient, UserError
from bugaction.lateness import BREACHED
from bugaction.leaving import backlog_of, leave
from bugaction.mending import mend
from bugaction.phases import PHASES
from bugaction.plan import CommitFiles, FileChange, Level, Notice
from bugaction.policy import Policy
from bugaction.ports import Connection, Expectations, LastSweep, Targets, ThinBug, all_pages
from bugaction.promises import ACTION_LABEL
from bugaction.questions import AskLabel, AskPage, Question
from bugaction.reasons import UNDECIDED
from bugaction.reconcile import Reconciler, WorkResult
from bugaction.register import Agenda, agenda_of
from bugaction.registering import index_text
from bugaction.reminding import remind
from bugaction.rendering import TemplateProblem
from bugaction.sweep import (
    BACKLOG_FILE,
    DEFAULT_BUDGET,
    Backlog,
    Bounds,
    Look,
    Rotation,
    Shard,
    Tally,
    Why,
    changed_after,
    closed_since,
    in_order_of_waiting,
    in_turn,
    look_at_bug,
    look_at_pull,
    looks_at_lost,
)
from bugaction.tracking import EVER, resolve_since

__all__ = ["Sweeper", "Swept"]

_FLOOR, _LAST_FLOOR = 100, 25
"""Of the hour's requests or points so many are left to events; the gates that stand open may use more."""

_LONGEST = timedelta(minutes=12)
"""How long a sweep looks: the shipped job ends after 15 minutes, and what is left has to be kept before."""

_DEAREST = 6
"""Requests that a look is taken to cost before one has: a read and its writes, two of each, and some more."""

_KEEPING = 2
"""Requests that keeping what is left costs: a read and a write."""

_HOPELESS = 2
"""So many looks that failed, with none that did not, and one more: then it is not the bugs that are at
fault."""

_UNFINISHED = tuple(phase.label for name, phase in PHASES.items() if name != "closed")
"""The labels that a closed issue has only while nobody has heard that it is closed."""

_SETTLED = PHASES["closed"].label
"""The label of a closed issue whose close was heard of."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep came to. `left` says in words what was not looked at, and `failed` that a merge may hang
    on it, or that something could not be read."""

    works: tuple[WorkResult, ...] = ()
    tally: Tally = field(default_factory=Tally)
    left: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    failed: bool = False


@dataclass(frozen=True, slots=True)
class _Survey:
    """What a sweep knows before its first page. `labels` are those of the list of bugs; `chase` is what
    overdue action items go by, None where there are none, or no valid policy to go by. `closes`: there
    may be bugs that are closed. `decides`: there is a valid policy. `policy` is what the register is kept by,
    None where it is not kept."""

    bounds: Bounds
    labels: tuple[str, ...]
    agenda: Agenda
    waiting: tuple[int, ...]
    everything: str
    closes: bool
    decides: bool
    archived: bool
    notices: tuple[Notice, ...]
    since: datetime | None
    chase: Chase | None
    policy: Policy | None


@dataclass(slots=True)
class _Pages:
    """What the thin pages have shown."""

    looks: list[Look] = field(default_factory=list)
    bugs: int = 0
    pulls: int = 0
    count: int = 0

    def add(self, look: Look | None) -> None:
        """Keep a look, where there is one to take."""
        if look is not None:
            self.looks.append(look)


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Sweeps one repository.

    `workflow` is the file of the workflow whose schedule this is, "" for a sweep that looks at everything,
    say because a configuration or a label changed; `why` then says so. `settled`: at closed bugs that
    changed, too; a new policy is none of theirs. `budget` are the requests that it may make.
    """

    connection: Connection
    reconciler: Reconciler
    request: Request
    shard: Shard = field(default_factory=Shard)
    budget: int = DEFAULT_BUDGET
    workflow: str = ""
    why: str = "nobody asked for less"
    settled: bool = True

    def sweep(self) -> Swept:
        """Look at what needs it, the oldest deadline first, and keep what the budget left for the next sweep.

        Raises `GitHubError` where not even the repository or a list can be read.
        """
        survey = self._survey()
        if survey.archived:
            work = self.reconciler.work(Targets(), Expectations(), self.request)
            return Swept((work,), Tally(self.shard))
        pages = self._pages(survey)
        works, left, words = self._look(pages.looks, survey)
        missed = [look for look, work in works if self._is_missed(look, work, survey)]
        looked = Counter(look.why for look, _ in works)
        gates = any(look.gates for look in (*missed, *left))
        tally = Tally(
            shard=self.shard,
            bugs=pages.bugs,
            pulls=pages.pulls,
            pages=pages.count,
            looked=dict(looked),
            left=in_order_of_waiting(left, survey.waiting, missed),
            gates=gates,
            since=survey.since,
            everything=survey.everything,
        )
        problem = self._keep(tally.left, survey)
        room = partial(self._stop, began=survey.bounds.now)
        done = [work for _, work in works if work is not None]
        mended = mend(self.reconciler, self.shard, survey.policy, done, room)
        reminded = remind(self.connection, self.reconciler, self.shard, survey.chase, room)
        said = tuple(text for text in (*words, problem, mended.left, reminded.left) if text)
        found = (*done, *mended.works, *reminded.works)
        is_unread = any(work is None for _, work in works)
        return Swept(found, tally, said, survey.notices, failed=gates or is_unread or bool(problem))

    # Before the first page --------------------------------------------------------------------------------

    def _survey(self) -> _Survey:
        now = self.reconciler.clock().replace(microsecond=0)
        ours = (ACTION_LABEL, BREACHED.label, _SETTLED)
        expected = [AskLabel(name) for name in (*_labels(Policy()), *ours)]
        snapshot, valid = self.reconciler.survey([AskPage(BACKLOG_FILE), *expected])
        policy = valid or Policy()
        labels = _labels(policy)
        asked: set[Question] = {
            AskLabel(name) for name in labels if name.casefold() not in snapshot.answers.labels
        }
        text, more = index_text(snapshot, policy)
        if asked or more:
            reader = self.reconciler.reader_for(policy.documents.root)
            snapshot = reader.answer(snapshot, {*asked, *more})
            text, _ = index_text(snapshot, policy)
        agenda = self._agenda(text)
        since = EVER if valid is None else resolve_since(snapshot, policy, now, (), restart=False)
        backlog = backlog_of(snapshot)
        last, began, everything = self._last(valid, backlog, now)
        viewer, known = snapshot.repository.viewer, snapshot.answers.labels
        chase = None
        if valid is not None and known.get(ACTION_LABEL):
            chase = Chase(now, since.at, viewer, valid, known.get(BREACHED.label))
        return _Survey(
            bounds=Bounds(
                now=now,
                since=since.at,
                viewer=viewer,
                changed=changed_after(began),
                rotation=Rotation(began, now, len(agenda.open)) if began is not None else None,
                as_runs=valid is not None and reporting_of(snapshot, valid, "").as_runs,
            ),
            labels=tuple(name for name in labels if known.get(name.casefold())),
            agenda=agenda,
            waiting=backlog.left,
            everything=everything,
            closes=self.settled and known.get(_SETTLED) is not None,
            decides=valid is not None,
            archived=snapshot.repository.is_archived,
            notices=_notices(last),
            since=began,
            chase=chase,
            policy=None if self.request.defer else valid,
        )

    def _agenda(self, text: str) -> Agenda:
        """Of the register's index what this part looks at."""
        whole, has = agenda_of(text), self.shard.has
        opened = {number: item for number, item in whole.open.items() if has(number)}
        return Agenda(opened, {number for number in whole.lost if has(number)})

    def _last(
        self, policy: Policy | None, backlog: Backlog, now: datetime
    ) -> tuple[LastSweep, datetime | None, str]:
        """What Actions tells, since when changes count, and, where that is None, why all is looked at."""
        if not self.workflow:
            return LastSweep(), None, self.why
        if policy is None:
            return LastSweep(), None, "the configuration is not valid"
        last = self.connection.last_sweep(self.workflow)
        times = (last.began, backlog.began.get(str(self.shard)))
        began = max((at for at in times if at is not None and at <= now), default=None)
        if began is not None:
            return last, began, ""
        return last, None, last.problem or "no scheduled run of the workflow has ended well yet"

    # The thin pages ---------------------------------------------------------------------------------------

    def _pages(self, survey: _Survey) -> _Pages:
        """Every look that is needed, by pages of which nothing else is kept."""
        found, bounds = _Pages(), survey.bounds
        unseen, waiting = set(survey.agenda.open), set(survey.waiting)
        # Bugs that were closed, say by a merge, while the event of it was lost.
        for page in all_pages(self.connection.closed_work, _UNFINISHED):
            found.count += 1
            numbers = [bug.number for bug in page.bugs if self.shard.has(bug.number)]
            found.looks += [Look(number, Why.CLOSED) for number in numbers]
            unseen -= set(numbers)
        for bug in self._settled(survey, found):
            unseen.discard(bug.number)
            found.add(Look(bug.number, Why.CHANGED))
        for page in all_pages(self.connection.open_work, survey.labels):
            found.count += 1
            for bug in (bug for bug in page.bugs if self.shard.has(bug.number)):
                found.bugs += 1
                unseen.discard(bug.number)
                found.add(look_at_bug(bug, survey.agenda.open.get(bug.number), bounds))
            for pull in (pull for pull in page.pulls if self.shard.has(pull.number)):
                found.pulls += 1
                look = look_at_pull(pull, bounds)
                late = Look(pull.number, Why.LEFT, is_pull=True, gates=True)
                found.add(look or (late if pull.number in waiting else None))
        # What was left counts in any case: a bug that was closed long ago stands on none of these pages.
        waiting -= {look.number for look in found.looks}
        found.looks += [Look(number, Why.LEFT) for number in sorted(waiting) if self.shard.has(number)]
        unseen -= waiting
        # A row whose bug is in no list: its labels or the issue itself went, and nobody heard of it.
        found.looks += [Look(number, Why.ROTATION) for number in sorted(unseen) if bounds.turn(number)]
        looked = {look.number for look in found.looks}
        found.looks += looks_at_lost(survey.agenda.lost - looked, bounds)
        return found

    def _settled(self, survey: _Survey, found: _Pages) -> Iterator[ThinBug]:
        """The bugs that are closed and were changed of late, such as by a word whose run gave up."""
        if not survey.closes:
            return
        until = closed_since(survey.bounds)
        for page in all_pages(self.connection.closed_work, (_SETTLED,)):
            found.count += 1
            recent = [bug for bug in page.bugs if bug.updated >= until]
            yield from (bug for bug in recent if self.shard.has(bug.number))
            if len(recent) < len(page.bugs):
                return

    # The full looks ---------------------------------------------------------------------------------------

    def _look(
        self, looks: Iterable[Look], survey: _Survey
    ) -> tuple[list[tuple[Look, WorkResult | None]], list[Look], tuple[str, ...]]:
        """The looks with what became of each, None of one that failed, those that there was no room for, and
        words on what went wrong."""
        done: list[tuple[Look, WorkResult | None]] = []
        left: list[Look] = []
        undone: list[Look] = []
        errors: list[str] = []
        why, dearest, failures = "", _DEAREST, 0
        for look in in_turn(looks, survey.waiting, survey.bounds.now):
            before = self._spent()
            floor = _LAST_FLOOR if look.gates else _FLOOR
            stop = self._stop(dearest + _KEEPING, survey.bounds.now, floor) if done else ""
            if stop or failures > 1:
                why = why or stop or "GitHub does not answer"
                left.append(look)
                continue
            targets = Targets(pulls=(look.number,)) if look.is_pull else Targets(issues=(look.number,))
            try:
                work = self.reconciler.work(targets, Expectations(), self.request)
            except Exception as error:  # what is wrong with one bug keeps no other one waiting
                if isinstance(error, UserError) and not isinstance(error, TemplateProblem):
                    raise  # no other look would fare better
                hopeless = len(done) == _HOPELESS and all(work is None for _, work in done)
                if hopeless and isinstance(error, GitHubError):
                    raise
                failures = failures + 1 if isinstance(error, Transient) else 0
                errors.append(f"#{look.number}: {_told(error)}")
                done.append((look, None))
                continue
            failures = 0
            dearest = max(dearest, self._spent() - before)
            done.append((look, _light(work)))
            if self._is_missed(look, work, survey):
                undone.append(look)
        if undone:
            words = "could not be decided, or not be written to the end: the next sweep looks again"
            errors.insert(0, f"{_first_of(undone)} {words}")
        if left:
            errors.insert(0, f"{why}: {_first_of(left)} left for the next sweep")
        return done, left, tuple(errors)

    def _is_missed(self, look: Look, work: WorkResult | None, survey: _Survey) -> bool:
        """Whether the next sweep has to look again: nothing else may, since what changed before this one
        began counts no more.

        A dry run leaves all on purpose. Without a valid policy nothing can be decided, and changes go on to
        count from where they did: only what has waited before must not be let go.
        """
        if work is None or self.reconciler.dry_run:
            return work is None
        is_counted = survey.decides or look.number in survey.waiting
        return is_counted and (work.gave_up or work.leaves_a_gate or work.reason in UNDECIDED)

    def _spent(self) -> int:
        return self.connection.usage().requests

    def _stop(self, needed: int, began: datetime, floor: int = _FLOOR) -> str:
        """Why there is no room for so many requests; "" where there is."""
        if self.reconciler.clock() - began > _LONGEST:
            return f"The sweep has looked for {format_duration(_LONGEST)}"
        if self._spent() + needed > self.budget:
            return f"The request budget of {self.budget} is spent"
        usage = self.connection.usage()
        remaining = [
            number for number in (usage.remaining_points, usage.remaining_requests) if number is not None
        ]
        if remaining and min(remaining) < floor:
            return f"Of this hour's rate limit {min(remaining)} are left, which are for events"
        return ""

    # What is left -----------------------------------------------------------------------------------------

    def _keep(self, left: tuple[int, ...], survey: _Survey) -> str:
        """Write down what is left of this part beside what other parts have left; why it failed, or ""."""
        is_due = left or any(self.shard.has(number) for number in survey.waiting)
        if not is_due or self.reconciler.dry_run:
            return ""
        # Of closed bugs a look at everything reads a day, and only a schedule comes again and again.
        began = survey.bounds.now if survey.decides and self.workflow else None
        seen = {*survey.waiting, *left}
        return leave(self.reconciler, self.shard, left, seen, began, defer=self.request.defer)


def _labels(policy: Policy) -> tuple[str, ...]:
    """The labels that make an issue a bug, and ours for phases, which a bug keeps that lost the others."""
    severities = [name for item in policy.severities.values() for name in item.labels]
    return tuple(dict.fromkeys((*severities, *policy.labels.bug, *_UNFINISHED)))


def _told(error: Exception) -> str:
    if isinstance(error, BugactionError):
        return error.message
    return f"a bug in bugaction: {type(error).__name__}"


def _first_of(looks: list[Look]) -> str:
    return f"#{looks[0].number}" + (f" and {len(looks) - 1} more" if len(looks) > 1 else "")


def _light(work: WorkResult) -> WorkResult:
    """The result without the texts of what was committed: a sweep keeps hundreds, each with a register."""
    applied = tuple(
        replace(item, effect=replace(item.effect, files=tuple(map(_without_text, item.effect.files))))
        if isinstance(item.effect, CommitFiles)
        else item
        for item in work.applied
    )
    return replace(work, applied=applied, plan=replace(work.plan, effects=()))


def _without_text(change: FileChange) -> FileChange:
    return change if change.text is None else replace(change, text="")


def _notices(last: LastSweep) -> tuple[Notice, ...]:
    text = f"When the last sweep was cannot be told, since {last.problem}: all is looked at."
    return () if last.known else (Notice(Level.WARNING, text),)
