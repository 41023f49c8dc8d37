"""Which statuses have to be posted, on the heads of pull requests and of merge groups: those that differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bugaction.plan import SetStatus
from bugaction.questions import AskPull, Question
from bugaction.snapshot import Snapshot, Status, StatusState
from bugaction.texts import fit
from bugaction.verdicts import CONTEXTS, ROLLUP, Word, differing, worst

__all__ = ["Head", "all_heads"]


@dataclass(frozen=True, slots=True)
class Head:
    """A commit, what it should say, what stands there, and the pull requests that this is about."""

    oid: str
    words: tuple[Word, ...]
    standing: tuple[Status, ...]
    pulls: tuple[int, ...] = ()

    def statuses(self, viewer: str) -> tuple[SetStatus, ...]:
        """The statuses that differ."""
        return differing(self.words, self.oid, self.standing, viewer)


def _pull_heads(snapshot: Snapshot, pulls: Mapping[int, tuple[Word, ...]]) -> list[Head]:
    """The heads of pull requests. One that several open ones share gets the worst verdict."""
    heads: dict[str, list[int]] = {}
    for number in pulls:
        heads.setdefault(snapshot.pulls[number].head_oid, []).append(number)
    return [
        Head(
            oid,
            worst([pulls[number] for number in numbers]),
            snapshot.pulls[numbers[0]].statuses,
            tuple(numbers),
        )
        for oid, numbers in heads.items()
    ]


def all_heads(snapshot: Snapshot, pulls: Mapping[int, tuple[Word, ...]]) -> tuple[list[Head], set[Question]]:
    """What has to be said, on the heads of pull requests and on that of a merge group."""
    group, questions = _group_head(snapshot, pulls)
    return [*_pull_heads(snapshot, pulls), *([group] if group is not None else [])], questions


def _group_head(
    snapshot: Snapshot, pulls: Mapping[int, tuple[Word, ...]]
) -> tuple[Head | None, set[Question]]:
    """A merge group's head, where that can be told: every pull request in it must hold."""
    group = snapshot.group
    if group is None:
        return None, set()
    url = snapshot.repository.url
    missing = [number for number in group.pulls if number not in snapshot.pulls]
    if not group.pulls or any(number in snapshot.answers.missing_pulls for number in missing):
        text = "Undecided: cannot tell which pull requests are in this merge group"
        words: tuple[Word, ...] = tuple(Word(item, StatusState.FAILURE, text, url) for item in CONTEXTS)
        return Head(group.head_oid, words, group.statuses), set()
    if missing:
        return None, {AskPull(number) for number in missing}
    ours = [pulls[number] for number in group.pulls if number in pulls]
    named = [
        tuple(
            replace(word, text=fit(f"#{number}: {word.text}")) if word.state is StatusState.FAILURE else word
            for word in pulls[number]
        )
        for number in group.pulls
        if number in pulls
    ]
    if len(ours) < len(group.pulls):
        text = "Undecided: a pull request of this merge group is no longer open"
        named.append((Word(ROLLUP, StatusState.FAILURE, text, url),))
    return Head(group.head_oid, worst(named), group.statuses, group.pulls), set()
