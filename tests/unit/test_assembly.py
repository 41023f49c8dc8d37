"""What has to be asked before a bug's fixes can be judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from bugaction.assembly import Assembled, assemble
from bugaction.gates.inverse import claim_of
from bugaction.model import Actor, LedgerLine, Membership, RecordKind, Role
from bugaction.policy import Policy
from bugaction.questions import AskBlob, AskCommits, AskDeployment, AskRevert, AskReview, AskRole, Question
from bugaction.rollout import Deployment
from bugaction.snapshot import (
    Commit,
    EntryKind,
    IssueState,
    PullRequest,
    PullState,
    ReviewState,
    Rollout,
    TextFile,
)
from tests.unit.gates.test_inverse import EXACT, fix
from tests.values import BASE, BO, at, comment, facts, issue, labeled, line, pull, ready, review, snapshot

ROLES = {"ana": Role.MAINTAIN}


def asked(*pulls: PullRequest, roles: dict[str, Role] | None = None) -> set[Question]:
    """What is asked about reviews, for issue 42 with these fixes."""
    world = snapshot(
        facts(issue(), pulls=[item.number for item in pulls]), pulls=pulls, roles={**ROLES, **(roles or {})}
    )
    found = assemble(world.bugs[42], world, Policy(), at(60), at(0))
    assert found is not None
    return {item for item in found.questions if isinstance(item, AskReview | AskRole)}


def test_each_open_fix_is_looked_into() -> None:
    """Its reviews, checks and files come with one question."""
    assert asked(pull(7), pull(8)) == {AskReview(7), AskReview(8)}
    assert asked(replace(pull(), reviews=())) == set()


@pytest.mark.parametrize(
    ("label", "questions"), [("P0", {AskReview(9)}), ("P1", {AskReview(9)}), ("P3", set())]
)
def test_a_merged_fix_is_read_for_what_is_written_of_it(label: str, questions: set[Question]) -> None:
    """By the release notes, once they hold it no more; and in the fast lane by what was put off."""
    merged = pull(9, state=PullState.MERGED)
    labelled = issue(labels=[label], timeline=[labeled(label)])
    world = snapshot(facts(labelled, pulls=[9]), pulls=[merged], roles=ROLES)
    found = assemble(world.bugs[42], world, Policy(), at(60), at(0))
    assert found is not None
    assert {item for item in found.questions if isinstance(item, AskReview)} == questions


@pytest.mark.parametrize(("minutes", "is_owed"), [(50, True), (20, False)])
def test_what_was_merged_in_the_lane_is_read_after_a_lowering_as_well(minutes: float, is_owed: bool) -> None:
    """Its reviews, and the teams of who gave them: the senior look stays owed."""
    steps = [
        labeled("P0"),
        labeled("P0", kind=EntryKind.UNLABELED, minutes=minutes),
        labeled("P3", minutes=minutes),
    ]
    lowered = issue(labels=["P3"], timeline=steps)
    merged = replace(pull(9, state=PullState.MERGED), merged_at=at(40))
    for reviews, owed in ((None, AskReview(9)), ((review(Actor("eve")),), AskRole("eve", ("octo/leads",)))):
        roles = {**ROLES, "eve": Role.WRITE}
        world = snapshot(facts(lowered, pulls=[9]), pulls=[replace(merged, reviews=reviews)], roles=roles)
        found = assemble(world.bugs[42], world, LEADS, at(60), at(0))
        assert found is not None
        assert found.questions & {AskReview(9), owed} == ({owed} if is_owed else set())


def test_the_role_of_whoever_reviewed_is_asked_for() -> None:
    """Once: of people, and of those whose word stands. Of the fix's own author as well: it may object."""
    reviews = (
        review(Actor("mia")),
        review(Actor("eve"), ReviewState.CHANGES_REQUESTED),
        review(BO, ReviewState.CHANGES_REQUESTED),
        review(Actor("cy"), ReviewState.DISMISSED),
        review(Actor("dee"), ReviewState.COMMENTED),
        review(Actor("helper[bot]", is_bot=True)),
    )
    wanted = {AskRole("mia"), AskRole("eve"), AskRole("bo")}
    assert asked(replace(ready(), reviews=reviews)) == wanted
    assert asked(replace(ready(), reviews=reviews), roles={"mia": Role.READ}) == wanted - {AskRole("mia")}


def test_the_workflow_that_runs_us_is_known_to_the_gates() -> None:
    """By what the run was told."""
    world = snapshot(facts(issue()), roles=ROLES)
    found = assemble(world.bugs[42], world, Policy(), at(60), at(0), own_workflows=("x.yml",))
    assert found is not None
    assert found.bug.own_workflows == ("x.yml",)


def test_what_a_pull_request_takes_back_is_looked_into_where_that_is_the_strategy() -> None:
    """Once it is known what it changes, and once for each state of it."""
    claim = claim_of(fix())
    assert not isinstance(claim, str)

    def looked_into(strategy: str, change: PullRequest, **answers: object) -> set[Question]:
        chosen = line(RecordKind.COMMAND, "IC_1#x", name="strategy", strategy=strategy)
        world = snapshot(facts(issue(), lines=[chosen], pulls=[7]), pulls=[change], roles=ROLES)
        world = world.with_answers(replace(world.answers, **answers))  # type: ignore[arg-type]
        found = assemble(world.bugs[42], world, Policy(), at(60), at(0))
        assert found is not None
        assert found.bug.reverts == answers.get("reverts", {})
        return {item for item in found.questions if isinstance(item, AskRevert)}

    assert looked_into("rollback", fix()) == {AskRevert(claim)}
    assert looked_into("hotfix", fix()) == set()
    assert looked_into("rollback", fix("Repair")) == set()
    assert looked_into("rollback", fix(reviews=None)) == set()
    assert looked_into("rollback", fix(commits=None)) == set()
    assert looked_into("rollback", fix(), reverts={claim: EXACT}) == set()


LEADS = Policy.model_validate(
    {"people": {"senior": {"role": "admin", "logins": ["bo"], "teams": ["octo/leads"]}}}
)


def test_the_teams_of_who_approved_are_asked_for_once_their_role_is_known() -> None:
    """Of people whom nothing else makes senior, and where a senior approval is asked for."""
    reviews = (
        review(Actor("eve")),
        review(Actor("ana")),
        review(Actor("cy"), ReviewState.CHANGES_REQUESTED),
        review(Actor("helper[bot]", is_bot=True)),
    )
    roles = {"eve": Role.WRITE, "ana": Role.ADMIN, "cy": Role.WRITE}

    def teams(label: str, policy: Policy = LEADS, **answers: object) -> set[Question]:
        change = replace(ready(), reviews=reviews)
        world = snapshot(facts(issue(labels=[label]), pulls=[7]), pulls=[change], roles=roles)
        world = world.with_answers(replace(world.answers, **answers))  # type: ignore[arg-type]
        found = assemble(world.bugs[42], world, policy, at(60), at(0))
        assert found is not None
        assert found.bug.teams == answers.get("teams", {})
        return {item for item in found.questions if isinstance(item, AskRole) and item.teams}

    assert teams("P1") == {AskRole("eve", ("octo/leads",))}
    assert teams("P2") == set()
    assert teams("P1", Policy()) == set()
    assert teams("P1", roles={**roles, "eve": Role.ADMIN}) == set()
    assert teams("P1", teams={"eve": {"octo/leads": Membership.NONE}}) == set()


MERGED = replace(pull(7, state=PullState.MERGED), merged_at=at(30), merge_oid="f" * 40)
DEPLOYMENT = AskDeployment(42, (("f" * 40,),), at(30), ("production",))


def deployment_of(
    *pulls: PullRequest, state: IssueState = IssueState.OPEN, rollout: Rollout | None = None
) -> Assembled:
    """Issue 42 with these fixes, and what is known of deployments."""
    numbers = [item.number for item in pulls]
    world = snapshot(facts(issue(state=state), pulls=numbers), pulls=pulls, roles=ROLES)
    if rollout is not None:
        world = world.with_answers(replace(world.answers, rollouts={42: rollout}))
    found = assemble(world.bugs[42], world, Policy(), at(60), at(0))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("pulls", "state", "asks"),
    [
        ((), IssueState.OPEN, False),
        ((pull(7),), IssueState.OPEN, False),
        ((MERGED, pull(8)), IssueState.OPEN, False),
        ((MERGED,), IssueState.OPEN, True),
        ((MERGED,), IssueState.COMPLETED, True),
        ((MERGED,), IssueState.NOT_PLANNED, False),
        ((MERGED,), IssueState.DUPLICATE, False),
    ],
)
def test_deployments_are_asked_for_once_all_is_merged(
    pulls: tuple[PullRequest, ...], state: IssueState, asks: bool
) -> None:
    """Of a bug that may be fixed; not while a fix is open, nor of one that nobody is going to fix."""
    assert (DEPLOYMENT in deployment_of(*pulls, state=state).questions) is asks


def test_an_answer_to_another_question_is_none() -> None:
    """A further fix, or another configuration, asks anew."""
    known = deployment_of(MERGED, rollout=Rollout(DEPLOYMENT))
    assert DEPLOYMENT not in known.questions
    assert known.bug.deployed is not None
    assert known.bug.deployed.at == at(30)
    other = deployment_of(MERGED, rollout=Rollout(replace(DEPLOYMENT, environments=("live",))))
    assert DEPLOYMENT in other.questions
    assert other.bug.deployed is None


BACK = replace(pull(8, state=PullState.MERGED), head="revert-7-topic-7", merged_at=at(40), merge_oid="d" * 40)
TAKEN_BACK = AskDeployment(42, (("d" * 40,),), at(40), ("production",))


def test_what_took_the_fix_back_is_recorded_once_it_is_in_production() -> None:
    """By what is known of that deployment, which is asked for; without deployments nobody knows."""
    asking = deployment_of(MERGED, BACK)
    assert TAKEN_BACK in asking.questions
    page = f"{BASE}/actions/runs/5"
    there = Deployment(page, "production", "main", "d" * 40, at(50), "SUCCESS", BO, arrived=at(50))
    known = deployment_of(MERGED, BACK, rollout=Rollout(TAKEN_BACK, deployments=(there,)))
    (restored,) = known.bug.ledger.accepted(RecordKind.RESTORED)
    assert (restored.evidence, restored.at, restored.data["pull"]) == ("PR_8", at(50), "8")
    assert TAKEN_BACK not in known.questions
    untracked = deployment_of(MERGED, BACK, rollout=Rollout(TAKEN_BACK))
    assert untracked.bug.ledger.accepted(RecordKind.RESTORED) == ()


def test_what_a_merged_fix_says_it_takes_back_is_kept() -> None:
    """So that its author's later words change nothing."""
    back = replace(BACK, head="topic-8", body="Reverts #7")
    known = deployment_of(MERGED, back)
    (said,) = known.bug.ledger.accepted(RecordKind.TOOK_BACK)
    assert (said.evidence, said.at) == ("PR_8", at(40))
    assert known.bug.standing == ()
    assert said in known.bug.unrecorded


def test_a_bug_with_an_answered_command_but_no_decision_is_lost() -> None:
    """Somebody took the line out of the ledger: which one it was about is named."""
    answered = replace(comment("/severity P3"), reactions=frozenset({"ROCKET"}))
    world = snapshot(facts(issue(comments=[answered])), roles=ROLES)
    found = assemble(world.bugs[42], world, Policy(), at(60), at(0))
    assert found is not None
    assert found.lost == f"the decision on {answered.url} is missing"


def test_a_word_on_a_document_is_judged_by_what_is_committed() -> None:
    """As complete or not by the severity of that moment; what is not there cannot be approved."""
    said = comment("/attest report-approved it is right")

    def answer(*documents: TextFile) -> str:
        about = replace(facts(issue(comments=[said])), documents=documents)
        world = snapshot(about, roles=ROLES)
        found = assemble(about, world, Policy(), at(60), at(0))
        assert found is not None
        (ruled,) = [item for item in found.bug.ledger.lines if item.data.get("name") == "attest"]
        assert not ruled.accepted
        return ruled.why

    path = "documents/bugs/BUG-042/bug-042-report-v1.0.md"
    assert answer() == "the bug report is not committed yet."
    text = "# Bug report\n\n## Summary\n\n## Impact\n"
    assert answer(TextFile(path, text, "main")).startswith("the bug report v1.0 is not complete: ")


def test_what_followed_another_fix_is_read_once() -> None:
    """What its commits take back counts in every run; one fix alone costs nothing."""
    first = replace(pull(commits=None, state=PullState.MERGED), merged_at=at(20), merge_oid="e" * 40)
    said = f"Back\n\nThis reverts commit {first.merge_oid}."
    commit = Commit("f" * 40, said, ("bo",), at(25))
    hand = replace(pull(8, commits=[commit], state=PullState.MERGED), merged_at=at(30), merge_oid="d" * 40)

    def found(*pulls: PullRequest, lines: Iterable[LedgerLine] = ()) -> Assembled:
        numbers = [each.number for each in pulls]
        minor = issue(labels=["P3"], timeline=[labeled("P3")])
        world = snapshot(facts(minor, pulls=numbers, lines=lines), pulls=pulls, roles=ROLES)
        assembled = assemble(world.bugs[42], world, Policy(), at(60), at(0))
        assert assembled is not None
        return assembled

    unknown = replace(hand, commits=None)
    assert AskCommits(8) in found(first, unknown).questions
    assert AskCommits(7) not in found(first).questions | found(first, unknown).questions
    seen = found(first, hand).bug
    (told,) = seen.ledger.accepted(RecordKind.TOOK_BACK)
    assert told.data == {"pull": "8", "back": "7"}
    assert seen.standing == ()
    later = found(first, unknown, lines=[told])
    assert AskCommits(8) not in later.questions
    assert later.bug.standing == ()


def test_a_corrected_return_is_known_by_its_description() -> None:
    """Its branch is named for the bug by GitHub, which quotes the first fix's; that is nobody's word."""
    first = replace(pull(state=PullState.MERGED), merged_at=at(20), merge_oid="e" * 40)
    back = replace(first, number=8, id="PR_8", head="revert-7-fix/bug-42", closing=(), merged_at=at(30))
    commits = (
        Commit("1" * 40, f"This reverts commit {'d' * 40}.", ("bo",), at(31)),
        Commit("2" * 40, "Keep the old key", ("bo",), at(32)),
    )
    again = replace(back, number=9, id="PR_9", head="revert-8-revert-7-fix/bug-42", merged_at=at(40))
    for body, mends in (("Reverts octo/shop#8", False), ("Reverts octo/shop#8. Fixes #42", True)):
        last = replace(again, body=body, title='Revert "Revert "Fixes #42""', commits=commits)
        world = snapshot(facts(issue(), pulls=[7, 8, 9]), pulls=[first, back, last], roles=ROLES)
        found = assemble(world.bugs[42], world, Policy(), at(60), at(0))
        assert found is not None
        assert [each.mends for each in found.bug.fixes] == [False, False, mends]


def test_a_document_that_comes_back_counts_before_it_is_committed() -> None:
    """Its gates would otherwise open a closed bug again, for words that are on their way. What could not come
    back is remarked on."""
    path = "documents/bugs/BUG-042/root-cause-analysis-v1.0.md"
    here = replace(facts(issue()), documents=(TextFile(path, "Known.\n", "main", "e" * 40),))
    secret = replace(here, issue=issue(labels=("P1", "security")))
    found = assemble(secret, snapshot(secret, roles=ROLES), Policy(), at(60), at(0))
    assert found is not None
    (gone,) = found.bug.ledger.accepted(RecordKind.REMOVED)
    assert gone in found.bug.unrecorded
    after = replace(here, documents=(), ledger=found.bug.ledger)
    world = snapshot(after, roles=ROLES)
    asking = assemble(after, world, Policy(), at(60), at(0))
    assert asking is not None
    assert AskBlob("e" * 40) in asking.questions
    assert asking.bug.returning == ()
    for text in ("Known.\n", None):
        told = world.with_answers(replace(world.answers, blobs={"e" * 40: text}))
        back = assemble(after, told, Policy(), at(60), at(0))
        assert back is not None
        assert AskBlob("e" * 40) not in back.questions
        assert [file.text for file in back.bug.returning] == ([text] if text else [])
        assert back.bug.documents["root-cause-analysis"].text == text
        assert any(path in remark for remark in back.bug.remarks) is (text is None)
