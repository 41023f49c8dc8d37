"""Ten thousand lives of bugs: `make benchmarks`, or `python -m benchmarks.lives [LIVES]`.

Each is lived twice: looked at by an ideal sweep, at every minute at which an outcome can change, and by
its own runs, which are late, lost, doubled, and die between the claim of a call and its comment. Both have to
come to the same breaches and to the same steps, each with the same due time, and nobody may be called twice.
The ideal is the baseline. Lives are numbered: a difference is found again by its number.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from random import Random

from benchmarks.measure import heading
from tests.lives import Outcome, Quick, ideal, random_life, real

_LIVES = 10_000
_CHUNK = 25


def difference(number: int, should: Outcome, was: Outcome) -> str:
    """What differs between the two, "" for nothing."""
    found = [] if should.breaches == was.breaches else [f"breaches {should.breaches} and {was.breaches}"]
    found += [] if should.steps == was.steps else [f"steps {sorted(set(should.steps) ^ set(was.steps))}"]
    found += [f"{name} was called {count} times" for name, count in (*should.calls, *was.calls) if count > 1]
    missed = [name for name, count in should.calls if count != 1]
    found += [f"the ideal did not call {name}" for name in missed]
    return f"life {number}: {'; '.join(found)}" if found else ""


def lived(numbers: range) -> tuple[int, int, int, int, int, list[str]]:
    """Sweeps, breaches, steps, calls and steps passed over of these lives, and what differs."""
    sweeps = breaches = steps = calls = 0
    differences: list[str] = []
    for number in numbers:
        life = random_life(Random(number))  # noqa: S311 - a life, no secret
        should, was = ideal(life, Quick()), real(life, Quick())
        sweeps += should.looks + was.looks
        breaches += len(was.breaches)
        steps += len(was.steps)
        calls += sum(count for _, count in was.calls)
        found = difference(number, should, was)
        differences += [found] if found else []
    return sweeps, breaches, steps, calls, steps - calls, differences


def _chunks(lives: int) -> Iterator[range]:
    return (range(begin, min(begin + _CHUNK, lives)) for begin in range(0, lives, _CHUNK))


def main() -> int:
    """Print what was lived, and fail where anything differs."""
    lives = int(sys.argv[1]) if len(sys.argv) > 1 else _LIVES
    heading(f"{lives:,} lives, each by an ideal sweep and by real ones")
    begin = time.perf_counter()
    sums, differences = [0] * 5, []
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        for count, (*figures, found) in enumerate(pool.imap_unordered(lived, _chunks(lives)), start=1):
            sums = [total + figure for total, figure in zip(sums, figures, strict=True)]
            differences += found
            if sys.stderr.isatty():
                print(f"\r{min(count * _CHUNK, lives):,} of {lives:,}", end="", file=sys.stderr)
    names = ("sweeps", "breaches", "steps", "mentions", "passed over")
    told = ", ".join(f"{name} {total:,}" for name, total in zip(names, sums, strict=True))
    seconds = time.perf_counter() - begin
    print(f"lives {lives:,}, {told}, differences {len(differences)}, {seconds:,.0f} s")
    for text in differences[:20]:
        print(text)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
