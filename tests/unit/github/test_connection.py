"""The ports on one repository, from plain values."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from bugaction.github import connect
from bugaction.github.reader import GitHubReader
from bugaction.ports import Connection, Targets
from tests.unit.github.fake import API, Time, answer, bodies, data, page, repository


@pytest.fixture(autouse=True)
def _canned() -> Iterator[None]:
    with responses.mock:
        yield


def connected(api_url: str = API) -> Connection:
    time = Time()
    return connect(
        token="t",
        repository="octo/shop",
        api_url=api_url,
        graphql_url=f"{API}/graphql",
        config=".github/other.yml",
        clock=time.clock,
        sleep=time.sleep,
    )


def test_readers_share_one_client() -> None:
    """What one reads counts for all; each looks below its own root."""
    answer(data(repository(item_42=None, branch_42=page())))
    ports = connected()
    ports.reader_for("docs/bugs").read(Targets(issues=(42,)))
    assert ports.usage().reads == ports.reader_for("elsewhere").usage().reads == 1
    variables = bodies()[0]["variables"]
    assert variables["folder_42"] == "docs/bugs/BUG-042"
    assert (variables["config"], variables["owner"], variables["name"]) == (
        ".github/other.yml",
        "octo",
        "shop",
    )


def test_the_sweep_looks_for_the_labels_of_policy() -> None:
    """Names and aliases are configurable."""
    times = {"createdAt": "2026-11-24T08:00:00Z", "updatedAt": "2026-11-24T08:00:00Z"}
    answer(data({"bugs": page({"number": 1, **times}), "pulls": page()}))
    found, end = connected().open_work(("urgent",), None)
    assert ([bug.number for bug in found.bugs], end) == ([1], None)
    assert bodies()[0]["variables"]["labels"] == ["urgent"]
    answer(data({"bugs": page({"number": 2, **times})}))
    found, end = connected().closed_work(("phase: fix",), None)
    assert ([bug.number for bug in found.bugs], end) == ([2], None)
    assert "states: CLOSED" in bodies()[1]["query"]


@pytest.mark.parametrize(
    ("api_url", "signed"),
    [
        ("https://api.github.com", True),
        ("https://api.octo.ghe.com", True),
        ("http://127.0.0.1:8000", True),
        ("https://ghes.example/api/v3", False),
        ("https://ghes.example/api/v3/", False),
    ],
)
def test_signatures_are_asked_for_where_the_server_makes_them(api_url: str, signed: bool) -> None:
    """GitHub Enterprise Server signs only where an administrator set it up."""
    reader = connected(api_url).reader_for("docs")
    assert isinstance(reader, GitHubReader)
    assert reader.signed is signed
