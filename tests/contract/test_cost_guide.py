"""The guide to costs: its sums are right, its figures are those of the benchmarks."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guide" / "costs.md").read_text(encoding="utf-8")
BENCHMARKS = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
MINUTE = 0.006
"""Dollars for a minute of the standard Linux runner (docs.github.com/billing, Actions runner pricing)."""


def rows(text: str) -> list[list[str]]:
    """The rows of all tables, each as its cells."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| ")
    ]


def test_the_month_adds_up() -> None:
    """How often times how many jobs are the minutes of each line; their sum times the price is the bill."""
    month = [row for row in rows(GUIDE) if len(row) == 4 and row[2].isdigit()]
    assert len(month) > 3
    for what, often, jobs, minutes in month:
        times = re.findall(r"\d+", often)[:1]
        assert int(times[0]) * int(jobs) == int(minutes.replace(",", "")), what
    total = sum(int(row[3].replace(",", "")) for row in month)
    assert f"| **{total:,}** |" in GUIDE
    assert f"${MINUTE}" in GUIDE
    assert f"${total * MINUTE:.2f}" in GUIDE
    assert f"some {round(total, -2):,} minutes a month" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_requests_are_those_that_were_measured() -> None:
    """Reads and writes of an event, as the benchmarks have them; without what was counted before."""
    measured = {
        tuple(re.findall(r"\d+", cell)[:1][0] for cell in row[2:4]) for row in rows(BENCHMARKS) if event(row)
    }
    told = [row for row in rows(GUIDE) if len(row) == 3 and row[1].isdigit()]
    assert len(told) > 3
    for what, reads, writes in told:
        if not what.startswith("a sweep"):
            assert (reads, writes) in measured, what
    assert "| 1,000 quiet bugs | 40 | 1 |" in BENCHMARKS
    assert "| a sweep of 1,000 quiet bugs | 40 | 1 |" in GUIDE


def event(row: list[str]) -> bool:
    """Whether the row tells the reads and writes of an event."""
    return len(row) == 5 and row[2][:1].isdigit() and row[3].isdigit()


def test_the_sweep_that_costs_less_differs_by_its_hours_alone() -> None:
    """The minute that was chosen stays."""
    shipped = (ROOT / "templates" / "scaffold" / "bugaction.yml").read_text(encoding="utf-8")
    (hourly,) = re.findall(r'cron: "(.+)"', shipped)
    (rarer,) = re.findall(r'cron: "(.+)"', GUIDE)
    assert rarer == hourly.replace(" * * * *", " */3 * * *")
