"""The issues that action items become: found again, told apart, and opened once.

What was opened stands on the bug's timeline, where GitHub shows every issue that mentions the bug
(https://docs.github.com/rest/using-the-rest-api/issue-event-types, "cross-referenced"). The first line of its
body knows which item it was opened for, who owned it and by when it was due; from then on the issue is the
truth, and nothing but its state is read back.

A line of the document belongs to the issue that it names, to the one that was opened for these very words,
or, where somebody has reworded it, to the one whose title says nearly the same. Where none does, it is an
item of its own: rather an issue too many than one that is never opened.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from bugaction.action_items import ActionItem
from bugaction.escaping import BREAK, words
from bugaction.model import Actor
from bugaction.records import bug_name
from bugaction.snapshot import EntryKind, Issue

__all__ = [
    "ActionIssue",
    "ActionMark",
    "action_issues",
    "marker_of",
    "matches",
    "read_marker",
    "text_digest",
    "title_of",
]

_MARKER = "<!-- bugaction:action v1 {} {} {} {} -->"
_READ = re.compile(
    r"<!-- bugaction:action v1 (?P<bug>BUG-[0-9]{3,10}) (?P<digest>[0-9a-f]{12}) (?P<owner>[\w-]{1,100})"
    r" (?P<due>[0-9]{4}-[0-9]{2}-[0-9]{2}) -->",
    re.ASCII,
)
_LONGEST_TITLE = 200
"""Characters of an item in its issue's title; GitHub takes 256 in all."""

_ALIKE = 0.6
"""How much of two texts has to be the same, by difflib's ratio, for one to be the other reworded: its own
documentation takes 0.6 for a close match (https://docs.python.org/3/library/difflib.html)."""

_MOST_COMPARED = 50
"""Lines without an issue, and issues without a line, that are compared with one another: each pair takes the
product of two titles' lengths. Nobody rewords as many at once."""


@dataclass(frozen=True, slots=True)
class ActionIssue:
    """An issue that was opened for an item. `digest` is the item's (`text_digest`), `text` what its title
    says will be done; owner and day are those that it was opened with."""

    number: int
    url: str
    text: str
    digest: str
    owner: str
    due: date
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class ActionMark:
    """What the first line of an item's issue says; `bug` is the bug's name."""

    bug: str
    digest: str
    owner: str
    due: date


def text_digest(text: str) -> str:
    """Twelve hexadecimal digits that know an item again; case and spacing do not count."""
    words = " ".join(text.casefold().split())
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def marker_of(bug: int, digest: str, owner: str, due: date) -> str:
    """The first line of an item's issue: by it the issue is found again."""
    return _MARKER.format(bug_name(bug), digest, owner, due.isoformat())


def read_marker(line: str) -> ActionMark | None:
    """What such a first line says; None for any other line. Whoever reads it asks first who wrote it."""
    found = _READ.fullmatch(line)
    due = _day(found["due"]) if found is not None else None
    if found is None or due is None:
        return None
    return ActionMark(found["bug"], found["digest"], found["owner"], due)


def title_of(bug: int, text: str) -> str:
    """The title of an item's issue."""
    return f"{words(text, _LONGEST_TITLE)} ({bug_name(bug)})"


def action_issues(issue: Issue, viewer: Actor) -> tuple[ActionIssue, ...]:
    """The issues of ours on a bug's timeline that were opened for its action items, in their order.

    Anybody can write the marker, so the author counts; of two for one item the earlier stays.
    """
    found: dict[str, ActionIssue] = {}
    base = issue.url.rsplit("/", 1)[0]
    for entry in issue.timeline:
        ours = entry.author is not None and viewer.is_same(entry.author.login)
        if entry.kind is not EntryKind.CROSS_REFERENCED or not ours or len(entry.said) != 2:
            continue
        title, first = entry.said
        mark = read_marker(first)
        number = entry.url.removeprefix(f"{base}/")
        if mark is None or mark.bug != bug_name(issue.number) or not number.isdecimal():
            continue
        text = title.replace(BREAK, "").removesuffix(f"({mark.bug})").strip()
        made = ActionIssue(int(number), entry.url, text, mark.digest, mark.owner, mark.due, entry.is_open)
        found.setdefault(made.digest, made)
    return tuple(found.values())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def matches(items: Sequence[ActionItem], issues: Iterable[ActionIssue]) -> Mapping[int, ActionIssue]:
    """The issue of each item that has one, by the item's line; an item that names an issue speaks for itself.

    Total and deterministic; one issue is never given to two items, unless they say the very same.
    """
    known = tuple(issues)
    by_digest = {issue.digest: issue for issue in known}
    by_number = {issue.number: issue for issue in known}
    found: dict[int, ActionIssue] = {}
    for item in items:
        issue = by_number.get(item.issue) if item.issue else by_digest.get(text_digest(item.text))
        if issue is not None:
            found[item.line] = issue
    taken = {issue.digest for issue in found.values()}
    free = [issue for issue in known if issue.digest not in taken]
    unknown = [item for item in items if item.line not in found and not item.issue]
    alike = sorted(
        (-_likeness(item.text, issue.text), item.line, place)
        for item in unknown[:_MOST_COMPARED]
        for place, issue in enumerate(free[:_MOST_COMPARED])
    )
    for likeness, line, place in alike:
        issue = free[place]
        if -likeness >= _ALIKE and line not in found and issue.digest not in taken:
            found[line] = issue
            taken.add(issue.digest)
    return found


def _likeness(one: str, other: str) -> float:
    """How alike two texts are, 0 to 1; what cannot reach the bound is not compared in full."""
    a, b = (text[:_LONGEST_TITLE].casefold() for text in (one, other))
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE else 0.0
