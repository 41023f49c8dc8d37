"""Bugs for tests of gates, phases and clocks."""

from __future__ import annotations

from dataclasses import replace

from bugaction.bug import Acceptance, Bug, Deployed, DocumentState, FormAnswers, SeverityChange, SeverityState
from bugaction.model import Evidence, LedgerFile, LedgerLine, RecordKind, Role, Severity
from bugaction.policy import Policy
from bugaction.snapshot import PullRequest, PullState
from bugaction.verdicts import Judged
from tests.values import ANA, BASE, at, changed, facts, issue, pull

ACCEPTED = Acceptance("ana", Evidence("ana accepted by `/accept`", "", "ana", at(3)))
DEPLOYED = Deployed(
    at(600), "2.0.1", "production", Evidence("2.0.1 deployed to production", "log", "bo", at(600))
)
"""Ten hours after the report."""
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


def steps(*changes: tuple[float, Severity | None]) -> SeverityState:
    """A history: at so many minutes, this severity."""
    history: list[SeverityChange] = []
    before = last = raised = None
    for minutes, after in changes:
        history.append(SeverityChange(at(minutes), ANA, Role.TRIAGE, before, after, "", "url"))
        if after is not None and (last is None or after < last):
            raised = at(minutes)
        before, last = after, after or last
    return SeverityState(before, at(changes[-1][0]), raised, history=tuple(history))


def through(*changes: tuple[float, Severity | None], **others: object) -> Bug:
    """A bug with that history."""
    return replace(bug(None, **others), severity=steps(*changes))  # type: ignore[arg-type]


def said(name: str, minutes: float, actor: str = "bo", **data: str) -> LedgerLine:
    """An accepted command so many minutes after the report."""
    evidence = f"IC_{name}_{minutes:g}#x"
    given = {"name": name, "url": f"{BASE}/issues/42#{name}", **data}
    return LedgerLine(RecordKind.COMMAND, evidence, actor, at(minutes), accepted=True, data=given)


def landed(number: int, minutes: float) -> PullRequest:
    """A fix that was merged so many minutes after the report."""
    return replace(pull(number, state=PullState.MERGED), merged_at=at(minutes))


def merged(severity: Severity | None = Severity.P1, *lines: LedgerLine, **changes: object) -> Bug:
    """A bug whose one fix was merged 9 hours after the report, with these decisions."""
    fix = replace(pull(7, state=PullState.MERGED), merged_at=at(540), merge_oid="f" * 40)
    attested = {line.data["requirement"]: line for line in lines if line.data.get("requirement")}
    whole: dict[str, object] = {
        "fixes": (fix,),
        "ledger": LedgerFile(lines=lines),
        "attestations": attested,
        "now": at(610),
    }
    return bug(severity, **{**whole, **changes})  # type: ignore[arg-type]


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


def judged(whole: Bug | None = None, **changes: object) -> Judged:
    """A bug with no gate that passes."""
    return Judged(whole or bug(**changes), (), f"{BASE}/issues/42")  # type: ignore[arg-type]


def merged_fix(**changes: object) -> PullRequest:
    """A merged fix whose files were read."""
    files = tuple(
        changed(f"src/{name}.py", additions=size) for name, size in zip("abcdefghij", range(10), strict=True)
    )
    whole = replace(pull(state=PullState.MERGED), files=files, merged_at=at(60))
    return replace(whole, **changes)  # type: ignore[arg-type]
