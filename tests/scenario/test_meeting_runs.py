"""Runs that meet: the whole run of another event goes between any two requests of the first one's.

Each ends as if one had waited for the other. Nothing fails here, and no run gives up: faults are for other
tests, and so is what meets by chance (`test_load`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bugaction.sandbox.record import Request
from bugaction.sandbox.runs import Runs
from tests.scenario.life import Life, form
from tests.scenario.rewind import Point, Seen, Still, view

Run = Callable[[Life], object]
Story = Callable[[Life], tuple[Run, Run]]


def _told(life: Life) -> Run:
    """The run for what has just happened."""
    event = life.world.told[-1]
    return lambda lived: lived.runs.run(event)


def _sweep(life: Life) -> object:
    return life.runs.schedule()


def _open_and_close(life: Life) -> tuple[Run, Run]:
    """A row leaves the year's file while another one comes into it; a pinned issue is asked for after it."""
    life.configure("version: 1\nwaiting:\n  issue: 1\n")
    life.report("What waits for whom.", title="The team's list")
    first, closed = life.bug("P2", form()), life.bug("P2", form())
    life.people.close("mia", closed, reason="not_planned")
    life.pass_on()
    life.people.reopen("mia", closed)
    one = _told(life)
    life.people.close("mia", first, reason="not_planned")
    return one, _told(life)


def _two_closes(life: Life) -> tuple[Run, Run]:
    """One bug is a duplicate of an old one, the other is not planned: both rows go to one year's file."""
    first, second, third, closed = (life.bug("P2", form()) for _ in range(4))
    life.people.close("mia", closed, reason="not_planned")
    life.pass_on()
    life.people.comment("mia", second, f"/duplicate #{first}")
    one = _told(life)
    life.people.close("mia", third, reason="not_planned")
    return one, _told(life)


def _label_and_close(life: Life) -> tuple[Run, Run]:
    """A bug is labelled while another closes."""
    first, second = life.bug("P2", form()), life.report(form())
    life.people.label("cy", second, "P1")
    one = _told(life)
    life.people.close("mia", first, reason="not_planned")
    return one, _told(life)


def _label_and_word(life: Life) -> tuple[Run, Run]:
    """Two things that happen at one bug, where nothing keeps their runs apart."""
    life.bug("P2", form())
    number = life.report(form())
    life.people.label("cy", number, "P1")
    one = _told(life)
    life.people.comment("bo", number, "/accept\n/eta 2026-12-24")
    return one, _told(life)


def _word_and_push(life: Life) -> tuple[Run, Run]:
    """A word at a bug turns the gate of its fix, to which somebody pushes."""
    number = life.settled()
    fix = life.fix(number)
    life.ready(fix)
    life.people.comment("mia", number, "/severity P0 the shop is down")
    one = _told(life)
    life.people.push("bo", "fix/checkout", {"more.py": "1\n"}, "More")
    return one, _told(life)


def _sweep_and_close(life: Life) -> tuple[Run, Run]:
    """A sweep looks at bugs, one of whose events is worked on."""
    life.bug("P3", form())
    closed, open_ = life.bug("P2", form()), life.bug("P2", form())
    life.people.close("mia", closed, reason="not_planned")
    life.pass_on()
    life.people.reopen("mia", closed)
    life.runs.skip()
    life.people.close("mia", open_, reason="not_planned")
    return _sweep, _told(life)


def _end(life: Life, run: Run, point: Point) -> Seen:
    """What there is to see after a run, from that moment on, without what depends on how often one wrote."""
    point.restore(life)
    product = Still(life.world.clock)
    run(replace(life, product=product, runs=Runs(life.server, product)))
    assert set(product.codes) == {0}
    return {name: value for name, value in view(life).items() if not name.endswith((" statuses", " commits"))}


def _rarely(story: Story, *, swapped: bool) -> object:
    return pytest.param(story, swapped, marks=pytest.mark.reliability)


@pytest.mark.parametrize(
    ("story", "swapped"),
    [
        (_open_and_close, False),
        _rarely(_open_and_close, swapped=True),
        *(
            _rarely(story, swapped=swapped)
            for story in (_two_closes, _label_and_close, _label_and_word, _word_and_push, _sweep_and_close)
            for swapped in (False, True)
        ),
    ],
)
def test_another_run_between_any_two_requests(life: Life, story: Story, *, swapped: bool) -> None:
    """No row, record or word is lost, whatever the first one had read by then."""
    one, two = story(life)
    one, two = (two, one) if swapped else (one, two)
    life.runs.skip()
    point = Point.of(life)
    asked = len(life.server.requests)

    def in_turn(lived: Life) -> None:
        one(lived)
        places.append(len(life.server.requests) - asked)
        two(lived)

    places: list[int] = []
    should = _end(life, in_turn, point)
    assert places[0] > 3
    for place in range(places[0]):
        met: list[str] = []

        def at_place(lived: Life, place: int = place, met: list[str] = met) -> None:
            def other(request: Request) -> None:
                met.append(" ".join(request.operations) or request.path)
                if len(met) == place + 1:
                    two(replace(lived, runs=Runs(lived.server, lived.product)))

            lived.server.faults.before(other, times=place + 1)
            one(lived)

        was = _end(life, at_place, point)
        differing = {name for name in {*should, *was} if should.get(name) != was.get(name)}
        assert not differing, f"where the other run came before {met[-1]} ({place + 1} of {places[0]})"
