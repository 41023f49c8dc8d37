"""Which issues bugaction looks after, and from when on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from bugaction.issue_form import parse_form
from bugaction.model import Actor, RecordKind
from bugaction.plan import StartRecords
from bugaction.policy import Policy
from bugaction.records import RECORDS_BRANCH, format_meta, ledger_path, parse_meta
from bugaction.snapshot import BugFacts, Comment, EntryKind, Issue, Snapshot

__all__ = [
    "EVER",
    "STICKY_MARKER",
    "Since",
    "is_bug",
    "is_confidential",
    "own_comments",
    "resolve_since",
    "tracked_since",
]

STICKY_MARKER = "<!-- bugaction:sticky v1 -->"
"""First line of the one comment that shows a bug's state; found again by this and its author."""


_ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Since:
    """From when on issues are looked after.

    `vanished` says that this cannot be known, because the records branch is gone although it was there
    before; `at` is then the beginning of time, so that every bug holds its merge. `start` is the effect that
    creates the branch, None where it exists or must not be made.
    """

    at: datetime
    vanished: bool = False
    start: StartRecords | None = None


EVER = Since(at=_ALWAYS)
"""Where no configuration can be read, its `since` is not known either: every bug holds its merge."""


def is_bug(facts: BugFacts, policy: Policy) -> bool:
    """Whether the issue is a bug: by a label, by its form, or because it has been one before.

    A severity that once stood on it counts, so that deleting a label opens no gate.
    """
    issue = facts.issue
    if any(_is_bug_label(label.name, policy) for label in issue.labels) or parse_form(issue.body).is_form:
        return True
    if facts.ledger.find(issue.id, RecordKind.TRACKED) is not None:
        return True
    return any(
        entry.kind is EntryKind.LABELED and policy.severity_of(entry.value) is not None
        for entry in issue.timeline
    )


def is_confidential(issue: Issue, policy: Policy) -> bool:
    """Whether nothing of the issue's content may be written anywhere."""
    return any(policy.is_confidential_label(label.name) for label in issue.labels)


def tracked_since(facts: BugFacts, policy: Policy, since: datetime | None, viewer: Actor) -> datetime | None:
    """The moment from which the bug is looked after, or None while it is kept out.

    Derived from the facts alone, so that a run that comes late finds the same moment: the ledger's own, the
    report when it is new enough, or the first label after `since` that makes the issue a bug. A comment of
    ours on the issue says that it was looked after before, whatever became of the records: it only ever adds
    a demand, so it may count although it can be edited.
    """
    tracked = facts.ledger.find(facts.issue.id, RecordKind.TRACKED)
    if tracked is not None:
        return tracked.at
    if own_comments(facts.issue.comments, viewer, STICKY_MARKER):
        return facts.issue.at
    if since is None:
        return None
    if facts.issue.at >= since:
        return facts.issue.at
    return min((at for at in _label_times(facts.issue, policy) if at >= since), default=None)


def resolve_since(
    snapshot: Snapshot, policy: Policy, now: datetime, spoken_of: Collection[int], *, restart: bool
) -> Since:
    """From when on issues count, by policy, by the records branch, or by this first event.

    `spoken_of` are the issues that the event itself opened or labelled: the first event never leaves its own
    bug out. A branch that our own comments point to but that is no longer there stops everything until a
    person restores it or restarts the records (`restart`): deleting it must open no gate.
    """
    repository = snapshot.repository
    if repository.records is not None:
        kept = parse_meta(repository.records_meta) if repository.records_meta is not None else None
        at = policy.since or kept
        return Since(at=at) if at is not None else Since(at=_ALWAYS, vanished=True)
    if repository.default is None:
        return Since(at=policy.since or _ALWAYS)  # nothing is old in a repository without a commit
    if not restart and any(_points_to_records(facts, policy, snapshot) for facts in snapshot.bugs.values()):
        return Since(at=_ALWAYS, vanished=True)
    first = [
        min(now, max([facts.issue.at, *_label_times(facts.issue, policy)]))
        for number, facts in snapshot.bugs.items()
        if number in spoken_of
    ]
    at = policy.since or min([now, *first])
    return Since(at=at, start=StartRecords(branch=RECORDS_BRANCH, meta=format_meta(at)))


def own_comments(comments: Iterable[Comment], viewer: Actor, marker: str) -> tuple[Comment, ...]:
    """Our comments that carry the marker as their first line, lowest database id first.

    Anybody can write the marker, so the author counts; anybody with write access can edit our comment, so
    nothing is ever read back from it.
    """
    ours = [item for item in comments if viewer.is_same(item.author.login) and item.body.startswith(marker)]
    return tuple(sorted(ours, key=lambda item: item.database_id))


def _is_bug_label(name: str, policy: Policy) -> bool:
    return policy.severity_of(name) is not None or policy.is_bug_label(name)


def _label_times(issue: Issue, policy: Policy) -> list[datetime]:
    return [
        entry.at
        for entry in issue.timeline
        if entry.kind is EntryKind.LABELED and _is_bug_label(entry.value, policy)
    ]


def _points_to_records(facts: BugFacts, policy: Policy, snapshot: Snapshot) -> bool:
    """Whether our comment on the issue links to its ledger, which only a branch that existed can hold."""
    path = ledger_path(policy.documents.root, facts.issue.number)
    viewer = snapshot.repository.viewer
    return any(path in comment.body for comment in own_comments(facts.issue.comments, viewer, STICKY_MARKER))
