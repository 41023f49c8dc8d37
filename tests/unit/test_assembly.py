"""What has to be asked before a bug's fixes can be judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.assembly import assemble
from bugaction.model import Actor, Role
from bugaction.plan import AskReview, AskRole, Question
from bugaction.policy import Policy
from bugaction.snapshot import PullRequest, PullState, ReviewState
from tests.values import BO, at, facts, issue, labeled, pull, ready, review, snapshot

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
