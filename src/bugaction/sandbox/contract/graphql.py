"""GitHub's GraphQL schema as far as it is used, and GitHub's own limits on documents."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    parse,
    validate,
)

from bugaction.sandbox.contract.cost import NODE_LIMIT, PAGE_LIMIT, Cost, PageArgument, measure
from bugaction.sandbox.contract.extracts import read_text
from bugaction.sandbox.contract.problem import Problem

_DOCUMENTS = 256
"""So many are kept. Two hundred bugs ask in more than a hundred ways; one of 10 KB takes 0.7 MB."""


class GraphqlContract:
    """The pruned schema, to execute documents on and to hold them to.

    `schema` has no resolvers, and its custom scalars (`DateTime`, `URI`, `GitObjectID`, …) pass values
    through as they are given.
    """

    def __init__(self, sdl: str) -> None:
        self.schema: GraphQLSchema = build_schema(sdl)
        # Runs send the same few documents again and again, and a large one takes 30 ms to validate.
        self._parsed = lru_cache(maxsize=_DOCUMENTS)(self._parse)

    @classmethod
    def load(cls) -> GraphqlContract:
        """The shipped extract, built once in a process."""
        return _shipped()

    def read(self, document: str) -> DocumentNode | None:
        """The document in its parts, whether it keeps to the schema or not; None for what is no GraphQL."""
        return self._parsed(document)[0]

    def validate(self, document: str) -> list[Problem]:
        """How the document breaks the schema or GraphQL itself, or names no page size on a connection."""
        parsed, problems = self._parsed(document)
        if parsed is None or problems:
            return [*problems]
        return [
            problem
            for name in _operation_names(parsed)
            for problem in _page_problems(measure(self.schema, parsed, {}, name)[1], known=False)
        ]

    def check(
        self, document: str, variables: Mapping[str, object] | None = None, operation: str | None = None
    ) -> list[Problem]:
        """What GitHub would refuse of one request: `validate`, page sizes and nodes with `variables`."""
        parsed, problems = self._parsed(document)
        if parsed is None or problems:
            return [*problems]
        try:
            cost, pages = measure(self.schema, parsed, variables or {}, operation)
        except ValueError as error:
            return [Problem("operation", "graphql", f"{error}.")]
        found = _page_problems(pages, known=True)
        if cost.nodes > NODE_LIMIT:
            text = f"It may return {cost.nodes} nodes, and GitHub allows {NODE_LIMIT}."
            found.append(Problem("document", "node-limit", text))
        return found

    def cost(
        self, document: str, variables: Mapping[str, object] | None = None, operation: str | None = None
    ) -> Cost:
        """What one operation of a valid document costs. Raises ValueError for an invalid document."""
        parsed, problems = self._parsed(document)
        if parsed is None or problems:
            raise ValueError("; ".join(map(str, problems)))
        return measure(self.schema, parsed, variables or {}, operation)[0]

    def _parse(self, document: str) -> tuple[DocumentNode | None, tuple[Problem, ...]]:
        try:
            parsed = parse(document)
        except GraphQLError as error:
            return None, (_graphql_problem(error),)
        return parsed, tuple(_graphql_problem(error) for error in validate(self.schema, parsed))


@cache
def _shipped() -> GraphqlContract:
    return GraphqlContract(read_text("schema.graphql"))


def _graphql_problem(error: GraphQLError) -> Problem:
    place = "".join(f":{found.line}:{found.column}" for found in (error.locations or [])[:1])
    return Problem(f"document{place}", "graphql", error.message)


def _operation_names(document: DocumentNode) -> list[str | None]:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return [node.name.value if node.name else None for node in operations]


def _page_problems(pages: list[PageArgument], *, known: bool) -> list[Problem]:
    """Page sizes that GitHub refuses; `known` says that every variable has its value.

    docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api, "Node limit": `first`
    or `last` on each connection, from 1 to 100.
    """
    problems = []
    for page in pages:
        if not page.given or (known and page.value is None):
            problems.append(Problem(page.path, "page-argument", "A connection needs `first` or `last`."))
        elif page.value is not None and not 1 <= page.value <= PAGE_LIMIT:
            text = f"{page.value} is not in the range 1 to {PAGE_LIMIT}."
            problems.append(Problem(page.path, "page-argument", text))
    return problems
