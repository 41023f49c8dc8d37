"""What is to be opened for a bug's action items: those of its post-mortem, and those that `/action` named."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bugaction.action_issues import marker_of, matches, text_digest, title_of
from bugaction.action_items import Horizon, action_items
from bugaction.bug import Bug
from bugaction.escaping import inline, link
from bugaction.model import LedgerLine
from bugaction.plan import CreateIssue, CreateLabel, Effect
from bugaction.questions import AskLabel, Question
from bugaction.snapshot import Repository
from bugaction.state import commands_named

__all__ = ["ACTION_LABEL", "promises"]

ACTION_LABEL = "action-item"
"""The label of every issue that is opened for an action item."""

_COLOR, _DESCRIPTION = "0e8a16", "What a post-mortem promised"

_WITHIN: Mapping[Horizon, timedelta] = {
    Horizon.WEEK: timedelta(weeks=1),
    Horizon.MONTH: timedelta(days=30),
    Horizon.QUARTER: timedelta(days=91),
}
"""By when an item without a date is due, counted from the day on which its issue is opened."""

_MOST = 30
"""Issues that are opened for one bug, in one run or in many: GitHub lets 80 requests a minute create content
(https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api), and nobody follows more."""


@dataclass(frozen=True, slots=True)
class _Promise:
    """An item whose issue is wanted; `url` is where it was written."""

    text: str
    digest: str
    owner: str
    due: date
    url: str


def promises(
    bug: Bug,
    repository: Repository,
    labels: Mapping[str, str | None],
    recorded: Collection[LedgerLine],
) -> tuple[list[Effect], set[Question]]:
    """The issues that are not there yet, and what must be looked up before they are opened.

    None of a confidential bug. Only what is whole is opened: the gate asks for the rest. `labels` are known
    ids by case-folded name, `recorded` the decisions that the ledger holds by then.
    """
    if bug.confidential or bug.severity.current is None:
        return [], set()
    known = {issue.digest for issue in bug.actions}
    wanted: dict[str, _Promise] = {}
    for promise in (*_written(bug), *_commanded(bug, recorded)):
        if promise.digest not in known:
            wanted.setdefault(promise.digest, promise)
    if not wanted:
        return [], set()
    if ACTION_LABEL not in labels:
        return [], {AskLabel(ACTION_LABEL)}
    effects: list[Effect] = []
    if labels[ACTION_LABEL] is None:
        effects.append(CreateLabel(ACTION_LABEL, _COLOR, _DESCRIPTION))
    effects += [
        _issue(promise, bug, repository)
        for promise in list(wanted.values())[: max(0, _MOST - len(bug.actions))]
    ]
    return effects, set()


def _written(bug: Bug) -> Iterator[_Promise]:
    """The whole items of the committed post-mortem that no issue stands for."""
    document = bug.documents.get("post-mortem")
    if document is None or not document.text:
        return
    items = action_items(document.text)
    opened = matches(items, bug.actions)
    for item in items:
        due = item.due
        if due is None and item.horizon is not None:
            due = bug.now.date() + _WITHIN[item.horizon]
        if item.line not in opened and not item.issue and item.text and item.owner and due is not None:
            yield _Promise(item.text, text_digest(item.text), item.owner, due, document.url)


def _commanded(bug: Bug, recorded: Collection[LedgerLine]) -> Iterator[_Promise]:
    for line in commands_named(bug.ledger, "action"):
        if line in recorded:
            due = date.fromisoformat(line.data["due"])
            digest = text_digest(line.evidence)
            yield _Promise(line.data["text"], digest, line.data["owner"], due, line.data.get("url", ""))


def _issue(promise: _Promise, bug: Bug, repository: Repository) -> CreateIssue:
    """No mention, no word that closes anything: the owner is told by the assignment."""
    server = "/".join(bug.issue.url.split("/")[:3])
    marker = marker_of(bug.number, promise.digest, promise.owner, promise.due)
    lines = [
        f"- Bug: #{bug.number} ({bug.name})",
        f"- Owner: {inline(promise.owner)}",
        f"- Due: {promise.due.isoformat()}",
        f"- From: {link('where it was promised', promise.url or bug.issue.url, server)}",
    ]
    parts = [
        marker,
        inline(promise.text, 2_000),
        "\n".join(lines),
        "Close it when it is done, or as not planned with the reason: the post-mortem shows which.",
    ]
    return CreateIssue(
        repository=repository.id,
        number=bug.number,
        marker=marker,
        title=title_of(bug.number, promise.text),
        body="\n\n".join(parts) + "\n",
        labels=(ACTION_LABEL,),
        assignees=(promise.owner,),
        is_child=True,
    )
