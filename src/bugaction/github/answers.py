"""Puts the answers to a decision's questions into its snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bugaction.errors import Missing
from bugaction.github import normalise, parts, reviews, snapshots
from bugaction.github.carriers import carrier_of
from bugaction.github.harvest import Harvest, Unsettled
from bugaction.github.normalise import Node, nodes
from bugaction.github.pages import whole
from bugaction.github.reverting import reverting_of
from bugaction.github.rollouts import rollout_of
from bugaction.questions import (
    AskBug,
    AskCarrier,
    AskCommits,
    AskDeployment,
    AskDocuments,
    AskEdits,
    AskFiles,
    AskLabel,
    AskPage,
    AskPull,
    AskReverting,
    AskReview,
    AskSuspects,
    Question,
)
from bugaction.review import HeadFile
from bugaction.snapshot import BugFacts, PullRequest, Snapshot, Suspects

__all__ = ["answered"]

_MOST_PAGES = 3
"""Pages that are read of a suspects' list, and of the pull requests on a commit: what lies further is said to
be cut."""


def answered(harvest: Harvest, snapshot: Snapshot, asked: Sequence[Question]) -> Snapshot:
    """The snapshot with what was gathered for these questions, in the order that the aliases count by."""
    new = snapshots.pulls(harvest)
    pulls = {**snapshot.pulls, **{number: _kept(new[number], snapshot.pulls.get(number)) for number in new}}
    bugs = {**snapshot.bugs, **snapshots.bugs(harvest)}
    labels, suspects = dict(snapshot.answers.labels), dict(snapshot.answers.suspects)
    rollouts, carriers = dict(snapshot.answers.rollouts), dict(snapshot.answers.carriers)
    pages = dict(snapshot.answers.pages)
    reverting = dict(snapshot.answers.reverting)
    missing = {*snapshot.answers.missing, *harvest.missing_items}
    missing_pulls = {*snapshot.answers.missing_pulls, *harvest.missing_pulls}
    for index, question in enumerate(asked):
        match question:
            case AskBug(number) if number not in bugs:
                missing.add(number)
            case AskPull(number) if number not in pulls:
                missing_pulls.add(number)
            case AskEdits(number, comment) if number in bugs:
                bugs[number] = _with_edits(harvest, bugs[number], comment)
            case AskCommits(number) | AskDocuments(number) | AskFiles(number) | AskReview(number) if (
                number in pulls
            ):
                pulls[number] = _detailed(harvest, pulls[number], question)
            case AskLabel(name):
                found = harvest.data.get(f"label_{index}")
                labels[name.casefold()] = str(found["id"]) if found else None
            case AskPage(path):
                pages[path] = snapshots.page(harvest, index, path)
            case AskSuspects(bug, since, until):
                suspects[bug] = _suspects(harvest, bug, since, until)
            case AskDeployment(bug):
                rollouts[bug] = rollout_of(harvest, question)
            case AskCarrier(bug):
                carriers[bug] = carrier_of(harvest, bug)
            case AskReverting(pull):
                reverting[pull] = reverting_of(harvest, question)
            case _:
                pass
    return replace(
        snapshot,
        bugs=bugs,
        pulls=pulls,
        answers=replace(
            snapshot.answers,
            labels=labels,
            suspects=suspects,
            rollouts=rollouts,
            carriers=carriers,
            pages=pages,
            reverting=reverting,
            missing=frozenset(missing),
            missing_pulls=frozenset(missing_pulls),
        ),
        unreadable=tuple(dict.fromkeys((*snapshot.unreadable, *harvest.unreadable))),
    )


def _detailed(harvest: Harvest, pull: PullRequest, question: Question) -> PullRequest:
    """The pull request with what was asked about it."""
    match question:
        case AskCommits():
            return _with_commits(harvest, pull)
        case AskDocuments(oid=oid, paths=paths) if pull.head_oid == oid:
            return _with_documents(harvest, pull, paths)
        case AskFiles():
            return reviews.with_files(harvest, pull, _detail(harvest, "files", pull))
        case AskReview():
            return reviews.with_review(harvest, pull, _detail(harvest, "review", pull))
        case _:
            return pull


def _with_documents(harvest: Harvest, pull: PullRequest, paths: Sequence[str]) -> PullRequest:
    """The pull request with these files at its head. Where GitHub does not show them there are none: what
    rests on one is then not met, and nothing stops."""
    commit: Node = harvest.data.get(f"documents_{pull.number}") or {}
    found = tuple(_head_file(path, commit.get(f"f{index}")) for index, path in enumerate(paths))
    return replace(pull, documents=(*(file for file in pull.documents if file.path not in paths), *found))


def _head_file(path: str, entry: Node | None) -> HeadFile:
    file = normalise.text_file(entry, path, "") if entry else None
    mode = int(entry.get("mode") or 0) if entry else 0
    return HeadFile(path, mode, file.text if file is not None else None)


def _with_edits(harvest: Harvest, facts: BugFacts, identity: str) -> BugFacts:
    """The bug with a comment as it stands with its versions. One that is gone has none."""
    node: Node | None = harvest.data.get(f"edits_{facts.issue.number}")
    shown = normalise.comment(node) if node and node.get("id") == identity else None
    comments = tuple(
        (shown or replace(comment, edits=())) if comment.id == identity else comment
        for comment in facts.issue.comments
    )
    return replace(facts, issue=replace(facts.issue, comments=comments))


_DETAILS = (
    "commits",
    "earlier",
    "sharing",
    "files",
    "changed_files",
    "reviews",
    "checks",
    "required",
    "additions",
    "deletions",
    "requested_at",
    "retargeted_at",
    "reviewers",
    "base_oid",
    "lacking",
    "documents",
)
"""The fields that questions fill; all of them belong to one head, and to one base."""


def _kept(new: PullRequest, old: PullRequest | None) -> PullRequest:
    """A pull request that came again, with the details that only the older one has, where they still hold."""
    if old is None:
        return new
    is_same = (new.head_oid, new.base) == (old.head_oid, old.base)
    details = {name: getattr(old, name) for name in _DETAILS} if is_same else {}
    if new.links is None:
        details |= {"comments": old.comments, "links": old.links}
    return replace(new, **details)


def _with_commits(harvest: Harvest, pull: PullRequest) -> PullRequest:
    node = _detail(harvest, "commits", pull)
    others, are_all = _at_head(harvest, node)
    sharing = {
        int(other["number"])
        for other in nodes(others)
        if other["state"] == "OPEN" and other["headRefOid"] == node["headRefOid"]
    }
    commits = [item["commit"] for item in nodes(harvest.filled(node, "commits", "pull-commits")["commits"])]
    return replace(
        pull,
        commits=tuple(normalise.commit(item) for item in commits),
        earlier=normalise.gate_statuses([*_replaced(node), *reversed(commits)]),
        sharing=tuple(sorted(sharing | {pull.number})),
        sharing_cut=not are_all,
        links=snapshots.links_of(harvest, pull.number),
    )


def _replaced(pull: Node) -> list[Node]:
    """The commits that forced pushes took out of a pull request, the newest first.

    GitHub tells no commit that it no longer has (GraphQL schema: `beforeCommit` is nullable).
    """
    heads = [item.get("beforeCommit") for item in nodes(pull.get("replaced"))]
    return [commit for head in reversed(heads) if head for commit in nodes(head.get("history"))]


def _at_head(harvest: Harvest, pull: Node) -> tuple[Node, bool]:
    """The pull requests that GitHub associates with the head, and whether these are all of them.

    They are not where there are hundreds, or where the token may not read them. Where the list of commits
    lags behind the head, the head itself is asked.
    """
    oid = str(pull["headRefOid"])
    head: Node | None = next((item["commit"] for item in nodes(pull.get("head"))), None)
    if head is None or head["oid"] != oid:
        head = harvest.detail([parts.sharers_of(oid)]).get(f"sharers_{oid}")
    first: Node | None = (head or {}).get("associatedPullRequests")
    if head is None or first is None:
        return {}, False
    found = whole(harvest.client, str(head["id"]), first, "commit-heads", {}, _MOST_PAGES)
    return found, not found["pageInfo"]["hasNextPage"]


def _detail(harvest: Harvest, kind: str, pull: PullRequest) -> Node:
    """What was asked about a pull request. It has to be about the head that the snapshot shows."""
    found: Node | None = harvest.data.get(f"{kind}_{pull.number}")
    if found is None:
        raise Missing(f"Pull request #{pull.number} is not there any more")
    if found.get("headRefOid", pull.head_oid) != pull.head_oid:
        raise Unsettled(f"Pull request #{pull.number} has another head by now")
    return found


def _suspects(harvest: Harvest, bug: int, since: datetime, until: datetime) -> Suspects:
    """Commits of the default branch, the pull requests that brought them, and deployments: newest first."""
    repository = snapshots.repository(harvest)
    head = (harvest.data.get("defaultBranchRef") or {}).get("target") or {}
    window: dict[str, tuple[str, object]] = {
        "since": ("GitTimestamp!", since.isoformat()),
        "until": ("GitTimestamp!", until.isoformat()),
    }
    history = head.get(f"changes_{bug}") or {}
    changes = whole(harvest.client, str(head.get("id")), history, "changes", window, _MOST_PAGES)
    deployments = whole(
        harvest.client,
        repository.id,
        harvest.data.get(f"deployments_{bug}") or {},
        "deployments",
        {},
        _MOST_PAGES,
        until=lambda node: normalise.time(node["createdAt"]) < since,
    )
    made = [normalise.deployment(node, repository.url) for node in nodes(deployments)]
    return Suspects(
        since=since,
        until=until,
        commits=tuple(normalise.commit(node) for node in nodes(changes)),
        pulls=_merged_pulls(harvest, changes, since, until),
        deployments=tuple(item for item in made if since <= item.at <= until),
        cut=bool(changes["pageInfo"]["hasNextPage"] or deployments["pageInfo"]["hasNextPage"]),
    )


def _merged_pulls(
    harvest: Harvest, changes: Node, since: datetime, until: datetime
) -> tuple[PullRequest, ...]:
    """Those that were merged in the window: a commit belongs to open and to later pull requests too."""
    merged: dict[int, PullRequest] = {}
    for change in nodes(changes):
        for node in nodes(change.get("associatedPullRequests")):
            at = node.get("mergedAt")
            if at and harvest.places.is_ours(node) and since <= normalise.time(at) <= until:
                found = normalise.pull_request(node, harvest.places.full_name, harvest.places.config)
                merged[found.number] = found
    return tuple(sorted(merged.values(), key=lambda pull: pull.merged_at or since, reverse=True))
