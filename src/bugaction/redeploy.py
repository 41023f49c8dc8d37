"""What else `/rollback` starts: the policy's workflow, which deploys the version before. Pure.

It touches production, so it is started once at the most: the ledger claims it before, in the commit of the
order itself, and says after what became of it. Where GitHub's answer was lost, nothing tells whether it runs,
and a person looks.
"""

from __future__ import annotations

import re

from bugaction.bug import Bug
from bugaction.documents.base import repository_url
from bugaction.escaping import plain
from bugaction.model import LedgerLine, RecordKind
from bugaction.plan import DispatchWorkflow, Effect
from bugaction.rollback import ordered
from bugaction.snapshot import Repository

__all__ = ["dispatch_effects", "dispatch_lines", "redeployed"]

_REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+@-]{0,254}")
"""A tag or a commit that no shell reads as an option, whatever a workflow does with it."""

_LONGEST_ERROR, _LONGEST_REASON = 200, 300


def dispatch_lines(bug: Bug, viewer: str) -> tuple[LedgerLine, ...]:
    """The claim to start it, along with an order that is new, and what became of it.

    One that was started for the same version is not started again by a second order: whoever wants that does
    it on the page of the workflow.
    """
    workflow = bug.policy.deployment.rollback_workflow
    found: list[LedgerLine] = []
    for order in ordered(bug).values() if workflow is not None else ():
        attempt, claims = _attempt(order), bug.ledger.accepted(RecordKind.CLAIMED)
        data = {"workflow": workflow or "", "version": order.data.get("ref", "")}
        is_known = any(line.data == data and _refusal(bug, line.evidence) is None for line in claims)
        if order in bug.unrecorded and _REF.fullmatch(data["version"]) and not is_known:
            found.append(LedgerLine(RecordKind.CLAIMED, attempt, viewer, bug.now, accepted=True, data=data))
    for attempt, said in bug.dispatched.items():
        if bug.ledger.find(attempt, RecordKind.CLAIMED) is not None:
            more = {"said": said} if said else {}
            found.append(
                LedgerLine(RecordKind.CONFIRMED, attempt, viewer, bug.now, accepted=not said, data=more)
            )
    return tuple(line for line in found if bug.ledger.find(*line.key) is None)


def dispatch_effects(bug: Bug, repository: Repository) -> tuple[Effect, ...]:
    """The workflows to start: what is claimed along with it, or by this run, which did not come to it."""
    default = repository.default
    return tuple(
        DispatchWorkflow(
            number=bug.number,
            workflow=claim.data["workflow"],
            ref=default.name,
            inputs=(
                ("bug", str(bug.number)),
                ("reason", "" if bug.confidential else plain(order.data.get("reason", ""), _LONGEST_REASON)),
                ("version", claim.data["version"]),
            ),
            attempt=claim.evidence,
        )
        for order in ordered(bug).values()
        if default is not None
        and (claim := bug.ledger.find(_attempt(order), RecordKind.CLAIMED)) is not None
        and (claim in bug.unrecorded or claim.evidence in bug.untried)
        and claim.evidence not in bug.dispatched
    )


def redeployed(bug: Bug) -> tuple[str, ...]:
    """How each order to deploy an older version stands, a sentence each, for the sticky comment."""
    workflow = bug.policy.deployment.rollback_workflow
    if workflow is None:
        return ()
    texts = (_words(bug, workflow, order) for order in ordered(bug).values())
    return tuple(text for text in texts if text)


def _attempt(order: LedgerLine) -> str:
    """What one start is known by: the order that asks for it."""
    return f"dispatch#{order.evidence}"


def _refusal(bug: Bug, attempt: str) -> str | None:
    """Why it was not started, or that it is not known; None where it was, or was not tried yet."""
    line = bug.ledger.find(attempt, RecordKind.CONFIRMED)
    return line.data.get("said", "") if line is not None and not line.accepted else None


def _words(bug: Bug, workflow: str, order: LedgerLine) -> str:
    page = f"[{workflow}]({repository_url(bug)}/actions/workflows/{workflow})"
    claim = bug.ledger.find(_attempt(order), RecordKind.CLAIMED)
    if claim is None:
        if not order.data.get("ref"):
            return f"Which version to go back to is not known: start {page} by hand"
        if not _REF.fullmatch(order.data["ref"]):
            return f"The name of the version before is not passed on to a workflow: start {page} by hand"
        is_done = any(
            line.data.get("version") == order.data["ref"] for line in bug.ledger.accepted(RecordKind.CLAIMED)
        )
        hand = f"{page} was started for this version before: start it by hand where that did not do"
        return hand if is_done else ""
    version = plain(order.data.get("version", ""))
    refusal = bug.dispatched.get(claim.evidence) or _refusal(bug, claim.evidence)
    if refusal:
        said = plain(refusal, _LONGEST_ERROR)
        more = "; the job needs `actions: write`" if _lacks_permission(refusal) else ""
        return (
            f"Look whether {page} runs, and start it by hand for {version} if not. GitHub says: {said}{more}"
        )
    done = bug.ledger.find(claim.evidence, RecordKind.CONFIRMED)
    if done is None and claim.evidence not in bug.dispatched:
        return f"Look whether {page} runs for {version}: the run that was to start it ended before it said so"
    return f"{page} was started with the version {version}"


def _lacks_permission(said: str) -> bool:
    """Whether the job's token may not, and GitHub did not say what it takes."""
    return "not accessible by" in said.casefold() and "actions: write" not in said
