"""The phase that a bug is in, its label and its owner."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bugaction.bug import Bug
from bugaction.gates import GATES
from bugaction.model import GateResult, Outcome, RequirementResult, Severity
from bugaction.phases import PHASES, is_phase_label, owner_of, phase_of
from bugaction.snapshot import IssueState, PullState
from tests.unit.bugs import ACCEPTED, DEPLOYED, bug, triaged
from tests.values import facts, issue, pull


def phase(subject: Bug) -> str:
    """The phase, with the gates evaluated."""
    return phase_of(subject, [result for gate in GATES.values() for result in gate.survey(subject)])


def test_the_phases_are_those_of_the_lifecycle() -> None:
    """In its order, each with a label that GitHub takes."""
    assert list(PHASES) == [
        "triage",
        "root-cause",
        "fix",
        "deployment",
        "verification",
        "post-mortem",
        "closed",
    ]
    for name, item in PHASES.items():
        assert (item.name, item.label) == (name, f"phase: {name}")
        assert re.fullmatch(r"[0-9a-f]{6}", item.color)
        assert 0 < len(item.description) <= 100


def test_a_bug_leaves_triage_when_its_gate_holds() -> None:
    """And not before."""
    assert phase(bug()) == "triage"
    assert phase(triaged()) == "root-cause"
    assert phase_of(triaged(), []) == "triage"


def test_a_merged_fix_is_on_its_way_to_production() -> None:
    """Unless another pull request for the bug is still open."""
    merged, waiting = pull(7, state=PullState.MERGED), pull(8)
    assert phase(triaged(fixes=(merged,))) == "deployment"
    assert phase(bug(fixes=(merged,))) == "deployment"
    assert phase(triaged(fixes=(merged, waiting))) != "deployment"
    assert (
        phase_of(triaged(fixes=(waiting,)), [GateResult("triage", 42, ()), *_held("root-cause")]) == "triage"
    )


@pytest.mark.parametrize(
    ("severity", "passed", "expected"),
    [
        (Severity.P1, (), "verification"),
        (Severity.P0, ("verification",), "post-mortem"),
        (Severity.P1, ("verification",), "post-mortem"),
        (Severity.P2, ("verification",), "verification"),
        (Severity.P3, ("verification",), "verification"),
    ],
)
def test_a_deployed_fix_is_watched_and_then_written_about(
    severity: Severity, passed: tuple[str, ...], expected: str
) -> None:
    """The latter where the severity asks for a post-mortem; a fix that is not deployed stays on its way."""
    subject = triaged(severity, fixes=(pull(7, state=PullState.MERGED),), deployed=DEPLOYED)
    assert phase_of(subject, _held(*passed)) == expected
    assert phase_of(replace(subject, deployed=None), _held(*passed)) == "deployment"


def _held(*names: str) -> list[GateResult]:
    met = RequirementResult("x", "It is so", Outcome.MET)
    return [GateResult(name, 42, (met,)) for name in names]


def test_the_fix_comes_after_the_cause() -> None:
    """Once the gates before it pass."""
    assert phase_of(triaged(), _held("triage", "root-cause")) == "fix"
    assert phase_of(triaged(), _held("triage")) == "root-cause"


@pytest.mark.parametrize("state", [IssueState.COMPLETED, IssueState.NOT_PLANNED, IssueState.DUPLICATE])
def test_a_closed_issue_is_a_closed_bug(state: IssueState) -> None:
    """Whatever its gates say."""
    assert phase(triaged(facts=facts(issue(state=state)))) == "closed"
    assert phase(bug(facts=facts(issue(state=state)))) == "closed"


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("triage", "engineering and support"),
        ("root-cause", "ana"),
        ("fix", "ana"),
        ("deployment", "engineering"),
        ("verification", "engineering"),
        ("post-mortem", "the engineering lead"),
        ("closed", ""),
    ],
)
def test_each_phase_has_an_owner(name: str, owner: str) -> None:
    """A team, a role, or those who accepted."""
    assert owner_of(name, bug(acceptances=(ACCEPTED,))) == owner


def test_without_an_acceptance_the_owner_is_whoever_will_be_assigned() -> None:
    """Named by the part they have."""
    assert owner_of("fix", bug()) == "the assignee"


@pytest.mark.parametrize(
    ("label", "expected"),
    [("phase: triage", True), ("Phase: Root-Cause", True), ("phase: other", False), ("triage", False)],
)
def test_labels_of_phases_are_known(label: str, expected: bool) -> None:
    """In any case of letters, as GitHub compares them."""
    assert is_phase_label(label) is expected
