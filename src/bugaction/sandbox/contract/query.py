"""Check a query string: every parameter known, given once, of its type, and within GitHub's page sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bugaction.sandbox.contract.problem import Problem
from bugaction.sandbox.contract.schemas import SchemaSet

# docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api: "per_page" is at most 100. GitHub
# cuts a larger one down without a word, so that a caller who asks for 1000 and counts on it loses data.
PAGE_LIMIT = 100
_PAGING = {"page": range(1, 2**31), "per_page": range(1, PAGE_LIMIT + 1)}


def check_query(
    schemas: SchemaSet, known: Mapping[str, Mapping[str, Any]], query: Mapping[str, Sequence[str]]
) -> list[Problem]:
    """How `query` (name to the values it was given) breaks the operation's parameters `known`."""
    problems = [
        Problem(f"query.{name}", "missing-parameter", "GitHub requires this parameter.")
        for name, parameter in known.items()
        if parameter.get("required") and name not in query
    ]
    for name, values in query.items():
        where = f"query.{name}"
        parameter = known.get(name)
        if parameter is None:
            problems.append(Problem(where, "unknown-parameter", "The operation has no such parameter."))
        elif len(values) > 1 and parameter["schema"].get("type") != "array":
            problems.append(
                Problem(where, "repeated-parameter", f"Given {len(values)} times, and taken once.")
            )
        else:
            problems += _check_value(schemas, name, parameter["schema"], values)
    return problems


def _check_value(
    schemas: SchemaSet, name: str, schema: Mapping[str, Any], values: Sequence[str]
) -> list[Problem]:
    where = f"query.{name}"
    kind = schema.get("type")
    value: object = [*values] if kind == "array" else _typed(values[0], kind)
    if isinstance(value, int) and name in _PAGING and value not in _PAGING[name]:
        text = f"GitHub takes 1 to {PAGE_LIMIT}." if name == "per_page" else "Pages are counted from 1."
        return [Problem(where, "page-size", text)]
    return schemas.check(schema, value, where, write=True)


def _typed(text: str, kind: str | None) -> object:
    """The parameter's value as JSON would have it; the text itself where it is no such value."""
    if kind == "integer" and text.removeprefix("-").isascii() and text.removeprefix("-").isdigit():
        return int(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text
