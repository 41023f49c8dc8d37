"""The sweep: thin pages, full looks only where they are due, a budget, parts of it, and one that has
stopped."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bugaction.register import agenda_of
from bugaction.sandbox.runs import Runs, shipped_workflow
from tests.scenario.crowd import RECORDS, account, open_bugs, register, rows_of, swept, touch
from tests.scenario.life import CONFIG, Life, form

FAR = timedelta(days=5)


def begin_hour(life: Life) -> datetime:
    """The clock at five past an hour, so that no other hour begins before a sweep at half past."""
    now = life.world.clock()
    life.world.clock.advance(minutes=65 - now.minute)
    return life.world.clock()


def quiet(life: Life, count: int) -> list[int]:
    """So many bugs that were looked at, and a sweep that has seen them; it is five past."""
    life.bug()  # the records begin
    numbers = open_bugs(life.world, count, life.world.clock())
    life.world.clock.advance(hours=2)
    at = begin_hour(life)
    register(life.world, rows_of(life.state, [1, *numbers], at + FAR, at + FAR))
    swept(life.world, at)
    life.world.clock.advance(minutes=25)
    return numbers


def sweep(life: Life) -> dict[str, Any]:
    """A scheduled sweep; its account, with the requests that it made as `reads` and `writes`."""
    before = len(life.server.requests)
    (run,) = life.runs.schedule()
    life.runs.skip()
    made = life.server.requests[before:]
    writes = sum(request.is_write for request in made)
    points = sum(request.points for request in made)
    found = account(dict(run.outputs))
    return {**found, "reads": len(made) - writes, "writes": writes, "points": points}


def with_inputs(life: Life, *lines: str) -> Life:
    """The same life, with these inputs of the job's step besides."""
    text = shipped_workflow()
    place = "          dry-run: ${{"
    more = "".join(f"          {line}\n" for line in lines)
    assert text.count(place) == 1
    return replace(life, runs=Runs(life.server, life.product, workflow=text.replace(place, more + place)))


def test_quiet_bugs_cost_thin_pages(life: Life) -> None:
    """250 of them: the repository, the last sweep, a page of closed ones and three of open ones; no write."""
    quiet(life, 249)
    found = sweep(life)
    assert (found["bugs"], found["pages"], found["looked"], found["left"]) == (250, 1 + 3, {}, 0)
    assert (found["reads"], found["writes"]) == (1 + 1 + 1 + 3, 0)
    assert found["points"] <= 1 + 1 + 4
    assert life.product.codes[-1] == 0


def test_what_is_due_or_changed_is_looked_at(life: Life) -> None:
    """And nothing else of 60: the oldest deadline first, and why stands in the summary."""
    numbers = quiet(life, 59)
    now = life.world.clock()
    rows = rows_of(life.state, [1, *numbers], now + FAR, now + FAR)
    late = rows_of(life.state, [20, 30], now - timedelta(minutes=5), now + FAR)
    overdue = rows_of(life.state, [40], now - timedelta(minutes=5), now - timedelta(hours=9))
    register(life.world, [*(row for row in rows if row.number not in (20, 30, 40)), *late, *overdue])
    touch(life.world, 50)
    found = sweep(life)
    assert found["looked"] == {"due": 3, "changed": 1}
    looked = [bug["number"] for bug in json.loads(life.runs.done[-1].outputs["result"])["bugs"]]
    assert looked == [20, 30, 40, 50]
    assert "3 × its time has come" in life.product.summaries[-1]
    assert "1 × changed since the last sweep" in life.product.summaries[-1]
    first = life.world.state.issues[40].comments[0]
    assert first < min(life.world.state.issues[number].comments[0] for number in (20, 30, 50))


def test_a_lost_event_is_made_good_by_the_next_sweep(life: Life) -> None:
    """A command whose event got lost changes the issue; a thin sweep is enough."""
    number = life.bug(body=form())
    life.runs.schedule()
    life.world.clock.advance(minutes=30)
    life.people.comment("bo", number, "/accept")
    life.runs.skip()
    life.world.clock.advance(minutes=30)
    found = sweep(life)
    assert found["since"] is not None
    assert "bo accepted" in " ".join(life.decisions(number)) or life.state.issues[number].assignees == ("bo",)
    life.world.clock.advance(minutes=60)
    sweep(life)  # our own writes have changed the issue
    life.world.clock.advance(minutes=15)
    assert sweep(life)["writes"] == 0


def test_a_late_sweep_says_when_it_was_breached_and_when_it_was_noticed(life: Life) -> None:
    """The row names the moment; the sweep that keeps it may come hours later."""
    number = life.bug(body=form())
    life.runs.schedule()
    text = life.world.file(RECORDS, "documents/bugs/register.json") or ""
    moment = agenda_of(text).open[number].next
    assert moment is not None
    assert moment > life.world.clock()
    life.world.clock.advance(hours=7)
    found = sweep(life)
    assert found["looked"] in ({"due": 1}, {"due": 1, "rotation": 1})
    assert "sla: breached" in life.labels(number)
    noticed = f"noticed {life.world.clock():%Y-%m-%d %H:%M} UTC"
    assert "breached" in life.sticky(number)
    assert noticed in life.product.summaries[-1]


@pytest.mark.reliability
def test_a_budget_ends_cleanly_and_everything_gets_its_turn(life: Life) -> None:
    """30 bugs whose events were lost, 60 requests a sweep, and one that is overdue and touched all the
    time."""
    life.bug()
    numbers = open_bugs(life.world, 30, life.world.clock())
    life = with_inputs(life, "sweep-budget: 60")
    left, sweeps = 99, 0
    while left and sweeps < 12:
        life.world.clock.advance(hours=1)
        touch(life.world, numbers[0])
        found = sweep(life)
        left, sweeps = found["left"], sweeps + 1
        assert found["reads"] + found["writes"] <= 60
        assert life.product.codes[-1] == 0  # bugs alone gate no merge: a warning
        kept = life.world.file(RECORDS, "sweep.json")
        assert (kept is not None) == bool(left)
        if left:
            assert f"{left}; the next sweep begins with #" in life.product.summaries[-1]
            assert "::warning" in life.product.log[-1]
            assert json.loads(kept or "")["left"] == found["following"]
    assert sweeps > 2
    assert [number for number in numbers if not life.stickies(number)] == []


def test_forged_and_missing_gates_are_repaired(life: Life) -> None:
    """Of three pull requests the sweep looks at two; what stands under our name is ours afterwards."""
    number = life.settled()
    fine, forged = life.fix(branch="feature/a"), life.fix(number, branch="fix/b")
    life.people.push("bo", "feature/c", {"c.py": "1\n"}, "More")
    missing = life.people.open_pull("bo", "More", "feature/c", body="No bug.").number
    life.runs.skip()
    life.world.clock.advance(hours=1)
    life.runs.schedule()  # everything, which leaves nothing open
    life.people.push("bo", "feature/d", {"d.py": "1\n"}, "More")
    fresh = life.people.open_pull("bo", "More", "feature/d", body="No bug.").number
    life.runs.skip()
    life.world.clock.advance(hours=1)
    life.people.set_status("eve", life.head(forged), "bugaction/gate", "success", "Fine")
    life.runs.skip()
    assert life.gate(forged) == ("success", "Fine")
    life.world.clock.advance(hours=1)
    found = sweep(life)
    assert (found["looked"]["forged"], found["looked"]["missing"]) == (1, 1)
    assert life.gate(forged)[0] != "success"
    assert life.gate(fresh) == life.gate(missing) == life.gate(fine) == ("success", "Not a bug fix")
    looked = [pull["number"] for pull in json.loads(life.runs.done[-1].outputs["result"])["pulls"]]
    assert fine not in looked


def test_a_pull_request_that_is_left_is_red(life: Life) -> None:
    """Its gate may be the one that a merge waits for."""
    life.bug()
    for name in ("a", "b", "c"):
        life.people.push("bo", f"feature/{name}", {f"{name}.py": "1\n"}, "More")
        life.people.open_pull("bo", "More", f"feature/{name}", body="No bug.")
    life.runs.skip()
    life = with_inputs(life, "sweep-budget: 12")
    found = sweep(life)
    assert found["gates"]
    assert life.product.codes[-1] != 0
    assert [run.conclusion for run in life.state.scheduled.values()] == ["failure"]
    began = life.world.clock()
    life.world.clock.advance(hours=1)
    second = sweep(
        with_inputs(life, "sweep-budget: 90")
    )  # the first ended red, and has seen what it has seen
    assert datetime.fromisoformat(second["since"]) <= began
    assert (second["left"], life.product.codes[-1]) == (0, 0)
    assert life.world.file(RECORDS, "sweep.json") is None


def test_adopting_a_repository_with_old_bugs_costs_pages(life: Life) -> None:
    """120 old P1s, and `since` in the configuration: nothing is written, now or later."""
    open_bugs(life.world, 120, life.world.clock())
    life.world.clock.advance(days=30)
    life.people.push("ana", "main", {CONFIG: f"version: 1\nsince: {life.world.clock():%Y-%m-%d}\n"}, "Adopt")
    life.runs.skip()
    life.world.clock.advance(days=1)
    for _ in range(2):
        found = sweep(life)
        assert (found["bugs"], found["looked"], found["writes"]) == (120, {}, 0)
        assert found["reads"] == 1 + 1 + 1 + 2
        life.world.clock.advance(hours=1)


def test_parts_share_the_work(life: Life) -> None:
    """Each number is one part's; what one leaves is its own, and both keep it in one file."""
    life.bug()
    numbers = open_bugs(life.world, 12, life.world.clock())
    left: set[int] = set()
    looked: set[int] = set()
    for part in (1, 2):
        found = sweep(with_inputs(life, f"shard: {part}/2", "sweep-budget: 25"))
        assert found["shard"] == f"{part}/2"
        assert found["left"]
        assert {number % 2 for number in found["following"]} == {part - 1}
        left |= set(found["following"])
        looked |= {number for number in numbers if life.stickies(number) and number % 2 == part - 1}
    assert looked | left >= set(numbers)
    assert set(json.loads(life.world.file(RECORDS, "sweep.json") or "")["left"]) == left


def test_an_event_notices_that_the_sweep_has_stopped(life: Life) -> None:
    """By the register that it reads anyway; it looks at what is overdue, and says so once."""
    waiting, other = life.bug(body=form()), life.bug(body=form())
    life.runs.schedule()
    life.people.configure("ana", disabled=((".github/workflows/bugaction.yml", "disabled_inactivity"),))
    life.world.clock.advance(hours=9)
    assert "sla: breached" not in life.labels(waiting)
    life.people.label("mia", other, "help wanted")
    life.runs.drain()
    assert "sla: breached" in life.labels(waiting)
    assert "The schedule of this workflow does not run" in life.product.log[-1]
    assert "60 days" in life.product.log[-1]
    life.people.unlabel("mia", other, "help wanted")
    life.runs.drain()
    assert "does not run" not in life.product.log[-1]


def test_a_sweep_that_runs_costs_an_event_nothing(life: Life) -> None:
    """Nothing in the register is overdue: the event makes the requests that it made before."""
    number = life.bug(body=form())
    life.runs.schedule()
    before = len(life.server.requests)
    life.people.label("mia", number, "help wanted")
    life.runs.drain()
    assert len(life.server.requests) == before + 1
