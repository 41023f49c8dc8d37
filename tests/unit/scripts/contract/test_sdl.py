"""Pruning a GraphQL schema: what goes, and what must stay for it to be GitHub's schema still."""

from __future__ import annotations

import pytest
from graphql import GraphQLObjectType, build_schema, parse, validate

from scripts.contract.sdl import FullSchema

SDL = """
"The root."
type Query {
  node(id: ID!): Node
  issue(number: Int!, order: Order = {field: CREATED}): Issue
  unused: Project
}
type Mutation { close(input: CloseInput!): ClosePayload  other(input: OtherInput!): ClosePayload }
interface Node { id: ID! }
interface Actor { login: String! url: URI! }
interface Commented { comments: Int! }
scalar URI
scalar Date
"An issue."
type Issue implements Node & Commented {
  id: ID!
  "Its title."
  title: String! @deprecated(reason: "Say name.")
  comments: Int!
  author: Actor
  items: [Item!]!
  project: Project
}
type Project implements Node { id: ID! name: String! }
type User implements Actor & Node { id: ID! login: String! url: URI! }
type Bot implements Actor { login: String! url: URI! }
type Label implements Node { id: ID! name: String! }
type Rule { parameters: Parameters }
type Parameters { limit: Int strict: Boolean }
type Closed { at: Date }
union Item = Label | Rule | Closed
enum Field { CREATED UPDATED }
input Order { field: Field! direction: Direction }
enum Direction { ASC DESC }
input CloseInput { id: ID! reason: Reason }
enum Reason { DONE DUPLICATE }
input OtherInput { id: ID! }
type ClosePayload { issue: Issue clientMutationId: String }
"""


def prune(*documents: str) -> str:
    return FullSchema(SDL).prune(parse(document) for document in documents)


def names(text: str) -> set[str]:
    return {name for name in build_schema(text).type_map if not name.startswith("__")} - {
        "Boolean",
        "Float",
        "ID",
        "Int",
        "String",
    }


def fields(text: str, name: str) -> set[str]:
    kind = build_schema(text).type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    return set(kind.fields)


def test_what_no_document_uses_is_dropped() -> None:
    """Types, fields, texts and directives."""
    text = prune("{ issue(number: 1) { title } }")
    assert fields(text, "Query") == {"issue"}
    assert "Project" not in names(text)
    assert "Mutation" not in names(text)
    assert '"' not in text
    assert "@deprecated" not in text


def test_the_documents_are_valid_on_the_pruned_schema() -> None:
    """Arguments with their defaults, variables and fragments included."""
    documents = [
        "query ($o: Order) { issue(number: 1, order: $o) { ...F } } fragment F on Issue { author { login } }",
        "mutation ($i: CloseInput!) { close(input: $i) { issue { title } } }",
        "{ node(id: 1) { ... on Project { name } } }",
    ]
    schema = build_schema(prune(*documents))
    assert [validate(schema, parse(document)) for document in documents] == [[], [], []]


@pytest.mark.parametrize(
    ("document", "name", "expected"),
    [
        ("{ issue(number: 1) { title } }", "Issue", {"id", "title"}),
        ("{ issue(number: 1) { author { login } } }", "User", {"id", "login"}),
        ("{ issue(number: 1) { author { login } } }", "Bot", {"login"}),
        ("{ issue(number: 1) { ... on Commented { comments } } }", "Issue", {"comments", "id"}),
        ("{ issue(number: 1) { items { ... on Label { name } } } }", "Label", {"id", "name"}),
        ("{ issue(number: 1) { items { ... on Label { name } } } }", "Closed", {"at"}),
        ("{ issue(number: 1) { items { ... on Label { name } } } }", "Rule", {"parameters"}),
        ("{ issue(number: 1) { items { ... on Label { name } } } }", "Parameters", {"limit"}),
    ],
)
def test_a_kept_type_keeps_what_makes_it_whole(document: str, name: str, expected: set[str]) -> None:
    """`id` of a Node, the fields of its interfaces, and at least one field where nothing of it is used."""
    assert fields(prune(document), name) == expected


def test_a_union_and_a_returned_interface_keep_all_their_members() -> None:
    """GitHub answers with those too, so `__typename` has to be able to say them."""
    text = prune("{ issue(number: 1) { author { __typename } items { __typename } } }")
    assert {"User", "Bot", "Label", "Rule", "Closed"} <= names(text)


def test_node_is_no_reason_to_keep_what_implements_it() -> None:
    """Everything implements Node."""
    text = prune("{ node(id: 1) { id } }")
    assert names(text) == {"Query", "Node"}


def test_enums_and_inputs_stay_whole() -> None:
    """A value or key that is missing here would be refused here and taken by GitHub."""
    text = prune("mutation { close(input: {id: 1}) { clientMutationId } }", "{ issue(number: 1) { id } }")
    for part in ("DONE", "DUPLICATE", "direction: Direction", "DESC", "reason: Reason"):
        assert part in text
    assert "OtherInput" not in text


def test_the_same_documents_give_the_same_text() -> None:
    """In any order."""
    first, second = "{ issue(number: 1) { title } }", "{ node(id: 1) { id } }"
    assert prune(first, second) == prune(second, first)
