"""Frozen dataclasses as JSON and back, exactly.

The type hints say how each value is written: what comes back is equal to what went in, in type and in order,
or it is refused with its place. pydantic's adapters read the same types, but have no form for a mapping whose
keys are dataclasses or pairs, and an adapter for these alone would be as long as all of this.

A field that holds its default is left out. Mappings by text or number are objects; other keys make a list
of pairs, in order. Enumerations go by their value where that is a text, otherwise by their name. Times are
in UTC and end in `Z`.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

__all__ = ["Json", "Unreadable", "decode", "encode"]

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
"""What is written: no number has a fraction."""


class Unreadable(ValueError):
    """Data that is not what its type says: where, as keys and positions, and what is wrong there."""

    def __init__(self, place: tuple[str | int, ...], problem: str) -> None:
        self.place = place
        self.problem = problem
        super().__init__(f"{self.where}: {problem}")

    @property
    def where(self) -> str:
        """The place as people write it: `cases[0].snapshot.bugs.42`."""
        parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.place]
        return "".join(parts).removeprefix(".") or "the top"


_SCALARS = (bool, int, str)
_LARGEST = 2**63 - 1
"""GitHub's largest numbers are `int64` (OpenAPI)."""


def encode(kind: Any, value: Any) -> Json:
    """The value of that type as JSON."""
    wanted = _optional(kind)
    if wanted is not None:
        return None if value is None else encode(wanted, value)
    if kind in _SCALARS:
        return value  # type: ignore[no-any-return]
    if kind is datetime:
        return _written(value)
    origin = get_origin(kind)
    if origin is tuple:
        return [encode(item, part) for item, part in zip(_items(kind, len(value)), value, strict=True)]
    if origin is frozenset:
        (item,) = get_args(kind)
        return sorted((encode(item, part) for part in value), key=repr)
    if origin in _MAPPINGS:
        return _encode_mapping(kind, value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return value.value if isinstance(value.value, str) else str(value.name)
    if _is_record(kind):
        return {
            field.name: encode(hint, getattr(value, field.name))
            for field, hint in _fields(kind)
            if not _is_default(field, getattr(value, field.name))
        }
    raise TypeError(f"{kind} has no form here")


def decode(kind: Any, data: object, place: tuple[str | int, ...] = ()) -> Any:
    """The value of that type that `encode` wrote so. Raises `Unreadable` for anything else."""
    wanted = _optional(kind)
    if wanted is not None:
        return None if data is None else decode(wanted, data, place)
    if kind in _SCALARS:
        if type(data) is not kind:
            raise Unreadable(place, f"expected {_NAMES[kind]}, found {_named(data)}")
        if kind is int and abs(data) > _LARGEST:  # type: ignore[arg-type]
            raise Unreadable(place, "the number is larger than any of GitHub's")
        return data
    if kind is datetime:
        return _read(data, place)
    origin = get_origin(kind)
    if origin in (tuple, frozenset):
        return _decode_items(kind, _list(data, place), place)
    if origin in _MAPPINGS:
        return _decode_mapping(kind, data, place)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _member(kind, data, place)
    if _is_record(kind):
        return _build(kind, data, place)
    raise TypeError(f"{kind} has no form here")


# Types ----------------------------------------------------------------------------------------------------

_MAPPINGS = (Mapping, dict)
_NAMES: Mapping[type, str] = {bool: "true or false", int: "a whole number", str: "a text"}


@cache
def _optional(kind: Any) -> Any:
    """The type beside None; None where the type is no such union."""
    if get_origin(kind) not in (Union, types.UnionType):
        return None
    arms = [arm for arm in get_args(kind) if arm is not type(None)]
    if len(arms) != 1 or len(get_args(kind)) != 2:
        raise TypeError(f"{kind} has no form here: which of its types is meant cannot be told")
    return arms[0]


def _items(kind: Any, count: int) -> tuple[Any, ...]:
    given = get_args(kind)
    return (given[0],) * count if len(given) == 2 and given[1] is Ellipsis else given


def _is_record(kind: Any) -> bool:
    return is_dataclass(kind)


@cache
def _fields(kind: Any) -> tuple[tuple[Field[Any], Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field, hints[field.name]) for field in fields(kind) if field.init)


def _is_default(field: Field[Any], value: object) -> bool:
    if field.default_factory is not MISSING:
        return bool(value == field.default_factory())
    return field.default is not MISSING and type(value) is type(field.default) and value == field.default


# Values ---------------------------------------------------------------------------------------------------


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read(data: object, place: tuple[str | int, ...]) -> datetime:
    if isinstance(data, str) and data.endswith("Z"):
        try:
            at = datetime.fromisoformat(data)
        except ValueError:
            at = None
        if at is not None and at.utcoffset() == timedelta(0):
            return at
    raise Unreadable(place, f"expected a time such as 2026-11-24T12:00:00Z, found {_named(data)}")


def _member(kind: type[Enum], data: object, place: tuple[str | int, ...]) -> Enum:
    known = {item.value if isinstance(item.value, str) else item.name: item for item in kind}
    if not isinstance(data, str) or data not in known:
        raise Unreadable(place, f"expected one of {', '.join(map(str, known))}; found {_named(data)}")
    return known[data]


def _build(kind: Any, data: object, place: tuple[str | int, ...]) -> Any:
    if not isinstance(data, dict):
        raise Unreadable(place, f"expected an object, found {_named(data)}")
    known = {field.name: (field, hint) for field, hint in _fields(kind)}
    strange = sorted(str(name) for name in data.keys() - known.keys())
    if strange:
        raise Unreadable(place, f"there is no such field as {strange[0][:80]!r}")
    given = {}
    for name, (field, hint) in known.items():
        if name in data:
            given[name] = decode(hint, data[name], (*place, name))
        elif field.default is MISSING and field.default_factory is MISSING:
            raise Unreadable(place, f"the field {name!r} is missing")
    return kind(**given)


_KEYS: Mapping[Any, Callable[[str], Any]] = {str: str, int: int}
"""How the keys of an object are read."""


def _encode_mapping(kind: Any, value: Mapping[Any, Any]) -> Json:
    key, item = get_args(kind)
    if key in _KEYS:
        return {str(name): encode(item, part) for name, part in value.items()}
    return [[encode(key, name), encode(item, part)] for name, part in value.items()]


def _decode_mapping(kind: Any, data: object, place: tuple[str | int, ...]) -> dict[Any, Any]:
    key, item = get_args(kind)
    found: dict[Any, Any] = {}
    if key in _KEYS:
        if not isinstance(data, dict):
            raise Unreadable(place, f"expected an object, found {_named(data)}")
        for name, part in data.items():
            found[_key(key, name, place)] = decode(item, part, (*place, name))
        return found
    for index, pair in enumerate(_list(data, place)):
        where = (*place, index)
        if not isinstance(pair, list) or len(pair) != 2:
            raise Unreadable(where, "expected a pair of key and value")
        name = decode(key, pair[0], (*where, 0))
        if name in found:
            raise Unreadable(where, "the key stands twice")
        found[name] = decode(item, pair[1], (*where, 1))
    return found


def _decode_items(kind: Any, given: list[Any], place: tuple[str | int, ...]) -> Any:
    is_set = get_origin(kind) is frozenset
    items = get_args(kind) * len(given) if is_set else _items(kind, len(given))
    if len(items) != len(given):
        raise Unreadable(place, f"expected {len(items)} values, found {len(given)}")
    pairs = enumerate(zip(items, given, strict=True))
    found = tuple(decode(item, part, (*place, index)) for index, (item, part) in pairs)
    if not is_set:
        return found
    if len(set(found)) != len(found):
        raise Unreadable(place, "a value stands twice")
    return frozenset(found)


def _key(kind: Any, name: str, place: tuple[str | int, ...]) -> Any:
    try:
        found = _KEYS[kind](name)
    except ValueError:
        found = None
    if found is None or str(found) != name or (kind is int and abs(found) > _LARGEST):
        raise Unreadable(place, f"expected {_NAMES[kind]} as a key, found {name[:80]!r}")
    return found


def _list(data: object, place: tuple[str | int, ...]) -> list[Any]:
    if not isinstance(data, list):
        raise Unreadable(place, f"expected a list, found {_named(data)}")
    return data


def _named(data: object) -> str:
    """What stands there, in words that show none of a long text."""
    match data:
        case None:
            return "nothing"
        case bool() | int() | float():
            return str(data)[:80]
        case str():
            return repr(data) if len(data) <= 40 else f"a text of {len(data)} characters"
        case list():
            return "a list"
        case _:
            return "an object"
