"""Whether a snapshot is fresh enough: it contains what the event spoke of, and what we wrote ourselves.

GitHub's API lags behind its events now and then; a gate judged on older facts could be a wrong green (design
section 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from bugaction.follow_up import shows
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
from bugaction.snapshot import CheckOutcome, Comment, EntryKind, Issue, Label, ReviewState, Snapshot

__all__ = ["expecting", "lacks_opened", "missing"]


def missing(snapshot: Snapshot, expectations: Expectations) -> tuple[str, ...]:
    """What the snapshot does not contain yet, a sentence each; () when it is fresh enough.

    An issue or pull request that was changed after the event has seen it, whatever it shows now. What is not
    in the snapshot because it is not there (a deleted issue) cannot be waited for.
    """
    found = (
        *_heads(snapshot, expectations),
        *_labels(snapshot, expectations),
        *_comments(snapshot, expectations),
        *_edits(snapshot, expectations),
        *_words(snapshot, expectations),
        *_bases(snapshot, expectations),
        *_reviews(snapshot, expectations),
        *_writes(snapshot, expectations),
        *_check_runs(snapshot, expectations),
    )
    return tuple(dict.fromkeys(found))


def lacks_opened(snapshot: Snapshot, expectations: Expectations) -> bool:
    """Whether an issue, or a branch or pull request of documents, that we made is not seen yet.

    When GitHub notes the mention on the other issue is documented nowhere, so it is asked for separately: an
    override must not turn red for it.
    """
    carriers = snapshot.answers.carriers
    brought = [made for made in expectations.brought if made.number in carriers]
    proposed = [carriers[made.number] for made in expectations.proposed if made.number in carriers]
    if any(carriers[made.number].oid == made.expected_oid for made in brought):
        return True
    if any(all(not pull.is_open for pull in carrier.pulls) for carrier in proposed):
        return True
    reverting = snapshot.answers.reverting
    asked = [reverting[made.pull] for made in expectations.reverted if made.pull in reverting]
    if any(all(not pull.stands for pull in pulls) for pulls in asked):
        return True
    return any(
        wanted.number in snapshot.bugs
        and not shows(snapshot.bugs[wanted.number].issue, wanted, snapshot.repository.viewer)
        for wanted in expectations.opened
    )


def _heads(snapshot: Snapshot, expectations: Expectations) -> Iterator[str]:
    for number, oid in expectations.heads:
        pull = snapshot.pulls.get(number)
        if _has_moved_on(snapshot, expectations, number):
            continue
        if pull is None and number not in snapshot.answers.missing | snapshot.answers.missing_pulls:
            yield f"Pull request #{number} is not there yet."
        elif (
            pull is not None
            and pull.head_oid != oid
            and oid not in {commit.oid for commit in pull.commits or ()}
        ):
            yield f"Pull request #{number} does not show its commit {oid[:7]} yet."


def _labels(snapshot: Snapshot, expectations: Expectations) -> Iterator[str]:
    for number, name, present in expectations.labels:
        labels = _labels_of(snapshot, number)
        if labels is None or _has_moved_on(snapshot, expectations, number):
            continue
        if any(label.name.casefold() == name.casefold() for label in labels) is not present:
            yield f"#{number} {'does not show' if present else 'still shows'} the label {name}."


def _comments(snapshot: Snapshot, expectations: Expectations) -> Iterator[str]:
    for number, database_id in expectations.comments:
        comments = _comments_of(snapshot, number)
        if comments is None or _has_moved_on(snapshot, expectations, number):
            continue
        if all(comment.database_id != database_id for comment in comments):
            yield f"#{number} does not show the comment {database_id} yet."
    for number, database_id in expectations.gone_comments:
        comments = _comments_of(snapshot, number)
        if comments is None or _has_moved_on(snapshot, expectations, number):
            continue
        if any(comment.database_id == database_id for comment in comments):
            yield f"#{number} still shows the comment {database_id}, which was deleted."


def _edits(snapshot: Snapshot, expectations: Expectations) -> Iterator[str]:
    """The text that the event told of, or that of a later edit.

    Two signs, since GitHub documents of neither that it agrees with the event to the second or the byte: the
    webhook's `updated_at` with GraphQL's `lastEditedAt`, and the two bodies.
    """
    for number, database_id, at, body in expectations.edits:
        comments = _comments_of(snapshot, number)
        if comments is None or _has_moved_on(snapshot, expectations, number):
            continue
        for comment in comments:
            is_later = comment.edited_at is not None and comment.edited_at >= at
            if comment.database_id == database_id and not is_later and _plain(comment.body) != _plain(body):
                yield f"#{number} does not show the edit of the comment {database_id} yet."


def _plain(body: str) -> str:
    """A body as it compares: without its line ends, which GitHub keeps as they were typed or as LF."""
    return "\n".join(body.splitlines()).strip()


def _words(snapshot: Snapshot, expectations: Expectations) -> Iterator[str]:
    """The title and the description that the event told of, or those of a later change."""
    for number, at, title, body in expectations.words:
        pull = snapshot.pulls.get(number)
        if pull is None or (pull.updated_at is not None and pull.updated_at >= at):
            continue
        if (pull.title, _plain(pull.body)) != (title, _plain(body)):
            yield f"Pull request #{number} does not show its new title or description yet."


def _bases(snapshot: Snapshot, expectations: Expectations) -> Iterator[str]:
    """The base that the event told of, or that of a later change: what was approved on another is nothing."""
    for number, at, base in expectations.bases:
        pull = snapshot.pulls.get(number)
        if pull is None or pull.base == base or (pull.updated_at is not None and pull.updated_at >= at):
            continue
        yield f"Pull request #{number} does not show its new base yet."


def _reviews(snapshot: Snapshot, expectations: Expectations) -> Iterator[str]:
    """Reviews and ended runs; both only where they have been read."""
    for number, identity, is_dismissed in expectations.reviews:
        pull = snapshot.pulls.get(number)
        if pull is None or pull.reviews is None:
            continue
        shown = {review.id: review.state for review in pull.reviews}
        if identity not in shown:
            yield f"Pull request #{number} does not show the newest review yet."
        elif is_dismissed and shown[identity] is not ReviewState.DISMISSED:
            yield f"Pull request #{number} still shows a review that was dismissed."
    for oid, page in expectations.runs:
        for pull in snapshot.pulls.values():
            if pull.head_oid != oid or pull.checks is None:
                continue
            jobs = [check for check in pull.checks if check.run_url == page]
            if not jobs or any(job.outcome is CheckOutcome.PENDING for job in jobs):
                yield f"Pull request #{pull.number} does not show yet how {page} ended."


def _writes(snapshot: Snapshot, expectations: Expectations) -> Iterator[str]:
    """Our own writes: later changes by others excuse nothing here."""
    for number, identity in expectations.comment_ids:
        comments = _comments_of(snapshot, number)
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
    for oid, context, state in expectations.statuses:
        for shown in _statuses_of(snapshot, oid, context):
            if shown != state:
                yield f"The commit {oid[:7]} does not show the status {context} that was just set."


def _check_runs(snapshot: Snapshot, expectations: Expectations) -> Iterator[str]:
    """Those that we reported, where they were asked for."""
    for oid, name, state in expectations.check_runs:
        known = snapshot.answers.runs.get(oid)
        if known is not None and all((run.name, run.state) != (name, state) for run in known.runs):
            yield f"The commit {oid[:7]} does not show the check run {name} that was just reported."


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


def _statuses_of(snapshot: Snapshot, oid: str, context: str) -> Iterator[str]:
    """The state of the context on that commit, "" for none, for each place where the snapshot shows it."""
    places = [pull.statuses for pull in snapshot.pulls.values() if pull.head_oid == oid]
    if snapshot.group is not None and snapshot.group.head_oid == oid:
        places.append(snapshot.group.statuses)
    for statuses in places:
        states = (item.state.value for item in statuses if item.context.casefold() == context.casefold())
        yield next(states, "")


def _has_moved_on(snapshot: Snapshot, expectations: Expectations, number: int) -> bool:
    times = [at for about, at in expectations.updated if about == number]
    shown = _updated_at(snapshot, number)
    return bool(times) and shown is not None and shown > max(times)


def _updated_at(snapshot: Snapshot, number: int) -> datetime | None:
    if number in snapshot.bugs:
        return snapshot.bugs[number].issue.updated_at
    return snapshot.pulls[number].updated_at if number in snapshot.pulls else None


def _labels_of(snapshot: Snapshot, number: int) -> tuple[Label, ...] | None:
    if number in snapshot.bugs:
        return snapshot.bugs[number].issue.labels
    return snapshot.pulls[number].labels if number in snapshot.pulls else None


def _comments_of(snapshot: Snapshot, number: int) -> tuple[Comment, ...] | None:
    """None too for a pull request that came along with a bug: its comments were not read."""
    if number in snapshot.bugs:
        return snapshot.bugs[number].issue.comments
    pull = snapshot.pulls.get(number)
    return None if pull is None or (pull.links is None and not pull.comments) else pull.comments


# What we wrote ourselves ----------------------------------------------------------------------------------


def expecting(expectations: Expectations, item: Applied) -> Expectations:  # noqa: C901 - a case an effect
    """The expectations with our own write in them: what we wrote, the next snapshot must show."""
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
            kept = tuple(
                entry for entry in expectations.labels if entry[0] != number or entry[1] not in names
            )
            return replace(expectations, labels=(*kept, *((number, name, True) for name in names)))
        case RemoveLabels(number=number, names=names):
            kept = tuple(
                entry for entry in expectations.labels if entry[0] != number or entry[1] not in names
            )
            return replace(expectations, labels=(*kept, *((number, name, False) for name in names)))
        case SetStatus(oid=oid, context=context, state=state):
            kept_statuses = tuple(entry for entry in expectations.statuses if entry[:2] != (oid, context))
            return replace(expectations, statuses=(*kept_statuses, (oid, context, str(state))))
        case SetCheckRun(oid=oid, name=name, state=state):
            others = tuple(entry for entry in expectations.check_runs if entry[:2] != (oid, name))
            return replace(expectations, check_runs=(*others, (oid, name, str(state))))
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


def _past(expectations: Expectations, branch: str, oid: str) -> Expectations:
    return replace(expectations, past_oids=(*expectations.past_oids, (branch, oid)))
