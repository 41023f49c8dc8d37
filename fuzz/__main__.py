"""`python -m fuzz [--seconds N] [NAME ...]`: each harness for so long, one after the other, and a table.

What it finds interesting is kept in `.fuzz/`, for the next time. An input that breaks a harness is written to
`fuzz/crashes/NAME/`, and the exit code is then 1.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from fuzz.words import ROOT

_FOLDER = Path(__file__).parent
_FOUND = ROOT / ".fuzz"
_RESULT = ROOT / ".reliability" / "fuzz.json"

_LONGEST = {"joining": 16_384, "merge": 16_384}
_USUAL = 4_096
"""Bytes of an input: two documents, or one; elsewhere what reaches every line in little time."""

_TIMEOUT = 20
"""Seconds for one input; a body of a tenth of GitHub's limit takes milliseconds."""

_MEMORY = 2_048
"""MB of the fuzzer and the parser together."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a run of a harness told at its end: edges are those of the instrumented code that were reached."""

    name: str
    seconds: int
    executions: int
    edges: int
    crashes: int


def main() -> int:
    """Run the harnesses that are named, or all."""
    names = sorted(path.stem for path in (_FOLDER / "harnesses").glob("[a-z]*.py"))
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(names)}")
    parser.add_argument("--seconds", type=int, default=60, help="for each harness (60)")
    given = parser.parse_args()
    if unknown := sorted(set(given.names) - set(names)):
        parser.error(f"there is no harness {unknown[0]}; there are: {', '.join(names)}")
    if find_spec("atheris") is None:
        print(
            "atheris is not here; `make fuzz` brings it where it has a wheel: Linux on x86-64.",
            file=sys.stderr,
        )
        return 2 if (sys.platform, platform.machine()) == ("linux", "x86_64") else 0
    print(f"{'harness':<14}{'seconds':>8}{'executions':>12}{'edges':>8}{'crashes':>9}", flush=True)
    found = []
    for name in given.names or names:
        told = _run(name, given.seconds)
        found.append(told)
        print(
            f"{name:<14}{told.seconds:>8}{told.executions:>12,}{told.edges:>8,}{told.crashes:>9}", flush=True
        )
        _RESULT.parent.mkdir(exist_ok=True)
        _RESULT.write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n", encoding="utf-8")
    return 1 if any(told.crashes for told in found) else 0


def _run(name: str, seconds: int) -> Told:
    """One harness in a process of its own, which a crash ends."""
    begin = time.monotonic()
    kept = _FOUND / name
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as aside:
        command = [
            *(sys.executable, "-m", "fuzz.inside", name, f"-max_total_time={seconds}"),
            *(f"-timeout={_TIMEOUT}", f"-rss_limit_mb={_MEMORY}", "-print_final_stats=1"),
            f"-max_len={_LONGEST.get(name, _USUAL)}",
            *(f"-artifact_prefix={aside}/", f"-dict={_FOLDER / 'words.dict'}"),
            *(str(kept), str(_FOLDER / "corpus" / name)),
        ]
        ended = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False
        )
        new = list(Path(aside).iterdir())
        for found in new:
            place = _FOLDER / "crashes" / name / found.name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(found, place)
    lasted = round(time.monotonic() - begin)
    log = ended.stdout + ended.stderr
    if new or ended.returncode:
        print(reason_of(log), file=sys.stderr)
    return told_of(name, lasted, log, crashes=len(new) or int(ended.returncode != 0))


def told_of(name: str, seconds: int, log: str, *, crashes: int) -> Told:
    """What libFuzzer's log says of a run; a crash ends it without its word on how long it was, which is then
    `seconds`."""
    return Told(
        name=name,
        seconds=_last(r"^Done \d+ runs in (\d+) second", log) or seconds,
        executions=_last(r"number_of_executed_units:\s*(\d+)", log) or _last(r"^#(\d+)", log),
        edges=_last(r"cov: (\d+)", log),
        crashes=crashes,
    )


def reason_of(log: str) -> str:
    """What Python said of the input that broke the harness, or the end of the log."""
    _, mark, said = log.partition("Uncaught Python exception")
    return (
        re.split(r"^(?:==\d+==|INFO:)", said, maxsplit=1, flags=re.M)[0].strip("= :\n")
        if mark
        else log[-2_000:]
    )


def _last(pattern: str, log: str) -> int:
    found = re.findall(pattern, log, re.M)
    return int(found[-1]) if found else 0


if __name__ == "__main__":
    sys.exit(main())
