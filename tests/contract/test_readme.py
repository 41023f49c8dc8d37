"""The README says what is granted, and leads to every page that somebody looks for by who they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_permissions_are_those_of_the_shipped_workflow() -> None:
    """Each with its highest level, the jobs that have that, and how the others stand."""
    text = (ROOT / "templates" / "scaffold" / "bugaction.yml").read_text(encoding="utf-8")
    jobs: dict[str, Any] = yaml.safe_load(text)["jobs"]
    granted: dict[str, dict[str, str]] = {}
    for name, job in jobs.items():
        for key, level in job["permissions"].items():
            granted.setdefault(key, {})[name] = level
    told = {
        (key, level): jobs
        for key, level, jobs in re.findall(r"^\| `([a-z-]+): (\w+)` \| (.+?) \|", README, re.MULTILINE)
    }
    assert set(told) == {(key, max(levels.values())) for key, levels in granted.items()}
    for (key, level), words in told.items():
        having = [name for name, of in granted[key].items() if of == level]
        assert re.findall(r"`(\w+)`", words.partition(";")[0]) == having
        assert ("reads" in words or "others read" in words) is (
            set(granted[key].values()) == {"read", "write"}
        )


def test_every_role_of_the_index_is_in_it() -> None:
    """The README's table of guides is the index of the guides, in short: nobody is led elsewhere by it."""
    index = (ROOT / "docs" / "guide" / "README.md").read_text(encoding="utf-8")
    begin = index.partition("## By what you do")[2].partition("\n## ")[0]
    guides = README.partition("\n## Guides\n")[2].partition("\n## ")[0]
    led = {name for name in re.findall(r"\(docs/guide/([a-z-]+\.md)\)", guides) if name != "README.md"}
    assert led - {"reporting-a-bug.md"} <= set(re.findall(r"\(([a-z-]+\.md)\)", begin))
    assert guides.count("\n| ") == begin.count("\n| ") - 1
