"""What a team decides about its clocks: what pauses them, which time counts, and which days are off."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from bugaction.policy_values import Day, LabelName, Strict, TimeOfDay
from bugaction.public_holidays import MISSING, is_country, subdivisions_of

__all__ = ["BusinessHours", "Clocks", "Holidays", "Hours", "ReleaseWindows", "Weekday"]


class Hours(StrEnum):
    """Which time of a severity counts: all of it, or the team's working hours."""

    ALWAYS = "always"
    BUSINESS = "business"


class Weekday(StrEnum):
    """A day of the week, Monday first."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @property
    def number(self) -> int:
        """As `date.weekday` counts: Monday is 0."""
        return list(Weekday).index(self)

    @property
    def word(self) -> str:
        """Its name."""
        return _NAMES[self.number]


_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Clocks(Strict):
    """How clocks run. While one of the labels of `pause` is on a bug, its clocks stand still. `at-risk` is
    the share of a target that is used up when the bug is labelled so.
    """

    pause: tuple[LabelName, ...] = ("needs-info", "blocked")
    at_risk: Annotated[float, Field(gt=0, lt=1)] = 0.75


_WORKING_WEEK = (Weekday.MON, Weekday.TUE, Weekday.WED, Weekday.THU, Weekday.FRI)


class BusinessHours(Strict):
    """When the team works, by the clock of `time-zone`: what counts of a severity with `hours: business`."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = _WORKING_WEEK
    opens: Annotated[TimeOfDay, Field(alias="from")] = 9 * 60
    closes: Annotated[TimeOfDay, Field(alias="to")] = 17 * 60

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.closes <= self.opens:
            raise PydanticCustomError("hours", "expected `to` to be later on the same day than `from`")
        return self


class ReleaseWindows(Strict):
    """When the team releases what can wait: on these days of the week, and at that time of day where one is
    named, by the clock of `time-zone`. Without days nothing is known of it.
    """

    days: tuple[Weekday, ...] = ()
    at: TimeOfDay | None = None

    @model_validator(mode="after")
    def _has_days(self) -> Self:
        if self.at is not None and not self.days:
            raise PydanticCustomError("windows", "expected `days` beside `at`")
        return self


def _country(value: str) -> str:
    try:
        known = is_country(value)
    except ImportError:  # pragma: no cover - the library is there wherever the tests run
        raise ValueError(MISSING) from None
    if not known:
        raise ValueError("expected a country by its two letters, such as DE or US")
    return value


_Country = Annotated[str, AfterValidator(_country)]


class Holidays(Strict):
    """Days off: the public holidays of a country, and of a part of it, and the team's own."""

    country: _Country | None = None
    subdivision: str | None = None
    extra: tuple[Day, ...] = ()

    @model_validator(mode="after")
    def _of_that_country(self) -> Self:
        if self.subdivision is None:
            return self
        if self.country is None:
            raise PydanticCustomError("holidays", "a subdivision needs its country: name it under `country`")
        known = subdivisions_of(self.country)
        if self.subdivision not in known:
            names = ", ".join(known) or "none: leave the key out"
            text = "expected a subdivision of {country}: {names}"
            raise PydanticCustomError("holidays", text, {"country": self.country, "names": names})
        return self
