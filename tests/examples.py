"""How many examples a property test sees: as many as it asks for, scaled by the profile of the run.

`make test` takes what stands in the test, the other Pythons ten of each, and `make reliability` ten times as
many, which nobody has seen before.
"""

from __future__ import annotations

import pytest
from _pytest.mark import ParameterSet
from hypothesis import HealthCheck, settings

__all__ = ["PROFILES", "examples", "rarely"]

PROFILES = {"same": 1.0, "brief": 0.0, "explore": 10.0}
"""The profiles, and by what they multiply the examples of a test that asks for a number of its own."""

_LEAST = 10


def rarely(*values: object) -> list[ParameterSet]:
    """Parameters that `make reliability` alone tries, beside those that every `make test` does."""
    return [pytest.param(value, marks=pytest.mark.reliability) for value in values]


def examples(most: int) -> settings:
    """Settings for a test that sees `most` examples in `make test`; a slow one is no failure."""
    factor = PROFILES.get(settings.get_current_profile_name(), 1.0)
    return settings(
        max_examples=max(min(most, _LEAST), int(most * factor)),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
