"""Reads `.github/bugaction.yml`: strictly, with every problem at once and at its place.

The file is data. What is wrong with it is told in full: the file, the line, the column, what would be
accepted, and the nearest name for one that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from bugaction.model import Severity
from bugaction.policy import Policy
from bugaction.snapshot import TextFile
from bugaction.yaml_text import Place, YamlProblem, compose, place_of, scalar_value

__all__ = ["CONFIG_PATH", "ConfigProblem", "Loaded", "json_schema", "load", "load_file"]

CONFIG_PATH = ".github/bugaction.yml"
"""Where the configuration lives, on the default branch."""

Path = tuple[str | int, ...]

_START = Place((1, 1))
_DROPPED = object()
_KINDS = {
    "object": (dict, "keys with values"),
    "array": (list, "a list"),
    "string": (str, "a text"),
    "boolean": (bool, "true or false"),
    "integer": (int, "a whole number"),
}
_MOST_PROBLEMS = 50
"""Nobody mends more in one go, and each becomes an annotation of the run."""

_ABSENT = "there is no such file, though the input `config` names it; add it, or correct the input"

_NEAR = 0.75
"""How alike a value and an accepted one are, by difflib's ratio, before it is offered as a guess. Two letters
swapped in a word of four make 0.75; two words that only share their vowels, as owner and none, less."""

_MOST_ROUNDS = 8
"""Readings by the models: each finds what the problems of the one before had hidden."""


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """Something wrong with the file. `path` is like `severities.P1.fix`.

    `line` and `column` count from one; both are 0 where the whole file is meant.
    """

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"

    @property
    def place(self) -> str:
        """File, line and column as compilers write them; the file alone where there is no line."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    @property
    def words(self) -> str:
        """Where and what, for a status: `.github/bugaction.yml line 3: unknown key`."""
        where = f"{self.file} line {self.line}" if self.line else self.file
        return f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The policy, or None and what is wrong, in the order of the file."""

    policy: Policy | None
    problems: tuple[ConfigProblem, ...] = ()


# The schema ---------------------------------------------------------------------------------------------


@cache
def _schema() -> dict[str, Any]:
    schema = Policy.model_json_schema()
    definitions = schema["$defs"]
    # A severity keeps the defaults that it does not name, so nothing in it is required.
    severity = definitions["SeverityPolicy"]
    severity.pop("required")
    for rule in severity["properties"].values():
        rule.pop("default", None)
    definitions.pop("Severity")
    schema["properties"]["severities"] = {
        "description": "What each severity asks for; what is left out keeps its default.",
        "type": "object",
        "additionalProperties": False,
        "properties": {severity.name: {"$ref": "#/$defs/SeverityPolicy"} for severity in Severity},
    }
    _write_defaults(schema, Policy(), definitions)
    schema["required"] = ["version"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "bugaction",
        "description": "How a repository runs its bug response (.github/bugaction.yml).",
    }


def _write_defaults(schema: dict[str, Any], model: BaseModel, definitions: Mapping[str, Any]) -> None:
    """The defaults as the file spells them, where pydantic gives Python's value."""
    spelled = model.model_dump(mode="json", by_alias=True)
    for name, rule in schema["properties"].items():
        if "default" in rule:
            rule["default"] = spelled[name]
    for value in dict(model).values():
        if isinstance(value, BaseModel):
            _write_defaults(definitions[type(value).__name__], value, definitions)


def json_schema() -> dict[str, Any]:
    """The file's JSON Schema (2020-12), for editors; a new value at each call."""
    return deepcopy(_schema())


# Reading ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reading:
    """One file being read: its problems, and where each value stands."""

    file: str
    problems: list[ConfigProblem] = field(default_factory=list)
    places: dict[Path, Place] = field(default_factory=dict)

    def refuse(self, place: Place, path: Path, message: str) -> object:
        line, column = place
        words = ".".join(_shown(part) for part in path)
        full = f"{words}: {message}" if words else message
        self.problems.append(ConfigProblem(self.file, line, column, words, full))
        return _DROPPED

    def value(self, node: yaml.Node, rule: Mapping[str, Any], path: Path) -> object:
        """The node as a plain value, without the parts that the schema refuses; those become problems."""
        self.places[path] = place_of(node)
        rule = _resolved(rule)
        if "anyOf" in rule:
            if isinstance(node, yaml.ScalarNode) and scalar_value(node) is None:
                return None
            rule = _resolved(next(item for item in rule["anyOf"] if item.get("type") != "null"))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, rule, path)
        if isinstance(node, yaml.SequenceNode):
            return self._sequence(node, rule, path)
        return self._scalar(node, rule, path)

    def _mapping(self, node: yaml.MappingNode, rule: Mapping[str, Any], path: Path) -> object:
        if rule.get("type") != "object":
            return self.refuse(place_of(node), path, _expected(rule))
        found: dict[str, object] = {}
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = scalar_value(key_node) if isinstance(key_node, yaml.ScalarNode) else None
            place = place_of(key_node)
            if not isinstance(key, str):
                self.refuse(place, path, f"expected a key of these: {', '.join(rule['properties'])}")
            elif key not in rule["properties"]:
                self.refuse(place, (*path, key), _unknown(key, list(rule["properties"])))
            elif key in seen:
                self.refuse(place, (*path, key), "this key stands here twice")
            else:
                seen.add(key)
                value = self.value(value_node, rule["properties"][key], (*path, key))
                if value is not _DROPPED:
                    found[key] = value
        return found

    def _sequence(self, node: yaml.SequenceNode, rule: Mapping[str, Any], path: Path) -> object:
        if rule.get("type") != "array":
            return self.refuse(place_of(node), path, _expected(rule))
        least = rule.get("minItems", 0)
        if len(node.value) < least:
            return self.refuse(place_of(node), path, f"expected at least {least} item")
        values = [self.value(item, rule["items"], (*path, index)) for index, item in enumerate(node.value)]
        return values if _DROPPED not in values else _DROPPED

    def _scalar(self, node: yaml.Node, rule: Mapping[str, Any], path: Path) -> object:
        value = scalar_value(node) if isinstance(node, yaml.ScalarNode) else None
        accepted = rule.get("enum", [rule["const"]] if "const" in rule else None)
        if accepted is not None:
            # `True == 1`, so the type is compared as well.
            if not any(type(value) is type(item) and value == item for item in accepted):
                return self.refuse(place_of(node), path, _expected(rule, value))
            return value
        kind, _ = _KINDS[rule["type"]]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            return self.refuse(place_of(node), path, _expected(rule, value))
        return value

    def place(self, path: Path) -> Place:
        """Where a value stands; for one that the file does not name, where its parent does."""
        while path not in self.places and path:
            path = path[:-1]
        return self.places.get(path, _START)


def _shown(part: str | int) -> str:
    """A part of a path, which the file's author may have made long or unprintable."""
    return "".join(char if char.isprintable() else "?" for char in str(part)[:60])


def _resolved(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = rule.get("$ref")
    if reference is None:
        return rule
    resolved: Mapping[str, Any] = _schema()["$defs"][reference.rpartition("/")[2]]
    return resolved


def _expected(rule: Mapping[str, Any], value: object = None) -> str:
    accepted = rule.get("enum", [rule["const"]] if "const" in rule else None)
    if accepted is None:
        examples = f" such as {', '.join(rule['examples'])}" if "examples" in rule else ""
        return f"expected {_KINDS[rule['type']][1]}{examples}"
    names = ", ".join(str(item) for item in accepted)
    text = f"expected {'one of: ' if len(accepted) > 1 else ''}{names}"
    near = get_close_matches(str(value).casefold(), [str(item) for item in accepted], n=1, cutoff=_NEAR)
    return f"{text} (did you mean {near[0]}?)" if near and isinstance(value, str) else text


def _unknown(key: str, known: Sequence[str]) -> str:
    near = get_close_matches(key.replace("_", "-"), known, n=1) or [
        name for name in known if name.casefold() == key.casefold()
    ]
    guess = f" Did you mean {near[0]}?" if near else ""
    return f"unknown key.{guess} Accepted here: {', '.join(known)}"


# The models' own rules ----------------------------------------------------------------------------------


def _parts(location: Sequence[str | int], data: object) -> Path:
    """A location of pydantic's as a path into the file: a severity's key is its name there."""
    path: list[str | int] = []
    for part in location:
        named = Severity(part).name if isinstance(part, int) and isinstance(data, dict) else part
        path.append(named)
        data = _child(data, named)
    return tuple(path)


def _child(data: object, part: str | int) -> object:
    if isinstance(data, dict):
        return data.get(part)
    if isinstance(data, list) and isinstance(part, int) and part < len(data):
        return data[part]
    return None


def _pruned(data: object, paths: Sequence[Path]) -> object:
    """The data without the values at these paths."""
    if () in paths:
        return _DROPPED
    children: Iterator[tuple[str | int, object]]
    if isinstance(data, dict):
        children = iter(data.items())
    elif isinstance(data, list):
        children = iter(enumerate(data))
    else:
        return data
    # A list that loses its last value goes as a whole: that it is empty now is nobody's mistake.
    kept: dict[str | int, object] = {}
    for key, value in children:
        below = [path[1:] for path in paths if path and path[0] == key]
        child = _pruned(value, below) if below else value
        if child is not _DROPPED:
            kept[key] = child
    if isinstance(data, dict):
        return kept
    return list(kept.values()) or _DROPPED


def _claims(data: object, label: str, path: Path = ()) -> Iterator[Path]:
    """The paths at which a label is named."""
    if isinstance(data, str) and data.strip().casefold() == label.casefold():
        yield path
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in children:
        yield from _claims(value, label, (*path, key))


def _validated(given: object, reading: _Reading) -> Policy | None:
    """The policy, or None; every rule of the models is heard, also those that wait for the others."""
    data = given
    for _ in range(_MOST_ROUNDS):
        try:
            return Policy.model_validate(data, by_alias=True, by_name=False)
        except ValidationError as error:
            paths: list[Path] = []
            for item in error.errors(include_url=False):
                path = shown = _parts(item["loc"], data)
                label = item.get("ctx", {}).get("label")
                if isinstance(label, str):
                    # The models say which label, not where: the claim that stands last is the one too many.
                    path = max(_claims(data, label), key=reading.place, default=())
                    shown = max(_claims(given, label), key=reading.place, default=())
                reading.refuse(reading.place(shown), shown, item["msg"].removeprefix("Value error, "))
                paths.append(path)
            if () in paths:
                return None
            data = _pruned(data, paths)
    return None


def load(text: str | None, path: str = CONFIG_PATH) -> Loaded:
    """The policy in a configuration file's text; the defaults where there is no file (None)."""
    if text is None:
        return Loaded(Policy())
    reading = _Reading(path)
    policy: Policy | None = None
    try:
        node = compose(text)
    except YamlProblem as problem:
        reading.refuse(problem.place, (), problem.message)
        return Loaded(None, tuple(reading.problems))
    if not isinstance(node, yaml.MappingNode):
        place = place_of(node) if node is not None else _START
        reading.refuse(place, (), "expected keys with values, the first of them `version: 1`")
        return Loaded(None, tuple(reading.problems))
    data = reading.value(node, _schema(), ())
    first = node.value[0][0] if node.value else None
    if first is None or not isinstance(first, yaml.ScalarNode) or first.value != "version":
        place = place_of(first) if first is not None else _START
        reading.refuse(place, (), "the file has to begin with `version: 1`")
    policy = _validated(data, reading)
    problems = sorted(set(reading.problems), key=lambda item: (item.line, item.column, item.message))
    if len(problems) > _MOST_PROBLEMS:
        left = len(problems) - _MOST_PROBLEMS
        last = problems[_MOST_PROBLEMS]
        more = ConfigProblem(path, last.line, last.column, "", f"and {left} more problems from here on")
        problems = [*problems[:_MOST_PROBLEMS], more]
    return Loaded(policy if not problems else None, tuple(problems))


def load_file(file: TextFile | None, path: str = CONFIG_PATH) -> Loaded:
    """The policy in a committed file; one that GitHub gives no text of is a problem, never the defaults.

    `path` is where it was looked for. Only the usual place may be empty: who names another one means a file,
    and a slip of the pen must not put the defaults in its stead.
    """
    if file is None and path == CONFIG_PATH:
        return load(None)
    if file is None:
        return Loaded(None, (ConfigProblem(path, 0, 0, "", _ABSENT),))
    if file.text is None:
        return Loaded(None, (ConfigProblem(file.path, 0, 0, "", "the file is binary, or far too large"),))
    return load(file.text, file.path)
