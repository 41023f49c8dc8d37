"""A thousand events at some two hundred bugs, four runs at once: `python -m benchmarks.load`.

Two lives of the same deeds on the embedded GitHub. In one its events are worked on one after the other, in
order and untroubled: that is the baseline. In the other four processes run the Action at the same time, for
the events of each hour in any order and some of them twice, while requests fail, branches move under commits,
and runs give up. A sweep follows each hour. Whatever a visitor could see at the end has to be the same.

As GitHub would, of one issue's or pull request's events one runs at a time, and of those that wait the newest
alone; `--without-groups` lets everything meet. Deeds and orders are the same for the same `--seed`; which
request meets which fault is the machine's. Where the ends differ, both repositories are left in
`.reliability/lives`, with each run's log and what was asked of GitHub.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import shutil
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path

from benchmarks.measure import heading
from bugaction.sandbox.runs import JobRun
from tests.scenario.bustle import plan
from tests.scenario.load import Done, End, Figures, here, live, strays

ROOT = Path(__file__).parents[1]
LIVES = ROOT / ".reliability" / "lives"


def serial(seed: int, bugs: int) -> End:
    """The life that the other is held to."""
    return live(plan(seed, bugs), said=partial(_say, "one by one"), left=LIVES / "one-by-one")


def together(seed: int, bugs: int, workers: int, rate: float, *, grouped: bool) -> End:
    """The same deeds, with runs in processes of their own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:

        def there(run: JobRun, now: datetime) -> Done:
            return pool.submit(here, run, now).result()

        return live(
            plan(seed, bugs),
            workers=workers,
            rate=rate,
            grouped=grouped,
            seed=seed,
            place=there,
            said=partial(_say, f"{workers} at once"),
            left=LIVES / "at-once",
        )


def _say(which: str, words: str) -> None:
    print(f"{which}, {words}", file=sys.stderr, flush=True)


def share(values: Sequence[float], part: float) -> float:
    """The value that so many of them do not pass: nearest rank."""
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)]


def account(figures: Figures) -> dict[str, float | int]:
    """The figures by name; own times in milliseconds."""
    return {
        "events": figures.events,
        "delivered twice": figures.doubled,
        "replaced while waiting": figures.replaced,
        "jobs": len(figures.seconds),
        "requests": figures.requests,
        "requests an event": round(figures.requests / figures.events, 2),
        "GraphQL points": figures.points,
        "own time p50": round(share(figures.seconds, 0.5) * 1000),
        "own time p95": round(share(figures.seconds, 0.95) * 1000),
        "conflicts": figures.conflicts,
        "faults": sum(figures.faults.values()),
        "runs that gave up": sum(count for code, count in figures.ended.items() if code),
        "sweeps until none had work left": figures.sweeps,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both lives' figures and what differs; fail where anything does."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bugs", type=int, default=210)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--rate", type=float, default=0.02, help="share of requests that meet a fault")
    parser.add_argument("--without-groups", action="store_true")
    given = parser.parse_args(arguments)
    heading(f"{given.bugs} bugs, {given.workers} runs at once, {given.rate:.0%} of requests meet a fault")
    begin = time.perf_counter()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as aside:
        waiting = aside.submit(serial, given.seed, given.bugs)
        was = together(given.seed, given.bugs, given.workers, given.rate, grouped=not given.without_groups)
        should = waiting.result()
    found = strays(was, should)
    rows = {"one by one": account(should.figures), f"{given.workers} at once": account(was.figures)}
    print(f"| | {' | '.join(rows)} |\n|---|{'---|' * len(rows)}")
    for name in account(was.figures):
        print(f"| {name} | {' | '.join(f'{row[name]:,}' for row in rows.values())} |")
    print(f"\ndifferences {len(found)}, {time.perf_counter() - begin:,.0f} s")
    print("\n".join(found[:400]))
    if found:
        print(f"both lives are in {LIVES.relative_to(ROOT)}")
    else:
        shutil.rmtree(LIVES)
    kept = {
        "bugs": given.bugs,
        "workers": given.workers,
        "seed": given.seed,
        "groups": not given.without_groups,
        "lives": rows,
        "kinds of faults": dict(sorted(was.figures.faults.items())),
        "differences": len(found),
    }
    path = ROOT / ".reliability" / "load.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
