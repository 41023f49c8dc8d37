"""What a moment of the past held, as far as the facts of today tell it. Pure.

Two steps. `bare` leaves out all that is there because bugaction runs, or that it would have read in another
way than people meant it: decisions, documents, comments. `as_of` then leaves out what came later. What GitHub
shows without its history stays as it is today: a text, a pull request's labels, the rules of a branch.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bugaction.model import Actor, LedgerFile, LedgerLine, RecordKind
from bugaction.policy import Policy
from bugaction.snapshot import (
    BugFacts,
    Check,
    CheckKind,
    CheckOutcome,
    Commit,
    Entry,
    EntryKind,
    Issue,
    IssueState,
    Label,
    PullRequest,
    PullState,
    Snapshot,
)
from bugaction.state import linked_at

__all__ = ["as_of", "bare"]

_NOBODY = Actor("bugaction-replay[bot]", is_bot=True)
"""Who we would have been: an account that has done nothing in the repository."""

_NO_LEDGER = LedgerFile()


def bare(snapshot: Snapshot, number: int, policy: Policy) -> Snapshot:
    """The facts of one bug as they would be had bugaction never run, and nobody spoken to it.

    Who may set a severity today says nothing of who did so then: the labels count as they were put on.
    """
    facts = snapshot.bugs[number]
    repository = replace(
        snapshot.repository, viewer=_NOBODY, records=None, records_meta=None, records_meta_is_ours=False
    )
    return replace(
        snapshot,
        repository=repository,
        bugs={number: _bare_bug(facts, policy)},
        pulls={
            each: replace(pull, comments=(), statuses=(), earlier=(), links=LedgerFile(), head_config=None)
            for each, pull in snapshot.pulls.items()
        },
    )


def _bare_bug(facts: BugFacts, policy: Policy) -> BugFacts:
    lines = tuple(_severities(facts.issue, policy))
    issue = replace(facts.issue, comments=())
    return BugFacts(issue=issue, ledger=LedgerFile(lines=lines), pulls=facts.pulls)


def _severities(issue: Issue, policy: Policy) -> Iterator[LedgerLine]:
    """Each severity label as a decision that was accepted when it was put on or taken off; one that stands
    without an entry of its own counts from the report."""
    told: set[str] = set()
    for entry in issue.timeline:
        severity = policy.severity_of(entry.value)
        if severity is None or entry.kind not in (EntryKind.LABELED, EntryKind.UNLABELED):
            continue
        told.add(entry.value.casefold())
        data = {"severity": str(severity), "label": entry.value, "action": str(entry.kind)}
        yield LedgerLine(RecordKind.SEVERITY, entry.id, entry.actor.login, entry.at, accepted=True, data=data)
    for label in issue.labels:
        severity = policy.severity_of(label.name)
        if severity is not None and label.name.casefold() not in told:
            data = {"severity": str(severity), "label": label.name, "action": str(EntryKind.LABELED)}
            evidence = f"label:{issue.id}:{label.name}"
            login = issue.author.login
            yield LedgerLine(RecordKind.SEVERITY, evidence, login, issue.at, accepted=True, data=data)


# A moment -----------------------------------------------------------------------------------------------


def as_of(snapshot: Snapshot, at: datetime) -> Snapshot:
    """The bare facts as they were at a moment: of a merge, the moment before its button was pressed.

    What bears that very moment's time counts, except merges and what they close. What was deployed is left
    out: it is asked for where nothing is open, and then for today.
    """
    there = {
        number
        for number, pull in snapshot.pulls.items()
        if all(_was_linked(pull, facts.issue, at) for facts in snapshot.bugs.values())
    }
    return replace(
        snapshot,
        bugs={number: _bug(facts, there, at) for number, facts in snapshot.bugs.items()},
        pulls={number: _pull(pull, at) for number, pull in snapshot.pulls.items() if number in there},
        answers=replace(snapshot.answers, rollouts={}, suspects={}),
    )


def _bug(facts: BugFacts, there: Container[int], at: datetime) -> BugFacts:
    ledger = replace(facts.ledger, lines=tuple(line for line in facts.ledger.lines if line.at <= at))
    pulls = tuple(number for number in facts.pulls if number in there)
    return replace(facts, issue=_issue(facts.issue, at), ledger=ledger, pulls=pulls)


def _was_linked(pull: PullRequest, issue: Issue, at: datetime) -> bool:
    """Whether a pull request belonged to the bug by then: by the timeline, or since it was merged by then.
    Where the timeline does not name it, nobody knows since when it was linked."""
    if pull.merged_at is not None and pull.merged_at <= at:
        return True
    linked = linked_at(issue, _NO_LEDGER, pull.number)
    return linked is None or linked <= at


def _issue(issue: Issue, at: datetime) -> Issue:
    known = tuple(entry for entry in issue.timeline if _came_before(entry, at))
    titles = [entry.value for entry in known if entry.kind is EntryKind.RENAMED]
    return replace(
        issue,
        title=titles[-1] if titles else issue.title,
        state=_state(known),
        labels=_labels(issue, at),
        assignees=_assignees(issue, at),
        comments=tuple(comment for comment in issue.comments if comment.at <= at),
        timeline=known,
        updated_at=None,
    )


def _came_before(entry: Entry, at: datetime) -> bool:
    return entry.at < at or (entry.at == at and not entry.by_merge)


def _state(known: Sequence[Entry]) -> IssueState:
    for entry in reversed(known):
        if entry.kind is EntryKind.REOPENED:
            return IssueState.OPEN
        if entry.kind is EntryKind.CLOSED:
            return IssueState(entry.value) if entry.value in tuple(IssueState) else IssueState.COMPLETED
    return IssueState.OPEN


def _labels(issue: Issue, at: datetime) -> tuple[Label, ...]:
    ids = {label.name.casefold(): label.id for label in issue.labels}
    names = _on(
        issue.timeline, EntryKind.LABELED, EntryKind.UNLABELED, [label.name for label in issue.labels], at
    )
    return tuple(Label(name, ids.get(name.casefold(), "")) for name in names)


def _assignees(issue: Issue, at: datetime) -> tuple[Actor, ...]:
    known = {actor.login.casefold(): actor for actor in issue.assignees}
    names = _on(
        issue.timeline,
        EntryKind.ASSIGNED,
        EntryKind.UNASSIGNED,
        [actor.login for actor in issue.assignees],
        at,
    )
    return tuple(known.get(name.casefold(), Actor(name, name.endswith("[bot]"))) for name in names)


def _on(
    timeline: Iterable[Entry], put: EntryKind, taken: EntryKind, today: Iterable[str], at: datetime
) -> list[str]:
    """The names that were on the issue at a moment: by the last entry until then, otherwise by the first one
    after it, and where no entry tells of a name, as today."""
    found: dict[str, tuple[str, bool]] = {}
    later: set[str] = set()
    for entry in timeline:
        if entry.kind not in (put, taken):
            continue
        key = entry.value.casefold()
        if entry.at <= at:
            found[key] = (entry.value, entry.kind is put)
        elif key not in found and key not in later:
            later.add(key)
            found[key] = (entry.value, entry.kind is taken)
    for name in today:
        found.setdefault(name.casefold(), (name, True))
    return [name for name, is_on in found.values() if is_on]


def _pull(pull: PullRequest, at: datetime) -> PullRequest:
    is_merged = pull.merged_at is not None and pull.merged_at < at
    state = pull.state
    if state is PullState.MERGED and not is_merged:
        state = PullState.OPEN
    kept = replace(
        pull,
        state=state,
        merged_at=pull.merged_at if is_merged else None,
        merge_oid=pull.merge_oid if is_merged else "",
        updated_at=None,
        comments=tuple(comment for comment in pull.comments if comment.at <= at),
        requested_at=_until(pull.requested_at, at),
        retargeted_at=_until(pull.retargeted_at, at),
        reviewers=(),
    )
    if pull.commits is not None:
        kept = replace(kept, commits=tuple(_commits(pull, at)))
    if pull.reviews is not None:
        kept = replace(kept, reviews=tuple(review for review in pull.reviews if review.at <= at))
    if pull.checks is not None:
        kept = replace(kept, checks=tuple(_checks(pull.checks, at)))
    return kept


def _until(moment: datetime | None, at: datetime) -> datetime | None:
    return moment if moment is not None and moment <= at else None


def _commits(pull: PullRequest, at: datetime) -> Iterator[Commit]:
    """A merged pull request takes no more commits, so that all of its own were there; a clock that was fast
    when one was made moves it to the moment."""
    for commit in pull.commits or ():
        if commit.at <= at:
            yield commit
        elif pull.state is PullState.MERGED:
            yield replace(commit, at=at)


def _checks(checks: Iterable[Check], at: datetime) -> Iterator[Check]:
    """What had been reported; a run that ended later was still running. A status that was reported later
    tells nothing of what stood there before."""
    for check in checks:
        begun = check.started_at
        if begun is not None and begun > at:
            continue
        if check.completed_at is None or check.completed_at <= at:
            yield check
        elif check.kind is CheckKind.CHECK_RUN:
            yield replace(check, outcome=CheckOutcome.PENDING, completed_at=None, is_run_over=False)
