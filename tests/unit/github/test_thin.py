"""The sweep's thin pages: what they ask for and what they show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from bugaction.github.harvest import Places
from bugaction.github.samples import documents
from bugaction.github.thin import closed_work, open_items, open_work
from bugaction.model import Actor
from bugaction.ports import ThinBug, ThinItem, ThinStatus, WorkPage
from bugaction.sandbox.contract.graphql import GraphqlContract
from bugaction.snapshot import Comment, StatusState
from tests.unit.github.fake import answer, bodies, client, data, page
from tests.values import at

PLACES = Places("octo", "shop", "", "", "", signed=True)
STAMP = "2026-11-24T08:00:00Z"


@pytest.fixture(autouse=True)
def _canned() -> Iterator[None]:
    with responses.mock:
        yield


def bug(number: int, *labels: str) -> dict[str, object]:
    """An issue's node."""
    names = [{"name": name} for name in labels]
    return {"number": number, "createdAt": STAMP, "updatedAt": STAMP, "labels": {"nodes": names}}


def pull(number: int, rollup: str | None, *statuses: tuple[str, str, str]) -> dict[str, object]:
    """A pull request's node; a status is its context, its state and who posted it."""
    contexts = [
        {
            "context": context,
            "state": state,
            "description": "",
            "creator": {"__typename": "Bot", "login": login},
        }
        for context, state, login in statuses
    ]
    head = {
        "status": {"contexts": contexts} if contexts else None,
        "statusCheckRollup": {"state": rollup} if rollup else None,
    }
    return {"number": number, "updatedAt": STAMP, "commits": {"nodes": [{"commit": head}]}}


def test_a_page_shows_little_of_a_hundred() -> None:
    """A second page goes on with the list that has more, and with no other."""
    answer(data({"bugs": page(bug(1, "P1", "area"), cursor="b0"), "pulls": page()}))
    answer(data({"bugs": page(bug(2))}))
    thin = client()
    first, cursor = open_work(thin, PLACES, ("P0", "P1"), None)
    second, end = open_work(thin, PLACES, ("P0", "P1"), cursor)
    time = at(0).replace(year=2026, month=11, day=24, hour=8, minute=0)
    assert first == WorkPage((ThinBug(1, time, time, ("P1", "area")),))
    assert [each.number for each in second.bugs] == [2]
    assert end is None
    asked = bodies()
    assert (asked[0]["variables"]["labels"], asked[1]["variables"]["after_bugs"]) == (["P0", "P1"], "b0")
    assert "pullRequests" in asked[0]["query"]
    assert "pullRequests" not in asked[1]["query"]


def test_of_a_head_what_stands_under_our_names() -> None:
    """With who posted it as REST spells it, and whether all that reported is good."""
    ours, other = ("bugaction/gate", "SUCCESS", "github-actions"), ("ci/other", "FAILURE", "ci")
    answer(data({"pulls": page(pull(7, "FAILURE", ours, other), pull(8, "SUCCESS", ours), pull(9, None))}))
    found, _ = open_work(client(), PLACES, (), None)
    creator = Actor("github-actions[bot]", is_bot=True)
    assert found.pulls[0].statuses == (ThinStatus("bugaction/gate", StatusState.SUCCESS, "", creator),)
    assert [each.is_all_good for each in found.pulls] == [False, True, None]
    assert found.pulls[2].statuses == ()


def test_without_labels_no_bug_is_asked_for() -> None:
    """GitHub would take no label for any."""
    answer(data({"pulls": page()}))
    open_work(client(), PLACES, (), None)
    assert "issues(" not in bodies()[0]["query"]


def test_closed_work_has_no_pull_requests() -> None:
    """In pages as well."""
    answer(data({"bugs": page(bug(2), cursor="b0")}))
    answer(data({"bugs": page(bug(3))}))
    thin = client()
    first, cursor = closed_work(thin, PLACES, ("phase: fix",), None)
    second, end = closed_work(thin, PLACES, ("phase: fix",), cursor)
    assert [each.number for each in (*first.bugs, *second.bugs)] == [2, 3]
    assert end is None
    assert "states: CLOSED" in bodies()[0]["query"]
    assert all("pullRequests" not in body["query"] for body in bodies())


def item(number: int, *comments: dict[str, object], earlier: bool = False) -> dict[str, object]:
    """The node of an action item's issue."""
    return {
        **bug(number, "action-item"),
        "id": f"I_{number}",
        "body": "<!-- first -->\r\n\nThe rest",
        "author": {"__typename": "Bot", "login": "github-actions"},
        "comments": {"pageInfo": {"hasPreviousPage": earlier}, "nodes": list(comments)},
    }


def test_action_items_come_with_what_was_said_last() -> None:
    """In pages; whose they are is told as everywhere, and of a body its first line."""
    comment = {
        "id": "IC_9",
        "databaseId": 9,
        "url": "https://github.com/octo/shop/issues/51#issuecomment-9",
        "body": "Soon",
        "createdAt": STAMP,
        "author": None,
    }
    answer(data({"items": page(item(51, comment, earlier=True), cursor="i0")}))
    answer(data({"items": page(item(52))}))
    thin = client()
    (first,), cursor = open_items(thin, PLACES, "action-item", None)
    (second,), end = open_items(thin, PLACES, "action-item", cursor)
    time = at(0).replace(year=2026, month=11, day=24, hour=8, minute=0)
    us = Actor("github-actions[bot]", is_bot=True)
    known = Comment("IC_9", 9, str(comment["url"]), Actor("ghost"), "Soon", time)
    marked = ThinItem("I_51", 51, time, us, "<!-- first -->", ("action-item",), (known,), has_earlier=True)
    assert first == marked
    assert (second.number, second.comments, second.has_earlier, end) == (52, (), False, None)
    asked = [body["variables"] for body in bodies()]
    assert asked[0]["item_labels"] == ["action-item"]
    assert (asked[0]["after_items"], asked[1]["after_items"]) == (None, "i0")
    assert "states: OPEN" in bodies()[0]["query"]


def test_a_page_of_bugs_costs_a_point() -> None:
    """And the first one, with a page of pull requests beside it, two, as one of action items with their
    comments does: by GitHub's own formula."""
    found = [documents()[name] for name in ("sweep", "sweep-closed", "sweep-items")]
    contract = GraphqlContract.load()
    assert [contract.cost(each.text, each.variables).points for each in found] == [2, 1, 2]
