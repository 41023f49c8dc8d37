"""The published schemas."""

from __future__ import annotations

import jsonschema
import pytest

from bugaction.schemas import DIALECT, schema_of


@pytest.mark.parametrize("kind", ["config", "result", "plan", "register", "register-year"])
def test_schema_is_one(kind: str) -> None:
    """Each names its dialect and is valid in it."""
    schema = schema_of(kind)
    assert schema["$schema"] == DIALECT
    jsonschema.Draft202012Validator.check_schema(schema)


def test_schemas_refuse_what_they_should() -> None:
    """A reason that does not exist, a version from the future, a key that the configuration has not."""
    for kind, document in (
        ("result", {"reason": "fine"}),
        ("result", {"version": 2, "reason": "done"}),
        ("plan", {"effects": [{"effect": "x"}]}),
        ("config", {"version": 1, "severites": {}}),
        ("register", {"version": 2}),
        ("register", {"version": 1, "open": [{"number": 0}]}),
        ("register-year", {"version": 1, "year": 2026, "bugs": [{"number": 7, "severity": "P9"}]}),
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(document, schema_of(kind))


def test_output_schemas_let_new_fields_pass() -> None:
    """A reader that validates with today's schema survives tomorrow's field."""
    jsonschema.validate({"version": 1, "reason": "done", "tomorrow": 1}, schema_of("result"))
