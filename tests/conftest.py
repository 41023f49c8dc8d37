"""What holds for all tests: property tests see the same examples each time, however slow the machine is.

`pytest --hypothesis-profile=explore` looks for examples that nobody has seen yet.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile("same")
