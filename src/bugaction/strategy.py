"""How a bug is best fixed: what each strategy is good for, and which one the facts speak for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bugaction.bug import Bug, StrategyChoice
from bugaction.model import Evidence, Severity, Strategy
from bugaction.state import Planned

__all__ = ["OPTIONS", "Option", "StrategyProposal", "chosen", "propose_strategy"]


@dataclass(frozen=True, slots=True)
class Option:
    """A strategy in words: when it fits, what it gains and what it costs."""

    fits: tuple[str, ...]
    gains: tuple[str, ...]
    costs: tuple[str, ...]


OPTIONS: Mapping[Strategy, Option] = {
    Strategy.ROLLBACK: Option(
        fits=(
            "a recent deployment brought the bug, and the version before it worked",
            "no data has been written in a form that the older version cannot read",
            "a feature flag can be turned back, which needs no pull request at all",
        ),
        gains=("it helps at once", "where it leads to is known to work", "little can go wrong"),
        costs=("everything else in that release goes with it", "the bug still has to be fixed for good"),
    ),
    Strategy.BACKWARD_COMPATIBLE: Option(
        fits=(
            "going back is closed, because data has been migrated",
            "older clients stay in use and must go on working",
            "there are hours rather than minutes",
        ),
        gains=(
            "old and new clients both work",
            "nothing breaks on the way",
            "clients move when they can",
        ),
        costs=("the code has to serve two ways", "what is only there for the old way must go some day"),
    ),
    Strategy.HOTFIX: Option(
        fits=(
            "one condition that can be named sets the bug off",
            "a few lines mend it, without a full release",
        ),
        gains=("it is quick to make", "it touches nothing else"),
        costs=("it leaves a debt behind", "somebody has to clean up after it"),
    ),
}
"""Every strategy in the order in which it is to be considered."""

_FEW = frozenset({"small portion of users", "rare edge case"})


@dataclass(frozen=True, slots=True)
class StrategyProposal:
    """The strategy that the facts speak for, with the reasons as sentences."""

    strategy: Strategy
    reasons: tuple[str, ...]


def propose_strategy(bug: Bug) -> StrategyProposal | None:
    """What to look at first, by severity, by what went out shortly before, and by whom the bug hits.

    None while there is no severity. A person decides: whether data was migrated, or which clients are out
    there, is nothing that GitHub knows.
    """
    severity = bug.severity.current
    if severity is None:
        return None
    if severity is Severity.P0:
        reasons = (
            "a P0 needs production back before anything else",
            "look at the changes before it began: if one of them brought it, undo that one",
        )
        return StrategyProposal(Strategy.ROLLBACK, reasons)
    if bug.recent_deployments:
        many = bug.recent_deployments > 1
        reasons = (
            f"{bug.recent_deployments} deployment{'s' if many else ''} went out shortly before it began",
            f"if {'one of them' if many else 'that'} brought it and no data was migrated, undo it; "
            "otherwise keep old clients working",
        )
        return StrategyProposal(Strategy.ROLLBACK, reasons)
    affected = bug.answers.get("affected").casefold()
    if affected in _FEW:
        reasons = (f"the report says who is affected: {affected}", "so one condition may be what sets it off")
        return StrategyProposal(Strategy.HOTFIX, reasons)
    reason = f"a {severity} leaves time for a fix that keeps every client working"
    return StrategyProposal(Strategy.BACKWARD_COMPATIBLE, (reason,))


def chosen(plans: Planned) -> StrategyChoice | None:
    """The strategy that somebody chose last, or None."""
    line = plans.strategy_line
    if plans.strategy is None or line is None:
        return None
    text = f"{plans.strategy}, chosen by {line.actor}"
    evidence = Evidence(text, line.data.get("url", ""), line.actor, line.at)
    return StrategyChoice(plans.strategy, line.data.get("reason", ""), evidence)
