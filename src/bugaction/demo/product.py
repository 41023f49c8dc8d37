"""Runs the product in this process for a job of the embedded GitHub, as the Action's last step would."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

from bugaction.console import Console
from bugaction.execution import execute
from bugaction.sandbox.clock import SteppingClock
from bugaction.sandbox.runs import JobRun

__all__ = ["InProcess", "read_outputs", "variables"]


@dataclass
class InProcess:
    """Called with a job, gives the step's outputs; time passes on the world's clock alone.

    `log` is what the runs printed, as a runner's log would show it. `codes` are their exit codes.
    """

    clock: SteppingClock
    log: list[str] = field(default_factory=list)
    summaries: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    def __call__(self, run: JobRun) -> Mapping[str, str]:
        """Run the product with this job's event, inputs and token."""
        with tempfile.TemporaryDirectory(prefix="bugaction-run-") as name:
            folder = Path(name)
            stream = io.StringIO()
            code = execute(
                variables(run, folder),
                Console(stream, in_actions=True),
                clock=self.clock,
                sleep=self._sleep,
            )
            self.log.append(stream.getvalue())
            self.summaries.append((folder / "summary").read_text(encoding="utf-8"))
            self.codes.append(int(code))
            return read_outputs((folder / "output").read_text(encoding="utf-8"))

    def _sleep(self, seconds: float) -> None:
        self.clock.advance(seconds=seconds)


def variables(run: JobRun, folder: Path) -> dict[str, str]:
    """The environment of the Action's last step: the runner's variables, and each input by its name."""
    event = folder / "event.json"
    event.write_text(json.dumps(run.payload), encoding="utf-8")
    given = {f"BUGACTION_{key.upper().replace('-', '_')}": value for key, value in run.inputs.items()}
    return {
        **run.environment,
        **given,
        "BUGACTION_TOKEN": run.token.value,
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
    }


def read_outputs(text: str) -> dict[str, str]:
    """The outputs in a file of GITHUB_OUTPUT, as a runner reads it: name, delimiter, lines up to it."""
    found: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        name, mark, delimiter = line.partition("<<")
        if mark:
            found[name] = "\n".join(takewhile(delimiter.__ne__, lines))
    return found
