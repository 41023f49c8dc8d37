"""Prototypes for the reference: bugs and fixes that lack what a gate asks for, each in its way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bugaction.bug import Bug, Deployed, DocumentState, FormAnswers, Gap, SeverityState
from bugaction.documents import DOCUMENTS
from bugaction.model import Actor, Evidence, LedgerFile, Role, Severity
from bugaction.policy import People, Policy
from bugaction.snapshot import (
    BugFacts,
    ChangedFile,
    ChangeKind,
    Check,
    CheckKind,
    CheckOutcome,
    Commit,
    Issue,
    IssueState,
    Label,
    PullRequest,
    PullState,
    Review,
    ReviewState,
)

__all__ = ["RAISED", "Prototype", "bare_bug", "bare_fix", "prototypes"]

RAISED = datetime(2026, 1, 1, tzinfo=UTC)
"""When the prototype was reported and its severity set. What is due is shown by its distance from this."""

_REPOSITORY = "https://github.com/OWNER/REPOSITORY"
_LEADS = People(engineering_lead=("LEAD",), on_call=("LOGIN",))


@dataclass(frozen=True, slots=True)
class Prototype:
    """A bug and an open fix of it. `where` says what is not as the default policy has it, "" where all is."""

    bug: Bug
    pull: PullRequest
    where: str = ""


def bare_bug(severity: Severity | None) -> Bug:
    """A bug that somebody has just reported, with this severity, the default policy and a fix."""
    issue = Issue(
        number=42,
        id="I_42",
        url=f"{_REPOSITORY}/issues/42",
        title="",
        body="",
        author=Actor("reporter"),
        at=RAISED,
        state=IssueState.OPEN,
        updated_at=RAISED,
    )
    set_at = RAISED if severity is not None else None
    return Bug(
        facts=BugFacts(issue=issue),
        policy=Policy(),
        now=RAISED,
        name="BUG-042",
        severity=SeverityState(current=severity, since=set_at, raised=set_at),
        answers=FormAnswers(),
        ledger=LedgerFile(),
        roles={"login": Role.WRITE},
        fixes=(bare_fix(),),
    )


def bare_fix() -> PullRequest:
    """An open pull request that fixes it, read in full, with nothing in it and an open task."""
    return PullRequest(
        number=7,
        id="PR_7",
        url=f"{_REPOSITORY}/pull/7",
        title="",
        body="- [ ] TASK",
        author=Actor("author"),
        state=PullState.OPEN,
        is_draft=False,
        base="main",
        head="fix",
        head_oid="c" * 40,
        closing=(42,),
        files=(),
        commits=(),
        reviews=(),
        checks=(),
        statuses=(),
        sharing=(7,),
        updated_at=RAISED,
    )


def prototypes(severity: Severity | None) -> Iterator[Prototype]:
    """Bugs of that severity that lack what there is to lack: from nothing at all to a last section."""
    bug, pull = bare_bug(severity), bare_fix()
    yield Prototype(bug, pull)
    yield Prototype(_documented(bug, whole=False), _overdone(pull))
    yield Prototype(_documented(bug, whole=True), _running(pull))
    named = replace(bug, policy=Policy(people=_LEADS))
    yield Prototype(named, pull, "where policy names who approves releases")
    assigned = replace(bug.issue, assignees=(Actor("LOGIN"),))
    half = replace(bug, facts=replace(bug.facts, issue=assigned))
    yield Prototype(half, _reviewed(pull, ReviewState.APPROVED))
    yield Prototype(half, _reviewed(pull, ReviewState.CHANGES_REQUESTED))
    yield Prototype(half, replace(_reviewed(pull, ReviewState.APPROVED), head_oid="d" * 40, commits=()))
    yield Prototype(replace(bug, confidential=True), pull, "where it is confidential")
    deployed = Deployed(RAISED, "", "production", Evidence("deployed"))
    yield Prototype(replace(bug, deployed=deployed), pull, "once it is deployed")
    unread = replace(pull, files=None, commits=None, reviews=None, checks=None)
    yield Prototype(bug, unread, "where GitHub cannot be read")


def _documented(bug: Bug, *, whole: bool) -> Bug:
    """With documents that lack every section, or only the last one."""
    documents = {}
    for kind, document in DOCUMENTS.items():
        gaps = [
            Gap(title, "is still to be written", line, id_)
            for line, (id_, title) in enumerate(document.sections.items(), start=1)
        ]
        path = document.path("documents/bugs", bug.number, "1.0")
        kept = tuple(gaps[-1:] if whole else gaps)
        documents[kind] = DocumentState(
            kind, path, "1.0", "…", "main", f"{_REPOSITORY}/blob/main/{path}", kept
        )
    return replace(bug, documents=documents)


def _overdone(pull: PullRequest) -> PullRequest:
    """More than a fix by its label, and broken."""
    failed = _check(CheckOutcome.FAILURE)
    return replace(pull, labels=(Label("feature"),), checks=(failed,), required=("CHECK",))


def _running(pull: PullRequest) -> PullRequest:
    """Too large, while its check still runs."""
    large = ChangedFile("src/FILE", 5000, 0, ChangeKind.MODIFIED)
    running = _check(CheckOutcome.PENDING)
    return replace(pull, files=(large,), checks=(running,), required=("CHECK",))


def _reviewed(pull: PullRequest, state: ReviewState) -> PullRequest:
    """Reviewed by a writer, who is not senior, an hour after somebody was asked."""
    at = RAISED + timedelta(hours=1)
    review = Review("PRR_1", f"{pull.url}#r", Actor("LOGIN"), state, pull.head_oid, at)
    commit = Commit(oid=pull.head_oid, message="", authors=("author",), at=RAISED)
    return replace(pull, reviews=(review,), commits=(commit,), requested_at=RAISED, required=("CHECK",))


def _check(outcome: CheckOutcome) -> Check:
    return Check(
        id="CR_1",
        name="CHECK",
        kind=CheckKind.CHECK_RUN,
        outcome=outcome,
        started_at=RAISED,
        completed_at=None if outcome is CheckOutcome.PENDING else RAISED,
        url=f"{_REPOSITORY}/runs/1",
        database_id=1,
        app_slug="github-actions",
        app_id=15368,
        workflow="CI",
        workflow_path=".github/workflows/ci.yml",
        run_url=f"{_REPOSITORY}/actions/runs/1",
        event="pull_request",
    )
