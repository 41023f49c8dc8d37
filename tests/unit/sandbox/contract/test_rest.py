"""REST operations: matching, and holding requests and answers to them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bugaction.sandbox.contract.rest import RestContract


def content(schema: Mapping[str, object]) -> dict[str, object]:
    return {"content": {"application/json": {"schema": schema}}}


LABEL = {"$ref": "#/components/schemas/label"}
OWNER = {"name": "owner", "in": "path", "required": True, "schema": {"type": "string"}}
PAGE = {"name": "page", "in": "query", "schema": {"type": "integer"}}
LIST = {
    "operationId": "labels/list",
    "parameters": [OWNER, PAGE],
    "responses": {"200": content({"type": "array", "items": LABEL}), "304": {}},
}
CREATE = {
    "operationId": "labels/create",
    "parameters": [OWNER],
    "requestBody": {"required": True, **content(LABEL)},
    "responses": {"201": content(LABEL), "204": {}, "422": content({"$ref": "#/components/schemas/refusal"})},
}
SCHEMAS = {
    "label": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
    "refusal": {"type": "object", "properties": {"errors": {"type": "array"}}, "required": ["errors"]},
    "basic-error": {"type": "object", "properties": {"message": {"type": "string"}}},
}
CONTRACT = RestContract(
    {"paths": {"/repos/{owner}/labels": {"get": LIST, "post": CREATE}}, "components": {"schemas": SCHEMAS}}
)
PATH = "/repos/octo/labels"


def test_a_request_is_matched_with_its_parameters() -> None:
    """The operation comes back with the decoded path parameters, and the contract's own stays without."""
    operation = CONTRACT.match("post", "/api/v3/repos/oc%2Fto/labels")
    assert operation is not None
    assert (operation.id, operation.method, operation.template) == (
        "labels/create",
        "POST",
        "/repos/{owner}/labels",
    )
    assert dict(operation.parameters) == {"owner": "oc/to"}
    assert operation.success == (201, 204)
    assert all(not known.parameters for known in CONTRACT.operations)


@pytest.mark.parametrize(
    ("method", "path", "methods"),
    [("DELETE", PATH, ("GET", "POST")), ("GET", "/repos/octo/milestones", ()), ("GET", "/", ())],
)
def test_what_is_not_in_the_extract_is_no_match(method: str, path: str, methods: tuple[str, ...]) -> None:
    """`methods` tells an unknown path from a known one with another method."""
    assert CONTRACT.match(method, path) is None
    assert CONTRACT.methods(path) == methods


@pytest.mark.parametrize(
    ("method", "query", "body", "expected"),
    [
        ("GET", {}, None, []),
        ("GET", {"page": ["2"]}, None, []),
        ("GET", {"pages": ["2"]}, None, [("query.pages", "unknown-parameter")]),
        ("GET", {}, {}, [("body", "unexpected-body")]),
        ("POST", {}, {"name": "P1"}, []),
        ("POST", {}, None, [("body", "missing-body")]),
        ("POST", {}, {}, [("body", "schema")]),
        ("POST", {}, {"name": "P1", "colour": "red"}, [("body.colour", "unknown-key")]),
        ("POST", {"page": ["1"]}, {"name": "P1"}, [("query.page", "unknown-parameter")]),
    ],
)
def test_a_request_is_held_to_the_operation(
    method: str, query: dict[str, list[str]], body: object, expected: list[tuple[str, str]]
) -> None:
    """Query and body are checked, and each problem says where and by which rule."""
    operation = CONTRACT.match(method, PATH)
    assert operation is not None
    assert [(problem.where, problem.rule) for problem in operation.check_request(query, body)] == expected


@pytest.mark.parametrize(
    ("method", "status", "body", "expected"),
    [
        ("GET", 200, [{"name": "P1"}], []),
        ("GET", 200, [{"name": "P1", "colour": "x"}], [("response[0].colour", "unknown-key")]),
        ("GET", 200, None, [("response", "missing-body")]),
        ("GET", 201, [], [("response", "undescribed-status")]),
        ("GET", 304, None, []),
        ("GET", 304, [], [("response", "unexpected-body")]),
        ("GET", 404, {"message": "Not Found"}, []),
        ("GET", 404, {"mesage": "Not Found"}, [("response.mesage", "unknown-key")]),
        ("GET", 404, None, [("response", "missing-body")]),
        ("POST", 201, {"name": "P1"}, []),
        ("POST", 201, {"name": None}, [("response.name", "schema")]),
        ("POST", 204, None, []),
        ("POST", 204, {}, [("response", "unexpected-body")]),
        ("POST", 422, {"errors": []}, []),
        ("POST", 422, {"message": "no"}, [("response", "schema")]),
        ("POST", 500, {"message": "Server Error"}, []),
    ],
)
def test_an_answer_is_held_to_the_operation(
    method: str, status: int, body: object, expected: list[tuple[str, str]]
) -> None:
    """A described code by its schema; another error by GitHub's basic one; another success never."""
    operation = CONTRACT.match(method, PATH)
    assert operation is not None
    assert [(problem.where, problem.rule) for problem in operation.check_response(status, body)] == expected


def test_a_problem_reads_as_one_line() -> None:
    """For a log or a test's failure."""
    operation = CONTRACT.match("POST", PATH)
    assert operation is not None
    [problem] = operation.check_request({}, None)
    assert str(problem) == "body: The operation requires a JSON body. [missing-body]"


def test_the_shipped_extract_is_read_once() -> None:
    """Its validators are cached with it."""
    assert RestContract.load() is RestContract.load()
