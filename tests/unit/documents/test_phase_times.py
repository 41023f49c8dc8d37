"""How long a bug was in each phase, by its issue's labels."""

from __future__ import annotations

from dataclasses import replace

from bugaction.documents.phase_times import phase_times
from bugaction.rendering import iso
from bugaction.snapshot import EntryKind
from tests.unit.bugs import bug
from tests.values import at, issue, labeled

LABELS = (
    labeled("phase: fix", minutes=60),
    labeled("phase: triage", minutes=2),
    labeled("phase: triage", minutes=3, kind=EntryKind.UNLABELED),
    labeled("Phase: Root-Cause", minutes=32),
    labeled("P1", minutes=40),
    labeled("phase: root-cause", minutes=50),
    labeled("phase: closed", minutes=90),
    labeled("phase: fix", minutes=90.5),
    labeled("phase: triage", minutes=100),
)


def test_each_stay_ends_where_the_next_begins() -> None:
    """In time's order, in either spelling; one of seconds is none, and the last has no length."""
    whole = bug()
    subject = replace(whole, facts=replace(whole.facts, issue=issue(timeline=LABELS)))
    assert phase_times(subject) == [
        {"name": "triage", "since": iso(at(2)), "lasted": "30 minutes"},
        {"name": "root-cause", "since": iso(at(32)), "lasted": "28 minutes"},
        {"name": "fix", "since": iso(at(60)), "lasted": "40 minutes"},
        {"name": "triage", "since": iso(at(100)), "lasted": ""},
    ]


def test_without_labels_there_is_nothing_to_tell() -> None:
    """Of a bug that no run has seen."""
    whole = bug()
    assert phase_times(replace(whole, facts=replace(whole.facts, issue=issue()))) == []
