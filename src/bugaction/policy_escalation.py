"""What a team decides about who is called when a bug takes too long: the ladder, the rota, and contacts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bugaction.policy_values import Day, Login, Strict
from bugaction.zones import zone_of

__all__ = [
    "CRITICAL_LADDER",
    "HIGH_LADDER",
    "ROLES",
    "Condition",
    "Contact",
    "Rota",
    "Step",
    "ascending",
    "role_words",
    "share_of",
]

ROLES = ("on-call", "engineering-lead", "cto", "ceo", "product", "support")
"""The words of `to` that stand for the people whom `people` names; any other is a login or a team."""


def role_words(name: str) -> str:
    """A word of `to` as a sentence has it: `on call`, `CTO`; a login or a team as it is."""
    if name not in ROLES:
        return name
    return name.upper() if len(name) == _INITIALS else name.replace("-", " ")


_INITIALS = 3
_SHARE = re.compile(r"(?P<percent>[0-9]{1,4}(?:\.[0-9]{1,2})?) ?%", re.ASCII)
_MOST_SHARE = 10.0
_NO_SHARE = "expected a share of the target such as 50%, up to 1000%"


def _share(value: object) -> object:
    share = 0.0
    if isinstance(value, int | float) and not isinstance(value, bool):
        share = float(value)
    elif isinstance(value, str) and (found := _SHARE.fullmatch(value.strip())):
        share = float(found["percent"]) / 100
    if not 0 < share <= _MOST_SHARE:
        raise ValueError(_NO_SHARE)
    return share


def share_of(share: float) -> str:
    """A share as people write it: `50%`."""
    return f"{share * 100:.2f}".rstrip("0").rstrip(".") + "%"


_Share = Annotated[
    float,
    BeforeValidator(_share),
    PlainSerializer(share_of, return_type=str),
    WithJsonSchema(
        {
            "description": "A share of the target: 50%, or 0.5.",
            "anyOf": [
                {
                    "type": "string",
                    "examples": ["50%"],
                    "pattern": r"^\s*[0-9]{1,4}(\.[0-9]{1,2})? ?%\s*$",
                },
                {"type": "number", "examples": [0.5], "exclusiveMinimum": 0, "maximum": _MOST_SHARE},
            ],
        }
    ),
]

_MENTIONABLE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})(?:/[a-z0-9][a-z0-9._-]{0,99})?", re.ASCII)
"""A login, or an organisation and a team's slug: what GitHub reads behind an `@`."""


def _bare(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.casefold())


_BARE_ROLES = {_bare(role): role for role in ROLES}


def _called(value: str) -> str:
    name = value.strip().removeprefix("@")
    if name in ROLES:
        return name
    near = _BARE_ROLES.get(_bare(name))
    if near is not None:
        # A role that is misspelled would be the login of a stranger.
        message = f"expected {near} for the role, as `people` spells it"
        raise ValueError(message)
    if not _MENTIONABLE.fullmatch(name):
        raise ValueError(f"expected one of {', '.join(ROLES)}, a login, or a team such as octo/leads")
    return name


_Called = Annotated[str, AfterValidator(_called)]


class Condition(StrEnum):
    """When a step applies at all."""

    CRITICAL_IMPACT = "critical-impact"


class Step(Strict):
    """One step of a ladder: at which share of the target (`fix`), who is called, and under which condition.

    `to` holds roles of `people`, logins, and teams with their organisation. `critical-impact`: only where the
    bug form says that the business impact is critical.
    """

    at: _Share
    to: Annotated[tuple[_Called, ...], Field(min_length=1, max_length=10)]
    only: Condition | None = None


def ascending(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps, each at a larger share than the one before it; others contradict their order."""
    for before, step in pairwise(steps):
        if step.at <= before.at:
            raise PydanticCustomError(
                "ladder",
                "expected steps in order, each at a larger share: {share} comes after {before}",
                {"share": share_of(step.at), "before": share_of(before.at)},
            )
    return steps


CRITICAL_LADDER = (
    Step(at=0.25, to=("on-call",)),
    Step(at=0.5, to=("engineering-lead",)),
    Step(at=0.75, to=("cto",)),
    Step(at=1.0, to=("ceo",), only=Condition.CRITICAL_IMPACT),
)
"""The order is the process's; the shares are ours: an hour each of a P0's four."""

HIGH_LADDER = (Step(at=0.5, to=("on-call",)), Step(at=0.75, to=("engineering-lead",)))


class Rota(Strict):
    """Who is on call week by week: the first of `logins` from the beginning of the day `start` on, by the
    clock of `time-zone`, the next a week later, and so on in a circle.
    """

    start: Day | None = None
    logins: tuple[Login, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.start is None) != (not self.logins):
            lacking = "start" if self.start is None else "logins"
            text = "a rota takes both its first day and its people: `{lacking}` is missing"
            raise PydanticCustomError("rota", text, {"lacking": lacking})
        return self

    def at(self, moment: datetime, zone: str) -> tuple[Login, ...]:
        """Whose week it is; nobody's before the first day. Weeks are counted by days of the calendar, so a
        change of the clocks moves no handover."""
        if self.start is None:
            return ()
        days = (moment.astimezone(zone_of(zone)).date() - self.start).days
        return (self.logins[days // 7 % len(self.logins)],) if days >= 0 else ()

    def handover(self, moment: datetime, zone: str) -> datetime | None:
        """The next moment, in UTC, at which somebody else's week begins; None where there is nobody else."""
        if self.start is None or (len(self.logins) == 1 and self.at(moment, zone)):
            return None
        place = zone_of(zone)
        weeks = (moment.astimezone(place).date() - self.start).days // 7 + 1
        day = self.start + timedelta(weeks=max(0, weeks))
        return datetime.combine(day, time.min, place).astimezone(UTC)


class Contact(Strict):
    """A way to reach people in an emergency, shown with a P0: `{name: Slack, text: "#incidents"}`."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=200)]
