"""What a scene changed in the embedded GitHub: the difference that bugaction's runs made, as plain lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bugaction.claiming import CALL_MARK
from bugaction.sandbox.world import World

__all__ = ["BOT", "Sight", "changes", "look"]

_PROPOSAL = "The form's answers propose "
"""How a comment begins what the bug form's answers make of the severity (`templates/comments`)."""

BOT = "github-actions"
"""The login that GITHUB_TOKEN writes under, as GraphQL spells it."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What can be seen of the repository at one moment.

    `labels` by issue; `statuses` by pull request and context, as `(state, text)`; `comments` of ours by id;
    `heads` by branch; `answers` are our reactions as `(comment id, content)`; `pulls` are titles of pull
    requests that we opened.
    """

    labels: Mapping[int, frozenset[str]]
    assignees: Mapping[int, frozenset[str]]
    statuses: Mapping[tuple[int, str], tuple[str, str]]
    comments: Mapping[int, str]
    heads: Mapping[str, str]
    answers: frozenset[tuple[str, str]]
    pulls: Mapping[int, str]


def look(world: World) -> Sight:
    """The repository as it is now."""
    state = world.state
    statuses: dict[tuple[int, str], tuple[str, str]] = {}
    for number, item in state.issues.items():
        if item.pull is not None:
            for status in state.latest_statuses(item.pull.head_oid).values():
                statuses[number, status.context] = (status.state, status.description or "")
    return Sight(
        labels={
            number: frozenset(label.name for label in state.labels_of(item))
            for number, item in state.issues.items()
        },
        assignees={number: frozenset(item.assignees) for number, item in state.issues.items()},
        statuses=statuses,
        comments={key: item.body for key, item in state.comments.items() if item.author == BOT},
        heads={
            ref.removeprefix("refs/heads/"): oid
            for ref, oid in state.refs.items()
            if ref.startswith("refs/heads/")
        },
        answers=frozenset(
            (subject, reaction.content)
            for subject, reactions in state.reactions.items()
            for reaction in reactions
            if reaction.user == BOT
        ),
        pulls={item.number: item.title for item in state.pulls() if item.author == BOT},
    )


def changes(world: World, before: Sight, after: Sight) -> Iterator[str]:
    """What is different, a line each, in the order in which a person would look for it."""
    for number, title in after.pulls.items():
        if number not in before.pulls:
            yield f"new pull request {number}: {title}"
    for (number, context), (verdict, text) in after.statuses.items():
        if before.statuses.get((number, context)) != (verdict, text):
            mark = "✅" if verdict == "success" else "❌"
            yield f"{mark} {context} on pull request {number}: {text}"
    for number, names in after.labels.items():
        had = before.labels.get(number, frozenset())
        yield from (f"label on #{number}: {name}" for name in sorted(names - had))
        yield from (f"label off #{number}: {name}" for name in sorted(had - names))
    for number, logins in after.assignees.items():
        added = sorted(logins - before.assignees.get(number, frozenset()))
        yield from (f"#{number} assigned to {login}" for login in added)
    for key, body in after.comments.items():
        old = before.comments.get(key)
        if old is None:
            yield f"new comment: {_gist(body)}"
        elif old != body:
            yield f"comment brought up to date: {_gist(body)}"
    for _, content in sorted(after.answers - before.answers):
        yield f"reaction: {'🚀' if content == 'ROCKET' else '😕'}"
    yield from _commits_of_ours(world, before, after)


def _commits_of_ours(world: World, before: Sight, after: Sight) -> Iterator[str]:
    """Our new commits by branch, each once: a branch that is new begins with what others hold already."""
    known = set(before.heads.values())
    for branch in sorted(after.heads, key=lambda name: name not in before.heads):
        for subject in _commits(world, known, after.heads[branch]):
            yield f"commit on {branch}: {subject}"


def _commits(world: World, known: set[str], oid: str) -> list[str]:
    """The subjects of our own commits up to this one that are on no branch yet, oldest first. They are
    known from then on."""
    subjects: list[str] = []
    at: str | None = oid
    while at is not None and at not in known:
        known.add(at)
        info = world.git.commit_info(at)
        if info is None:
            break
        if "[bot]" in info.author.email:
            subjects.append(info.message.partition("\n")[0])
        at = info.parents[0] if info.parents else None
    return subjects[::-1]


def _gist(body: str) -> str:
    """A comment in one line: its first words and, where it has them, the proposal and the next step; of one
    that calls people all that it says."""
    lines = [line for line in body.splitlines() if line.strip() and not line.startswith("<!--")]
    told = lines[:1]
    if body.startswith(CALL_MARK):
        told += [line.removeprefix("- ") for line in lines[1:]]
    else:
        told += [line.partition(". ")[0] for line in lines if line.startswith(_PROPOSAL)][:1]
        told += [line for line in lines if line.startswith("**Next step:**")][:1]
    *first, last = [line.lstrip("# ").replace("*", "") for line in told] or [""]
    return " ".join([*(f"{line.rstrip('.')}." for line in first), last])
