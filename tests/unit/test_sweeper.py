"""A sweep: what it looks at, where it stops, and what it keeps for the next one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import repeat

import pytest

from bugaction.config import CONFIG_PATH
from bugaction.decide import Request
from bugaction.errors import Forbidden, Rejected, StaleHead, Transient, UserError
from bugaction.model import Role
from bugaction.phases import PHASES
from bugaction.plan import AppendLedger, CommitFiles, CreateComment, EditIssue, SetStatus
from bugaction.ports import LastSweep, Targets, ThinBug, ThinItem, Usage, WorkPage
from bugaction.promises import ACTION_LABEL
from bugaction.questions import Question
from bugaction.reconcile import Reconciler
from bugaction.records import RECORDS_BRANCH
from bugaction.rendering import TemplateProblem
from bugaction.snapshot import EntryKind, IssueState, Snapshot, TextFile
from bugaction.sweep import BACKLOG_FILE, Shard, Why, parse_backlog
from bugaction.sweeper import Sweeper, Swept
from bugaction.templates import load_templates
from tests.memory import Memory
from tests.values import at, comment, issue, labeled, pull, repository

TEMPLATES = dict(load_templates())
NOW = at(60)
WHOLE = Shard()


@dataclass
class Reader:
    """Reads a repository in memory; of the numbers in `fails` it raises what stands there."""

    memory: Memory
    fails: dict[int, Exception]

    def read(self, targets: Targets, asked: Iterable[Question] = ()) -> Snapshot:
        """The facts, or what is wrong."""
        for number in (*targets.issues, *targets.pulls):
            if number in self.fails:
                raise self.fails[number]
        return self.memory.read(targets, asked)

    def answer(self, snapshot: Snapshot, questions: Iterable[Question]) -> Snapshot:
        """As it is."""
        return self.memory.answer(snapshot, questions)

    def usage(self) -> Usage:
        """So far."""
        return self.memory.usage()


@dataclass
class World:
    """A repository with three bugs, and how a sweep of it goes."""

    memory: Memory = field(default_factory=Memory)
    fails: dict[int, Exception] = field(default_factory=dict)
    closed: tuple[ThinBug, ...] = ()
    usage: Usage | None = None
    last: LastSweep = field(default_factory=LastSweep)
    moments: Iterator[datetime] | None = None
    waits: list[float] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    """The labels of which pages of items were asked for."""

    def __post_init__(self) -> None:
        self.memory.roles = {"ana": Role.MAINTAIN}
        self.memory.labels = {"P1"}
        self.memory.issues = {number: issue(number) for number in (41, 42, 43)}

    def sweep(
        self,
        *,
        dry_run: bool = False,
        budget: int = 1000,
        workflow: str = "",
        defer: bool = False,
        shard: Shard = WHOLE,
        settled: bool = True,
    ) -> Swept:
        """What comes of it."""
        ports = self.memory.connection()
        usage = self.usage
        connection = replace(
            ports,
            reader_for=lambda root: Reader(self.memory.reader_for(root), self.fails),
            closed_work=self.closed_work,
            open_items=self.open_items,
            last_sweep=lambda _workflow: self.last,
            usage=(lambda: usage) if usage is not None else ports.usage,
        )
        reconciler = Reconciler(
            reader_for=connection.reader_for,
            writer=connection.writer,
            clock=lambda: next(self.moments, NOW) if self.moments is not None else NOW,
            sleep=self.waits.append,
            dry_run=dry_run,
        )
        request = Request(templates=TEMPLATES, defer=defer)
        return Sweeper(connection, reconciler, request, shard, budget, workflow, settled=settled).sweep()

    def open_items(self, label: str, _cursor: str | None) -> tuple[tuple[ThinItem, ...], str | None]:
        """No item, on one page."""
        self.items.append(label)
        return (), None

    def closed_work(self, labels: Iterable[str], cursor: str | None) -> tuple[WorkPage, str | None]:
        """Those that have one of the labels, a bug on a page."""
        found = [bug for bug in self.closed if set(bug.labels) & set(labels)]
        place = int(cursor or 0)
        return WorkPage(tuple(found[place : place + 1])), str(place + 1) if place + 1 < len(found) else None

    def waiting(self) -> tuple[int, ...]:
        """What is kept for the next sweep."""
        return parse_backlog(self.memory.files[RECORDS_BRANCH].get(BACKLOG_FILE)).left

    def keep(self, text: str) -> None:
        """An earlier sweep left this."""
        self.memory.files.setdefault(RECORDS_BRANCH, {})[BACKLOG_FILE] = text


def test_an_archived_repository_is_looked_at_once() -> None:
    """Nothing can be written there, and one look says so."""
    world = World()
    world.memory.repo = repository(is_archived=True)
    swept = world.sweep()
    assert len(swept.works) == 1
    assert swept.tally.looks == 0
    assert world.memory.log == []


def test_a_documents_root_of_its_own_is_asked_again() -> None:
    """Labels of the team's, and the register where its documents lie."""
    world = World()
    text = "version: 1\ndocuments:\n  root: notes\nseverities:\n  P1:\n    labels: ['sev: one']\n"
    world.memory.repo = repository(config=TextFile(CONFIG_PATH, text))
    world.memory.labels = {"sev: one"}
    world.memory.issues = {42: issue(labels=["sev: one"])}
    swept = world.sweep()
    assert swept.tally.bugs == 1
    assert world.memory.root == "notes"


def test_closed_bugs_are_read_back_to_the_first_that_did_not_change() -> None:
    """Page by page, the last changed first; all of them where each did."""
    over = PHASES["closed"].label
    world = World(last=LastSweep(began=at(30)))
    world.memory.labels.add(over)
    world.closed = tuple(ThinBug(number, at(0), at(50), (over,)) for number in (51, 52))
    world.memory.issues |= {51: issue(51), 52: issue(52), 53: issue(53)}
    world.sweep()
    settled = world.sweep(workflow="bugaction.yml").tally
    world.closed += (ThinBug(53, at(0), at(-90 * 24 * 60), (over,)), ThinBug(54, at(0), at(50), (over,)))
    assert settled.looked == {Why.CHANGED: 2}
    # 53 ends it, and 54 would come behind.
    assert world.sweep(workflow="bugaction.yml").tally.looked == settled.looked


def test_action_items_that_are_overdue_are_asked_about() -> None:
    """Where the label of such items exists, its pages are read; otherwise there are none."""
    world = World()
    world.sweep()
    assert world.items == []
    world.memory.labels.add(ACTION_LABEL)
    world.sweep()
    assert world.items == [ACTION_LABEL]


def test_the_issue_that_shows_what_waits_is_put_right_behind_the_looks() -> None:
    """By the register that they have written; not where another job keeps it."""
    world = World()
    text = "version: 1\nwaiting:\n  issue: 17\n"
    world.memory.repo = repository(config=TextFile(CONFIG_PATH, text))
    world.memory.issues[17] = issue(17, labels=(), body="Ours")
    world.sweep(defer=True)
    assert world.memory.issues[17].body == "Ours"
    world.sweep()
    shown = world.memory.issues[17].body
    assert "BUG-041" in shown
    world.memory.issues[17] = issue(17, labels=(), body="Ours")
    world.memory.log.clear()
    world.sweep()
    assert [type(effect) for effect in world.memory.log] == [EditIssue]
    assert world.memory.issues[17].body == shown
    world.usage = Usage(remaining_points=99)
    assert [words for words in world.sweep().left if "in issue 17" in words]


def test_a_schedule_looks_at_what_changed_since_it_last_ran() -> None:
    """What did not change, and is recorded, is not looked at; a bug that was closed unheard is."""
    world = World()
    world.sweep()
    world.last = LastSweep(began=at(59))
    world.closed = (ThinBug(44, at(0), at(30), ("phase: fix",)),)
    world.memory.issues[44] = issue(44)
    swept = world.sweep(workflow="bugaction-sweep.yml")
    assert (swept.tally.since, swept.tally.everything) == (at(59), "")
    assert swept.tally.looked.get(Why.CLOSED) == 1
    assert swept.tally.looks < 4


@pytest.mark.parametrize(
    ("last", "config", "why"),
    [
        (LastSweep(), None, "no scheduled run of the workflow has ended well yet"),
        (LastSweep(problem="the token may not ask"), None, "the token may not ask"),
        (LastSweep(), "version: 0\n", "the configuration is not valid"),
    ],
)
def test_without_a_moment_to_count_from_everything_is_looked_at(
    last: LastSweep, config: str | None, why: str
) -> None:
    """And why is said."""
    world = World(last=last)
    if config is not None:
        world.memory.repo = repository(config=TextFile(CONFIG_PATH, config))
    swept = world.sweep(workflow="bugaction-sweep.yml")
    assert swept.tally.everything == why
    assert swept.tally.looks == 3
    assert bool(swept.notices) == (not last.known and config is None)


def test_what_an_earlier_sweep_left_is_looked_at_first() -> None:
    """A bug and a pull request; once nothing is left, the file is gone."""
    world = World()
    world.memory.pulls = {7: pull(closing=())}
    world.sweep()
    world.keep('{"version": 1, "left": [43, 7]}')
    world.last = LastSweep(began=at(59))
    swept = world.sweep(workflow="bugaction-sweep.yml")
    assert swept.tally.left == ()
    assert (swept.tally.bugs, swept.tally.pulls) == (3, 1)
    assert BACKLOG_FILE not in world.memory.files[RECORDS_BRANCH]


def test_a_closed_bug_that_was_left_is_looked_at_however_long_ago_it_changed() -> None:
    """It is on no page that a sweep reads, and the file is its last trace."""
    over = PHASES["closed"].label
    world = World(last=LastSweep(began=at(59)))
    world.memory.labels.add(over)
    world.closed = (ThinBug(51, at(0), at(-90 * 24 * 60), (over,)),)
    world.memory.issues[51] = issue(51)
    world.sweep()
    world.keep('{"version": 1, "left": [51]}')
    swept = world.sweep(workflow="bugaction.yml")
    assert swept.tally.looked == {Why.LEFT: 1}
    assert [bug.number for work in swept.works for bug in work.plan.bugs] == [51]
    assert BACKLOG_FILE not in world.memory.files[RECORDS_BRANCH]


def test_a_sweep_at_everything_that_leaves_something_is_no_look_at_all_that_changed() -> None:
    """Of closed bugs it reads those of a day, and one may have waited longer, as after a schedule was off."""
    over = PHASES["closed"].label
    world = World(last=LastSweep(began=at(-3 * 24 * 60)))
    world.memory.labels.add(over)
    world.memory.issues[51] = issue(51)
    world.closed = (ThinBug(51, at(0), at(-2 * 24 * 60), (over,)),)
    world.fails = {43: Forbidden("Resource not accessible by integration")}
    assert world.sweep().tally.left == (43,)
    works = world.sweep(workflow="bugaction.yml").works
    assert 51 in {bug.number for work in works for bug in work.plan.bugs}


def test_a_sweep_for_a_new_policy_keeps_what_it_passed_over() -> None:
    """It looks at no closed bug but those that were left, and what changed counts from where it did."""
    over = PHASES["closed"].label
    world = World()
    world.memory.labels.add(over)
    world.memory.issues |= {51: issue(51), 52: issue(52)}
    world.closed = tuple(ThinBug(number, at(0), at(50), (over,)) for number in (52, 51))
    kept = f'{{"version": 1, "began": {{"1/1": "{at(30).isoformat()}"}}, "left": [51]}}'
    world.keep(kept)
    world.fails = {43: Forbidden("Resource not accessible by integration")}
    world.sweep(settled=False)
    backlog = parse_backlog(world.memory.files[RECORDS_BRANCH].get(BACKLOG_FILE))
    assert (backlog.left, backlog.began) == ((43,), {"1/1": at(30)})
    world.fails = {}
    again = world.sweep(workflow="bugaction.yml").tally
    assert again.looked[Why.CHANGED] == 2
    assert world.waiting() == ()


def test_one_that_was_left_and_is_gone_is_let_go() -> None:
    """It costs one look."""
    world = World(last=LastSweep(began=at(59)))
    world.sweep()
    world.keep('{"version": 1, "left": [99]}')
    assert world.sweep(workflow="bugaction.yml").tally.looked == {Why.LEFT: 1}
    assert BACKLOG_FILE not in world.memory.files[RECORDS_BRANCH]


def test_a_part_leaves_what_another_one_left() -> None:
    """Each looks at its own."""
    world = World(last=LastSweep(began=at(59)))
    world.sweep()
    world.keep('{"version": 1, "left": [51, 52]}')
    world.memory.issues |= {51: issue(51), 52: issue(52)}
    world.sweep(workflow="bugaction.yml", shard=Shard(1, 2))
    assert world.waiting() == (51,)


@pytest.mark.parametrize(
    ("usage", "budget", "why"),
    [
        (None, 1, "The request budget of 1 is spent"),
        (Usage(remaining_points=99), 1000, "Of this hour's rate limit 99 are left, which are for events"),
        (Usage(remaining_requests=24), 1000, "Of this hour's rate limit 24 are left, which are for events"),
    ],
)
def test_where_there_is_no_room_the_rest_is_left(usage: Usage | None, budget: int, why: str) -> None:
    """One is looked at whatever there is; the others are kept for the next sweep, and it is said."""
    world = World(usage=usage)
    swept = world.sweep(budget=budget)
    assert swept.tally.left == world.waiting() == (42, 43)
    assert swept.left == (f"{why}: #42 and 1 more left for the next sweep",)
    assert not swept.failed


def test_a_sweep_ends_before_its_job_does() -> None:
    """After twelve minutes."""
    world = World()
    world.moments = (NOW + timedelta(minutes=minute) for minute in (0, 0, 0, 13, 13, 13, 13, 13))
    swept = world.sweep()
    assert swept.left[0].startswith("The sweep has looked for 12 min")


def test_a_look_that_fails_leaves_its_bug_and_the_sweep_goes_on() -> None:
    """Red, since something could not be read."""
    world = World(fails={42: Forbidden("Resource not accessible by integration")})
    swept = world.sweep()
    assert swept.failed
    assert swept.left == ("#42: Resource not accessible by integration",)
    assert swept.tally.left == world.waiting() == (42,)
    assert len(swept.works) == 2


def test_a_bug_of_ours_at_one_bug_keeps_no_other_waiting() -> None:
    """It is told in words, is looked at again, and the run is red."""
    world = World(fails={41: OverflowError("date value out of range")})
    swept = world.sweep()
    assert swept.failed
    assert swept.left == ("#41: a bug in bugaction: OverflowError",)
    assert swept.tally.left == world.waiting() == (41,)
    assert len(swept.works) == 2
    world = World(fails={41: TemplateProblem("report.md", 3, "it is too long")})
    assert world.sweep().left == ("#41: template report.md, line 3: it is too long",)
    world = World(fails=dict.fromkeys((41, 42, 43), OverflowError("date value out of range")))
    assert world.sweep().tally.left == world.waiting() == (41, 42, 43)


def test_what_is_wrong_with_the_run_itself_ends_it() -> None:
    """Such as a token that may not write: no other look would fare better."""
    world = World(fails={41: UserError("The token is a person's.")})
    with pytest.raises(UserError):
        world.sweep()
    assert RECORDS_BRANCH not in world.memory.files


def test_github_that_does_not_answer_twice_is_asked_no_more() -> None:
    """The rest is for the next sweep, and comes before what had its turn."""
    down = Transient("502 Bad Gateway")
    world = World(fails={41: down, 42: down})
    swept = world.sweep()
    assert swept.left[0] == "GitHub does not answer: #43 left for the next sweep"
    assert world.waiting() == (43, 41, 42)


def test_looks_that_all_fail_are_not_the_bugs_fault() -> None:
    """Then the sweep fails as a whole."""
    refused = Forbidden("Resource not accessible by integration")
    world = World(fails={41: refused, 42: refused, 43: refused})
    with pytest.raises(Forbidden):
        world.sweep()


def test_a_dry_run_keeps_nothing() -> None:
    """It looks, and leaves no file."""
    world = World(usage=Usage(remaining_points=0))
    swept = world.sweep(dry_run=True)
    assert swept.tally.left == (42, 43)
    assert world.memory.log == []


def test_what_is_left_and_cannot_be_kept_is_said() -> None:
    """Red: the next sweep would not know. After five tries against a branch that moves, and at once for what
    no other try mends."""
    for fault, waits in ((StaleHead("It moved"), 5), (Rejected("It is protected"), 0)):
        world = World()
        world.sweep()
        world.usage = Usage(remaining_points=0)
        world.memory.faults = [(CommitFiles, fault, False)] * 9
        world.waits.clear()
        swept = world.sweep()
        assert swept.left[-1] == f"What is left could not be kept for the next sweep: {fault.message}"
        assert swept.failed
        assert len(world.waits) == waits


def test_a_job_that_may_not_begin_the_records_keeps_nothing() -> None:
    """It says so: there is no branch to write to, or another job writes it."""
    world = World(usage=Usage(remaining_points=0))
    swept = world.sweep(defer=True)
    assert swept.left[-1].endswith(("there is no records branch to write", "another job commits"))
    assert swept.failed


LEDGER = "documents/bugs/BUG-0{}/ledger.jsonl"


def with_a_word_on_a_closed_bug() -> World:
    """A repository that was swept at 60; at 61 somebody said on its closed bug when it will be done."""
    over = PHASES["closed"].label
    world = World()
    world.memory.issues[51] = issue(51)
    world.sweep()
    world.memory.labels.add(over)
    seen = world.memory.issues[51]
    word = comment("/eta 2026-12-24", minutes=61, ident=951)
    closed = replace(labeled("", minutes=50), kind=EntryKind.CLOSED, value="completed")
    world.memory.issues[51] = replace(
        seen,
        state=IssueState.COMPLETED,
        comments=(*seen.comments, word),
        timeline=(*seen.timeline, closed),
    )
    world.closed = (ThinBug(51, at(0), at(61), (over,)),)
    world.last = LastSweep(began=NOW)
    return world


def test_a_look_that_gives_up_is_left_and_its_word_is_heard_by_the_next_sweep() -> None:
    """Also on a closed bug, which has no deadline and no turn, and whose change counts in no later sweep."""
    world = with_a_word_on_a_closed_bug()
    world.memory.issues[43] = replace(world.memory.issues[43], updated_at=at(62))
    world.fails = {43: Forbidden("Resource not accessible by integration")}
    world.memory.faults = [(AppendLedger, StaleHead("It moved"), False)] * 6
    world.moments = repeat(at(80))
    swept = world.sweep(workflow="bugaction.yml")
    assert world.memory.faults == []
    assert swept.tally.left == world.waiting() == (43, 51)
    assert "#51 could not be decided, or not be written to the end: the next sweep looks again" in swept.left
    world.fails = {}
    world.moments = repeat(at(130))
    swept = world.sweep(workflow="bugaction.yml")
    assert swept.tally.looked == {Why.LEFT: 2}
    assert "951" in world.memory.files[RECORDS_BRANCH][LEDGER.format(51)]
    assert (swept.failed, swept.left, world.memory.files[RECORDS_BRANCH].get(BACKLOG_FILE)) == (
        False,
        (),
        None,
    )


@pytest.mark.parametrize("workflow", ["", "bugaction.yml"])
def test_a_closed_bug_that_lost_its_row_gets_it_back(workflow: str) -> None:
    """In its turn within a day, though it stands in no list; sooner where everything is looked at."""
    world = World(last=LastSweep(began=NOW))
    closes = replace(labeled("", minutes=50), kind=EntryKind.CLOSED, value="not_planned")
    world.memory.issues[51] = issue(51, state=IssueState.NOT_PLANNED, timeline=[labeled("P1"), closes])
    world.closed = (ThinBug(51, at(0), at(50), (PHASES["triage"].label,)),)
    world.sweep()
    files = world.memory.files[RECORDS_BRANCH]
    index, year = (f"documents/bugs/{name}.json" for name in ("register", "register-2026"))
    whole = files[index], files[year]
    files[year] = files[year].replace('"number":51', '"number":0')
    files[index] = re.sub(r'("number":51.*"sha256":)"\w+"', r'\1""', files[index])
    world.closed = ()
    looked: Counter[Why] = Counter()
    for hour in range(2, 27):
        world.moments = repeat(at(hour * 60))
        looked += Counter(world.sweep(workflow=workflow, shard=Shard(4, 16)).tally.looked)
        world.last = LastSweep(began=at(hour * 60))
        if not workflow:
            break
    assert looked[Why.LOST] == 1
    assert (files[index], files[year]) == whole


UNREADABLE = "it is larger than 512 KB, or binary"


def test_a_bug_that_cannot_be_decided_is_looked_at_by_each_sweep() -> None:
    """As long as it cannot; and though none of them ends well, changes count from the one before."""
    world = World(last=LastSweep(began=at(-600)))
    world.sweep()
    world.memory.unreadable = {LEDGER.format(42): UNREADABLE}
    since = []
    for hour in range(10, 13):
        world.moments = repeat(at(hour * 60))
        world.memory.issues[42] = replace(world.memory.issues[42], updated_at=at(600))
        swept = world.sweep(workflow="bugaction.yml")
        assert world.waiting() == (42,)
        since.append(swept.tally.since)
    assert since == [at(-600), at(600), at(660)]
    world.memory.unreadable = {}
    assert not world.sweep(workflow="bugaction.yml").failed
    assert world.waiting() == ()


def test_looks_that_come_to_no_end_are_counted_in_words() -> None:
    """The first is named, and where it has a pull request that may wait for a gate, the run is red."""
    world = World()
    world.memory.unreadable = {LEDGER.format(number): UNREADABLE for number in (41, 42, 43)}
    swept = world.sweep()
    words = "#41 and 2 more could not be decided, or not be written to the end: the next sweep looks again"
    assert (swept.left, swept.tally.left, swept.failed) == ((words,), (41, 42, 43), False)
    world.memory.pulls = {7: pull(closing=[41])}
    assert world.sweep().failed


def test_looks_that_come_to_no_end_do_not_make_an_unreadable_one_hopeless() -> None:
    """GitHub could be read for them: only looks that all failed end the sweep as a whole."""
    world = World(fails={43: Forbidden("Resource not accessible by integration")})
    world.memory.unreadable = {LEDGER.format(number): UNREADABLE for number in (41, 42)}
    assert world.sweep().tally.left == (41, 42, 43)


def test_a_gate_that_github_refuses_is_left() -> None:
    """Its run is red, and no sweep would count as a good one."""
    world = World()
    world.memory.issues = {42: issue(42)}
    world.memory.pulls = {7: pull(closing=[42])}
    world.memory.faults = [(SetStatus, Forbidden("Resource not accessible by integration"), False)] * 9
    swept = world.sweep()
    assert swept.tally.left == world.waiting() == (7, 42)
    world.memory.faults = []
    assert world.sweep().tally.left == ()


def test_what_github_refuses_beside_the_gates_is_not_left() -> None:
    """No other look would mend it, and nothing waits for it."""
    world = World()
    world.memory.faults = [(CreateComment, Forbidden("Resource not accessible by integration"), False)]
    assert world.sweep().tally.left == ()


def test_a_dry_run_leaves_nothing_of_what_it_does_not_write() -> None:
    """Neither gates nor what it cannot decide: it keeps nothing."""
    world = World()
    world.memory.pulls = {7: pull(closing=[42])}
    world.memory.unreadable = {LEDGER.format(42): UNREADABLE}
    swept = world.sweep(dry_run=True)
    assert (swept.tally.left, swept.left) == ((), ())


def test_without_a_valid_configuration_what_waits_goes_on_to_wait() -> None:
    """Nothing can be decided: nothing is added, and changes go on to count from where they did."""
    world = World(last=LastSweep(began=at(30)))
    world.sweep()
    valid = world.memory.repo.config
    world.memory.repo = replace(world.memory.repo, config=TextFile(CONFIG_PATH, "version: 0\n"))
    world.sweep(workflow="bugaction.yml")
    assert BACKLOG_FILE not in world.memory.files[RECORDS_BRANCH]
    world.keep(f'{{"version": 1, "began": {{"1/1": "{at(40).isoformat()}"}}, "left": [51]}}')
    world.memory.issues[51] = replace(issue(51), state=IssueState.COMPLETED)
    world.moments = repeat(at(120))
    swept = world.sweep(workflow="bugaction.yml")
    assert world.waiting() == (51,)
    world.memory.repo = replace(world.memory.repo, config=valid)
    swept = world.sweep(workflow="bugaction.yml")
    assert (swept.tally.since, world.waiting()) == (at(40), ())
