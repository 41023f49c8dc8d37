"""The decision on plain facts: what stops everything, what every pull request hears, and that it is total."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.config import Loaded, load, load_file
from bugaction.decide import Request, decide
from bugaction.extended import Extended
from bugaction.model import LedgerFile, LedgerLine, RecordKind, Role
from bugaction.plan import (
    AppendLedger,
    CommitFiles,
    CreateComment,
    Level,
    Plan,
    Reason,
    SetStatus,
    StartRecords,
)
from bugaction.questions import AskBlob, AskBug, AskCommits, AskFiles, AskPull, AskReview, AskRole
from bugaction.records import format_lines, parse_ledger
from bugaction.snapshot import (
    Answers,
    Branch,
    BugFacts,
    Entry,
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
from bugaction.tracking import STICKY_MARKER, ledger_mark
from bugaction.verdicts import CONTEXTS
from tests.examples import examples
from tests.values import (
    ANA,
    BASE,
    BO,
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
    repository,
    snapshot,
    status,
)

PATH = ".github/bugaction.yml"
REQUEST = Request(templates=load_templates())
ROLES = {"ana": Role.MAINTAIN, "bo": Role.WRITE}
LABELS: dict[str, str | None] = {
    "p1": "LA_P1",
    "p2": "LA_P2",
    "phase: triage": "LA_T",
    "phase: root-cause": "LA_R",
}


def decided(world: Snapshot, config: str | None = None, request: Request = REQUEST) -> Plan:
    """The plan at an hour after the report."""
    file = TextFile(PATH, config, "main") if config is not None else None
    world = replace(world, repository=replace(world.repository, config=file))
    return decide(world, load(config, PATH), at(60), request)


def statuses(plan: Plan) -> dict[str, tuple[StatusState, str]]:
    """The statuses that the plan posts, by context."""
    return {
        effect.context: (effect.state, effect.description)
        for effect in plan.effects
        if isinstance(effect, SetStatus)
    }


def one_bug(**changes: object) -> Snapshot:
    """Issue 42, P1 by Ana, fixed by pull request 7."""
    world = snapshot(facts(issue(), pulls=[7]), pulls=[pull()], roles=ROLES, labels=LABELS)
    return replace(world, **changes)  # type: ignore[arg-type]


def test_a_bug_fix_hears_what_is_missing_first() -> None:
    """The first unmet requirement in words, and how many more."""
    assert statuses(decided(one_bug()))["bugaction/triage"] == (
        StatusState.FAILURE,
        "BUG-042: nobody is assigned (+3)",
    )


def test_a_pull_request_that_fixes_nothing_gets_success_on_the_roll_up_alone() -> None:
    """It must never wait for a status that nobody posts."""
    plan = decided(snapshot(pulls=[pull(closing=[])]))
    assert statuses(plan) == {"bugaction/gate": (StatusState.SUCCESS, "Not a bug fix")}


@pytest.mark.parametrize(
    ("report", "contexts"),
    [
        ("bugs", {"bugaction/gate"}),
        ("each", set(CONTEXTS)),
        ("rollup", {"bugaction/gate"}),
    ],
)
def test_what_is_reported_elsewhere_is_policy(report: str, contexts: set[str]) -> None:
    """`checks.report` for a pull request that fixes no bug."""
    config = f"version: 1\nchecks:\n  report: {report}\n"
    assert set(statuses(decided(snapshot(pulls=[pull(closing=[])]), config))) == contexts


def test_the_roll_up_alone_may_be_reported_on_bug_fixes() -> None:
    """`checks.report: rollup`, except where the gate's own status already stands on this head."""
    config = "version: 1\nchecks:\n  report: rollup\n"
    assert set(statuses(decided(one_bug(), config))) == {"bugaction/gate"}
    old = pull(statuses=[status("bugaction/triage", StatusState.FAILURE, "old")])
    assert set(statuses(decided(one_bug(pulls={7: old}), config))) == {"bugaction/gate", "bugaction/triage"}


def test_a_gate_that_stood_red_is_answered_when_the_pull_request_is_no_fix_any_more() -> None:
    """None of our contexts stays red for ever."""
    old = pull(closing=[], statuses=[status("bugaction/triage", StatusState.FAILURE, "old")])
    assert statuses(decided(snapshot(pulls=[old])))["bugaction/triage"] == (
        StatusState.SUCCESS,
        "Not a bug fix",
    )


def test_the_clocks_of_a_bug_are_told_unless_it_is_confidential() -> None:
    """Of that one the checklist alone is shown."""
    (bug,) = decided(snapshot(facts(), roles=ROLES, labels=LABELS)).bugs
    assert [clock.name for clock in bug.clocks] == ["respond", "root-cause", "fix"]
    secret = facts(issue(labels=["P1", "security"]))
    (hidden,) = decided(snapshot(secret, roles=ROLES, labels=LABELS)).bugs
    assert hidden.clocks == ()


def test_the_right_status_is_not_posted_again() -> None:
    """State, text and author are the same: nothing to do. A link that gained an anchor is no reason."""
    url = "https://github.com/octo/shop/issues/42"
    said = statuses(decided(one_bug()))
    ours = [
        status(context, state, text, url=f"{url}#issuecomment-1") for context, (state, text) in said.items()
    ]
    assert set(said) == set(CONTEXTS)
    assert not statuses(decided(one_bug(pulls={7: pull(statuses=ours)})))


def test_a_status_that_somebody_else_posted_under_our_name_is_replaced() -> None:
    """Green by another hand counts for nothing."""
    forged = Status("bugaction/gate", StatusState.SUCCESS, "All fine", "", BO)
    assert (
        statuses(decided(one_bug(pulls={7: pull(statuses=[forged])})))["bugaction/gate"][0]
        is StatusState.FAILURE
    )


def test_observing_is_green_and_says_what_it_would_have_blocked() -> None:
    """`mode: observe`."""
    state, text = statuses(decided(one_bug(), "version: 1\nmode: observe\n"))["bugaction/gate"]
    assert state is StatusState.SUCCESS
    assert text == "Observing, would block: BUG-042: nobody is assigned (+15)"


def test_an_invalid_configuration_fails_bug_fixes_with_its_place_and_passes_the_rest() -> None:
    """Closed for bug fixes; a pull request that fixes no bug passes with a warning."""
    world = one_bug(pulls={7: pull(), 8: pull(8, closing=[], head_oid="d" * 40)})
    plan = decided(world, "version: 1\nmode: off\n")
    by_head = {effect.oid: effect for effect in plan.effects if isinstance(effect, SetStatus)}
    assert by_head["c" * 40].state is StatusState.FAILURE
    assert f"{PATH} line 2" in by_head["c" * 40].description
    assert by_head["d" * 40].state is StatusState.SUCCESS
    assert "not valid" in by_head["d" * 40].description
    assert plan.reason is Reason.CONFIG_INVALID
    assert [(notice.file, notice.line) for notice in plan.notices if notice.level is Level.ERROR] == [
        (PATH, 2)
    ]
    assert all(isinstance(effect, SetStatus) for effect in plan.effects)


def test_a_pull_request_that_would_break_the_configuration_fails() -> None:
    """Its file is read as data; whether it is part of the change is asked first."""
    brings = replace(pull(closing=[]), head_config=TextFile(PATH, "version: 1\nmode: off\n"))
    asked = decided(snapshot(pulls=[brings]), "version: 1\n")
    assert AskFiles(7) in asked.questions
    state, text = statuses(
        decided(snapshot(pulls=[replace(brings, files=(changed(PATH),))]), "version: 1\n")
    )["bugaction/gate"]
    assert (state, text.startswith(f"Would break {PATH} line 2")) == (StatusState.FAILURE, True)
    untouched = decided(snapshot(pulls=[replace(brings, files=(changed("a.py"),))]), "version: 1\n")
    assert statuses(untouched)["bugaction/gate"][0] is StatusState.SUCCESS


def test_a_pull_request_of_more_files_than_github_lists_may_break_the_configuration() -> None:
    """What is not listed cannot be ruled out: a configuration at its head that is not valid fails it."""
    brings = replace(
        pull(closing=[]),
        head_config=TextFile(PATH, "version: 1\nmode: off\n"),
        files=(changed("a.py"),),
        changed_files=3001,
    )
    found = statuses(decided(snapshot(pulls=[brings]), "version: 1\n"))
    assert found["bugaction/gate"][0] is StatusState.FAILURE


@pytest.mark.parametrize(
    "loaded",
    [load("version: 1\nmode: off\n", PATH), load_file(None, "ops/bugs.yml")],
    ids=["wrong", "missing"],
)
def test_without_a_configuration_no_bug_is_too_old_to_hold_its_fix(loaded: Loaded) -> None:
    """`since` stands in the file that cannot be read: a first run must not take the bug for an old one."""
    world = one_bug(repository=repository(records=None, records_meta=None))
    state, text = statuses(decide(world, loaded, at(60), REQUEST))["bugaction/gate"]
    assert (state, text.startswith("Undecided: ")) == (StatusState.FAILURE, True)


def test_a_configuration_that_was_named_and_is_not_there_fails_bug_fixes() -> None:
    """As a wrong one does: the status names the path, and no line of a file that is not there."""
    world = one_bug(pulls={7: pull(), 8: pull(8, closing=[], head_oid="d" * 40)})
    plan = decide(world, load_file(None, "ops/bugs.yml"), at(60), REQUEST)
    by_head = {effect.oid: effect for effect in plan.effects if isinstance(effect, SetStatus)}
    assert by_head["c" * 40].state is StatusState.FAILURE
    assert by_head["c" * 40].description.startswith("Undecided: ops/bugs.yml: there is no such file")
    assert by_head["d" * 40].state is StatusState.SUCCESS
    assert plan.reason is Reason.CONFIG_INVALID
    assert [(notice.file, notice.line) for notice in plan.notices] == [("ops/bugs.yml", 0)]


def test_a_pull_request_that_takes_a_named_configuration_away_fails() -> None:
    """At the usual place it may go, and the defaults hold; at another one every bug fix would stop."""
    takes = replace(pull(closing=[]), head_config=None, files=(changed("ops/bugs.yml"), changed(PATH)))
    here = TextFile("ops/bugs.yml", "version: 1\n", "main")
    world = snapshot(pulls=[takes])
    named = replace(world, repository=replace(world.repository, config=here))
    plan = decide(named, load_file(here, here.path), at(60), REQUEST)
    state, text = statuses(plan)["bugaction/gate"]
    assert (state, text[:26]) == (StatusState.FAILURE, "Would break ops/bugs.yml: ")
    behind = replace(named, pulls={7: replace(takes, files=(changed("a.py"),))})
    assert statuses(decide(behind, load_file(here), at(60), REQUEST))["bugaction/gate"][0] is (
        StatusState.SUCCESS
    )
    assert statuses(decided(world, "version: 1\n"))["bugaction/gate"][0] is StatusState.SUCCESS


def test_two_pull_requests_on_one_head_share_the_worst_verdict() -> None:
    """A status belongs to a commit: the fix's red counts for the other one as well."""
    other = replace(pull(8, closing=[]), sharing=(7, 8))
    world = one_bug(pulls={7: replace(pull(), sharing=(7, 8)), 8: other})
    assert statuses(decided(world))["bugaction/gate"][0] is StatusState.FAILURE


def test_who_else_shares_the_head_is_asked() -> None:
    """A pull request that the snapshot does not hold may be the one that fixes a bug."""
    lonely = replace(pull(8, closing=[]), sharing=(7, 8))
    assert AskPull(7) in decided(snapshot(pulls=[lonely])).questions


def test_what_is_linked_but_not_read_is_asked() -> None:
    """The bug that a pull request names, its commits, the role of whoever set the severity."""
    plan = decided(snapshot(pulls=[pull(commits=None)]))
    assert {AskBug(42), AskCommits(7)} <= plan.questions
    assert AskRole("ana") in decided(snapshot(facts(issue()))).questions


def test_a_recorded_link_holds_without_a_word_of_it_in_the_text() -> None:
    """The keyword was deleted after the block: the record still says that it fixes the bug."""
    kept = LedgerFile(lines=(line(RecordKind.LINK, "PR_7", bug="42", pull="7"),))
    silent = replace(pull(closing=[]), links=kept)
    assert AskBug(42) in decided(snapshot(pulls=[silent])).questions
    world = snapshot(facts(issue()), pulls=[silent], roles=ROLES, labels=LABELS)
    assert statuses(decided(world))["bugaction/gate"][0] is StatusState.FAILURE


def test_a_recorded_link_to_an_issue_that_is_gone_holds_the_merge() -> None:
    """Deleting or transferring the issue opens nothing."""
    kept = LedgerFile(lines=(line(RecordKind.LINK, "PR_7", bug="42", pull="7"),))
    silent = replace(pull(closing=[]), links=kept)
    gone = replace(snapshot(pulls=[silent]), answers=Answers(missing=frozenset({42})))
    state, text = statuses(decided(gone))["bugaction/gate"]
    assert state is StatusState.FAILURE
    assert "issue #42 is gone" in text


def test_more_links_than_can_be_read_hold_the_merge() -> None:
    """A bug must not hide behind fifty plain issues."""
    many = replace(pull(closing=range(100, 160)))
    world = replace(snapshot(pulls=[many]), answers=Answers(missing=frozenset(range(100, 160))))
    assert statuses(decided(world))["bugaction/gate"][0] is StatusState.FAILURE


def test_a_stale_snapshot_fails_everybody_as_undecided() -> None:
    """Even a pull request that seems to fix nothing: what it fixes is not known."""
    request = replace(REQUEST, stale=("#42 has the label P1",))
    plan = decided(snapshot(pulls=[pull(closing=[])]), request=request)
    assert statuses(plan)["bugaction/gate"][0] is StatusState.FAILURE
    assert plan.reason is Reason.UNDECIDED_STALE


def test_what_cannot_be_decided_blocks_nothing_while_all_is_only_observed() -> None:
    """It says so; one severity that is enforced is enough to hold everybody."""
    request = replace(REQUEST, stale=("#42 has the label P1",))
    world = snapshot(pulls=[pull(closing=[])])
    observed = decided(world, "version: 1\nmode: observe\n", request=request)
    state, text = statuses(observed)["bugaction/gate"]
    assert (state, text.startswith("Observing, would block: Undecided")) == (StatusState.SUCCESS, True)
    config = "version: 1\nmode: observe\nseverities:\n  P0:\n    mode: enforce\n"
    enforced = decided(world, config, request=request)
    assert statuses(enforced)["bugaction/gate"][0] is StatusState.FAILURE


def test_a_vanished_records_branch_opens_nothing() -> None:
    """Our own comment links to the ledger, the branch is gone: undecided until a person decides."""
    path = "documents/bugs/BUG-042/ledger.jsonl"
    sticky = comment(f"<!-- bugaction:sticky v1 -->\n[ledger]({path})", author=VIEWER)
    world = replace(
        one_bug(bugs={42: facts(issue(comments=[sticky]), pulls=[7])}),
        repository=repository(records=None, records_meta=None),
    )
    plan = decided(world)
    assert plan.reason is Reason.RECORDS_MISSING
    assert statuses(plan)["bugaction/gate"][0] is StatusState.FAILURE
    again = decided(world, request=replace(REQUEST, restart=True))
    assert any(isinstance(effect, StartRecords) for effect in again.effects)


def test_records_begin_anew_without_a_bug_too() -> None:
    """A person's word was given: otherwise nothing would ever be decided again."""
    world = Snapshot(repository(records_meta_is_ours=False))
    (start,) = decided(world, request=replace(REQUEST, restart=True)).effects
    assert isinstance(start, StartRecords)
    assert decided(world).effects == ()


def _cut() -> Snapshot:
    """Our comment names a last decision that the ledger does not hold, and a person links our command."""
    sticky = comment(f"{STICKY_MARKER}\n{ledger_mark(42, '0' * 16)}", author=VIEWER)
    said = comment("/accept", ident=901)
    known = facts(issue(comments=[sticky, said]), lines=[line(RecordKind.TRACKED, "I_42")], pulls=[7])
    return one_bug(bugs={42: known})


def test_a_bug_whose_decisions_are_gone_is_undecided_and_left_as_it_is() -> None:
    """Red with the way back, a failed run, and nothing written that would cover it up."""
    plan = decided(_cut())
    assert plan.reason is Reason.RECORDS_MISSING
    assert {type(effect) for effect in plan.effects} == {SetStatus}
    state, text = statuses(plan)["bugaction/gate"]
    assert state is StatusState.FAILURE
    assert text == (
        "BUG-042: undecided, decisions on it are gone from bugaction/records; "
        "reset it to our last commit, or run start-records"
    )
    assert any("its last lines are missing" in notice.text for notice in plan.notices)


def test_a_mode_that_may_have_been_a_decision_is_not_followed() -> None:
    """Which severity the bug has is among what may be gone, so the strictest mode counts."""
    config = "version: 1\nseverities:\n  P1:\n    mode: observe\n"
    assert statuses(decided(_cut(), config))["bugaction/gate"][0] is StatusState.FAILURE
    observing = statuses(decided(_cut(), "version: 1\nmode: observe\n"))["bugaction/gate"]
    assert observing[0] is StatusState.SUCCESS
    assert "would block" in observing[1]


def test_a_person_s_word_takes_the_records_as_they_are() -> None:
    """It is recorded itself, with what was gone."""
    plan = decided(_cut(), request=replace(REQUEST, restart=True))
    (ledger,) = [effect for effect in plan.effects if isinstance(effect, AppendLedger)]
    assert ledger.lines[0].kind is RecordKind.RESTARTED
    assert ledger.lines[0].data == {"lost": "its last lines are missing"}
    assert plan.reason is not Reason.RECORDS_MISSING


def test_another_pull_request_is_not_held_for_it() -> None:
    """Only what fixes the bug is, or what our own status says did."""
    other = pull(8, closing=[], head_oid="d" * 40)
    hinted = replace(
        other,
        statuses=(
            status("bugaction/gate", StatusState.FAILURE, "x", url=f"{BASE}/issues/42#issuecomment-1"),
        ),
    )
    for found, expected in ((other, StatusState.SUCCESS), (hinted, StatusState.FAILURE)):
        world = replace(_cut(), pulls={8: found})
        assert [word.state for word in decided(world).pulls[0].statuses][-1] is expected


def test_a_status_of_ours_makes_us_look_at_its_bug() -> None:
    """Whether it is linked is for the bug's ledger to say."""
    shown = status("bugaction/gate", StatusState.FAILURE, "x", url=f"{BASE}/issues/42")
    plan = decided(snapshot(pulls=[pull(closing=[], statuses=[shown])]))
    assert AskBug(42) in plan.questions


def test_an_old_bug_holds_no_merge_and_says_how_to_change_that() -> None:
    """`since` keeps it out; the status names the way in."""
    plan = decided(one_bug(), "version: 1\nsince: 2027-01-01T00:00:00Z\n")
    assert statuses(plan)["bugaction/gate"] == (
        StatusState.SUCCESS,
        "#42: no bug that is looked after; /track on the issue changes that",
    )


def test_decisions_in_commits_that_are_not_ours_are_not_written_again() -> None:
    """Where GitHub does not sign what we commit, the ledger must not grow with each run; nothing is green."""
    first = decided(one_bug())
    written = next(effect for effect in first.effects if isinstance(effect, AppendLedger))
    text = written.files["documents/bugs/BUG-042/ledger.jsonl"]
    unsigned = parse_ledger(text, (), 42)
    assert unsigned.foreign
    world = one_bug(bugs={42: replace(facts(issue(), pulls=[7]), ledger=unsigned)})
    plan = decided(world)
    assert not any(isinstance(effect, AppendLedger) for effect in plan.effects)
    assert plan.reason is Reason.LEDGER_UNWRITABLE
    assert statuses(plan)["bugaction/gate"][0] is StatusState.FAILURE


def test_a_stranger_s_other_line_stops_no_recording() -> None:
    """A line of somebody else that says something else is ignored, and ours is written below it."""
    claimed = [line(RecordKind.SEVERITY, "LE_x", actor="eve")]
    foreign = parse_ledger(format_lines(LedgerFile(), claimed, 42), (), 42)
    plan = decided(one_bug(bugs={42: replace(facts(issue(), pulls=[7]), ledger=foreign)}))
    written = next(effect for effect in plan.effects if isinstance(effect, AppendLedger))
    assert written.files["documents/bugs/BUG-042/ledger.jsonl"].startswith(foreign.text)
    assert any("ledger line 1 was not written by bugaction" in notice.text for notice in plan.notices)


def test_a_confidential_bug_s_status_names_nothing() -> None:
    """A count, and no section, no title, no document."""
    world = one_bug(bugs={42: facts(issue(labels=["P1", "security"]), pulls=[7])})
    plan = decided(world)
    assert statuses(plan)["bugaction/triage"][1] == "BUG-042: 4 requirements not met yet"
    (commit,) = [effect for effect in plan.effects if isinstance(effect, CommitFiles)]
    assert [change.path.rpartition("/")[2] for change in commit.files] == ["register.json", "README.md"]
    assert not any("Checkout fails" in (change.text or "") for change in commit.files)


def test_an_archived_repository_is_only_spoken_of() -> None:
    """Nothing can be written there."""
    plan = decided(one_bug(repository=repository(is_archived=True)))
    assert (plan.effects, plan.reason) == ((), Reason.REPOSITORY_ARCHIVED)
    assert "archived" in plan.notices[0].text


def test_disabled_issues_make_no_bugs() -> None:
    """Every pull request passes."""
    plan = decided(one_bug(repository=repository(has_issues=False)))
    assert statuses(plan)["bugaction/gate"] == (StatusState.SUCCESS, "Not a bug fix")


def test_without_issues_there_is_nothing_to_look_after() -> None:
    """The run says why."""
    world = snapshot(facts(issue()), repo=repository(has_issues=False))
    assert decided(world).reason is Reason.ISSUES_DISABLED


def test_a_job_that_may_not_commit_leaves_the_first_record_to_the_next() -> None:
    """And everything else that would rest on it."""
    world = one_bug(repository=repository(records=None, records_meta=None))
    plan = decided(world, request=replace(REQUEST, defer=True, opened=frozenset({42})))
    assert plan.unrecorded
    assert {type(effect) for effect in plan.effects} == {SetStatus}


def test_what_a_gate_rests_on_is_asked_where_no_document_is_written() -> None:
    """The reviews of an open fix; what only a document would tell is left."""
    fix = replace(pull(), reviews=None)
    plan = decided(one_bug(pulls={7: fix}), request=replace(REQUEST, defer=True))
    assert AskReview(7) in plan.questions
    merged = replace(fix, state=PullState.MERGED, merged_at=at(50))
    assert AskReview(7) in decided(one_bug(pulls={7: merged})).questions
    plan = decided(one_bug(pulls={7: merged}), request=replace(REQUEST, defer=True))
    assert AskReview(7) not in plan.questions


def test_what_a_further_fix_took_back_is_asked_where_no_document_is_written() -> None:
    """Which fixes stand rests on it. The first took nothing back."""
    first = replace(pull(commits=None, state=PullState.MERGED), merged_at=at(50))
    further = replace(pull(8, commits=None, state=PullState.MERGED), merged_at=at(60))
    plan = decided(one_bug(pulls={7: first, 8: further}), request=replace(REQUEST, defer=True))
    assert AskCommits(8) in plan.questions
    assert AskCommits(7) not in plan.questions


def test_a_document_that_comes_back_is_asked_for_where_none_is_written() -> None:
    """Gates judge it. A text of the register is left."""
    path, ours, index = "documents/bugs/BUG-042/root-cause-analysis-v1.0.md", "e" * 40, "f" * 40
    gone = line(RecordKind.REMOVED, "x#0", branch="main", path=path, oid=ours)
    bug = facts(issue(labels=["P1"], timeline=[labeled("P1")]), lines=[gone])
    page = TextFile("documents/bugs/register.json", None, "bugaction/records", index)
    world = snapshot(bug, repo=repository(register=(page,)), roles=ROLES, labels=LABELS)
    blobs = {AskBlob(oid) for oid in (ours, index)}
    assert decided(world).questions & blobs == blobs
    assert decided(world, request=replace(REQUEST, defer=True)).questions & blobs == {AskBlob(ours)}


def test_what_is_owed_of_a_fix_is_asked_whatever_it_took_back() -> None:
    """What is recorded of it makes it no other pull request."""
    first = replace(pull(state=PullState.MERGED), merged_at=at(50))
    further = replace(pull(8, state=PullState.MERGED), reviews=None, merged_at=at(60))
    urgent = issue(labels=["P0"], timeline=[labeled("P0")])
    for lines in ([], [line(RecordKind.TOOK_BACK, "PR_8", pull="8", back="7")]):
        bug = facts(urgent, pulls=[7, 8], lines=lines)
        world = snapshot(bug, pulls=[first, further], roles=ROLES, labels=LABELS)
        plan = decided(world, request=replace(REQUEST, defer=True))
        assert AskReview(8) in plan.questions


def test_a_pull_request_with_the_configuration_as_it_is_breaks_nothing() -> None:
    """Nor does one that names the same organisation's, which is known, or another's, which is not read."""
    here = "version: 1\nextends: octo/.github\n"
    lies = Extended("octo/.github", "version: 1\n")
    known = repository(config=TextFile(PATH, here, "main"), extended=lies)
    for text in (here, f"{here}mode: observe\n", here.replace("octo", "acme")):
        fix = replace(pull(closing=[]), head_config=TextFile(PATH, text, "b" * 40))
        world = snapshot(pulls=[fix], repo=known)
        loaded = load_file(known.config, PATH, known.extended)
        assert loaded.policy is not None
        plan = decide(world, loaded, at(60), REQUEST)
        assert statuses(plan)["bugaction/gate"] == (StatusState.SUCCESS, "Not a bug fix")


def test_an_empty_repository_keeps_the_comment_and_says_what_waits() -> None:
    """Documents and decisions need a commit to stand on."""
    bare = repository(default=None, records=None, records_meta=None)
    labels = {**LABELS, "sla: breached": "LA_S"}
    world = snapshot(facts(issue()), repo=bare, roles=ROLES, labels=labels)
    plan = decided(quiet(world, decided(world).questions))
    assert plan.reason is Reason.REPOSITORY_EMPTY
    assert any(isinstance(effect, CreateComment) for effect in plan.effects)
    assert any("no commit yet" in notice.text for notice in plan.notices)


def test_a_merge_group_is_as_good_as_its_worst_pull_request() -> None:
    """Reported on the group's head, and it says which one holds it."""
    group = MergeGroup("e" * 40, "gh-readonly-queue/main/pr-7-x", (8, 7))
    free = pull(8, closing=[], head_oid="d" * 40)
    plan = decided(one_bug(pulls={7: pull(), 8: free}, group=group))
    on_group = {
        effect.context: effect
        for effect in plan.effects
        if isinstance(effect, SetStatus) and effect.oid == "e" * 40
    }
    assert on_group["bugaction/gate"].state is StatusState.FAILURE
    assert on_group["bugaction/gate"].description.startswith("#7: BUG-042")


def test_a_merge_group_that_cannot_be_resolved_fails() -> None:
    """A vacuous green in the queue would let anything through."""
    plan = decided(snapshot(pulls=[]), request=REQUEST)
    assert not statuses(plan)
    lost = replace(snapshot(), group=MergeGroup("e" * 40, "gh-readonly-queue/main/x"))
    assert {state for state, _ in statuses(decided(lost)).values()} == {StatusState.FAILURE}
    gone = replace(snapshot(), group=MergeGroup("e" * 40, "gh-readonly-queue/main/pr-9-x", (9,)))
    assert AskPull(9) in decided(gone).questions


OIDS = st.sampled_from(["c" * 40, "d" * 40])
WORDS = st.sampled_from(["/accept", "/eta 4h", "/nonsense", "/track", "hello"])
CONFIGS = st.sampled_from([None, "version: 1\n", "version: 1\nmode: observe\n", "oops: 1\n"])
BRANCHES = st.sampled_from([None, Branch("main", "a" * 40), Branch("main", "a" * 40, protected=True)])
NAMES = st.sampled_from(["P0", "P1", "P2", "P3", "bug", "security", "question"])


@st.composite
def worlds(draw: st.DrawFn) -> Snapshot:
    """Any few issues and pull requests, whatever they say."""
    bugs = []
    for number in draw(st.sets(st.integers(40, 43), max_size=3)):
        labels = draw(st.lists(NAMES, unique=True, max_size=3))
        words = draw(
            st.lists(st.sampled_from(["/accept", "/eta 4h", "/nonsense", "/track", "hello"]), max_size=3)
        )
        comments = [
            comment(text, author=draw(st.sampled_from([ANA, BO, VIEWER])), ident=index, number=number)
            for index, text in enumerate(words)
        ]
        timeline = [labeled(name, actor=draw(st.sampled_from([ANA, BO, VIEWER]))) for name in labels]
        state = draw(st.sampled_from(list(IssueState)))
        subject = issue(number, labels=labels, timeline=timeline, comments=comments, state=state)
        bugs.append(facts(subject, pulls=draw(st.sets(st.integers(7, 9), max_size=2))))
    pulls = [
        pull(
            number,
            closing=draw(st.lists(st.integers(40, 44), unique=True, max_size=2)),
            head_oid=draw(OIDS),
            state=draw(st.sampled_from(list(PullState))),
        )
        for number in draw(st.sets(st.integers(7, 9), max_size=3))
    ]
    default = draw(
        st.sampled_from([None, Branch("main", "a" * 40), Branch("main", "a" * 40, protected=True)])
    )
    repo = (
        repository(default=default, records=None, records_meta=None)
        if default is None
        else repository(default=default)
    )
    roles = draw(st.sampled_from([{}, ROLES, {"ana": Role.READ, "bo": Role.NONE}]))
    return snapshot(*bugs, pulls=pulls, roles=roles, labels=LABELS, repo=repo)


@examples(60)
@given(
    worlds(),
    st.booleans(),
    st.sampled_from([None, "version: 1\n", "version: 1\nmode: observe\n", "oops: 1\n"]),
)
def test_any_world_gets_a_decision_and_every_open_pull_request_an_answer(
    world: Snapshot, defer: bool, config: str | None
) -> None:
    """Total and deterministic; the roll-up is there for each open pull request, and is never pending."""
    request = replace(REQUEST, defer=defer)
    plan = decided(world, config, request)
    assert plan == decided(world, config, request)
    answered = {verdict.number for verdict in plan.pulls}
    assert answered == {number for number, item in world.pulls.items() if item.state is PullState.OPEN}
    for verdict in plan.pulls:
        assert "bugaction/gate" in {item.context for item in verdict.statuses}
        assert {item.state for item in verdict.statuses} <= {StatusState.SUCCESS, StatusState.FAILURE}


@examples(60)
@given(worlds())
def test_nothing_green_stands_over_an_unmet_requirement(world: Snapshot) -> None:
    """Enforced by default: a green roll-up means that every gate of every linked bug passes."""
    plan = decided(world)
    passing = {verdict.number: all(gate.passes for gate in verdict.gates) for verdict in plan.bugs}
    for verdict in plan.pulls:
        rollup = next(item for item in verdict.statuses if item.context == "bugaction/gate")
        if rollup.state is StatusState.SUCCESS:
            assert all(passing[number] for number in verdict.bugs)


UNLINK = line(RecordKind.COMMAND, "IC_1#x", name="unlink", bug="42", pull="7", reason="no")


def test_an_unlinked_pull_request_is_no_bug_fix_and_its_bug_is_read() -> None:
    """Somebody may take it back on the pull request: only the bug's ledger can tell."""
    kept = LedgerFile(
        lines=(
            line(RecordKind.LINK, "PR_7#42", bug="42", pull="7"),
            line(RecordKind.COMMAND, "IC_1#x#42", name="unlink", bug="42", pull="7"),
        )
    )
    silent = replace(pull(closing=[]), links=kept)
    assert AskBug(42) in decided(snapshot(pulls=[silent])).questions
    world = snapshot(facts(lines=[UNLINK], pulls=[7]), pulls=[pull()], roles=ROLES, labels=LABELS)
    found = statuses(decided(world))
    assert found == {"bugaction/gate": (StatusState.SUCCESS, "Not a bug fix")}
    gone = replace(snapshot(pulls=[silent]), answers=Answers(missing=frozenset({42})))
    assert statuses(decided(gone))["bugaction/gate"] == (StatusState.SUCCESS, "Not a bug fix")


def test_an_unlink_opens_nothing_before_it_is_recorded() -> None:
    """The status waits for the round after the ledger's commit; where that is refused, it stays red."""
    said = comment("/unlink #7 it only mentions it", author=ANA)
    world = snapshot(facts(issue(comments=[said]), pulls=[7]), pulls=[pull()], roles=ROLES, labels=LABELS)
    for request in (REQUEST, replace(REQUEST, ledger_refused="no"), replace(REQUEST, defer=True)):
        assert statuses(decided(world, request=request))["bugaction/gate"][0] is StatusState.FAILURE


def test_an_undone_unlink_holds_before_it_is_recorded() -> None:
    """A demand never waits."""
    said = comment("/undo", author=ANA, minutes=9)
    known = facts(issue(comments=[said]), lines=[UNLINK], pulls=[7])
    world = snapshot(known, pulls=[pull()], roles=ROLES, labels=LABELS)
    assert statuses(decided(world))["bugaction/gate"][0] is StatusState.FAILURE


def test_an_unlinked_issue_makes_no_room_for_one_that_is_not_read() -> None:
    """Of sixty issues fifty are read: one that was unlinked among them changes nothing."""
    many = pull(closing=range(42, 102))
    world = snapshot(facts(lines=[UNLINK]), pulls=[many], roles=ROLES, labels=LABELS)
    world = world.with_answers(replace(world.answers, missing=frozenset(range(43, 102))))
    assert statuses(decided(world))["bugaction/gate"][0] is StatusState.FAILURE


DUPLICATE = line(RecordKind.COMMAND, "IC_1#d", name="duplicate", duplicate="50")
BACK = line(RecordKind.COMMAND, "IC_2#d", name="duplicate", duplicate="42")
CLOSED = issue(state=IssueState.DUPLICATE)


def held_by(world: Snapshot) -> str:
    """The roll-up's text."""
    return statuses(decided(world))["bugaction/gate"][1]


def test_a_duplicate_s_fix_is_held_by_the_original() -> None:
    """In its place: the duplicate has no work left of its own. The original remembers the link."""
    duplicate = facts(CLOSED, lines=[DUPLICATE], pulls=[7])
    first = snapshot(duplicate, pulls=[pull()], roles=ROLES, labels=LABELS)
    assert AskBug(50) in decided(first).questions
    world = replace(first, bugs={42: duplicate, 50: facts(issue(50))})
    assert held_by(world) == "BUG-050: nobody is assigned (+15)"
    (ledger,) = [effect for effect in decided(world).effects if isinstance(effect, AppendLedger)]
    assert '"pull":"7"' in ledger.files["documents/bugs/BUG-050/ledger.jsonl"]


def _closed(number: int, *lines: LedgerLine) -> BugFacts:
    """A bug that was closed as completed, with these decisions."""
    entry = Entry(f"CE_{number}", EntryKind.CLOSED, ANA, at(9))
    shut = issue(number, state=IssueState.COMPLETED)
    return facts(replace(shut, timeline=(*shut.timeline, entry)), lines=lines)


@pytest.mark.parametrize(
    ("lines", "also"),
    [
        ((), True),
        ((line(RecordKind.CLOSED, "CE_50", reason="completed"),), True),
        ((line(RecordKind.CLOSED, "CE_50", accepted=False, reason="completed"),), False),
    ],
    ids=["never judged", "it stands", "it is held"],
)
def test_an_original_that_is_over_takes_nobody_s_place(lines: tuple[LedgerLine, ...], also: bool) -> None:
    """All that it was proved by is another fix. So the duplicate holds this one as well, by its own gates;
    nothing of the link hangs on whether the original is open just now."""
    duplicate, original = facts(CLOSED, lines=[DUPLICATE], pulls=[7]), _closed(50, *lines)
    world = snapshot(duplicate, original, pulls=[pull()], roles=ROLES, labels=LABELS)
    plan = decided(world)
    assert ("BUG-042" in statuses(plan)["bugaction/gate"][1]) is also
    checks = {item.number: item for item in plan.pulls}
    assert checks[7].bugs == (42, 50)
    (ledger,) = [effect for effect in plan.effects if isinstance(effect, AppendLedger)]
    assert '"pull":"7"' in ledger.files["documents/bugs/BUG-050/ledger.jsonl"]


def test_a_chain_that_ends_in_a_bug_that_is_over_is_held_at_both_ends() -> None:
    """What stands between them was never the pull request's."""
    middle = facts(
        issue(50, state=IssueState.DUPLICATE), lines=[replace(BACK, data={**BACK.data, "duplicate": "60"})]
    )
    world = snapshot(
        facts(CLOSED, lines=[DUPLICATE], pulls=[7]),
        middle,
        _closed(60),
        pulls=[pull()],
        roles=ROLES,
        labels=LABELS,
    )
    plan = decided(world)
    assert next(iter(plan.pulls)).bugs == (42, 60)
    assert "BUG-042" in statuses(plan)["bugaction/gate"][1]


def test_an_original_that_is_about_to_be_a_duplicate_takes_no_fix_over() -> None:
    """Else whether it ever had the link, and release notes, would hang on which word was recorded first."""
    duplicate = facts(CLOSED, lines=[DUPLICATE], pulls=[7])
    said = comment("/duplicate #60", number=7, author=ANA)
    world = snapshot(duplicate, pulls=[pull()], roles=ROLES, labels=LABELS)
    world = replace(world, bugs={42: duplicate, 50: facts(issue(50, comments=[said])), 60: facts(issue(60))})
    plan = decided(world)
    (ledger,) = [effect for effect in plan.effects if isinstance(effect, AppendLedger)]
    assert '"duplicate":"60"' in ledger.files["documents/bugs/BUG-050/ledger.jsonl"]
    assert '"pull"' not in ledger.files["documents/bugs/BUG-050/ledger.jsonl"]
    assert statuses(plan)["bugaction/gate"][0] is StatusState.FAILURE
    assert held_by(world).startswith("BUG-050")


@pytest.mark.parametrize(
    "original",
    [None, facts(issue(50, labels=[])), facts(issue(50), lines=[BACK])],
    ids=["gone", "no bug", "a circle"],
)
def test_a_duplicate_holds_its_fix_where_no_original_does(original: BugFacts | None) -> None:
    """To close a bug as a duplicate of anything opens no gate."""
    duplicate = facts(CLOSED, lines=[DUPLICATE], pulls=[7])
    world = snapshot(duplicate, pulls=[pull()], roles=ROLES, labels=LABELS)
    if original is not None:
        world = replace(world, bugs={42: duplicate, 50: original})
    else:
        world = world.with_answers(replace(world.answers, missing=frozenset({50})))
    state, text = statuses(decided(world))["bugaction/gate"]
    assert state is StatusState.FAILURE
    assert "BUG-042" in text


def test_a_duplicate_s_original_whose_ledger_cannot_be_read_holds_the_fix() -> None:
    """What it asks for is not known."""
    original = facts(issue(50))
    original = replace(original, ledger=LedgerFile(unreadable="it is too long"))
    world = snapshot(
        facts(CLOSED, lines=[DUPLICATE], pulls=[7]), original, pulls=[pull()], roles=ROLES, labels=LABELS
    )
    assert held_by(world).startswith("Undecided: the ledger of BUG-050 cannot be read")


def test_a_close_as_duplicate_by_hand_opens_nothing() -> None:
    """Who may close an issue is not who may decide on a merge: the command is judged, and recorded."""
    world = snapshot(facts(CLOSED, pulls=[7]), facts(issue(50)), pulls=[pull()], roles=ROLES, labels=LABELS)
    assert held_by(world).startswith("BUG-042")


def test_a_duplicate_whose_records_lost_something_is_undecided() -> None:
    """What is left of its ledger is not believed, although it names an original."""
    lost = facts(CLOSED, lines=[DUPLICATE], pulls=[7])
    lost = replace(lost, ledger=replace(lost.ledger, gap=2))
    world = snapshot(lost, facts(issue(50)), pulls=[pull()], roles=ROLES, labels=LABELS)
    assert "BUG-042: undecided" in held_by(world)
