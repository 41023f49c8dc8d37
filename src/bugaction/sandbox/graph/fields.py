"""How fields and types are resolved: a node is an object whose methods bear the fields' names."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from graphql import GraphQLAbstractType, GraphQLResolveInfo

from bugaction.sandbox.clock import stamp
from bugaction.sandbox.operations.act import Act
from bugaction.sandbox.refusal import Refused, forbidden
from bugaction.sandbox.tokens import Token
from bugaction.sandbox.value import Value
from bugaction.sandbox.view import View

__all__ = ["Context", "NotEmbedded", "Page", "connection", "resolve_field", "resolve_type", "snake"]


class Page(TypedDict, total=False):
    """The arguments that name a connection's page."""

    first: int | None
    last: int | None
    after: str | None
    before: str | None


class NotEmbedded(Exception):
    """GitHub's schema has the field; the embedded GitHub has no answer for it."""


@dataclass(frozen=True, slots=True)
class Context:
    """What one request sees (`view`, which may be old) and as whom it acts."""

    view: View
    token: Token
    cost: Mapping[str, Any]
    forbidden: frozenset[str] = frozenset()

    @property
    def act(self) -> Act:
        """The token's owner, acting on the present."""
        return self.token.act(self.view.world)

    def need(self, level: str, *keys: str) -> None:
        """Refuse with FORBIDDEN where the token lacks the permission."""
        self.token.need(self.view.world, level, *keys)


def snake(name: str) -> str:
    """`closedAt` as `closed_at`: GraphQL's names as Python's."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


_NOTHING = object()


def resolve_field(source: Value, info: GraphQLResolveInfo[Context], **arguments: Value) -> Value:
    """graphql-core's field resolver: a dict's key, or a node's attribute or method."""
    if f"{info.parent_type.name}.{info.field_name}" in info.context.forbidden:
        raise forbidden()
    if isinstance(source, Mapping):
        found = source.get(info.field_name, _NOTHING)
    else:
        found = getattr(source, snake(info.field_name), _NOTHING)
    if found is _NOTHING:
        msg = f"{info.parent_type.name}.{info.field_name}"
        raise NotEmbedded(msg)
    value = found(**{snake(name): given for name, given in arguments.items()}) if callable(found) else found
    return stamp(value) if isinstance(value, datetime) else value


def resolve_type(value: Value, info: GraphQLResolveInfo[Context], abstract: GraphQLAbstractType) -> str:  # noqa: ARG001 (the signature is graphql-core's)
    """graphql-core's type resolver: every node knows its type."""
    return str(value["__typename"] if isinstance(value, Mapping) else value.type_name)


def connection(
    items: Sequence[Any],
    make: Callable[[Any], Any],
    *,
    first: int | None = None,
    last: int | None = None,
    after: str | None = None,
    before: str | None = None,
    **extra: Value,
) -> dict[str, Any]:
    """A page of a list as a GraphQL connection; only what is on the page is made into nodes.

    Cursors are opaque and count from the start, as GitHub's `cursor:v2:` ones do for ordered lists.
    """
    begin = _position(after) if after else 0
    end = _position(before) - 1 if before else len(items)
    if first is not None:
        end = min(end, begin + first)
    if last is not None:
        begin = max(begin, end - last)
    nodes = [make(item) for item in items[begin:end]]
    cursors = [_cursor(begin + index + 1) for index in range(len(nodes))]
    return {
        "nodes": nodes,
        "edges": [{"cursor": cursor, "node": node} for cursor, node in zip(cursors, nodes, strict=True)],
        "totalCount": len(items),
        "pageInfo": {
            "hasNextPage": end < len(items),
            "hasPreviousPage": begin > 0,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
        **extra,
    }


def _cursor(position: int) -> str:
    return base64.b64encode(f"cursor:v2:{position}".encode()).decode()


def _position(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor).decode().removeprefix("cursor:v2:"))
    except ValueError as error:
        raise Refused(
            422, f"`{cursor}` does not appear to be a valid cursor.", kind="INVALID_CURSOR_ARGUMENTS"
        ) from error
