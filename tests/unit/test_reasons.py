"""The table of reasons."""

from __future__ import annotations

import pytest

from bugaction.plan import Reason
from bugaction.reasons import EXITS, REASONS, ExitCode, exit_code


def test_every_reason_has_a_meaning() -> None:
    """In the order of the codes, in whole sentences."""
    assert list(REASONS) == list(Reason)
    for meaning in REASONS.values():
        assert meaning.sentence.endswith(".")
        assert meaning.remedy == "" or meaning.remedy.endswith(".")
    assert list(EXITS) == list(ExitCode)


@pytest.mark.parametrize(
    ("reason", "failed", "code"),
    [
        (Reason.DONE, False, 0),
        (Reason.NOTHING_TO_DO, False, 0),
        (Reason.PERMISSION_MISSING, False, 0),
        (Reason.PERMISSION_MISSING, True, 3),
        (Reason.WORK_LEFT, True, 3),
        (Reason.CONFIG_INVALID, True, 2),
        (Reason.GITHUB_UNAVAILABLE, False, 3),
        (Reason.USAGE, False, 2),
        (Reason.INTERNAL, False, 1),
    ],
)
def test_exit_code_tells_results_from_failures(reason: Reason, failed: bool, code: int) -> None:
    """A run that left a gate undone is never green; one that only lacks a convenience is."""
    assert exit_code(reason, failed=failed) == code
