"""What we wrote ourselves: a snapshot shows it, or what another run or a person has put over it since.

Two runs of one bug go at once where its issue and its pull request both raise an event, or a sweep is under
way. Each waits for its own writes to show, lest it decide on facts from before them; and each may find the
other's in their place, which stay for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from bugaction.model import Actor
from bugaction.plan import (
    AddLabels,
    AppendLedger,
    BringDocuments,
    CloseIssue,
    CommitFiles,
    CreateComment,
    CreateIssue,
    OpenPull,
    RemoveLabels,
    ReopenIssue,
    RevertPull,
    SetCheckRun,
    SetStatus,
    StartRecords,
)
from bugaction.ports import Applied, Expectations
from bugaction.snapshot import Comment, Entry, EntryKind, Issue, OwnRun, Snapshot, Status

__all__ = ["comments_of", "doubted", "expecting", "unseen"]


def unseen(snapshot: Snapshot, expectations: Expectations, *, is_last: bool = False) -> Iterator[str]:
    """What we wrote and the snapshot does not show yet, a sentence each. That the issue was changed later
    excuses nothing here.

    What a later write stands over, another run's or a person's, has been seen: that is no lag, and what such
    a write rests on is in the snapshot. GitHub's times are to the second: a verdict of the second of our own
    is waited for, and taken for the later one where nothing is read after this; see `doubted`.
    """
    for number, identity in expectations.comment_ids:
        comments = comments_of(snapshot, number)
        if comments is None or any(comment.id == identity for comment in comments):
            continue
        if not _has_twin(snapshot, comments, dict(expectations.markers).get(identity, "")):
            yield f"#{number} does not show the comment that was just written."
    repository = snapshot.repository
    for name, oid in expectations.past_oids:
        heads = {branch.name: branch.oid for branch in (repository.default, repository.records) if branch}
        if heads.get(name, "") == oid:
            yield f"The branch {name} does not show the commit that was just made."
    closed = [(number, EntryKind.CLOSED, "closed") for number in expectations.closed]
    for number, turn, said in (
        *closed,
        *((number, EntryKind.REOPENED, "opened again") for number in expectations.reopened),
    ):
        facts = snapshot.bugs.get(number)
        if facts is not None and not _was(turn, facts.issue, repository.viewer):
            yield f"#{number} does not show that it was just {said}."
    yield from _own_labels(snapshot, expectations)
    yield from _verdicts(snapshot, expectations, is_last=is_last)


def _verdicts(snapshot: Snapshot, expectations: Expectations, *, is_last: bool) -> Iterator[str]:
    """Statuses, and the check runs of commits for which they were asked."""
    for oid, context, state, at in expectations.statuses:
        for statuses in _statuses_of(snapshot, oid):
            shown = [each for each in statuses if _is_called(each.context, context)]
            if _is_behind(shown, state, at, is_last=is_last):
                yield f"The commit {oid[:7]} does not show the status {context} that was just set."
    for oid, name, state, at in expectations.check_runs:
        known = snapshot.answers.runs.get(oid)
        runs = [run for run in known.runs if _is_called(run.name, name)] if known is not None else ()
        if known is not None and _is_behind(runs, state, at, is_last=is_last):
            yield f"The commit {oid[:7]} does not show the check run {name} that was just reported."


def _own_labels(snapshot: Snapshot, expectations: Expectations) -> Iterator[str]:
    """The labels that we put on or took off, or, in the timeline, that and what turned it round since."""
    turns = {True: EntryKind.LABELED, False: EntryKind.UNLABELED}
    viewer = snapshot.repository.viewer
    for number, name, present, known in expectations.own_labels:
        facts = snapshot.bugs.get(number)
        if facts is None or facts.issue.has_label(name) is present:
            continue
        since = _entries(facts.issue, name)[known:]
        was = any(entry.kind is turns[present] and entry.actor.is_same(viewer.login) for entry in since)
        if not was or since[-1].kind is turns[present]:
            yield f"#{number} {'does not show' if present else 'still shows'} the label {name}."


def _entries(issue: Issue, label: str) -> tuple[Entry, ...]:
    """What the timeline tells of a label."""
    kinds = (EntryKind.LABELED, EntryKind.UNLABELED)
    return tuple(entry for entry in issue.timeline if entry.kind in kinds and _is_called(entry.value, label))


def _was(turn: EntryKind, issue: Issue, viewer: Actor) -> bool:
    """Whether it is closed (or open again), or was by us: somebody may have turned it round since."""
    by_us = (entry.kind is turn and entry.actor.is_same(viewer.login) for entry in issue.timeline)
    return issue.state.is_open is (turn is EntryKind.REOPENED) or any(by_us)


def _has_twin(snapshot: Snapshot, comments: Iterable[Comment], marker: str) -> bool:
    """Whether another comment of ours has that marker: two runs wrote it, and ours was the one removed."""
    viewer = snapshot.repository.viewer
    return marker != "" and any(
        viewer.is_same(comment.author.login) and comment.body.startswith(marker) for comment in comments
    )


def _statuses_of(snapshot: Snapshot, oid: str) -> Iterator[tuple[Status, ...]]:
    """The statuses on that commit, for each place where the snapshot shows them."""
    for pull in snapshot.pulls.values():
        if pull.head_oid == oid:
            yield pull.statuses
    if snapshot.group is not None and snapshot.group.head_oid == oid:
        yield snapshot.group.statuses


def comments_of(snapshot: Snapshot, number: int) -> tuple[Comment, ...] | None:
    """The comments there; None too for a pull request that came along with a bug: they were not read."""
    if number in snapshot.bugs:
        return snapshot.bugs[number].issue.comments
    pull = snapshot.pulls.get(number)
    return None if pull is None or (pull.links is None and not pull.comments) else pull.comments


def doubted(snapshot: Snapshot, expectations: Expectations) -> Snapshot:
    """The snapshot in which no verdict passes for what is wanted that may stand no longer.

    Where another run reported in the second of our own report, nothing tells which of the two stands. Without
    its words the one that shows differs from whatever is decided, and that is reported again: so the last
    write is by facts that were read after both.
    """
    ours = {(oid, name.casefold(), at): state for oid, name, state, at in expectations.statuses if at}
    runs = {(oid, name.casefold(), at): state for oid, name, state, at in expectations.check_runs if at}
    if not ours and not runs:
        return snapshot

    def said(oid: str, shown: Status) -> Status:
        state = ours.get((oid, shown.context.casefold(), shown.at)) if shown.at else None
        return shown if state in (None, shown.state) else replace(shown, description="")

    def reported(oid: str, shown: OwnRun) -> OwnRun:
        state = runs.get((oid, shown.name.casefold(), shown.at)) if shown.at else None
        return shown if state in (None, shown.state) else replace(shown, title="", mark="")

    pulls = {
        number: replace(pull, statuses=tuple(said(pull.head_oid, each) for each in pull.statuses))
        for number, pull in snapshot.pulls.items()
    }
    group = snapshot.group
    if group is not None:
        group = replace(group, statuses=tuple(said(group.head_oid, each) for each in group.statuses))
    known = {
        oid: replace(found, runs=tuple(reported(oid, each) for each in found.runs))
        for oid, found in snapshot.answers.runs.items()
    }
    return replace(snapshot, pulls=pulls, group=group, answers=replace(snapshot.answers, runs=known))


def _is_called(name: str, other: str) -> bool:
    """Contexts and labels are the same in any case."""
    return name.casefold() == other.casefold()


def _is_behind(
    shown: Iterable[Status] | Iterable[OwnRun], state: str, at: datetime | None, *, is_last: bool
) -> bool:
    """Whether neither what we reported at that time shows, nor anything later."""
    return not any(
        each.state == state
        or (at is not None and each.at is not None and (each.at > at or (is_last and each.at == at)))
        for each in shown
    )


def expecting(  # noqa: C901 - a case an effect
    expectations: Expectations, item: Applied, before: Snapshot | None = None
) -> Expectations:
    """The expectations with our own write in them: what we wrote, the next snapshot must show.

    `before` is the snapshot that it was decided on.
    """
    match item.effect:
        case CreateComment(number=number, marker=marker) if item.id:
            return replace(
                expectations,
                comment_ids=(*expectations.comment_ids, (number, item.id)),
                markers=(*expectations.markers, (item.id, marker)),
            )
        case CreateIssue() as issue:
            return replace(expectations, opened=(*expectations.opened, issue))
        case BringDocuments() as made:
            return replace(expectations, brought=(*expectations.brought, made))
        case OpenPull() as pull:
            return replace(expectations, proposed=(*expectations.proposed, pull))
        case RevertPull() as back:
            return replace(expectations, reverted=(*expectations.reverted, back))
        case AddLabels(number=number, names=names):
            return _labelled(expectations, number, names, present=True, before=before)
        case RemoveLabels(number=number, names=names):
            return _labelled(expectations, number, names, present=False, before=before)
        case SetStatus(oid=oid, context=context, state=state):
            kept_statuses = tuple(entry for entry in expectations.statuses if entry[:2] != (oid, context))
            return replace(expectations, statuses=(*kept_statuses, (oid, context, str(state), item.at)))
        case SetCheckRun(oid=oid, name=name, state=state):
            others = tuple(entry for entry in expectations.check_runs if entry[:2] != (oid, name))
            at = None if _is_early(item, before) else item.at
            return replace(expectations, check_runs=(*others, (oid, name, str(state), at)))
        case CloseIssue(number=number):
            return replace(expectations, closed=(*expectations.closed, number))
        case ReopenIssue(number=number):
            return replace(expectations, reopened=(*expectations.reopened, number))
        case StartRecords(branch=branch, expected_oid=oid) | AppendLedger(branch=branch, expected_oid=oid):
            return _past(expectations, branch, oid)
        case CommitFiles(branch=branch, expected_oid=oid) if item.branch in ("", branch):
            return _past(expectations, branch, oid)
        case _:
            return expectations


def _is_early(item: Applied, before: Snapshot | None) -> bool:
    """Whether what was reported has a time no later than what stood there before. Whoever changes a check run
    says when, by a clock that may be behind: such a time tells nothing of which is later."""
    if before is None or not isinstance(item.effect, SetCheckRun) or item.at is None:
        return False
    known = before.answers.runs.get(item.effect.oid)
    runs = known.runs if known is not None else ()
    return any(
        run.at is not None and run.at >= item.at for run in runs if _is_called(run.name, item.effect.name)
    )


def _labelled(
    expectations: Expectations,
    number: int,
    names: Iterable[str],
    *,
    present: bool,
    before: Snapshot | None,
) -> Expectations:
    """Our own word on these labels is the one to be seen, whatever the event said of them."""
    facts = before.bugs.get(number) if before is not None else None
    written = tuple(
        (number, name, present, len(_entries(facts.issue, name)) if facts is not None else 0)
        for name in names
    )
    ours = {(number, name.casefold()) for name in names}
    return replace(
        expectations,
        labels=tuple(each for each in expectations.labels if (each[0], each[1].casefold()) not in ours),
        own_labels=(
            *(each for each in expectations.own_labels if (each[0], each[1].casefold()) not in ours),
            *written,
        ),
    )


def _past(expectations: Expectations, branch: str, oid: str) -> Expectations:
    return replace(expectations, past_oids=(*expectations.past_oids, (branch, oid)))
