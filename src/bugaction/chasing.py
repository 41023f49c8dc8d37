"""Action items whose day is over: what is said on their issues until they are closed, and when. Pure.

A bug's clocks end when its issue is closed, which may be long before what it promised is done. So this goes
by the items' own issues, of open bugs and of closed ones alike: one reminder when the day is over where the
team is, and one for each further week. Nothing is kept for it: each reminder's first line says which day and
which week it is about, and a sweep that comes late writes the newest one alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bugaction.action_issues import ActionMark, read_marker
from bugaction.escaping import inline
from bugaction.lateness import BREACHED
from bugaction.model import Actor
from bugaction.moment import format_moment
from bugaction.plan import AddLabels, CreateComment, CreateLabel, DeleteComment, Effect
from bugaction.policy import Policy
from bugaction.ports import ThinItem
from bugaction.snapshot import Comment
from bugaction.tracking import own_comments
from bugaction.working_time import end_of_day

__all__ = ["Chase", "chase"]

_MARKER = "<!-- bugaction:overdue v1 {} {} -->"
_BEGINS = "<!-- bugaction:overdue v1 "
_READ = re.compile(
    r"<!-- bugaction:overdue v1 (?P<due>[0-9]{4}-[0-9]{2}-[0-9]{2}) (?P<week>[0-9]{1,6}) -->", re.ASCII
)
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Chase:
    """What a chase goes by: the sweep's `now`, the moment that issues are looked after from (`since`), who we
    are, and the policy. `label` is the node id of `sla: breached`, None where it is still to be made."""

    now: datetime
    since: datetime
    viewer: Actor
    policy: Policy
    label: str | None = None


def chase(items: Iterable[ThinItem], bounds: Chase) -> tuple[Effect, ...]:
    """What has to be written for these open items: only what is not there yet."""
    effects = [effect for item in items for effect in _chased(item, bounds)]
    if bounds.label is None and any(isinstance(effect, AddLabels) for effect in effects):
        effects.insert(0, CreateLabel(BREACHED.label, BREACHED.color, BREACHED.description))
    return tuple(effects)


def _chased(item: ThinItem, bounds: Chase) -> Iterator[Effect]:
    """The label, the reminder of this week, and what of ours says the same twice.

    Anybody can write the first line and set the label of action items, so the author counts. The day is the
    issue's own: one that was moved there begins anew.
    """
    mark = read_marker(item.first_line) if bounds.viewer.is_same(item.author.login) else None
    if mark is None or item.created < bounds.since or mark.due > bounds.now.date():
        return
    if any(bounds.policy.is_confidential_label(name) for name in item.labels):
        return
    over = end_of_day(bounds.policy.time_zone, mark.due)
    if bounds.now < over:
        return
    if BREACHED.label not in {name.casefold() for name in item.labels}:
        yield AddLabels(item.id, item.number, (BREACHED.label,), (bounds.label or "",))
    week = (bounds.now - over) // _WEEK
    said = _said(item, bounds.viewer)
    for reminders in said.values():
        yield from (DeleteComment(twin.id) for twin in reminders[1:])
    if (mark.due, week) not in said and not _may_be_hidden(item, over + week * _WEEK):
        marker = _MARKER.format(mark.due.isoformat(), week)
        yield CreateComment(item.id, item.number, marker, _reminder(marker, mark, over, week))


def _said(item: ThinItem, viewer: Actor) -> dict[tuple[date, int], list[Comment]]:
    """Our reminders in sight by day and week, the first of each in front.

    Two sweeps at once may both write one; which is the later does not change, so that the next sweep removes
    it and no other.
    """
    found: dict[tuple[date, int], list[Comment]] = {}
    for comment in own_comments(item.comments, viewer, _BEGINS):
        read = _READ.fullmatch(comment.body.partition("\n")[0].strip())
        if read is None:
            continue
        try:
            key = date.fromisoformat(read["due"]), int(read["week"])
        except ValueError:
            continue
        found.setdefault(key, []).append(comment)
    return found


def _may_be_hidden(item: ThinItem, begin: datetime) -> bool:
    """Whether a comment that was written after that moment may be out of sight: where people have said that
    much since, nobody has to be reminded, and nothing is said twice."""
    return item.has_earlier and all(comment.at > begin for comment in item.comments)


def _reminder(marker: str, mark: ActionMark, over: datetime, week: int) -> str:
    """The comment. No mention, since GitHub tells those who are assigned of any comment; and no reference to
    the bug, which the issue itself has on top: another might show on the bug's timeline week by week."""
    late = "" if week == 0 else f" That was {week} week{'' if week == 1 else 's'} ago."
    lines = [
        f"- Owner: {inline(mark.owner)}, or whoever is assigned by now",
        f"- From: {inline(mark.bug)}, which stands at the top of this issue",
        "- What to do: close it when it is done, or close it as not planned and say why",
    ]
    parts = [
        marker,
        f"**This action item is overdue** since {format_moment(over)}, when its day "
        f"({mark.due.isoformat()}) was over.{late}",
        "\n".join(lines),
        "Until it is closed, a reminder comes once a week.",
    ]
    return "\n\n".join(parts) + "\n"
