"""One connection: headers, retries of reads, no retries of writes, what is counted, what is never shown."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
import responses

from bugaction.errors import Forbidden, GitHubError, Missing, Rejected, Transient, UserError
from bugaction.github.client import Client
from bugaction.github.failures import GraphqlError
from bugaction.github.pacing import Pace
from bugaction.github.query import Document
from bugaction.ports import Usage
from tests.unit.github.fake import API, SERVED, Time, answer, bodies, client, data, rest, sent

QUERY = Document("query Q { viewer { login } }", {"name": "x"})


@pytest.fixture(autouse=True)
def _canned() -> Iterator[None]:
    with responses.mock:
        yield


def test_a_request_carries_the_version_the_agent_and_the_token() -> None:
    """GitHub wants the first two named; the body holds text and variables apart."""
    answer(data({}))
    client().query(QUERY)
    headers = responses.calls[0].request.headers
    assert headers["X-GitHub-Api-Version"] == "2022-11-28"
    assert headers["User-Agent"] == "bugaction/0.1.0"
    assert headers["Authorization"] == "token secret-token"
    assert bodies() == [{"query": QUERY.text, "variables": {"name": "x"}}]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("<html>502 Bad Gateway</html>", 502),
        ("", 504),
        ('{"data": {"repository": {"id": "R_', 200),
        ("<html>a proxy</html>", 200),
        ("[]", 200),
        ({"data": None}, 200),
        ({"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}, 200),
        ({"data": {"a": 1}, "errors": [{"message": "Something went wrong while executing"}]}, 200),
        ({"message": "You have exceeded a secondary rate limit"}, 403),
        ({"message": "slow down"}, 429),
    ],
)
def test_a_read_that_fails_in_passing_is_tried_again(body: object, status: int) -> None:
    """Broken answers, faults and limits: the second try answers."""
    time = Time()
    answer(body, status)
    answer(data({"id": "R_1"}))
    assert client(time).query(QUERY).data["repository"] == {"id": "R_1"}
    assert len(time.naps) == 1


def test_a_lost_connection_is_tried_again_and_says_where_and_what_to_do() -> None:
    """The server by its name. The text of such an error may hold what must not be shown."""
    time = Time()
    for _ in range(5):
        responses.add("POST", f"{SERVED}/graphql", body=requests.ConnectionError("https://user:pw@proxy"))
    with pytest.raises(Transient) as caught:
        client(time).query(QUERY)
    assert caught.value.message == f"The connection to {urlsplit(SERVED).hostname} failed (ConnectionError)"
    assert "GITHUB_API_URL" in caught.value.remedy
    assert "githubstatus.com" in caught.value.remedy
    assert time.naps == [1, 2, 4, 8]


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"message": "Bad credentials"}, 401, Forbidden),
        ({"data": None, "errors": [{"type": "FORBIDDEN", "message": "no"}]}, 200, Forbidden),
        ({"errors": [{"message": "Field 'x' doesn't exist on type 'Y'"}]}, 200, Rejected),
        ({"data": {"node": None}, "errors": [{"type": "NOT_FOUND", "message": "gone"}]}, 200, Missing),
    ],
)
def test_a_read_that_cannot_succeed_is_not_tried_again(
    body: object, status: int, kind: type[GitHubError]
) -> None:
    """Time mends none of these."""
    time = Time()
    answer(body, status)
    with pytest.raises(kind):
        client(time).query(QUERY)
    assert time.naps == []


def test_errors_of_a_part_are_given_with_the_rest() -> None:
    """The caller knows what can be borne."""
    answer(data({"id": "R_1"}, errors=[{"type": "FORBIDDEN", "path": ["repository", "x"], "message": "no"}]))
    found = client().query(QUERY)
    assert found.errors == (GraphqlError("no", "FORBIDDEN", ("repository", "x")),)


@pytest.mark.parametrize("status", [500, 502, 429])
def test_a_write_is_never_sent_twice(status: int) -> None:
    """It may have been carried out: the caller reads before it decides."""
    time = Time()
    answer("<html>", status)
    rest("POST", "statuses/abc", "<html>", status)
    github = client(time)
    with pytest.raises(Transient):
        github.mutate(QUERY, content=1)
    with pytest.raises(Transient):
        github.send("POST", "/repos/octo/shop/statuses/abc", {"state": "success"})
    assert time.naps == []
    assert sent() == ["POST graphql", "POST statuses/abc"]


def test_a_mutation_with_failed_parts_is_an_answer() -> None:
    """Even when all parts failed: what became of each stands in the errors."""
    answer({"data": {"m0": None}, "errors": [{"type": "NOT_FOUND", "path": ["m0"], "message": "gone"}]})
    assert client().mutate(QUERY, content=1).errors[0].path == ("m0",)


def test_what_it_cost_is_counted() -> None:
    """Requests by kind, points as GitHub prices them, and what is left of both budgets."""
    answer("", 502)
    answer(data({}))
    answer({"data": {"m0": {}}}, headers={"x-ratelimit-remaining": "893"})
    rest("GET", "labels/P1", {"id": 1}, x_ratelimit_remaining="4998")
    github = client()
    github.query(QUERY)
    github.mutate(QUERY, content=1)
    github.get("/repos/octo/shop/labels/P1")
    assert github.usage == Usage(reads=3, writes=1, points=2, remaining_points=893, remaining_requests=4998)


def test_rest_reads_are_tried_again_and_cut_answers_are_no_answers() -> None:
    """A GET that is cut short or answered by a proxy is a failure that time may mend."""
    time = Time()
    rest("GET", "labels/P1", '{"id": ')
    rest("GET", "labels/P1", {"id": 1})
    assert client(time).get("/repos/octo/shop/labels/P1") == {"id": 1}
    assert time.naps == [1]


def test_graphql_may_live_at_another_address() -> None:
    """GitHub Enterprise Server: REST below /api/v3, GraphQL at /api/graphql; or another host altogether."""
    time = Time()
    pace = Pace(time.clock, time.sleep)
    for url in ("https://ghes.example/api/graphql", "https://other.example:8443/deep/graphql"):
        responses.add("POST", url.replace("ghes.example", "ghes.example:443"), json=data({}))
        Client.with_token("t", "https://ghes.example/api/v3", pace, graphql_url=url).query(QUERY)
    responses.add("GET", "https://ghes.example:443/api/v3/repos/octo/shop/labels/x", json={"id": 1})
    Client.with_token("t", "https://ghes.example/api/v3", pace).get("/repos/octo/shop/labels/x")
    assert len(responses.calls) == 3


def test_an_optional_part_that_fails_is_not_waited_for() -> None:
    """Unless it is the limit that fails it: that is nobody's choice."""
    time = Time()
    optional = Document("query Q { viewer { login } }", {}, optional=frozenset({"authors_42"}))
    path = ["repository", "authors_42", "target", "blame"]
    answer(data({"authors_42": None}, errors=[{"path": path, "message": "Something went wrong"}]))
    assert client(time).query(optional).errors[0].path == tuple(path)
    assert time.naps == []
    answer(data({}, errors=[{"path": path, "message": "limit", "type": "RATE_LIMITED"}]))
    answer(data({}))
    assert client(time).query(optional).errors == ()


def test_a_redirect_to_another_server_is_not_followed() -> None:
    """The token would go along."""
    responses.add(
        "POST", f"{SERVED}/graphql", status=301, headers={"Location": "https://evil.example/graphql"}
    )
    with pytest.raises(Rejected, match="another address"):
        client().query(QUERY)


def test_the_token_is_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    """Neither in the client's text, nor in a log at its finest, nor in an error."""
    caplog.set_level(logging.DEBUG)
    answer({"message": "Bad credentials"}, 401)
    github = client()
    with pytest.raises(Forbidden) as caught:
        github.query(QUERY)
    shown = f"{github!r} {github} {caught.value} {caught.value.remedy} {caplog.text}"
    assert "secret-token" not in shown
    assert QUERY.text not in caplog.text


def test_without_a_token_a_person_is_told_what_to_do() -> None:
    """An empty input is the person's to mend, not GitHub's."""
    with pytest.raises(UserError, match="no token"):
        Client.with_token("  ", API, Pace(Time().clock, Time().sleep))
