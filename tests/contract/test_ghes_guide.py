"""The page on Enterprise Server says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from bugaction.github.client import _BUNDLES
from bugaction.github.older import NEWER, OLDEST
from bugaction.servers import server_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guide" / "ghes.md").read_text(encoding="utf-8")


def test_each_way_of_naming_a_server_names_the_same() -> None:
    """One variable a time, as the table has them."""
    kinds = [re.findall(r"`(\w+)=(\S+)`", line) for line in PAGE.splitlines() if "GITHUB_API_URL=" in line]
    assert [len(ways) for ways in kinds] == [3, 3]
    for ways in kinds:
        assert len({server_of({name: value}) for name, value in ways}) == 1


def test_what_an_older_server_lacks_is_listed_with_its_release() -> None:
    """Everything that is left out, and nothing else."""
    rows = re.findall(r"^\| `(\w+\.\S+)` \| (\S+) \| .+ \|$", PAGE, re.MULTILINE)
    assert dict(rows) == {name: newer.since for name, newer in NEWER.items()}
    assert f"GitHub Enterprise Server {OLDEST} or later" in PAGE


def test_the_variables_are_those_that_are_read() -> None:
    """By us, by pip and by uv; the sample is what a workflow takes."""
    sample = yaml.safe_load(PAGE.partition("```yaml\n")[2].partition("```")[0])
    given = sample["env"]
    assert set(given) >= {"PIP_INDEX_URL", "UV_DEFAULT_INDEX", "HTTPS_PROXY", "NO_PROXY"}
    assert set(given) & set(_BUNDLES) == {"SSL_CERT_FILE"}
    assert "`REQUESTS_CA_BUNDLE`" in PAGE
