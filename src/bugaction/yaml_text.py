"""Strict YAML: one document of plain values, read by YAML 1.2's core schema, with every node's place kept.

PyYAML's own safe loader takes YAML 1.1, where `no` is false, `on` is true, `012` is ten and `1:30` is ninety,
and it takes aliases, by which 236 bytes become 28 MB. Neither is wanted in a configuration.
"""

from __future__ import annotations

import re
from typing import Protocol

import yaml

__all__ = ["DEEPEST", "LARGEST", "Place", "YamlProblem", "compose", "place_of", "scalar_value"]

LARGEST = 64 * 1024
"""Bytes of UTF-8."""

DEEPEST = 20
"""Levels of nesting."""

_NULL, _BOOL, _INT, _FLOAT = (f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float"))

_LONGEST_NUMBER = 18
"""Characters. No number in a configuration is longer, and Python refuses to read very long ones."""


_NO_CHARACTER = "a character that YAML does not allow"


def _is_text(value: str) -> bool:
    """Whether it can be written at all: an escape such as `"\\uD800"` makes half of a character."""
    return not any("\ud800" <= char <= "\udfff" for char in value)


class _Mark(Protocol):
    """PyYAML's mark, of either of its parsers; both numbers from zero."""

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


class Place(tuple[int, int]):
    """A line and a column, both from one."""

    __slots__ = ()

    @classmethod
    def at(cls, mark: _Mark | None) -> Place:
        """The place of one of PyYAML's marks; the start of the text where there is none."""
        return cls((mark.line + 1, mark.column + 1)) if mark is not None else cls((1, 1))


class YamlProblem(Exception):
    """The text is no YAML that we take. `place` is where that shows."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place
        self.message = message


class _Loader(yaml.SafeLoader):
    """PyYAML's loader with the core schema's scalars, and without anchors, aliases and tags."""

    yaml_implicit_resolvers: dict[str | None, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own shape
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it out
        place = Place.at(event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise YamlProblem(place, "anchors and aliases are not allowed")
        if getattr(event, "tag", None) is not None:
            raise YamlProblem(place, "tags are not allowed")
        if self.depth >= DEEPEST:
            raise YamlProblem(place, f"nested deeper than {DEEPEST} levels")
        self.depth += 1
        try:
            node = super().compose_node(parent, index)
        finally:
            self.depth -= 1
        if isinstance(node, yaml.ScalarNode) and not _is_text(node.value):
            raise YamlProblem(place, _NO_CHARACTER)
        return node


# https://yaml.org/spec/1.2.2/#103-core-schema
for _tag, _pattern, _first in (
    (_NULL, r"null|Null|NULL|~|", ["n", "N", "~", ""]),
    (_BOOL, r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    (_INT, r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        _FLOAT,
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        list("-+.0123456789"),
    ),
):
    _Loader.add_implicit_resolver(_tag, re.compile(rf"(?:{_pattern})\Z", re.ASCII), _first)


def compose(text: str) -> yaml.Node | None:
    """The document's node, None where the text holds none.

    Raises `YamlProblem` for text that is too large, not YAML, more than one document, nested too deeply, or
    that uses anchors, aliases or tags.
    """
    if len(text.encode(errors="surrogatepass")) > LARGEST:
        raise YamlProblem(Place((1, 1)), f"larger than {LARGEST // 1024} KB")
    try:
        loader = _Loader(text)
        try:
            return loader.get_single_node()
        except (ValueError, OverflowError) as error:
            # PyYAML lets Python's own through: for `"\UFFFFFFFF"`, and for a version of thousands of digits.
            mark = loader.get_mark()
            raise YamlProblem(Place.at(mark), "not valid YAML: a number that is too large") from error
        finally:
            loader.dispose()
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        place = Place((before.count("\n") + 1, len(before) - before.rfind("\n")))
        raise YamlProblem(place, _NO_CHARACTER) from error
    except yaml.MarkedYAMLError as error:
        words = " ".join(str(error.problem or error.context or "it cannot be read").split())
        raise YamlProblem(
            Place.at(error.problem_mark or error.context_mark), f"not valid YAML: {words}"
        ) from error


def place_of(node: yaml.Node) -> Place:
    """Where a node begins."""
    return Place.at(node.start_mark)


def scalar_value(node: yaml.ScalarNode) -> str | int | float | bool | None:
    """A scalar's value by the core schema."""
    text: str = node.value
    if node.tag == _NULL:
        return None
    if node.tag == _BOOL:
        return text.lower() == "true"
    if node.tag == _INT and len(text) <= _LONGEST_NUMBER:
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        return int(text[2:] if base != 10 else text, base)
    if node.tag == _FLOAT:
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text
