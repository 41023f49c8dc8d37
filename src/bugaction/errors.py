"""What can go wrong, as two families: what a person can fix, and what GitHub did.

Adapters translate foreign exceptions into these at their edge (`raise … from`), so that the one error
boundary in `cli` can turn each of them into a sentence, an exit code and a stable reason.
"""

from __future__ import annotations

__all__ = [
    "BugactionError",
    "Forbidden",
    "GitHubError",
    "Missing",
    "Rejected",
    "StaleHead",
    "Transient",
    "UserError",
]


class BugactionError(Exception):
    """The root. `reason` is a stable code for programs; `remedy` is the next step for a person."""

    reason = "internal"

    def __init__(self, message: str, *, remedy: str = "", reason: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        if reason:
            self.reason = reason


class UserError(BugactionError):
    """Something the person who runs or configures bugaction can put right."""

    reason = "usage"


class GitHubError(BugactionError):
    """GitHub answered, or failed to answer, in a way that stopped one request."""

    reason = "github"


class Forbidden(GitHubError):
    """HTTP 403 that is no rate limit, or GraphQL `FORBIDDEN`: the token lacks a permission."""

    reason = "forbidden"


class Missing(GitHubError):
    """HTTP 404 or GraphQL `NOT_FOUND`: it is not there, or this token may not see it."""

    reason = "missing"


class Rejected(GitHubError):
    """HTTP 4xx or a GraphQL error that a retry cannot mend (422, a protected branch, a bad argument)."""

    reason = "rejected"


class StaleHead(GitHubError):
    """A branch moved between the read and the write (`STALE_DATA`, 409, or 422 on a ref that exists)."""

    reason = "stale-head"


class Transient(GitHubError):
    """A failure that time may mend: 5xx, a rate limit, a lost connection.

    The request may or may not have been carried out: the caller reads the state again before it decides
    what is left to do. `retry_after` is GitHub's own advice in seconds, when it gave any.
    """

    reason = "transient"

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "",
        retry_after: float | None = None,
        rate_limited: bool = False,
    ) -> None:
        super().__init__(message, remedy=remedy, reason="rate-limited" if rate_limited else "transient")
        self.retry_after = retry_after
        self.rate_limited = rate_limited
