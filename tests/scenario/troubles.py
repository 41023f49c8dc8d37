"""Everything that may go wrong with one request to GitHub, each as the fault that the embedded one shows.

What GitHub says in each case stands where the faults are made: `bugaction.sandbox.faults`. GraphQL's errors
come in answers of status 200:
https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bugaction.github.query import MUTATIONS
from bugaction.sandbox.faults import Fault, Faults
from bugaction.sandbox.record import Request
from bugaction.sandbox.world import World

__all__ = [
    "GRAPHQL_ONLY",
    "HTTP",
    "LATE",
    "QUERIES",
    "TROUBLES",
    "Trouble",
    "asked_for",
    "dead",
    "is_graphql",
    "troubles_of",
]

Trouble = Callable[[World, str], Fault]
"""Makes the fault that the next request of an operation meets."""

QUERIES = ("Snapshot", "Detail", "Sweep", "Page", "Head", "Extended")
"""The names of the documents that read; `Write` is the one that writes."""


def is_graphql(operation: str) -> bool:
    """Whether an operation is GraphQL's: a document's name, or a mutation."""
    return operation in QUERIES or operation in MUTATIONS


def asked_for(request: Request) -> str:
    """The operation by which a request is told: of GraphQL a reading document's name, or the last mutation;
    never a root field such as `repository`, which all of them share."""
    return next((name for name in request.operations if name in QUERIES), request.operations[-1])


def _of(make: Callable[[Faults, str], Fault]) -> Trouble:
    """A fault by the kinds that the sandbox has."""
    return lambda world, operation: make(Faults(world), operation)


def _late(_: World, operation: str) -> Fault:
    """The connection is cut; the server carries the request out all the same, behind the next one."""
    return Fault(1, operation=operation, drops=True, lands_late=True)


def _errors(kind: str, message: str, *, acts: bool = False) -> Trouble:
    """Nothing but an error in an answer of status 200; `acts` where the deed was done all the same."""

    def make(_: World, operation: str) -> Fault:
        path = ["m0"] if operation in MUTATIONS else ["repository"]
        error = {"type": kind, "path": path, "message": message} if kind else {"message": message}
        body = {"data": None, "errors": [error]}
        return Fault(1, "POST", "graphql", operation, 200, body, acts=acts)

    return make


def _partial(kind: str, message: str) -> Trouble:
    """Data with a hole, and an error that names it: one of a batch's deeds is not done, one part not read."""

    def make(_: World, operation: str) -> Fault:
        if operation in MUTATIONS:
            # Every deed of that name fails, the others of the batch are done.
            field = frozenset({f"Mutation.{operation}"})
            return Fault(1, "POST", "graphql", operation, acts=True, forbids=field, spoils=_as(kind, message))
        return Fault(1, "POST", "graphql", operation, acts=True, spoils=_with_hole(kind, message))

    return make


def _as(kind: str, message: str) -> Callable[[Any], Any]:
    """The same answer with its errors said in these words."""

    def spoil(answer: Any) -> Any:
        said = {"type": kind, "message": message} if kind else {"message": message}
        errors = [{"path": error["path"], **said} for error in answer.get("errors", [])]
        return {**answer, "errors": errors}

    return spoil


def _with_hole(kind: str, message: str) -> Callable[[Any], Any]:
    """The same answer without the first object or list of what it tells of the repository."""

    def spoil(answer: Any) -> Any:
        told = (answer.get("data") or {}).get("repository") or {}
        name = next((name for name, value in told.items() if isinstance(value, dict | list)), "")
        path = ["repository", name] if name else ["repository"]
        error = {"path": path, "message": message} | ({"type": kind} if kind else {})
        data = {**answer["data"], "repository": {**told, name: None} if name else None}
        return {"data": data, "errors": [*answer.get("errors", []), error]}

    return spoil


LATE = 2
"""Seconds that an answer takes which comes too late."""

_FORBIDDEN = "Resource not accessible by integration"
_WRONG = (
    "Something went wrong while executing your query. Please include `0000:0000` when reporting this issue."
)
_STALE = 'Expected branch to point to "0000000" but it did not. Pull and try again.'
"""As quoted in planetscale/ghcommit#153."""

HTTP: Mapping[str, Trouble] = {
    "500": _of(lambda faults, name: faults.fail(500, operation=name)),
    "500, done": _of(lambda faults, name: faults.fail(500, operation=name, acts=True)),
    "502": _of(lambda faults, name: faults.fail(502, operation=name)),
    "502, done": _of(lambda faults, name: faults.fail(502, operation=name, acts=True)),
    "503": _of(lambda faults, name: faults.fail(503, operation=name)),
    "429": _of(lambda faults, name: faults.fail(429, operation=name)),
    "429, Retry-After": _of(lambda faults, name: faults.fail(429, operation=name, retry_after=2)),
    "secondary limit": _of(lambda faults, name: faults.secondary_limit(operation=name)),
    "secondary limit, Retry-After": _of(
        lambda faults, name: faults.secondary_limit(operation=name, retry_after=30)
    ),
    "primary limit": _of(lambda faults, name: faults.primary_limit(operation=name, reset_in=40)),
    "primary limit for long": _of(lambda faults, name: faults.primary_limit(operation=name, reset_in=2400)),
    "cut": _of(lambda faults, name: faults.drop(operation=name)),
    "cut, done": _of(lambda faults, name: faults.drop(operation=name, acts=True)),
    "cut, done later": _late,
    "timeout": _of(lambda faults, name: replace(faults.drop(operation=name), delay=LATE)),
    "timeout, done": _of(lambda faults, name: faults.delay(LATE, operation=name)),
}
"""What may happen to any request."""

GRAPHQL_ONLY: Mapping[str, Trouble] = {
    "RATE_LIMITED": _of(lambda faults, name: faults.graphql_limit(operation=name, reset_in=40)),
    "RATE_LIMITED for long": _of(lambda faults, name: faults.graphql_limit(operation=name, reset_in=2400)),
    "FORBIDDEN": _errors("FORBIDDEN", _FORBIDDEN),
    "STALE_DATA": _errors("STALE_DATA", _STALE),
    "went wrong": _errors("", _WRONG),
    "went wrong, done": _errors("", _WRONG, acts=True),
    "partly FORBIDDEN": _partial("FORBIDDEN", _FORBIDDEN),
    "partly STALE_DATA": _partial("STALE_DATA", _STALE),
    "partly went wrong": _partial("", _WRONG),
}
"""What may happen to a GraphQL request besides."""

TROUBLES: Mapping[str, Trouble] = {**HTTP, **GRAPHQL_ONLY}


def troubles_of(operation: str) -> tuple[str, ...]:
    """The faults that requests of that operation may meet. Nothing is stale to a read."""
    if not is_graphql(operation):
        return tuple(HTTP)
    return tuple(name for name in TROUBLES if operation in MUTATIONS or "STALE" not in name)


def dead(_: World, operation: str) -> Fault:
    """From that request on nothing reaches GitHub any more, whatever it is, as where the process was killed
    before it."""
    fault = Fault(1_000_000, operation=operation, drops=True)

    def widen(_: Request) -> None:
        fault.operation = ""

    fault.before = widen
    return fault
