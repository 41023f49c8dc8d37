"""Sizes that GitHub refuses and its description does not state."""

from __future__ import annotations

import pytest

from bugaction.sandbox.contract.limits import LIMITS, check_limits
from bugaction.sandbox.contract.rest import RestContract


@pytest.mark.parametrize(
    ("operation", "field", "most"),
    [
        ("issues/create", "title", 256),
        ("issues/create", "body", 65_536),
        ("issues/create-comment", "body", 65_536),
        ("issues/create-label", "description", 100),
        ("issues/create-label", "name", 50),
        ("issues/update-comment", "body", 65_536),
        ("issues/update-label", "new_name", 50),
        ("pulls/create", "title", 256),
        ("pulls/create-review", "body", 65_536),
        ("repos/create-commit-status", "context", 255),
        ("repos/create-commit-status", "description", 140),
        ("repos/create-deployment-status", "description", 140),
    ],
)
def test_a_text_may_be_as_long_as_the_limit_and_no_longer(operation: str, field: str, most: int) -> None:
    """Counted in characters, not in bytes: GitHub's messages say characters."""
    assert check_limits(operation, {field: "ä" * most}) == []
    [problem] = check_limits(operation, {field: "ä" * (most + 1)})
    assert (problem.where, problem.rule) == (f"body.{field}", "too-long")
    assert str(most) in problem.text


def test_entries_of_lists_and_objects_in_lists_are_measured() -> None:
    """A label of 51 characters among several, an annotation's title, and the number of assignees."""
    [label] = check_limits("issues/add-labels", {"labels": ["ok", "x" * 51]})
    assert label.where == "body.labels[1]"
    annotations = {"output": {"annotations": [{"title": "t"}, {"title": "t" * 256}]}}
    [annotation] = check_limits("checks/create", annotations)
    assert annotation.where == "body.output.annotations[1].title"
    [assignees] = check_limits("issues/add-assignees", {"assignees": ["x"] * 11})
    assert assignees.text == "11 entries, and GitHub takes 10."


@pytest.mark.parametrize("body", [None, [], "text", {}, {"description": None}, {"description": 5}])
def test_a_body_without_the_field_has_no_size(body: object) -> None:
    """Types are the schema's affair."""
    assert check_limits("repos/create-commit-status", body) == []


def test_every_limit_belongs_to_an_operation_that_is_in_use() -> None:
    """A limit under a misspelt operation or field would never be checked."""
    known = {operation.id: operation for operation in RestContract.load().operations}
    assert set(LIMITS) <= set(known)
    for name, limits in LIMITS.items():
        for limit in limits:
            probe = "x" * (limit.most + 1)
            value: object = [probe] if limit.field.endswith("[]") else probe
            field, *inner = limit.field.removesuffix("[]").split(".")
            if not inner:
                rules = {problem.rule for problem in known[name].check_request({}, {field: value})}
                assert "unknown-key" not in rules, (name, limit)
