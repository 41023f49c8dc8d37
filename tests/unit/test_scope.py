"""How far a run looks: enough for a right verdict, and no further than a stranger's links would lead it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.assembly import MOST_FIXES, assemble
from bugaction.config import load
from bugaction.decide import Request, decide
from bugaction.links import all_ties
from bugaction.model import RecordKind, Role
from bugaction.plan import AppendLedger, CreateComment, Level, Plan, Reason, SetStatus
from bugaction.policy import Policy
from bugaction.ports import Expectations, Targets
from bugaction.questions import AskBug, AskCommits, AskPull, AskReview, Question
from bugaction.reconcile import Reconciler, WorkResult
from bugaction.scope import scope_of
from bugaction.snapshot import EntryKind, IssueState, MergeGroup, PullState, Snapshot, StatusState
from bugaction.templates import load_templates
from bugaction.tracking import Since
from tests.examples import examples
from tests.memory import Memory
from tests.unit.test_reconcile import FORM, analysed
from tests.values import (
    ANA,
    BO,
    T0,
    at,
    comment,
    commit_by,
    facts,
    issue,
    labeled,
    line,
    pull,
    ready,
    snapshot,
)

TEMPLATES = load_templates()


def work(memory: Memory, targets: Targets) -> WorkResult:
    """One run for these targets."""
    reconciler = Reconciler(
        reader_for=memory.reader_for, writer=memory, clock=lambda: at(60), sleep=lambda _: None
    )
    return reconciler.work(targets, Expectations(), Request(templates=TEMPLATES))


def everything(memory: Memory) -> Plan:
    """What is decided with every issue and pull request read in full; commits are read of open ones."""
    world = Snapshot(
        repository=memory.repository(),
        bugs={number: memory.facts(number) for number in memory.issues},
        pulls={
            number: memory.detailed(number) if item.state is PullState.OPEN else replace(item, commits=None)
            for number, item in memory.pulls.items()
        },
    )
    while True:
        plan = decide(world, load(None, ""), at(60), Request(templates=TEMPLATES))
        if not plan.questions:
            return plan
        world = memory.answer(world, plan.questions)


def test_a_pull_request_that_was_merged_leads_to_what_it_fixed() -> None:
    """Its bug is on its way to production from then on, whoever's event tells of it."""
    memory = world({7: [1]}, bugs=2)
    memory.pulls[7] = replace(memory.pulls[7], state=PullState.MERGED, merged_at=at(30), merge_oid="f" * 40)
    (bug,) = work(memory, Targets(pulls=(7,))).plan.bugs
    assert (bug.number, bug.phase) == (1, "verification")


@pytest.mark.parametrize("targets", [Targets(items=(7,)), Targets(pulls=(7,))], ids=["comment", "merge"])
def test_a_word_on_a_merged_fix_is_heard_by_what_it_fixed(targets: Targets) -> None:
    """Said behind the merge, or before it and not read until then: once, with an answer. A commit that has
    landed takes no word any more, which is said."""
    memory = world({7: [1]}, bugs=1)
    said = [
        comment("/attest minimal-change 0000000 it is generated", ident=901, author=BO, minutes=50),
        comment("/regression the cart is empty", ident=902, author=BO, minutes=55),
    ]
    landed = replace(memory.pulls[7], state=PullState.MERGED, merged_at=at(52), merge_oid="f" * 40)
    memory.pulls[7] = replace(landed, comments=tuple(said))
    work(memory, targets)
    ledger = memory.facts(1).ledger
    found = [(each.data["name"], each.accepted) for each in ledger.lines if each.kind is RecordKind.COMMAND]
    assert found == [("attest", False), ("regression", True)]
    refused, heard, reply = memory.pulls[7].comments
    assert [*refused.reactions, *heard.reactions] == ["CONFUSED", "ROCKET"]
    assert "no open pull request fixes this bug" in reply.body
    written = len(memory.log)
    work(memory, targets)
    assert len(memory.log) == written


@pytest.mark.parametrize(("changed", "is_heard"), [(55, True), (60 - 24 * 60 - 1, False), (None, False)])
def test_a_word_on_a_merged_fix_is_heard_by_the_bug_s_other_events(
    changed: float | None, is_heard: bool
) -> None:
    """Where the run that it began gave up: what is said there is read as long as it can be heard."""
    memory = world({7: [1]}, bugs=1)
    landed = replace(memory.pulls[7], state=PullState.MERGED, merged_at=at(52), merge_oid="f" * 40)
    said = comment("/regression the cart is empty", author=BO, minutes=55)
    touched = at(changed) if changed is not None else None
    memory.pulls[7] = replace(landed, comments=(said,), updated_at=touched)
    work(memory, Targets(issues=(1,)))
    ledger = memory.facts(1).ledger
    assert any(each.data.get("name") == "regression" for each in ledger.lines) is is_heard


def test_so_many_merged_pull_requests_are_read_for_what_is_said_there() -> None:
    """Whoever wrote one may say in its text that it fixes any bug: those that are recorded come first."""
    numbers = range(100, 101 + MOST_FIXES)
    landed = [replace(pull(each, state=PullState.MERGED), updated_at=at(50)) for each in numbers]
    link = line(RecordKind.LINK, "PR_115", pull="115")
    seen = snapshot(facts(issue(), lines=[link], pulls=numbers), pulls=landed)
    found = assemble(seen.bugs[42], seen, Policy(), at(60), at(0))
    assert found is not None
    asked = {each.number for each in found.questions if isinstance(each, AskPull)}
    assert asked == {*range(100, 99 + MOST_FIXES), 115}
    gone = replace(seen.answers, missing_pulls=frozenset(numbers))
    found = assemble(seen.bugs[42], seen.with_answers(gone), Policy(), at(60), at(0))
    assert found is not None
    assert not any(isinstance(each, AskPull) for each in found.questions)


def test_a_word_on_a_merged_pull_request_that_fixes_nothing_is_nobody_s() -> None:
    """Neither a line nor an answer."""
    memory = world({7: []}, bugs=1)
    landed = replace(memory.pulls[7], state=PullState.MERGED, merged_at=at(52), merge_oid="f" * 40)
    memory.pulls[7] = replace(landed, comments=(comment("/regression it broke", author=BO, minutes=55),))
    assert work(memory, Targets(items=(7,))).plan.bugs == ()
    assert memory.log == []


def posted(memory: Memory, pull_number: int) -> dict[str, StatusState]:
    """The statuses on a pull request's head."""
    return {item.context: item.state for item in memory.pulls[pull_number].statuses}


def world(links: Mapping[int, list[int]], *, bugs: int) -> Memory:
    """Issues from 1 on, all P2 and triaged but for somebody's acceptance; `links` is what each pull fixes."""
    memory = Memory(roles={"ana": Role.MAINTAIN, "bo": Role.WRITE}, labels={"P2"})
    for number in range(1, bugs + 1):
        memory.issues[number] = issue(number, labels=["P2"], body=FORM, assignees=[BO])
    for number, closing in links.items():
        memory.pulls[number] = pull(number, closing=closing, head_oid=f"{number:040x}")
    return memory


def chain(length: int) -> Memory:
    """Bug 1, whose fix fixes bug 2 too, whose other fix fixes bug 3 too, and so on."""
    links = {100 + number: [number, number + 1] for number in range(1, length + 1)}
    return world(links, bugs=length + 1)


@pytest.mark.parametrize("targets", [Targets(issues=(1,)), Targets(pulls=(101,))], ids=["issue", "pull"])
def test_a_chain_of_links_holds_nobody_up(targets: Targets) -> None:
    """Anybody may write one that is as long as they like: the run decides what it is about."""
    memory = chain(12)
    result = work(memory, targets)
    assert result.reason is Reason.DONE
    gate = memory.pulls[101].status("bugaction/gate")
    assert gate is not None
    assert "BUG-001" in gate.description
    assert posted(memory, 103) == {}
    assert result.plan.questions == frozenset()


def test_a_bug_read_for_a_verdict_is_kept_up_to_date() -> None:
    """Bug 2 holds bug 1's fix: its comment and records are written. Bug 3 is nobody's business here."""
    memory = chain(12)
    work(memory, Targets(issues=(1,)))
    written = {effect.number for effect in memory.log if isinstance(effect, CreateComment)}
    assert written == {1, 2}
    recorded = {path for effect in memory.log if isinstance(effect, AppendLedger) for path in effect.files}
    assert "documents/bugs/BUG-002/ledger.jsonl" in recorded
    assert "documents/bugs/BUG-003/ledger.jsonl" not in recorded


def test_a_comment_on_one_fix_tells_the_other_one() -> None:
    """A command on a pull request is about its bug, and so about every pull request that fixes it."""
    memory = world({101: [1], 102: [1]}, bugs=1)
    memory.pulls[101] = replace(memory.pulls[101], comments=(comment("/accept", author=BO, number=101),))
    work(memory, Targets(pulls=(101,)))
    assert posted(memory, 102)["bugaction/triage"] is StatusState.SUCCESS


def test_another_pull_request_on_the_head_counts_with_its_bugs() -> None:
    """A status belongs to a commit: what holds the other one holds this one, whatever bug that fixes."""
    memory = world({101: [1], 102: [2]}, bugs=2)
    memory.pulls[102] = replace(memory.pulls[102], head_oid=memory.pulls[101].head_oid)
    accepted = replace(labeled("bo", minutes=3, actor=BO, kind=EntryKind.ASSIGNED), value="bo")
    memory.issues[1] = replace(memory.issues[1], timeline=(*memory.issues[1].timeline, accepted))
    work(memory, Targets(issues=(1,)))
    gate = memory.pulls[101].status("bugaction/triage")
    assert gate is not None
    assert (gate.state, gate.description) == (
        StatusState.FAILURE,
        "BUG-002: bo has not accepted",
    )


def test_a_commit_and_a_merge_group_name_their_pull_requests() -> None:
    """Targets by head and by group are targets as those by number are."""
    pulls = [pull(7, head_oid="c" * 40), pull(8, closing=[43], head_oid="d" * 40)]
    seen = snapshot(pulls=pulls)
    by_head = scope_of(seen, Policy(), at(60), Since(T0), Targets(shas=("d" * 40,)), ties=all_ties(seen))
    assert (by_head.pulls, by_head.questions) == ((8,), frozenset({AskBug(43)}))
    grouped = replace(seen, group=MergeGroup("e" * 40, "ref", (7,)))
    of_group = Targets(group=("e" * 40, "ref", "base"))
    assert scope_of(grouped, Policy(), at(60), Since(T0), of_group, ties=all_ties(seen)).pulls == (7,)


def test_a_target_that_is_no_bug_is_looked_at_with_its_pull_requests() -> None:
    """They may have been red while it was one."""
    seen = snapshot(
        facts(issue(labels=[]), pulls=[7]), pulls=[pull(7), pull(8, closing=[], head_oid="d" * 40)]
    )
    found = scope_of(seen, Policy(), at(60), Since(T0), Targets(issues=(42,)), ties=all_ties(seen))
    assert (found.pulls, dict(found.bugs)) == ((7,), {})


BUGS = 6
PULLS = range(101, 108)


@st.composite
def graphs(draw: st.DrawFn) -> Memory:
    """Any links between a few bugs and pull requests, some on one head, some closed, some an acceptance."""
    memory = world({}, bugs=BUGS)
    for number in range(1, BUGS + 1):
        subject = memory.issues[number]
        if draw(st.booleans()):
            entry = replace(labeled("bo", minutes=3, actor=BO, kind=EntryKind.ASSIGNED), value="bo")
            subject = replace(subject, timeline=(*subject.timeline, entry))
        if draw(st.integers(0, 5)) == 0:
            subject = replace(subject, labels=(), timeline=(), body="No bug.")
        if draw(st.integers(0, 5)) == 0:
            subject = replace(subject, state=IssueState.COMPLETED)
        memory.issues[number] = subject
    for number in PULLS:
        author = draw(st.sampled_from([ANA, BO]))
        memory.pulls[number] = replace(
            pull(number, closing=draw(st.lists(st.integers(1, BUGS + 1), unique=True, max_size=3))),
            head_oid=draw(st.sampled_from("abcde")) * 40,
            state=draw(st.sampled_from([PullState.OPEN, PullState.OPEN, PullState.CLOSED, PullState.MERGED])),
            author=author,
            commits=(commit_by(author),) if draw(st.booleans()) else (),
        )
    return memory


@examples(15)
@given(graphs(), st.one_of(st.integers(1, BUGS), st.sampled_from(PULLS)))
def test_what_a_run_decides_is_what_knowing_everything_decides(memory: Memory, target: int) -> None:
    """For its own pull requests and each that fixes its bug, and on any graph of links."""
    before = {number: posted(memory, number) for number in memory.pulls}
    is_pull = target in memory.pulls
    result = work(memory, Targets(pulls=(target,)) if is_pull else Targets(issues=(target,)))
    assert result.reason in (Reason.DONE, Reason.NOTHING_TO_DO, Reason.NOT_A_BUG)
    ours = {
        number
        for number, item in memory.pulls.items()
        if item.state is PullState.OPEN and (number == target or target in item.closing)
    }
    heads = {memory.pulls[number].head_oid for number in ours}
    left = [effect for effect in everything(memory).effects if isinstance(effect, SetStatus)]
    assert [effect for effect in left if effect.oid in heads] == []
    assert all("bugaction/gate" in posted(memory, number) for number in ours)
    asked = {verdict.number for verdict in result.plan.pulls}
    assert ours <= asked
    for number, item in memory.pulls.items():
        if number not in asked and item.head_oid not in {memory.pulls[other].head_oid for other in asked}:
            assert posted(memory, number) == before[number]


@examples(10)
@given(graphs(), st.integers(1, BUGS))
def test_a_second_run_changes_nothing(memory: Memory, target: int) -> None:
    """However the links go round."""
    work(memory, Targets(issues=(target,)))
    written = len(memory.log)
    work(memory, Targets(issues=(target,)))
    assert memory.log[written:] == []


def test_an_unlink_on_the_issue_reaches_its_pull_request() -> None:
    """The run is about the bug alone; what it lets go of gets its status all the same, and back again."""
    memory = world({7: [1]}, bugs=1)
    work(memory, Targets(issues=(1,)))
    assert posted(memory, 7)["bugaction/gate"] is StatusState.FAILURE
    words = [comment("/unlink #7 it only mentions it", author=ANA, number=1, minutes=5, ident=1)]
    for expected, said in ((StatusState.SUCCESS, ""), (StatusState.FAILURE, "/undo")):
        if said:
            words.append(comment(said, author=ANA, number=1, minutes=6, ident=2))
        kept = memory.issues[1].comments
        known = {item.id for item in kept}
        fresh = tuple(item for item in words if item.id not in known)
        memory.issues[1] = replace(memory.issues[1], comments=(*kept, *fresh))
        work(memory, Targets(issues=(1,)))
        assert posted(memory, 7)["bugaction/gate"] is expected
        assert everything(memory).effects == ()


def test_a_duplicate_brings_its_original_along() -> None:
    """For the pull request that fixes it, whatever the run is about; the original alone reaches it later."""
    memory = world({7: [1]}, bugs=2)
    words = comment("/duplicate #2", author=ANA, number=1, ident=1)
    memory.issues[1] = replace(memory.issues[1], comments=(words,))
    work(memory, Targets(issues=(1,)))
    (status,) = [item for item in memory.pulls[7].statuses if item.context == "bugaction/gate"]
    assert "BUG-002" in status.description
    assert everything(memory).effects == ()
    accept = comment("/accept", author=BO, number=2, ident=2)
    memory.issues[2] = replace(memory.issues[2], comments=(*memory.issues[2].comments, accept))
    work(memory, Targets(issues=(2,)))
    assert posted(memory, 7)["bugaction/triage"] is StatusState.SUCCESS


# Many pull requests for one bug -------------------------------------------------------------------------

FLOOD = 60
GATE = "bugaction/gate"


@dataclass
class Counting(Memory):
    """A world that keeps which pull requests were read in full, run by run."""

    reviewed: set[int] = field(default_factory=set)
    walked: set[int] = field(default_factory=set)

    def _answered(self, snapshot: Snapshot, questions: Iterable[Question]) -> Snapshot:
        asked = list(questions)
        self.reviewed |= {ask.pull for ask in asked if isinstance(ask, AskReview)}
        self.walked |= {ask.pull for ask in asked if isinstance(ask, AskCommits)}
        return super()._answered(snapshot, asked)

    def run(self, targets: Targets) -> tuple[WorkResult, set[int], set[int]]:
        """A run, and which pull requests were asked for reviews and for commits."""
        self.reviewed, self.walked = set(), set()
        return work(self, targets), self.reviewed, self.walked


def flooded() -> Counting:
    """Bug 42, with which nothing is wrong, and pull requests that fix it, each of which could be merged."""
    kept = analysed()
    memory = Counting(**{item.name: getattr(kept, item.name) for item in fields(kept)})
    numbers = range(100, 100 + FLOOD)
    memory.pulls = {number: ready(number, head_oid=f"{number:040x}") for number in numbers}
    return memory


def green(memory: Memory) -> set[int]:
    """The pull requests that may be merged."""
    states = {number: posted(memory, number).get(GATE) for number in memory.pulls}
    return {number for number, state in states.items() if state is StatusState.SUCCESS}


def test_of_a_flood_so_many_are_read_and_the_others_held() -> None:
    """The oldest, so that whoever comes later takes nobody's place; the others say what to do."""
    memory = flooded()
    result, reviewed, walked = memory.run(Targets(issues=(42,)))
    oldest = set(range(100, 100 + MOST_FIXES))
    assert (reviewed, walked) == (oldest, oldest)
    assert green(memory) == oldest
    (held,) = {
        item.description
        for number in memory.pulls.keys() - oldest
        for item in memory.pulls[number].statuses
        if item.context == GATE
    }
    assert held == (
        f"Undecided: {FLOOD} open pull requests name #42, not all are looked at; "
        "close some, or comment /recheck on this one"
    )
    (notice,) = [item for item in result.notices if "60 open pull requests" in item.text]
    assert notice.level is Level.WARNING
    assert memory.run(Targets(issues=(42,)))[0].applied == ()


def test_a_run_about_one_of_a_flood_reads_that_one() -> None:
    """By its own event it gets its own verdict, which the next event of another pull request leaves alone;
    what happens to the bug holds it again."""
    memory = flooded()
    memory.run(Targets(issues=(42,)))
    oldest = set(range(100, 100 + MOST_FIXES))
    for late in (150, 151):
        _, reviewed, _ = memory.run(Targets(pulls=(late,)))
        assert reviewed == {*oldest, late}
    assert green(memory) == {*oldest, 150, 151}
    memory.run(Targets(issues=(42,)))
    assert green(memory) == oldest


def test_a_command_on_one_of_a_flood_holds_the_others() -> None:
    """What was said there may change what the bug asks for: a green of before does not outlast it."""
    memory = flooded()
    memory.run(Targets(pulls=(150,)))
    assert 150 in green(memory)
    memory.pulls[151] = replace(
        memory.pulls[151], comments=(comment("/severity P1 worse", author=ANA, number=151, minutes=55),)
    )
    memory.run(Targets(pulls=(151,)))
    assert green(memory) == set()


def test_the_links_of_a_flood_lead_nowhere() -> None:
    """What those name that are not read is read by their own events."""
    memory = flooded()
    memory.issues[43] = issue(43, labels=["P2"], body=FORM, assignees=[BO])
    memory.pulls[159] = replace(memory.pulls[159], closing=(42, 43))
    result, _, _ = memory.run(Targets(issues=(42,)))
    assert [verdict.number for verdict in result.plan.bugs] == [42]


def test_many_who_name_a_plain_issue_are_held_by_nothing() -> None:
    """A flood is one of a bug's fixes: what is no bug keeps nobody from merging."""
    memory = flooded()
    memory.issues[50] = issue(50, labels=[], timeline=[])
    memory.pulls = {number: replace(item, closing=(50,), body="") for number, item in memory.pulls.items()}
    result, _, walked = memory.run(Targets(issues=(50,)))
    assert walked == set(range(100, 100 + MOST_FIXES)) == green(memory)
    assert all(not posted(memory, number) for number in memory.pulls.keys() - walked)
    assert [item.text for item in result.notices if "open pull requests" in item.text] == []


def test_whoever_was_unlinked_takes_nobody_s_place() -> None:
    """Unlinking the older ones lets the newer ones in."""
    memory = flooded()
    words = [
        comment(f"/unlink #{number} no fix", author=ANA, minutes=51, ident=number)
        for number in range(100, 100 + MOST_FIXES)
    ]
    memory.issues[42] = replace(memory.issues[42], comments=(*memory.issues[42].comments, *words))
    memory.run(Targets(issues=(42,)))
    memory.run(Targets(issues=(42,)))
    later = 100 + MOST_FIXES
    assert set(range(later, later + MOST_FIXES)) <= green(memory)


def test_as_many_fixes_as_are_read_are_no_flood() -> None:
    """The bound itself is allowed."""
    memory = flooded()
    memory.pulls = dict(list(memory.pulls.items())[:MOST_FIXES])
    result, _, _ = memory.run(Targets(issues=(42,)))
    assert green(memory) == set(memory.pulls)
    assert [item.text for item in result.notices if "open pull requests" in item.text] == []
