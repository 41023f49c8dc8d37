"""What is due and what is late, as the hourly sweep sees it while nothing else happens."""

from __future__ import annotations

from bugaction.moment import format_moment
from tests.scenario.life import Life

AT_RISK, BREACHED = "sla: at-risk", "sla: breached"


def _sla(life: Life, number: int = 1) -> set[str]:
    """The clocks' labels on a bug."""
    return {label for label in life.labels(number) if label.startswith("sla: ")}


def _state(life: Life, title: str) -> str:
    """What the comment's table says of a clock."""
    (row,) = (line for line in life.sticky(1).splitlines() if line.startswith(f"| {title} |"))
    return row.rsplit("|", 2)[1].strip()


def _sweep(life: Life) -> int:
    """The hourly run; how often it wrote."""
    before = len(life.server.writes)
    life.runs.schedule()
    return len(life.server.writes) - before


def test_a_bug_that_nobody_takes_is_at_risk_and_then_breached(life: Life) -> None:
    """Of a P1's hour three quarters are used up; then all of it; then somebody answers. Each is seen once."""
    life.bug()
    reported = life.state.issues[1].created_at
    assert _sla(life) == set()
    life.world.clock.advance(minutes=45)
    assert _sweep(life) > 0
    assert _sla(life) == {AT_RISK}
    assert _sweep(life) == 0
    life.world.clock.advance(hours=3)
    assert _sweep(life) > 0
    assert _sla(life) == {BREACHED}
    due = format_moment(reported.replace(hour=reported.hour + 1))
    assert _state(life, "Somebody answers") == f"🔴 breached {due}"
    noticed = format_moment(life.world.clock())
    assert f"Somebody answers: breached {due}, noticed {noticed}" in life.product.log[-1]
    life.world.clock.advance(minutes=5)
    assert _sweep(life) == 0
    assert f"Somebody answers: breached {due}, noticed {noticed}" in life.product.log[-1]
    life.say("bo", 1, "/accept")
    assert _state(life, "Somebody answers").endswith(", late")


def test_a_label_of_the_clocks_is_ours(life: Life) -> None:
    """Somebody else's is taken off; one of ours that was taken off comes back."""
    life.bug()
    life.world.clock.advance(hours=2)
    _sweep(life)
    assert _sla(life) == {BREACHED}
    life.people.unlabel("mia", 1, BREACHED)
    life.pass_on()
    assert _sla(life) == {BREACHED}
    life.say("bo", 1, "/accept")
    assert _sla(life) == set()
    life.people.label("mia", 1, BREACHED)
    life.pass_on()
    assert _sla(life) == set()


def test_a_pause_moves_what_is_due(life: Life) -> None:
    """While the team waits for the reporter, nothing is due and nothing is written; then it goes on."""
    life.bug()
    life.world.clock.advance(minutes=50)
    _sweep(life)
    assert _sla(life) == {AT_RISK}
    life.people.label("mia", 1, "needs-info")
    life.pass_on()
    assert _sla(life) == set()
    assert _state(life, "Somebody answers").startswith("⏸️ paused since ")
    life.world.clock.advance(days=30)
    assert _sweep(life) == 0
    life.people.unlabel("mia", 1, "needs-info")
    life.pass_on()
    assert _sla(life) == {AT_RISK}
    assert _state(life, "Somebody answers") == ""
    life.world.clock.advance(hours=1)
    _sweep(life)
    assert _sla(life) == {BREACHED}


def test_when_it_is_seen_changes_nothing(life: Life) -> None:
    """One run a month later says what runs in between would have said."""
    life.bug()
    life.bug()
    life.world.clock.advance(hours=20)
    life.people.comment("bo", 1, "/recheck")
    life.pass_on()
    life.world.clock.advance(days=30)
    _sweep(life)
    first, second = (
        [line.partition("|")[2] for line in life.sticky(number).splitlines() if "breached" in line]
        for number in (1, 2)
    )
    assert len(first) == len(second) == 3
    assert _sla(life, 1) == _sla(life, 2) == {BREACHED}
    assert _sweep(life) == 0


def test_a_closed_bug_waits_for_nobody(life: Life) -> None:
    """Its label goes with the close."""
    life.bug()
    life.world.clock.advance(hours=2)
    _sweep(life)
    assert _sla(life) == {BREACHED}
    life.people.close("mia", 1, reason="not_planned")
    life.pass_on()
    assert _sla(life) == set()
