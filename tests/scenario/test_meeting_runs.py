"""Runs that meet: between any two requests of a run something happens, and its own run goes there as a whole.

It ends as if that had happened after the first run. Where both are at one bug, as GitHub's concurrency groups
allow to a sweep and to a run of its pull request, it does so with the next sweep: a comment can be edited
over, and what a bug waits for at its pull request is brought to the register by sweeps.

Nothing fails here, and no run gives up: faults are for other tests, and so is what meets by chance
(`test_load`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bugaction.sandbox.record import Request
from bugaction.sandbox.runs import Runs
from tests.scenario.life import Life, form
from tests.scenario.load import plain
from tests.scenario.rewind import Point, Seen, Still, differences, view

Deed = Callable[[Life], object]
Story = Callable[[Life], tuple[Deed, Deed]]


def _an_hour(_: Life) -> None:
    """Nothing happens: a sweep looks."""


def _open_and_close(life: Life) -> tuple[Deed, Deed]:
    """A row leaves the year's file while another one comes into it; a pinned issue is asked for after it."""
    life.configure("version: 1\nwaiting:\n  issue: 1\n")
    life.report("What waits for whom.", title="The team's list")
    first, closed = life.bug("P2", form()), life.bug("P2", form())
    life.people.close("mia", closed, reason="not_planned")
    life.pass_on()
    return (
        lambda lived: lived.people.reopen("mia", closed),
        lambda lived: lived.people.close("mia", first, reason="not_planned"),
    )


def _two_closes(life: Life) -> tuple[Deed, Deed]:
    """One bug is a duplicate of an old one, the other is not planned: both rows go to one year's file."""
    first, second, third, closed = (life.bug("P2", form()) for _ in range(4))
    life.people.close("mia", closed, reason="not_planned")
    life.pass_on()
    return (
        lambda lived: lived.people.comment("mia", second, f"/duplicate #{first}"),
        lambda lived: lived.people.close("mia", third, reason="not_planned"),
    )


def _label_and_close(life: Life) -> tuple[Deed, Deed]:
    """A bug is labelled while another closes."""
    first, second = life.bug("P2", form()), life.report(form())
    return (
        lambda lived: lived.people.label("cy", second, "P1"),
        lambda lived: lived.people.close("mia", first, reason="not_planned"),
    )


def _label_and_word(life: Life) -> tuple[Deed, Deed]:
    """Two things that happen at one bug, where nothing keeps their runs apart."""
    life.bug("P2", form())
    number = life.report(form())
    return (
        lambda lived: lived.people.label("cy", number, "P1"),
        lambda lived: lived.people.comment("bo", number, "/accept\n/eta 2026-12-24"),
    )


def _push_and_word(life: Life) -> tuple[Deed, Deed]:
    """Somebody pushes to a fix, and a word at its bug turns its gate."""
    number = life.settled()
    life.ready(life.fix(number))
    return (
        lambda lived: lived.people.push("bo", "fix/checkout", {"more.py": "1\n"}, "More"),
        lambda lived: lived.people.comment("mia", number, "/severity P0 the shop is down"),
    )


def _sweep_and_close(life: Life) -> tuple[Deed, Deed]:
    """A sweep looks at bugs, one of which closes; the event of another one was lost."""
    first, closed = life.bug("P2", form()), life.bug("P2", form())
    life.people.close("mia", closed, reason="not_planned")
    life.pass_on()
    life.people.reopen("mia", closed)
    return _an_hour, lambda lived: lived.people.close("mia", first, reason="not_planned")


_AT_ONE_BUG = (_label_and_word, _push_and_word)

_IDS = 1_000_000
"""More than everything that is made in a story."""


def _do(life: Life, deed: Deed, number: int) -> None:
    """The deed and the run for it. What people make is numbered the same whatever the product has made by
    then: records name it by its id."""
    with life.world.lock:
        life.world._last_id = number * _IDS
    deed(life)
    if deed is _an_hour:
        life.runs.schedule()
    else:
        life.runs.run(life.world.told[-1])


def _end(life: Life, lives: Deed, point: Point) -> Seen:
    """What there is to see, lived from that moment on, but for how often something was committed."""
    point.restore(life)
    product = Still(life.world.clock)
    lives(replace(life, product=product, runs=Runs(life.server, product)))
    assert set(product.codes) == {0}
    return {name: value for name, value in plain(view(life)).items() if not name.endswith(" commits")}


def _rarely(story: Story, *, swapped: bool) -> object:
    return pytest.param(story, swapped, marks=pytest.mark.reliability)


@pytest.mark.parametrize(
    ("story", "swapped"),
    [
        (_open_and_close, False),
        _rarely(_open_and_close, swapped=True),
        *(
            _rarely(story, swapped=swapped)
            for story in (_two_closes, _label_and_close, _label_and_word, _push_and_word, _sweep_and_close)
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
    asked, written = [len(life.server.requests)], [0]

    def in_turn(lived: Life) -> None:
        for number, deed in enumerate((one, two), start=1):
            _do(lived, deed, number)
            asked.append(len(lived.server.requests))
            written.append(len(lived.server.writes))
        afterwards(lived)

    def afterwards(lived: Life) -> None:
        if story in _AT_ONE_BUG:
            lived.world.clock.advance(hours=1)
            lived.runs.schedule()

    should = _end(life, in_turn, point)
    places = asked[1] - asked[0]
    assert places > 3
    assert written[2] > written[1]
    for place in range(places):
        met: list[str] = []

        def at_place(lived: Life, place: int = place, met: list[str] = met) -> None:
            def other(request: Request) -> None:
                met.append(" ".join(request.operations) or request.path)
                if len(met) == place + 1:
                    _do(replace(lived, runs=Runs(lived.server, lived.product)), two, 2)

            lived.server.faults.before(other, times=place + 1)
            _do(lived, one, 1)
            afterwards(lived)

        was = _end(life, at_place, point)
        where = f"where the other run came before {met[-1]} ({place + 1} of {places})"
        assert not differences(was, should), where
