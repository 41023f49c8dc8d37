"""How much a template may do: its steps are counted, since Jinja2's sandbox stops neither loops that write
nothing nor texts that are joined with themselves (https://jinja.palletsprojects.com/sandbox/).

A clock would end the same template at one time and not at another; steps are the same each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from jinja2 import Environment, nodes, pass_context
from jinja2.runtime import Context

__all__ = ["STEPS", "Exhausted", "count_filters", "count_loops", "counter"]

STEPS = 5_000_000
"""A turn of a loop is one step, and a filter takes one for each character of its text. The largest document
that may be written has 400,000 characters; the slowest filter does as many steps in some ten seconds."""

_COUNTER = "\0steps"
_LOOP = "\0loop"
"""Names that no template can spell."""


class Exhausted(Exception):
    """A template's steps are used up."""

    def __init__(self) -> None:
        super().__init__(f"it takes more than {STEPS:,} steps: loops or texts that are too long")


class _Counter:
    """What is left of a rendering's steps."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = STEPS

    def take(self, steps: int) -> None:
        """Raises `Exhausted` where there are not so many."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted


def counter() -> Mapping[str, object]:
    """What each rendering needs among its values."""
    return {_COUNTER: _Counter()}


def count_filters(environment: Environment, filters: Mapping[str, Callable[..., object]]) -> None:
    """Let the environment have these filters, with their steps counted, and what counts those of loops."""
    environment.filters = {
        **{name: _counted(function) for name, function in filters.items()},
        "join": _join,
        _LOOP: _loop,
    }


def count_loops(environment: Environment, tree: nodes.Template) -> None:
    """Have the turns of every loop counted, before the first."""
    for loop in tree.find_all(nodes.For):
        loop.iter = nodes.Filter(loop.iter, _LOOP, [], [], None, None, lineno=loop.lineno)
        loop.iter.set_environment(environment)


def _left(context: Context) -> _Counter:
    found = context.resolve(_COUNTER)
    assert isinstance(found, _Counter)  # noqa: S101 - `counter` is among the values of each rendering
    return found


def _size(value: object) -> int:
    return len(value) if isinstance(value, str | list | Mapping) else 0


def _counted(function: Callable[..., object]) -> Callable[..., object]:
    @pass_context
    def counted(context: Context, value: object, *arguments: object, **named: object) -> object:
        _left(context).take(1 + _size(value))
        return function(value, *arguments, **named)

    return counted


@pass_context
def _loop(context: Context, items: object) -> object:
    _left(context).take(_size(items))
    return items


@pass_context
def _join(context: Context, items: Iterable[object], between: str = "") -> str:
    """Jinja2's `join`, which is told how long the text will be before there is one."""
    left = _left(context)
    left.take(_size(items))
    parts = [str(item) for item in items]
    left.take(sum(map(len, parts)) + len(str(between)) * len(parts))
    return str(between).join(parts)
