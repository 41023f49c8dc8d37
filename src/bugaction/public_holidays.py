"""Public holidays, from the library `holidays`, which is imported once a policy names a country.

Its tables are read like an imported module: their content belongs to the installation, and is pinned there.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

__all__ = ["MISSING", "days_off", "is_country", "subdivisions_of"]

MISSING = "the library `holidays` is not installed here; leave `holidays.country` out, or install it"


@lru_cache(maxsize=1)
def _countries() -> dict[str, list[str]]:
    """Every country of the library with its subdivisions. Raises ImportError where the library is missing."""
    import holidays  # 14 MB of tables, and a third of a second: only who names a country needs it

    found: dict[str, list[str]] = holidays.list_supported_countries(include_aliases=True)
    return found


def is_country(code: str) -> bool:
    """Whether there are tables for that country, an ISO 3166-1 code of two letters such as `DE`."""
    return len(code) == 2 and code in _countries()


def subdivisions_of(country: str) -> tuple[str, ...]:
    """The parts of the country whose holidays are known, by their codes: `BY` of `DE`."""
    return tuple(_countries().get(country, ()))


@lru_cache(maxsize=256)
def days_off(country: str, subdivision: str, year: int) -> frozenset[date]:
    """The public holidays of one year there; the whole country's where `subdivision` is ""."""
    import holidays

    found = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    return frozenset(day for day in found if day.year == year)
