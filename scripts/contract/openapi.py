"""Prune GitHub's OpenAPI description to the operations and webhook events in use.

Kept of a schema is what validates; texts and examples are dropped. Where the description refuses what GitHub
itself sends, it is loosened, and each loosening has a name: `nullable-enum` below, and the table LOOSENINGS.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from scripts.contract.operations import EVENTS, OPERATIONS

Json = dict[str, Any]
_METHODS = ("get", "put", "post", "delete", "patch")
# Keywords of the OpenAPI 3.0 schema object that decide whether a value is valid, beside those that nest.
_VALIDATING = frozenset(
    {
        "$ref", "additionalProperties", "default", "enum", "format", "maxItems", "maxLength", "maxProperties",
        "maximum", "minItems", "minLength", "minProperties", "minimum", "nullable", "pattern", "readOnly",
        "required", "type", "uniqueItems", "writeOnly",
    }
)  # fmt: skip
_LISTS = ("allOf", "anyOf", "oneOf")
_SCHEMA = "#/components/schemas/"


class DescriptionError(Exception):
    """An operation or event of the tables does not exist in GitHub's description."""


def prune_schema(schema: Json) -> Json:
    """The schema without texts, and with null among the values of every nullable enum.

    `nullable-enum`: OpenAPI 3.0.3 says that null must be listed explicitly beside `nullable: true`
    (github.com/OAI/OpenAPI-Specification, proposals/2019-10-31-Clarify-Nullable.md); GitHub's does not list
    it, and a running check's `conclusion` is null.
    """
    kept: Json = {key: value for key, value in schema.items() if key in _VALIDATING}
    if kept.get("nullable") and "enum" in kept and None not in kept["enum"]:
        kept["enum"] = [*kept["enum"], None]
    if "properties" in schema:
        kept["properties"] = {name: prune_schema(value) for name, value in schema["properties"].items()}
    if isinstance(schema.get("items"), dict):
        kept["items"] = prune_schema(schema["items"])
    if isinstance(schema.get("additionalProperties"), dict):
        kept["additionalProperties"] = prune_schema(schema["additionalProperties"])
    if isinstance(schema.get("not"), dict):
        kept["not"] = prune_schema(schema["not"])
    for key in _LISTS:
        if key in schema:
            kept[key] = [prune_schema(value) for value in schema[key]]
    return _nullable_combination(kept) if kept.get("nullable") and "type" not in kept else kept


def _nullable_combination(kept: Json) -> Json:
    """`nullable-combination`: null as one more option, since `nullable` says nothing without a `type`.

    The same clarification of OpenAPI 3.0.3 states it; GitHub writes it beside oneOf, anyOf and allOf, as for
    an issue's `milestone`, which is sent as null to clear it.
    """
    null: Json = {"enum": [None]}
    for key in ("oneOf", "anyOf"):
        if key in kept:
            kept[key].append(null)
            return kept
    if "allOf" in kept:
        return {"anyOf": [{"allOf": kept.pop("allOf"), **kept}, null]}
    return kept


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix(_SCHEMA)
        for child in value.values():
            yield from _references(child)
    elif isinstance(value, list):
        for child in value:
            yield from _references(child)


def _closure(description: Json, roots: Iterable[str]) -> Json:
    schemas: Json = {}
    waiting = sorted(set(roots))
    while waiting:
        name = waiting.pop()
        if name not in schemas:
            schemas[name] = prune_schema(description["components"]["schemas"][name])
            waiting.extend(_references(schemas[name]))
    return dict(sorted(schemas.items()))


def resolve(description: Json, value: Json) -> Json:
    reference = value.get("$ref")
    if reference is None:
        return value
    _, _, kind, name = reference.split("/")
    resolved: Json = description["components"][kind][name]
    return resolved


def _parameter(description: Json, raw: Json) -> Json:
    parameter = resolve(description, raw)
    kept: Json = {
        key: parameter[key] for key in ("name", "in", "required", "x-multi-segment") if key in parameter
    }
    return {**kept, "schema": prune_schema(parameter["schema"])}


def _content(value: Json) -> Json:
    schema = value.get("content", {}).get("application/json", {}).get("schema")
    return {} if schema is None else {"content": {"application/json": {"schema": prune_schema(schema)}}}


def _response(description: Json, raw: Json) -> Json:
    return {"description": "", **_content(resolve(description, raw))}


def prune_operation(description: Json, method: str, path: str) -> Json:
    """One operation with its parameters written out; raises DescriptionError where GitHub has none such."""
    item = description["paths"].get(path, {})
    operation = item.get(method.lower())
    if operation is None:
        raise DescriptionError(f"GitHub describes no {method} {path}")
    raw = [*item.get("parameters", ()), *operation.get("parameters", ())]
    kept: Json = {"operationId": operation["operationId"]}
    kept["parameters"] = [_parameter(description, parameter) for parameter in raw]
    if "requestBody" in operation:
        body = operation["requestBody"]
        kept["requestBody"] = {"required": body.get("required", False), **_content(body)}
    kept["responses"] = {
        status: _response(description, raw_response)
        for status, raw_response in sorted(operation["responses"].items())
    }
    return kept


def prune_rest(description: Json, operations: Iterable[tuple[str, str]] = OPERATIONS) -> Json:
    """An OpenAPI document of the (method, path) pairs in `operations`, with every schema they reach."""
    paths: Json = {}
    for method, path in sorted(operations, key=lambda operation: (operation[1], operation[0])):
        paths.setdefault(path, {})[method.lower()] = prune_operation(description, method, path)
    roots = {*_references(paths), "basic-error"}
    return {
        "openapi": description["openapi"],
        "info": {key: description["info"][key] for key in ("title", "version")},
        "paths": paths,
        "components": {"schemas": _closure(description, roots)},
    }


def prune_webhooks(description: Json) -> Json:
    """`{"events": {"issues.labeled": schema, "push": schema, …}, "components": …}` for EVENTS."""
    events: Json = {}
    for key, item in description["x-webhooks"].items():
        operation = item["post"]
        event = operation["x-github"]["subcategory"].replace("-", "_")
        if event not in EVENTS:
            continue
        # "pull-request-review-requested" is the action "review_requested" of the event "pull_request". The
        # one repository_dispatch schema stands for all of them: its action is whatever the sender called it.
        action = "" if event == "repository_dispatch" else key.replace("-", "_")[len(event) + 1 :]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        events[f"{event}.{action}" if action else event] = prune_schema(schema)
    missing = EVENTS - {name.partition(".")[0] for name in events}
    if missing:
        raise DescriptionError(f"GitHub describes no webhook for {', '.join(sorted(missing))}")
    return {
        "events": dict(sorted(events.items())),
        "components": {"schemas": _closure(description, _references(events))},
    }
