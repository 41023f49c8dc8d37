"""The composition: what an event makes of a run, and how a sweep goes through everything that is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from bugaction import app
from bugaction.events import Command, Event
from bugaction.model import Role
from bugaction.phases import PHASES
from bugaction.plan import Reason, SetStatus
from bugaction.ports import (
    Connection,
    LastSweep,
    Targets,
    Usage,
    WorkPage,
)
from bugaction.questions import Question
from bugaction.reasons import exit_code
from bugaction.runner import Inputs, Secret
from bugaction.snapshot import IssueState, Snapshot, StatusState
from bugaction.sweep import Why
from bugaction.templates import load_templates
from tests.memory import Memory, thin_bug, thin_pull
from tests.values import at, issue, pull, repository


def inputs(event: Event, command: Command = Command.RUN, **changes: str) -> Inputs:
    """The inputs of a run for this event."""
    whole = Inputs(token=Secret("t"), repository="octo/shop", event=event, command=command)
    return replace(whole, **changes)  # type: ignore[arg-type]


def run(memory: Memory, event: Event, command: Command = Command.RUN, **changes: str) -> app.RunResult:
    """Run for an event on a repository in memory."""

    def open_work(labels: Iterable[str], cursor: str | None) -> tuple[WorkPage, str | None]:
        if event.deployed:
            assert set(labels) == {"phase: deployment", "phase: verification", "phase: post-mortem"}
            return WorkPage((thin_bug(memory, 43),), tuple(map(thin_pull, memory.pulls.values()))), None
        assert set(labels) <= {
            "P2",
            *(phase.label for phase in PHASES.values()),
        }  # of all that make a bug, what the repository has
        opened = sorted(number for number, found in memory.issues.items() if found.state.is_open)
        bugs = tuple(thin_bug(memory, number) for number in opened)
        if cursor is None:
            return WorkPage(bugs), "next"
        return WorkPage(pulls=tuple(thin_pull(memory.pulls[number]) for number in sorted(memory.pulls))), None

    def closed_work(labels: Iterable[str], cursor: str | None) -> tuple[WorkPage, str | None]:
        settled = "phase: closed" in labels
        assert len(set(labels)) == (1 if settled else 6)
        bugs = [
            thin_bug(memory, number) for number, found in memory.issues.items() if not found.state.is_open
        ]
        found = [bug for bug in bugs if ("phase: closed" in bug.labels) is settled]
        page = WorkPage(tuple(sorted(found, key=lambda bug: bug.updated, reverse=True)))
        assert not settled or cursor is None
        return (page, "next") if cursor is None else (WorkPage(), None)

    def connect(_inputs: Inputs, _clock: object, _sleep: object) -> Connection:
        return Connection(
            reader_for=memory.reader_for,
            writer=memory,
            usage=memory.usage,
            open_work=open_work,
            closed_work=closed_work,
            open_items=lambda _label, _cursor: ((), None),
            last_sweep=lambda _: LastSweep(),
            schedule_problem=lambda _: "",
        )

    asked = inputs(event, command, **changes)
    return app.run(asked, lambda: at(60), lambda _: None, dict(load_templates()), connect)


def world() -> Memory:
    """Two bugs, one of them with a fix, and a pull request that fixes nothing."""
    memory = Memory(roles={"ana": Role.MAINTAIN})
    memory.issues = {number: issue(number, labels=["P2"]) for number in (42, 43)}
    memory.pulls = {7: pull(), 8: pull(8, closing=[], head_oid="d" * 40)}
    memory.labels = {"P2"}
    return memory


def test_an_event_that_is_not_ours_asks_github_nothing() -> None:
    """Zero requests, and the reason in words."""
    memory = world()
    result = run(memory, Event(name="issues", reason="Nothing in it for us."))
    assert (result.reason, memory.reads, memory.log) == (Reason.NOT_OURS, 0, [])
    assert result.notices[0].text == "Nothing in it for us."


def test_a_sweep_answers_every_bug_and_every_pull_request() -> None:
    """Page by page; a second one has nothing left to write."""
    memory = world()
    first = run(memory, Event(name="schedule", sweep=True))
    assert first.reason is Reason.DONE
    assert not first.failed
    assert memory.pulls[7].status("bugaction/triage") is not None
    assert memory.pulls[8].status("bugaction/gate") is not None
    assert {number for number, item in memory.issues.items() if item.comments} == {42, 43}
    written = len(memory.log)
    second = run(memory, Event(name="schedule", sweep=True))
    assert len(memory.log) == written
    assert second.reason is Reason.NOTHING_TO_DO


def test_a_sweep_makes_good_what_a_closed_bug_s_last_run_missed() -> None:
    """Nothing else of it is ever due. One that nobody touched of late is left alone, also by a new policy."""
    memory = world()
    memory.labels |= {"phase: closed"}
    for number, updated in ((44, at(30)), (45, at(-2 * 24 * 60))):
        closed = issue(number, labels=["P2", "phase: closed"], state=IssueState.COMPLETED)
        memory.issues[number] = replace(closed, updated_at=updated)
    found = run(memory, Event(name="schedule", sweep=True))
    assert {bug.number for work in found.works for bug in work.plan.bugs} == {42, 43, 44}
    assert found.tally is not None
    assert found.tally.looked[Why.CHANGED] == 1
    policy = run(memory, Event(name="push", sweep=True))
    assert {bug.number for work in policy.works for bug in work.plan.bugs} == {42, 43}


def test_a_path_that_names_no_configuration_is_never_the_defaults() -> None:
    """Bug fixes are red, everything else passes, nothing else is written, and the run fails by name."""
    memory = world()
    result = run(memory, Event(name="schedule", sweep=True), config=".github/bugaction.yaml")
    assert (result.reason, exit_code(result.reason, failed=result.failed)) == (Reason.CONFIG_INVALID, 2)
    assert ".github/bugaction.yaml" in {notice.file for notice in result.notices}
    fix, other = (memory.pulls[number].status("bugaction/gate") for number in (7, 8))
    assert fix is not None
    assert other is not None
    assert (fix.state, other.state) == (StatusState.FAILURE, StatusState.SUCCESS)
    assert {type(effect) for effect in memory.log} == {SetStatus}


def test_a_deployment_leads_to_fixes_on_their_way() -> None:
    """And to what the event points at besides; no other bug and no pull request is looked at."""
    memory = world()
    first = run(memory, Event(name="release", deployed=True))
    assert [bug.number for work in first.works for bug in work.plan.bugs] == [43]
    both = Event(name="workflow_run", deployed=True, targets=Targets(pulls=(7,)))
    assert [bug.number for work in run(memory, both).works for bug in work.plan.bugs] == [42, 43]


def test_a_sweep_says_what_its_budget_left() -> None:
    """Never green and silent: what gates a merge goes first, and the first that was not looked at is
    named."""
    memory = world()
    memory.usage = lambda: Usage(reads=600)  # type: ignore[method-assign]
    result = run(memory, Event(name="schedule", sweep=True))
    assert result.reason is Reason.WORK_LEFT
    assert result.failed
    assert result.left[0] == "The request budget of 600 is spent: #8 and 2 more left for the next sweep"
    assert result.tally is not None
    assert (result.tally.looks, result.tally.left) == (1, (8, 42, 43))


def test_one_bug_that_cannot_be_read_does_not_stop_the_sweep() -> None:
    """The others are looked at, and the run is red with its number."""
    from bugaction.errors import Transient

    class Hiccup(Memory):
        def read(self, targets: Targets, asked: Iterable[Question] = ()) -> Snapshot:
            if targets.issues == (43,):
                raise Transient("502 Bad Gateway")
            return super().read(targets, asked)

    memory = Hiccup(**{name: getattr(world(), name) for name in ("issues", "pulls", "roles", "labels")})
    result = run(memory, Event(name="schedule", sweep=True))
    assert result.failed
    assert any("#43" in words for words in result.left)
    assert memory.pulls[8].status("bugaction/gate") is not None


@pytest.mark.parametrize(
    ("event", "taken_in"),
    [
        (Event(name="issues", action="labeled", labelled=True, targets=Targets(issues=(42,))), True),
        (Event(name="issues", action="opened", targets=Targets(issues=(42,))), True),
        (Event(name="issue_comment", action="created", targets=Targets(issues=(42,))), False),
    ],
    ids=["labelled", "opened", "commented on"],
)
def test_the_first_event_of_all_takes_its_own_bug_in(event: Event, taken_in: bool) -> None:
    """A label or a report begins; a comment on an old bug does not."""
    memory = world()
    memory.repo = repository(records=None, records_meta=None)
    run(memory, event)
    assert bool(memory.issues[42].comments) is taken_in


def test_start_records_lets_vanished_records_begin_anew() -> None:
    """A person's word by dispatch, and only that."""
    memory = world()
    event = Event(name="workflow_dispatch", targets=Targets(items=(42,)))
    run(memory, event)
    memory.repo = replace(memory.repo, records=None, records_meta=None)
    memory.files.pop("bugaction/records")
    assert run(memory, event).reason is Reason.RECORDS_MISSING
    assert memory.repo.records is None
    run(memory, event, Command.START_RECORDS)
    assert memory.repo.records is not None
