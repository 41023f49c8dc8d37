"""One configuration file as plain values: strictly by the schema, with the place of each value.

What is wrong is told in full: the file, the line, the column, what would be accepted, and the nearest name
for one that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Any

import yaml
from pydantic import BaseModel

from bugaction.model import Severity
from bugaction.policy import Policy
from bugaction.yaml_text import Place, YamlProblem, compose, place_of, scalar_value

__all__ = ["DROPPED", "ConfigProblem", "Path", "Reading", "json_schema"]

Path = tuple[str | int, ...]

_START = Place((1, 1))
DROPPED = object()
"""Stands for a value that the schema refuses."""

_KINDS = {
    "object": (dict, "keys with values"),
    "array": (list, "a list"),
    "string": (str, "a text"),
    "boolean": (bool, "true or false"),
    "integer": (int, "a whole number"),
    "number": (float, "a number with a decimal point such as 0.75"),
}

_NEAR = 0.75
"""How alike a value and an accepted one are, by difflib's ratio, before it is offered as a guess. Two letters
swapped in a word of four make 0.75; two words that only share their vowels, as owner and none, less."""


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """Something wrong with a file. `path` is like `severities.P1.fix`.

    `line` and `column` count from one; both are 0 where the whole file is meant. `repository` is where the
    file is, "" for the repository that the run works on.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    repository: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"

    @property
    def place(self) -> str:
        """File, line and column as compilers write them; the file alone where there is no line."""
        return f"{self._where}:{self.line}:{self.column}" if self.line else self._where

    @property
    def words(self) -> str:
        """Where and what, for a status: `.github/bugaction.yml line 3: unknown key`."""
        where = f"{self._where} line {self.line}" if self.line else self._where
        return f"{where}: {self.message}"

    @property
    def _where(self) -> str:
        return f"{self.repository}:{self.file}" if self.repository else self.file


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
class Reading:
    """One file being read: its problems, and where each value stands."""

    file: str
    repository: str = ""
    problems: list[ConfigProblem] = field(default_factory=list)
    places: dict[Path, Place] = field(default_factory=dict)

    def read(self, text: str) -> object:
        """What the text holds, `DROPPED` where that is nothing to go on."""
        try:
            node = compose(text)
        except YamlProblem as problem:
            return self.refuse(problem.place, (), problem.message)
        if not isinstance(node, yaml.MappingNode):
            place = place_of(node) if node is not None else _START
            return self.refuse(place, (), "expected keys with values, the first of them `version: 1`")
        data = self.value(node, _schema(), ())
        first = node.value[0][0] if node.value else None
        if first is None or not isinstance(first, yaml.ScalarNode) or first.value != "version":
            place = place_of(first) if first is not None else _START
            self.refuse(place, (), "the file has to begin with `version: 1`")
        return data

    def refuse(self, place: Place, path: Path, message: str) -> object:
        line, column = place
        words = ".".join(_shown(part) for part in path)
        full = f"{words}: {message}" if words else message
        self.problems.append(ConfigProblem(self.file, line, column, words, full, self.repository))
        return DROPPED

    def value(self, node: yaml.Node, rule: Mapping[str, Any], path: Path) -> object:
        """The node as a plain value, without the parts that the schema refuses; those become problems."""
        self.places[path] = place_of(node)
        rule = _resolved(rule)
        if "anyOf" in rule:
            forms = list(_forms(rule))
            if isinstance(node, yaml.ScalarNode) and scalar_value(node) is None and _NULL in forms:
                return None
            rule = _form_of(node, [form for form in forms if form != _NULL])
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
                if value is not DROPPED:
                    found[key] = value
        return found

    def _sequence(self, node: yaml.SequenceNode, rule: Mapping[str, Any], path: Path) -> object:
        if rule.get("type") != "array":
            return self.refuse(place_of(node), path, _expected(rule))
        least = rule.get("minItems", 0)
        if len(node.value) < least:
            return self.refuse(place_of(node), path, f"expected at least {least} item")
        values = [self.value(item, rule["items"], (*path, index)) for index, item in enumerate(node.value)]
        return values if DROPPED not in values else DROPPED

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

    def in_order(self) -> list[ConfigProblem]:
        """The problems in the order of the file, each once."""
        return sorted(set(self.problems), key=lambda item: (item.line, item.column, item.message))

    def place(self, path: Path) -> Place:
        """Where a value stands; the beginning of the file for one that it does not name."""
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


_NULL = {"type": "null"}


def _forms(rule: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The forms that a value may have: the rule itself, or each that it gives to choose from."""
    rule = _resolved(rule)
    if "anyOf" not in rule:
        yield rule
    for item in rule.get("anyOf", ()):
        yield from _forms(item)


def _form_of(node: yaml.Node, forms: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The form that a node is meant to have: the list for a list, and so on; else the first one.

    What a word that fits none should have been is told with the list that would do too.
    """
    is_list = isinstance(node, yaml.SequenceNode)
    kind = "array" if is_list else "object" if isinstance(node, yaml.MappingNode) else None
    if kind is None and isinstance(node, yaml.ScalarNode) and isinstance(scalar_value(node), float):
        kind = "number"
    meant = next((form for form in forms if form.get("type") == kind), None) if kind else None
    rule = meant or forms[0]
    has_list = rule.get("type") != "array" and any(form.get("type") == "array" for form in forms)
    return {**rule, "or": "a list"} if has_list else rule


def _expected(rule: Mapping[str, Any], value: object = None) -> str:
    accepted = rule.get("enum", [rule["const"]] if "const" in rule else None)
    if accepted is None:
        examples = f" such as {', '.join(rule['examples'])}" if "examples" in rule else ""
        return f"expected {_KINDS[rule['type']][1]}{examples}"
    names = ", ".join(str(item) for item in accepted)
    text = f"expected {'one of: ' if len(accepted) > 1 else ''}{names}"
    text += f", or {rule['or']}" if "or" in rule else ""
    near = get_close_matches(str(value).casefold(), [str(item) for item in accepted], n=1, cutoff=_NEAR)
    return f"{text} (did you mean {near[0]}?)" if near and isinstance(value, str) else text


def _unknown(key: str, known: Sequence[str]) -> str:
    near = get_close_matches(key.replace("_", "-"), known, n=1) or [
        name for name in known if name.casefold() == key.casefold()
    ]
    guess = f" Did you mean {near[0]}?" if near else ""
    return f"unknown key.{guess} Accepted here: {', '.join(known)}"
