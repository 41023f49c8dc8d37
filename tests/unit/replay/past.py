"""A past to look back on, as GitHub shows it today: a P1 whose fix went out, on a repository without us."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bugaction.deployment import question
from bugaction.discussion import Comment
from bugaction.model import Actor, Role
from bugaction.policy import Policy
from bugaction.rollout import Rollout
from bugaction.snapshot import (
    Commit,
    Entry,
    EntryKind,
    IssueState,
    Label,
    PullRequest,
    PullState,
    Repository,
    Snapshot,
)
from bugaction.taken_back import standing
from tests.values import ANA, BO, at, facts, issue, labeled, ready, repository, snapshot

__all__ = ["MERGED", "MIA", "entry", "fix", "outsider", "past", "untouched"]

MIA = Actor("mia")
MERGED = 600
"""Minutes after the report, at which the fix of most tests was merged."""


def entry(kind: EntryKind, minutes: float, value: str = "", *, actor: Actor = BO, **changes: object) -> Entry:
    """An entry of the issue's timeline."""
    found = Entry(id=f"E_{kind}_{minutes:g}_{value}", kind=kind, actor=actor, at=at(minutes), value=value)
    return replace(found, **changes)  # type: ignore[arg-type]


def outsider(minutes: float, author: Actor = MIA) -> Comment:
    """Somebody's words on the issue."""
    return Comment(
        f"IC_{minutes:g}", 900, "https://github.com/octo/shop/issues/42#c", author, "I look.", at(minutes)
    )


def untouched() -> Repository:
    """A repository that we have never written to."""
    return repository(records=None, records_meta=None, records_meta_is_ours=False)


def fix(number: int = 7, *, merged: float | None = MERGED, **changes: object) -> PullRequest:
    """A pull request that met the fix gate in its time, by Bo, and was merged."""
    whole = ready(number)
    commits = (Commit(whole.head_oid, "Repair", ("bo",), at(30), ("a" * 40,), "bo"),)
    whole = replace(whole, commits=commits, merge_oid="f" * 40 if merged is not None else "")
    if merged is not None:
        whole = replace(whole, state=PullState.MERGED, merged_at=at(merged))
    return replace(whole, **changes)  # type: ignore[arg-type]


def past(
    *pulls: PullRequest,
    timeline: Iterable[Entry] = (),
    comments: Iterable[Comment] = (),
    labels: Iterable[str] = ("P1",),
    labelled: float = 1,
    state: IssueState = IssueState.COMPLETED,
    closed: float = MERGED,
    assigned: float | None = 40,
) -> Snapshot:
    """Everything that is known today of bug 42; `assigned` is when Bo took it, None for never."""
    names = tuple(labels)
    entries = [labeled(name, minutes=labelled) for name in names]
    if assigned is not None:
        entries.append(entry(EntryKind.ASSIGNED, assigned, "bo"))
    entries += [entry(EntryKind.CROSS_REFERENCED, 45 + pull.number / 10, str(pull.number)) for pull in pulls]
    entries += timeline
    if not state.is_open:
        entries.append(entry(EntryKind.CLOSED, closed, str(state), by_merge=bool(pulls)))
    subject = replace(
        issue(
            labels=names,
            timeline=sorted(entries, key=lambda item: item.at),
            comments=comments,
            assignees=(BO,) if assigned is not None else (),
            state=state,
        ),
        labels=tuple(Label(name, f"LA_{name}") for name in names),
        author=ANA,
    )
    whole = snapshot(
        facts(subject, pulls=[pull.number for pull in pulls]),
        pulls=pulls,
        roles={"mia": Role.MAINTAIN, "bo": Role.WRITE},
        repo=untouched(),
    )
    asked = question(42, standing(pulls), Policy().deployment.environments)
    return whole.with_answers(
        replace(
            whole.answers,
            rollouts={42: Rollout(asked)} if asked is not None else {},
            reverting={pull.number: () for pull in pulls},
        )
    )
