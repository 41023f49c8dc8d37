"""A strategy is proposed by what the report says, and chosen by a person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.bug import FormAnswers
from bugaction.model import LedgerFile, RecordKind, Severity, Strategy
from bugaction.state import planned
from bugaction.strategy import OPTIONS, chosen, propose_strategy
from tests.unit.bugs import bug
from tests.values import at, line

P0, P1, P2, P3 = Severity


@pytest.mark.parametrize(
    ("severity", "affected", "strategy"),
    [
        (P0, "All users", Strategy.ROLLBACK),
        (P0, "Rare edge case", Strategy.ROLLBACK),
        (P1, "All users", Strategy.BACKWARD_COMPATIBLE),
        (P2, "", Strategy.BACKWARD_COMPATIBLE),
        (P1, "Rare edge case", Strategy.HOTFIX),
        (P3, "Small portion of users", Strategy.HOTFIX),
    ],
)
def test_what_is_looked_at_first(severity: Severity, affected: str, strategy: Strategy) -> None:
    """By severity, and by whom it hits; each with a reason."""
    answers = FormAnswers(values={"affected": affected} if affected else {}, is_form=True)
    proposal = propose_strategy(bug(severity, answers=answers))
    assert proposal is not None
    assert proposal.strategy is strategy
    assert all(proposal.reasons)


@pytest.mark.parametrize(("count", "words"), [(1, "1 deployment went out"), (3, "3 deployments went out")])
def test_what_went_out_before_is_looked_at_first(count: int, words: str) -> None:
    """Whoever it hits: the quickest way is to undo it."""
    answers = FormAnswers(values={"affected": "Rare edge case"}, is_form=True)
    proposal = propose_strategy(bug(P2, answers=answers, recent_deployments=count))
    assert proposal is not None
    assert proposal.strategy is Strategy.ROLLBACK
    assert proposal.reasons[0].startswith(words)


def test_nothing_is_proposed_without_a_severity() -> None:
    """It decides how much time there is."""
    assert propose_strategy(bug(None)) is None


def test_every_strategy_has_its_for_and_against() -> None:
    """In the order in which they are to be considered."""
    assert list(OPTIONS) == list(Strategy)
    for option in OPTIONS.values():
        assert option.fits
        assert option.gains
        assert option.costs


def test_the_last_word_counts() -> None:
    """With who said it, and why."""
    lines = tuple(
        replace(
            line(RecordKind.COMMAND, f"IC_{minutes}", name="strategy", strategy=name, reason="so"),
            at=at(minutes),
        )
        for minutes, name in ((9, "hotfix"), (3, "rollback"))
    )
    choice = chosen(planned(LedgerFile(lines=lines)))
    assert choice is not None
    assert (choice.strategy, choice.reason, choice.evidence.text) == (
        Strategy.HOTFIX,
        "so",
        "hotfix, chosen by ana",
    )
    assert chosen(planned(LedgerFile())) is None
