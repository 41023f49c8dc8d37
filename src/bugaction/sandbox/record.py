"""What was asked of the embedded GitHub: one record a request."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Request"]


@dataclass(slots=True)
class Request:
    """A request as it was answered.

    `operations` holds GitHub's operationId for REST; for GraphQL "query" or "mutation", the operation's name
    and its root fields. `points` are GraphQL points, 0 for REST. `status` is 0 for a cut connection.
    """

    number: int
    method: str
    path: str
    operations: tuple[str, ...] = ()
    token: str = ""
    status: int = 0
    points: int = 0
    body: object = None

    @property
    def is_write(self) -> bool:
        """Whether it may change something: a GraphQL mutation, or a REST method other than GET. A token that
        an App makes itself changes nothing."""
        if "apps/create-installation-access-token" in self.operations:
            return False
        if self.path.endswith("/graphql"):
            return "mutation" in self.operations
        return self.method != "GET"
