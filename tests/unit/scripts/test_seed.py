"""The process, line by line: each line is carried by something, and whatever carries one exists."""

from __future__ import annotations

from collections import Counter

import pytest

from bugaction.documents import DOCUMENTS
from bugaction.gates import GATES
from bugaction.issue_form import FIELDS
from bugaction.model import Strategy
from scripts.gate_matrix import sentences
from scripts.generate_reference import pages
from scripts.seed.catalogue import SEED
from scripts.seed.pointers import (
    Case,
    Clock,
    Command,
    Drafted,
    Key,
    Later,
    Line,
    Merit,
    Owner,
    Pointer,
    Question,
    Register,
    Requirement,
    Section,
    Text,
)

COUNTS = {
    "Overview": 5,
    "Severity P0": 13,
    "Severity P1": 12,
    "Severity P2": 12,
    "Severity P3": 11,
    "Phase 1: owner, time, aim": 7,
    "Phase 1: the report": 18,
    "Phase 1: the severity's decision": 9,
    "Phase 1: the first look": 4,
    "Phase 1: the assignment": 5,
    "Phase 1: what is drafted, and what is not done": 10,
    "Phase 1: deliverables and gate": 6,
    "Phase 2: owner, time, aim": 4,
    "Phase 2: how the cause is found": 11,
    "Phase 2: what is drafted, and what is not done": 10,
    "Phase 2: deliverables and gate": 4,
    "Phase 3: owner, time, aim": 4,
    "Phase 3: rolling back": 11,
    "Phase 3: a fix that old clients survive": 8,
    "Phase 3: a hotfix": 7,
    "Phase 3: the fix and its tests": 6,
    "Phase 3: what is drafted, and what is not done": 9,
    "Phase 3: deliverables and gate": 9,
    "Phase 4: owner and time": 4,
    "Phase 4: when notes are due": 3,
    "Phase 4: notes, head and bug": 14,
    "Phase 4: notes, fix and deployment": 21,
    "Phase 4: notes, effect and tests": 16,
    "Phase 4: notes, what breaks, way back, success": 20,
    "Phase 4: notes, people and words": 23,
    "Phase 4: how a P0 goes out": 5,
    "Phase 4: how a P1 goes out": 5,
    "Phase 4: how a P2 or P3 goes out": 3,
    "Phase 4: after the deployment": 12,
    "Phase 4: deliverables and gate": 11,
    "Phase 5: owner, time, aim": 4,
    "Phase 5: what is written down": 17,
    "Phase 5: deliverables": 6,
    "Checklist: every bug": 9,
    "Checklist: P0 and P1": 6,
    "Checklist: technical debt": 3,
    "Rules: do": 6,
    "Rules: don't": 6,
    "Escalation and contacts": 7,
}
"""How many lines each part of the process has, counted there by hand: none can vanish unseen."""

LINES = [(part.title, line) for part in SEED for line in part.lines]
POINTERS = [pointer for _, line in LINES for pointer in line.carried_by]


def test_no_line_of_the_process_has_vanished() -> None:
    """Part by part, in their order."""
    assert {part.title: len(part.lines) for part in SEED} == COUNTS
    assert [part.title for part in SEED] == list(COUNTS)


def test_every_pointer_names_something_that_exists() -> None:
    """A requirement, section, command, key, clock, question, owner, strategy, text or test row.

    A `Later` that stands in for one of them has to give way as soon as that exists.
    """
    assert [pointer for pointer in POINTERS if not pointer.exists()] == []


def test_no_line_stands_without_one() -> None:
    """And none is said twice in its part, or at length."""
    assert [line.words for _, line in LINES if not line.carried_by] == []
    assert [
        name for name, count in Counter((part, line.words) for part, line in LINES).items() if count > 1
    ] == []
    assert [line.words for _, line in LINES if not 0 < len(line.words) <= 80] == []


def test_every_requirement_carries_a_line() -> None:
    """None was thought up beside the process."""
    carried = {(item.gate, item.id) for item in POINTERS if isinstance(item, Requirement)}
    wanted = {(gate.name, id_) for gate in GATES.values() for id_ in sentences(gate)}
    assert wanted - carried == set()


def test_every_section_and_question_carries_a_line() -> None:
    """Whatever a document makes a person fill in, or the form asks, the process asks for."""
    sections = {(item.document, item.id) for item in POINTERS if isinstance(item, Section)}
    wanted = {(kind, id_) for kind, document in DOCUMENTS.items() for id_ in document.sections}
    assert wanted - sections == set()
    assert set(FIELDS) - {item.key for item in POINTERS if isinstance(item, Question)} == set()


@pytest.mark.parametrize(
    "pointer",
    [
        Requirement("fix", "luck"),
        Requirement("luck", "checks"),
        Section("report", "luck"),
        Section("luck", "reported"),
        Register("luck"),
        Command("luck"),
        Key("severities.P1.luck"),
        Key("severities.P9.staging"),
        Key("mode.luck"),
        Clock("luck"),
        Question("luck"),
        Owner("luck"),
        Merit(Strategy.HOTFIX, "luck"),
        Text("documents/report.md.j2", "by sheer luck"),
        Text("documents/luck.md.j2", "Bug report"),
        Drafted("luck", "What to write"),
        Drafted("triage", "by sheer luck"),
        Case("tests/unit/test_proposal.py", "by sheer luck"),
        Case("tests/unit/test_luck.py", "API answers 500"),
        Later(""),
        Later("the fix gate's checks", Requirement("fix", "checks")),
    ],
)
def test_a_pointer_to_nothing_is_found(pointer: Pointer) -> None:
    """Whatever kind it is; so is a `Later` whose time has come."""
    assert not pointer.exists()


def test_the_page_says_plainly_what_is_not_built() -> None:
    """In the line itself, and in a count of those that nothing carries yet."""
    page = pages()["seed.md"]
    rows = [row for row in page.splitlines() if row.startswith("| ") and not row.startswith("| line |")]
    assert len(rows) == len(LINES) + len(SEED)
    assert all(f"| {line.words} |" in page for _, line in LINES)
    assert page.count("**not built yet:**") == sum(isinstance(item, Later) for item in POINTERS)
    nothing = [line for _, line in LINES if not line.is_carried]
    assert f" {len(nothing)} of them are carried by nothing" in page


def test_a_line_that_is_only_to_come_is_not_carried() -> None:
    """One that is carried in part is."""
    later = Later("a clock of its own")
    assert not Line("words", (later,)).is_carried
    assert Line("words", (later, Clock("fix"))).is_carried
