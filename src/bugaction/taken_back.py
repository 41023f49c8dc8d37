"""Which of a bug's pull requests takes another one back, and what is left as its fix then. Pure.

Whether one is an exact inverse is for `gates.inverse` to say, which what the rollback strategy spares rests
on. Here a pull request that says of itself that it takes a fix back is believed: that a fix is gone only ever
asks for more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bugaction.model import LedgerLine
from bugaction.snapshot import PullRequest, PullState

__all__ = [
    "attempt_of",
    "is_anybody_s",
    "last_back",
    "named_commits",
    "named_pulls",
    "standing",
    "takes_back",
]

_COMMIT = re.compile(r"\bThis reverts commit ([0-9a-f]{40})\b", re.IGNORECASE)
"""What `git revert` writes; of a merge it goes on with `, reversing changes made to` (git's
`sequencer.c`)."""

_PULL = re.compile(r"(?<!\S)Reverts[ \t]+(?P<place>[\w.-]+/[\w.-]+)?#(?P<number>[0-9]{1,9})\b", re.IGNORECASE)
"""The description that GitHub's "Revert" button gives its pull request, whose one commit takes back all of
the merged one (mislav/hub#575)."""


def named_commits(pull: PullRequest) -> set[str]:
    """The commits that the messages of its own, where they were read, say they take back."""
    texts = [commit.message for commit in pull.commits or ()]
    return {found[1].lower() for text in texts for found in _COMMIT.finditer(text)}


def named_pulls(pull: PullRequest) -> set[int]:
    """The pull requests of its own repository, whose address its own begins with, that it says it takes
    back."""
    owner, _, name = pull.url.rsplit("/pull/", 1)[0].rpartition("/")
    here = f"{owner.rpartition('/')[2]}/{name}".casefold()
    return {
        int(found["number"])
        for found in _PULL.finditer(pull.body)
        if found["place"] is None or found["place"].casefold() == here
    }


def takes_back(pull: PullRequest, number: int, merge_oid: str = "") -> bool:
    """Whether it says that it takes back that pull request, merged as `merge_oid`: by the branch that GitHub
    makes for it, by its description, or by a commit's message."""
    if pull.number == number:
        return False
    by_branch = not pull.is_fork and pull.head.startswith(f"revert-{number}-")
    return by_branch or number in named_pulls(pull) or (bool(merge_oid) and merge_oid in named_commits(pull))


def is_anybody_s(pull: PullRequest) -> bool:
    """Whether it takes no right to have opened it: it is open, and comes from a fork.

    What such a one says it takes back keeps nobody from taking it back, and nobody is told to merge it.
    """
    return pull.is_fork and pull.state is PullState.OPEN


def standing(fixes: Iterable[PullRequest]) -> tuple[PullRequest, ...]:
    """The pull requests that the bug is fixed by: none that takes another of them back, and none that a
    merged one takes back. What went back to production without the fix is no deployment of it."""
    found = tuple(fixes)
    gone: set[int] = set()
    for pull in found:
        for other in found:
            if other.state is PullState.MERGED and takes_back(pull, other.number, other.merge_oid):
                gone.add(pull.number)
                if pull.state is PullState.MERGED:
                    gone.add(other.number)
    return tuple(pull for pull in found if pull.number not in gone)


def last_back(fixes: Iterable[PullRequest]) -> PullRequest | None:
    """The one that took another of them back and was merged last, None where none did."""
    found = tuple(fixes)
    backs = [
        (pull.merged_at, pull.number, pull)
        for pull in found
        if pull.merged_at is not None
        and any(takes_back(pull, other.number, other.merge_oid) for other in found)
    ]
    return max(backs, key=lambda item: item[:2])[2] if backs else None


def attempt_of(number: int, order: LedgerLine) -> str:
    """What one try to take a pull request back is known by: what is taken back, and by which order."""
    return f"revert-{number}#{order.evidence}"
