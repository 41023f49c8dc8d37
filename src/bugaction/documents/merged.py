"""What is read of a merged fix once, and kept in a document from then on.

Commits, reviews and checks of a pull request cost a request of their own. While it is open they are read for
its gates; after the merge they change no more. A block that shows them names the fixes that it was written
for (`merged=7,9`), and while it does, they are not read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from bugaction.bug import Bug, DocumentState
from bugaction.check_choice import event_beside, of_others
from bugaction.chronicle import Moment
from bugaction.documents.base import repository_url
from bugaction.documents.merge import blocks_of
from bugaction.questions import AskCommits, AskReview, Question
from bugaction.review import Check, CheckOutcome, ReviewState
from bugaction.snapshot import PullRequest, PullState

__all__ = ["is_read", "merged_fixes", "name_of", "questions", "steps_of", "told_checks"]


def merged_fixes(bug: Bug) -> tuple[PullRequest, ...]:
    """The bug's merged pull requests, by number."""
    return tuple(pull for pull in bug.fixes if pull.state is PullState.MERGED)


def name_of(pulls: Iterable[PullRequest]) -> str:
    """What a block calls these fixes: `7,9`, or `none`."""
    return ",".join(str(pull.number) for pull in pulls) or "none"


def is_read(bug: Bug) -> bool:
    """Whether all that there is to be told of the merged fixes was read."""
    return all(pull.reviews is not None and pull.commits is not None for pull in merged_fixes(bug))


def questions(bug: Bug, document: DocumentState, blocks: Iterable[str]) -> frozenset[Question]:
    """What has to be read for these blocks of a document; nothing while its committed text holds it.

    A block that a person has written in is read again, so that it can be restored; not where the version is
    approved, and stays as it is.
    """
    merged = merged_fixes(bug)
    known = blocks_of(document.text or "")
    found = [known.get(id_) for id_ in blocks]
    if not merged or all(
        block is not None
        and (block.is_intact or document.approval is not None)
        and block.attributes.get("merged") == name_of(merged)
        for block in found
    ):
        return frozenset()
    asked: set[Question] = {AskReview(pull.number) for pull in merged if pull.reviews is None}
    return frozenset(asked | {AskCommits(pull.number) for pull in merged if pull.commits is None})


def told_checks(bug: Bug, pull: PullRequest) -> list[tuple[str, Check]]:
    """The checks that count on the commit that was merged, as for its gate; our own are none.

    Each comes with its name, and with its event where that tells it from another of that name.
    """
    found = of_others(pull.checks or (), bug.own_workflows)
    told = []
    for check in found:
        alike = (each for each in found if each.name.casefold() == check.name.casefold())
        event = event_beside(check, alike)
        told.append((f"{check.name} ({event})" if event else check.name, check))
    return told


_REVIEWED = {
    ReviewState.APPROVED: "Approved",
    ReviewState.CHANGES_REQUESTED: "Asked for changes to",
    ReviewState.COMMENTED: "Commented on",
    ReviewState.DISMISSED: "Gave a review, dismissed later, of",
}


def steps_of(bug: Bug) -> tuple[Moment, ...]:
    """Commits, reviews and checks of the merged fixes, oldest first, each once."""
    found = {moment for pull in merged_fixes(bug) for moment in _steps(bug, pull)}
    return tuple(sorted(found, key=lambda moment: (moment.at, moment.text, moment.who, moment.url)))


def _steps(bug: Bug, pull: PullRequest) -> Iterator[Moment]:
    for commit in pull.commits or ():
        subject = commit.message.partition("\n")[0]
        text = f"Committed {commit.oid[:7]} {subject}"
        url = f"{repository_url(bug)}/commit/{commit.oid}"
        yield Moment(commit.at, text, url, next(iter(commit.authors), ""))
    if pull.requested_at is not None:
        yield Moment(pull.requested_at, f"A review of #{pull.number} was asked for", pull.url)
    for review in pull.reviews or ():
        words = _REVIEWED.get(review.state)
        if words is not None:
            yield Moment(review.at, f"{words} #{pull.number}", review.url or pull.url, review.author.login)
    for name, check in told_checks(bug, pull):
        ended = _ended(check)
        if ended is not None:
            yield Moment(ended, f"The check {name} ended: {check.outcome}", check.url or pull.url)


def _ended(check: Check) -> datetime | None:
    return check.completed_at if check.outcome is not CheckOutcome.PENDING else None
