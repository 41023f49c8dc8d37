"""The phase that a bug is in, its label and its owner."""

from __future__ import annotations

import re

import pytest

from bugaction.bug import Bug
from bugaction.gates import GATES
from bugaction.phases import PHASES, is_phase_label, owner_of, phase_of
from bugaction.snapshot import IssueState
from tests.unit.bugs import ACCEPTED, bug, triaged
from tests.values import facts, issue


def phase(subject: Bug) -> str:
    """The phase, with the gates evaluated."""
    return phase_of(subject, [gate.evaluate(subject) for gate in GATES.values()])


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
