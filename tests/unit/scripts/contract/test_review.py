"""The report on GitHub's own examples."""

from __future__ import annotations

from typing import Any

from scripts.contract import review


def description(example: dict[str, Any]) -> dict[str, Any]:
    """A description of one operation with one example of its answer."""
    answer = {
        "schema": {"type": "object", "properties": {"rate": {"type": "integer"}}},
        "examples": {"default": {"$ref": "#/components/examples/rate"}},
    }
    operation = {
        "operationId": "rate-limit/get",
        "responses": {"200": {"description": "d", "content": {"application/json": answer}}},
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/rate_limit": {"get": operation}},
        "components": {
            "schemas": {"basic-error": {"type": "object"}},
            "examples": {"rate": {"value": example}},
        },
    }


def test_an_example_that_its_description_takes_is_counted() -> None:
    """Referenced examples are followed."""
    lines = list(review.report(description({"rate": 1}), [("GET", "/rate_limit")]))
    assert lines == ["1 REST operations; 1 of 1 examples of GitHub's pass"]


def test_an_example_that_breaks_its_description_is_named() -> None:
    """Operation, status, name and what is wrong; the totals come last."""
    first, last = review.report(description({"rate": "1"}), [("GET", "/rate_limit")])
    assert first.startswith("GitHub's own example rate-limit/get, 200 default: response.rate: '1' is not")
    assert last == "1 REST operations; 0 of 1 examples of GitHub's pass"
