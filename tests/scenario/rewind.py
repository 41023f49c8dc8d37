"""A life that is taken back to a moment before an event, so that the event alone is lived again and again.

Git's objects are never removed, and nothing but refs tells which of them count: a world is taken back by its
values alone.
"""

from __future__ import annotations

import copy
import dataclasses
import difflib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from bugaction.sandbox.entities import Issue
from bugaction.sandbox.faults import Fault
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.record import Request
from bugaction.sandbox.runs import Runs
from bugaction.sandbox.state import State
from bugaction.sandbox.tokens import Budget
from bugaction.sandbox.world import Event
from tests.scenario.life import Life, Product

__all__ = ["Point", "Replay", "Seen", "differences", "greens", "view"]

Seen = dict[str, object]
"""Whatever there is to see of a repository, by a name."""


class Still(Product):
    """The product for which waiting takes no time, so that what it writes does not differ by times."""

    def _sleep(self, seconds: float) -> None:
        assert seconds >= 0


@dataclass(frozen=True, slots=True)
class Point:
    """A moment of a life: everything that a world and its server hold."""

    state: State
    ids: tuple[int, int]
    now: datetime
    queued: tuple[Event, ...]
    told: tuple[Event, ...]
    requests: int
    tokens: int
    budgets: tuple[dict[str, Budget], dict[str, Budget]]

    @classmethod
    def of(cls, life: Life) -> Point:
        """The present one."""
        world, tokens = life.world, life.server.tokens
        return cls(
            world.state.copy(),
            (world._last_id, world._numbers),
            world.clock._now,
            tuple(world.events),
            tuple(world.told),
            len(life.server.requests),
            tokens._made,
            (copy.deepcopy(tokens.requests), copy.deepcopy(tokens.points)),
        )

    def restore(self, life: Life) -> None:
        """Make it the present one again."""
        world, server = life.world, life.server
        with world.lock:
            world.state = self.state.copy()
            world._last_id, world._numbers = self.ids
            world.clock._now = self.now
            world.events.clear()
            world.events.extend(self.queued)
            world.told[:] = self.told
            world.moments.clear()
            del server.requests[self.requests :]
            server.faults.clear()
            server._late.clear()
            server.tokens._made = self.tokens
            server.tokens.requests, server.tokens.points = copy.deepcopy(self.budgets)


@dataclass(frozen=True, slots=True)
class Replay:
    """An event of a life, the moment before it, and what was asked of GitHub in its run.

    `story` is the life's name, `standing` what is wrong in it all the time.
    """

    story: str
    life: Life
    point: Point
    event: Event
    requests: tuple[Request, ...]
    standing: Callable[[Life], object] | None = None

    def begin(self, *faults: Fault) -> Life:
        """The life at that moment, with these faults ahead and a product for which waiting takes no time."""
        self.point.restore(self.life)
        for fault in faults:
            self.life.server.faults.add(fault)
        if self.standing is not None:
            self.standing(self.life)
        product = Still(self.life.world.clock, preflight=self.life.product.preflight)
        runs = Runs(self.life.server, product, app=self.life.runs.app)
        runs.workflow = self.life.runs.workflow
        return dataclasses.replace(self.life, product=product, runs=runs)


# What is to be seen -----------------------------------------------------------------------------------------

_IDS = re.compile(
    r"(?<=issuecomment-)\d+|(?<=event-)\d+|\bIC_\w+"  # what was made a moment later bears another number
    r"|\b[0-9a-f]{40}\b|\b[0-9a-f]{64}\b|(?<=\[)[0-9a-f]{7}(?= )"  # commits, and hashes of what names them
    r"|(?<=actions/runs/)\d+"
    r"|(?<=check sha256=)[0-9a-f]{16}"  # of texts that name what has another number
    r"|(?<=bugaction:ledger )BUG-\d+ [0-9a-f]+"  # the newest of the decisions
    r"|(?<=record )(?:1 decision|\d+ decisions)"
)


def _plain(text: str) -> str:
    return _IDS.sub("*", text)


def view(life: Life) -> Seen:
    """Everything that a visitor could see, but for numbers of comments and commits: where a write had to be
    done again they differ."""
    state = life.state
    seen: Seen = {
        "labels": sorted((each.name, each.color, each.description) for each in state.labels.values())
    }
    for number, issue in state.issues.items():
        seen |= _issue(life, number, issue)
    for ref, oid in state.refs.items():
        seen[f"{ref} commits"] = _commits(life, oid)
        info = life.world.git.commit_info(oid)
        assert info is not None
        for path, entry in life.world.git.files(info.tree).items():
            found = life.world.git.read(entry.oid)
            text = _plain(found[1].decode()) if found else ""
            seen[f"{ref}:{path}"] = _decisions(text) if path.endswith(".jsonl") else text
    started = [each.payload for each in life.world.told if each.name.endswith("_dispatch")]
    seen["started"] = [str(each.get("inputs")) for each in started]
    return seen


def _decisions(text: str) -> list[str]:
    """A ledger's lines without their place among each other: two that were recorded by one commit may come
    in two."""
    return sorted(re.sub(r',"prev":"[0-9a-f]*"', "", line) for line in text.splitlines())


def _issue(life: Life, number: int, issue: Issue) -> Seen:
    state = life.state
    labels = sorted(label.name for label in state.labels_of(issue))
    comments = [state.comments[each] for each in issue.comments]
    seen: Seen = {
        f"#{number}": (issue.title, _plain(issue.body), issue.is_open, issue.reason, issue.parent),
        f"#{number} labels": labels,
        f"#{number} assignees": sorted(issue.assignees),
        f"#{number} comments": [(each.author, _plain(each.body)) for each in comments],
        f"#{number} reactions": [
            sorted((mark.content, mark.user) for mark in state.reactions.get(node_id("IC", each.id), ()))
            for each in comments
        ],
    }
    if issue.pull is not None:
        head = issue.pull.head_oid
        seen[f"#{number} verdicts"] = {
            each.context: (each.state, each.description) for each in state.latest_statuses(head).values()
        }
        runs = [each for each in state.checks_on(head) if each.app != "github-actions"]
        seen[f"#{number} check runs"] = sorted(
            {
                (each.name, each.conclusion, each.title, _plain(each.summary), _plain(each.text))
                for each in runs
            }
        )
        seen[f"#{number} statuses"] = _repeated(life, head)
        seen[f"#{number} twins"] = sorted(
            name for name, count in Counter(each.name for each in runs).items() if count > 1
        )
    return seen


def _repeated(life: Life, oid: str) -> list[str]:
    """Statuses that say again what was said already."""
    said: dict[str, tuple[str, str | None]] = {}
    found = []
    for status in life.state.statuses.get(oid, ()):
        now = (status.state, status.description)
        if said.get(status.context) == now:
            found.append(f"{status.context} {status.state}")
        said[status.context] = now
    return found


_OFTEN = re.compile(r"record \*$|refresh the facts of ")
"""What may be done in two steps where a run was cut off between them: the files are compared, once it is all
done."""


def _commits(life: Life, oid: str) -> list[str]:
    """What commits say that was done, and by whom: several deeds may stand in one message."""
    found = []
    while oid:
        info = life.world.git.commit_info(oid)
        assert info is not None
        deeds = re.split(r"; |\n+", re.sub(r"\bBUG-\d+: ", "", _plain(info.message)))
        found += [f"{info.author.name}: {deed}" for deed in deeds if not _OFTEN.match(deed)]
        oid = info.parents[0] if info.parents else ""
    return found


def differences(there: Seen, here: Seen) -> list[str]:
    """What is not the same, line by line: `-` is missing, `+` is there besides.

    Files are compared, and commits only counted: what two runs did may come in one commit where the first was
    cut off, but never in two.
    """
    found: list[str] = []
    for name in sorted({*there, *here}):
        if name.endswith(" commits"):
            more = Counter(_lines(there.get(name, []))) - Counter(_lines(here.get(name, [])))
            found += [f"{name} + {line}" for line in more.elements()]
        elif there.get(name) != here.get(name):
            lines = difflib.ndiff(_lines(here.get(name)), _lines(there.get(name)))
            found += [f"{name} {line}" for line in lines if line[0] in "+-"]
    return found


def _lines(value: object) -> list[str]:
    if isinstance(value, dict):
        return [f"{key}: {each}" for key, each in value.items()]
    if isinstance(value, list | tuple):
        return [line for each in value for line in str(each).replace("\\n", "\n").splitlines()]
    return str(value).splitlines()


def greens(life: Life) -> set[tuple[str, str, str]]:
    """Every green that was ever shown: commit, context and text. A check run keeps none of what it said, so
    that what was asked for counts."""
    asked = [
        cast("Mapping[str, Any]", each.body)
        for each in life.server.requests
        if {"checks/create", "checks/update"} & set(each.operations)
    ]
    return {
        (oid, name, body["output"]["title"])
        for body in asked
        for name, _, oid in [str(body["external_id"]).partition("@")]
        if body["conclusion"] == "success"
    } | {
        (oid, status.context, status.description or "")
        for oid, statuses in life.state.statuses.items()
        for status in statuses
        if status.state == "success"
    }
