"""Dates that people write: none of them ends a run, and none makes a bug younger than it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.examples import rarely
from tests.scenario.life import Life, form

FAR = datetime(9999, 12, 31, 23, 30, tzinfo=UTC)


def _item(life: Life) -> int:
    """The issue of a bug's action item."""
    (found,) = (number for number, issue in life.state.issues.items() if "Alert on it" in issue.title)
    return found


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", *rarely("Etc/GMT+12", "UTC")])
def test_no_date_ends_a_run(life: Life, zone: str) -> None:
    """By an action item, by an edit of its issue, by a commit: the bug is decided on as ever."""
    life.configure(f"version: 1\ntime-zone: {zone}\n")
    number = life.settled()
    life.say("cy", number, "/action @bo 9999-12-31 Alert on it")
    assert "by when" in life.ours(number)[-1].body
    life.say("cy", number, "/action @bo 2w Alert on it")
    item = _item(life)
    body = life.state.issues[item].body
    life.people.edit_issue("bo", item, body=re.sub(r"\d{4}-\d\d-\d\d", "9999-12-31", body))
    life.people.push(
        "bo", "fix/checkout", {"a.py": "1\n", "tests/test_a.py": "1\n"}, "Repair the checkout", dated=FAR
    )
    pull = life.people.open_pull("bo", "Repair", "fix/checkout", body=f"Fixes #{number}").number
    life.pass_on()
    life.ready(pull)
    assert life.gate(pull)[0] == "success"
    life.people.merge_pull("bo", pull)
    life.people.deploy("eve", "main")
    life.pass_on()
    life.runs.schedule()
    life.say("cy", number, "/post-mortem")
    assert "post-mortem" in " ".join(life.files("main"))
    life.runs.schedule()
    assert set(life.product.codes) == {0}


def test_a_start_that_is_dated_ahead_is_not_believed(life: Life) -> None:
    """The answer to a bug counts from when its pull request was there."""
    number = life.bug("P1", form())
    life.people.assign("mia", number, "bo")
    life.pass_on()
    life.people.push("bo", "fix/checkout", {"a.py": "1\n"}, "Repair the checkout", dated=FAR)
    life.people.open_pull("bo", "Repair", "fix/checkout", body=f"Fixes #{number}")
    life.pass_on()
    (started,) = (line for line in life.ledger(number) if line["kind"] == "started")
    assert str(started["at"]) < life.world.clock().isoformat()
