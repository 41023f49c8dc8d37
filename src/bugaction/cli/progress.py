"""How far long work is, on the error stream, for who watches; nothing of it in what a command prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bugaction.seen import Observe, Seen

__all__ = ["bar_of", "counted", "is_watched"]

_QUARTERS = 4


def is_watched() -> bool:
    """Whether a person sits before the error stream, at a terminal that can write over a line."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


@contextmanager
def bar_of(what: str, *, silent: bool) -> Iterator[Callable[[int, int], None]]:
    """Takes how many of how many are done: a bar for a person, a line each quarter for a log, nothing where
    it is `silent`."""
    if silent:
        yield lambda done, total: None  # noqa: ARG005 - nobody looks
    elif is_watched():
        with click.progressbar(length=1, label=f"Reading {what}", show_pos=True, file=sys.stderr) as bar:

            def advance(done: int, total: int) -> None:
                bar.length = max(1, total)
                bar.update(done - bar.pos)

            yield advance
    else:
        said: set[int] = set()

        def line(done: int, total: int) -> None:
            part = done * _QUARTERS // max(1, total)
            if part not in said:
                said.add(part)
                click.echo(f"Read {done} of {total} {what}", err=True)

        yield line


@contextmanager
def counted(*, silent: bool) -> Iterator[Observe]:
    """Takes each decision of a sweep, of which nobody knows how many there will be: one line that is written
    over, for a person; nothing otherwise, since a job's log tells it at the end."""
    from bugaction.seen import unobserved  # with it come all the rules, which `--help` does without

    if silent or not is_watched():
        yield unobserved
        return
    looked: set[tuple[int, ...]] = set()

    def tell(seen: Seen) -> None:
        targets = seen.targets
        numbers = (*targets.issues, *targets.pulls, *targets.items)
        looked.add(numbers)
        names = ", ".join(f"#{number}" for number in numbers)
        click.echo(f"\r\x1b[KLooking at {names} ({len(looked)})", err=True, nl=False)

    try:
        yield tell
    finally:
        if looked:
            click.echo("\r\x1b[K", err=True, nl=False)
