"""GitHub as canned answers: what the adapter's tests feed it, and what it asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import responses

from bugaction.github.client import Client
from bugaction.github.pacing import Pace
from bugaction.github.reader import GitHubReader
from bugaction.github.writer import GitHubWriter

API = "https://api.github.com"
SERVED = f"{API}:443"  # PyGithub names the port
REPO = f"{SERVED}/repos/octo/shop"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HEAD, RECORDS, FIX = "a" * 40, "b" * 40, "c" * 40
BOT = "41898282+github-actions[bot]@users.noreply.github.com"

Node = dict[str, Any]


class Time:
    """A clock that only sleeping moves; `naps` are the seconds slept."""

    def __init__(self) -> None:
        self.now = NOW
        self.naps: list[float] = []

    def clock(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += timedelta(seconds=seconds)


def client(time: Time | None = None) -> Client:
    """A client with a token that must never be seen."""
    time = time or Time()
    return Client.with_token("secret-token", API, Pace(time.clock, time.sleep))


def reader(time: Time | None = None, **changes: Any) -> GitHubReader:
    return GitHubReader(client(time), "octo", "shop", **changes)


def writer(time: Time | None = None) -> GitHubWriter:
    return GitHubWriter(client(time), "octo", "shop")


# What is answered ---------------------------------------------------------------------------------------


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
    """The next GraphQL answer; a text goes out as it is, anything else as JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    responses.add("POST", f"{SERVED}/graphql", body=text, status=status, headers=dict(headers or {}))


def data(repository: object, *, errors: Iterable[Mapping[str, object]] = (), **more: object) -> Node:
    """A query's answer around the repository's fields."""
    whole: Node = {
        "data": {
            "rateLimit": {"cost": 1, "remaining": 900, "resetAt": "2026-11-24T10:00:00Z"},
            "viewer": {"__typename": "User", "login": "github-actions[bot]"},
            "repository": repository,
            **more,
        }
    }
    if errors:
        whole["errors"] = list(errors)
    return whole


def error(kind: str, *path: str | int, message: str = "no") -> Node:
    """An entry of `errors`, as GitHub shapes it."""
    return {"type": kind, "path": ["repository", *path], "message": message}


def rest(method: str, path: str, body: object = None, status: int = 200, **headers: str) -> None:
    """The next answer to a REST request below the repository."""
    responses.add(
        method,
        f"{REPO}/{path}",
        body=body if isinstance(body, str) else json.dumps(body if body is not None else {}),
        status=status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


# What was asked -----------------------------------------------------------------------------------------


def sent() -> list[str]:
    """Each request in order: `POST graphql`, `POST statuses/ccc…`."""
    found = []
    for call in responses.calls:
        path = str(call.request.url).partition("/repos/octo/shop/")[2] or "graphql"
        found.append(f"{call.request.method} {path.partition('?')[0]}")
    return found


def bodies() -> list[Node]:
    """The JSON that was sent, one for each request; {} for none."""
    return [json.loads(cast(str | None, call.request.body) or "{}") for call in responses.calls]


# Nodes --------------------------------------------------------------------------------------------------


def repository(**fields: object) -> Node:
    """The header's fields: a default branch that nothing protects, and a records branch that we began."""
    records = fields.get("records", branch(RECORDS))
    oid = cast(Node, records)["target"]["oid"] if records is not None else ""
    return {
        "id": "R_1",
        "url": "https://github.com/octo/shop",
        "isArchived": False,
        "isPrivate": False,
        "hasIssuesEnabled": True,
        "defaultBranchRef": default_branch(),
        "records": branch(RECORDS, meta=blob('{"since": "2026-11-23T09:00:00Z", "version": 1}\n')),
        "authors_meta": branch(oid, blame=blame((1, 1, made_by()))) if oid else None,
        **fields,
    }


def default_branch(**target: object) -> Node:
    return {
        "name": "main",
        "refUpdateRule": None,
        "rules": {"nodes": []},
        "target": {"oid": HEAD, "config": None, "templates": None, **target},
    }


def branch(oid: str, **target: object) -> Node:
    return {"target": {"oid": oid, **target}}


def blob(text: str | None, **changes: object) -> Node:
    content = {"text": text, "isBinary": False, "isTruncated": False, **changes}
    return {"type": "blob", "object": content}


def tree(**files: Node) -> Node:
    return {"type": "tree", "object": {"entries": [{"name": name, **entry} for name, entry in files.items()]}}


def page(*nodes: object, cursor: str | None = None) -> Node:
    return {"pageInfo": {"hasNextPage": cursor is not None, "endCursor": cursor}, "nodes": list(nodes)}


def who(login: str, kind: str = "User") -> Node:
    return {"__typename": kind, "login": login}


def comment(number: int, body: str = "hello", login: str = "ana", **changes: object) -> Node:
    return {
        "id": f"IC_{number}",
        "databaseId": number,
        "url": f"https://github.com/octo/shop/issues/42#issuecomment-{number}",
        "body": body,
        "createdAt": "2026-11-24T08:00:00Z",
        "lastEditedAt": None,
        "author": who(login),
        "editor": None,
        "reactionGroups": [],
        **changes,
    }


def labeled(name: str, number: int = 1) -> Node:
    return {
        "__typename": "LabeledEvent",
        "id": f"LE_{number}",
        "createdAt": "2026-11-24T08:00:00Z",
        "actor": who("ana"),
        "label": {"name": name},
    }


def mention(number: int, text: str = "", *, closes: bool = False, full_name: str = "octo/shop") -> Node:
    """A pull request's reference to the issue."""
    return {
        "__typename": "CrossReferencedEvent",
        "id": f"CE_{number}",
        "createdAt": "2026-11-24T08:00:00Z",
        "actor": who("bo"),
        "willCloseTarget": closes,
        "source": {
            "number": number,
            "title": "A change",
            "body": text,
            "repository": {"nameWithOwner": full_name},
        },
    }


def issue(number: int = 42, **changes: object) -> Node:
    return {
        "__typename": "Issue",
        "number": number,
        "id": f"I_{number}",
        "url": f"https://github.com/octo/shop/issues/{number}",
        "title": "It broke",
        "body": "It is broken.",
        "createdAt": "2026-11-24T08:00:00Z",
        "updatedAt": "2026-11-24T08:30:00Z",
        "state": "OPEN",
        "stateReason": None,
        "author": who("ana"),
        "labels": page({"id": "LA_1", "name": "P1"}),
        "assignees": page(),
        "comments": page(),
        "timelineItems": page(),
        "closedByPullRequestsReferences": page(),
        **changes,
    }


def pull(number: int = 7, **changes: object) -> Node:
    return {
        "__typename": "PullRequest",
        "number": number,
        "id": f"PR_{number}",
        "url": f"https://github.com/octo/shop/pull/{number}",
        "title": "Repair it",
        "body": "Fixes #42",
        "pullState": "OPEN",
        "isDraft": False,
        "baseRefName": "main",
        "headRefName": "repair",
        "headRefOid": FIX,
        "isCrossRepository": False,
        "createdAt": "2026-11-24T08:20:00Z",
        "lastEditedAt": None,
        "mergedAt": None,
        "updatedAt": "2026-11-24T08:30:00Z",
        "repository": {"nameWithOwner": "octo/shop"},
        "author": who("bo"),
        "labels": page(),
        "closingIssuesReferences": page({"number": 42, "repository": {"nameWithOwner": "octo/shop"}}),
        "commits": page({"commit": {"oid": FIX, "status": None, "file": None}}),
        "comments": page(),
        **changes,
    }


def detail(number: int = 7, **changes: object) -> Node:
    """What `AskReview` is answered with: no review, no check, one file, a base without rules."""
    return {
        "id": f"PR_{number}",
        "number": number,
        "headRefOid": FIX,
        "baseRefOid": HEAD,
        "additions": 3,
        "deletions": 1,
        "changedFiles": 1,
        "files": page(changed("src/cart.py")),
        "reviews": page(),
        "asked": page(),
        "last": page({"commit": head_checks()}),
        "baseRef": {"target": {"oid": HEAD}, "refUpdateRule": None, "rules": page()},
        **changes,
    }


def head_checks(*checks: object, oid: str = FIX, cursor: str | None = None) -> Node:
    """A commit with its roll-up; without checks there is none."""
    rollup = {"contexts": page(*checks, cursor=cursor)} if checks else None
    return {"id": f"C_{oid[:1]}", "oid": oid, "statusCheckRollup": rollup}


def changed(path: str, change: str = "MODIFIED", additions: int = 3, deletions: int = 1) -> Node:
    return {"path": path, "changeType": change, "additions": additions, "deletions": deletions}


def review(number: int = 1, state: str = "APPROVED", **changes: object) -> Node:
    return {
        "id": f"PRR_{number}",
        "url": f"https://github.com/octo/shop/pull/7#pullrequestreview-{number}",
        "body": "",
        "state": state,
        "createdAt": "2026-11-24T08:00:00Z",
        "submittedAt": f"2026-11-24T08:{number % 60:02d}:00Z",
        "author": who("mia"),
        "commit": {"oid": FIX},
        **changes,
    }


def check_run(number: int = 1, name: str = "test", **changes: object) -> Node:
    """A job of the workflow CI that succeeded."""
    return {
        "__typename": "CheckRun",
        "id": f"CR_{number}",
        "databaseId": number,
        "name": name,
        "status": "COMPLETED",
        "conclusion": "SUCCESS",
        "startedAt": "2026-11-24T08:00:00Z",
        "completedAt": "2026-11-24T08:05:00Z",
        "detailsUrl": f"https://github.com/octo/shop/runs/{number}",
        "checkSuite": {
            "status": "COMPLETED",
            "app": {"slug": "github-actions", "databaseId": 15368},
            "workflowRun": {
                "event": "pull_request",
                "url": "https://github.com/octo/shop/actions/runs/9",
                "file": {"path": ".github/workflows/ci.yml"},
                "workflow": {"name": "CI", "resourcePath": "/octo/shop/actions/workflows/ci.yml"},
            },
        },
        **changes,
    }


def status_context(context: str = "ci/jenkins", state: str = "SUCCESS", **changes: object) -> Node:
    return {
        "__typename": "StatusContext",
        "id": f"SC_{context}",
        "context": context,
        "state": state,
        "createdAt": "2026-11-24T08:00:00Z",
        "targetUrl": "https://ci.example/1",
        **changes,
    }


def blame(*ranges: tuple[int, int, Mapping[str, object]]) -> Node:
    return {
        "ranges": [
            {"startingLine": first, "endingLine": last, "commit": made} for first, last, made in ranges
        ]
    }


def made_by(email: str = BOT, *, signed: bool = True, login: str | None = None) -> Node:
    """A commit by its author and signature."""
    return {
        "oid": RECORDS,
        "author": {"email": email, "user": {"login": login} if login else None},
        "signature": {"isValid": True, "wasSignedByGitHub": True} if signed else None,
    }
