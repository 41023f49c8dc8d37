"""Whether a snapshot is fresh enough: it contains what the event spoke of, and what we wrote ourselves.

GitHub's API lags behind its events now and then; a gate judged on older facts could be a wrong green (design
section 1).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bugaction.follow_up import shows
from bugaction.own_writes import comments_of, unseen
from bugaction.ports import Expectations
from bugaction.snapshot import CheckOutcome, Label, ReviewState, Snapshot

__all__ = ["lacks_opened", "missing"]


def missing(snapshot: Snapshot, expectations: Expectations, *, is_last: bool = False) -> tuple[str, ...]:
    """What the snapshot does not contain yet, a sentence each; () when it is fresh enough.

    An issue or pull request that was changed after the event has seen it, whatever it shows now. What is not
    in the snapshot because it is not there (a deleted issue) cannot be waited for.

    `is_last` is for the read that nothing is read after: see `own_writes.unseen`.
    """
    found = (
        *_heads(snapshot, expectations),
        *_labels(snapshot, expectations),
        *_comments(snapshot, expectations),
        *_edits(snapshot, expectations),
        *_words(snapshot, expectations),
        *_bases(snapshot, expectations),
        *_reviews(snapshot, expectations),
        *unseen(snapshot, expectations, is_last=is_last),
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
        comments = comments_of(snapshot, number)
        if comments is None or _has_moved_on(snapshot, expectations, number):
            continue
        if all(comment.database_id != database_id for comment in comments):
            yield f"#{number} does not show the comment {database_id} yet."
    for number, database_id in expectations.gone_comments:
        comments = comments_of(snapshot, number)
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
        comments = comments_of(snapshot, number)
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
