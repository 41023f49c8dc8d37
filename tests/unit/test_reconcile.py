"""The rounds: what is written, in which order, what happens when a write fails, and when nothing is left."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bugaction.config import CONFIG_PATH
from bugaction.decide import Request
from bugaction.errors import Forbidden, GitHubError, Rejected, StaleHead, Transient, UserError
from bugaction.model import Actor, Role
from bugaction.plan import (
    AddAssignees,
    AppendLedger,
    BringDocuments,
    CloseIssue,
    CommitFiles,
    CreateComment,
    CreateIssue,
    DispatchWorkflow,
    EditComment,
    Effect,
    Level,
    Notify,
    OpenPull,
    React,
    Reason,
    RevertPull,
    SetCheckRun,
    SetStatus,
    StartRecords,
)
from bugaction.ports import Applied, Expectations, Targets
from bugaction.questions import AskBug, AskDeployment, AskPull, AskRole, AskSuspects, Question
from bugaction.reconcile import Reconciler, WorkResult
from bugaction.rollout import Deployment, Rollout
from bugaction.snapshot import (
    Branch,
    EntryKind,
    IssueState,
    MergeGroup,
    PullState,
    Snapshot,
    Status,
    StatusState,
    TextFile,
)
from bugaction.templates import load_templates
from bugaction.verdicts import ROLLUP
from tests.memory import Memory
from tests.values import BASE, BO, T0, VIEWER, at, comment, completed, issue, labeled, ready, repository

TEMPLATES = load_templates()


def world() -> Memory:
    """Ana, who may triage, has labelled her issue P2, and Bo has opened a pull request that fixes it."""
    memory = Memory(roles={"ana": Role.MAINTAIN, "bo": Role.WRITE, "mia": Role.MAINTAIN})
    memory.issues[42] = issue(labels=["P2"])
    memory.pulls[7] = ready()
    memory.labels = {"P2"}
    return memory


FORM = "\n\n".join(
    f"### {label}\n\n{answer}"
    for label, answer in [
        ("What is broken", "The till stays shut."),
        ("Expected behaviour", "It opens when the code is right."),
        ("Actual behaviour", "It answers with error 17."),
        ("Steps to reproduce", "1. Enter 4711\n2. Press OK"),
        ("Frequency", "Always"),
        ("Platform", "Till 3"),
        ("Is production down", "No"),
    ]
)


def triaged() -> Memory:
    """Every requirement of the triage gate can be met: the form is whole, Bo has assigned himself."""
    memory = world()
    entry = replace(labeled("bo", minutes=3, actor=BO, kind=EntryKind.ASSIGNED), value="bo")
    subject = issue(labels=["P2"], body=FORM, assignees=[BO])
    memory.issues[42] = replace(subject, timeline=(*subject.timeline, entry))
    return memory


def analysed() -> Memory:
    """The triaged bug, with its documents filled in and everybody's word given: nothing is in the way."""
    memory = triaged()
    work(memory)
    for files in memory.files.values():
        files.update(
            {
                path: completed(text)
                for path, text in files.items()
                if "root-cause" in path or "release" in path
            }
        )
    issue_ = memory.issues[42]
    words = (
        "/strategy hotfix one branch is wrong\n/attest investigation one line in the log\n"
        "/attest rollback-tested on staging\n/attest staging paid an order"
    )
    said = comment(words, author=BO, minutes=50, ident=8)
    memory.issues[42] = replace(issue_, comments=(*issue_.comments, said))
    return memory


def without_places(memory: Memory) -> list[Status]:
    """The fix's statuses, each with its issue but not the place there: nobody posts one for that alone. When
    they were posted is left out too."""
    return [replace(status, url=status.url.partition("#")[0], at=None) for status in memory.pulls[7].statuses]


def greens(memory: Memory) -> list[SetStatus]:
    """The green statuses that were posted, in order."""
    posted = [effect for effect in memory.log if isinstance(effect, SetStatus)]
    return [effect for effect in posted if effect.state is StatusState.SUCCESS]


def work(
    memory: Memory, *, waits: list[float] | None = None, dry_run: bool = False, **request: object
) -> WorkResult:
    """One run for issue 42."""
    reconciler = Reconciler(
        reader_for=memory.reader_for,
        writer=memory,
        clock=lambda: at(60),
        sleep=(waits if waits is not None else []).append,
        dry_run=dry_run,
    )
    expectations = request.pop("expectations", Expectations())
    assert isinstance(expectations, Expectations)
    asked = Request(templates=TEMPLATES, **request)  # type: ignore[arg-type]
    return reconciler.work(Targets(issues=(42,)), expectations, asked)


def test_a_person_s_token_writes_nothing() -> None:
    """What it committed would not count as ours in the next run; it may look all the same."""
    memory = world()
    memory.repo = replace(memory.repo, viewer=BO)
    with pytest.raises(UserError, match="belongs to bo") as refused:
        work(memory)
    assert "bugaction plan" in (refused.value.remedy or "")
    assert memory.log == []
    assert work(memory, dry_run=True).left


def test_a_run_writes_what_differs_and_the_next_one_nothing() -> None:
    """Labels, comment, report, ledger and statuses; then the world is settled."""
    memory = world()
    first = work(memory)
    assert first.reason is Reason.DONE
    assert not first.left
    assert {type(effect).__name__ for effect in memory.log} >= {
        "SetStatus", "AppendLedger", "CommitFiles", "CreateComment", "AddLabels", "CreateLabel",
    }  # fmt: skip
    before = len(memory.log)
    second = work(memory)
    assert memory.log[before:] == []
    assert second.reason is Reason.NOTHING_TO_DO
    assert second.rounds == 1


def asked(memory: Memory, targets: Targets) -> WorkResult:
    """A dry run for these targets."""
    reconciler = Reconciler(memory.reader_for, memory, lambda: at(60), lambda _: None, dry_run=True)
    return reconciler.work(targets, Expectations(), Request(templates=TEMPLATES))


def test_a_number_that_a_person_gave_has_to_be_there() -> None:
    """A run that looked at nothing must not tell that all is as it should be."""
    result = asked(world(), Targets(items=(99,)))
    assert result.reason is Reason.USAGE
    (notice,) = result.notices
    assert notice.level is Level.ERROR
    assert notice.text.startswith("octo/shop has no issue and no pull request #99: nothing was looked at. ")


def test_a_number_that_an_event_gave_may_be_gone() -> None:
    """Somebody deleted the issue before the run began: their own event follows; this is no failure."""
    result = asked(world(), Targets(issues=(99,)))
    assert result.reason is Reason.NOTHING_TO_DO
    assert [notice.level for notice in result.notices] == [Level.WARNING]


def test_a_number_is_not_looked_for_where_issues_are_turned_off() -> None:
    """That is what has to be said, and not that the number is wrong."""
    memory = world()
    memory.repo = repository(has_issues=False)
    result = asked(memory, Targets(items=(99,)))
    assert (result.reason, result.notices) == (Reason.ISSUES_DISABLED, ())


def test_red_goes_out_before_the_ledger_and_the_ledger_before_the_rest() -> None:
    """The writer's order: a run that is cut short leaves a gate red, never green."""
    memory = world()
    work(memory)
    kinds = [type(effect) for effect in memory.log]
    first_status = next(effect for effect in memory.log if isinstance(effect, SetStatus))
    assert first_status.state is StatusState.FAILURE
    assert kinds.index(SetStatus) < kinds.index(AppendLedger) < kinds.index(CreateComment)


def test_the_first_run_of_all_makes_the_records_branch_before_anything_rests_on_it() -> None:
    """Only red statuses and the branch; everything else in the next round."""
    memory = world()
    memory.repo = repository(records=None, records_meta=None)
    result = work(memory, opened=frozenset({42}))
    kinds = [type(effect) for effect in memory.log]
    assert kinds.index(StartRecords) < kinds.index(AppendLedger)
    assert set(kinds[: kinds.index(StartRecords)]) == {SetStatus}
    assert result.reason is Reason.DONE


def test_a_moved_branch_is_read_again_and_written_once() -> None:
    """Somebody committed between our read and our write: one retry on the new head."""
    memory = world()

    def somebody_commits() -> None:
        records = memory.repo.records
        assert records is not None
        memory.repo = replace(memory.repo, records=replace(records, oid="9" * 40))

    memory.before_write = somebody_commits
    waits: list[float] = []
    result = work(memory, waits=waits)
    assert result.reason is Reason.DONE
    assert [type(item.error) for item in result.applied if item.error] == [StaleHead]
    assert len(waits) == 1
    ledger = memory.files["bugaction/records"]["documents/bugs/BUG-042/ledger.jsonl"]
    assert ledger.count('"kind":"tracked"') == 1


@pytest.mark.parametrize("kind", [SetStatus, AppendLedger, CommitFiles, CreateComment])
@pytest.mark.parametrize("acts", [True, False], ids=["acted", "did not act"])
def test_a_lost_answer_repeats_nothing_and_loses_nothing(kind: type[Effect], acts: bool) -> None:
    """A 502 after or instead of the act: the end is the same, and no comment, commit or status is doubled."""
    ideal = world()
    work(ideal)
    memory = world()
    memory.faults = [(kind, Transient("502 Bad Gateway"), acts)]
    result = work(memory)
    assert result.reason is Reason.DONE
    assert memory.files.keys() == ideal.files.keys()
    assert memory.files == ideal.files
    assert [comment.body for comment in memory.issues[42].comments] == [
        comment.body for comment in ideal.issues[42].comments
    ]
    assert without_places(memory) == without_places(ideal)
    assert len([effect for effect in memory.log if isinstance(effect, CreateComment)]) == 1


def test_a_fault_that_stays_ends_the_run_in_words() -> None:
    """Five tries, then the run says what was not written and is red where a gate is concerned."""
    memory = world()
    memory.faults = [(SetStatus, Transient("502 Bad Gateway"), False)] * 20
    result = work(memory)
    assert result.reason is Reason.GITHUB_UNAVAILABLE
    assert result.leaves_a_gate
    assert any("after 5 tries" in notice.text for notice in result.notices)


def test_github_s_own_advice_is_the_pause() -> None:
    """`Retry-After` counts, up to a minute."""
    memory = world()
    memory.faults = [
        (CreateComment, Transient("secondary rate limit", retry_after=7.0, rate_limited=True), False),
        (CreateComment, Transient("secondary rate limit", retry_after=3600.0, rate_limited=True), False),
    ]
    waits: list[float] = []
    assert work(memory, waits=waits).reason is Reason.DONE
    assert waits == [7.0, 60.0]


def test_a_ledger_that_cannot_be_written_turns_nothing_green() -> None:
    """No permission for contents: the gate fails and says so, although every requirement holds."""
    memory = analysed()
    memory.log.clear()
    memory.faults = [(AppendLedger, Forbidden("Resource not accessible by integration"), False)] * 9
    result = work(memory)
    assert result.reason is Reason.LEDGER_UNWRITABLE
    assert any("contents: write" in notice.text for notice in result.notices)
    assert not greens(memory)
    memory.faults = []
    assert work(memory).reason is Reason.DONE
    assert {effect.context for effect in greens(memory)} == {
        "bugaction/triage",
        "bugaction/root-cause",
        "bugaction/fix",
        "bugaction/release",
        "bugaction/gate",
    }


def test_a_green_gate_is_read_again_and_taken_back_when_the_facts_changed() -> None:
    """Somebody takes the severity away while the green status is on its way: the last write is red."""
    memory = analysed()
    work(memory, defer=True)
    before = len(memory.log)

    def change() -> None:
        memory.unlabel(42, "P2", by="ana")

    memory.before_green = change
    work(memory)
    ours = [effect for effect in memory.log[before:] if isinstance(effect, SetStatus)]
    assert StatusState.SUCCESS in {effect.state for effect in ours}
    status = memory.pulls[7].status("bugaction/gate")
    assert status is not None
    assert status.state is StatusState.FAILURE


def test_a_green_gate_is_read_again_where_nothing_else_was_written() -> None:
    """As when the statuses are all that is missing: on a new head, or where somebody posted over them."""
    memory = analysed()
    work(memory)
    memory.pulls[7] = replace(memory.pulls[7], statuses=())
    before = len(memory.log)
    memory.before_green = lambda: memory.unlabel(42, "P2", by="ana")
    work(memory)
    first = memory.log[before : before + 5]
    assert [isinstance(effect, SetStatus) and effect.state for effect in first] == [StatusState.SUCCESS] * 5
    status = memory.pulls[7].status("bugaction/gate")
    assert status is not None
    assert status.state is StatusState.FAILURE


def test_a_refused_document_degrades_by_name_and_leaves_the_gates_alone() -> None:
    """The statuses and the comment are there; one notice names the permission."""
    memory = world()
    memory.faults = [(CommitFiles, Forbidden("Resource not accessible by integration"), False)] * 9
    result = work(memory)
    assert result.reason is Reason.PERMISSION_MISSING
    assert [notice.text for notice in result.notices if "contents: write" in notice.text]
    assert memory.pulls[7].status("bugaction/gate") is not None
    assert len(memory.issues[42].comments) == 1


def test_a_refused_effect_is_not_tried_again_in_the_run() -> None:
    """A 422 that a retry cannot mend costs one request."""
    memory = world()
    memory.faults = [(EditComment, Rejected("Body is too long"), False)] * 9
    result = work(memory)
    assert sum(isinstance(item.effect, EditComment) for item in result.applied if item.error) <= 1


def stale(memory: Memory) -> Snapshot:
    """The world as a lagging read shows it: the issue before its label."""
    old = replace(memory.issues[42], labels=(), timeline=(), updated_at=T0)
    return replace(memory.read(Targets(issues=(42,))), bugs={42: replace(memory.facts(42), issue=old)})


def test_a_lagging_read_is_read_again() -> None:
    """The event spoke of a label that the first answer does not show."""
    memory = world()
    memory.lag = [stale(memory)]
    waits: list[float] = []
    result = work(
        memory, waits=waits, expectations=Expectations(updated=((42, at(1)),), labels=((42, "P2", True),))
    )
    assert result.reason is Reason.DONE
    assert waits[0] == 0.5


def test_an_app_s_refused_check_runs_become_statuses() -> None:
    """Within the same run, and with the permission that is missing: no gate goes without a verdict."""
    memory = world()
    text = "version: 1\nchecks:\n  kind: check-run\n"
    memory.repo = replace(
        memory.repo,
        viewer=Actor("keeper[bot]", is_bot=True),
        config=TextFile(CONFIG_PATH, text, "main"),
    )
    memory.faults = [(SetCheckRun, Forbidden("Resource not accessible by integration"), False)] * 99
    result = work(memory)
    status = memory.pulls[7].status("bugaction/gate")
    assert status is not None
    assert status.state is StatusState.FAILURE
    assert (result.reason, result.leaves_a_gate) == (Reason.DONE, False)
    assert [notice.text for notice in result.notices] == [
        "Check runs cannot be reported, so the gates are reported as statuses: "
        "Resource not accessible by integration. The App needs `checks: write`."
    ]


def test_a_read_that_stays_behind_fails_the_gates_as_undecided() -> None:
    """Nothing else is written on facts that are known to be old."""
    memory = world()
    memory.lag = [stale(memory)] * 50
    result = work(memory, expectations=Expectations(updated=((42, at(1)),), labels=((42, "P2", True),)))
    assert result.reason is Reason.UNDECIDED_STALE
    assert {type(effect) for effect in memory.log} == {SetStatus}
    status = memory.pulls[7].status("bugaction/gate")
    assert status is not None
    assert status.state is StatusState.FAILURE
    assert status.description.startswith("Undecided")


class Endless(Memory):
    """A world in which each answer leaves its question open, as a chain of links without an end would."""

    def answer(self, snapshot: Snapshot, questions: Iterable[Question]) -> Snapshot:
        assert questions
        return snapshot


def test_what_goes_too_deep_to_read_is_undecided_and_says_so() -> None:
    """Not as a lag, which waiting would mend: the words name what to do, and nothing else is written."""
    known = world()
    memory = Endless(issues=known.issues, pulls=known.pulls, roles=known.roles, labels=known.labels)
    result = work(memory)
    assert result.reason is Reason.UNDECIDED_TOO_DEEP
    assert {type(effect) for effect in memory.log} == {SetStatus}
    status = memory.pulls[7].status("bugaction/gate")
    assert status is not None
    assert (status.state, status.description) == (
        StatusState.FAILURE,
        "Undecided: the links from here go too deep to follow; name fewer issues in its text, "
        "or /unlink some, then comment /recheck",
    )
    (notice,) = [item for item in result.notices if item.level is Level.ERROR]
    assert notice.text.startswith("Nothing was decided, because ")
    assert "lag" not in notice.text


@pytest.mark.parametrize("lagging", [0, 4], ids=["at each look", "at the last look"])
def test_what_stays_behind_where_it_is_read_later_is_undecided_too(lagging: int) -> None:
    """The comment that the event spoke of is a fix's, whose comments are read once a bug has led to it."""
    memory = world()
    memory.lag = [stale(memory)] * lagging
    waits: list[float] = []
    spoken_of = Expectations(updated=((42, at(1)),), labels=((42, "P2", True),), comments=((7, 999),))
    result = work(memory, waits=waits, expectations=spoken_of)
    assert (result.reason, waits) == (Reason.UNDECIDED_STALE, [0.5, 1.0, 2.0, 4.0])
    assert {type(effect) for effect in memory.log} == {SetStatus}
    status = memory.pulls[7].status("bugaction/gate")
    assert status is not None
    assert (status.state, status.description[:9]) == (StatusState.FAILURE, "Undecided")


class Restless(Memory):
    """A world in which Ana changes her mind about the severity whenever something is written."""

    def apply(self, effects: Iterable[Effect]) -> tuple[Applied, ...]:
        """The writes, and Ana behind them."""
        done = super().apply(effects)
        (old,) = (label.name for label in self.issues[42].labels if label.name in ("P1", "P2"))
        self.unlabel(42, old, by="ana", minutes=40 + self.reads / 100)
        self.label(42, "P1" if old == "P2" else "P2", by="ana", minutes=40 + self.reads / 100)
        return done


def test_a_run_that_never_comes_to_rest_ends_and_says_that_work_is_left() -> None:
    """All was written, and then the facts were others each time: nobody has decided on the last ones."""
    known = world()
    memory = Restless(issues=known.issues, pulls=known.pulls, roles=known.roles, labels=known.labels)
    result = work(memory)
    assert (result.rounds, result.left) == (11, ())
    assert [item.error for item in result.applied if item.error is not None] == []
    assert result.reason is Reason.WORK_LEFT
    (notice,) = [item for item in result.notices if "of the 11 times" in item.text]
    assert notice.level is Level.WARNING


def beside(*, seconds: int = 1) -> Memory:
    """Another run turns the fix's status red after our first writes, so many seconds later than we."""
    memory = world()

    def report() -> None:
        ours = memory.pulls[7].status("bugaction/fix")
        assert ours is not None
        assert ours.at is not None
        posted = ours.at + timedelta(seconds=seconds)
        red = replace(ours, state=StatusState.FAILURE, description="unmet", at=posted)
        memory.post(memory.pulls[7].head_oid, red)

    memory.between = report
    return memory


def said(memory: Memory) -> dict[str, tuple[StatusState, str]]:
    """What the fix's head says."""
    return {item.context: (item.state, item.description) for item in memory.pulls[7].statuses}


def test_a_status_that_another_run_has_set_since_is_no_lag() -> None:
    """Its verdict is newer than ours: the facts that it rests on are there, and are decided on at once."""
    alone, memory = world(), beside()
    work(alone)
    waits: list[float] = []
    assert work(memory, waits=waits).reason is Reason.DONE
    assert waits == []
    assert said(memory) == said(alone)


def test_a_status_of_the_same_second_is_reported_again_after_all_waits() -> None:
    """Nothing tells which of the two stands. Whatever is decided then is said by us, later than both."""
    alone, memory = world(), beside(seconds=0)
    work(alone)
    waits: list[float] = []
    assert work(memory, waits=waits).reason is Reason.DONE
    assert waits == [0.5, 1.0, 2.0, 4.0]
    assert said(memory) == said(alone)


def test_a_verdict_of_the_same_second_does_not_pass_for_ours() -> None:
    """What we are about to say stands there, in another run's words: ours may be behind it all the same."""
    alone, memory = analysed(), analysed()
    work(alone)
    alone.unlabel(42, "P2", by="ana")
    work(alone)
    red = alone.pulls[7].status(ROLLUP)
    assert red is not None
    assert red.state is StatusState.FAILURE
    work(memory)
    memory.pulls[7] = replace(memory.pulls[7], statuses=())
    before = len(memory.log)

    def takes_back() -> None:
        memory.unlabel(42, "P2", by="ana")
        ours = memory.pulls[7].status(ROLLUP)
        assert ours is not None
        memory.post(memory.pulls[7].head_oid, replace(red, at=ours.at))

    memory.between = takes_back
    work(memory)
    written = [item for item in memory.log[before:] if isinstance(item, SetStatus)]
    states = [item.state for item in written if item.context == ROLLUP]
    assert states == [StatusState.SUCCESS, StatusState.FAILURE]


def test_a_status_from_before_ours_is_a_lag() -> None:
    """The facts may be as old as it is: nothing is decided on them."""
    memory = beside(seconds=-1)
    assert work(memory).reason is Reason.UNDECIDED_STALE


def test_labels_that_another_run_has_swapped_since_are_no_lag() -> None:
    """The timeline shows ours and what came after it."""
    alone, memory = world(), world()
    work(alone)

    def swap() -> None:
        (ours,) = (each.name for each in memory.issues[42].labels if each.name.startswith("phase: "))
        memory.unlabel(42, ours, by=VIEWER.login, minutes=61)
        memory.label(42, "phase: waiting", by=VIEWER.login, minutes=61)

    memory.between = swap
    waits: list[float] = []
    assert work(memory, waits=waits).reason is Reason.DONE
    assert waits == []
    assert said(memory) == said(alone)


class Quarrel(Memory):
    """A world in which another run, on other facts, turns green at once whatever we have turned red."""

    def apply(self, effects: Iterable[Effect]) -> tuple[Applied, ...]:
        """The writes, and the other's behind them."""
        done = super().apply(effects)
        for item in done:
            if isinstance(item.effect, SetStatus) and item.effect.state is StatusState.FAILURE:
                self._act(replace(item.effect, state=StatusState.SUCCESS, description="met"))
        return done


def test_two_runs_of_different_minds_do_not_fight_for_ever() -> None:
    """Ours is over with the red that it has said on the facts it read last; the other one has its own end."""
    known = world()
    memory = Quarrel(issues=known.issues, pulls=known.pulls, roles=known.roles, labels=known.labels)
    result = work(memory)
    assert result.reason is Reason.DONE
    assert result.rounds <= 4


def test_a_dry_run_plans_and_writes_nothing() -> None:
    """The plan is there to read."""
    memory = world()
    result = work(memory, dry_run=True)
    assert memory.log == []
    assert result.plan.effects
    assert result.left == result.plan.effects


def test_deferring_leaves_commits_to_the_next_job() -> None:
    """`records: defer`: statuses and the comment, and a word that something is to be recorded."""
    memory = world()
    result = work(memory, defer=True)
    kinds = {type(effect) for effect in memory.log}
    assert not kinds & {AppendLedger, CommitFiles, StartRecords}
    assert result.plan.unrecorded
    assert SetStatus in kinds


def test_whom_github_will_not_assign_is_asked_for_once() -> None:
    """It ignores such a login without a word: neither this run nor the next one goes round for it."""
    memory = world()
    memory.issues[42] = issue(labels=["P2"], comments=[comment("/assign @bo", minutes=5)])
    result = work(memory)
    assert len([effect for effect in memory.log if isinstance(effect, AddAssignees)]) == 1
    assert result.rounds <= 3
    assert result.left == ()
    done = len(memory.log)
    work(memory)
    assert len(memory.log) == done


@pytest.mark.parametrize(
    ("word", "asked"), [("/assign @mia", [("bo",), ("mia",)]), ("/assign @Bo", [("bo",)])]
)
def test_who_is_assigned_between_two_rounds_is_asked_for_too(word: str, asked: list[tuple[str, ...]]) -> None:
    """The answer to that word is written in this run, and nobody asks behind it; each login is asked once."""
    memory = world()
    memory.roles["Bo"] = Role.WRITE
    memory.issues[42] = issue(labels=["P2"], comments=[comment("/assign @bo", minutes=5)])

    def says() -> None:
        seen = memory.issues[42]
        later = comment(word, minutes=6, ident=901)
        memory.issues[42] = replace(seen, comments=(*seen.comments, later))

    memory.before_write = says
    result = work(memory)
    assert [effect.logins for effect in memory.log if isinstance(effect, AddAssignees)] == asked
    answers = {each.id: set(each.reactions) for each in memory.issues[42].comments if each.reactions}
    assert answers == {"IC_900": {"ROCKET"}, "IC_901": {"ROCKET"}}
    assert (result.reason, result.left) == (Reason.DONE, ())


def test_an_assignment_that_was_asked_for_counts_as_done() -> None:
    """Also where the answer to its command is refused, and the command asks again in each round."""
    memory = world()
    memory.issues[42] = issue(labels=["P2"], comments=[comment("/assign @bo", minutes=5)])
    memory.faults = [(React, Forbidden("Resource not accessible by integration"), False)]
    result = work(memory)
    assert len([effect for effect in memory.log if isinstance(effect, AddAssignees)]) == 1
    assert {type(effect) for effect in result.left} == {React}


def test_a_duplicate_is_closed_and_the_run_comes_to_rest() -> None:
    """In the rounds that it takes anyway, and once; a second run writes nothing."""
    memory = world()
    memory.issues[42] = issue(labels=["P2"], comments=[comment("/duplicate #50", minutes=5)])
    memory.issues[50] = issue(50, labels=["P2"])
    result = work(memory)
    assert [effect for effect in memory.log if isinstance(effect, CloseIssue)] == [
        CloseIssue("I_42", 42, "I_50")
    ]
    assert result.left == ()
    done = len(memory.log)
    work(memory)
    assert len(memory.log) == done


def test_a_close_that_github_refuses_is_said_and_left() -> None:
    """The decision stands in the ledger all the same."""
    memory = world()
    memory.issues[42] = issue(labels=["P2"], comments=[comment("/duplicate #50", minutes=5)])
    memory.issues[50] = issue(50, labels=["P2"])
    memory.faults.append((CloseIssue, Forbidden("Resource not accessible by integration"), False))
    result = work(memory)
    assert [type(effect) for effect in result.left] == [CloseIssue]
    assert any("closing the issue" in notice.text for notice in result.notices)


def _overridden() -> Memory:
    """Mia has overridden the fix gate on a bug that is not even triaged."""
    memory = world()
    said = comment("/override fix ccccccc the shop is down", author=Actor("mia"), minutes=5)
    memory.issues[42] = issue(labels=["P2"], comments=[said])
    memory.pulls[7] = replace(memory.pulls[7], reviews=())
    return memory


def test_an_override_s_follow_up_is_opened_once() -> None:
    """After its record; a second run writes nothing."""
    memory = _overridden()
    result = work(memory)
    kinds = [type(effect) for effect in memory.log]
    assert kinds.count(CreateIssue) == 1
    assert kinds.index(AppendLedger) < kinds.index(CreateIssue)
    assert result.left == ()
    done = len(memory.log)
    work(memory)
    assert len(memory.log) == done
    (status,) = (item for item in memory.pulls[7].statuses if item.context == "bugaction/fix")
    assert status.description == "OVERRIDDEN by mia: the shop is down"


def test_a_follow_up_that_github_does_not_show_yet_is_not_opened_again() -> None:
    """The run waits for it, and neither repeats it nor turns a gate red for it."""
    memory = _overridden()
    memory.shows_mentions = False
    result = work(memory)
    assert len([effect for effect in memory.log if isinstance(effect, CreateIssue)]) == 1
    assert result.left == ()
    (status,) = (item for item in memory.pulls[7].statuses if item.context == "bugaction/fix")
    assert status.state is StatusState.SUCCESS


def test_a_follow_up_that_github_refuses_is_said_and_left() -> None:
    """The gate is green all the same: the record holds the override."""
    memory = _overridden()
    memory.faults.append((CreateIssue, Forbidden("Resource not accessible by integration"), False))
    result = work(memory)
    assert [type(effect) for effect in result.left] == [CreateIssue]
    assert any("the follow-up issue" in notice.text for notice in result.notices)


def over() -> Memory:
    """A bug that is closed as completed where rules keep commits off the default branch."""
    memory = world()
    del memory.pulls[7]
    memory.labels.add("documentation")
    memory.repo = repository(default=Branch("main", "a" * 40, protected=True))
    closed = replace(labeled("completed", minutes=5), kind=EntryKind.CLOSED)
    subject = memory.issues[42]
    memory.issues[42] = replace(
        subject, state=IssueState.COMPLETED, timeline=(*subject.timeline, closed), labels=subject.labels
    )
    return memory


def tries(memory: Memory, kind: type[Effect]) -> int:
    """How often an effect of a kind was carried out."""
    return sum(isinstance(effect, kind) for effect in memory.log)


def test_documents_are_brought_and_their_pull_request_gets_its_status_in_the_same_run() -> None:
    """GitHub starts no run for what we open; the next run writes nothing."""
    memory = over()
    result = work(memory)
    (carried,) = memory.carriers[42].pulls
    assert memory.pulls[carried.number].status("bugaction/gate") is not None
    assert (tries(memory, BringDocuments), tries(memory, OpenPull)) == (1, 1)
    assert result.left == ()
    wrote = len(memory.log)
    assert work(memory).applied == ()
    assert len(memory.log) == wrote


@pytest.mark.parametrize("kind", [BringDocuments, OpenPull])
@pytest.mark.parametrize("acts", [True, False])
def test_a_lost_answer_brings_documents_once(kind: type[Effect], acts: bool) -> None:
    """One branch and one pull request, whichever answer was lost, whether or not it was done."""
    memory = over()
    memory.faults = [(kind, Transient("502 Bad Gateway"), acts)]
    work(memory)
    assert len(memory.carriers[42].pulls) == 1
    assert (tries(memory, BringDocuments), tries(memory, OpenPull)) == (1, 1)


def test_where_actions_may_open_no_pull_request_the_run_is_done_all_the_same() -> None:
    """It is tried once, told once, and recorded: the next run does not try again."""
    memory = over()
    said = "GitHub Actions is not permitted to create or approve pull requests."
    memory.faults = [(OpenPull, Forbidden(said), False)] * 3
    result = work(memory)
    assert result.reason is Reason.DONE
    assert [notice.text.count("/compare/main...") for notice in result.notices] == [1]
    assert memory.carriers[42].pulls == ()
    again = work(memory)
    assert again.applied == ()
    assert again.notices == ()
    assert len(memory.faults) == 2


def ordered_back(words: str = "/rollback it broke apps") -> Memory:
    """A bug whose fix is merged, and that Bo orders to be taken back."""
    memory = world()
    memory.pulls[7] = replace(memory.pulls[7], state=PullState.MERGED, merged_at=at(30), merge_oid="e" * 40)
    memory.issues[42] = replace(memory.issues[42], comments=(comment(words, author=BO, minutes=40),))
    return memory


def test_what_is_taken_back_gets_its_status_in_the_same_run() -> None:
    """GitHub starts no run for it; it is linked by the ledger, and the next run writes nothing."""
    memory = ordered_back()
    work(memory)
    (one,) = memory.reverting[7]
    assert memory.pulls[one.number].status("bugaction/gate") is not None
    assert tries(memory, RevertPull) == 1
    assert work(memory).applied == ()


@pytest.mark.parametrize("acts", [True, False])
def test_a_lost_answer_takes_back_once(acts: bool) -> None:
    """One pull request, whether or not it was made."""
    memory = ordered_back()
    memory.faults = [(RevertPull, Transient("502 Bad Gateway"), acts)]
    work(memory)
    assert len(memory.reverting[7]) == 1
    assert tries(memory, RevertPull) == 1


@pytest.mark.parametrize("error", [Forbidden("Not permitted"), Rejected("Could not be reverted")])
def test_what_github_does_not_take_back_is_tried_once(error: GitHubError) -> None:
    """It is told and recorded, and the run is done: a person does it."""
    memory = ordered_back()
    memory.faults = [(RevertPull, error, False)] * 3
    result = work(memory)
    assert result.reason is Reason.DONE
    assert [notice.text.count("takes #7 back") for notice in result.notices] == [1]
    again = work(memory)
    assert (again.applied, again.notices) == ((), ())
    assert len(memory.faults) == 2


REDEPLOY = "version: 1\ndeployment:\n  rollback-workflow: back.yml\n"


def with_way_back() -> Memory:
    """The same where the policy names a workflow, and it is known what ran before."""
    memory = ordered_back()
    memory.repo = replace(memory.repo, config=TextFile(CONFIG_PATH, REDEPLOY, "main"))
    asked = AskDeployment(42, (("e" * 40,),), at(30), ("production",))
    deployed = [
        Deployment(f"{BASE}/{oid[0]}", "production", "main", oid, at(when), "SUCCESS", BO, arrived=at(when))
        for oid, when in (("d" * 40, 10), ("e" * 40, 35))
    ]
    memory.rollout = Rollout(asked, deployments=tuple(deployed))
    return memory


@pytest.mark.parametrize(
    ("kind", "acts", "started"),
    [
        (DispatchWorkflow, True, 1),
        (DispatchWorkflow, False, 0),
        (AppendLedger, True, 1),
        (AppendLedger, False, 1),
    ],
)
def test_a_workflow_is_started_once_at_the_most(kind: type[Effect], acts: bool, started: int) -> None:
    """Nobody can tell whether one without an answer runs; a claim whose record was written counts."""
    memory = with_way_back()
    work(memory)
    (whole,) = [effect for effect in memory.log if isinstance(effect, DispatchWorkflow)]
    assert dict(whole.inputs)["version"] == "d" * 40
    memory = with_way_back()
    memory.faults = [(kind, Transient("502 Bad Gateway"), acts)]
    work(memory)
    work(memory)
    assert tries(memory, DispatchWorkflow) == started


@pytest.mark.parametrize("error", [Forbidden("Not permitted"), Rejected("No ref found for: main")])
def test_a_workflow_that_github_does_not_start_is_for_a_person(error: GitHubError) -> None:
    """It is tried once, told with the permission where that is why, and the run is done all the same."""
    memory = with_way_back()
    memory.faults = [(DispatchWorkflow, error, False)] * 2
    result = work(memory)
    assert result.reason is Reason.DONE
    words = f"GitHub refused starting the rollback workflow: {error.message}."
    assert [notice.text.startswith(words) for notice in result.notices] == [True]
    (body,) = [item.body for item in memory.issues[42].comments if item.author == VIEWER]
    assert error.message in body
    work(memory)
    assert (tries(memory, DispatchWorkflow), len(memory.faults)) == (0, 1)


def test_a_claim_of_another_run_starts_nothing() -> None:
    """Our own was refused since theirs was first: theirs starts it."""
    memory = with_way_back()
    memory.faults = [(AppendLedger, StaleHead("moved"), True)]
    work(memory)
    assert tries(memory, DispatchWorkflow) == 0


def test_a_number_that_is_nothing_is_said() -> None:
    """Asked for by hand and not there: a word on it, and no failure."""
    memory = world()
    del memory.issues[42]
    memory.pulls = {}
    result = work(memory)
    assert [notice.text for notice in result.notices] == [
        "octo/shop has no issue and no pull request #42: nothing was looked at."
    ]
    assert result.reason is Reason.NOTHING_TO_DO


def test_what_cannot_be_read_is_an_error_of_github() -> None:
    """Without a first read nothing can be said: the caller's boundary tells the person."""

    class Down(Memory):
        def read(self, targets: Targets, asked: Iterable[Question] = ()) -> Snapshot:
            raise Transient(f"502 for {targets.issues}, {asked}")

    with pytest.raises(GitHubError, match="502"):
        work(Down())


# What is read again -------------------------------------------------------------------------------------


@dataclass
class Counting(Memory):
    """Keeps the questions of each request: those that went with a snapshot, and those that came later."""

    along: list[set[Question]] = field(default_factory=list)
    later: list[set[Question]] = field(default_factory=list)

    def read(self, targets: Targets, asked: Iterable[Question] = ()) -> Snapshot:
        """A snapshot."""
        self.along.append(set(asked))
        return super().read(targets, asked)

    def answer(self, snapshot: Snapshot, questions: Iterable[Question]) -> Snapshot:
        """Answers."""
        self.later.append(set(questions))
        return super().answer(snapshot, questions)


def counting(memory: Memory) -> Counting:
    """The same world, counted."""
    return Counting(**{name: getattr(memory, name) for name in ("issues", "pulls", "roles", "labels")})


def test_what_a_round_asked_comes_along_with_the_next_snapshot() -> None:
    """Fresh with the rest, in no request of its own: every later round asks nothing more."""
    memory = counting(triaged())
    memory.pulls[7] = replace(memory.pulls[7], closing=(42, 43))
    memory.issues[43] = issue(43, labels=["P2"])
    assert work(memory).rounds > 1
    assert AskBug(43) in set().union(*memory.later)
    assert memory.along[0] == set()
    assert all(AskBug(43) in asked for asked in memory.along[1:])
    repeated = [ask for later in memory.later for ask in later]
    assert len(repeated) == len(set(repeated))


@dataclass
class Queued(Counting):
    """The same, looked at for a merge group that holds the fix."""

    def read(self, targets: Targets, asked: Iterable[Question] = ()) -> Snapshot:
        """A snapshot with the group."""
        group = MergeGroup("e" * 40, "gh-readonly-queue/main/pr-7-x", (7,))
        return replace(super().read(targets, asked), group=group)


def test_the_pull_requests_of_a_merge_group_come_along_with_each_later_snapshot() -> None:
    """They are known from the first one, so that no round has to ask for them again."""
    known = triaged()
    memory = Queued(issues=known.issues, pulls=known.pulls, roles=known.roles, labels=known.labels)
    assert work(memory).rounds > 1
    assert AskPull(7) not in memory.along[0]
    assert all(AskPull(7) in asked for asked in memory.along[1:])


def test_roles_and_suspects_are_asked_once_for_the_run() -> None:
    """They do not come along: a role was judged by, and a window lies in the past."""
    memory = counting(triaged())
    work(memory)
    asked = [ask for later in memory.later for ask in later]
    assert AskRole("ana") in asked
    assert len([ask for ask in asked if isinstance(ask, AskSuspects)]) == 1
    assert not any(isinstance(ask, AskRole | AskSuspects) for along in memory.along for ask in along)


def test_the_suspects_of_another_window_are_asked_for() -> None:
    """The reporter tells in the middle of a run when the bug began: the first answer is not used for it."""

    def tell_the_start() -> None:
        subject = memory.issues[42]
        memory.issues[42] = replace(subject, body=f"{FORM}\n\n### Started (UTC)\n\n2026-11-20T08:00:00Z")

    memory = counting(triaged())
    memory.before_write = tell_the_start
    work(memory)
    asked = [ask for later in memory.later for ask in later if isinstance(ask, AskSuspects)]
    assert len({ask.until for ask in asked}) == 2


def test_a_documents_root_of_one_s_own_costs_one_more_read_a_run() -> None:
    """The first snapshot tells it; the later ones are read with it from the start."""
    memory = counting(triaged())
    text = "version: 1\ndocuments:\n  root: docs/bugs\n"
    memory.repo = repository(config=TextFile(".github/bugaction.yml", text, "main"))
    result = work(memory)
    assert result.reason is Reason.DONE
    assert result.rounds > 1
    assert len(memory.along) == result.rounds + 1


# Notifications ------------------------------------------------------------------------------------------

EVERYWHERE = frozenset({"*"})


def urgent() -> Memory:
    """Ana has labelled her issue P0, which has everybody told and the pager woken."""
    memory = world()
    memory.issues[42] = issue(labels=["P0"])
    memory.labels = {"P0"}
    return memory


def told(memory: Memory) -> list[tuple[str, tuple[str, ...]]]:
    """Whom the run told what, in order."""
    return [(item.event, item.audiences) for item in memory.log if isinstance(item, Notify)]


def notified(memory: Memory) -> list[str]:
    """The keys of what is recorded as sent."""
    text = memory.files["bugaction/records"]["documents/bugs/BUG-042/ledger.jsonl"]
    lines = [json.loads(line) for line in text.splitlines()]
    return [line["evidence"].split(":")[1] for line in lines if line["kind"] == "notified"]


def test_what_was_told_is_recorded_in_the_next_round() -> None:
    """Behind everything else, and once; the run after finds nothing to do."""
    memory = urgent()
    result = work(memory, reach=EVERYWHERE)
    assert told(memory) == [
        ("page", ("pager",)),
        ("reported", ("all-hands", "incidents")),
        ("breached", ("incidents",)),
    ]
    assert sorted(notified(memory)) == ["breached", "page", "reported"]
    assert (result.reason, result.left) == (Reason.DONE, ())
    places = [isinstance(item, Notify) for item in memory.log]
    assert not any(places[: places.index(True)])
    assert isinstance(memory.log[places.index(True) + 3], AppendLedger)
    before = len(memory.log)
    assert work(memory, reach=EVERYWHERE).reason is Reason.NOTHING_TO_DO
    assert len(memory.log) == before
    unheard, deferring = urgent(), urgent()
    work(unheard)
    work(deferring, defer=True, reach=EVERYWHERE)
    assert told(unheard) == told(deferring) == []


def test_nobody_who_takes_it_changes_nothing() -> None:
    """A run that reached none is done like any other, and says so; what is missing is tried later."""
    memory = urgent()
    memory.takers, memory.deaf = (), ("slack",)
    result = work(memory, reach=EVERYWHERE)
    assert (result.reason, result.left, result.leaves_a_gate) == (Reason.DONE, (), False)
    assert len(notified(memory)) == 3
    again = work(memory, reach=EVERYWHERE)
    assert [item.only for item in memory.log if isinstance(item, Notify)][3:] == [("slack",)] * 3
    assert again.left == ()


def test_where_the_ledger_is_refused_only_the_pager_is_told() -> None:
    """Once a run; that the rest was not told is nothing left undone."""
    memory = urgent()
    work(memory)
    memory.issues[42] = replace(
        memory.issues[42], comments=(*memory.issues[42].comments, comment("/channel incident-42", author=BO))
    )
    memory.faults = [(AppendLedger, Forbidden("Resource not accessible by integration"), False)] * 9
    result = work(memory, reach=EVERYWHERE)
    assert told(memory) == [("page", ("pager",))]
    assert result.reason is Reason.LEDGER_UNWRITABLE
    assert not [effect for effect in result.left if isinstance(effect, Notify)]


def test_where_github_gives_up_the_pager_is_told_all_the_same() -> None:
    """Five tries, and then whoever is to be woken is."""
    memory = urgent()
    memory.faults = [(AppendLedger, Transient("502 Bad Gateway"), False)] * 20
    result = work(memory, reach=EVERYWHERE)
    assert told(memory) == [("page", ("pager",))]
    assert result.reason is Reason.GITHUB_UNAVAILABLE
    assert not [effect for effect in result.left if isinstance(effect, Notify)]


def test_a_dry_run_tells_nobody() -> None:
    """It lists whom it would."""
    memory = urgent()
    work(memory)
    result = work(memory, dry_run=True, reach=EVERYWHERE)
    assert told(memory) == []
    assert [effect.event for effect in result.left if isinstance(effect, Notify)] == [
        "page",
        "reported",
        "breached",
    ]
