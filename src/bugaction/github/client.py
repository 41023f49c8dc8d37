"""One connection to GitHub: PyGithub as the transport, our own pacing, retries, errors and counting.

PyGithub's own retries and pauses are off: it repeats POSTs after a 5xx, which would double comments, and it
sleeps through limits without saying so (https://github.com/PyGithub/PyGithub/issues/3080).
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

import requests

from bugaction import __version__
from bugaction.errors import GitHubError, Rejected, Transient, UserError
from bugaction.github.failures import GraphqlError, from_graphql, from_http, parse_errors
from bugaction.github.older import Outdated, known, without
from bugaction.github.pacing import Pace
from bugaction.github.pygithub import Auth, Github, Requester
from bugaction.github.query import Document
from bugaction.ports import Usage

__all__ = ["API_VERSION", "Answer", "Client"]

API_VERSION = "2022-11-28"
"""https://docs.github.com/rest/about-the-rest-api/api-versions. PyGithub sends none by itself."""

TIMEOUT = 30
"""Seconds. GitHub gives a GraphQL query ten before it answers 502 or 504."""

_CONNECTION = (
    "Try again; whether github.com is down stands on https://www.githubstatus.com. Otherwise look at the "
    "network, at a proxy (HTTPS_PROXY), and, for another server than github.com, at GITHUB_API_URL and "
    "GITHUB_GRAPHQL_URL."
)

_CERTIFICATE = (
    "Where the server's certificate comes from an authority of your own, name the file with that authority's "
    "certificate in SSL_CERT_FILE, such as /etc/ssl/certs/ca-certificates.crt where the machine trusts it."
)

_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""Files of certificate authorities. requests looks at the first two alone, uv and OpenSSL at the third
(https://requests.readthedocs.io/en/latest/user/advanced/#ssl-cert-verification); an Enterprise Server often
has a certificate of its own authority."""

_REST_WRITE = _GRAPHQL_WRITE = 5

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What GraphQL gave: the data, and the errors that took only a part of it. Headers are in lower case.

    `lacking` is what of `older.NEWER` the server does not have, and was not asked for.
    """

    data: Json
    errors: tuple[GraphqlError, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    lacking: frozenset[str] = frozenset()


class Client:
    """Sends requests as one identity and counts them.

    `base_url` is GITHUB_API_URL; `graphql_url` is GITHUB_GRAPHQL_URL, or "" for where PyGithub puts it. The
    token is held by PyGithub's `Auth` alone, and never shown. What the clients `beside` it send counts with
    it, as reads. `elsewhere` gives the client that reads another repository (`owner/name`): usually this one.
    `is_fresh` tells whether the token was made just now, so that GitHub may not know it everywhere yet.
    """

    def __init__(
        self,
        auth: Auth.Auth,
        base_url: str,
        pace: Pace,
        *,
        graphql_url: str = "",
        beside: Sequence[Client] = (),
    ) -> None:
        # PyGithub logs whole bodies at DEBUG, and a body may hold what a confidential bug says.
        logging.getLogger("github.Requester").setLevel(logging.INFO)
        self._rest = _connect(auth, base_url)
        self._graphql, self._graphql_path = self._rest, self._rest.graphql_url
        if graphql_url and graphql_url != self._rest.graphql_url:
            parsed = urlsplit(graphql_url)
            self._graphql = _connect(auth, urlunsplit((parsed.scheme, parsed.netloc, "", "", "")))
            self._graphql_path = parsed.path
        self._pace = pace
        self._usage = Usage()
        self._lacking: frozenset[str] = frozenset()
        self._beside = beside
        self.elsewhere: Callable[[str], Client] = lambda _: self
        self.app_id = 0
        self.is_fresh: Callable[[], bool] = lambda: False

    @classmethod
    def with_token(cls, token: str, base_url: str, pace: Pace, *, graphql_url: str = "") -> Client:
        """A client for a plain token, such as GITHUB_TOKEN. Raises `UserError` when it is empty."""
        if not token.strip():
            raise UserError(
                "There is no token to speak to GitHub with.",
                remedy="Pass one as the input `token`; the workflow's own is ${{ github.token }}. Outside "
                "of a job set BUGACTION_TOKEN.",
            )
        return cls(Auth.Token(token.strip()), base_url, pace, graphql_url=graphql_url)

    def __repr__(self) -> str:
        return f"Client({self._rest.base_url})"

    @property
    def usage(self) -> Usage:
        """What was sent so far; a retry is a request of its own."""
        others = sum(client.usage.requests for client in self._beside)
        return replace(self._usage, reads=self._usage.reads + others) if others else self._usage

    @property
    def pace(self) -> Pace:
        """The budget that this client keeps."""
        return self._pace

    @property
    def lacking(self) -> frozenset[str]:
        """What of `older.NEWER` this server does not have, as far as that turned out."""
        return self._lacking

    def query(self, document: Document) -> Answer:
        """Read by GraphQL, tried again where time may mend the failure.

        Errors that took only a part of the data are in the answer. What an older server lacks is left out
        from then on (`Answer.lacking`). Raises `GitHubError` when there is no data, `Outdated` among them,
        and `Transient` when a part that is not optional is missing only at the moment.
        """
        while True:
            asked = without(document, self._lacking)
            try:
                answer = self._pace.retry(lambda: self._query(asked))  # noqa: B023 - called before the next
            except Outdated as error:
                learnt = known(error.lacking) - self._lacking
                if not learnt:
                    raise
                self._lacking |= learnt
            else:
                return replace(answer, lacking=self._lacking) if asked is not document else answer

    def _query(self, document: Document) -> Answer:
        self._pace.spend(graphql=1)
        answer = self._post(document, reads=1)
        for error in answer.errors:
            is_optional = len(error.path) > 1 and error.path[1] in document.optional
            if error.is_limit or (error.is_passing and not is_optional):
                raise from_graphql(error, answer.headers, self._pace.now())
        return answer

    def mutate(self, document: Document, *, content: int) -> Answer:
        """Write by GraphQL, once. `content` is how many things it creates, for the budget.

        A mutation that failed stands in the answer's errors, with its alias first in the path. Raises
        `GitHubError` when none was carried out, and `Transient` when that cannot be known.
        """
        self._pace.spend(graphql=_GRAPHQL_WRITE, content=content)
        return self._post(document, writes=1)

    def get(self, path: str, parameters: Mapping[str, str | int] | None = None) -> object:
        """Read by REST, tried again where time may mend the failure. Raises `GitHubError`."""

        def read() -> object:
            self._pace.spend(rest=1)
            return self._send("GET", path, None, parameters, reads=1)

        return self._pace.retry(read)

    def send(self, verb: str, path: str, body: Json | None = None) -> object:
        """Write by REST, once. Raises `GitHubError`; after a `Transient` it may have been carried out."""
        self._pace.spend(rest=_REST_WRITE, content=1)
        return self._send(verb, path, body, None, writes=1)

    def repeat(self, verb: str, path: str, body: Json) -> object:
        """Write by REST what is the same when it is done twice, tried again where time may mend the failure.
        Raises `GitHubError`."""
        return self._pace.retry(lambda: self.send(verb, path, body))

    def made(self, path: str, body: Json, key: str) -> str:
        """Post once, and take a value of the answer that tells what was made. Raises `GitHubError`."""
        answer = self.send("POST", path, body)
        found = answer.get(key) if isinstance(answer, Mapping) else None
        if not isinstance(found, str) or not found:
            raise Transient(f"GitHub's answer to {path} has no {key}")
        return found

    def _post(self, document: Document, *, reads: int = 0, writes: int = 0) -> Answer:
        body = {"query": document.text, "variables": dict(document.variables)}
        self._count(reads, writes)
        status, headers, text = _transfer(self._graphql, "POST", self._graphql_path, body, None)
        value = _decode(text)
        if status >= 300:
            raise self._refusal(status, headers, value, "graphql")
        if not isinstance(value, Mapping) or not ("data" in value or "errors" in value):
            raise Transient("GitHub's answer was cut short or is no JSON")
        errors = parse_errors(value.get("errors"))
        data = value.get("data")
        self._learn_points(data, headers)
        lacks = dict.fromkeys(error.lacks for error in errors if error.lacks)
        if lacks:
            raise Outdated(lacks, headers.get("x-github-enterprise-version", ""))
        if not isinstance(data, Mapping) or (errors and all(part is None for part in data.values())):
            if errors and not (writes and isinstance(data, Mapping)):
                raise from_graphql(errors[0], headers, self._pace.now())
            if not isinstance(data, Mapping):
                raise Transient("GitHub answered neither data nor errors")
        return Answer(data, errors, headers)

    def _send(
        self,
        verb: str,
        path: str,
        body: Json | None,
        parameters: Mapping[str, str | int] | None,
        *,
        reads: int = 0,
        writes: int = 0,
    ) -> object:
        self._count(reads, writes)
        status, headers, text = _transfer(self._rest, verb, path, body, parameters)
        remaining = headers.get("x-ratelimit-remaining", "")
        if remaining.isdigit():
            self._usage = replace(self._usage, remaining_requests=int(remaining))
        value = _decode(text) if text else None
        if status >= 300:
            raise self._refusal(status, headers, value, path)
        if text and value is None:
            raise Transient("GitHub's answer was cut short or is no JSON")
        return value

    def _refusal(self, status: int, headers: Mapping[str, str], value: object, path: str) -> GitHubError:
        record = value if isinstance(value, Mapping) else {}
        errors = record.get("errors")
        details = [item for item in errors if isinstance(item, Mapping)] if isinstance(errors, list) else []
        message = str(record.get("message") or "no message")
        said = [str(item["message"]) for item in details if item.get("message")]
        if status == 401 and self.is_fresh():
            return Transient(f"GitHub does not know the token yet that it has just made: {message}")
        return from_http(
            status,
            headers,
            "; ".join([message, *said]),
            codes=tuple(str(item["code"]) for item in details if item.get("code")),
            path="/".join(path.split("/")[4:]) if path.startswith("/repos/") else path,
            now=self._pace.now(),
        )

    def _count(self, reads: int, writes: int) -> None:
        usage = self._usage
        self._usage = replace(usage, reads=usage.reads + reads, writes=usage.writes + writes)

    def _learn_points(self, data: object, headers: Mapping[str, str]) -> None:
        """Add what GitHub says that the query cost. A mutation does not tell; it costs a point at least."""
        limit = data.get("rateLimit") if isinstance(data, Mapping) else None
        if not isinstance(limit, Mapping):
            remaining = headers.get("x-ratelimit-remaining", "")
            points = self._usage.points + 1
            if remaining.isdigit():
                self._usage = replace(self._usage, points=points, remaining_points=int(remaining))
            else:
                self._usage = replace(self._usage, points=points)
            return
        cost, left = limit.get("cost"), limit.get("remaining")
        self._usage = replace(
            self._usage,
            points=self._usage.points + (cost if isinstance(cost, int) else 1),
            remaining_points=left if isinstance(left, int) else self._usage.remaining_points,
        )


def _connect(auth: Auth.Auth, base_url: str) -> Requester:
    return Github(
        base_url=base_url.rstrip("/"),
        auth=auth,
        timeout=TIMEOUT,
        user_agent=f"bugaction/{__version__}",
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
        lazy=True,
        verify=next((path for name in _BUNDLES if (path := os.environ.get(name))), True),
        api_version=API_VERSION,
    ).requester


def _transfer(
    requester: Requester,
    verb: str,
    path: str,
    body: Json | None,
    parameters: Mapping[str, str | int] | None,
) -> tuple[int, Mapping[str, str], str]:
    """One request: status, headers in lower case, text. Raises `Transient` when no whole answer came, and
    `Rejected` for a redirect that PyGithub does not follow."""
    try:
        return requester.requestJson(verb, path, parameters=dict(parameters or {}), input=body)
    except requests.RequestException as error:
        # The text of these can carry the address and, through a proxy, credentials: the kind is enough.
        remedy = _CERTIFICATE if isinstance(error, requests.exceptions.SSLError) else _CONNECTION
        raise Transient(
            f"The connection to {requester.hostname} failed ({type(error).__name__})", remedy=remedy
        ) from error
    except RuntimeError as error:
        raise Rejected(
            "GitHub's server redirects to another address, where the token must not go",
            remedy="Set GITHUB_API_URL to the address of the API itself.",
        ) from error


def _decode(text: str) -> object:
    """The JSON value, or None for anything else (an HTML page of a proxy, an answer cut short)."""
    try:
        return cast(object, json.loads(text))
    except (ValueError, RecursionError):
        return None
