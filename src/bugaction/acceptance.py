"""Whether an assignee has taken the bug on: by word, by assigning themselves, or by starting the work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from bugaction.bug import Acceptance
from bugaction.model import Evidence, LedgerFile, LedgerLine, RecordKind
from bugaction.snapshot import EntryKind, Issue, PullRequest, PullState
from bugaction.state import commands_named, linked_at, missing_assignees, planned

__all__ = ["find_acceptances", "start_lines"]

_EVER = datetime.min.replace(tzinfo=UTC)


def _last(issue: Issue, kind: EntryKind, login: str) -> datetime:
    """When that person was last put on the issue, or taken off it."""
    times = [
        entry.at
        for entry in issue.timeline
        if entry.kind is kind and entry.value.casefold() == login.casefold()
    ]
    return max(times, default=_EVER)


def _by_command(ledger: LedgerFile, login: str, since: datetime) -> Evidence | None:
    """`/accept`, or `/assign` of oneself."""
    for line in commands_named(ledger, "accept", "assign"):
        if line.actor.casefold() != login.casefold() or line.at < since:
            continue
        if line.data["name"] == "accept" or line.data.get("assign", "").casefold() == login.casefold():
            text = f"{login} accepted by `/{line.data['name']}`"
            return Evidence(text, line.data.get("url", ""), login, line.at)
    return None


def _by_self_assignment(issue: Issue, login: str, since: datetime) -> Evidence | None:
    for entry in issue.timeline:
        is_own = entry.actor.is_same(login) and entry.value.casefold() == login.casefold()
        if entry.kind is EntryKind.ASSIGNED and is_own and entry.at >= since:
            return Evidence(f"{login} took the bug by self-assignment", issue.url, login, entry.at)
    return None


def _by_record(ledger: LedgerFile, login: str, since: datetime) -> Evidence | None:
    """The start that was seen, and recorded, while its pull request was open."""
    for line in ledger.accepted(RecordKind.STARTED):
        if line.actor.casefold() == login.casefold() and line.at >= since:
            return Evidence(line.data.get("text", ""), line.data.get("url", ""), login, line.at)
    return None


def _by_commit(
    issue: Issue,
    ledger: LedgerFile,
    pulls: Iterable[PullRequest],
    login: str,
    asked: datetime,
    now: datetime,
) -> Acceptance | None:
    """The first commit of that author to an open pull request of their own.

    Anybody can write any author into a commit, so one in somebody else's pull request proves nothing. Its
    date is the author's own word too (git's committer date): it counts from when GitHub shows all that makes
    it an answer, at the earliest, and one that lies ahead tells nothing. The pull request was there, it
    belonged to the bug, and they were assigned, or were about to be since `asked`.
    Pull requests whose commits were not read tell nothing either. Those of merged ones are read now and then
    only, so they count by what was recorded before.
    """
    assigned = max(asked, _last(issue, EntryKind.ASSIGNED, login))
    commits = [
        (max(commit.at, shown) if commit.at <= now else shown, commit.at, pull, commit)
        for pull in pulls
        if pull.author.is_same(login) and pull.state is PullState.OPEN
        for shown in [max(assigned, _shown_at(issue, ledger, pull))]
        for commit in pull.commits or ()
        if login.casefold() in (author.casefold() for author in commit.authors)
    ]
    if not commits:
        return None
    at, _, pull, commit = min(commits, key=lambda item: (*item[:2], item[2].number, item[3].oid))
    url = f"{pull.url}/commits/{commit.oid}"
    evidence = Evidence(f"{login} committed {commit.oid[:7]} to #{pull.number}", url, login, at)
    return Acceptance(login, evidence, commit.oid)


def _shown_at(issue: Issue, ledger: LedgerFile, pull: PullRequest) -> datetime:
    """When GitHub showed the pull request, and that it belongs to the bug."""
    linked = linked_at(issue, ledger, pull.number)
    return max(at for at in (pull.created_at, linked, _EVER) if at is not None)


def start_lines(acceptances: Iterable[Acceptance]) -> tuple[LedgerLine, ...]:
    """That work was seen to begin, one line for each acceptance that rests on a commit.

    A commit can be pushed away and its pull request merged: whoever had begun has accepted all the same.
    """
    return tuple(
        LedgerLine(
            kind=RecordKind.STARTED,
            evidence=item.oid,
            actor=item.login,
            at=item.evidence.at or _EVER,
            accepted=True,
            data={"text": item.evidence.text, "url": item.evidence.url},
        )
        for item in acceptances
        if item.oid
    )


def find_acceptances(
    issue: Issue, ledger: LedgerFile, fixes: Iterable[PullRequest], now: datetime
) -> tuple[Acceptance, ...]:
    """The assignees who have accepted, in the order of the assignees, each with the first proof of it.

    Somebody whom an accepted command is about to assign counts as an assignee: GitHub assigns them in the
    same run. A word given before the person was last taken off the issue no longer counts.
    """
    pulls = tuple(fixes)
    plans = planned(ledger)
    asked = {wanted.login: wanted.at for wanted in plans.assignees}
    waiting = {login: asked[login] for login in missing_assignees(issue, plans)}
    found: list[Acceptance] = []
    for login in [*(assignee.login for assignee in issue.assignees), *waiting]:
        since = _last(issue, EntryKind.UNASSIGNED, login)
        evidence = (
            _by_command(ledger, login, since)
            or _by_self_assignment(issue, login, since)
            or _by_record(ledger, login, since)
        )
        acceptance = (
            Acceptance(login, evidence)
            if evidence is not None
            else _by_commit(issue, ledger, pulls, login, waiting.get(login, _EVER), now)
        )
        if acceptance is not None:
            found.append(acceptance)
    return tuple(found)
