"""A pytest plugin: each test begins with empty caches, as in a process of its own.

Mutation testing runs all tests in the process that it forks for each mutant, and asks which of them reach a
function: what a cache answers there would be reached by the first test alone, and by none in the fork.
"""

from __future__ import annotations

import sys

__all__ = ["pytest_runtest_setup"]


def pytest_runtest_setup() -> None:
    """Clear what functools keeps for any function of the product."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "bugaction":
            for each in list(vars(module).values()):
                clear = getattr(each, "cache_clear", None)
                if clear is not None:
                    clear()
