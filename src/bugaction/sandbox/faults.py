"""Faults that a test injects: what the next requests of a kind meet instead of a good answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from bugaction.sandbox.operations import branches
from bugaction.sandbox.operations.act import Act
from bugaction.sandbox.state import State
from bugaction.sandbox.world import Moment, World

if TYPE_CHECKING:
    from bugaction.sandbox.record import Request

__all__ = ["Fault", "Faults", "Lag"]

_SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
    "If you reach out to GitHub Support for help, please include the request ID 0000:0000:0000."
)
"""The text as quoted in semantic-release/github#867."""
_SECONDARY_DOCS = (
    "https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api"
    "#about-secondary-rate-limits"
)
_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"

Hook = Callable[["Request"], object]


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` requests that match.

    `acts` tells whether the request is carried out all the same; `drops` that the connection is cut instead
    of an answer; `lands_late` that it is carried out only behind the next request, as where a proxy gave up
    while the server did not. `spoils` changes what is answered (the JSON value). `before` and `after` run
    around it, outside the world's lock.
    """

    times: int
    method: str = ""
    path: str = ""
    operation: str = ""
    status: int = 0
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    acts: bool = False
    drops: bool = False
    lands_late: bool = False
    delay: float = 0.0
    forbids: frozenset[str] = frozenset()
    spoils: Callable[[Any], Any] | None = None
    before: Hook | None = None
    after: Hook | None = None

    def matches(self, request: Request) -> bool:
        """Whether the request is meant: method, a regular expression on the path, and an operation.

        An operation is GitHub's operationId, or a GraphQL operation's name, kind or root field.
        """
        return (
            (not self.method or self.method.upper() == request.method)
            and (not self.path or re.search(self.path, request.path) is not None)
            and (not self.operation or self.operation in request.operations)
        )


@dataclass(slots=True)
class Lag:
    """The next `reads` reads see the state of an earlier moment."""

    reads: int
    changes: int = 0
    seconds: float = 0
    at: Moment | None = None

    def state(self, world: World) -> State:
        """What they see."""
        if self.at is not None:
            return self.at.state
        return world.as_it_was(changes=self.changes, seconds=self.seconds)


class Faults:
    """The faults of a server, in the order given; each request meets the first that matches."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._waiting: list[Fault] = []
        self._lags: list[Lag] = []
        self._lock = Lock()

    @property
    def pending(self) -> int:
        """Faults that no request met yet, so that a test can assert that all were."""
        return sum(fault.times for fault in self._waiting) + sum(lag.reads for lag in self._lags)

    def take(self, request: Request) -> Fault | None:
        """The fault that this request meets."""
        with self._lock:
            for fault in self._waiting:
                if fault.matches(request):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None

    def seen_by_read(self) -> State:
        """The state that a read is served from."""
        with self._lock:
            if not self._lags:
                return self._world.state
            lag = self._lags[0]
            lag.reads -= 1
            if lag.reads <= 0:
                self._lags.pop(0)
        return lag.state(self._world)

    def add(self, fault: Fault) -> Fault:
        """Inject any fault."""
        with self._lock:
            self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Take all of them back."""
        with self._lock:
            self._waiting.clear()
            self._lags.clear()

    # Kinds -----------------------------------------------------------------------------------------------

    def fail(
        self,
        status: int,
        *,
        times: int = 1,
        method: str = "",
        path: str = "",
        operation: str = "",
        retry_after: int | None = None,
        message: str = "",
        acts: bool = False,
    ) -> Fault:
        """An HTTP error: 502 comes with an HTML page, others with JSON. `acts`: after the deed was done."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        body: object = (
            _GATEWAY if status == 502 else {"message": message or "Server Error", "documentation_url": ""}
        )
        return self.add(Fault(times, method, path, operation, status, body, headers, acts))

    def secondary_limit(
        self,
        *,
        times: int = 1,
        retry_after: int | None = None,
        status: int = 403,
        operation: str = "",
        path: str = "",
    ) -> Fault:
        """The secondary rate limit: 403 (or 429), with Retry-After or without."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        body = {"documentation_url": _SECONDARY_DOCS, "message": _SECONDARY}
        return self.add(Fault(times, "", path, operation, status, body, headers))

    def primary_limit(
        self, *, times: int = 1, reset_in: int = 60, operation: str = "", path: str = ""
    ) -> Fault:
        """The primary limit of REST: 403 with nothing remaining until `reset_in` seconds from now."""
        reset = int(self._world.clock().timestamp()) + reset_in
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
        body = {"message": "API rate limit exceeded for installation ID 1.", "documentation_url": ""}
        return self.add(Fault(times, "", path, operation, 403, body, headers))

    def graphql_limit(self, *, times: int = 1, reset_in: int = 60, operation: str = "") -> Fault:
        """The primary limit of GraphQL: 200 with an error of type RATE_LIMITED."""
        reset = int(self._world.clock().timestamp()) + reset_in
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
        error = {"type": "RATE_LIMITED", "message": "API rate limit exceeded for installation ID 1."}
        return self.add(Fault(times, "POST", "graphql", operation, 200, {"errors": [error]}, headers))

    def forbid(self, *fields: str, times: int = 1) -> Fault:
        """FORBIDDEN on fields ("Commit.status"), with the rest of the data."""
        return self.add(Fault(times, "POST", "graphql", acts=True, forbids=frozenset(fields)))

    def drop(
        self, *, times: int = 1, acts: bool = False, method: str = "", path: str = "", operation: str = ""
    ) -> Fault:
        """Cut the connection: before anything is done, or with `acts` after it was."""
        return self.add(Fault(times, method, path, operation, acts=acts, drops=True))

    def delay(self, seconds: float, *, times: int = 1, path: str = "", operation: str = "") -> Fault:
        """Do what is asked for at once, and answer late, in real seconds."""
        return self.add(Fault(times, "", path, operation, acts=True, delay=seconds))

    def before(
        self, hook: Hook, *, times: int = 1, method: str = "", path: str = "", operation: str = ""
    ) -> Fault:
        """Run something just before a request is carried out: change the world between a read and a write."""
        return self.add(Fault(times, method, path, operation, acts=True, before=hook))

    def after(
        self, hook: Hook, *, times: int = 1, method: str = "", path: str = "", operation: str = ""
    ) -> Fault:
        """Run something just after a request was carried out, before its answer goes out."""
        return self.add(Fault(times, method, path, operation, acts=True, after=hook))

    def stale_head(
        self, branch: str, *, who: str, files: Mapping[str, str] | None = None, times: int = 1
    ) -> Fault:
        """Another commit lands on the branch just before the next `createCommitOnBranch`."""
        counter = iter(range(1, 1000))

        def land(_: Request) -> None:
            with self._world.change() as state:
                act = Act(self._world, state.account(who), quiet=True)
                head = state.refs[f"refs/heads/{branch}"]
                changed = dict(files) if files else {f"other-{next(counter)}.txt": "Another commit.\n"}
                oid = branches.commit_files(act, [head], changed, "Another commit")
                branches.move_branch(act, f"refs/heads/{branch}", oid)

        return self.before(land, times=times, operation="createCommitOnBranch")

    def lag(self, reads: int = 1, *, changes: int = 0, seconds: float = 0, at: Moment | None = None) -> Lag:
        """The next reads (GraphQL queries and REST GETs) see an earlier state.

        Earlier by a number of changes, by seconds of the world's clock, or as it was at `world.moments[-1]`
        when that was taken.
        """
        lag = Lag(reads, changes, seconds, at)
        with self._lock:
            self._lags.append(lag)
        return lag
