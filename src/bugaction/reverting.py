"""The pull requests that take a merged one back, as plain facts.

GitHub's own are made by the button "Revert" or by `revertPullRequest`, on a branch that is named
`revert-NUMBER-BRANCH` (cli/cli#6034 and mislav/hub#575 show such; no documentation promises it).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["AskReverting", "Reverting", "reverting_branch"]


def reverting_branch(number: int, branch: str) -> str:
    """The branch that GitHub makes to take back a pull request which came from `branch`."""
    return f"revert-{number}-{branch}"


@dataclass(frozen=True, slots=True)
class AskReverting:
    """The pull requests that take back number `pull`, which came from `branch` (one GraphQL request)."""

    pull: int
    branch: str


@dataclass(frozen=True, slots=True)
class Reverting:
    """One of them, whoever opened it; `closed_at` is None while it is open. `id` is its node id."""

    number: int
    id: str
    url: str
    is_merged: bool = False
    closed_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether it is open, or was merged: nothing more is to be done then."""
        return self.closed_at is None or self.is_merged
