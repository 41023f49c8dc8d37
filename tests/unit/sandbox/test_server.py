"""The server: its addresses, its record of requests, and what it does with what strays from the contract."""

from __future__ import annotations

import pytest
import requests

from bugaction.sandbox.server import GitHubServer
from bugaction.sandbox.world import World
from tests.sandboxed import REPOSITORY, Caller, serving


def get(caller: Caller, url: str) -> requests.Response:
    """A plain GET with the caller's token."""
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, headers={"Authorization": f"token {caller.token.value}"}, timeout=20)


def test_both_roots_are_served() -> None:
    """github.com's, and GitHub Enterprise Server's below /api."""
    with serving() as caller:
        url = f"{caller.server.ghes_api_url}{REPOSITORY}"
        assert get(caller, url).json()["full_name"] == "octo/shop"
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(
                caller.server.ghes_api_url.replace("/v3", "/graphql"),
                json={"query": "{ viewer { login } }"},
                headers={"Authorization": f"token {caller.token.value}"},
                timeout=20,
            )
        assert answer.json()["data"]["viewer"]["login"] == "github-actions[bot]"
        assert caller.server.violations == []


def test_a_port_can_be_named_and_a_taken_one_is_an_error() -> None:
    """`bugaction sandbox --port`: the same address every time, or a plain `OSError`."""
    with serving() as caller:
        port = int(caller.server.api_url.rpartition(":")[2])
        with World() as world, pytest.raises(OSError, match="in use"):
            GitHubServer(world, port=port).start()
    with World() as world, GitHubServer(world, port=port) as server:
        assert server.api_url == f"http://127.0.0.1:{port}"


def test_requests_are_recorded() -> None:
    """What was asked, how it ended, what it cost, and whether it may have written."""
    with serving() as caller:
        caller.server.world.people.open_issue("dee", "Broken")
        caller.rest("GET", "/issues/1")
        caller.rest("POST", "/issues/1/labels", {"labels": ["P1"]})
        caller.graphql("query Snapshot { viewer { login } }")
        assert [
            (request.method, request.operations, request.status, request.points, request.is_write)
            for request in caller.server.requests
        ] == [
            ("GET", ("issues/get",), 200, 0, False),
            ("POST", ("issues/add-labels",), 200, 0, True),
            ("POST", ("query", "Snapshot", "viewer"), 200, 1, False),
        ]
        assert (len(caller.server.reads), len(caller.server.writes), caller.server.points) == (2, 1, 1)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("GET", "/hooks", None, 404, "no operation of the extract"),
        ("POST", "/issues/1/labels", {"labels": ["P1"], "colour": "x"}, 422, "colour"),
        ("GET", "/issues?per_page=1000", None, 422, "per_page"),
        ("GET", "/issues?colour=x", None, 422, "colour"),
        ("POST", "/issues/1/comments", None, 422, "JSON body"),
        ("POST", f"/statuses/{'0' * 40}", {"state": "success", "description": "d" * 141}, 422, "140"),
    ],
)
def test_what_strays_is_refused_and_recorded(
    method: str, path: str, body: object, status: int, words: str
) -> None:
    """An unknown operation, key, parameter or size: GitHub's description would let some of it pass."""
    with serving() as caller:
        assert caller.rest(method, path, body).status_code == status
        assert len(caller.server.violations) == 1
        assert words in caller.server.violations[0]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{ nothing }", "nothing"),
        ('{ repository(owner: "octo", name: "shop") { issues { nodes { number } } } }', "first"),
        ('{ repository(owner: "octo", name: "shop") { issues(first: 101) { nodes { number } } } }', "100"),
        ("{", "Syntax"),
    ],
)
def test_a_document_that_strays_is_refused_and_recorded(document: str, words: str) -> None:
    """Unknown fields, connections without a page size, pages over 100, and what does not parse."""
    with serving() as caller:
        assert "data" not in caller.graphql(document)
        assert any(words in violation for violation in caller.server.violations)


def test_bad_json_is_refused() -> None:
    """400, "Problems parsing JSON"."""
    with serving() as caller, requests.Session() as session:
        session.trust_env = False
        headers = {"Authorization": f"token {caller.token.value}"}
        url = f"{caller.server.api_url}{REPOSITORY}/labels"
        answer = session.post(url, data="{", headers=headers, timeout=20)
        assert (answer.status_code, answer.json()["message"]) == (400, "Problems parsing JSON")


def test_a_world_keeps_its_repository_where_it_is_told(tmp_path: object) -> None:
    """The demonstration clones it afterwards; a world without a place cleans up behind itself."""
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    with World(tmp_path) as world:
        assert world.git.path == tmp_path / "shop.git"
    assert (tmp_path / "shop.git" / "HEAD").exists()
    with World() as world:
        place = world.git.path
    assert not place.exists()
