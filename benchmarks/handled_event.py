"""What a handled event costs the runner's processor: `make benchmarks`, or `python -m benchmarks.handled_event`.

Own CPU time (user and system) of the process that the Action's last step starts, from the interpreter's
start to its end. The embedded GitHub answers it from another process's time. Beside it stand its floors:
the interpreter that does nothing, and the one that only imports PyGithub. All run with `-I` and with the
bytecode that is named in the heading.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence

PYTHON = sys.executable
BUDGET = 0.5
"""Seconds of own process time for a handled event, everything installed."""

RUN = [PYTHON, "-I", "-m", "bugaction", "run"]


def cpu_of(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Seconds of processor time of a process and what it starts; raises when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=dict(environment), check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
