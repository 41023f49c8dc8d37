"""Fixtures of the scenarios: whole lives of bugs on the embedded GitHub."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scenario.life import Life, begin


@pytest.fixture
def life() -> Iterator[Life]:
    """A team with a repository that has one commit, and no bug yet."""
    with begin() as found:
        yield found
