"""Validate a JSON value against GitHub's schemas, and more strictly than they ask.

OpenAPI schemas accept keys that they do not list unless `additionalProperties: false` says otherwise, and
GitHub's description hardly ever says it. A request with a misspelt key would pass, and an answer with an
invented key too, so both are refused here wherever an object's properties are listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from jsonschema import ValidationError
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from bugaction.sandbox.contract.problem import Problem

Schema = Mapping[str, Any]

_URI = "urn:bugaction:contract"
_SCHEMAS = "#/components/schemas/"
_COMBINING = ("allOf", "anyOf", "oneOf")
# How much of a refused value is shown: payloads run to many kilobytes.
_SHOWN = 80


class _Validates(Protocol):
    """What is used of a jsonschema validator, whose own types know JSON values only."""

    def iter_errors(self, instance: object) -> Iterable[ValidationError]: ...

    def is_valid(self, instance: object) -> bool: ...


class SchemaSet:
    """The named schemas of one extract, and the validators made from them, each made once."""

    def __init__(self, components: Mapping[str, Schema]) -> None:
        self._components = components
        document = {"components": {"schemas": components}}
        resource = Resource.from_contents(document, default_specification=DRAFT4)
        self._registry: Registry[Any] = Registry().with_resource(_URI, resource)
        self._validators: dict[tuple[int, bool], tuple[Schema, _Validates]] = {}

    def check(self, schema: Schema, value: object, where: str, *, write: bool) -> list[Problem]:
        """How `value` breaks `schema`. `write` is true for what is sent to GitHub, false for what it answers.

        A key that no schema lists is a problem of its own only where the value is valid otherwise: the
        validator's own words are better where it already objects.
        """
        errors = [_deepest(error) for error in self._validator(schema, write).iter_errors(value)]
        if errors:
            return [_problem(error, where) for error in sorted(_distinct(errors), key=_order)]
        return list(self._unknown_keys((schema,), value, where))

    def accepts(self, schema: Schema, value: object, *, write: bool) -> bool:
        """Whether `value` is valid by the schema alone."""
        return bool(self._validator(schema, write).is_valid(value))

    def _validator(self, schema: Schema, write: bool) -> _Validates:
        key = (id(schema), write)
        found = self._validators.get(key)
        if found is None:
            kind = OAS30WriteValidator if write else OAS30ReadValidator
            made = kind(_absolute(schema), registry=self._registry, format_checker=kind.FORMAT_CHECKER)
            # The schema is kept with its validator, so that its id() is not given to another one.
            found = self._validators[key] = (schema, made)
        return found[1]

    def _unknown_keys(self, schemas: tuple[Schema, ...], value: object, where: str) -> Iterator[Problem]:
        """Keys of `value`, at any depth, that none of the schemas that apply to it lists."""
        applying = [branch for schema in schemas for branch in self._branches(schema, value)]
        if isinstance(value, list):
            items = tuple(branch["items"] for branch in applying if "items" in branch)
            if items:
                for index, item in enumerate(value):
                    yield from self._unknown_keys(items, item, f"{where}[{index}]")
        elif isinstance(value, dict):
            if _is_free_form(applying):
                return
            for key, child in value.items():
                inner = tuple(found for branch in applying if (found := _property(branch, key)) is not None)
                if inner:
                    yield from self._unknown_keys(inner, child, f"{where}.{key}")
                else:
                    yield Problem(f"{where}.{key}", "unknown-key", f'GitHub describes no key "{key}" here.')

    def _branches(self, schema: Schema, value: object) -> Iterator[Schema]:
        """The schema and, through references and combinations, each part of it that `value` satisfies."""
        while "$ref" in schema:
            schema = self._components[schema["$ref"].removeprefix(_SCHEMAS)]
        yield schema
        for keyword in _COMBINING:
            for option in schema.get(keyword, ()):
                if keyword == "allOf" or self._validator(option, write=False).is_valid(value):
                    yield from self._branches(option, value)


def _is_free_form(branches: list[Schema]) -> bool:
    """Whether no part lists any properties, or one takes keys beside those that it lists."""
    if any(branch.get("additionalProperties") is True for branch in branches):
        return True
    return not any(map(_lists_keys, branches))


def _lists_keys(branch: Schema) -> bool:
    return bool(branch.get("properties")) or isinstance(branch.get("additionalProperties"), dict)


def _property(branch: Schema, key: str) -> Schema | None:
    listed: Schema | None = branch.get("properties", {}).get(key)
    if listed is not None:
        return listed
    others = branch.get("additionalProperties")
    return others if isinstance(others, dict) else None


def _absolute(value: object) -> object:
    """The schema with its references pointed at the registered document, since it stands outside of it."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            return {**value, "$ref": f"{_URI}{value['$ref']}"}
        return {key: _absolute(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_absolute(child) for child in value]
    return value


def _distinct(errors: Iterable[ValidationError]) -> Iterator[ValidationError]:
    """One error a place where the type is wrong: for null the validator gives two."""
    seen: set[tuple[object, ...]] = set()
    for error in errors:
        place = tuple(error.absolute_path)
        if error.validator != "type" or place not in seen:
            yield error
        if error.validator == "type":
            seen.add(place)


def _order(error: ValidationError) -> list[str]:
    return [str(part) for part in error.absolute_path]


def _deepest(error: ValidationError) -> ValidationError:
    """For a failed combination, the failure of the option that came furthest into the value."""
    while error.context:
        error = max(error.context, key=lambda inner: len(inner.absolute_path))
    return error


def _problem(error: ValidationError, where: str) -> Problem:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    shown = repr(error.instance)
    message = error.message.replace(shown, f"{shown[:_SHOWN]}…") if len(shown) > _SHOWN else error.message
    return Problem(f"{where}{path}", "schema", message)
