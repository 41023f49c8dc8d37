"""Bugs for tests of gates, phases and clocks."""

from __future__ import annotations

from dataclasses import replace

from bugaction.bug import Acceptance, Bug, DocumentState, FormAnswers, SeverityChange, SeverityState
from bugaction.model import Evidence, LedgerFile, Role, Severity
from bugaction.policy import Policy
from tests.values import ANA, at, facts, issue

ACCEPTED = Acceptance("ana", Evidence("ana accepted by `/accept`", "", "ana", at(3)))
REPORT = DocumentState(
    kind="report",
    path="documents/bugs/BUG-042/bug-042-report-v1.0.md",
    version="v1.0",
    text="# Bug report\n\n### Looked at\n<!-- section: checked -->\n- [x] Error logs around the start:\n",
    branch="main",
    url="https://github.com/octo/shop/blob/main/documents/bugs/BUG-042/bug-042-report-v1.0.md",
)


def bug(
    severity: Severity | None = Severity.P1,
    *,
    raised: float = 2,
    policy: Policy | None = None,
    **changes: object,
) -> Bug:
    """A bug with this severity, set some minutes after its report, and nothing else."""
    change = SeverityChange(at(raised), ANA, Role.TRIAGE, None, severity, "all of checkout", "url")
    state = SeverityState(
        current=severity,
        since=at(raised) if severity is not None else None,
        raised=at(raised) if severity is not None else None,
        history=(change,) if severity is not None else (),
    )
    whole = Bug(
        facts=facts(issue()),
        policy=policy or Policy(),
        now=at(30),
        name="BUG-042",
        severity=state,
        answers=FormAnswers(),
        ledger=LedgerFile(),
    )
    report = changes.pop("report", None)
    if report is not None:
        changes["documents"] = {"report": report}
    return replace(whole, **changes)  # type: ignore[arg-type]


def triaged(severity: Severity = Severity.P1, **changes: object) -> Bug:
    """A bug whose triage is complete."""
    complete = {
        "acceptances": (ACCEPTED,),
        "backup": "bo",
        "backup_role": Role.MAINTAIN,
        "report": REPORT,
        "channel": "incident-bug-042",
    }
    return bug(severity, **{**complete, **changes})  # type: ignore[arg-type]
