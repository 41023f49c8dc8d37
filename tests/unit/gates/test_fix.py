"""The fix gate as a whole: in order, total, and never easier for more facts against a fix."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.bug import Bug
from bugaction.gates.fix import FIX
from bugaction.model import Actor, Outcome, Severity
from bugaction.snapshot import (
    Check,
    CheckOutcome,
    Commit,
    Label,
    PullRequest,
)
from bugaction.texts import LONGEST_STATUS, gate_text
from tests.unit.bugs import bug
from tests.unit.gates.arbitrary import BUGS, CHECKS, COMMITS, LOGINS, PULLS, ROLES
from tests.values import changed, pull, ready, review

P0, P1, P2, P3 = Severity


def of(severity: Severity | None) -> Bug:
    """A bug of that severity."""
    return bug(severity, roles=ROLES)


def test_the_checklist_in_its_order() -> None:
    """Ids are stable: people name them in commands."""
    assert FIX.context == "bugaction/fix"
    assert [item.id for item in FIX.of_pull] == [
        "linked",
        "checks",
        "regression-test",
        "approvals",
        "minimal-change",
        "tasks",
    ]


@pytest.mark.parametrize("severity", Severity)
def test_a_fix_that_is_ready_passes(severity: Severity) -> None:
    """At every severity, with nothing left to say."""
    result = FIX.judge(of(severity), ready())
    assert result.passes
    assert {item.outcome for item in result.requirements} == {Outcome.MET}
    assert not any(item.problem or item.remedy for item in result.requirements)


@pytest.mark.parametrize(
    ("severity", "outcomes"),
    [
        (P0, "met unmet unmet unmet deferred deferred"),
        (P1, "met unmet unmet unmet unmet unmet"),
        (P2, "met unmet unmet unmet unmet unmet"),
        (P3, "met unmet unmet unmet unmet unmet"),
        (None, "met unmet unmet pending pending unmet"),
    ],
)
def test_a_fix_that_shows_nothing_is_held_by_everything(severity: Severity | None, outcomes: str) -> None:
    """For a P0 by what cannot follow the merge: checks, the test, and the approval."""
    bare = replace(
        ready(),
        body="- [ ] ran it",
        labels=(Label("feature"),),
        reviews=(),
        checks=(),
        files=(changed("src/cart.py"),),
        changed_files=1,
    )
    result = FIX.judge(of(severity), bare)
    assert " ".join(item.outcome for item in result.requirements) == outcomes
    assert not result.passes


@pytest.mark.parametrize("severity", [*Severity, None])
def test_what_was_not_read_is_not_green(severity: Severity | None) -> None:
    """A pull request that nobody has looked into yet."""
    result = FIX.judge(of(severity), pull(commits=None))
    assert not result.passes


# For any facts ------------------------------------------------------------------------------------------


@given(BUGS, PULLS)
def test_any_facts_have_an_outcome_in_words(subject: Bug, change: PullRequest) -> None:
    """The same each time; what does not hold says why, and its status fits."""
    result = FIX.judge(subject, change)
    assert result == FIX.judge(subject, change)
    assert [item.id for item in result.requirements] == [item.id for item in FIX.of_pull]
    for item in result.requirements:
        if item.outcome in (Outcome.UNMET, Outcome.PENDING, Outcome.DEFERRED):
            assert item.problem
            assert item.remedy
        else:
            assert not item.problem
    assert len(gate_text(result, subject)) <= LONGEST_STATUS
    met = {item.outcome for item in result.requirements}
    assert result.passes is met.isdisjoint({Outcome.UNMET, Outcome.PENDING})


@given(BUGS, PULLS, st.sampled_from(LOGINS), st.integers(0, 99))
def test_one_more_approval_never_turns_green_to_red(
    subject: Bug, change: PullRequest, who: str, minutes: int
) -> None:
    """Of the newest commit, by anybody, at any time."""
    more = review(Actor(who), minutes=minutes, oid=change.head_oid)
    before = FIX.judge(subject, change)
    after = FIX.judge(subject, replace(change, reviews=(*(change.reviews or ()), more)))
    if before.passes and change.reviews is not None:
        assert after.passes


@given(BUGS, PULLS, COMMITS)
def test_one_more_commit_never_turns_the_approvals_green(
    subject: Bug, change: PullRequest, commit: Commit
) -> None:
    """A push gives nobody an approval."""
    if change.commits is None or not change.commits or change.commits[-1].oid != change.head_oid:
        return
    pushed = replace(commit, oid="f" * 40, is_from_github=False, parent_oids=(change.head_oid,))
    after = replace(change, commits=(*change.commits, pushed), head_oid="f" * 40)

    def approved(of: PullRequest) -> bool:
        (found,) = (item for item in FIX.judge(subject, of).requirements if item.id == "approvals")
        return found.outcome.passes

    assert approved(change) or not approved(after)


@given(BUGS, PULLS, CHECKS)
def test_a_failing_check_that_is_watched_is_never_green(
    subject: Bug, change: PullRequest, failing: Check
) -> None:
    """Whatever else passed."""
    broken = replace(failing, name="test", outcome=CheckOutcome.FAILURE, database_id=99, workflow="CI")
    broken = replace(broken, workflow_path=".github/workflows/ci.yml")
    after = replace(change, checks=(*(change.checks or ()), broken), required=("test",))
    (found,) = (item for item in FIX.judge(subject, after).requirements if item.id == "checks")
    assert found.outcome is (Outcome.NOT_APPLICABLE if subject.policy.checks.watch == () else Outcome.UNMET)
