"""The process itself is killed in the middle of its run: what it leaves, the next run makes whole.

GitHub ends a cancelled job's processes with SIGINT, with SIGTERM 7.5 seconds later, and kills them after 2.5
more (https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation). A machine that
goes away is like SIGKILL.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bugaction.demo.product import read_outputs, variables
from bugaction.sandbox.clock import RunningClock
from bugaction.sandbox.faults import Fault
from bugaction.sandbox.record import Request
from bugaction.sandbox.runs import JobRun, Runs
from bugaction.sandbox.world import Event
from tests.runner.team import without_times
from tests.scenario.life import Life, begin, form
from tests.scenario.rewind import Point, Seen, differences, greens, view
from tests.scenario.troubles import asked_for
from tests.secrecy import hold_secret

SOURCE = Path(__file__).parents[2] / "src"

OFTEN = ((signal.SIGKILL, "addComment"), (signal.SIGTERM, "createCommitOnBranch"))
"""What every `make test` sees: the last write, and the ledger's commit."""


_LENGTH = re.compile(r"\b\d+ (?:second|minute|hour|day)s?\b(?: and \d+ (?:second|minute)s?\b)?")


@dataclass
class Process:
    """Called with a job, runs the command line in a process of its own, by these arguments of Python."""

    folder: Path
    program: Sequence[str] = ("-m", "bugaction", "run")
    running: list[subprocess.Popen[str]] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    def __call__(self, run: JobRun) -> Mapping[str, str]:
        """Run it to its end, whatever that is."""
        environment = {**os.environ, **variables(run, self.folder), "PYTHONPATH": str(SOURCE)}
        with subprocess.Popen(
            [sys.executable, *self.program],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            self.running.append(process)
            printed, _ = process.communicate(timeout=120)
        self.printed.append(printed)
        self.codes.append(process.returncode)
        output = self.folder / "output"
        return read_outputs(output.read_text(encoding="utf-8")) if output.exists() else {}

    def kill(self, sign: signal.Signals) -> Callable[[Request], None]:
        """What a fault does to the process whose request it is."""

        def do(_: Request) -> None:
            self.running[-1].send_signal(sign)
            self.running[-1].wait(timeout=60)

        return do


@dataclass(frozen=True)
class Moment:
    """A bug with a fix just before the run that its label causes, and what an untroubled one leaves."""

    life: Life
    point: Point
    event: Event
    requests: tuple[Request, ...]
    end: Seen
    green: set[tuple[str, str, str]]

    def clean(self) -> tuple[Seen, set[tuple[str, str, str]]]:
        """The event's run again and a sweep; then what is to be seen."""
        self.life.runs.run(self.event)
        self.life.runs.skip()
        self.life.runs.schedule()
        return _timeless(view(self.life)), {(oid, name, "") for oid, name, _ in greens(self.life)}


def _timeless(seen: Seen) -> Seen:
    """Without what differs by when it was looked at: the machine's own time runs here."""
    return {
        name: sorted(map(_plain, value))
        if name.endswith(".jsonl") and isinstance(value, list)
        else _plain(value)
        for name, value in seen.items()
    }


def _plain(value: object) -> str:
    return _LENGTH.sub("*", without_times(repr(value))).replace("\\n", "\n")


@pytest.fixture(autouse=True)
def _hears_signals() -> Iterator[None]:
    """A shell lets what it starts in the background ignore SIGINT, and so would each process from here on."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def moment() -> Iterator[Moment]:
    """Lived by the machine's clock, as the process has no other."""
    with begin(clock=RunningClock()) as life:
        number = life.people.open_issue("dee", "Checkout fails", form()).number
        life.people.push("bo", "fix/checkout", {"a.py": "1\n"}, "Repair")
        life.people.open_pull("bo", "Repair", "fix/checkout", body=f"Fixes #{number}")
        life.runs.skip()
        life.people.label("mia", number, "P1")
        point, event = Point.of(life), life.world.told[-1]
        before = len(life.server.requests)
        life.runs.run(event)
        first = Moment(life, point, event, tuple(life.server.requests[before:]), {}, set())
        end, green = first.clean()
        yield replace(first, end=end, green=green)


def _kill(moment: Moment, folder: Path, number: int, sign: signal.Signals) -> None:
    """Kill the run before its request of that number (from 0) is carried out, and see what becomes of it."""
    life = moment.life
    moment.point.restore(life)
    process = Process(folder)
    if number:
        life.server.faults.add(Fault(number, acts=True))
    life.server.faults.add(Fault(1, before=process.kill(sign), drops=True))
    runs = Runs(life.server, process, app=life.runs.app)
    asked = len(life.server.requests)
    runs.run(moment.event)
    assert len(life.server.requests) == asked + number + 1  # nothing comes after the end
    assert process.codes[-1] != 0
    hold_secret([*process.printed, *(path.read_text("utf-8") for path in folder.iterdir())])
    seen, green = moment.clean()
    assert green <= moment.green
    found = differences(seen, moment.end)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("sign", "operation"), OFTEN, ids=str)
def test_killed_before_a_write(
    moment: Moment,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    sign: signal.Signals,
    operation: str,
) -> None:
    """Before the decision is recorded, and before the person is told."""
    number = next(index for index, request in enumerate(moment.requests) if operation in request.operations)
    record_property("fault", f"{operation}|{sign.name}")
    _kill(moment, tmp_path, number, sign)


@pytest.mark.reliability
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_killed_between_any_two(
    moment: Moment, tmp_path: Path, record_property: Callable[[str, object], None], sign: signal.Signals
) -> None:
    """And before the first, and before the last."""
    for number, request in enumerate(moment.requests):
        record_property("fault", f"{asked_for(request)}|{sign.name}")
        _kill(moment, tmp_path, number, sign)
