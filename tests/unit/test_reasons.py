"""The table of reasons."""

from __future__ import annotations

import pytest

from bugaction.errors import Forbidden, Missing, Rejected, Transient, UserError
from bugaction.plan import Reason
from bugaction.reasons import REASONS, exit_code
from bugaction.telling import reason_of


def test_every_reason_has_a_meaning() -> None:
    """In the order of the codes, in whole sentences."""
    assert list(REASONS) == list(Reason)
    for meaning in REASONS.values():
        assert meaning.sentence.endswith(".")
        assert meaning.remedy == "" or meaning.remedy.endswith(".")


def test_every_reason_that_can_turn_red_says_when() -> None:
    """Those of errors that end a run and of work that was left, where the table has a green code for them."""
    errors = [UserError("x"), Forbidden("x"), Missing("x"), Rejected("x"), Transient("x"), KeyError("x")]
    ended = {reason_of(error) for error in errors} | {Reason.WORK_LEFT}
    turning = {reason for reason in ended if exit_code(reason) != exit_code(reason, failed=True)}
    assert turning == {reason for reason, meaning in REASONS.items() if meaning.red}


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
