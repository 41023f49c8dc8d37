"""GraphQL nodes into the plain values of `bugaction.snapshot`. Pure, and lenient about what may be null.

Nodes here are whole: the reader has put all pages of a connection into its `nodes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bugaction.model import ANYONE, Actor
from bugaction.moment import YEARS
from bugaction.regressions import MOST_HEARD, named_regressions
from bugaction.snapshot import (
    Comment,
    Commit,
    Deployment,
    Edit,
    Entry,
    EntryKind,
    Issue,
    IssueState,
    Label,
    PullRequest,
    PullState,
    Release,
    Status,
    StatusState,
    TextFile,
)

__all__ = [
    "Node",
    "actor",
    "comment",
    "commit",
    "deployment",
    "first_line",
    "folder_files",
    "full_name",
    "gate_statuses",
    "is_made_by",
    "is_told",
    "issue",
    "nodes",
    "our_lines",
    "pull_request",
    "release",
    "statuses",
    "text_file",
    "time",
]

Node = Mapping[str, Any]
"""A GraphQL object as decoded from JSON."""

_BOT = "[bot]"

_ENTRIES: Mapping[str, EntryKind] = {
    "LabeledEvent": EntryKind.LABELED,
    "UnlabeledEvent": EntryKind.UNLABELED,
    "AssignedEvent": EntryKind.ASSIGNED,
    "UnassignedEvent": EntryKind.UNASSIGNED,
    "ClosedEvent": EntryKind.CLOSED,
    "ReopenedEvent": EntryKind.REOPENED,
    "RenamedTitleEvent": EntryKind.RENAMED,
    "CrossReferencedEvent": EntryKind.CROSS_REFERENCED,
    "ConnectedEvent": EntryKind.CONNECTED,
    "DisconnectedEvent": EntryKind.DISCONNECTED,
}


def nodes(connection: Node | None) -> Iterator[Node]:
    """The nodes of a connection; GitHub may put null for one that this token must not see."""
    for node in (connection or {}).get("nodes") or ():
        if node is not None:
            yield node


def actor(node: Node | None) -> Actor:
    """A person or a bot. GraphQL leaves the suffix of a bot's login out, REST and `viewer` have it."""
    if not node or not node.get("login"):
        return ANYONE
    login = str(node["login"])
    is_bot = node.get("__typename") == "Bot" or login.endswith(_BOT)
    return Actor(login if not is_bot or login.endswith(_BOT) else login + _BOT, is_bot)


def time(text: str) -> datetime:
    """GitHub's ISO 8601 as an aware time in UTC."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


_FIRST, _LAST = (datetime(year, 1, 1, tzinfo=UTC) for year in (YEARS.start, YEARS.stop))


def _committed(text: str) -> datetime:
    """When a commit was made by the word of who made it: GitHub takes any, such as the year 292278994
    (isaacs/github#374). What no date can hold is behind everything else; and so near to the ends of what one
    can that another zone has none of it, it is moved to where all arithmetic with times is sound."""
    try:
        return min(max(time(text), _FIRST), _LAST)
    except (ValueError, OverflowError):
        return _LAST


def _time(text: str | None) -> datetime | None:
    return time(text) if text else None


def full_name(node: Node) -> str:
    """`owner/name` of the repository that an issue or pull request is in."""
    return str((node.get("repository") or {}).get("nameWithOwner") or "")


def text_file(entry: Node | None, path: str, branch: str) -> TextFile | None:
    """A file by its tree entry; None where there is none, or where a folder stands at the path."""
    blob = (entry or {}).get("object") or {}
    if entry is None or entry.get("type") != "blob":
        return None
    hidden = blob.get("isBinary") or blob.get("isTruncated")
    text = None if hidden else blob.get("text")
    return TextFile(path=path, text=text, branch=branch, oid=str(entry.get("oid") or ""))


def folder_files(entry: Node | None, path: str, branch: str, depth: int = 1) -> Iterator[TextFile]:
    """The files in a folder, and in folders inside it down to `depth`, in GitHub's order."""
    for child in ((entry or {}).get("object") or {}).get("entries") or ():
        inside = f"{path}/{child['name']}" if path else str(child["name"])
        found = text_file(child, inside, branch)
        if found is not None:
            yield found
        elif child.get("type") == "tree" and depth > 1:
            yield from folder_files(child, inside, branch, depth - 1)


def our_lines(blame: Node | None, viewer: Actor, *, signed: bool) -> frozenset[int]:
    """The one-based numbers of the lines that commits of ours wrote.

    A commit is ours when GitHub signed it and its author is we. The signature keeps out a push with a forged
    address, the author a person's edit on the web, which GitHub signs too. `signed` is False for a server
    that signs nothing.
    """
    ours: set[int] = set()
    for part in (blame or {}).get("ranges") or ():
        made = part.get("commit") or {}
        if is_made_by(made, viewer, signed=signed):
            ours.update(range(int(part["startingLine"]), int(part["endingLine"]) + 1))
    return frozenset(ours)


def is_made_by(commit: Node, viewer: Actor, *, signed: bool) -> bool:
    """Whether a commit is ours, as `our_lines` says."""
    return (_is_signed(commit) or not signed) and _is_author(commit.get("author") or {}, viewer)


def is_told(blame: Node | None, text: str) -> bool:
    """Whether the blame names a commit for every line of the text that is not blank."""
    told: set[int] = set()
    for part in (blame or {}).get("ranges") or ():
        told.update(range(int(part["startingLine"]), int(part["endingLine"]) + 1))
    return all(number in told for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def _is_author(author: Node, viewer: Actor) -> bool:
    """By account, or by the address that GitHub gives an account: `user` is null for most bots.

    `ID+LOGIN@users.noreply.HOST`: docs.github.com/account-and-profile, "Email addresses reference". The
    author's name proves nothing, anybody may carry any.
    """
    user = author.get("user") or {}
    if user.get("login") and viewer.is_same(str(user["login"])):
        return True
    found = re.fullmatch(r"[0-9]+\+([^@]+)@users\.noreply\.[a-z0-9.-]+", str(author.get("email") or ""), re.I)
    return found is not None and viewer.is_same(found[1])


def comment(node: Node) -> Comment:
    """A comment on an issue or pull request.

    One that was edited by an account that is gone has no editor any more: then it is somebody's, and not its
    author's own.
    """
    groups = node.get("reactionGroups") or ()
    return Comment(
        id=str(node["id"]),
        database_id=int(node.get("databaseId") or 0),
        url=str(node["url"]),
        author=actor(node.get("author")),
        body=str(node.get("body") or ""),
        at=time(node["createdAt"]),
        edited_at=_time(node.get("lastEditedAt")),
        editor=actor(node.get("editor")) if node.get("editor") or node.get("lastEditedAt") else None,
        reactions=frozenset(str(group["content"]) for group in groups if group.get("viewerHasReacted")),
        edits=tuple(map(edit, nodes(node["userContentEdits"]))) if "userContentEdits" in node else None,
    )


def edit(node: Node) -> Edit:
    """A version of a comment. The text of one that was deleted from the history is null."""
    return Edit(
        id=str(node["id"]),
        editor=actor(node.get("editor")),
        at=time(node["editedAt"]),
        body=str(node["diff"]) if node.get("diff") is not None else None,
    )


def label(node: Node) -> Label:
    """A label."""
    return Label(name=str(node["name"]), id=str(node["id"]))


def entry(node: Node, repository: str) -> Entry | None:
    """A timeline entry, or None for a kind that nothing reads."""
    kind = _ENTRIES.get(str(node.get("__typename")))
    if kind is None:
        return None
    source = node.get("source") or {}
    is_issue = "author" in source  # of a pull request other things are asked
    return Entry(
        id=str(node["id"]),
        kind=kind,
        actor=actor(node.get("actor")),
        at=time(node["createdAt"]),
        value=_entry_value(node, repository),
        author=actor(source["author"]) if is_issue else None,
        said=(str(source.get("title") or ""), first_line(source.get("body"))) if is_issue else (),
        url=str(source.get("url") or "") if is_issue else "",
        is_open=not is_issue or source.get("state") != "CLOSED",
        regression_of=named_regressions(str(source.get("body") or ""), MOST_HEARD) if is_issue else (),
        written=_time(source.get("lastEditedAt") or source.get("createdAt")) if is_issue else None,
        by_merge=(node.get("closer") or {}).get("__typename") in ("PullRequest", "Commit"),
    )


def first_line(body: str | None) -> str:
    """The line by which we find again what we opened."""
    return (body or "").partition("\n")[0].strip()


def _entry_value(node: Node, repository: str) -> str:
    if "label" in node:
        return str((node["label"] or {}).get("name") or "")
    if "assignee" in node:
        return actor(node["assignee"]).login
    if "stateReason" in node:
        return str(node["stateReason"] or "completed").lower().replace("_", "-")
    if "currentTitle" in node:
        return str(node["currentTitle"])
    for side in ("source", "subject"):
        referrer = node.get(side) or {}
        if referrer.get("number") and full_name(referrer).casefold() == repository.casefold():
            return str(referrer["number"])
    return ""


def issue(node: Node, repository: str) -> Issue:
    """An issue with everything that stands on it."""
    entries = (entry(item, repository) for item in nodes(node.get("timelineItems")))
    return Issue(
        number=int(node["number"]),
        id=str(node["id"]),
        url=str(node["url"]),
        title=str(node["title"]),
        body=str(node.get("body") or ""),
        author=actor(node.get("author")),
        at=time(node["createdAt"]),
        state=_issue_state(str(node["state"]), node.get("stateReason")),
        labels=tuple(label(item) for item in nodes(node.get("labels"))),
        assignees=tuple(actor(item) for item in nodes(node.get("assignees"))),
        comments=tuple(comment(item) for item in nodes(node.get("comments"))),
        timeline=tuple(item for item in entries if item is not None),
        updated_at=_time(node.get("updatedAt")),
    )


def _issue_state(state: str, reason: str | None) -> IssueState:
    if state == "OPEN":
        return IssueState.OPEN
    return {"NOT_PLANNED": IssueState.NOT_PLANNED, "DUPLICATE": IssueState.DUPLICATE}.get(
        reason or "", IssueState.COMPLETED
    )


def statuses(node: Node | None) -> tuple[Status, ...]:
    """The newest status of each context on a commit. `EXPECTED` waits for a report: it is pending."""
    found = ((node or {}).get("status") or {}).get("contexts") or ()
    return tuple(_status(item) for item in found)


def gate_statuses(commits: Iterable[Node]) -> tuple[Status, ...]:
    """What stands under our roll-up's name on these commits, where anything does; see `GateStatus`."""
    found = ((commit.get("status") or {}).get("gate") for commit in commits)
    return tuple(_status(item) for item in found if item)


def _status(item: Node) -> Status:
    is_expected = item["state"] == "EXPECTED"
    return Status(
        context=str(item["context"]),
        state=StatusState.PENDING if is_expected else StatusState(str(item["state"]).lower()),
        description=str(item.get("description") or ""),
        url=str(item.get("targetUrl") or ""),
        creator=actor(item.get("creator")),
        at=_time(item.get("createdAt")),
    )


def pull_request(node: Node, repository: str, config_path: str) -> PullRequest:
    """A pull request; its last commit is its head (the reader sees to that)."""
    head = next((item["commit"] for item in nodes(node.get("commits"))), None)
    return PullRequest(
        number=int(node["number"]),
        id=str(node["id"]),
        url=str(node["url"]),
        title=str(node["title"]),
        body=str(node.get("body") or ""),
        author=actor(node.get("author")),
        state=PullState(str(node.get("pullState") or node.get("state")).lower()),
        is_draft=bool(node.get("isDraft")),
        base=str(node["baseRefName"]),
        head=str(node["headRefName"]),
        head_oid=str(node["headRefOid"]),
        is_fork=bool(node.get("isCrossRepository")),
        closing=tuple(
            int(item["number"])
            for item in nodes(node.get("closingIssuesReferences"))
            if full_name(item).casefold() == repository.casefold()
        ),
        labels=tuple(label(item) for item in nodes(node.get("labels"))),
        comments=tuple(comment(item) for item in nodes(node.get("comments"))),
        statuses=statuses(head),
        head_config=text_file((head or {}).get("file"), config_path, str(node["headRefName"])),
        created_at=_time(node.get("createdAt")),
        merged_at=_time(node.get("mergedAt")),
        merge_oid=str((node.get("mergeCommit") or {}).get("oid") or ""),
        edited_at=_time(node.get("lastEditedAt")),
        updated_at=_time(node.get("updatedAt")),
    )


def commit(node: Node) -> Commit:
    """A commit: of a pull request with its authors and parents, of a history with its one author."""
    authors = list(nodes(node["authors"])) if "authors" in node else [node.get("author") or {}]
    logins = dict.fromkeys(str(who["user"]["login"]) for who in authors if who.get("user"))
    committer = (node.get("committer") or {}).get("user") or {}
    return Commit(
        oid=str(node["oid"]),
        message=str(node.get("message") or ""),
        authors=tuple(logins),
        at=_committed(node["committedDate"]),
        parent_oids=tuple(str(parent["oid"]) for parent in nodes(node.get("parents"))),
        committer=str(committer.get("login") or ""),
        # GitHub signs what an app commits through its API as well, whatever the app put into it. No app is a
        # user, and who the co-authors are, which come behind the author, is the app's to say.
        is_from_github=_is_signed(node) and bool(authors and authors[0].get("user")),
    )


def _is_signed(made: Node) -> bool:
    """Whether GitHub made and signed a commit."""
    signature = made.get("signature") or {}
    return bool(signature.get("isValid") and signature.get("wasSignedByGitHub"))


def deployment(node: Node, repository_url: str) -> Deployment:
    """A deployment. GraphQL has no address for one: its log's, or the repository's list of deployments."""
    newest = node.get("latestStatus") or {}
    ref: Node = node.get("ref") or {}
    succeeded = [
        time(item["createdAt"]) for item in nodes(node.get("statuses")) if item["state"] == "SUCCESS"
    ]
    return Deployment(
        url=str(newest.get("logUrl") or f"{repository_url}/deployments"),
        environment=str(node.get("environment") or ""),
        ref=str(ref.get("name") or ""),
        oid=str(node["commitOid"]),
        at=time(node["createdAt"]),
        state=str(newest.get("state") or node.get("state") or "").lower(),
        creator=actor(node.get("creator")),
        tag=str(ref["name"]) if ref.get("prefix") == "refs/tags/" else "",
        arrived=min(succeeded, default=None),
    )


def release(node: Node) -> Release | None:
    """A release; None for a draft, a prerelease, or one whose tag is gone."""
    oid, published = (node.get("tagCommit") or {}).get("oid"), _time(node.get("publishedAt"))
    if node["isDraft"] or node["isPrerelease"] or not oid or published is None:
        return None
    return Release(str(node["tagName"]), str(node["url"]), str(oid), published, actor(node.get("author")))
