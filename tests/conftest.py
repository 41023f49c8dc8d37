"""What holds for all tests: property tests see the same examples each time, however slow the machine is.

`pytest --hypothesis-profile=explore` looks for examples that nobody has seen yet. `brief` is for the other
Pythons: a language that reads our code otherwise shows in a few examples. See `tests.examples`.

GitHub's schema and the trees of its queries live as long as the process, many thousands of objects: the
collector looks at them less often than it would by itself, which is a sixth of a scenario's time.
"""

from __future__ import annotations

import gc

from hypothesis import settings

gc.set_threshold(200_000, 50, 100)

settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("brief", deadline=None, derandomize=True, max_examples=10)
settings.register_profile("explore", deadline=None, print_blob=True, max_examples=1_000)
settings.load_profile("same")
