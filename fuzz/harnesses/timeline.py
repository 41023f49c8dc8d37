"""An issue's timeline and comments as GitHub's GraphQL gives them, and what is replayed from them.

A line of the input is an entry or a comment: its kind, who, the minute, and a value, parted by bars.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from bugaction.assembly import assemble
from bugaction.chronicle import timeline_of
from bugaction.clocks import ClockState, clocks_of
from bugaction.github.normalise import issue as issue_of
from bugaction.model import LedgerFile, Role
from bugaction.policy import Policy
from bugaction.records import format_lines, parse_ledger
from fuzz.words import lines_of, parts_of
from tests.values import T0, at, facts, snapshot

_Node = dict[str, Any]

_ROLES = {"ana": Role.ADMIN, "mia": Role.MAINTAIN, "bo": Role.WRITE, "cy": Role.TRIAGE, "dee": Role.READ}
_LOGIN = re.compile(r"[a-z0-9][a-z0-9-]{0,38}(?:\[bot\])?")
_TYPES = {
    "labeled": "LabeledEvent", "unlabeled": "UnlabeledEvent", "assigned": "AssignedEvent",
    "unassigned": "UnassignedEvent", "closed": "ClosedEvent", "reopened": "ReopenedEvent",
    "renamed": "RenamedTitleEvent", "referred": "CrossReferencedEvent", "connected": "ConnectedEvent",
    "disconnected": "DisconnectedEvent", "pinned": "PinnedEvent",
}  # fmt: skip
_LAST = 60 * 24 * 30
_NOW = at(_LAST)
_MOST = 60


def check(data: bytes) -> None:
    """No entry is lost; each moment is one line, in order; what is decided can be written and read again."""
    body, script = parts_of(data, 2)
    node = _issue(body, lines_of(script)[:_MOST])
    issue = issue_of(node, "octo/shop")
    kinds = [item["__typename"] for item in node["timelineItems"]["nodes"] if item]
    assert len(issue.timeline) == len(kinds) - kinds.count("PinnedEvent")
    assert all(entry.at.utcoffset() == timedelta(0) for entry in issue.timeline)
    assert all(entry.actor.login for entry in issue.timeline)
    world = snapshot(facts(issue), roles=dict(_ROLES))
    found = assemble(world.bugs[42], world, Policy(), _NOW, at(-60))
    if found is None:
        return
    bug = found.bug
    told = timeline_of(bug)
    assert [moment.at.replace(microsecond=0) for moment in told] == sorted(
        moment.at.replace(microsecond=0) for moment in told
    )
    assert all("\n" not in moment.text for moment in told), [m.text for m in told if "\n" in m.text]
    for clock in clocks_of(bug):
        assert clock.met is None or clock.met >= clock.start, clock.name
        assert clock.state(_NOW) in ClockState
    text = format_lines(LedgerFile(), bug.ledger.lines, 42)
    read = parse_ledger(text, frozenset(range(1, text.count("\n") + 2)), 42)
    assert read.lines == bug.ledger.lines
    assert (read.foreign, read.gap) == ((), 0)


def _issue(body: str, script: list[str]) -> _Node:
    entries: list[_Node | None] = []
    comments: list[_Node | None] = []
    for number, line in enumerate(script):
        kind, who, minute, value = (*line.split("|", 3), "", "", "")[:4]
        when = _time(minute)
        if kind == "comment":
            comments.append(_comment(number, who, when, value))
        elif kind in _TYPES:
            entries.append(_entry(number, _TYPES[kind], who, when, value))
        elif kind == "null":
            entries.append(None)
    return {
        "number": 42, "id": "I_42", "url": "https://github.com/octo/shop/issues/42", "title": body[:256],
        "body": body, "author": _who("dee"), "createdAt": T0.isoformat(), "state": "OPEN",
        "stateReason": None, "labels": {"nodes": [{"name": "P1", "id": "LA_1"}]},
        "assignees": {"nodes": [_who("bo"), None]}, "comments": {"nodes": comments},
        "timelineItems": {"nodes": entries}, "updatedAt": None,
    }  # fmt: skip


def _time(minute: str) -> str:
    digits = "".join(char for char in minute if char in "0123456789")[:6]
    return at(min(int(digits or "1"), _LAST)).isoformat().replace("+00:00", "Z")


def _who(login: str) -> _Node | None:
    if _LOGIN.fullmatch(login) is None:
        return None
    return {"login": login.removesuffix("[bot]"), "__typename": "Bot" if "[bot]" in login else "User"}


def _comment(number: int, who: str, when: str, value: str) -> _Node:
    return {
        "id": f"IC_{number}", "databaseId": number + 1, "author": _who(who),
        "body": value.replace("\\n", "\n"),
        "url": f"https://github.com/octo/shop/issues/42#issuecomment-{number}", "createdAt": when,
        "lastEditedAt": None, "editor": None, "reactionGroups": None,
    }  # fmt: skip


def _entry(number: int, kind: str, who: str, when: str, value: str) -> _Node:
    node: _Node = {"__typename": kind, "id": f"E_{number}", "actor": _who(who), "createdAt": when}
    pull = {"number": number + 1, "repository": {"nameWithOwner": value or "octo/shop"}}
    issue = {"title": value, "body": value, "author": _who(who), "url": "https://github.com/octo/shop/issues/9",
             "state": "OPEN"}  # fmt: skip
    match kind:
        case "LabeledEvent" | "UnlabeledEvent":
            node["label"] = {"name": value} if value else None
        case "AssignedEvent" | "UnassignedEvent":
            node["assignee"] = _who(value)
        case "ClosedEvent":
            node |= {"stateReason": value or None, "closer": {"__typename": value} if value else None}
        case "RenamedTitleEvent":
            node["currentTitle"] = value
        case "CrossReferencedEvent":
            node["source"] = issue if number % 2 else pull
        case "ConnectedEvent" | "DisconnectedEvent":
            node |= {"source": {}, "subject": pull if value else None}
        case _:
            pass
    return node
