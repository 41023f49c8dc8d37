"""A person's word that lets a pull request pass over a gate: for one commit, and never in silence.

It lasts for the commit that it names, as long as the same pull request offers that to the same base, and for
merges of the base that GitHub made on top of it. What holds without it stays as it is.
"""

from __future__ import annotations

from dataclasses import replace

from bugaction.bug import Bug
from bugaction.escaping import clean
from bugaction.model import Evidence, GateResult, LedgerLine, Outcome
from bugaction.snapshot import PullRequest
from bugaction.state import commands_named

__all__ = ["is_current", "override_of", "waive"]


def is_current(pull: PullRequest, oid: str) -> bool:
    """Whether a word on that commit is one on the head: nothing but merges of the base came since.

    Only merges that GitHub made on its site count; what a person put into one made elsewhere is not to be
    seen. An applied suggestion looks like any edit on the site, so it asks for a new look. What came since is
    told by their parents: GitHub lists commits by the author's date (isaacs/github#386), which is whatever
    their author wrote, so that a later one may stand before the one that was approved.
    """
    if oid == pull.head_oid:
        return True
    known = {commit.oid: commit for commit in pull.commits or ()}
    here = known.get(pull.head_oid)
    for _ in known:
        if here is None or not (here.is_from_github and pull.merges_base(here)):
            return False
        before = here.parent_oids[0]
        if before == oid:
            return oid in known
        here = known.get(before)
    return False


def override_of(bug: Bug, pull: PullRequest, gate: str) -> LedgerLine | None:
    """The newest override of that gate which counts for the pull request as it is now, None without one."""
    lines = [
        line
        for line in commands_named(bug.ledger, "override")
        if line.data.get("gate") == gate
        and is_current(pull, line.data.get("head", ""))
        and f"#{pull.number}" in line.data.get("pulls", "").split()
        and pull.is_since_its_base(line.at)
    ]
    return lines[-1] if lines else None


def waive(result: GateResult, bug: Bug, pull: PullRequest) -> GateResult:
    """The verdict with all that does not pass waived, where somebody overrode the gate for this commit."""
    line = override_of(bug, pull, result.gate)
    if line is None or not result.blocking:
        return result
    reason = "" if bug.confidential else clean(line.data.get("reason", ""))
    text = f"overridden by {line.actor}" + (f": {reason}" if reason else "")
    word = Evidence(text, line.data.get("url", ""), line.actor, line.at)
    requirements = tuple(
        item
        if item.outcome.passes
        else replace(item, outcome=Outcome.WAIVED, remedy="", evidence=(word,), due=None)
        for item in result.requirements
    )
    return replace(result, requirements=requirements, override=word)
