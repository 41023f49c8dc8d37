"""The bug report: what is known of a bug when it is triaged, and what its reporter has told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bugaction.bug import Bug, Gap
from bugaction.clocks import fix_due
from bugaction.documents import base
from bugaction.documents.base import DocumentType, repository_url
from bugaction.documents.merge import blocks_of
from bugaction.documents.milestones import words_of
from bugaction.issue_form import ASSESSMENT, FIELDS
from bugaction.model import Severity
from bugaction.questions import AskSuspects
from bugaction.rendering import Plain, iso
from bugaction.snapshot import Commit, Deployment, PullRequest, Suspects

__all__ = ["REPORT", "gaps", "needs_suspects", "recent_deployments"]

LISTED = 30
"""Changes of one kind that the report lists; GitHub shows the rest."""

_RULES = {
    "production-down": "Yes: P0",
    "data-at-risk": "Yes: P0",
    "security-breach": "Yes: P0",
    "payments-failing": "Yes: P0",
    "critical-blocked": "Yes, and no way around it: P0",
    "core-broken": "Yes: P1",
    "affected": "All users: P1",
    "cosmetic": "Yes: P3",
    "workaround": "No: one step up, to P1 at most",
    "impact": "High or critical: one step up, to P1 at most",
}
"""The decision matrix, question by question."""

_SECTIONS = {
    "broken": "What is broken",
    "expected": "Expected behaviour",
    "actual": "Actual behaviour",
    "frequency": "Frequency",
    "steps": "Steps to reproduce",
    "environment": "Environment details",
}
_EVERYTHING = tuple(_SECTIONS)


def gaps(text: str, severity: Severity) -> tuple[Gap, ...]:
    """What a report still lacks."""
    return base.gaps(REPORT, text, severity)


def needs_suspects(bug: Bug) -> AskSuspects | None:
    """The question for the suspect changes, or None while the committed report answers it.

    They are read once for a window: a settled bug costs no request for them. A block that a person has
    written in is read again, so that it can be restored. A report that cannot be read is not written either.
    """
    if bug.confidential or bug.severity.current is None:
        return None
    newest = base.committed(REPORT, bug.facts.documents, bug.policy.documents.root, bug.number, bug.home)
    if newest is not None and newest.file.text is None:
        return None
    text = bug.report.text if bug.report is not None else None
    if text is not None:
        block = blocks_of(text).get("suspects")
        if block is not None and block.is_intact and block.attributes.get("window") == _window_name(bug):
            return None
    since, until = _window(bug)
    return AskSuspects(bug=bug.number, since=since, until=until)


def recent_deployments(bug: Bug) -> int:
    """How many deployments went out in the window before the bug: as read, or as the report keeps it."""
    if bug.suspects is not None:
        return len(bug.suspects.deployments)
    block = blocks_of(bug.report.text).get("suspects") if bug.report is not None and bug.report.text else None
    counted = block.attributes.get("deployments", "") if block is not None and block.is_intact else ""
    return int(counted) if counted.isascii() and counted.isdecimal() else 0


def _window(bug: Bug) -> tuple[datetime, datetime]:
    until = bug.started or bug.issue.at
    return until - bug.policy.documents.suspect_window, until


def _window_name(bug: Bug) -> str:
    since, until = _window(bug)
    return f"{iso(since)}/{iso(until)}"


def _values(bug: Bug, version: str) -> dict[str, Plain]:
    """Everything that the report's template shows; names are its contract (docs/reference/templates.md)."""
    answers: dict[str, Plain] = {key.replace("-", "_"): bug.answers.get(key) for key in FIELDS}
    shared = base.subject(bug, version)
    severity = bug.severity.current or Severity.P2
    return {
        **shared,
        "severity": {
            "name": severity.name,
            "word": severity.word,
            "initial": _initial(bug),
            "history": base.severity_steps(bug),
        },
        "reporter": bug.issue.author.login,
        "reported": iso(bug.issue.at),
        "started": iso(bug.started),
        "answers": answers,
        "preamble": "" if bug.answers.is_form else bug.answers.preamble,
        "matrix": [
            {"question": FIELDS[key], "answer": bug.answers.get(key), "rule": rule}
            for key, rule in _RULES.items()
            if key in ASSESSMENT
        ],
        "proposal": {
            "severity": str(bug.proposal.severity) if bug.proposal is not None else "",
            "word": bug.proposal.severity.word if bug.proposal is not None else "",
            "reasons": list(bug.proposal.reasons) if bug.proposal is not None else [],
        },
        "suspects": _suspects(bug),
        "assigned": _assigned(bug),
        "backup": bug.backup,
        "eta": _eta(bug),
        "channel": f"#{bug.channel}" if bug.channel else "",
        "looked": words_of(bug.attestations.get("investigation")),
        "urgent": int(severity in (Severity.P0, Severity.P1)),
        "notified": words_of(bug.attestations.get("stakeholders-notified")),
    }


def _initial(bug: Bug) -> str:
    """The first severity that the bug had."""
    first = next((change.after for change in bug.severity.history if change.after is not None), None)
    first = first if first is not None else bug.severity.current
    return f"{first} ({first.word})" if first is not None else ""


def _assigned(bug: Bug) -> list[Plain]:
    people: list[Plain] = []
    for assignee in bug.issue.assignees:
        taken = next((item for item in bug.acceptances if assignee.is_same(item.login)), None)
        accepted = iso(taken.evidence.at or bug.issue.at) if taken is not None else ""
        url = taken.evidence.url if taken is not None else ""
        people.append({"login": assignee.login, "accepted": accepted, "url": url})
    return people


def _eta(bug: Bug) -> dict[str, Plain]:
    return {"at": iso(bug.eta or fix_due(bug)), "given": int(bug.eta is not None)}


def _suspects(bug: Bug) -> dict[str, Plain]:
    """What changed in the window; `read` is 0 when the committed block is to stay as it is."""
    found = bug.suspects
    since, until = _window(bug)
    if found is None:
        found = Suspects(since=since, until=until)
    more = found.cut or max(len(found.commits), len(found.pulls), len(found.deployments)) > LISTED
    return {
        "read": int(bug.suspects is not None),
        "window": _window_name(bug),
        "since": iso(since),
        "until": iso(until),
        "commits": [_commit(item, bug) for item in found.commits[:LISTED]],
        "pulls": [_pull(item) for item in found.pulls[:LISTED]],
        "deployments": [_deployment(item) for item in found.deployments[:LISTED]],
        "count": len(found.deployments),
        "more": int(more),
    }


def _commit(commit: Commit, bug: Bug) -> Plain:
    subject = commit.message.partition("\n")[0]
    return {
        "at": iso(commit.at),
        "text": f"{commit.oid[:7]} {subject}",
        "url": f"{repository_url(bug)}/commit/{commit.oid}",
        "who": _names(commit.authors),
    }


def _pull(pull: PullRequest) -> Plain:
    return {
        "at": iso(pull.merged_at),
        "text": f"#{pull.number} {pull.title}",
        "url": pull.url,
        "who": pull.author.login,
    }


def _deployment(deployment: Deployment) -> Plain:
    place = f"{deployment.ref} ({deployment.oid[:7]}) to {deployment.environment}"
    return {
        "at": iso(deployment.at),
        "text": place,
        "url": deployment.url,
        "who": deployment.creator.login,
        "state": deployment.state or "state unknown",
    }


def _names(logins: Iterable[str]) -> str:
    return ", ".join(logins)


_REQUIRED: Mapping[Severity, tuple[str, ...]] = {
    Severity.P0: _EVERYTHING,
    Severity.P1: _EVERYTHING,
    Severity.P2: _EVERYTHING,
    Severity.P3: ("broken", "expected", "actual", "steps"),
}

REPORT = DocumentType(
    kind="report",
    title="bug report",
    template="documents/report.md.j2",
    file_name="{bug}-report-v{version}.md",
    sections=_SECTIONS,
    required=_REQUIRED,
    values=_values,
    wanted=lambda _bug, _gates: True,
    passing=frozenset({"checked"}),
    shown=frozenset({"expected", "actual", "steps", "environment"}),
)
