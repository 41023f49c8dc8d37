"""Schema checks: what GitHub's schemas refuse, and what they let pass and we do not."""

from __future__ import annotations

import pytest

from bugaction.sandbox.contract.schemas import Schema, SchemaSet

USER: Schema = {
    "type": "object",
    "properties": {"login": {"type": "string"}, "id": {"type": "integer", "readOnly": True}},
    "required": ["login", "id"],
}
SCHEMAS = SchemaSet(
    {
        "user": USER,
        "nullable-user": {**USER, "nullable": True},
        "team": {"type": "object", "properties": {"slug": {"type": "string"}}, "required": ["slug"]},
    }
)
A_USER: Schema = {"$ref": "#/components/schemas/user"}
A_TEAM: Schema = {"$ref": "#/components/schemas/team"}
BY: Schema = {
    "type": "object",
    "properties": {"by": {"oneOf": [A_USER, A_TEAM]}, "many": {"type": "array", "items": A_USER}},
}
OCTO = {"login": "octo", "id": 1}


def rules(schema: Schema, value: object, *, write: bool = False) -> list[tuple[str, str]]:
    return [(problem.where, problem.rule) for problem in SCHEMAS.check(schema, value, "body", write=write)]


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        (A_USER, OCTO, []),
        (A_USER, {"login": 5, "id": 1}, [("body.login", "schema")]),
        (A_USER, {**OCTO, "name": "x"}, [("body.name", "unknown-key")]),
        ({"type": "string"}, None, [("body", "schema")]),
        ({"$ref": "#/components/schemas/nullable-user"}, None, []),
        (BY, {"by": OCTO}, []),
        (BY, {"by": {"slug": "s"}}, []),
        (BY, {"by": {**OCTO, "slug": "s"}}, [("body.by", "schema")]),
        (BY, {"by": {"slug": "s", "login": "octo"}}, [("body.by.login", "unknown-key")]),
        (BY, {"many": [OCTO, {**OCTO, "x": 1}]}, [("body.many[1].x", "unknown-key")]),
        ({"type": "object"}, {"anything": 1}, []),
        ({"type": "object", "additionalProperties": True, "properties": {"a": {}}}, {"b": 1}, []),
        ({"type": "object", "additionalProperties": {"type": "string"}}, {"b": "x"}, []),
        (
            {"type": "object", "additionalProperties": A_USER},
            {"b": {**OCTO, "x": 1}},
            [("body.b.x", "unknown-key")],
        ),
        ({"allOf": [A_TEAM, {"type": "object", "properties": {"n": {}}}]}, {"slug": "s", "n": 1}, []),
        ({"allOf": [A_TEAM]}, {"slug": "s", "n": 1}, [("body.n", "unknown-key")]),
        ({"type": "string", "format": "date-time"}, "2026-11-24T10:00:00Z", []),
        ({"type": "string", "format": "date-time"}, "yesterday", [("body", "schema")]),
    ],
)
def test_a_value_is_held_to_its_schema(
    schema: Schema, value: object, expected: list[tuple[str, str]]
) -> None:
    """The schema's own rules first; then no key, at any depth, that no applying part of it lists."""
    assert rules(schema, value) == expected


def test_a_read_only_key_is_not_asked_of_a_request() -> None:
    """OpenAPI 3.0: a readOnly property may be absent from what is sent, though it is required."""
    assert rules(A_USER, {"login": "octo"}, write=True) == []
    assert rules(A_USER, {"login": "octo"}) == [("body", "schema")]


def test_a_failed_choice_is_explained_by_the_option_that_came_furthest() -> None:
    """The problem names the wrong leaf, not the whole value."""
    [problem] = SCHEMAS.check(BY, {"by": {"login": 5, "id": 1}}, "body", write=False)
    assert problem.where == "body.by.login"


def test_a_long_value_is_not_repeated_in_full() -> None:
    """A refused payload of many kilobytes stays out of the message."""
    [problem] = SCHEMAS.check({"type": "integer"}, "x" * 5_000, "body", write=False)
    assert len(problem.text) < 200
