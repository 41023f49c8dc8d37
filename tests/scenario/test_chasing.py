"""Action items are chased by the sweep until they are closed, whatever became of their bugs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bugaction.sandbox.entities import Issue
from tests.scenario.life import CONFIG, Life, form

OVER = datetime(2026, 11, 11, tzinfo=UTC)
"""When the day of the item is over, where no zone is configured."""

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def promised(life: Life, *, closed: bool = True) -> Issue:
    """The issue of an action item that is due 2026-11-10, and whose bug is closed by then."""
    number = life.bug("P2", form())
    life.say("cy", number, "/action @bo 2026-11-10 alert on failed payments")
    if closed:
        life.people.close("mia", number, "not_planned")
        life.pass_on()
    (child,) = [issue for issue in life.state.issues.values() if issue.author == "github-actions"]
    return child


def sweep(life: Life, at: datetime) -> int:
    """A scheduled sweep at that moment, which always ends well; how often it wrote."""
    life.world.clock.advance(seconds=(at - life.world.clock()).total_seconds())
    before = len(life.server.writes)
    life.runs.schedule()
    life.runs.skip()
    assert life.product.codes[-1] == 0
    return len(life.server.writes) - before


def reminders(life: Life, item: Issue) -> list[str]:
    """The day and the week of each reminder on the item's issue, in order."""
    begins = "<!-- bugaction:overdue v1 "
    bodies = [comment.body for comment in life.ours(item.number)]
    assert all(body.startswith(begins) for body in bodies)
    return [body.removeprefix(begins).partition(" -->")[0] for body in bodies]


def told(life: Life) -> list[str]:
    """What the last run says that it wrote."""
    return [effect["text"] for effect in json.loads(life.runs.done[-1].outputs["plan"])["effects"]]


@pytest.mark.parametrize("closed", [True, False], ids=["of a closed bug", "of an open bug"])
def test_from_its_day_until_it_is_closed(life: Life, closed: bool) -> None:
    """A day late, a week late, a month late; then somebody closes it, and there is silence."""
    item = promised(life, closed=closed)
    sweep(life, OVER - timedelta(hours=1))
    assert (reminders(life, item), life.labels(item.number)) == ([], {"action-item"})
    expected = [
        ("an hour late", timedelta(hours=1), "2026-11-10 0"),
        ("a week late", WEEK, "2026-11-10 1"),
        ("a late sweep", 4 * WEEK + 2 * DAY, "2026-11-10 4"),
    ]
    for count, (name, late, last) in enumerate(expected, start=1):
        sweep(life, OVER + late)
        assert (len(reminders(life, item)), reminders(life, item)[-1]) == (count, last), name
        assert f"comment written on #{item.number}" in told(life), name
        assert "sla: breached" in life.labels(item.number)
        sweep(life, OVER + late + timedelta(hours=1))  # an open bug may have something of its own to say
        assert sweep(life, OVER + late + timedelta(hours=1, minutes=15)) == 0, name
        assert len(reminders(life, item)) == count, name
    life.people.close("bo", item.number)
    life.pass_on()
    sweep(life, OVER + 9 * WEEK)
    assert sweep(life, OVER + 9 * WEEK + timedelta(minutes=15)) == 0
    assert len(reminders(life, item)) == len(expected)


def test_what_it_costs_and_says(life: Life) -> None:
    """A page more, in a repository that has such issues; the summary lists what was written."""
    item = promised(life)
    writes = sweep(life, OVER)
    assert writes == 2  # the label is made, and one batch holds the rest
    assert f"label sla: breached added to #{item.number}" in told(life)
    assert f"comment written on #\u200b{item.number}" in life.product.summaries[-1]
    (reminder,) = life.ours(item.number)
    assert "since 2026-11-11 00:00 UTC" in reminder.body
    assert "- Owner: bo" in reminder.body
    assert "BUG-001" in reminder.body
    before = len(life.server.requests)
    assert sweep(life, OVER + timedelta(hours=1)) == 0
    made = life.server.requests[before:]
    # the repository, the last sweep; a page of bugs that were closed early, of those that are over, of open
    # work, and of items
    assert len(made) == 6
    life.people.configure("ana", is_archived=True)
    sweep(life, OVER + 2 * WEEK)
    assert len(life.ours(item.number)) == 1


def test_a_dry_run_says_what_it_would_write(life: Life) -> None:
    """And leaves the item as it is."""
    item = promised(life)
    life.world.clock.advance(seconds=(OVER - life.world.clock()).total_seconds())
    before = len(life.server.writes)
    life.people.dispatch("mia", {"command": "sweep", "dry-run": "true"})
    life.runs.drain()
    assert len(life.server.writes) == before
    assert f"comment written on #{item.number}" in told(life)
    assert life.ours(item.number) == []


def test_in_the_zone_of_the_team(life: Life) -> None:
    """The day is over there before it is in Greenwich."""
    life.configure("version: 1\ntime-zone: Asia/Tokyo\n")
    item = promised(life)
    sweep(life, OVER - timedelta(hours=9, minutes=1))
    assert reminders(life, item) == []
    sweep(life, OVER - timedelta(hours=9))
    assert reminders(life, item) == ["2026-11-10 0"]


def test_old_items_and_a_broken_configuration(life: Life) -> None:
    """Nothing is said of what is older than `since`, nor while nobody knows what holds."""
    item = promised(life)
    life.configure("version: 1\nsince: 2026-11-05\n")
    sweep(life, OVER + WEEK)
    life.people.push("ana", "main", {CONFIG: "version: 1\nsince: never\n"}, "Break it")
    life.runs.skip()
    life.world.clock.advance(hours=1)
    life.runs.schedule()
    assert life.ours(item.number) == []


def test_two_sweeps_at_once(life: Life) -> None:
    """Both write the same; the next one removes the later twin."""
    item = promised(life)
    sweep(life, OVER)
    (first,) = life.ours(item.number)
    with life.world.change() as state:
        twin = replace(first, id=first.id + 500)
        state.comments[twin.id] = twin
        issue = state.issues[item.number]
        state.issues[item.number] = replace(issue, comments=(*issue.comments, twin.id))
    sweep(life, OVER + timedelta(hours=1))
    assert [comment.id for comment in life.ours(item.number)] == [first.id]
    assert sweep(life, OVER + timedelta(hours=2)) == 0


@pytest.mark.parametrize("acts", [False, True], ids=["refused", "done"])
def test_a_fault_is_a_warning_and_heals(life: Life, acts: bool) -> None:
    """Whether or not GitHub had written it: the run is green, and in the end it is said once."""
    item = promised(life)
    life.server.faults.fail(502, operation="addComment", acts=acts)
    sweep(life, OVER)
    assert "::warning" in life.product.log[-1]
    sweep(life, OVER + timedelta(hours=1))
    assert reminders(life, item) == ["2026-11-10 0"]
    assert "sla: breached" in life.labels(item.number)
    assert sweep(life, OVER + timedelta(hours=2)) == 0
