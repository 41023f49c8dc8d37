"""Which issues bugaction looks after, and from when on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bugaction.issue_form import parse_form
from bugaction.links import ties_of
from bugaction.model import Actor, RecordKind
from bugaction.phases import is_phase_label
from bugaction.plan import StartRecords
from bugaction.policy import Policy
from bugaction.records import RECORDS_BRANCH, bug_name, format_meta, ledger_path, parse_meta
from bugaction.snapshot import BugFacts, Comment, EntryKind, Issue, PullState, Snapshot

__all__ = [
    "EVER",
    "STICKY_MARKER",
    "Since",
    "is_bug",
    "is_confidential",
    "ledger_mark",
    "lost_records",
    "own_comments",
    "resolve_since",
    "tracked_since",
    "was_looked_after",
]

STICKY_MARKER = "<!-- bugaction:sticky v1 -->"
"""First line of the one comment that shows a bug's state; found again by this and its author."""


_ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Since:
    """From when on issues are looked after.

    `vanished` says that this cannot be known, because the records branch, or its `meta.json`, is gone
    although it was there before; `foreign` that somebody else wrote `meta.json`. `at` is then the beginning
    of time, so that every bug holds its merge. `start` is the effect that lets the records begin, None where
    they have or must not. `own` are bugs that count from a moment of their own.
    """

    at: datetime
    vanished: bool = False
    foreign: bool = False
    start: StartRecords | None = None
    own: Mapping[int, datetime] = field(default_factory=dict)

    def of(self, number: int) -> datetime:
        """From when on that issue is looked after."""
        return self.own.get(number, self.at)


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


def was_looked_after(facts: BugFacts, viewer: Actor) -> bool:
    """Whether something of ours on the issue says that it was looked after, whatever became of the records.

    Our comment, or a phase label that we put on it: nobody can take that out of the timeline. It only ever
    adds a demand, so it may count although a comment can be edited.
    """
    labelled = any(
        entry.kind is EntryKind.LABELED and entry.actor.is_same(viewer.login) and is_phase_label(entry.value)
        for entry in facts.issue.timeline
    )
    return labelled or bool(own_comments(facts.issue.comments, viewer, STICKY_MARKER))


def tracked_since(
    facts: BugFacts, policy: Policy, since: datetime | None, viewer: Actor, asked: datetime | None = None
) -> datetime | None:
    """The moment from which the bug is looked after, or None while it is kept out.

    Derived from what people did alone, so that a run that comes late, or behind one of ours that was cut off
    or may record nothing, finds the same moment: the ledger's own, the report when it is new enough, or the
    first after `since` of the labels that make the issue a bug and the word that asks for it (`asked`). One
    that was looked after before is never old again.
    """
    issue = facts.issue
    tracked = facts.ledger.find(issue.id, RecordKind.TRACKED)
    if tracked is not None:
        return tracked.at
    known = is_bug(facts, policy)
    found = [asked] if asked is not None else []
    if since is not None and (known or found):
        if issue.at >= since:
            return issue.at
        found += [at for at in _label_times(issue, policy, but=viewer) if at >= since and known]
    if not found and was_looked_after(facts, viewer):
        return issue.at
    return min(found, default=None)


def resolve_since(
    snapshot: Snapshot,
    policy: Policy,
    now: datetime,
    spoken_of: Collection[int],
    *,
    restart: bool,
    about_fixes: bool = False,
) -> Since:
    """From when on issues count, by policy, by the records branch, or by this first event.

    `spoken_of` are the issues that the event itself opened or labelled: the first event never leaves its own
    bug out, nor, where it is about pull requests (`about_fixes`), those that they fix. A sweep speaks of
    nothing: 300 old bugs stay out. Records that were there and are gone, or whose `meta.json` is not ours,
    stop everything until a person restores them or lets them begin anew (`restart`): neither may open a gate.
    What begins anew looks after no less than a `meta.json` that is not ours says: the same team may act as
    another account by now.
    """
    repository = snapshot.repository
    if repository.records is not None:
        meta = repository.records_meta
        kept = parse_meta(meta) if meta is not None and repository.records_meta_is_ours else None
        if kept is not None:
            return Since(at=policy.since or kept)
        if not restart:
            foreign = meta is not None and not repository.records_meta_is_ours
            return Since(at=_ALWAYS, vanished=True, foreign=foreign)
    elif repository.default is None:
        return Since(at=policy.since or _ALWAYS)  # nothing is old in a repository without a commit
    elif not restart and any(_points_to_records(facts, policy, snapshot) for facts in snapshot.bugs.values()):
        return Since(at=_ALWAYS, vanished=True)
    first = [
        min(now, max([facts.issue.at, *_label_times(facts.issue, policy)]))
        for number, facts in snapshot.bugs.items()
        if number in spoken_of
    ]
    theirs = parse_meta(repository.records_meta) if repository.records_meta is not None else None
    at = policy.since or min([now, *first, *([theirs] if theirs is not None else [])])
    return Since(
        at=at,
        start=StartRecords(
            branch=RECORDS_BRANCH,
            meta=_other_meta(at, repository.records_meta),
            expected_oid=repository.records.oid if repository.records is not None else "",
        ),
        own=_about_to_be_fixed(snapshot, policy, at) if about_fixes and policy.since is None else {},
    )


def _other_meta(at: datetime, known: str | None) -> str:
    """The text for `meta.json`, another one than stands there: blame goes by lines, so the same would stay
    whose it is."""
    text = format_meta(at)
    return text if text != known else format_meta(at - timedelta(seconds=1))


def _about_to_be_fixed(snapshot: Snapshot, policy: Policy, since: datetime) -> dict[int, datetime]:
    """The older bugs that an open pull request of the snapshot fixes, and when each became one.

    The event that made such a bug may have been lost, or the job for it may lack a permission: then the
    event of its fix is the first one, and must not let it through. The others stay as old as they are.
    """
    fixed = {
        number
        for pull in snapshot.pulls.values()
        if pull.state is PullState.OPEN
        for number in ties_of(pull, snapshot).linked
    }
    found: dict[int, datetime] = {}
    for number, facts in snapshot.bugs.items():
        issue = facts.issue
        labelled = any(_is_bug_label(label.name, policy) for label in issue.labels)
        at = min(_label_times(issue, policy), default=issue.at)
        if number in fixed and issue.state.is_open and labelled and at < since:
            found[number] = at
    return found


def lost_records(facts: BugFacts, viewer: Actor, policy: Policy) -> str:
    """What of the bug's ledger is gone, as the end of a sentence; "" where nothing can be seen to be.

    Our comment says which decision was the last: that only ever adds a demand, so it may count although
    others can edit it. An edited comment that names an older one is no worse than none.
    """
    ledger = facts.ledger
    if ledger.gap:
        return f"lines before line {ledger.gap} are missing"
    marks = {
        mark
        for comment in own_comments(facts.issue.comments, viewer, STICKY_MARKER)
        for mark in [_mark_of(comment, policy, facts.issue.number)]
        if mark is not None
    }
    if marks and ledger.find(facts.issue.id, RecordKind.TRACKED) is None:
        return "it is gone"
    if marks - {""} - set(ledger.chain):
        return "its last lines are missing"
    return ""


def ledger_mark(number: int, last: str) -> str:
    """The second line of the comment that shows a bug's state: the digest of all that is recorded by then.

    Hidden, and no part of a template, so that no override loses it. It names the bug, since an issue may be
    transferred with its comments.
    """
    return f"<!-- bugaction:ledger {bug_name(number)} {last} -->"


_MARK = re.compile(r"<!-- bugaction:ledger (BUG-[0-9]+) ([0-9a-f]{16}) -->")


def _mark_of(comment: Comment, policy: Policy, number: int) -> str | None:
    """The digest that our comment names, "" where it only points to the ledger, None for neither."""
    lines = comment.body.split("\n", 2)
    found = _MARK.fullmatch(lines[1].strip()) if len(lines) > 1 else None
    if found is not None and found[1] == bug_name(number):
        return found[2]
    return "" if ledger_path(policy.documents.root, number) in comment.body else None


def own_comments(comments: Iterable[Comment], viewer: Actor, marker: str) -> tuple[Comment, ...]:
    """Our comments that carry the marker as their first line, lowest database id first.

    Anybody can write the marker, so the author counts; anybody with write access can edit our comment, so
    nothing is ever read back from it.
    """
    ours = [item for item in comments if viewer.is_same(item.author.login) and item.body.startswith(marker)]
    return tuple(sorted(ours, key=lambda item: item.database_id))


def _is_bug_label(name: str, policy: Policy) -> bool:
    return policy.severity_of(name) is not None or policy.is_bug_label(name)


def _label_times(issue: Issue, policy: Policy, but: Actor | None = None) -> list[datetime]:
    """When labels made the issue a bug; not those that `but` set, which follow from what somebody said."""
    return [
        entry.at
        for entry in issue.timeline
        if entry.kind is EntryKind.LABELED
        and _is_bug_label(entry.value, policy)
        and not (but is not None and but.is_same(entry.actor.login))
    ]


def _points_to_records(facts: BugFacts, policy: Policy, snapshot: Snapshot) -> bool:
    """Whether our comment on the issue speaks of its ledger, which only a branch that existed can hold."""
    ours = own_comments(facts.issue.comments, snapshot.repository.viewer, STICKY_MARKER)
    return any(_mark_of(comment, policy, facts.issue.number) is not None for comment in ours)
