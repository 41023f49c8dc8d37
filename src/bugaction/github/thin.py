"""The sweep's thin pages: what is open, a hundred at a time, with just enough to tell what to look at.

A page costs one request, one point for its bugs and one for its pull requests: one connection below each
node.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from bugaction.github import normalise
from bugaction.github.client import Client
from bugaction.github.harvest import Harvest, Places
from bugaction.github.normalise import Node, nodes
from bugaction.github.query import Part, compose
from bugaction.links import OUR_CONTEXTS
from bugaction.ports import ThinBug, ThinItem, ThinPull, ThinStatus, WorkPage

__all__ = ["closed_work", "open_items", "open_work", "thin_bugs", "thin_items", "thin_pulls"]

_LABELS = 20
"""Labels of an issue that a thin page shows; ours are among the first, or the bug is looked at by
rotation."""


_SAID = 20
"""Newest comments of an action item's issue that a page shows: who reads them says what more may hide."""


def thin_bugs(labels: Iterable[str], cursor: str | None, state: str = "OPEN") -> Part:
    """A page of the issues in a state that have any of these labels: the open ones with the oldest first, the
    closed ones with the one first that was last changed, so that not all have to be read.

    GitHub joins the labels of this list by "or" (https://github.com/cli/cli/issues/419 shows what it
    answers).
    """
    order = "CREATED_AT, direction: ASC" if state == "OPEN" else "UPDATED_AT, direction: DESC"
    return Part(
        fields=(
            f"bugs: issues(first: 100, after: $after_bugs, states: {state}, labels: $labels, "
            f"orderBy: {{field: {order}}}) {{ pageInfo {{ hasNextPage endCursor }} "
            f"nodes {{ number createdAt updatedAt labels(first: {_LABELS}) {{ nodes {{ name }} }} }} }}"
        ),
        variables={"labels": ("[String!]", list(labels)), "after_bugs": ("String", cursor)},
        weight=101,
    )


def thin_pulls(cursor: str | None) -> Part:
    """A page of the open pull requests, with what was reported on their heads. A status is no connection."""
    return Part(
        fields=(
            "pulls: pullRequests(first: 100, after: $after_pulls, states: OPEN, "
            "orderBy: {field: CREATED_AT, direction: ASC}) { pageInfo { hasNextPage endCursor } "
            "nodes { number updatedAt commits(last: 1) { nodes { commit { ...ThinHead } } } } }"
        ),
        variables={"after_pulls": ("String", cursor)},
        weight=101,
    )


def thin_items(label: str, cursor: str | None) -> Part:
    """A page of the open issues with that label, with all their labels (GitHub takes a hundred on an issue)
    and their newest comments.

    Whose they are is told by the answer: how a list takes the login of a bot to filter by (`createdBy`) is
    documented nowhere.
    """
    return Part(
        fields=(
            "items: issues(first: 100, after: $after_items, states: OPEN, labels: $item_labels, "
            "orderBy: {field: CREATED_AT, direction: ASC}) { pageInfo { hasNextPage endCursor } "
            "nodes { ...ThinItem labels(first: 100) { nodes { name } } "
            f"comments(last: {_SAID}) {{ pageInfo {{ hasPreviousPage }} nodes {{ ...ThinComment }} }} }} }}"
        ),
        variables={"item_labels": ("[String!]", [label]), "after_items": ("String", cursor)},
        weight=201,
    )


def open_items(
    client: Client, places: Places, label: str, cursor: str | None
) -> tuple[tuple[ThinItem, ...], str | None]:
    """The next page of open issues with that label, and the cursor for the one after: GitHub's own."""
    variables = {"owner": ("String!", places.owner), "name": ("String!", places.name)}
    document = compose("Sweep", [thin_items(label, cursor)], header=False, variables=variables)
    page = Harvest(client, places).query(document).get("items") or {}
    following = _following(page)
    return tuple(map(_item, nodes(page))), following if isinstance(following, str) else None


def open_work(
    client: Client, places: Places, labels: Iterable[str], cursor: str | None
) -> tuple[WorkPage, str | None]:
    """The next page of open bugs and open pull requests, and the cursor for the one after.

    The cursor holds GitHub's own for each list: `null` for its beginning, `false` for a list at its end.
    Without labels there are no bugs.
    """
    wanted = list(labels)
    return _work(client, places, wanted, cursor or json.dumps([None if wanted else False, None]), "OPEN")


def closed_work(
    client: Client, places: Places, labels: Iterable[str], cursor: str | None
) -> tuple[WorkPage, str | None]:
    """As `open_work`, of closed issues, the last changed first, and without pull requests."""
    return _work(client, places, list(labels), cursor or json.dumps([None, False]), "CLOSED")


def _work(
    client: Client, places: Places, labels: list[str], cursor: str, state: str
) -> tuple[WorkPage, str | None]:
    bugs_after, pulls_after = json.loads(cursor)
    parts: list[Part] = []
    if bugs_after is not False:
        parts.append(thin_bugs(labels, bugs_after, state))
    if pulls_after is not False:
        parts.append(thin_pulls(pulls_after))
    variables = {"owner": ("String!", places.owner), "name": ("String!", places.name)}
    repository = Harvest(client, places).query(compose("Sweep", parts, header=False, variables=variables))
    found = [repository.get(key) or {} for key in ("bugs", "pulls")]
    following = [_following(page) for page in found]
    page = WorkPage(
        bugs=tuple(_bug(node) for node in nodes(found[0])),
        pulls=tuple(_pull(node) for node in nodes(found[1])),
    )
    return page, json.dumps(following) if any(following) else None


def _bug(node: Node) -> ThinBug:
    return ThinBug(
        number=int(node["number"]),
        created=_time(node["createdAt"]),
        updated=_time(node["updatedAt"]),
        labels=tuple(str(label["name"]) for label in nodes(node.get("labels"))),
    )


def _item(node: Node) -> ThinItem:
    said = node.get("comments") or {}
    return ThinItem(
        id=str(node["id"]),
        number=int(node["number"]),
        created=_time(node["createdAt"]),
        author=normalise.actor(node.get("author")),
        first_line=normalise.first_line(node.get("body")),
        labels=tuple(str(label["name"]) for label in nodes(node.get("labels"))),
        comments=tuple(map(normalise.comment, nodes(said))),
        has_earlier=bool((said.get("pageInfo") or {}).get("hasPreviousPage")),
    )


def _pull(node: Node) -> ThinPull:
    head = next((item["commit"] for item in nodes(node.get("commits"))), None)
    rollup = (head or {}).get("statusCheckRollup")
    return ThinPull(
        number=int(node["number"]),
        updated=_time(node["updatedAt"]),
        statuses=tuple(
            ThinStatus(status.context, status.state, status.description, status.creator)
            for status in normalise.statuses(head)
            if status.context.casefold().startswith(OUR_CONTEXTS)
        ),
        is_all_good=rollup["state"] == "SUCCESS" if rollup else None,
    )


def _time(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


def _following(page: Mapping[str, object]) -> str | bool:
    info = page.get("pageInfo")
    if not isinstance(info, Mapping) or not info.get("hasNextPage"):
        return False
    return str(info["endCursor"])
