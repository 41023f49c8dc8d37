"""Stories for tests of figures and pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bugaction.model import Severity
from bugaction.replay.account import Account
from bugaction.replay.story import Lap, Merge, Story, Verdict
from bugaction.snapshot import IssueState
from tests.values import BASE, at

__all__ = ["NO_TEST", "RED", "account", "lap", "merge", "story"]

NO_TEST = Verdict("fix", "regression-test", "A regression test is part of the change", "no test is added")
RED = Verdict("fix", "checks", "The watched checks passed on this commit", '"test" failed')


def lap(name: str, hours: float | None, target: float = 24, late: float | None = None) -> Lap:
    """A clock that took so many hours, None for one that nothing tells of."""
    length = timedelta(hours=hours) if hours is not None else None
    overdue = timedelta(hours=late) if late is not None else None
    if overdue is None and hours is not None and hours > target:
        overdue = timedelta(hours=hours - target)
    reached = at(hours * 60) if hours is not None else None
    return Lap(name, timedelta(hours=target), at(target * 60), reached, length, overdue)


def merge(number: int, *held: Verdict, hours: float = 10, **changes: object) -> Merge:
    """A merged fix, held for these."""
    found = Merge(number, f"{BASE}/pull/{number}", at(hours * 60), held)
    return replace(found, **changes)  # type: ignore[arg-type]


def story(
    number: int,
    severity: Severity | None = Severity.P1,
    *laps: Lap,
    merges: tuple[Merge, ...] = (),
    **changes: object,
) -> Story:
    """A bug that was fixed."""
    found = Story(
        number=number,
        name=f"BUG-{number:03d}",
        url=f"{BASE}/issues/{number}",
        title="Checkout fails",
        severity=severity,
        reported=at(number),
        state=IssueState.COMPLETED,
        laps=laps,
        merges=merges,
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def account(*stories: Story, **changes: object) -> Account:
    """A replay of these, all that there were."""
    found = Account(
        repository="octo/shop",
        url=BASE,
        since=at(-90 * 24 * 60),
        until=at(60),
        policy="the default policy",
        severities={Severity.P1: ("P1",)},
        bug=("bug",),
        found=len(stories),
        stories=stories,
    )
    return replace(found, **changes)  # type: ignore[arg-type]
