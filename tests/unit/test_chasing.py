"""Reminders of action items whose day is over: when, how often, and what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bugaction.action_issues import marker_of, text_digest
from bugaction.chasing import Chase, chase
from bugaction.model import Actor
from bugaction.plan import AddLabels, CreateComment, CreateLabel, DeleteComment, Effect
from bugaction.policy import Policy
from bugaction.ports import ThinItem
from bugaction.snapshot import Comment
from tests.values import ANA, VIEWER

DUE = date(2026, 12, 1)
OVER = datetime(2026, 12, 2, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
BOUNDS = Chase(OVER, OVER - 30 * DAY, VIEWER, Policy(), "LA_late")
LATE = ("action-item", "sla: breached")
ITEM = ThinItem(
    id="I_51",
    number=51,
    created=OVER - 8 * DAY,
    author=VIEWER,
    first_line=marker_of(42, text_digest("Alert"), "bo", DUE),
    labels=LATE,
)


def marker(week: int, due: date = DUE) -> str:
    """A reminder's first line."""
    return f"<!-- bugaction:overdue v1 {due} {week} -->"


def said(body: str, *, at: datetime = OVER, author: Actor = VIEWER, ident: int = 900) -> Comment:
    """A comment on the item's issue."""
    return Comment(f"IC_{ident}", ident, f"https://github.com/octo/shop/issues/51#{ident}", author, body, at)


def effects(now: datetime, *comments: Comment, bounds: Chase = BOUNDS, **changes: Any) -> Sequence[Effect]:
    """What is to be written at that moment for one item."""
    item = replace(ITEM, comments=comments, **changes)
    return chase([item], replace(bounds, now=now))


def weeks(found: Sequence[Effect]) -> list[str]:
    """The markers of the comments among the effects, which all begin with them."""
    written = [effect for effect in found if isinstance(effect, CreateComment)]
    assert all(effect.body.startswith(f"{effect.marker}\n") for effect in written)
    return [effect.marker for effect in written]


@pytest.mark.parametrize(
    ("zone", "over"),
    [
        ("UTC", OVER),
        ("Europe/Berlin", OVER - timedelta(hours=1)),
        ("America/Los_Angeles", OVER + timedelta(hours=8)),
        ("Pacific/Kiritimati", OVER - timedelta(hours=14)),
    ],
)
def test_the_day_is_over_where_the_team_is(zone: str, over: datetime) -> None:
    """To the second."""
    bounds = replace(BOUNDS, policy=Policy(time_zone=zone))
    assert effects(over - timedelta(seconds=1), bounds=bounds) == ()
    assert weeks(effects(over, bounds=bounds)) == [marker(0)]


@pytest.mark.parametrize(
    ("late", "before", "written"),
    [
        (timedelta(0), (), 0),
        (6 * DAY, (), 0),
        (6 * DAY, (0,), None),
        (WEEK - timedelta(seconds=1), (0,), None),
        (WEEK, (0,), 1),
        (WEEK + 3 * DAY, (0, 1), None),
        (5 * WEEK, (0, 1), 5),  # a sweep that comes late says the newest alone
        (5 * WEEK, (5,), None),
        (60 * WEEK, (), 60),
    ],
)
def test_one_reminder_a_week(late: timedelta, before: tuple[int, ...], written: int | None) -> None:
    """And never two for one week."""
    known = [said(f"{marker(week)}\n\nOverdue", ident=week) for week in before]
    assert weeks(effects(OVER + late, *known)) == ([] if written is None else [marker(written)])


@pytest.mark.parametrize(
    "comment",
    [
        said(marker(0), author=ANA),
        said("<!-- bugaction:overdue v2 2026-12-01 0 -->"),
        said("<!-- bugaction:overdue v1 0 -->"),
        said("<!-- bugaction:overdue v1 2026-13-01 0 -->"),
        said(f"Hello\n{marker(0)}"),
        said(marker(0, DUE - DAY)),
    ],
    ids=["by somebody else", "another version", "without a day", "no day", "further down", "another day"],
)
def test_what_is_no_reminder_of_ours_does_not_count(comment: Comment) -> None:
    """Anybody can write a marker, and a day that was moved begins anew."""
    assert weeks(effects(OVER, comment)) == [marker(0)]


@pytest.mark.parametrize(
    "changes",
    [
        {"author": ANA},
        {"first_line": "<!-- bugaction:sticky v1 -->"},
        {"first_line": ITEM.first_line.replace("-12-01", "-13-01")},
        {"first_line": ""},
        {"created": BOUNDS.since - timedelta(seconds=1)},
        {"labels": (*LATE, "Security")},
        {"first_line": ITEM.first_line.replace(str(DUE), str(date.max))},
    ],
    ids=["somebody's", "another marker", "no day", "no line", "before since", "confidential", "far ahead"],
)
def test_nothing_is_said_of_what_is_not_ours_to_chase(changes: dict[str, Any]) -> None:
    """Nor of what began before anything was looked after."""
    assert effects(OVER + WEEK, **changes) == ()
    assert effects(OVER + WEEK) != ()


def test_the_label_goes_on_once() -> None:
    """It is created where the repository has none, once for all items; its case does not count."""
    bare = replace(ITEM, labels=("action-item",))
    known = chase([bare], BOUNDS)
    assert known[0] == AddLabels("I_51", 51, ("sla: breached",), ("LA_late",))
    assert not any(isinstance(effect, CreateLabel) for effect in known)
    made = chase([bare, replace(bare, id="I_52", number=52)], replace(BOUNDS, label=None))
    assert [type(effect) for effect in made[:2]] == [CreateLabel, AddLabels]
    assert [effect.ids for effect in made if isinstance(effect, AddLabels)] == [("",), ("",)]
    assert [type(effect) for effect in effects(OVER, labels=("SLA: Breached",))] == [CreateComment]
    assert [type(effect) for effect in effects(OVER, said(marker(0)), labels=())] == [AddLabels]


def test_the_later_of_two_is_removed() -> None:
    """Two sweeps at once both wrote one: the lowest id stays, in whatever order GitHub shows them."""
    twins = [said(marker(0), ident=902), said(marker(0), ident=901), said(marker(0), author=ANA, ident=900)]
    assert effects(OVER, *twins) == (DeleteComment("IC_902"),)


def test_what_may_be_out_of_sight_is_not_said_again() -> None:
    """Where more was said in this week than a page shows, ours may be among it."""
    chat = [said("Yes", author=ANA, at=OVER + WEEK + hours * DAY / 24, ident=hours) for hours in range(1, 21)]
    now = OVER + WEEK + 2 * DAY
    assert effects(now, *chat, has_earlier=True) == ()
    assert weeks(effects(now, *chat)) == [marker(1)]
    older = said("No", author=ANA, at=OVER + 6 * DAY, ident=99)
    assert weeks(effects(now, older, *chat, has_earlier=True)) == [marker(1)]
    assert weeks(effects(now + WEEK, *chat, has_earlier=True)) == [marker(2)]


def test_what_a_reminder_says() -> None:
    """Since when, whose, of which bug, what to do; no mention, and no reference to the bug."""
    line = marker_of(42, text_digest("Alert"), "_ann-b_", DUE)
    (first,) = effects(OVER, first_line=line)
    assert isinstance(first, CreateComment)
    assert (first.subject, first.number) == ("I_51", 51)
    assert first.body == (
        "<!-- bugaction:overdue v1 2026-12-01 0 -->\n\n"
        "**This action item is overdue** since 2026-12-02 00:00 UTC, when its day (2026-12-01) was over.\n\n"
        "- Owner: \\_ann-b\\_, or whoever is assigned by now\n"
        "- From: BUG-042, which stands at the top of this issue\n"
        "- What to do: close it when it is done, or close it as not planned and say why\n\n"
        "Until it is closed, a reminder comes once a week.\n"
    )
    for week, words in ((1, "That was 1 week ago."), (2, "That was 2 weeks ago.")):
        (later,) = effects(OVER + week * WEEK)
        assert isinstance(later, CreateComment)
        assert words in later.body
        assert "@" not in later.body
        assert "#42" not in later.body
