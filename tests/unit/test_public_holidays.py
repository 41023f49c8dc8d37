"""Public holidays, as the library has them."""

from __future__ import annotations

from datetime import date

from bugaction.public_holidays import days_off, is_country, subdivisions_of


def test_days_off_are_a_country_s_and_its_part_s() -> None:
    """Epiphany is kept in Bavaria and not in Berlin; the Day of German Unity everywhere."""
    assert date(2026, 1, 6) in days_off("DE", "BY", 2026)
    assert date(2026, 1, 6) not in days_off("DE", "BE", 2026)
    assert all(date(2026, 10, 3) in days_off("DE", part, 2026) for part in ("", "BY", "BE"))
    assert {day.year for day in days_off("US", "", 2026)} == {2026}


def test_countries_are_known_by_two_letters() -> None:
    """In capitals; with their parts."""
    assert is_country("DE")
    assert not any(is_country(code) for code in ("de", "DEU", "XX", "Germany", ""))
    assert "BY" in subdivisions_of("DE")
    assert subdivisions_of("XX") == ()
