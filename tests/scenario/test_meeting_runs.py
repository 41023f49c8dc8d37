"""Runs that meet: the whole run of another event goes between any two requests of the first one's.

Each ends as if one had waited for the other. A run that gives up is another test's: nothing fails here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bugaction.sandbox.record import Request
from bugaction.sandbox.runs import Runs
from bugaction.sandbox.world import Event
from tests.scenario.life import Life, form
from tests.scenario.rewind import Point, Seen, Still, view


def _two_closes(life: Life) -> tuple[Event, Event]:
    """One bug is a duplicate of an old one, the other is not planned: both rows go to one year's file."""
    first, second, third, closed = (life.bug("P2", form()) for _ in range(4))
    life.people.close("mia", closed, reason="not_planned")
    life.pass_on()
    life.people.comment("mia", second, f"/duplicate #{first}")
    one = life.world.told[-1]
    life.people.close("mia", third, reason="not_planned")
    return one, life.world.told[-1]


def _close_and_reopen(life: Life) -> tuple[Event, Event]:
    """A row comes into the year's file while another one leaves it."""
    life.configure("version: 1\nwaiting:\n  issue: 1\n")
    life.report("What waits for whom.", title="The team's list")
    first, closed = life.bug("P2", form()), life.bug("P2", form())
    life.people.close("mia", closed, reason="not_planned")
    life.pass_on()
    life.people.close("mia", first, reason="not_planned")
    one = life.world.told[-1]
    life.people.reopen("mia", closed)
    return one, life.world.told[-1]


def _report_and_close(life: Life) -> tuple[Event, Event]:
    """A bug is labelled while another closes."""
    first, second = life.bug("P2", form()), life.report(form())
    life.people.label("cy", second, "P1")
    one = life.world.told[-1]
    life.people.close("mia", first, reason="not_planned")
    return one, life.world.told[-1]


def _end(life: Life, run: Callable[[Life], object], point: Point) -> Seen:
    """What there is to see after a run, from that moment on, without what depends on how often one wrote."""
    point.restore(life)
    product = Still(life.world.clock)
    run(replace(life, product=product, runs=Runs(life.server, product)))
    assert set(product.codes) == {0}
    return {name: value for name, value in view(life).items() if not name.endswith((" statuses", " commits"))}


@pytest.mark.parametrize("story", [_two_closes, _close_and_reopen, _report_and_close])
@pytest.mark.parametrize("swapped", [False, pytest.param(True, marks=pytest.mark.reliability)])
def test_another_run_between_any_two_requests(
    life: Life, story: Callable[[Life], tuple[Event, Event]], *, swapped: bool
) -> None:
    """No row and no record is lost, whatever the first one had read by then."""
    one, two = story(life)
    one, two = (two, one) if swapped else (one, two)
    life.runs.skip()
    point = Point.of(life)

    def in_turn(lived: Life) -> None:
        lived.runs.run(one)
        lived.runs.run(two)

    should = _end(life, in_turn, point)
    point.restore(life)
    asked = len(life.server.requests)
    life.runs.run(one)
    places = len(life.server.requests) - asked
    assert places > 3
    for place in range(places):
        met: list[str] = []

        def at_place(lived: Life, place: int = place, met: list[str] = met) -> None:
            def other(request: Request) -> None:
                met.append(" ".join(request.operations) or request.path)
                if len(met) == place + 1:
                    Runs(lived.server, lived.product).run(two)

            lived.server.faults.before(other, times=place + 1)
            lived.runs.run(one)

        was = _end(life, at_place, point)
        differing = {name for name in {*should, *was} if should.get(name) != was.get(name)}
        assert not differing, f"where the other run came before {met[-1]} ({place + 1} of {places})"
