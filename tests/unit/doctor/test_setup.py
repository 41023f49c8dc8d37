"""Labels in other words: which names say a level of severity, and which do not."""

from __future__ import annotations

import pytest

from tests.unit.doctor.healthy import finding


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("severity: critical", "P0"),
        ("Severity/Critical", "P0"),
        ("priority-blocker", "P0"),
        ("sev0", "P0"),
        ("sev 1", "P1"),
        ("S1", "P1"),
        ("prio:high", "P1"),
        ("p/2", "P2"),
        ("severity:medium", "P2"),
        ("Priority Low", "P3"),
        ("severity::3", "P3"),
        ("high", ""),
        ("1", ""),
        ("size: 1", ""),
        ("critical path", ""),
        ("sevilla", ""),
        ("v1", ""),
        ("phase: fix", ""),
        ("sla: breached", ""),
    ],
)
def test_a_label_that_says_a_severity(name: str, severity: str) -> None:
    """A level with a word or a letter in front of it; a level alone may be about anything."""
    found = finding("labels", labels=("P0", "P1", "P2", "P3", "bug", name))
    words = "\n".join(found.details)
    assert (f"looks like {severity}" in words) if severity else (words == "")
