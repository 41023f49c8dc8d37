"""Plain facts for tests of the core, each with what the test at hand does not care about filled in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bugaction.model import Actor, LedgerFile, LedgerLine, RecordKind, Role
from bugaction.questions import AskSuspects, Question
from bugaction.snapshot import (
    Answers,
    Branch,
    BugFacts,
    ChangedFile,
    ChangeKind,
    Check,
    CheckKind,
    CheckOutcome,
    Comment,
    Commit,
    Entry,
    EntryKind,
    Issue,
    IssueState,
    Label,
    PullRequest,
    PullState,
    Repository,
    Review,
    ReviewState,
    Snapshot,
    Status,
    StatusState,
    Suspects,
)

VIEWER = Actor("github-actions[bot]", is_bot=True)
ANA = Actor("ana")
BO = Actor("bo")
T0 = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""When the bug of most tests was reported."""

BASE = "https://github.com/octo/shop"


def at(minutes: float = 0) -> datetime:
    """So many minutes after the report."""
    return T0 + timedelta(minutes=minutes)


def repository(**changes: object) -> Repository:
    """A repository with a default branch, a records branch and `meta.json` from a day before the report."""
    whole = Repository(
        owner="octo",
        name="shop",
        id="R_1",
        url=BASE,
        viewer=VIEWER,
        default=Branch("main", "a" * 40),
        records=Branch("bugaction/records", "b" * 40),
        records_meta='{"since": "2026-11-23T09:00:00Z", "version": 1}\n',
        records_meta_is_ours=True,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def labeled(
    name: str, *, minutes: float = 1, actor: Actor = ANA, kind: EntryKind = EntryKind.LABELED
) -> Entry:
    """A timeline entry of a label."""
    return Entry(id=f"LE_{kind}_{name}_{minutes}", kind=kind, actor=actor, at=at(minutes), value=name)


def issue(
    number: int = 42,
    *,
    labels: Iterable[str] = ("P1",),
    timeline: Iterable[Entry] | None = None,
    comments: Iterable[Comment] = (),
    assignees: Iterable[Actor] = (),
    body: str = "It is broken.",
    state: IssueState = IssueState.OPEN,
    title: str = "Checkout fails",
) -> Issue:
    """An issue labelled by Ana a minute after she reported it."""
    names = tuple(labels)
    entries = tuple(labeled(name) for name in names) if timeline is None else tuple(timeline)
    return Issue(
        number=number,
        id=f"I_{number}",
        url=f"{BASE}/issues/{number}",
        title=title,
        body=body,
        author=ANA,
        at=T0,
        state=state,
        labels=tuple(Label(name, f"LA_{name}") for name in names),
        assignees=tuple(assignees),
        comments=tuple(comments),
        timeline=entries,
        updated_at=at(1),
    )


def comment(
    body: str, *, author: Actor = ANA, minutes: float = 5, number: int = 42, ident: int = 900
) -> Comment:
    """A comment on an issue."""
    return Comment(
        id=f"IC_{ident}",
        database_id=ident,
        url=f"{BASE}/issues/{number}#issuecomment-{ident}",
        author=author,
        body=body,
        at=at(minutes),
    )


def pull(
    number: int = 7,
    *,
    closing: Iterable[int] = (42,),
    head_oid: str = "c" * 40,
    statuses: Iterable[Status] = (),
    commits: Iterable[Commit] | None = (),
    body: str = "",
    title: str = "Repair the checkout",
    state: PullState = PullState.OPEN,
    author: Actor = BO,
) -> PullRequest:
    """An open pull request that fixes issue 42, read in full."""
    return PullRequest(
        number=number,
        id=f"PR_{number}",
        url=f"{BASE}/pull/{number}",
        title=title,
        body=body,
        author=author,
        state=state,
        is_draft=False,
        base="main",
        head=f"topic-{number}",
        head_oid=head_oid,
        closing=tuple(closing),
        statuses=tuple(statuses),
        commits=None if commits is None else tuple(commits),
        sharing=None if commits is None else (number,),
        updated_at=at(1),
    )


def commit_by(author: Actor, *, minutes: float = 20, oid: str = "f" * 40) -> Commit:
    """A commit of that person to a pull request."""
    return Commit(oid=oid, message="Repair", authors=(author.login,), at=at(minutes))


def status(
    context: str, state: StatusState, description: str, *, url: str = "", creator: Actor = VIEWER
) -> Status:
    """A status of ours."""
    return Status(context, state, description, url, creator)


def review(
    author: Actor,
    state: ReviewState = ReviewState.APPROVED,
    *,
    oid: str = "c" * 40,
    minutes: float = 5,
    number: int = 7,
) -> Review:
    """A review of a pull request, of its head where nothing else is said."""
    url = f"{BASE}/pull/{number}#pullrequestreview-{author.login}-{minutes:g}"
    return Review(f"PRR_{author.login}_{minutes:g}", url, author, state, oid, at(minutes))


def check(
    name: str = "test",
    outcome: CheckOutcome = CheckOutcome.SUCCESS,
    *,
    minutes: float = 5,
    number: int = 1,
    workflow_path: str = ".github/workflows/ci.yml",
) -> Check:
    """A job of a workflow of GitHub Actions, started so many minutes after the report."""
    is_over = outcome is not CheckOutcome.PENDING
    return Check(
        id=f"CR_{number}",
        name=name,
        kind=CheckKind.CHECK_RUN,
        outcome=outcome,
        started_at=at(minutes),
        completed_at=at(minutes + 1) if is_over else None,
        url=f"{BASE}/runs/{number}",
        database_id=number,
        app_slug="github-actions",
        app_id=15368,
        workflow="CI",
        workflow_path=workflow_path,
        run_url=f"{BASE}/actions/runs/{number}",
        event="pull_request",
    )


def changed(
    path: str, change: ChangeKind = ChangeKind.MODIFIED, *, additions: int = 3, deletions: int = 1
) -> ChangedFile:
    """A file that a pull request changes."""
    return ChangedFile(path, additions, deletions, change)


def ready(number: int = 7, *, head_oid: str = "c" * 40) -> PullRequest:
    """A pull request of Bo's that meets the fix gate at every severity; Mia, who maintains, approved it."""
    return replace(
        pull(number, head_oid=head_oid, commits=[Commit(head_oid, "m", ("bo",), at(1), ("a" * 40,), "bo")]),
        body="Fixes #42\n\n- [x] tried it on staging",
        reviews=(review(Actor("mia"), oid=head_oid, number=number),),
        checks=(check(),),
        required=("test",),
        files=(changed("src/cart.py"), changed("tests/test_cart.py")),
        changed_files=2,
    )


def line(
    kind: RecordKind, evidence: str, *, accepted: bool = True, actor: str = "ana", **data: str
) -> LedgerLine:
    """A decision in the ledger."""
    return LedgerLine(kind=kind, evidence=evidence, actor=actor, at=at(1), accepted=accepted, data=data)


def facts(
    subject: Issue | None = None, *, lines: Iterable[LedgerLine] = (), pulls: Iterable[int] = ()
) -> BugFacts:
    """An issue with its ledger and the pull requests that GitHub links to it."""
    return BugFacts(issue=subject or issue(), ledger=LedgerFile(lines=tuple(lines)), pulls=tuple(pulls))


def snapshot(
    *bugs: BugFacts,
    pulls: Iterable[PullRequest] = (),
    roles: dict[str, Role] | None = None,
    labels: dict[str, str | None] | None = None,
    repo: Repository | None = None,
) -> Snapshot:
    """A snapshot of these bugs and pull requests."""
    return Snapshot(
        repository=repo or repository(),
        bugs={item.issue.number: item for item in bugs},
        pulls={item.number: item for item in pulls},
        answers=Answers(roles=roles or {}, labels=labels or {}),
    )


def quiet(world: Snapshot, questions: Iterable[Question]) -> Snapshot:
    """The world with the answer that nothing went on in it before its bugs."""
    found = {
        ask.bug: Suspects(since=ask.since, until=ask.until)
        for ask in questions
        if isinstance(ask, AskSuspects)
    }
    return world.with_answers(replace(world.answers, suspects={**world.answers.suspects, **found}))


def completed(text: str) -> str:
    """A document in which somebody has answered every prompt, below the block that asks."""
    lines: list[str] = []
    asked = False
    for line_ in text.split("\n"):
        asked = asked or line_.startswith("<!-- prompt")
        lines.append(line_)
        if asked and line_.startswith("<!-- /bugaction:facts:"):
            lines += ["", "It is known, and this is what it was."]
            asked = False
    return "\n".join(lines)
