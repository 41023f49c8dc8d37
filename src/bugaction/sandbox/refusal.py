"""How GitHub says no: one exception that REST and GraphQL each render in their own way."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["ACCESSIBLE", "Refused", "conflict", "forbidden", "invalid", "missing"]

DOCS = "https://docs.github.com/rest"
ACCESSIBLE = "Resource not accessible by integration"
"""What GitHub answers when an installation token lacks a permission (REST 403, GraphQL FORBIDDEN)."""


class Refused(Exception):
    """A request that GitHub turns down.

    `status` is REST's code, `kind` GraphQL's `type`, `errors` the objects of a REST validation error.
    """

    def __init__(
        self, status: int, message: str, *, kind: str = "", errors: Sequence[object] = (), docs: str = DOCS
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind or _KINDS.get(status, "UNPROCESSABLE")
        self.errors = tuple(errors)
        self.docs = docs

    def body(self) -> dict[str, object]:
        """REST's answer; a validation error has no `status` (OpenAPI `validation-error`)."""
        answer: dict[str, object] = {"message": self.message, "documentation_url": self.docs}
        if self.errors:
            answer["errors"] = list(self.errors)
        return answer if self.status == 422 else answer | {"status": str(self.status)}


_KINDS = {401: "UNAUTHENTICATED", 403: "FORBIDDEN", 404: "NOT_FOUND", 410: "UNPROCESSABLE"}


def missing(message: str = "Not Found") -> Refused:
    """404: it is not there, or the token may not know of it."""
    return Refused(404, message)


def forbidden(message: str = ACCESSIBLE) -> Refused:
    """403."""
    return Refused(403, message)


def conflict(message: str) -> Refused:
    """409."""
    return Refused(409, message)


def invalid(message: str = "Validation Failed", *errors: object) -> Refused:
    """422, with GitHub's error objects `{resource, field, code, message}` where it sends them."""
    return Refused(422, message, errors=errors)
