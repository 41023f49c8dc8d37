"""Query strings: unknown, repeated, mistyped and out of range."""

from __future__ import annotations

import pytest

from bugaction.sandbox.contract.query import check_query
from bugaction.sandbox.contract.schemas import SchemaSet

KNOWN: dict[str, dict[str, object]] = {
    "per_page": {"schema": {"type": "integer"}},
    "page": {"schema": {"type": "integer"}},
    "state": {"schema": {"type": "string", "enum": ["open", "closed"]}},
    "protected": {"schema": {"type": "boolean"}},
    "labels": {"schema": {"type": "array", "items": {"type": "string"}}},
    "since": {"schema": {"type": "string", "format": "date-time"}},
}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, []),
        ({"per_page": ["100"], "page": ["2"], "state": ["open"], "protected": ["true"]}, []),
        ({"per_page": ["101"]}, [("query.per_page", "page-size")]),
        ({"per_page": ["0"]}, [("query.per_page", "page-size")]),
        ({"page": ["0"]}, [("query.page", "page-size")]),
        ({"page": ["-1"]}, [("query.page", "page-size")]),
        ({"page": ["first"]}, [("query.page", "schema")]),
        ({"page": ["²"]}, [("query.page", "schema")]),
        ({"state": ["opened"]}, [("query.state", "schema")]),
        ({"protected": ["yes"]}, [("query.protected", "schema")]),
        ({"labels": ["a", "b"]}, []),
        ({"state": ["open", "closed"]}, [("query.state", "repeated-parameter")]),
        ({"since": ["2026-11-24T00:00:00Z"]}, []),
        ({"since": ["last week"]}, [("query.since", "schema")]),
        ({"perpage": ["100"]}, [("query.perpage", "unknown-parameter")]),
    ],
)
def test_a_query_is_held_to_the_operation_s_parameters(
    query: dict[str, list[str]], expected: list[tuple[str, str]]
) -> None:
    """Each parameter is known, given once, of its type, and a page within GitHub's range."""
    found = check_query(SchemaSet({}), KNOWN, query)
    assert [(problem.where, problem.rule) for problem in found] == expected


def test_a_required_parameter_must_be_there() -> None:
    """GitHub answers 422 without it."""
    known: dict[str, dict[str, object]] = {"name": {"required": True, "schema": {"type": "string"}}}
    [problem] = check_query(SchemaSet({}), known, {})
    assert (problem.where, problem.rule) == ("query.name", "missing-parameter")
    assert check_query(SchemaSet({}), known, {"name": ["x"]}) == []
