"""Pruning an OpenAPI description: what validates stays, and each loosening is the one that it says."""

from __future__ import annotations

from typing import Any

import pytest

from bugaction.sandbox.contract.schemas import SchemaSet
from scripts.contract.openapi import DescriptionError, prune_operation, prune_schema


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "description": "d", "example": "e", "title": "t"}, {"type": "string"}),
        (
            {
                "type": "object",
                "properties": {"title": {"type": "string", "title": "t"}, "example": {"type": "integer"}},
            },
            {"type": "object", "properties": {"title": {"type": "string"}, "example": {"type": "integer"}}},
        ),
        ({"items": {"type": "string", "description": "d"}}, {"items": {"type": "string"}}),
        (
            {"additionalProperties": {"type": "string", "description": "d"}},
            {"additionalProperties": {"type": "string"}},
        ),
        ({"additionalProperties": False}, {"additionalProperties": False}),
        ({"oneOf": [{"$ref": "#/x", "description": "d"}]}, {"oneOf": [{"$ref": "#/x"}]}),
        (
            {"type": "string", "maxLength": 3, "pattern": "x"},
            {"type": "string", "maxLength": 3, "pattern": "x"},
        ),
    ],
)
def test_texts_go_and_rules_stay(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    """A property may be called as a keyword is: `title`, `example`."""
    assert prune_schema(schema) == expected


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "nullable": True, "enum": ["a"]},
        {"nullable": True, "oneOf": [{"type": "string"}, {"type": "integer"}]},
        {"nullable": True, "anyOf": [{"type": "string"}, {"type": "integer"}]},
        {"nullable": True, "allOf": [{"type": "string"}]},
    ],
)
def test_null_is_taken_where_the_description_means_it(schema: dict[str, Any]) -> None:
    """The loosenings `nullable-enum` and `nullable-combination`; any other value is refused as before."""
    schemas = SchemaSet({})
    pruned = prune_schema(schema)
    assert schemas.accepts(pruned, None, write=True)
    assert schemas.accepts(pruned, "a", write=True)
    assert not schemas.accepts(pruned, ["a"], write=True)
    assert not schemas.accepts(prune_schema({**schema, "nullable": False}), None, write=True)


DESCRIPTION: dict[str, Any] = {
    "paths": {
        "/a/{ref}": {
            "get": {
                "operationId": "a/get",
                "summary": "s",
                "parameters": [{"$ref": "#/components/parameters/ref"}],
                "responses": {
                    "404": {"$ref": "#/components/responses/gone"},
                    "200": {
                        "description": "d",
                        "content": {"application/json": {"schema": {"type": "string", "title": "t"}}},
                    },
                },
            }
        }
    },
    "components": {
        "parameters": {
            "ref": {
                "name": "ref",
                "description": "d",
                "in": "path",
                "required": True,
                "schema": {"type": "string"},
                "x-multi-segment": True,
            }
        },
        "responses": {"gone": {"description": "d"}},
    },
}


def test_an_operation_has_its_parameters_and_answers_written_out() -> None:
    """References to parameters and responses are followed, and the mark for slashes is kept."""
    assert prune_operation(DESCRIPTION, "GET", "/a/{ref}") == {
        "operationId": "a/get",
        "parameters": [
            {
                "name": "ref",
                "in": "path",
                "required": True,
                "x-multi-segment": True,
                "schema": {"type": "string"},
            }
        ],
        "responses": {
            "200": {"description": "", "content": {"application/json": {"schema": {"type": "string"}}}},
            "404": {"description": ""},
        },
    }


@pytest.mark.parametrize(("method", "path"), [("POST", "/a/{ref}"), ("GET", "/b")])
def test_an_operation_that_github_does_not_have_is_an_error(method: str, path: str) -> None:
    """The table would promise what is not there."""
    with pytest.raises(DescriptionError, match=f"no {method} "):
        prune_operation(DESCRIPTION, method, path)
