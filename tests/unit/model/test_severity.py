"""Severities compare by urgency, and each of them is one."""

from __future__ import annotations

import pytest

from bugaction.model import Severity


@pytest.mark.parametrize("severity", Severity)
def test_any_severity_is_true(severity: Severity) -> None:
    """P0 is zero, and `severity or default` must still give P0."""
    assert severity
    assert (severity or Severity.P2) is severity


def test_the_worst_is_the_smallest() -> None:
    """So `min` finds it."""
    assert min(Severity) is Severity.P0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P0", Severity.P0),
        (" p3 ", Severity.P3),
        ("Critical", Severity.P0),
        ("medium", Severity.P2),
        ("0", None),
        ("P", None),
        ("", None),
    ],
)
def test_it_is_read_by_number_or_word(text: str, expected: Severity | None) -> None:
    """In any case of letters."""
    assert Severity.parse(text) is expected
