"""The HTTP server: GitHub's REST and GraphQL endpoints on the loopback interface."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from http import HTTPStatus
from threading import Thread
from types import TracebackType
from typing import Any, NoReturn

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from bugaction.sandbox.contract.graphql import GraphqlContract
from bugaction.sandbox.contract.older import refusals
from bugaction.sandbox.contract.rest import Operation, RestContract
from bugaction.sandbox.faults import Fault, Faults
from bugaction.sandbox.graph.execute import operation_fields, run
from bugaction.sandbox.graph.fields import Context
from bugaction.sandbox.record import Request
from bugaction.sandbox.refusal import Refused
from bugaction.sandbox.rest.call import Answer, Call
from bugaction.sandbox.rest.handlers import HANDLERS, accepted_permissions
from bugaction.sandbox.tokens import Token, Tokens
from bugaction.sandbox.value import Value
from bugaction.sandbox.view import View
from bugaction.sandbox.world import World

__all__ = ["GitHubServer"]

_GRAPHQL = {"/graphql", "/api/graphql"}
_FREE = "rate-limit/get"
"""Asking what is left costs nothing (https://docs.github.com/rest/rate-limit/rate-limit)."""

_DATABASE_LIMIT = "API rate limit exceeded for installation ID 1."


class _Quiet(WSGIRequestHandler):
    """Requests are kept in `GitHubServer.requests`; nothing is printed."""

    def log(self, type: str, message: str, *args: Value) -> None:  # noqa: A002 (the base class's name)
        pass


class GitHubServer:
    """Serves a world over HTTP on 127.0.0.1, on a port that the system chooses unless one is named.

    A context manager. `api_url` and `graphql_url` are what GITHUB_API_URL and GITHUB_GRAPHQL_URL hold; the
    same is served at the root, as on github.com, and below `/api/v3` and `/api/graphql`, as GitHub Enterprise
    Server does (`ghes_api_url`). `requests` records each request; `violations` names every way in which a
    request or an answer strayed from GitHub's contract, and must stay empty.

    With a `version` it is a GitHub Enterprise Server, which says so in each answer. `lacks` are schema
    coordinates (`contract.older`) and REST operations that it does not have.
    """

    def __init__(
        self, world: World, *, port: int = 0, lacks: Collection[str] = (), version: str = ""
    ) -> None:
        self.world = world
        self.lacks = frozenset(lacks)
        self._version = version
        self._port = port
        self.tokens = Tokens(world)
        self.faults = Faults(world)
        self.requests: list[Request] = []
        self._rest = RestContract.load()
        self._graphql = GraphqlContract.load()
        self._server: BaseWSGIServer | None = None
        self._thread: Thread | None = None
        self._url = ""
        self._late: list[Callable[[], object]] = []

    # Life ------------------------------------------------------------------------------------------------

    def __enter__(self) -> GitHubServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen, in a thread of its own. Raises `OSError` where the port is taken."""
        if self._port:
            # Werkzeug would print and exit where it cannot bind.
            socket.create_server(("127.0.0.1", self._port)).close()
        self._server = make_server(
            "127.0.0.1", self._port, self._application, threaded=True, request_handler=_Quiet
        )
        self._url = f"http://127.0.0.1:{self._server.server_port}"
        self.world.api_url = self._url
        # Half a second, werkzeug's own interval, would be spent at the end of every test.
        self._thread = Thread(
            target=self._server.serve_forever, args=(0.02,), name="embedded-github", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        if self._thread is not None:
            self._thread.join(timeout=10)
            self._thread = None

    @property
    def api_url(self) -> str:
        """The REST root."""
        return self.ghes_api_url if self._version else self._url

    @property
    def graphql_url(self) -> str:
        """The GraphQL endpoint."""
        return f"{self._url}/api/graphql" if self._version else f"{self._url}/graphql"

    @property
    def ghes_api_url(self) -> str:
        """The REST root as GitHub Enterprise Server has it; GraphQL is at `/api/graphql` beside it."""
        return f"{self._url}/api/v3"

    @property
    def violations(self) -> list[str]:
        """Every stray from the contract so far."""
        return self.world.violations

    @property
    def reads(self) -> list[Request]:
        """The requests that only read."""
        return [request for request in self.requests if not request.is_write]

    @property
    def writes(self) -> list[Request]:
        """The requests that may change something."""
        return [request for request in self.requests if request.is_write]

    @property
    def points(self) -> int:
        """GraphQL points spent so far."""
        return sum(request.points for request in self.requests)

    # A request -------------------------------------------------------------------------------------------

    def _application(self, environ: dict[str, Any], start_response: Value) -> Iterable[bytes]:
        http = HttpRequest(environ)
        record = Request(len(self.requests) + 1, http.method, http.path)
        self.requests.append(record)
        body, problem = _decode(http)
        record.body = body
        record.operations = self._operations(http, body)
        fault = self.faults.take(record)
        late, self._late = self._late, []
        response = self._with_fault(http, body, problem, record, fault)
        for land in late:
            land()
        if fault is not None and fault.drops:
            _cut(environ)
        else:
            record.status = response.status_code
        return response(environ, start_response)

    def _with_fault(
        self, http: HttpRequest, body: Value, problem: Refused | None, record: Request, fault: Fault | None
    ) -> Response:
        if fault is None:
            return self._answer(http, body, problem, record, frozenset())
        if fault.before is not None:
            fault.before(record)
        response = Response()
        if fault.acts:
            response = self._answer(http, body, problem, record, fault.forbids)
        if fault.delay:  # of the answer: what comes behind it finds the deed done, on any machine
            time.sleep(fault.delay)
        if fault.lands_late:
            self._late.append(lambda: self._answer(http, body, problem, record, frozenset()))
        if fault.after is not None:
            fault.after(record)
        if fault.status:
            if isinstance(fault.body, str):
                response = Response(fault.body, fault.status, mimetype="text/html")
            else:
                response = _json(fault.status, fault.body)
                response.headers.update(self._limits_of(http))
            response.headers.update(dict(fault.headers))
        if fault.spoils is not None:
            response.set_data(json.dumps(fault.spoils(json.loads(response.get_data()))))
        return response

    def _limits_of(self, http: HttpRequest) -> dict[str, str]:
        try:
            token = self.tokens.find(http.headers.get("Authorization", ""))
        except Refused:
            return {}
        return self._limits(token, "graphql" if http.path in _GRAPHQL else "core")

    def _limits(self, token: Token, resource: str) -> dict[str, str]:
        """The headers that tell what is left of the primary rate limit."""
        budget = self.tokens.budget(token, resource)
        return {
            "X-RateLimit-Limit": str(budget.limit),
            "X-RateLimit-Remaining": str(budget.remaining),
            "X-RateLimit-Used": str(budget.used),
            "X-RateLimit-Reset": str(int(budget.reset_at.timestamp()) if budget.reset_at else 0),
            "X-RateLimit-Resource": resource,
        }

    def _operations(self, http: HttpRequest, body: Value) -> tuple[str, ...]:
        if http.path in _GRAPHQL:
            document = body.get("query") if isinstance(body, dict) else None
            parsed = self._graphql.read(document) if isinstance(document, str) else None
            return operation_fields(parsed) if parsed is not None else ()
        operation = self._rest.match(http.method, _raw_path(http))
        return (operation.id,) if operation is not None else ()

    def _answer(
        self,
        http: HttpRequest,
        body: Value,
        problem: Refused | None,
        record: Request,
        forbidden: frozenset[str],
    ) -> Response:
        resource = "graphql" if http.path in _GRAPHQL else "core"
        try:
            if problem is not None:
                raise problem
            token = self.tokens.find(http.headers.get("Authorization", ""))
        except Refused as refused:
            return _json(refused.status, refused.body())
        record.token = token.kind
        with self.world.lock:
            if resource == "graphql":
                answer = self._run_graphql(body, token, record, forbidden)
            else:
                answer = self._run_rest(http, body, token, record)
            headers = self._limits(token, resource)
        if self._version:
            headers["X-GitHub-Enterprise-Version"] = self._version
        headers["X-GitHub-Request-Id"] = f"0000:{record.number:04X}"
        response = _json(answer.status, answer.body)
        response.headers.update(headers | dict(answer.headers))
        return response

    # GraphQL ---------------------------------------------------------------------------------------------

    def _run_graphql(self, body: Value, token: Token, record: Request, forbidden: frozenset[str]) -> Answer:
        document = body.get("query") if isinstance(body, dict) else None
        if not isinstance(document, str):
            return Answer(400, {"message": "A query attribute must be specified and must be a string."})
        variables = body.get("variables") or {}
        operation = body.get("operationName")
        problems = self._graphql.check(document, variables, operation)
        parsed = self._graphql.read(document)
        if problems or parsed is None:
            self.violations.extend(f"GraphQL request {record.number}: {problem}" for problem in problems)
            return Answer(200, {"errors": [{"message": problem.text} for problem in problems]})
        refused = refusals(self._graphql.schema, parsed, variables, self.lacks) if self.lacks else []
        if refused:
            return Answer(200, {"errors": refused})
        cost = self._graphql.cost(document, variables, operation)
        budget = self.tokens.budget(token, "graphql")
        if budget.used + cost.points > budget.limit:
            return Answer(200, {"errors": [{"type": "RATE_LIMITED", "message": _DATABASE_LIMIT}]})
        budget.used += cost.points
        record.points = cost.points
        rate = {
            "cost": cost.points,
            "limit": budget.limit,
            "nodeCount": cost.nodes,
            "remaining": budget.remaining,
            "resetAt": budget.reset_at,
            "used": budget.used,
        }
        state = self.world.state if record.is_write else self.faults.seen_by_read()
        context = Context(View(self.world, state), token, rate, forbidden)
        return Answer(200, run(self._graphql, context, parsed, variables, operation, self.violations.append))

    # REST ------------------------------------------------------------------------------------------------

    def _run_rest(self, http: HttpRequest, body: Value, token: Token, record: Request) -> Answer:
        budget = self.tokens.budget(token, "core")
        if budget.remaining == 0:
            return Answer(403, {"message": _DATABASE_LIMIT, "documentation_url": ""})
        path = _raw_path(http)
        operation = self._rest.match(http.method, path)
        if operation is None or operation.id != _FREE:
            budget.used += 1
        if operation is not None and operation.id in self.lacks:
            return Answer(404, Refused(404, "Not Found").body())
        try:
            if operation is None:
                self._refuse_unknown(http.method, path)
            answer = self._dispatch(http, operation, body, token, record)
        except Refused as refused:
            answer = Answer(refused.status, refused.body())
        if operation is None:
            return answer
        shown = answer.body if answer.status not in {204, 304} else None
        for problem in operation.check_response(answer.status, shown):
            if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY and problem.where == "response.errors":
                continue  # commit statuses describe no error at all, and validation errors name their fields
            self.violations.append(f"{operation.id} answered {answer.status}: {problem}")
        headers = dict(answer.headers) | {"X-Accepted-GitHub-Permissions": accepted_permissions(operation.id)}
        return Answer(answer.status, answer.body, headers)

    def _refuse_unknown(self, method: str, path: str) -> NoReturn:
        self.violations.append(f"{method} {path}: no operation of the extract")
        raise Refused(404, "Not Found")

    def _dispatch(
        self, http: HttpRequest, operation: Operation, body: Value, token: Token, record: Request
    ) -> Answer:
        query: Mapping[str, list[str]] = http.args.to_dict(flat=False)
        problems = operation.check_request(query, body)
        if problems:
            self.violations.extend(
                f"{operation.id} request {record.number}: {problem}" for problem in problems
            )
            errors = [
                {"resource": "Request", "field": problem.where, "code": "invalid"} for problem in problems
            ]
            raise Refused(422, "Invalid request.\n\n" + "\n".join(map(str, problems)), errors=errors)
        named = operation.parameters
        repository = self.world.state.repository
        if (
            "owner" in named
            and f"{named['owner']}/{named['repo']}".casefold() != repository.full_name.casefold()
        ):
            raise Refused(404, "Not Found")
        handler = HANDLERS.get(operation.id)
        if handler is None:
            self.violations.append(f"{operation.id}: the embedded GitHub does not answer it")
            raise Refused(404, "Not Found")
        state = self.world.state if record.is_write else self.faults.seen_by_read()
        limits = {resource: self.tokens.budget(token, resource) for resource in ("core", "graphql")}
        url = self._url + http.path
        return handler(Call(View(self.world, state), token, self.tokens, named, query, body, url, limits))


def _raw_path(http: HttpRequest) -> str:
    """The path as it was sent, percent-encoded: werkzeug keeps the request line in `RAW_URI`."""
    raw = str(http.environ.get("RAW_URI") or http.environ.get("REQUEST_URI") or http.path)
    if "://" in raw:
        raw = "/" + raw.split("://", 1)[1].partition("/")[2]
    return raw.partition("?")[0]


def _decode(http: HttpRequest) -> tuple[Any, Refused | None]:
    data = http.get_data()
    if not data:
        return None, None
    try:
        return json.loads(data), None
    except ValueError:
        return None, Refused(400, "Problems parsing JSON")


def _json(status: int, body: Value) -> Response:
    if status in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED} or body is None:
        return Response(status=status)
    return Response(json.dumps(body), status, mimetype="application/json")


def _cut(environ: Mapping[str, Any]) -> None:
    """Close the connection under the answer."""
    connection = environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
