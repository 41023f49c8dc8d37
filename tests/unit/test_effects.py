"""What is written for a bug: labels, comment, ledger; only what differs, and once."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bugaction.assembly import assemble
from bugaction.closing import Step
from bugaction.config import load
from bugaction.decide import Request, decide
from bugaction.effects import _turned, first_ledgers, ledger_effects, merged_commits
from bugaction.links import ties_of
from bugaction.model import Actor, LedgerFile, LedgerLine, RecordKind, Role
from bugaction.plan import (
    AddAssignees,
    AddLabels,
    AppendLedger,
    CloseIssue,
    CommitFiles,
    CreateComment,
    CreateLabel,
    DeleteComment,
    EditComment,
    Effect,
    FileChange,
    Plan,
    React,
    RemoveLabels,
    ReopenIssue,
)
from bugaction.policy import Policy
from bugaction.questions import AskBug, AskDeployment, AskEdits, AskLabel
from bugaction.records import parse_ledger, parse_links
from bugaction.snapshot import (
    Comment,
    Deployment,
    Edit,
    Entry,
    EntryKind,
    IssueState,
    PullState,
    Rollout,
    Snapshot,
    StatusState,
)
from bugaction.templates import load_templates
from bugaction.tracking import STICKY_MARKER, ledger_mark
from tests.unit.bugs import bug
from tests.values import (
    ANA,
    BASE,
    T0,
    VIEWER,
    at,
    changed,
    comment,
    facts,
    issue,
    labeled,
    line,
    pull,
    quiet,
    ready,
    repository,
    snapshot,
)

ROLES = {"ana": Role.MAINTAIN}
KNOWN: dict[str, str | None] = {
    "phase: triage": "LA_T",
    "p1": "LA_P1",
    "sla: at-risk": "LA_R",
    "sla: breached": "LA_B",
}


REQUEST = Request(templates=load_templates())


def plan(world: Snapshot, request: Request = REQUEST, minutes: float = 30) -> Plan:
    """The decision with every default, where nothing went on before the bug: texts wait for that answer."""
    questions = decide(world, load(None, "x"), at(minutes), request).questions
    return decide(quiet(world, questions), load(None, "x"), at(minutes), request)


def only(found: Plan, *kinds: type[Effect]) -> list[Effect]:
    """The plan's effects of these kinds."""
    return [effect for effect in found.effects if isinstance(effect, kinds)]


def test_a_label_is_looked_up_before_it_is_put_on() -> None:
    """Its node id is needed; where the repository lacks it, it is made with colour and description."""
    asked = plan(snapshot(facts(), roles=ROLES))
    assert AskLabel("phase: triage") in asked.questions
    assert only(asked, AddLabels, CreateLabel) == []
    (added,) = only(plan(snapshot(facts(), roles=ROLES, labels=KNOWN)), AddLabels, CreateLabel)
    assert added == AddLabels("I_42", 42, ("phase: triage",), ("LA_T",))
    made = only(plan(snapshot(facts(), roles=ROLES, labels={"phase: triage": None})), CreateLabel, AddLabels)
    assert [type(effect) for effect in made] == [CreateLabel, AddLabels]


def test_one_phase_label_replaces_the_other() -> None:
    """A phase that is over comes off in the same run."""
    subject = issue(labels=["P1", "phase: root-cause"], timeline=[labeled("P1")])
    found = plan(snapshot(facts(subject), roles=ROLES, labels=KNOWN))
    (removed,) = only(found, RemoveLabels)
    assert removed == RemoveLabels("I_42", 42, ("phase: root-cause",), ("LA_phase: root-cause",))


def test_clocks_show_as_one_label_or_none() -> None:
    """At risk from three quarters of the target on, breached once it is used up; a later run adds nothing."""
    known = {**KNOWN, "phase: root-cause": "LA_C"}

    def changes(minutes: float, *on: str) -> list[Effect]:
        subject = issue(labels=["P1", "phase: triage", *on], timeline=[labeled("P1")])
        found = plan(snapshot(facts(subject), roles=ROLES, labels=known), minutes=minutes)
        return only(found, AddLabels, RemoveLabels, CreateLabel)

    assert changes(44) == []
    assert changes(45) == [AddLabels("I_42", 42, ("sla: at-risk",), ("LA_R",))]
    assert changes(59, "sla: at-risk") == []
    assert changes(60, "SLA: at-risk") == [
        RemoveLabels("I_42", 42, ("SLA: at-risk",), ("LA_SLA: at-risk",)),
        AddLabels("I_42", 42, ("sla: breached",), ("LA_B",)),
    ]
    assert changes(9_000, "sla: breached") == []


def test_a_clock_s_label_is_ours() -> None:
    """Somebody else's comes off; it is off a closed bug; where the repository lacks it, it is made."""
    put = issue(labels=["P1", "phase: triage", "sla: breached"], timeline=[labeled("P1")])
    (removed,) = only(plan(snapshot(facts(put), roles=ROLES, labels=KNOWN)), RemoveLabels, AddLabels)
    assert removed == RemoveLabels("I_42", 42, ("sla: breached",), ("LA_sla: breached",))
    shut = replace(put, state=IssueState.NOT_PLANNED, labels=put.labels)
    gone = only(
        plan(snapshot(facts(shut), roles=ROLES, labels={"phase: closed": "LA_X"}), minutes=99), RemoveLabels
    )
    assert [effect.names for effect in gone if isinstance(effect, RemoveLabels)] == [
        ("phase: triage", "sla: breached")
    ]
    bare = issue(labels=["P1", "phase: triage"], timeline=[labeled("P1")])
    lacking: dict[str, str | None] = {"sla: breached": None}
    made = only(plan(snapshot(facts(bare), roles=ROLES, labels=lacking), minutes=60), CreateLabel)
    assert [effect.name for effect in made if isinstance(effect, CreateLabel)] == ["sla: breached"]


def test_the_comment_is_made_once_and_edited_when_it_differs() -> None:
    """Found by author and marker; line ends and a trimmed end are no difference."""
    (made,) = only(plan(snapshot(facts(), roles=ROLES, labels=KNOWN)), CreateComment)
    assert isinstance(made, CreateComment)
    same = comment(made.body.replace("\n", "\r\n").rstrip(), author=VIEWER)
    settled = plan(snapshot(facts(issue(comments=[same])), roles=ROLES, labels=KNOWN))
    assert only(settled, CreateComment, EditComment) == []
    old = comment(f"{STICKY_MARKER}\nold", author=VIEWER)
    (edited,) = only(plan(snapshot(facts(issue(comments=[old])), roles=ROLES, labels=KNOWN)), EditComment)
    assert isinstance(edited, EditComment)
    assert edited.id == old.id


def test_the_time_of_the_comment_is_that_of_its_last_change() -> None:
    """A later run that has nothing else to say leaves it as it is."""
    (made,) = only(plan(snapshot(facts(), roles=ROLES, labels=KNOWN)), CreateComment)
    assert isinstance(made, CreateComment)
    assert "<sub>As of 2026-11-24 09:30 UTC." in made.body
    known = snapshot(facts(issue(comments=[comment(made.body, author=VIEWER)])), roles=ROLES, labels=KNOWN)
    later = plan(known, minutes=59)
    assert only(later, CreateComment, EditComment) == []


def _ticked(request: Request) -> Plan:
    """A bug whose fix changes its workflows, once Mia has ticked that she has read them."""
    fix = replace(ready(), files=(changed(".github/workflows/ci.yml"), changed("tests/test_a.py")))
    roles = {"ana": Role.MAINTAIN, "mia": Role.MAINTAIN}

    def world(records: LedgerFile, *comments: Comment) -> Snapshot:
        bug = replace(facts(issue(comments=comments), pulls=[7]), ledger=records)
        return snapshot(bug, pulls=[replace(fix, links=LedgerFile())], roles=roles, labels=KNOWN)

    first = plan(world(LedgerFile()))
    (made,), (ledger,) = only(first, CreateComment), only(first, AppendLedger)
    assert isinstance(made, CreateComment)
    assert isinstance(ledger, AppendLedger)
    records = parse_ledger(ledger.files["documents/bugs/BUG-042/ledger.jsonl"], range(1, 9), 42)
    after = made.body.replace("- [ ] <!-- attest: checks", "- [x] <!-- attest: checks")
    assert after != made.body
    mia = Actor("mia")
    versions = (Edit("UCE_2", mia, at(50), after), Edit("UCE_1", VIEWER, at(40), made.body))
    ticked = replace(comment(after, author=VIEWER), editor=mia, edited_at=at(50))
    assert AskEdits(42, ticked.id) in plan(world(records, ticked)).questions
    return plan(world(records, replace(ticked, edits=versions)), request)


def test_a_tick_is_recorded_and_then_drawn() -> None:
    """The comment is written anew with who ticked it."""
    found = _ticked(REQUEST)
    assert len(only(found, AppendLedger)) == 1
    (edited,) = only(found, EditComment)
    assert isinstance(edited, EditComment)
    assert re.search(r"- \[x\] <!-- attest: checks c{40} -->.*: mia, 2026-11-24 09:50 UTC\n", edited.body)


@pytest.mark.parametrize(
    "request_",
    [replace(REQUEST, defer=True), replace(REQUEST, ledger_refused="no")],
    ids=["defer", "refused"],
)
def test_a_tick_that_is_not_recorded_is_left_where_it_is(request_: Request) -> None:
    """Once the comment is ours again, nobody could be told for it; and no gate is green for it."""
    found = _ticked(request_)
    assert only(found, AppendLedger, EditComment) == []
    (verdict,) = found.pulls
    states = {status.context: status.state for status in verdict.statuses}
    assert states["bugaction/fix"] is StatusState.FAILURE


def test_a_stranger_s_marker_is_not_our_comment() -> None:
    """Anybody can write it: ours is made beside it."""
    planted = comment(f"{STICKY_MARKER}\nAll gates hold!", author=ANA)
    found = plan(snapshot(facts(issue(comments=[planted])), roles=ROLES, labels=KNOWN))
    assert len(only(found, CreateComment)) == 1
    assert only(found, DeleteComment, EditComment) == []


def test_later_twins_are_removed() -> None:
    """Two runs made one each: the lowest id stays."""
    twins = [comment(f"{STICKY_MARKER}\nx", author=VIEWER, ident=ident) for ident in (20, 10)]
    found = plan(snapshot(facts(issue(comments=twins)), roles=ROLES, labels=KNOWN))
    assert only(found, DeleteComment) == [DeleteComment("IC_20")]


def test_a_closed_bug_gets_no_new_comment() -> None:
    """What was never shown needs no epilogue."""
    subject = issue(state=IssueState.COMPLETED)
    found = plan(snapshot(facts(subject), roles=ROLES, labels={"phase: closed": "LA_C"}))
    assert only(found, CreateComment) == []


def test_a_link_is_recorded_with_the_bug_and_with_the_pull_request() -> None:
    """In one commit with everything else that is new, and in no second one."""
    known = facts(pulls=[7])
    world = snapshot(known, pulls=[replace(pull(), links=LedgerFile())], roles=ROLES, labels=KNOWN)
    built = assemble(known, world, Policy(), at(60), T0)
    assert built is not None
    (ledger,) = ledger_effects(world, Policy(), [built.bug])
    assert set(ledger.files) == {"documents/bugs/BUG-042/ledger.jsonl", "documents/bugs/links/PR-7.jsonl"}
    assert ledger.expected_oid == "b" * 40
    assert '"bug":"42"' in ledger.files["documents/bugs/links/PR-7.jsonl"]
    settled = replace(built.bug, unrecorded=())
    assert ledger_effects(world, Policy(), [settled]) == ()


def test_a_link_that_the_pull_request_s_file_lacks_is_put_back() -> None:
    """It was read and does not hold what the bug's ledger holds; one that was not read is left alone."""
    first = snapshot(facts(pulls=[7]), pulls=[pull()], roles=ROLES, labels=KNOWN)
    built = assemble(first.bugs[42], first, Policy(), at(60), T0)
    assert built is not None
    known = replace(facts(), ledger=replace(built.bug.ledger, text="x\n"))
    for links, put_back in ((LedgerFile(), True), (None, False)):
        world = snapshot(known, pulls=[replace(pull(closing=[]), links=links)], roles=ROLES, labels=KNOWN)
        again = assemble(known, world, Policy(), at(60), T0)
        assert again is not None
        assert again.bug.unrecorded == ()
        found = ledger_effects(world, Policy(), [again.bug])
        assert [set(effect.files) for effect in found] == (
            [{"documents/bugs/links/PR-7.jsonl"}] if put_back else []
        )


def _answering(request: Request) -> tuple[list[React], str, list[AppendLedger]]:
    """A command by Ana, and the plan's reactions, comment and ledger for it."""
    subject = issue(comments=[comment("/accept")], assignees=[ANA])
    found = plan(snapshot(facts(subject), roles=ROLES, labels=KNOWN), request)
    (body,) = [
        effect.body
        for effect in found.effects
        if isinstance(effect, CreateComment) and effect.marker == STICKY_MARKER
    ]
    reactions = [effect for effect in found.effects if isinstance(effect, React)]
    return reactions, body, [effect for effect in found.effects if isinstance(effect, AppendLedger)]


def test_what_speaks_of_a_record_comes_along_with_it() -> None:
    """The reaction, and the comment's word on what the ledger holds once this is recorded."""
    reactions, body, (ledger,) = _answering(REQUEST)
    assert [reaction.content for reaction in reactions] == ["ROCKET"]
    text = ledger.files["documents/bugs/BUG-042/ledger.jsonl"]
    assert ledger_mark(42, parse_ledger(text, range(1, 99), 42).last) in body


@pytest.mark.parametrize(
    "request_",
    [replace(REQUEST, defer=True), replace(REQUEST, ledger_refused="no")],
    ids=["defer", "refused"],
)
def test_nothing_speaks_of_a_record_that_is_not_made(request_: Request) -> None:
    """Otherwise the next run would take it for one that was taken away."""
    reactions, body, ledgers = _answering(request_)
    assert (reactions, ledgers) == ([], [])
    assert "ledger.jsonl" not in body
    assert "bugaction:ledger" not in body


def test_without_a_records_branch_there_is_no_ledger_commit() -> None:
    """It is made first, in a round of its own."""
    known = facts()
    world = snapshot(known, roles=ROLES, repo=repository(records=None, records_meta=None))
    built = assemble(known, world, Policy(), at(60), T0)
    assert built is not None
    assert ledger_effects(world, Policy(), [built.bug]) == ()


@pytest.mark.parametrize(
    ("step", "turned"),
    [
        (Step.REOPEN, [ReopenIssue("I_42", 42)]),
        (Step.CLOSE, [CloseIssue("I_42", 42)]),
        (Step.LEAVE, []),
    ],
)
def test_an_issue_is_turned_as_it_was_decided(step: Step, turned: list[Effect]) -> None:
    """Opened again, closed since everything holds, or left."""
    assert _turned(bug(), step) == turned


def test_the_records_begin_with_what_is_new_alone() -> None:
    """A bug that is recorded already is not put into a first ledger once more."""
    known = facts(lines=[line(RecordKind.TRACKED, "I_42")])
    assert first_ledgers(snapshot(known), Policy(), [bug()]) == {}


def test_files_for_one_branch_go_out_in_one_commit() -> None:
    """Two bugs' documents, one atomic commit; another branch is another commit."""
    one = CommitFiles("main", "a", (FileChange("x", "1"),), "BUG-001: x", "r")
    two = CommitFiles("main", "a", (FileChange("y", "2"),), "BUG-002: y", "r")
    other = CommitFiles("r", "b", (FileChange("z", "3"),), "BUG-003: z")
    merged = merged_commits([one, two, other])
    assert [commit.branch for commit in merged] == ["main", "r"]
    assert [change.path for change in merged[0].files] == ["x", "y"]
    assert merged[0].message == "BUG-001: x\nBUG-002: y"


def test_what_is_about_one_bug_stands_in_one_line_of_the_message() -> None:
    """While it fits: a list of commits shows the first line alone."""
    files = (FileChange("x", "1"),)
    words = ("start the bug report v1.0", "refresh the facts of the release notes v1.0", "w" * 90)
    commits = [CommitFiles("main", "a" * 40, files, f"BUG-001: {text}") for text in words]
    (merged,) = merged_commits(commits)
    first, second = merged.message.split("\n")
    assert first == "BUG-001: start the bug report v1.0; refresh the facts of the release notes v1.0"
    assert second == f"BUG-001: {'w' * 90}"


def _decided(name: str, evidence: str, minutes: float, **data: str) -> LedgerLine:
    made = line(RecordKind.COMMAND, evidence, name=name, url="u")
    return replace(made, at=at(minutes), data={**made.data, **data})


UNLINK = _decided("unlink", "IC_1#x", 6, bug="42", pull="7", reason="only mentions it")
UNDO = _decided("undo", "IC_2#y", 7, undoes="IC_1#x", undone="unlink", bug="42", pull="7")


@pytest.mark.parametrize(
    ("state", "links", "is_listed"),
    [
        (PullState.OPEN, LedgerFile(), True),
        (PullState.OPEN, None, False),
        (PullState.MERGED, LedgerFile(), False),
    ],
    ids=["open", "its file was not read", "merged"],
)
def test_what_parts_and_joins_stands_in_the_pull_request_s_file_too(
    state: PullState, links: LedgerFile | None, is_listed: bool
) -> None:
    """Each once, so that the file alone can be understood; one that was not read is never replaced."""
    known = facts(lines=[UNLINK, UNDO])
    world = snapshot(known, pulls=[replace(pull(state=state), links=links)], roles=ROLES, labels=KNOWN)
    built = assemble(known, world, Policy(), at(60), T0)
    assert built is not None
    path = "documents/bugs/links/PR-7.jsonl"
    text = "".join(effect.files.get(path, "") for effect in ledger_effects(world, Policy(), [built.bug]))
    assert bool(text) is is_listed
    if not is_listed:
        return
    kept = parse_links(text, range(1, 9), 7)
    assert [(item.evidence, dict(item.data)) for item in kept.lines if item.kind is RecordKind.COMMAND] == [
        ("IC_1#x#42", {"bug": "42", "name": "unlink", "pull": "7"}),
        ("IC_2#y#42", {"bug": "42", "name": "undo", "pull": "7", "undoes": "IC_1#x#42"}),
    ]
    assert ties_of(replace(pull(closing=[]), links=kept), snapshot()).linked == (42,)
    again = snapshot(known, pulls=[replace(pull(), links=kept)], roles=ROLES, labels=KNOWN)
    assert ledger_effects(again, Policy(), [replace(built.bug, unrecorded=())]) == ()


DUPLICATE = _decided("duplicate", "IC_3#z", 6, duplicate="50")


def _entry(kind: EntryKind, minutes: float) -> Entry:
    return Entry(f"{kind}_{minutes}", kind, ANA, at(minutes))


@pytest.mark.parametrize(
    ("state", "timeline", "is_closed"),
    [
        (IssueState.OPEN, [], True),
        (IssueState.OPEN, [_entry(EntryKind.CLOSED, 2), _entry(EntryKind.REOPENED, 3)], True),
        (IssueState.OPEN, [_entry(EntryKind.CLOSED, 7), _entry(EntryKind.REOPENED, 8)], False),
        (IssueState.OPEN, [_entry(EntryKind.CLOSED, 7)], False),
        (IssueState.DUPLICATE, [_entry(EntryKind.CLOSED, 7)], False),
        (IssueState.COMPLETED, [], False),
    ],
    ids=["open", "opened again before", "opened again since", "lagging", "done", "closed already"],
)
def test_a_duplicate_is_closed_once(state: IssueState, timeline: list[Entry], is_closed: bool) -> None:
    """What a person does about it afterwards stands."""
    subject = issue(state=state, timeline=[labeled("P1"), *timeline])
    known = facts(subject, lines=[DUPLICATE])
    labels = KNOWN | {"phase: closed": "LA_C"}
    found = plan(snapshot(known, facts(issue(50)), roles=ROLES, labels=labels))
    assert only(found, CloseIssue) == ([CloseIssue("I_42", 42, "I_50")] if is_closed else [])


def test_a_duplicate_s_original_is_looked_up_to_close_it() -> None:
    """One that is gone by now closes nothing."""
    world = snapshot(facts(lines=[DUPLICATE]), roles=ROLES, labels=KNOWN)
    assert AskBug(50) in plan(world).questions
    gone = world.with_answers(replace(world.answers, missing=frozenset({50})))
    found = plan(gone)
    assert (AskBug(50) in found.questions, only(found, CloseIssue)) == (False, [])


@pytest.mark.parametrize(
    ("request_", "is_closed"),
    [(REQUEST, True), (replace(REQUEST, defer=True), False), (replace(REQUEST, ledger_refused="no"), False)],
    ids=["recorded", "defer", "refused"],
)
def test_nothing_is_closed_on_an_unrecorded_decision(request_: Request, is_closed: bool) -> None:
    """The decision is recorded before, or along with it."""
    subject = issue(comments=[comment("/duplicate #50")])
    found = plan(snapshot(facts(subject), facts(issue(50)), roles=ROLES, labels=KNOWN), request_)
    assert bool(only(found, CloseIssue)) is is_closed


@pytest.mark.parametrize(
    ("recorded", "answered", "logins"),
    [(False, False, [("ana",)]), (True, False, [("ana",)]), (True, True, [])],
    ids=["new", "lost on the way", "carried out"],
)
def test_a_command_assigns_until_it_is_answered(
    recorded: bool, answered: bool, logins: list[tuple[str, ...]]
) -> None:
    """The answer is written behind the assignment: where it stands, GitHub was asked once."""
    said = replace(comment("/accept"), reactions=frozenset({"ROCKET"} if answered else ()))
    subject = facts(issue(comments=[said]))
    if recorded:
        subject = replace(subject, ledger=LedgerFile(lines=(_recorded_accept(),)))
    found = plan(snapshot(subject, roles=ROLES, labels=KNOWN))
    assert [effect.logins for effect in found.effects if isinstance(effect, AddAssignees)] == logins


@pytest.mark.parametrize(
    "request_",
    [replace(REQUEST, defer=True), replace(REQUEST, ledger_refused="no")],
    ids=["defer", "refused"],
)
def test_nobody_is_assigned_by_an_unrecorded_word(request_: Request) -> None:
    """Whoever records it would find them assigned already, and not by that word."""
    world = snapshot(facts(issue(comments=[comment("/accept")])), roles=ROLES, labels=KNOWN)
    assert only(plan(world, request_), AddAssignees) == []


@pytest.mark.parametrize(("defer", "reopened"), [(True, False), (False, True)])
def test_a_close_that_is_about_to_be_held_shows_as_no_end(defer: bool, reopened: bool) -> None:
    """What may record nothing leaves the labels to what opens the issue again."""
    turned = Entry("CE_1", EntryKind.CLOSED, ANA, at(20), "completed", by_merge=True)
    subject = issue(state=IssueState.COMPLETED, timeline=[labeled("P1"), turned])
    merged = replace(pull(7, state=PullState.MERGED), merged_at=at(20), merge_oid="a" * 40)
    labels = {**KNOWN, "phase: closed": "LA_C", "phase: deployment": "LA_D"}
    world = snapshot(facts(subject, pulls=(7,)), pulls=[merged], roles=ROLES, labels=labels)
    request = replace(REQUEST, defer=defer)
    (asked,) = [each for each in plan(world, request).questions if isinstance(each, AskDeployment)]
    before = Deployment(
        f"{BASE}/deployments/1", "production", "main", "d" * 40, at(1), "success", ANA, arrived=at(1)
    )
    rollout = Rollout(asked, (before,), contains={("a" * 40, "d" * 40): False})
    found = plan(world.with_answers(replace(world.answers, rollouts={42: rollout})), request)
    assert bool(only(found, ReopenIssue)) is reopened
    added = [name for effect in found.effects if isinstance(effect, AddLabels) for name in effect.names]
    assert added == (["phase: deployment"] if reopened else [])


def _recorded_accept() -> LedgerLine:
    """The decision on Ana's `/accept`, as the run before recorded it."""
    subject = facts(issue(comments=[comment("/accept")]))
    before = assemble(subject, snapshot(subject, roles=ROLES), Policy(), at(60), T0)
    assert before is not None
    (found,) = (item for item in before.bug.unrecorded if item.kind is RecordKind.COMMAND)
    return found


def test_a_doubled_reply_is_removed() -> None:
    """Of two that say the same the lowest id stays."""
    said = "<!-- bugaction:reply:1 -->\nNo.\n"
    sticky = comment(f"{STICKY_MARKER}\nx", author=VIEWER, ident=10)
    twins = [comment(said, author=VIEWER, ident=ident) for ident in (20, 30)]
    found = plan(snapshot(facts(issue(comments=[sticky, *twins])), roles=ROLES, labels=KNOWN))
    assert only(found, DeleteComment) == [DeleteComment("IC_30")]
