"""The fix gate: what each pull request that fixes a bug has to show by itself."""

from __future__ import annotations

from bugaction.gates.approvals import ApprovalsRequirement
from bugaction.gates.base import Gate, PullRequirement
from bugaction.gates.change import (
    LinkedRequirement,
    MinimalRequirement,
    RegressionTestRequirement,
    TasksRequirement,
)
from bugaction.gates.checks import ChecksRequirement

__all__ = ["FIX"]

_OF_PULL: tuple[PullRequirement, ...] = (
    LinkedRequirement(),
    ChecksRequirement(),
    RegressionTestRequirement(),
    ApprovalsRequirement(),
    MinimalRequirement(),
    TasksRequirement(),
)

FIX = Gate(name="fix", title="Fix", of_pull=_OF_PULL)
"""Tested, approved, and no more than a fix."""
