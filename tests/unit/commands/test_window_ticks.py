"""A ticked box of a monitoring window is a `/verified` of that window, for that deployment alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.boxes import MONITORING, Box, boxes, toggled
from bugaction.commands.judge import Surroundings
from bugaction.commands.ticks import Heard, hear, tick_remarks
from bugaction.model import Actor, Evidence, LedgerFile, LedgerLine, RecordKind, Role
from bugaction.monitoring import Watch, watched
from bugaction.policy import Policy
from bugaction.rendering import iso
from bugaction.snapshot import Edit
from bugaction.state import commands_named
from bugaction.tracking import STICKY_MARKER
from tests.unit.bugs import DEPLOYED, said
from tests.values import ANA, BO, VIEWER, at, comment, facts, issue

MALLORY = Actor("mallory")
ROLES = {"ana": Role.WRITE, "bo": Role.MAINTAIN, "mallory": Role.READ}
WINDOWS = (timedelta(minutes=15), timedelta(hours=2), timedelta(hours=24))
WATCH = Watch(merged=at(540), deployed=DEPLOYED, windows=WINDOWS)
SINCE = iso(DEPLOYED.at)
SHORT, LONG = (Box(MONITORING, window=name, since=SINCE) for name in ("15m", "24h"))
STALE = replace(SHORT, since=iso(at(500)))


def drawn(*ticked: Box, shown: Iterable[Box] = (SHORT, LONG)) -> str:
    """A comment of ours with these boxes, of which some are ticked."""
    lines = [f"  {box.written(ticked=box in ticked)} After a while: well" for box in shown]
    return "\n".join([STICKY_MARKER, "### A bug", *lines, ""])


def until_reported(watch: Watch) -> Callable[[LedgerFile], Watch]:
    """What is known of the fix, until the ledger holds the report of a regression."""
    stop = Evidence("reported by bo")
    return lambda ledger: replace(watch, stopped=stop) if commands_named(ledger, "regression") else watch


def heard(
    *versions: tuple[Actor, str, float],
    lines: Iterable[LedgerLine] = (),
    watch: Watch = WATCH,
) -> Heard:
    """What becomes of our comment with these versions, the oldest first, so many minutes after the report."""
    first = Edit("UCE_0", VIEWER, at(1), drawn(shown=(SHORT, LONG, STALE)))
    edits = [first, *(Edit(f"UCE_{minutes:g}", who, at(minutes), body) for who, body, minutes in versions)]
    last = edits[-1]
    body = replace(
        comment(last.body or "", author=VIEWER),
        edited_at=last.at,
        editor=last.editor,
        edits=tuple(reversed(edits)),
    )
    about, around = facts(issue(comments=(body,)), lines=lines), Surroundings(watch_of=until_reported(watch))
    return hear(about, (), Policy(), lambda login: ROLES.get(login.casefold()), VIEWER, around)


def tick(*ticked: Box) -> str:
    """The first version with these boxes ticked."""
    return drawn(*ticked, shown=(SHORT, LONG, STALE))


def test_a_tick_is_a_look_at_that_window() -> None:
    """By the time of the edit, with the role of whoever ticked; every reader of the command finds it."""
    found = heard((ANA, tick(SHORT), 616)).new_lines
    assert found == (
        LedgerLine(
            RecordKind.COMMAND,
            f"UCE_616#15m@{SINCE}",
            "ana",
            at(616),
            accepted=True,
            role=Role.WRITE,
            data={
                "name": "verified",
                "by": "tick",
                "window": "15m",
                "since": SINCE,
                "url": "https://github.com/octo/shop/issues/42#issuecomment-900",
            },
        ),
    )
    assert watched(LedgerFile(lines=found), DEPLOYED, WINDOWS) == {"15m": found[0]}
    assert heard((ANA, tick(SHORT), 616), lines=found).new_lines == ()


def test_a_deployment_that_is_heard_of_late_takes_the_tick_with_it() -> None:
    """The tick was on a page of the one before, as it would have been refused had the news come in time; a
    command names no deployment, and is about what ran when it was given."""
    found = heard((ANA, tick(SHORT), 700)).new_lines
    anew = replace(DEPLOYED, at=at(640))
    assert watched(LedgerFile(lines=found), anew, WINDOWS) == {}
    typed = said("verified", 700, window="15m")
    assert watched(LedgerFile(lines=(*found, typed)), anew, WINDOWS) == {"15m": typed}


@pytest.mark.parametrize(
    ("who", "box", "minutes", "watch", "why"),
    [
        (MALLORY, SHORT, 616, WATCH, "it needs the role write or above, and mallory has read."),
        (
            ANA,
            SHORT,
            614,
            WATCH,
            "the window of 15m is not over: say it again from 2026-11-24 19:15 UTC on.",
        ),
        (
            ANA,
            LONG,
            616,
            WATCH,
            "the window of 24h is not over: say it again from 2026-11-25 19:00 UTC on.",
        ),
        (
            ANA,
            STALE,
            9000,
            WATCH,
            "it was for an earlier deployment, and what runs now is watched anew.",
        ),
        (
            ANA,
            SHORT,
            9000,
            replace(WATCH, windows=WINDOWS[1:]),
            "there is no such window; these are: `2h`, `24h`.",
        ),
        (
            ANA,
            SHORT,
            616,
            replace(WATCH, stopped=Evidence("reported by bo")),
            "a regression is reported by bo: what is deployed now is to be rolled back; if that was a false "
            "alarm, it is taken back first.",
        ),
    ],
)
def test_a_refused_tick_is_told(who: Actor, box: Box, minutes: float, watch: Watch, why: str) -> None:
    """And judged once: neither time, nor a role, nor another deployment revives it."""
    (found,) = heard((who, tick(box), minutes), watch=watch).new_lines
    assert (found.accepted, found.why) == (False, why)
    ledger = LedgerFile(lines=(found,))
    told = f"{who.login} ticked the box of {box.window}, which does not count: {why}"
    assert tick_remarks(ledger, frozenset(), until_reported(watch)) == (told,)
    assert heard((who, tick(box), minutes), lines=(found,)).new_lines == ()
    later = replace(watch, deployed=replace(DEPLOYED, at=at(9500)))
    assert tick_remarks(ledger, frozenset(), lambda _: later) == ()
    look = said("verified", 9900, window=box.window)
    seen = replace(watch, windows=WINDOWS)
    assert tick_remarks(LedgerFile(lines=(found, look)), frozenset(), lambda _: seen) == ()


def test_what_was_reported_before_stops_a_tick() -> None:
    """A window is judged by the decisions until then; one that is emptied in its second is taken back."""
    report = said("regression", 610)
    (found,) = heard((ANA, tick(SHORT), 616), lines=[report]).new_lines
    assert found.why.startswith("a regression is reported by bo: what is deployed now is to be rolled back")
    look = said("verified", 700, "ana", window="15m")
    (undone,) = heard((VIEWER, tick(SHORT), 621), (ANA, tick(), 700), lines=[look]).new_lines
    assert (undone.data["name"], undone.accepted) == ("undo", True)


def test_nothing_is_deployed_any_more() -> None:
    """A box on a page from before the way back: refused, and nothing is left to tell it of."""
    gone = Watch(merged=at(540), problem="production runs v1", windows=WINDOWS)
    (found,) = heard((ANA, tick(SHORT), 616), watch=gone).new_lines
    assert found.why == "the fix is not known to be in production: production runs v1."
    assert tick_remarks(LedgerFile(lines=(found,)), frozenset(), lambda _: gone) == ()


def test_two_people_tick_two_windows() -> None:
    """Each is named for their own, whatever the order of the boxes."""
    found = heard((BO, tick(LONG), 2041), (ANA, tick(LONG, SHORT), 2042)).new_lines
    assert [(line.actor, line.data["window"], line.accepted) for line in found] == [
        ("bo", "24h", True),
        ("ana", "15m", True),
    ]


def test_its_author_takes_it_back() -> None:
    """By emptying the box, whether it was ticked or typed; another's stands."""
    typed = said("verified", 620, "ana", window="15m")
    full, empty = (VIEWER, tick(SHORT), 621), tick()
    (undone,) = heard(full, (ANA, empty, 700), lines=(typed,)).new_lines
    assert (undone.accepted, undone.data["undoes"], undone.data["undone"]) == (
        True,
        typed.evidence,
        "verified",
    )
    assert commands_named(LedgerFile(lines=(typed, undone)), "verified") == ()
    (kept,) = heard(full, (BO, empty, 700), lines=(typed,)).new_lines
    assert (kept.accepted, kept.why) == (False, "only ana, who attested it, can take that back.")
    told = tick_remarks(LedgerFile(lines=(typed, kept)), frozenset(), lambda _: WATCH)
    assert told == (f"bo emptied the box of 15m, which does not count: {kept.why}",)


def test_its_history_is_asked_for_where_a_box_differs() -> None:
    """A tick whose event was lost is found by what stands in the comment."""

    def asks(body: str, *lines: LedgerLine) -> str:
        seen = replace(comment(body, author=VIEWER), edited_at=at(9000), editor=ANA, edits=None)
        about = facts(issue(comments=(seen,)), lines=lines)
        around = Surroundings(watch_of=lambda _: WATCH)
        return hear(about, (), Policy(), lambda _: None, VIEWER, around).asks_edits

    assert asks(drawn(SHORT)) == "IC_900"
    assert asks(drawn()) == ""
    assert asks(drawn(), said("verified", 620, window="15m")) == "IC_900"
    assert asks(drawn(STALE, shown=(STALE,))) == "IC_900"


WINDOW_BOXES = st.builds(
    lambda window, minutes: Box(MONITORING, window=window, since=iso(at(minutes))),
    st.from_regex(r"[0-9]{1,4}[hm]", fullmatch=True),
    st.integers(0, 10_000),
)


@given(st.dictionaries(WINDOW_BOXES, st.tuples(st.booleans(), st.booleans()), max_size=6))
def test_a_box_is_known_by_its_window_and_deployment(states: dict[Box, tuple[bool, bool]]) -> None:
    """Of any that stand together, those that changed are told and no other."""
    before, after = (
        drawn(*(box for box, state in states.items() if state[when]), shown=states) for when in (0, 1)
    )
    assert [each.box for each in boxes(before)] == list(states)
    changed = toggled(before, after)
    assert changed is not None
    assert {each.box: each.ticked for each in changed} == {
        box: now for box, (was, now) in states.items() if was is not now
    }


@pytest.mark.parametrize(
    "mark",
    [
        "verified: 15m",
        "verified: 15 2026-11-24T19:00:00Z",
        "verified: 15m 2026-11-24 19:00",
        "verified: 15m --> 2026-11-24T19:00:00Z",
        "verified: monitoring 2026-11-24T19:00:00Z",
        "attest: 15m 2026-11-24T19:00:00Z",
        "verified: 15m 2026-11-24T19:00:00Z" + " ",
    ],
)
def test_what_we_do_not_write_is_no_box(mark: str) -> None:
    """So that a change of it is more than a tick."""
    assert boxes(f"- [ ] <!-- {mark} -->") == ()
