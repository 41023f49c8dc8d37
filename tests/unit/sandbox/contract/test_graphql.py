"""GraphQL documents held to a schema and to GitHub's limits."""

from __future__ import annotations

import pytest

from bugaction.sandbox.contract.graphql import GraphqlContract

CONTRACT = GraphqlContract(
    """
    type Query { viewer: User! at(time: DateTime!): User }
    scalar DateTime
    type User { id: ID! followers(first: Int, last: Int): UserConnection! }
    type UserConnection { nodes: [User] }
    """
)
DEEP = """
query ($n: Int!) { viewer { followers(first: $n) { nodes { followers(first: $n) { nodes {
  followers(first: $n) { nodes { id } } } } } } } }
"""


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ viewer { id } }", []),
        ("{ viewer { id }", [("document:1:16", "graphql")]),
        ("{ viewer { name } }", [("document:1:12", "graphql")]),
        ("{ viewer { id followers(first: 101) { nodes { id } } } }", [("viewer.followers", "page-argument")]),
        ("{ viewer { followers(first: 0) { nodes { id } } } }", [("viewer.followers", "page-argument")]),
        ("{ viewer { followers { nodes { id } } } }", [("viewer.followers", "page-argument")]),
        (
            "query A { viewer { id } } query B { viewer { followers { nodes { id } } } }",
            [("viewer.followers", "page-argument")],
        ),
        (DEEP, []),
    ],
)
def test_a_document_is_held_to_the_schema(document: str, expected: list[tuple[str, str]]) -> None:
    """Syntax and schema first; then a page size from 1 to 100 on every connection of every operation."""
    assert [(problem.where, problem.rule) for problem in CONTRACT.validate(document)] == expected


@pytest.mark.parametrize(
    ("variables", "rules"),
    [
        ({"n": 79}, []),
        ({"n": 80}, ["node-limit"]),
        ({"n": 101}, ["node-limit", "page-argument"]),
        ({"n": 0}, ["page-argument"]),
        ({}, ["page-argument"]),
    ],
)
def test_a_request_is_held_to_the_limits(variables: dict[str, object], rules: list[str]) -> None:
    """With the variables' values: page sizes, and half a million nodes at the most."""
    assert sorted({problem.rule for problem in CONTRACT.check(DEEP, variables)}) == rules


def test_a_request_names_its_operation() -> None:
    """Two operations and no name are refused, as GitHub refuses them."""
    document = "query A { viewer { id } } query B { viewer { id } }"
    assert CONTRACT.check(document, {}, "A") == []
    [problem] = CONTRACT.check(document, {})
    assert problem.where == "operation"


def test_a_document_is_read_once() -> None:
    """Also one that breaks the schema; what is no GraphQL is none."""
    document = "query Odd { viewer { name } }"
    found = CONTRACT.read(document)
    assert found is not None
    assert CONTRACT.read(document) is found
    assert CONTRACT.read("{ viewer { id }") is None


def test_a_cost_is_of_a_valid_document_only() -> None:
    """A cost that rests on an unknown field would be too low."""
    assert CONTRACT.cost(DEEP, {"n": 10}).requests == 111
    with pytest.raises(ValueError, match="name"):
        CONTRACT.cost("{ viewer { name } }")


def test_the_shipped_schema_is_built_once() -> None:
    """Building it takes longer than validating a document."""
    assert GraphqlContract.load() is GraphqlContract.load()
