"""The pull requests that take another back, as facts."""

from __future__ import annotations

from bugaction.reverting import Reverting, reverting_branch
from tests.values import at


def test_what_is_open_or_merged_stands() -> None:
    """Closed without a merge, it does not."""
    assert Reverting(8, "PR_8", "url").stands
    assert Reverting(8, "PR_8", "url", is_merged=True, closed_at=at(1)).stands
    assert not Reverting(8, "PR_8", "url", closed_at=at(1)).stands
    assert reverting_branch(7, "fix/cart") == "revert-7-fix/cart"
