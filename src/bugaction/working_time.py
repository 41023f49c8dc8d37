"""Which time counts: all of it, or a team's working hours. Pure.

Working hours are wall-clock times of a zone on some days of the week: on the day of a change to summer time
09:00 to 17:00 is as long as ever, and 00:00 to 24:00 an hour shorter. An opening that the change leaves out
is at the change itself; one that comes twice is at its first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Protocol

from bugaction.moment import YEARS
from bugaction.public_holidays import days_off
from bugaction.zones import zone_of

__all__ = ["ALWAYS", "Calendar", "RoundTheClock", "WorkingHours", "end_of_day"]

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)

_FARTHEST = 40 * 366
"""Days that are looked through for the end of a length of time, which policy bounds at ten years: of a
four-day week with holidays a little more than half is left over."""


class Calendar(Protocol):
    """What counts of time: from `a` to `after(a, x)`, by `counted`, exactly x does."""

    def counted(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time from `start` to `end` (UTC) counts; nothing where it ends before."""
        ...

    def after(self, start: datetime, length: timedelta) -> datetime | None:
        """The first moment (UTC) at which so much has counted since `start`; None where that never comes."""
        ...

    def target(self, length: timedelta) -> timedelta:
        """How much has to count for what policy calls that length."""
        ...


@dataclass(frozen=True, slots=True)
class RoundTheClock:
    """Every minute counts."""

    def counted(self, start: datetime, end: datetime) -> timedelta:
        """As in `Calendar`."""
        return max(end - start, timedelta())

    def after(self, start: datetime, length: timedelta) -> datetime | None:
        """As in `Calendar`."""
        return start + length

    def target(self, length: timedelta) -> timedelta:
        """As it is."""
        return length


ALWAYS = RoundTheClock()


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Hours of the days of a week, without holidays.

    `days` are weekdays, Monday is 0; `opens` and `closes` are minutes since midnight, the latter 1440 at the
    most. `zone` is a name of the IANA list. `country` and `subdivision` are as in `public_holidays`, "" for
    none; `extra` are further days off.
    """

    days: frozenset[int]
    opens: int
    closes: int
    zone: str = "UTC"
    country: str = ""
    subdivision: str = ""
    extra: frozenset[date] = field(default_factory=frozenset)

    def counted(self, start: datetime, end: datetime) -> timedelta:
        """As in `Calendar`."""
        total, day = timedelta(), self._day(start)
        last = self._day(end)
        while day <= last:
            hours = self._hours(day)
            if hours is not None:
                total += max(min(end, hours[1]) - max(start, hours[0]), timedelta())
            day += _DAY
        return total

    def after(self, start: datetime, length: timedelta) -> datetime | None:
        """As in `Calendar`."""
        left, day = length, self._day(start)
        if not left:
            return start
        for _ in range(_FARTHEST):
            hours = self._hours(day)
            if hours is not None:
                begin = max(start, hours[0])
                if hours[1] - begin >= left:
                    return begin + left
                left -= max(hours[1] - begin, timedelta())
            day += _DAY
        return None

    def target(self, length: timedelta) -> timedelta:
        """A week is as many working days as it has, a day one of them, and hours are hours, up to a day.

        So it stays in order: whatever is longer than something else is not shorter here.
        """
        day = timedelta(minutes=self.closes - self.opens)
        weeks, rest = divmod(length, _WEEK)
        days, hours = divmod(rest, _DAY)
        over = min(days * day + min(hours, day), len(self.days) * day)
        return weeks * len(self.days) * day + over

    def _day(self, at: datetime) -> date:
        return at.astimezone(zone_of(self.zone)).date()

    def _hours(self, day: date) -> tuple[datetime, datetime] | None:
        """When the team works on that day, in UTC; None where it does not."""
        if day.weekday() not in self.days or day in self.extra:
            return None
        if self.country and day in days_off(self.country, self.subdivision, day.year):
            return None
        return _moment(self.zone, day, self.opens), _moment(self.zone, day, self.closes)


def end_of_day(name: str, day: date) -> datetime:
    """The moment, in UTC, at which that day is over in the zone of that name. A year that nobody can mean
    (`YEARS`) is the nearest that somebody can."""
    day = min(max(day, date(YEARS.start, 1, 1)), date(YEARS.stop, 1, 1))
    return _moment(name, day, _DAY // timedelta(minutes=1))


@lru_cache(maxsize=4096)  # each clock of each bug asks for the same days
def _moment(name: str, day: date, minutes: int) -> datetime:
    """The first moment of that day, in UTC, at which its clock has come to so many minutes past midnight."""
    zone = zone_of(name)
    if minutes == _DAY // timedelta(minutes=1):
        day, minutes = day + _DAY, 0
    local = datetime.combine(day, time(minutes // 60, minutes % 60), zone)
    found = local.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    return _change(zone, local.replace(fold=1).astimezone(UTC), found, local.replace(tzinfo=None))


def _change(zone: tzinfo, before: datetime, behind: datetime, local: datetime) -> datetime:
    """The second at which the zone's clock jumps over `local` (PEP 495: by its two folds it lies between)."""
    low, high = 0, int((behind - before).total_seconds())
    while low < high:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).replace(tzinfo=None) < local:
            low = middle + 1
        else:
            high = middle
    return before + timedelta(seconds=low)
