"""The lines of phase 3: the fix, and how it is chosen, tested and reviewed."""

from __future__ import annotations

from bugaction.model import Strategy
from scripts.seed.pointers import (
    Clock,
    Command,
    Drafted,
    Key,
    Later,
    Line,
    Merit,
    Owner,
    Part,
    Requirement,
    row,
)

__all__ = ["PARTS"]

_CHECKS = Requirement("fix", "checks")
_TEST = Requirement("fix", "regression-test")
_MINIMAL = Requirement("fix", "minimal-change")
_APPROVED = Requirement("fix", "approvals")
_DEBT = Requirement("verification", "technical-debt")
_REGRESSION = Drafted("fix", "A regression test that fails without the change")


def _of(strategy: Strategy, side: str, *words: str) -> tuple[Line, ...]:
    names = {"fits": "when", "gains": "for", "costs": "against"}
    return tuple(row(f"{names[side]}: {text}", Merit(strategy, side)) for text in words)


_FRAME = Part(
    "Phase 3: owner, time, aim",
    (
        row("the assignee owns it", Owner("fix")),
        row(
            "hours for a P0 or P1, within the whole target",
            Key("severities.P0.development"),
            Clock("development"),
        ),
        row("days for a P2 or P3", Key("severities.P2.development"), Clock("development")),
        row("aim: as little as removes the cause, and safe", _MINIMAL, _CHECKS),
    ),
)

_BACK = Part(
    "Phase 3: rolling back",
    (
        *_of(
            Strategy.ROLLBACK,
            "fits",
            "a deployment of late brought it",
            "the version before worked",
            "no data has suffered",
            "production is needed back at once",
        ),
        row("by reverting the commit", Command("strategy"), Command("rollback")),
        row("by a feature flag", Merit(Strategy.ROLLBACK, "fits")),
        *_of(Strategy.ROLLBACK, "gains", "at once", "known to work", "little risk"),
        *_of(Strategy.ROLLBACK, "costs", "takes other fixes along"),
        row("against: it is not the cure", Merit(Strategy.ROLLBACK, "costs"), _DEBT),
    ),
)

_COMPATIBLE = Part(
    "Phase 3: a fix that old clients survive",
    (
        *_of(
            Strategy.BACKWARD_COMPATIBLE,
            "fits",
            "there is no way back any more",
            "old clients stay",
            "there is time for it",
        ),
        *_of(
            Strategy.BACKWARD_COMPATIBLE, "gains", "old and new both work", "nothing breaks", "a gentle move"
        ),
        *_of(Strategy.BACKWARD_COMPATIBLE, "costs", "more complicated"),
        row("against: code that must go later", Merit(Strategy.BACKWARD_COMPATIBLE, "costs"), _DEBT),
    ),
)

_HOTFIX = Part(
    "Phase 3: a hotfix",
    (
        *_of(Strategy.HOTFIX, "fits", "one condition sets it off", "no full release needed", "few lines"),
        *_of(Strategy.HOTFIX, "gains", "soon made", "only what it is for"),
        row("against: a debt", Merit(Strategy.HOTFIX, "costs"), _DEBT),
        row("against: somebody cleans up later", Merit(Strategy.HOTFIX, "costs"), _DEBT),
    ),
)

_MADE = Part(
    "Phase 3: the fix and its tests",
    (
        row("the code says which bug it fixes", Requirement("fix", "linked")),
        row("a test file for the bug", _TEST, Key("fix.tests")),
        row("tests of the old and of the new way", _TEST),
        row("a test of what must still be refused", _CHECKS),
        row("what existed still works", _CHECKS),
        row("the test fails without the fix", Later("the proof: the test is run on base and head")),
    ),
)

_DRAFTED = Part(
    "Phase 3: what is drafted, and what is not done",
    (
        row("drafted: the code of the fix", Drafted("fix", "- The code of the fix.")),
        row("drafted: test cases", _TEST, Drafted("fix", "- Its tests, the regression test first.")),
        row("drafted: a suite against regressions", _TEST, _REGRESSION),
        row("never: a feature on the way", _MINIMAL, Key("fix.not-minimal")),
        row("never: what has nothing to do with it", _MINIMAL, Key("severities.P1.most-lines")),
        row("never: untested", _CHECKS, _TEST),
        row(
            "asked for: a compatible implementation",
            Drafted("fix", "Clients and data of before go on working"),
        ),
        row("asked for: unit tests", _TEST, Drafted("fix", "Unit tests for the cases around it")),
        row("asked for: regression tests", _TEST, _REGRESSION),
    ),
)

_GATE = Part(
    "Phase 3: deliverables and gate",
    (
        row("few lines changed", _MINIMAL, Key("severities.P0.most-lines")),
        row("the bug and nothing else", _MINIMAL, Requirement("fix", "tasks")),
        row("nothing new", _MINIMAL),
        row("unit tests of the fix pass", _CHECKS),
        row("regression tests pass", _TEST, _CHECKS),
        row("all other tests still pass", _CHECKS, Key("severities.P1.watch")),
        row("a peer has reviewed it", _APPROVED, Key("severities.P0.approvals")),
        row("somebody senior has approved it", _APPROVED, Key("severities.P1.senior-approval")),
        row("stop: no deployment without tests and a review", _CHECKS, _APPROVED),
    ),
)

PARTS = (_FRAME, _BACK, _COMPATIBLE, _HOTFIX, _MADE, _DRAFTED, _GATE)
