"""What a replay reads by itself, and that it cannot write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import responses

from bugaction.errors import Rejected, UserError
from bugaction.github.archive import ReadOnlyClient, open_archive
from bugaction.github.pacing import Pace
from bugaction.github.query import Document, batch
from bugaction.replay import Archive
from tests.unit.github.fake import API, Time, answer, bodies, data, rest
from tests.values import at


@pytest.fixture(autouse=True)
def _canned() -> Iterator[None]:
    with responses.mock:
        yield


def archive(token: str = "t") -> Archive:  # noqa: S107 - no password
    """A repository's past."""
    time = Time()
    return open_archive(
        token=token,
        repository="octo/shop",
        api_url=API,
        graphql_url="",
        config=".github/bugaction.yml",
        clock=time.clock,
        sleep=time.sleep,
    )


def read_only() -> ReadOnlyClient:
    """The client behind it."""
    time = Time()
    found = ReadOnlyClient.with_token("t", API, Pace(time.clock, time.sleep))
    assert isinstance(found, ReadOnlyClient)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "mutation M { a }",
        "query Q { a }\nmutation M { a }",
        "query Q { a } mutation M { a }",
        "subscription S { a }",
        " query Q { a }",
        "{ a }",
        "fragment F on Issue { id } mutation M { a }",
    ],
)
def test_no_operation_but_a_query_is_sent(text: str) -> None:
    """Whoever asks for it, by whichever method."""
    client = read_only()
    with pytest.raises(Rejected, match="only reads"):
        client.query(Document(text, {}))
    with pytest.raises(Rejected, match="only reads"):
        client.mutate(Document(text, {}), content=1)
    assert len(responses.calls) == 0


@pytest.mark.parametrize("verb", ["POST", "PATCH", "PUT", "DELETE", "GET"])
def test_no_verb_that_writes_is_sent(verb: str) -> None:
    """Nor a GET by the way of a write."""
    client = read_only()
    for send in (client.send, client.repeat):
        with pytest.raises(Rejected, match=f"does not send {verb} /repos/octo/shop/issues"):
            send(verb, "/repos/octo/shop/issues", {"title": "x"})
    with pytest.raises(Rejected):
        client.made("/repos/octo/shop/issues", {"title": "x"}, "node_id")
    with pytest.raises(Rejected):
        client.mutate(batch([("addComment", {"subjectId": "I", "body": "x"})]), content=1)
    assert len(responses.calls) == 0


def test_it_reads_as_any_client() -> None:
    """Queries and GETs, counted."""
    client = read_only()
    answer(data({"id": "R"}))
    rest("GET", "branches", [])
    client.query(Document("query Q { viewer { login } }", {}))
    assert client.get("/repos/octo/shop/branches") == []
    assert (client.usage.reads, client.usage.writes) == (2, 0)


def test_a_page_of_what_was_reported() -> None:
    """Any state, any of the labels, the newest first; and the cursor for the next."""
    info = {"hasNextPage": True, "endCursor": "c1"}
    bug = {"number": 42, "createdAt": "2026-11-24T09:00:00Z"}
    answer(data({"reported": {"pageInfo": info, "nodes": [bug]}}))
    answer(data({"reported": {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []}}))
    past = archive()
    page, cursor = past.reported(("P1", "bug"), None)
    assert (page, cursor) == (((42, at(0)),), "c1")
    assert past.reported(("P1", "bug"), cursor) == ((), None)
    sent: list[dict[str, Any]] = bodies()
    assert sent[0]["variables"] == {"owner": "octo", "name": "shop", "labels": ["P1", "bug"], "after": None}
    assert sent[1]["variables"]["after"] == "c1"
    assert "CREATED_AT, direction: DESC" in sent[0]["query"]
    assert past.usage().reads == 2


def test_the_labels_of_all_pages() -> None:
    """By name; so many pages at most."""
    more = {"hasNextPage": True, "endCursor": "c1"}
    for number in range(10):
        answer(data({"labels": {"pageInfo": more, "nodes": [{"name": f"l{number}"}]}}))
    assert archive().labels() == tuple(f"l{number}" for number in range(10))


def test_without_a_token_there_is_no_archive() -> None:
    """Even a public repository's GraphQL takes one."""
    with pytest.raises(UserError, match="no token"):
        archive(" ")
