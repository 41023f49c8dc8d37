"""GraphQL costs by GitHub's formula, on its own example and on the cases that are easy to get wrong."""

from __future__ import annotations

import pytest
from graphql import build_schema, parse

from bugaction.sandbox.contract.cost import Cost, measure

SCHEMA = build_schema(
    """
    type Query { viewer: User! nodes(ids: [ID!]!): [Node]! node(id: ID!): Node }
    interface Node { id: ID! }
    type User implements Node {
      id: ID!
      repositories(first: Int, last: Int): RepositoryConnection!
      followers(first: Int, last: Int): UserConnection!
      organizations: [Repository!]!
    }
    type UserConnection { totalCount: Int! nodes: [User] edges: [UserEdge] }
    type UserEdge { node: User cursor: String! }
    type RepositoryConnection { totalCount: Int! nodes: [Repository] pageInfo: PageInfo! }
    type PageInfo { hasNextPage: Boolean! }
    type Repository implements Node { id: ID! issues(first: Int, last: Int, after: String): IssueConnection! }
    type IssueConnection { nodes: [Issue] }
    type Issue implements Node { id: ID! labels(first: Int, last: Int): LabelConnection }
    type LabelConnection { nodes: [Label] }
    type Label implements Node { id: ID! name: String! }
    type Mutation { touch: User }
    """
)

# The example of docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api: 100
# repositories, 50 issues in each, 60 labels on each issue: 1 + 100 + 5,000 requests, 51 points.
DOCUMENTED = """
{ viewer { repositories(first: 100) { nodes { issues(first: 50) { nodes { id
  labels(first: 60) { nodes { id name } } } } } } } }
"""


def cost(document: str, **variables: object) -> Cost:
    return measure(SCHEMA, parse(document), variables)[0]


def test_github_s_own_example() -> None:
    """5,101 requests and 51 points; 100 repositories, 5,000 issues and 300,000 labels are the nodes."""
    assert cost(DOCUMENTED) == Cost(points=51, requests=5_101, nodes=305_100)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("viewer { id }", Cost(1, 0, 0)),
        ("viewer { repositories(last: 10) { nodes { id } } }", Cost(1, 1, 10)),
        ("viewer { followers(first: 2) { edges { node { ...Three } } } }", Cost(1, 3, 8)),
        ("viewer { a: followers(first: 3) { nodes { id } } ...Three }", Cost(1, 2, 6)),
        ("viewer { followers(first: 3) { totalCount } ...Three }", Cost(1, 1, 3)),
        ("viewer { followers { totalCount } }", Cost(1, 1, 0)),
        ("viewer { ...Three ...Three }", Cost(1, 1, 3)),
        ("node(id: 1) { ...Three ... on Issue { labels(first: 5) { nodes { id } } } }", Cost(1, 2, 8)),
        ("viewer { repositories(first: 1) { ...Ids } }", Cost(1, 1, 1)),
    ],
)
def test_each_unique_connection_counts_once_for_each_parent(document: str, expected: Cost) -> None:
    """Aliases are connections of their own; the same field twice, or through a fragment, is one."""
    fragments = "fragment Three on User { followers(first: 3) { nodes { id } } }"
    fragments += "fragment Ids on RepositoryConnection { nodes { id } }"
    assert cost(f"{{ {document} }} {fragments}") == expected


def test_a_mutation_s_answer_costs_too() -> None:
    """Its connections are counted below the mutation type."""
    assert cost("mutation { touch { followers(first: 5) { nodes { id } } } }") == Cost(1, 1, 5)


@pytest.mark.parametrize(
    ("followers", "points"), [(0, 1), (49, 1), (100, 1), (148, 1), (149, 2), (150, 2), (249, 3)]
)
def test_points_are_rounded(followers: int, points: int) -> None:
    """A hundred requests a point, at least one point, and a half counts as one."""
    ids = [str(number) for number in range(followers)]
    document = (
        "query ($ids: [ID!]!) { viewer { followers(first: 1) { nodes { id } } }"
        " nodes(ids: $ids) { ... on User { followers(first: 1) { nodes { id } } } } }"
    )
    found = cost(document, ids=ids)
    assert found.requests == followers + 1
    assert found.points == points


def test_variables_and_their_defaults_give_the_page_sizes() -> None:
    """A variable's value holds, then the operation's default."""
    document = "query ($n: Int = 7) { viewer { followers(first: $n) { nodes { id } } } }"
    assert cost(document).nodes == 7
    assert cost(document, n=9).nodes == 9


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ viewer { followers(first: 5) { nodes { id } } } }", [("viewer.followers", True, 5)]),
        ("{ viewer { f: followers { nodes { id } } } }", [("viewer.f", False, None)]),
        ("{ viewer { followers { totalCount } } }", [("viewer.followers", False, None)]),
        (
            "query ($n: Int) { viewer { followers(last: $n) { nodes { id } } } }",
            [("viewer.followers", True, None)],
        ),
    ],
)
def test_page_sizes_are_found(document: str, expected: list[tuple[str, bool, int | None]]) -> None:
    """Where it stands, whether it has a size, and which; GitHub asks for one even for a bare total."""
    pages = measure(SCHEMA, parse(document), {})[1]
    assert [(page.path, page.given, page.value) for page in pages] == expected


def test_one_operation_has_to_be_meant() -> None:
    """Several operations need a name, and a wrong name is no operation."""
    document = parse("query A { viewer { id } } query B { viewer { followers(first: 1) { nodes { id } } } }")
    assert measure(SCHEMA, document, {}, "B")[0].requests == 1
    with pytest.raises(ValueError, match="2 operations"):
        measure(SCHEMA, document, {})
    with pytest.raises(ValueError, match="0 operations"):
        measure(SCHEMA, document, {}, "C")
