"""What has to be asked before a bug's fixes can be judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.assembly import Assembled, assemble
from bugaction.model import Actor, Role
from bugaction.plan import AskDeployment, AskReview, AskRole, Question
from bugaction.policy import Policy
from bugaction.snapshot import IssueState, PullRequest, PullState, ReviewState, Rollout
from tests.values import BO, at, facts, issue, pull, ready, review, snapshot

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
    """Its reviews, checks and files come with one question; a merged one is past that."""
    merged = pull(9, state=PullState.MERGED)
    assert asked(pull(7), pull(8), merged) == {AskReview(7), AskReview(8)}
    assert asked(replace(pull(), reviews=())) == set()


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
