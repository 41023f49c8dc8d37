"""Events' payloads that GitHub would not send: each value missing, null, of another type, or hostile.

What may stand where is taken from GitHub's own webhook schemas, so that fields which an example lacks are
tried as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from bugaction.sandbox.contract.extracts import read_json

__all__ = ["MISSING", "VALUES", "Mutation", "mutated", "mutations", "paths_of"]

Path = tuple[str | int, ...]

MISSING = object()
"""In place of a value: the key is not there."""

NASTY = (
    "::error::no\n<!-- bugaction:sticky v1 -->\n/override fix x\n{{ 7 }} @octo/team Fixes #1 \u202e\x00\ud800"
)

VALUES: tuple[object, ...] = (
    MISSING, None, True, 0, -1, 2**31, 2**63, 10**400, 1.5, float("nan"), "", "x", NASTY, "x" * 70_000,
    "2026-13-45T99:99:99Z", "0001-01-01T00:00:00+14:00", [], [None], [[[]]], {}, {"id": {}, "name": []},
)  # fmt: skip
"""What is put at each place: of some of them GitHub's schema allows one or two."""

_DEEPEST = 4
_COMBINING = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class Mutation:
    """A value at a place of a payload."""

    path: Path
    value: object

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path)) or 'the whole'} = {str(self.value)[:40]!r}"


def mutated(payload: object, mutation: Mutation) -> object:
    """The payload with that value there; only what leads to it is copied, and made where it is not there."""
    return _put(payload, mutation.path, mutation.value)


def _put(here: object, path: Path, value: object) -> object:
    if not path:
        return value
    key, *rest = path
    if isinstance(key, int):
        items: list[object] = list(here) if isinstance(here, list) else []
        items[key : key + 1] = [_put(items[key] if key < len(items) else None, tuple(rest), value)]
        return [item for item in items if item is not MISSING]
    found: dict[str, object] = dict(here) if isinstance(here, Mapping) else {}
    found[key] = _put(found.get(key), tuple(rest), value)
    if found[key] is MISSING:
        del found[key]
    return found


def mutations(event: str, payload: object, deepest: int = _DEEPEST) -> Iterator[Mutation]:
    """Every value at every place of this payload, and at those that GitHub's schema knows beside them, one
    level less deep where not all are asked for; and a key that nobody knows in each object."""
    known = paths_of(event, deepest if deepest >= _DEEPEST else deepest - 1)
    places = dict.fromkeys([*_places(payload, (), deepest), *known])
    for path in places:
        for value in VALUES:
            if path or value is not MISSING:
                yield Mutation(path, value)
        yield Mutation((*path, "nobody's"), NASTY)


def _places(value: object, path: Path, deepest: int) -> Iterator[Path]:
    yield path
    if len(path) >= deepest:
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _places(item, (*path, key), deepest)
    elif isinstance(value, list) and value:
        yield from _places(value[0], (*path, 0), deepest)


@cache
def paths_of(event: str, deepest: int = _DEEPEST) -> tuple[Path, ...]:
    """Every place that GitHub's schema of the event (`issues.labeled`, `push`) knows."""
    extract = read_json("webhooks.json")
    schema = extract["events"].get(event)
    if schema is None:
        return ()
    return tuple(dict.fromkeys(_known(schema, extract["components"]["schemas"], (), deepest)))


def _known(
    schema: Mapping[str, Any], components: Mapping[str, Any], path: Path, deepest: int
) -> Iterator[Path]:
    yield path
    if len(path) >= deepest:
        return
    if "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    for combined in (part for word in _COMBINING for part in schema.get(word, ())):
        yield from _known(combined, components, path, deepest)
    for name, inner in schema.get("properties", {}).items():
        yield from _known(inner, components, (*path, name), deepest)
    if "items" in schema:
        yield from _known(schema["items"], components, (*path, 0), deepest)
