"""Which statuses have to be posted, on the heads of pull requests and of merge groups: those that differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bugaction.plan import SetStatus
from bugaction.questions import AskPull, Question
from bugaction.snapshot import Snapshot, StatusState
from bugaction.texts import fit
from bugaction.verdicts import CONTEXTS, ROLLUP, Word, differing, worst

__all__ = ["group_statuses", "pull_statuses"]


def pull_statuses(snapshot: Snapshot, pulls: Mapping[int, tuple[Word, ...]]) -> list[SetStatus]:
    """The statuses that differ. A commit that several open pull requests share gets the worst verdict."""
    heads: dict[str, list[int]] = {}
    for number in pulls:
        heads.setdefault(snapshot.pulls[number].head_oid, []).append(number)
    effects: list[SetStatus] = []
    viewer = snapshot.repository.viewer.login
    for oid, numbers in heads.items():
        words = worst([pulls[number] for number in numbers])
        effects += differing(words, oid, snapshot.pulls[numbers[0]].statuses, viewer)
    return effects


def group_statuses(
    snapshot: Snapshot, pulls: Mapping[int, tuple[Word, ...]]
) -> tuple[list[SetStatus], set[Question]]:
    """The statuses of a merge group's head: every pull request in it must hold."""
    group = snapshot.group
    if group is None:
        return [], set()
    viewer = snapshot.repository.viewer.login
    url = snapshot.repository.url
    missing = [number for number in group.pulls if number not in snapshot.pulls]
    if not group.pulls or any(number in snapshot.answers.missing_pulls for number in missing):
        text = "Undecided: cannot tell which pull requests are in this merge group"
        words: tuple[Word, ...] = tuple(Word(item, StatusState.FAILURE, text, url) for item in CONTEXTS)
        return list(differing(words, group.head_oid, group.statuses, viewer)), set()
    if missing:
        return [], {AskPull(number) for number in missing}
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
    words = worst(named)
    return list(differing(words, group.head_oid, group.statuses, viewer)), set()
