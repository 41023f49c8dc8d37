"""GitHub's REST operations in use, and what each takes and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from bugaction.sandbox.contract.extracts import read_json
from bugaction.sandbox.contract.limits import check_limits
from bugaction.sandbox.contract.paths import PathTemplate, normalise
from bugaction.sandbox.contract.problem import Problem
from bugaction.sandbox.contract.query import check_query
from bugaction.sandbox.contract.schemas import Schema, SchemaSet

_METHODS = ("get", "put", "post", "delete", "patch")
_BASIC_ERROR: Schema = {"$ref": "#/components/schemas/basic-error"}
# Codes from which a client is told to go on, and those that carry no body (RFC 9110, 15.3.5 and 15.4.5).
_ERRORS_FROM = 400
_WITHOUT_BODY = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Operation:
    """One REST operation of GitHub, with the path parameters of the request that it was matched for.

    `id` is GitHub's operationId (`repos/create-commit-status`), `template` its path below the API's root,
    `parameters` the decoded path parameters (empty before a match), `success` the codes below 400 that GitHub
    describes, `path` the template's compiled form.
    """

    id: str
    method: str
    template: str
    parameters: Mapping[str, str]
    success: tuple[int, ...]
    path: PathTemplate = field(repr=False)
    _raw: Mapping[str, Any] = field(repr=False)
    _query: Mapping[str, Mapping[str, Any]] = field(repr=False)
    _schemas: SchemaSet = field(repr=False)

    def check_request(self, query: Mapping[str, Sequence[str]], body: object | None) -> list[Problem]:
        """What GitHub would refuse or overlook of this query and decoded JSON body (None: none was sent)."""
        problems = check_query(self._schemas, self._query, query)
        request = self._raw.get("requestBody")
        if request is None:
            if body is not None:
                problems.append(Problem("body", "unexpected-body", "The operation takes no body."))
        elif body is None:
            if request["required"]:
                problems.append(Problem("body", "missing-body", "The operation requires a JSON body."))
        else:
            problems += self._schemas.check(_json_schema(request) or {}, body, "body", write=True)
            problems += check_limits(self.id, body)
        return problems

    def check_response(self, status: int, body: object | None) -> list[Problem]:
        """How an answer with this status and decoded JSON body (None: empty) differs from GitHub's.

        An error that GitHub does not describe for the operation is held to its basic error: the description's
        error codes are incomplete (commit statuses describe none at all). A success that it does not describe
        is a problem.
        """
        described = self._raw["responses"].get(str(status))
        if described is None and status < _ERRORS_FROM:
            text = f"GitHub answers {', '.join(map(str, self.success))}, and not {status}."
            return [Problem("response", "undescribed-status", text)]
        schema = _BASIC_ERROR if described is None else _json_schema(described)
        if status in _WITHOUT_BODY or (schema is None and status < _ERRORS_FROM):
            if body is None:
                return []
            return [Problem("response", "unexpected-body", f"GitHub's {status} has no body here.")]
        if body is None:
            return [Problem("response", "missing-body", f"GitHub's {status} has a body.")]
        return self._schemas.check(schema or _BASIC_ERROR, body, "response", write=False)


class RestContract:
    """All operations of the extract."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        """`description` is an OpenAPI 3.0 document whose parameters are written out, as the extract's are."""
        schemas = SchemaSet(description["components"]["schemas"])
        operations = [
            _operation(template, method, item[method], schemas)
            for template, item in description["paths"].items()
            for method in _METHODS
            if method in item
        ]
        operations.sort(key=lambda operation: (operation.path.rank, operation.id))
        self.operations = tuple(operations)

    @classmethod
    def load(cls) -> RestContract:
        """The shipped extract, read once in a process."""
        return _shipped()

    def match(self, method: str, path: str) -> Operation | None:
        """The operation that a request asks for, or None where the extract has none.

        `path` is the path as it was sent, percent-encoded and without its query, with or without GitHub
        Enterprise Server's `/api/v3`.
        """
        for operation, parameters in self._matches(path):
            if operation.method == method.upper():
                return _with(operation, parameters)
        return None

    def methods(self, path: str) -> tuple[str, ...]:
        """The methods that the extract has for this path: none means that it is unknown altogether."""
        return tuple(sorted({operation.method for operation, _ in self._matches(path)}))

    def _matches(self, path: str) -> list[tuple[Operation, dict[str, str]]]:
        wanted = normalise(path)
        return [
            (operation, parameters)
            for operation in self.operations
            if (parameters := operation.path.match(wanted)) is not None
        ]


@cache
def _shipped() -> RestContract:
    return RestContract(read_json("openapi.json"))


def _operation(template: str, method: str, raw: Mapping[str, Any], schemas: SchemaSet) -> Operation:
    parameters: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
    for parameter in raw["parameters"]:
        parameters[parameter["in"]][parameter["name"]] = parameter
    return Operation(
        id=raw["operationId"],
        method=method.upper(),
        template=template,
        parameters=MappingProxyType({}),
        success=tuple(sorted(int(code) for code in raw["responses"] if int(code) < _ERRORS_FROM)),
        path=PathTemplate.parse(template, parameters["path"]),
        _raw=raw,
        _query=parameters["query"],
        _schemas=schemas,
    )


def _with(operation: Operation, parameters: Mapping[str, str]) -> Operation:
    return replace(operation, parameters=MappingProxyType(dict(parameters)))


def _json_schema(part: Mapping[str, Any]) -> Schema | None:
    schema: Schema | None = part.get("content", {}).get("application/json", {}).get("schema")
    return schema
