"""Whether a report of a regression still stands, by the fixes that were merged and what production runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bugaction.bug import Deployed
from bugaction.model import LedgerFile
from bugaction.monitoring import report_of
from bugaction.policy import Policy
from bugaction.snapshot import PullRequest, PullState
from tests.unit.bugs import DEPLOYED, said
from tests.values import at, issue, pull


def fix(number: int, minutes: float, **changes: object) -> PullRequest:
    """A pull request that was merged in that minute."""
    made = replace(pull(number, state=PullState.MERGED), merged_at=at(minutes), merge_oid=f"{number:040x}")
    return replace(made, **changes)  # type: ignore[arg-type]


FIRST = fix(7, 100)


def reported(fixes: list[PullRequest], deployed: Deployed | None, minutes: float = 300) -> datetime | None:
    """When the report of that minute was made, None where it is answered."""
    ledger = LedgerFile(lines=(said("regression", minutes, "cy"),))
    found = report_of(ledger, issue(), Policy(), fixes, deployed)
    return found.at if found is not None else None


def test_a_further_fix_answers_it_once_that_is_deployed() -> None:
    """Not by its merge alone, and none that was merged before it."""
    assert reported([], DEPLOYED) is None
    assert reported([FIRST], DEPLOYED) == at(300)
    assert reported([FIRST, fix(10, 400)], None) == at(300)
    assert reported([FIRST, fix(10, 400)], DEPLOYED) is None
    assert reported([FIRST, fix(10, 200)], DEPLOYED) == at(300)


def test_what_brings_the_same_code_back_answers_nothing() -> None:
    """The fix was taken back for the report, and is back as it was; a new one answers it."""
    back = fix(8, 320, head="revert-7-topic")
    again = fix(9, 340, head="revert-8-revert-7-topic")
    assert reported([FIRST, back], None) is None
    assert reported([FIRST, back, again], DEPLOYED) == at(300)
    assert reported([FIRST, back, again, fix(10, 400)], DEPLOYED) is None
    assert reported([FIRST, back, replace(again, mends=True)], DEPLOYED) is None
    assert reported([FIRST, back, replace(again, mends=True)], DEPLOYED, 350) == at(350)


def test_a_further_fix_that_production_does_not_run_answers_nothing() -> None:
    """One went to the default branch, and production runs a release branch with a backport of the first."""
    fixes = [FIRST, fix(9, 110, base="1.x"), fix(10, 400)]
    backport, main = frozenset({fixes[1].merge_oid}), frozenset({FIRST.merge_oid, fixes[2].merge_oid})
    for holds, expected in (
        ((backport,), at(300)),
        ((main,), None),
        ((main | backport,), None),
        ((backport, main), at(300)),
        ((main, main), None),
        ((frozenset({"e" * 40}),), at(300)),
        ((), None),
    ):
        assert reported(fixes, replace(DEPLOYED, holds=holds)) == expected
