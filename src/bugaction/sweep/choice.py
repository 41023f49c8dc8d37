"""Whether something that is open needs a full look, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bugaction.model import Actor
from bugaction.phases import PHASES, is_phase_label
from bugaction.ports import ThinBug, ThinPull
from bugaction.register import Appointment
from bugaction.snapshot import StatusState
from bugaction.verdicts import NOT_A_FIX, ROLLUP

__all__ = [
    "Bounds",
    "Look",
    "Rotation",
    "Why",
    "closed_since",
    "look_at_bug",
    "look_at_pull",
    "looks_at_lost",
]

_EPOCH_HOUR = 3600
_ROUND = 24
_A_SLOT = 25
"""The rotation looks at everything once in 24 hours, or at 25 an hour where that is slower: with these two
10,000 quiet bugs cost a quarter of the 100 points that their thin pages do."""

_ON_ITS_WAY = ("deployment", "verification", "post-mortem")
"""Phases of bugs that something changes which does not touch the issue: a deployment, a release, a
document."""


class Why(StrEnum):
    """Why there is a full look, in words; the first that holds is told."""

    CLOSED = "closed, and nobody heard of it"
    MISSING = "no gate on the head"
    FORGED = "a status under our name that is not ours"
    DUE = "its time has come"
    NEW = "no row in the register yet"
    CHANGED = "changed since the last sweep"
    ON_ITS_WAY = "after the merge, or with open action items"
    WAITING = "a gate that is not green"
    CHECKS = "a check that is not good, beside green gates"
    EVERYTHING = "everything is looked at"
    LEFT = "left by an earlier sweep"
    LOST = "its row in the register was lost"
    ROTATION = "its turn: everything is looked at now and then"


@dataclass(frozen=True, slots=True)
class Rotation:
    """Whose turn it is in a sweep at `until`, the last one having been at `since`.

    Every hour has its share of the numbers, and a sweep takes the shares of all hours that have begun since
    the last one: a cron that is late or rare leaves nobody out. No state is kept for it.
    """

    since: datetime
    until: datetime
    count: int

    def has(self, number: int) -> bool:
        """Whether the number's hour has begun since the last sweep."""
        shares = max(_ROUND, -(-self.count // _A_SLOT))
        first = int(self.since.timestamp()) // _EPOCH_HOUR + 1
        passed = int(self.until.timestamp()) // _EPOCH_HOUR - first + 1
        return (number - first) % shares < passed


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a choice goes by: the sweep's `now`, the moment that bugs are looked after from (`since`), and who
    we are. `changed` is the moment after which a change was not swept yet, None for a look at everything.
    `as_runs`: gates are reported as check runs, which a list of pull requests does not show one by one.
    """

    now: datetime
    since: datetime
    viewer: Actor
    changed: datetime | None = None
    rotation: Rotation | None = None
    as_runs: bool = False

    def turn(self, number: int) -> bool:
        """Whether the rotation has come to this number."""
        return self.rotation is not None and self.rotation.has(number)


@dataclass(frozen=True, slots=True)
class Look:
    """A full look at an issue or a pull request. `due` is its deadline, `next` as in the register.

    `gates` says that a merge may hang on it: such a look that is not taken leaves the run red.
    """

    number: int
    why: Why
    is_pull: bool = False
    gates: bool = False
    due: datetime | None = None
    next: datetime | None = None


def look_at_bug(bug: ThinBug, known: Appointment | None, bounds: Bounds) -> Look | None:
    """The look that an open bug needs by what is `known` of it in the register, None for none."""
    why = _why_bug(bug, known, bounds)
    if why is None:
        return None
    due, following = (known.due, known.next) if known is not None else (None, None)
    return Look(bug.number, why, due=due, next=following)


def _why_bug(bug: ThinBug, known: Appointment | None, bounds: Bounds) -> Why | None:
    if known is None:
        has_phase = any(is_phase_label(name) for name in bug.labels)
        if not has_phase and max(bug.created, bug.updated) < bounds.since:
            return None  # an old one, which nobody has touched since: adopting makes no storm
        if has_phase or bug.created >= bounds.since:
            return Why.EVERYTHING if bounds.changed is None else Why.NEW
    if bounds.changed is None:
        return Why.EVERYTHING
    if known is not None and known.next is not None and known.next <= bounds.now:
        return Why.DUE
    if bug.updated >= bounds.changed:
        return Why.CHANGED
    if known is not None and (known.phase in _ON_ITS_WAY or known.has_items):
        return Why.ON_ITS_WAY
    return Why.ROTATION if bounds.turn(bug.number) else None


def looks_at_lost(numbers: Collection[int], bounds: Bounds) -> list[Look]:
    """The looks at closed bugs that have lost their row: they have a rotation of their own, so that no open
    bug's turn comes later for them. A sweep that knows no last one takes as many as an hour would, in each
    hour others: those of issues that were deleted stay lost."""
    found = sorted(numbers)
    if bounds.rotation is None:
        begin = int(bounds.now.timestamp()) // _EPOCH_HOUR * _A_SLOT % max(len(found), 1)
        return [Look(number, Why.LOST) for number in (*found[begin:], *found[:begin])[:_A_SLOT]]
    turn = replace(bounds.rotation, count=len(found))
    return [Look(number, Why.LOST) for number in found if turn.has(number)]


def closed_since(bounds: Bounds) -> datetime:
    """From when on a change of a closed bug has it looked at: what was said on it may have been lost with its
    run, and it has no deadline and, unless its row was lost, no turn. A sweep at everything looks at a day of
    them."""
    return bounds.now - _A_DAY if bounds.changed is None else bounds.changed


_A_DAY = timedelta(days=1)


def look_at_pull(pull: ThinPull, bounds: Bounds) -> Look | None:
    """The look that an open pull request needs, None for none: one that is green by us is believed."""
    why = _why_pull(pull, bounds)
    if why is None:
        return None
    return Look(pull.number, why, is_pull=True, gates=why is not Why.ROTATION)


def _why_pull(pull: ThinPull, bounds: Bounds) -> Why | None:
    if bounds.as_runs:
        return _why_by_runs(pull, bounds)
    gate = next((status for status in pull.statuses if status.context == ROLLUP), None)
    if gate is None:
        return Why.MISSING
    if any(
        status.creator is None or not status.creator.is_same(bounds.viewer.login) for status in pull.statuses
    ):
        return Why.FORGED
    if bounds.changed is None:
        return Why.EVERYTHING
    if pull.updated >= bounds.changed:
        return Why.CHANGED
    if any(status.state is not StatusState.SUCCESS for status in pull.statuses):
        return Why.WAITING
    if pull.is_all_good is not True and not gate.description.startswith(NOT_A_FIX):
        return Why.CHECKS
    return Why.ROTATION if bounds.turn(pull.number) else None


def _why_by_runs(pull: ThinPull, bounds: Bounds) -> Why | None:
    """Where all that reported on a head is good, our check runs are; one that is missing there was never
    asked for by an event, and what is new is looked at anyway."""
    if pull.is_all_good is None:
        return Why.MISSING
    if bounds.changed is None:
        return Why.EVERYTHING
    if pull.updated >= bounds.changed:
        return Why.CHANGED
    if not pull.is_all_good:
        return Why.WAITING
    return Why.ROTATION if bounds.turn(pull.number) else None


def changed_after(began: datetime | None) -> datetime | None:
    """From when on a change may have escaped a sweep that began then; None where none is known of."""
    return None if began is None else began - _OVERLAP


_OVERLAP = timedelta(minutes=10)
"""GitHub's lists and clocks lag by seconds, and Actions tells when a run was asked for, which is earlier than
its first read."""


def on_its_way() -> tuple[str, ...]:
    """The labels of open bugs that a deployment may concern."""
    return tuple(PHASES[name].label for name in _ON_ITS_WAY)
