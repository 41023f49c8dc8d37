"""What a GraphQL document costs on GitHub, before it is sent.

Source of both formulas: docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api.

- Points: the requests needed to fulfil each unique connection, where every connection is taken to reach the
  limit of its `first` or `last`, divided by 100 and rounded, and at least 1.
- Nodes: what all connections return together, taken to be full; more than 500,000 are refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
    type_from_ast,
    value_from_ast,
)
from graphql.pyutils import Undefined

NODE_LIMIT = 500_000
PAGE_LIMIT = 100
_REQUESTS_A_POINT = 100


@dataclass(frozen=True, slots=True)
class Cost:
    """`points` of the hourly limit, `requests` for connections that they come from, and `nodes` at most."""

    points: int
    requests: int
    nodes: int


@dataclass(frozen=True, slots=True)
class PageArgument:
    """A connection's `first` or `last`: where it stands, whether it is given, and its value.

    The value is None where it is not given, null, or a variable whose value is unknown.
    """

    path: str
    given: bool
    value: int | None


@dataclass(slots=True)
class _Count:
    variables: Mapping[str, object]
    fragments: Mapping[str, FragmentDefinitionNode]
    schema: GraphQLSchema
    requests: int = 0
    nodes: int = 0
    pages: list[PageArgument] = field(default_factory=list)

    def selections(
        self, parent: GraphQLNamedType, sets: Sequence[SelectionSetNode], path: str, times: int
    ) -> None:
        """Count below `parent`, which is reached `times` times. Equal fields of the sets are one field."""
        merged: dict[tuple[str, str], list[FieldNode]] = {}
        for selection_set in sets:
            self._merge(parent, selection_set, merged)
        for (type_name, key), nodes in merged.items():
            kind = self.schema.type_map[type_name]
            if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)):
                definition = kind.fields.get(nodes[0].name.value)
                if definition is not None:
                    self._field(definition, nodes, f"{path}.{key}" if path else key, times)

    def _merge(
        self,
        parent: GraphQLNamedType,
        selection_set: SelectionSetNode,
        merged: dict[tuple[str, str], list[FieldNode]],
    ) -> None:
        for selection in selection_set.selections:
            if isinstance(selection, FieldNode):
                key = selection.alias.value if selection.alias else selection.name.value
                merged.setdefault((parent.name, key), []).append(selection)
                continue
            fragment = self._fragment(selection)
            condition = fragment.type_condition
            inner = parent if condition is None else self.schema.type_map[condition.name.value]
            self._merge(inner, fragment.selection_set, merged)

    def _fragment(self, selection: SelectionNode) -> InlineFragmentNode | FragmentDefinitionNode:
        if isinstance(selection, FragmentSpreadNode):
            return self.fragments[selection.name.value]
        assert isinstance(selection, InlineFragmentNode)  # noqa: S101 - the third and last kind of selection
        return selection

    def _field(self, definition: GraphQLField, nodes: Sequence[FieldNode], path: str, times: int) -> None:
        returned = get_named_type(definition.type)
        sets = [node.selection_set for node in nodes if node.selection_set is not None]
        if "first" in definition.args and returned.name.endswith("Connection"):
            size = self._page(definition, nodes[0])
            self.pages.append(PageArgument(path, _names_a_page(nodes[0]), size))
            self.requests += times
            self.nodes += times * (size or 0)
            times *= size or 0
        elif _is_list(definition) and "ids" in definition.args:
            count = self._ids(definition, nodes[0])
            self.nodes += times * count
            times *= count
        if sets:
            self.selections(returned, sets, path, times)

    def _page(self, definition: GraphQLField, node: FieldNode) -> int | None:
        sizes = [
            self._argument(definition, node, name) for name in ("first", "last") if name in definition.args
        ]
        given = [size for size in sizes if isinstance(size, int)]
        return max(given) if given else None

    def _ids(self, definition: GraphQLField, node: FieldNode) -> int:
        ids = self._argument(definition, node, "ids")
        return len(ids) if isinstance(ids, list) else 1

    def _argument(self, definition: GraphQLField, node: FieldNode, name: str) -> object:
        """The argument's value; None where it is absent, null, or a variable without a value."""
        for argument in node.arguments or ():
            if argument.name.value == name:
                value = value_from_ast(argument.value, definition.args[name].type, dict(self.variables))
                return None if value is Undefined else value
        return None


def _names_a_page(node: FieldNode) -> bool:
    return any(argument.name.value in ("first", "last") for argument in node.arguments or ())


def _is_list(definition: GraphQLField) -> bool:
    kind = definition.type.of_type if is_non_null_type(definition.type) else definition.type
    return is_list_type(kind)


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    named = [node for node in operations if name is None or (node.name and node.name.value == name)]
    if len(named) != 1:
        raise ValueError(f"the document holds {len(named)} operations named {name!r}, and one is needed")
    return named[0]


def measure(
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: Mapping[str, object],
    operation: str | None = None,
) -> tuple[Cost, list[PageArgument]]:
    """The cost of one operation of a valid document, and the page size of each of its connections.

    `variables` are the raw JSON values, and the operation's own defaults hold for those that are absent.
    Fields behind `@include` and `@skip` count as included: the most that the document can cost. Raises
    ValueError where the document has not exactly one operation of that name (or at all, for None).
    """
    chosen = _operation(document, operation)
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    values = {**_defaults(schema, chosen), **variables}
    count = _Count(values, fragments, schema)
    root = schema.get_root_type(chosen.operation)
    if root is not None:
        count.selections(root, [chosen.selection_set], "", 1)
    # GitHub says "round", and Python would round a half to the even neighbour: upwards is the safer reading.
    points = max(1, (count.requests + _REQUESTS_A_POINT // 2) // _REQUESTS_A_POINT)
    return Cost(points, count.requests, count.nodes), count.pages


def _defaults(schema: GraphQLSchema, operation: OperationDefinitionNode) -> dict[str, object]:
    defaults: dict[str, object] = {}
    for definition in operation.variable_definitions or ():
        kind = type_from_ast(schema, definition.type)
        if definition.default_value is not None and kind is not None:
            defaults[definition.variable.name.value] = value_from_ast(definition.default_value, kind)  # type: ignore[arg-type]
    return defaults
