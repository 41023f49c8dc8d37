"""Which of a bug's pull requests takes another one back, and what is left as its fix then. Pure.

Whether one is an exact inverse is for `gates.inverse` to say, which what the rollback strategy spares rests
on. Here a pull request that says of itself that it takes a fix back is believed. Where no fix is left then,
there is nothing to watch in production, so that no gate after the merge holds the bug: `closing` does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bugaction.model import LedgerFile, LedgerLine, RecordKind
from bugaction.snapshot import PullRequest, PullState

__all__ = [
    "attempt_of",
    "back_lines",
    "brought_back",
    "first_made",
    "is_anybody_s",
    "last_back",
    "mends",
    "named_commits",
    "named_pulls",
    "recalled",
    "reversals",
    "standing",
    "takes_back",
    "taking",
    "undone_by",
    "unread",
]

_COMMIT = re.compile(r"\bThis reverts commit ([0-9a-f]{40})\b", re.IGNORECASE)
"""What `git revert` writes; of a merge it goes on with `, reversing changes made to` (git's
`sequencer.c`)."""

_PULL = re.compile(r"(?<!\S)Reverts[ \t]+(?P<place>[\w.-]+/[\w.-]+)?#(?P<number>[0-9]{1,9})\b", re.IGNORECASE)
"""The description that GitHub's "Revert" button gives its pull request, whose one commit takes back all of
the merged one (mislav/hub#575)."""

_SUBJECT = re.compile(r'(?:Revert|Reapply) "')
"""How git begins the message of a commit that takes one back, and of one that takes back such (git 2.43)."""


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
    makes for it, by its description, or by a commit's message. What was written into a description after the
    merge is not what was merged: its author may change it for ever, also one of a fork."""
    if pull.number == number:
        return False
    by_text = number in pull.took_back or (not _is_rewritten(pull) and number in named_pulls(pull))
    return by_text or _by_branch(pull, number) or (bool(merge_oid) and merge_oid in named_commits(pull))


def _by_branch(pull: PullRequest, number: int) -> bool:
    return not pull.is_fork and pull.head.startswith(f"revert-{number}-")


def _is_rewritten(pull: PullRequest) -> bool:
    """Whether its description was changed since its merge. Of the second of the merge nobody knows."""
    merged, edited = pull.merged_at, pull.edited_at
    return merged is not None and edited is not None and edited >= merged


def back_lines(
    fixes: Iterable[PullRequest], viewer: str, fixing: Collection[int] = frozenset()
) -> tuple[LedgerLine, ...]:
    """What the descriptions and the commits of a bug's merged pull requests said by their merge, a line each,
    so that it is the same in a run which does not read them. `fixing` are those that say they fix the bug.

    Only what followed another one can have taken it back; of that a line says as well that it took none. What
    a branch says that GitHub names stays by itself.
    """
    found = tuple(fixes)
    lines: list[LedgerLine] = []
    for pull in _following(found):
        is_plain = _is_by_branch(pull, found, fixing)
        if pull.merged_at is None or (pull.commits is None and not is_plain):
            continue
        back = sorted(
            other.number
            for other in found
            if not _by_branch(pull, other.number) and takes_back(pull, other.number, other.merge_oid)
        )
        if is_plain and not back:
            continue
        data = {"pull": str(pull.number), "back": " ".join(map(str, back))}
        if pull.number in fixing and not _is_rewritten(pull) and mends(pull):
            data["mends"] = "yes"
        lines.append(
            LedgerLine(RecordKind.TOOK_BACK, pull.id, viewer, pull.merged_at, accepted=True, data=data)
        )
    return tuple(lines)


def unread(
    fixes: Iterable[PullRequest], ledger: LedgerFile, fixing: Collection[int] = frozenset()
) -> frozenset[int]:
    """The merged ones whose commits have to be read once, since no line tells what they took back."""
    found = tuple(fixes)
    return frozenset(
        pull.number
        for pull in _following(found)
        if pull.commits is None
        and ledger.find(pull.id, RecordKind.TOOK_BACK) is None
        and not _is_by_branch(pull, found, fixing)
    )


def mends(pull: PullRequest) -> bool:
    """Whether it holds work of its own beside a commit that takes something back. One that says nothing of
    itself may be either, so that a change which was made anew in a single commit is none."""
    own = [commit.message for commit in pull.commits or () if not commit.is_merge]
    backs = [bool(_SUBJECT.match(text) or _COMMIT.search(text) or _PULL.search(text)) for text in own]
    return any(backs) and not all(backs)


def recalled(pulls: Iterable[PullRequest], ledger: LedgerFile) -> tuple[PullRequest, ...]:
    """The pull requests, each with what it is recorded to have taken back."""
    told = {line.evidence: line.data for line in ledger.accepted(RecordKind.TOOK_BACK)}
    return tuple(
        replace(
            pull,
            took_back=tuple(int(each) for each in told[pull.id].get("back", "").split() if each.isdecimal()),
            mends="mends" in told[pull.id],
        )
        if pull.id in told
        else pull
        for pull in pulls
    )


def _following(fixes: Iterable[PullRequest]) -> tuple[PullRequest, ...]:
    """The merged ones that were merged after another one."""
    return tuple(sorted((pull for pull in fixes if pull.state is PullState.MERGED), key=_merged)[1:])


def _is_by_branch(pull: PullRequest, fixes: Iterable[PullRequest], fixing: Collection[int]) -> bool:
    """Whether its branch says all that there is to know: that it takes one back, and it means no more."""
    return pull.number not in fixing and any(_by_branch(pull, other.number) for other in fixes)


def is_anybody_s(pull: PullRequest) -> bool:
    """Whether it takes no right to have opened it: it is open, and comes from a fork.

    What such a one says it takes back keeps nobody from taking it back, and nobody is told to merge it.
    """
    return pull.is_fork and pull.state is PullState.OPEN


@dataclass(frozen=True, slots=True)
class _History:
    """What became of a bug's pull requests: `takes` has by number the merged ones that each takes back, and
    `gone` the numbers of those that a later merge took back for good, each with when it did."""

    takes: Mapping[int, Sequence[PullRequest]]
    gone: Mapping[int, datetime]

    def stands(self, pull: PullRequest) -> bool:
        """Whether the bug is fixed by it: it takes nothing back, or only what took back a fix that stands."""
        if pull.number in self.gone:
            return False
        taken = self.takes[pull.number]
        return not taken or any(self.stands(fix) for back in taken for fix in self.takes[back.number])

    def reverses(self, pull: PullRequest) -> bool:
        """Whether its merge took out what a fix had brought in, or back, whatever became of it since."""
        return any(not self.reverses(taken) for taken in self.takes[pull.number])


def _history(fixes: Sequence[PullRequest]) -> _History:
    """The newest merge is asked first: one that is taken back itself takes nothing back. Nothing takes back
    what was merged after it, so that no two can take each other back."""
    merged = sorted((pull for pull in fixes if pull.state is PullState.MERGED), key=_merged)
    takes = {
        pull.number: [
            other
            for other in merged
            if (pull.state is not PullState.MERGED or _merged(other) < _merged(pull))
            and takes_back(pull, other.number, other.merge_oid)
        ]
        for pull in fixes
    }
    gone: dict[int, datetime] = {}
    for pull in reversed(merged):
        if pull.number not in gone:
            gone |= {other.number: _merged(pull)[0] for other in takes[pull.number]}
    return _History(takes, gone)


def _merged(pull: PullRequest) -> tuple[datetime, int]:
    return pull.merged_at or datetime.min.replace(tzinfo=UTC), pull.number


def standing(fixes: Iterable[PullRequest]) -> tuple[PullRequest, ...]:
    """The pull requests that the bug is fixed by: none that takes another of them back, and none that a
    merged one takes back. What went back to production without the fix is no deployment of it.

    Where what took a fix back was taken back in turn, the fix stands again, and so does what brought it back:
    production holds the fix once it holds both.
    """
    found = tuple(fixes)
    history = _history(found)
    return tuple(pull for pull in found if history.stands(pull))


def first_made(fixes: Iterable[PullRequest]) -> tuple[PullRequest, ...]:
    """Those of `standing` that do not just bring one back: what they change was in none of the others."""
    found = tuple(fixes)
    history = _history(found)
    return tuple(
        pull for pull in found if history.stands(pull) and (pull.mends or not history.takes[pull.number])
    )


def brought_back(fixes: Iterable[PullRequest]) -> PullRequest | None:
    """The newest merge among `standing`, where it just brings one back; None otherwise."""
    found = tuple(fixes)
    last = max((pull for pull in standing(found) if pull.merged_at is not None), key=_merged, default=None)
    return None if last in first_made(found) else last


def last_back(fixes: Iterable[PullRequest]) -> PullRequest | None:
    """The one that took another of them back and was merged last, None where none did, or where what did was
    taken back itself."""
    found = tuple(fixes)
    history = _history(found)
    backs = [
        pull
        for pull in found
        if pull.state is PullState.MERGED
        and history.takes[pull.number]
        and pull.number not in history.gone
        and not history.stands(pull)
    ]
    return max(backs, key=_merged, default=None)


def reversals(fixes: Iterable[PullRequest]) -> tuple[PullRequest, ...]:
    """The merged ones that took a fix out, also where it was brought back since: that is another time of
    going out."""
    found = tuple(fixes)
    history = _history(found)
    return tuple(pull for pull in found if pull.state is PullState.MERGED and history.reverses(pull))


def taking(fixes: Iterable[PullRequest], number: int, merge_oid: str, at: datetime) -> PullRequest | None:
    """The first of a bug's pull requests, open or merged, that takes that one back; none that anybody may
    have opened, and none that had itself been taken back by that time."""
    found = sorted(fixes, key=lambda pull: pull.number)
    undone = undone_by(found, at)
    return next(
        (
            pull
            for pull in found
            if pull.number not in undone and not is_anybody_s(pull) and takes_back(pull, number, merge_oid)
        ),
        None,
    )


def undone_by(fixes: Iterable[PullRequest], at: datetime) -> frozenset[int]:
    """The numbers of those that a merge had taken back by that time, for good."""
    return frozenset(number for number, since in _history(tuple(fixes)).gone.items() if since <= at)


def attempt_of(number: int, order: LedgerLine) -> str:
    """What one try to take a pull request back is known by: what is taken back, and by which order."""
    return f"revert-{number}#{order.evidence}"
