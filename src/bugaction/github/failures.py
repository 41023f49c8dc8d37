"""What GitHub's refusals mean: HTTP and GraphQL answers become the errors of `bugaction.errors`.

Statuses and messages: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api and, for
GraphQL, https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api; where
those are silent, the OpenAPI description and reports in public trackers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bugaction.errors import Forbidden, GitHubError, Missing, Rejected, StaleHead, Transient
from bugaction.github.older import coordinate

__all__ = [
    "GraphqlError",
    "denied_part",
    "from_graphql",
    "from_http",
    "is_rule",
    "parse_errors",
    "permission_for",
]

_MINUTE = 60.0
"""Seconds to wait after a limit when GitHub gives no advice: its documentation asks for a minute at least."""

_LIMIT_WORDS = re.compile(r"rate limit|abuse detection|submitted too quickly", re.IGNORECASE)
_PASSING = frozenset({"INTERNAL", "SERVICE_UNAVAILABLE", "TIMEOUT", "BAD_GATEWAY"})
_PASSING_WORDS = re.compile(
    r"something went wrong|timed? ?out|couldn't respond|try again later|temporarily|internal error",
    re.IGNORECASE,
)
_NO_PERMISSION = "resource not accessible by"

_SETTING = "not permitted to create or approve pull requests"
"""What GitHub answers whatever the job's permissions, while Actions may not open any (github/docs#36525)."""

_MOVED = (
    "reference already exists",
    "reference does not exist",
    "update is not a fast forward",
    "a pull request already exists for",
)
"""What a 422 says where somebody else was first; OpenAPI lists the status without its texts."""

_PERMISSIONS: Mapping[str, str] = {
    "statuses": "statuses: write",
    "git": "contents: write",
    "pulls": "pull-requests: write",
    "labels": "issues: write",
    "assignees": "issues: write",
    "comments": "issues: write",
    "collaborators": "metadata: read",
    "rules": "metadata: read",
    "addComment": "issues: write",
    "addLabelsToLabelable": "issues: write",
    "addReaction": "issues: write",
    "closeIssue": "issues: write",
    "createCommitOnBranch": "contents: write",
    "createIssue": "issues: write",
    "deleteIssueComment": "issues: write",
    "removeLabelsFromLabelable": "issues: write",
    "reopenIssue": "issues: write",
    "updateIssue": "issues: write",
    "updateIssueComment": "issues: write",
    "closedByPullRequestsReferences": "pull-requests: read",
    "associatedPullRequests": "pull-requests: read",
    "pullRequest": "pull-requests: read",
    "status": "statuses: read",
    "defaultBranchRef": "contents: read",
    "deployments": "deployments: read",
    "rollout": "deployments: read",
    "compare": "contents: read",
    "file": "contents: read",
    "blame": "contents: read",
    "history": "contents: read",
    "issueOrPullRequest": "issues: read",
    "reviews": "pull-requests: read",
}
"""What a GITHUB_TOKEN needs for a path segment, a mutation or a field: npm @octokit/app-permissions, and
https://docs.github.com/rest/authentication/permissions-required-for-github-apps."""


def permission_for(*names: str) -> str:
    """The permission that one of these names needs (`issues: write`), or "" when none is known."""
    return next((_PERMISSIONS[name] for name in names if name in _PERMISSIONS), "")


_UNSEEN = (
    "Look at the spelling of OWNER/NAME, and at what the token may read. GitHub answers the same for a "
    "repository that it may not: a job's own token reads its own repository alone, a fine-grained one those "
    "that it was made for, a classic one private repositories only with the scope `repo`."
)
"""REST tells nothing of a repository that the token may not see, and says so:
https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api. `NOT_FOUND` is GraphQL's 404."""


@dataclass(frozen=True, slots=True)
class GraphqlError:
    """An entry of a GraphQL answer's `errors`: GitHub puts `type` beside `message`. `path` may be empty.

    `lacks` is what the server's schema does not have (`older.coordinate`), "" where that is not the trouble.
    """

    message: str
    type: str = ""
    path: tuple[str | int, ...] = ()
    lacks: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether it says that something is not there."""
        return self.type == "NOT_FOUND"

    @property
    def is_forbidden(self) -> bool:
        """Whether it says that this token may not."""
        return self.type in ("FORBIDDEN", "INSUFFICIENT_SCOPES") or _NO_PERMISSION in self.message.lower()

    @property
    def is_limit(self) -> bool:
        """Whether it says that a rate limit was reached: GitHub answers those with status 200."""
        return self.type in ("RATE_LIMITED", "RATE_LIMIT") or bool(_LIMIT_WORDS.search(self.message))

    @property
    def is_passing(self) -> bool:
        """Whether time may mend it: a timeout, or the answer that GitHub has for its own faults."""
        return (
            self.is_limit
            or self.type in _PASSING
            or (not self.type and bool(_PASSING_WORDS.search(self.message)))
        )


def parse_errors(value: object) -> tuple[GraphqlError, ...]:
    """The `errors` of an answer; anything that is not shaped like one becomes one without a type."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return () if value is None else (GraphqlError(str(value)),)
    found = []
    for item in value:
        if not isinstance(item, Mapping):
            found.append(GraphqlError(str(item)))
            continue
        path = item.get("path")
        steps = path if isinstance(path, Sequence) and not isinstance(path, str) else ()
        found.append(
            GraphqlError(
                message=str(item.get("message") or "GitHub gave no message"),
                type=str(item.get("type") or ""),
                path=tuple(step for step in steps if isinstance(step, str | int)),
                lacks=coordinate(item.get("extensions")),
            )
        )
    return tuple(found)


_DENIED: Mapping[str, str] = {
    "at": "contexts",
    "checkSuite": "checks: read",
    "contexts": "contexts",
    "file": "",
    "nodes": "contexts",
    "refUpdateRule": "refUpdateRule",
    "rules": "rules",
    "statusCheckRollup": "contexts",
    "workflow": "actions: read",
    "workflowRun": "actions: read",
}


def denied_part(error: GraphqlError) -> str | None:
    """What an error keeps back of a commit's checks or of a branch's rules; None when it is about neither.

    A permission where the place tells it, "contexts" where it may be either kind of check, the field for
    rules, and "" for the workflow's file, which has a substitute. GitHub puts the error on the single check
    (philips-software/pull-request-report-action#557), on its suite's workflow run (ag-grid/ag-charts#7916),
    or on the whole roll-up (windmill-labs/windmill-sync-example#72).
    """
    if not error.is_forbidden:
        return None
    names = [step for step in error.path if isinstance(step, str)]
    if not names or (names[-1] == "nodes" and names[-2:-1] not in (["contexts"], ["page"])):
        return None
    return _DENIED.get(names[-1])


def from_graphql(error: GraphqlError, headers: Mapping[str, str], now: datetime) -> GitHubError:
    """One GraphQL error as ours."""
    if error.is_limit:
        return _limited(error.message, headers, now)
    if error.is_passing:
        return Transient(f"GitHub failed to answer: {error.message}", retry_after=_advice(headers, now))
    if error.type == "STALE_DATA" or "expected branch to point to" in error.message.lower():
        return StaleHead(error.message)
    if error.is_missing:
        return Missing(error.message, remedy=_UNSEEN if error.path == ("repository",) else "")
    if error.is_forbidden:
        return _forbidden(error.message, permission_for(*(str(step) for step in reversed(error.path))))
    return Rejected(error.message)


def is_rule(error: GitHubError) -> bool:
    """Whether a branch refused a commit, rather than the token, the lock or the connection."""
    if isinstance(error, Forbidden):
        return _NO_PERMISSION not in error.message.lower()
    return isinstance(error, Rejected)


def from_http(
    status: int, headers: Mapping[str, str], message: str, *, codes: Sequence[str], path: str, now: datetime
) -> GitHubError:
    """An HTTP answer of 300 or more as ours.

    `codes` are the `code` values of a 422's `errors`; `path` is the request's own, below `/repos/o/r/`.
    """
    if status in (403, 429) and _is_limit(status, headers, message):
        return _limited(message, headers, now)
    if status >= 500:
        return Transient(f"GitHub answered {status}: {message}", retry_after=_advice(headers, now))
    if status == 401:
        return Forbidden(
            f"GitHub does not accept the token: {message}",
            remedy="Pass one that is valid for this repository: in a workflow as the input `token`, "
            "elsewhere as BUGACTION_TOKEN.",
        )
    if status == 403 and _SETTING in message.lower():
        return Forbidden(message, remedy="Turn on that setting, or open the pull request by hand.")
    if status == 403:
        needed = headers.get("x-accepted-github-permissions", "").replace("=", ": ")
        return _forbidden(message, needed or permission_for(*path.split("/")))
    if status in (404, 410):
        return Missing(f"GitHub has nothing at {path or 'this address'}: {message}")
    if status == 409 and "empty" not in message.lower():
        return StaleHead(message)
    if status == 422 and any(words in message.lower() for words in _MOVED):
        return StaleHead(message)
    if status == 422 and codes:
        return Rejected(f"{message} ({', '.join(codes)})")
    if status in (301, 302, 307, 308):
        return Rejected(f"GitHub says that the repository has moved: {message}")
    return Rejected(f"GitHub answered {status}: {message}")


def _is_limit(status: int, headers: Mapping[str, str], message: str) -> bool:
    return (
        status == 429
        or "retry-after" in headers
        or headers.get("x-ratelimit-remaining") == "0"
        or bool(_LIMIT_WORDS.search(message))
    )


def _limited(message: str, headers: Mapping[str, str], now: datetime) -> Transient:
    advice = _advice(headers, now)
    return Transient(
        f"GitHub's rate limit is reached: {message}",
        retry_after=_MINUTE if advice is None else advice,
        rate_limited=True,
    )


def _advice(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait by `retry-after`, else until `x-ratelimit-reset` where nothing remains, else None."""
    waiting = _number(headers.get("retry-after"))
    if waiting is not None:
        return max(0.0, waiting)
    reset = _number(headers.get("x-ratelimit-reset"))
    if headers.get("x-ratelimit-remaining") == "0" and reset is not None:
        return max(0.0, reset - now.timestamp())
    return None


def _number(text: str | None) -> float | None:
    """A plain number of seconds; a date, which HTTP allows and GitHub does not send, is no advice."""
    return float(text) if text is not None and re.fullmatch(r"[0-9]{1,12}(\.[0-9]+)?", text) else None


def _forbidden(message: str, needed: str) -> Forbidden:
    if not needed:
        return Forbidden(message)
    return Forbidden(
        f"{message} (it needs `{needed}`)",
        remedy=f"Give the job `{needed}` in the workflow's `permissions:`.",
    )
