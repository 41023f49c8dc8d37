"""Prune GitHub's GraphQL schema to the fields that a set of documents uses.

The rest of the schema may go, except for what would make the extract a different schema than GitHub's:

- an interface keeps its fields in all its implementers, and every `Node` keeps `id`;
- a union that is used keeps all its members, and an interface that a used field returns all its implementers
  (`Node` apart, which everything implements), each with its `id` alone: GitHub does answer with those;
- enums and inputs stay whole, and so do the arguments of a used field.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    Visitor,
    build_ast_schema,
    build_schema,
    get_named_type,
    is_leaf_type,
    is_specified_scalar_type,
    parse,
    print_ast,
    visit,
)
from graphql.language import ast

_NODE = "Node"
Described = TypeVar(
    "Described", ast.FieldDefinitionNode, ast.InputValueDefinitionNode, ast.EnumValueDefinitionNode
)


@dataclass(slots=True)
class Usage:
    """What documents use of a schema: fields by type, and types named in conditions and variables."""

    fields: dict[str, set[str]] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)

    def add(self, parent: str, name: str) -> None:
        self.fields.setdefault(parent, set()).add(name)


class _Collector(Visitor):
    def __init__(self, info: TypeInfo, usage: Usage) -> None:
        super().__init__()
        self._info = info
        self._usage = usage

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent = self._info.get_parent_type()
        if parent is not None and not node.name.value.startswith("__"):
            self._usage.add(parent.name, node.name.value)

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: object) -> None:
        if node.type_condition is not None:
            self._usage.types.add(node.type_condition.name.value)

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: object) -> None:
        self._usage.types.add(node.type_condition.name.value)

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: object) -> None:
        kind: ast.TypeNode = node.type
        while not isinstance(kind, ast.NamedTypeNode):
            kind = kind.type  # type: ignore[attr-defined]
        self._usage.types.add(kind.name.value)


def usage_of(schema: GraphQLSchema, documents: Iterable[DocumentNode]) -> Usage:
    """The fields and types of `schema` that valid documents use."""
    usage = Usage()
    for document in documents:
        info = TypeInfo(schema)
        visit(document, TypeInfoVisitor(info, _Collector(info, usage)))
    return usage


class _Pruning:
    """The growing set of kept types and fields."""

    def __init__(self, schema: GraphQLSchema, usage: Usage) -> None:
        self.schema = schema
        self.kept: set[str] = set()
        self.fields: dict[str, set[str]] = {}
        self._keep(schema.get_type(_NODE))
        for name in sorted(usage.types):
            self._keep(schema.get_type(name))
        for parent, names in sorted(usage.fields.items()):
            for name in sorted(names):
                self._keep_field(schema.get_type(parent), name)
        while self._close_over_interfaces():
            pass

    def _keep(self, kind: GraphQLNamedType | None) -> None:
        if kind is None or kind.name in self.kept or is_specified_scalar_type(kind):
            return
        self.kept.add(kind.name)
        if isinstance(kind, GraphQLUnionType):
            for member in kind.types:
                self._keep(member)
        elif isinstance(kind, GraphQLInputObjectType):
            for entry in kind.fields.values():
                self._keep(get_named_type(entry.type))
        elif isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)):
            self.fields.setdefault(kind.name, set())
            if "id" in kind.fields:
                self._keep_field(kind, "id")

    def _keep_field(self, parent: GraphQLNamedType | None, name: str) -> None:
        assert isinstance(parent, (GraphQLObjectType, GraphQLInterfaceType)), parent  # noqa: S101 - narrowing
        self._keep(parent)
        if name in self.fields[parent.name]:
            return
        self.fields[parent.name].add(name)
        definition = parent.fields[name]
        returned = get_named_type(definition.type)
        self._keep(returned)
        if isinstance(returned, GraphQLInterfaceType) and returned.name != _NODE:
            for implementer in self.schema.get_possible_types(returned):
                self._keep(implementer)
        for argument in definition.args.values():
            self._keep(get_named_type(argument.type))

    def _close_over_interfaces(self) -> bool:
        """Give implementers their interfaces' fields, and every type at least one; whether that added any."""
        before = sum(map(len, self.fields.values()))
        for name in sorted(self.kept):
            kind = self.schema.get_type(name)
            if not isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)):
                continue
            for interface in kind.interfaces:
                for shared in sorted(self.fields.get(interface.name, ())):
                    self._keep_field(kind, shared)
            if not self.fields[name]:
                self._keep_field(kind, _plainest(kind))
        return sum(map(len, self.fields.values())) > before

    def definition(self, node: ast.TypeDefinitionNode) -> ast.TypeDefinitionNode:
        """The pruned definition, without texts and directives."""
        changes: dict[str, Any] = {"description": None, "directives": ()}
        if isinstance(node, (ast.ObjectTypeDefinitionNode, ast.InterfaceTypeDefinitionNode)):
            wanted = self.fields[node.name.value]
            kept = [entry for entry in node.fields or () if entry.name.value in wanted]
            changes["fields"] = tuple(_bare_field(entry) for entry in kept)
            changes["interfaces"] = tuple(
                entry for entry in node.interfaces or () if entry.name.value in self.kept
            )
        elif isinstance(node, ast.InputObjectTypeDefinitionNode):
            changes["fields"] = tuple(_bare(entry) for entry in node.fields or ())
        elif isinstance(node, ast.EnumTypeDefinitionNode):
            changes["values"] = tuple(_bare(entry) for entry in node.values or ())
        return replace(node, **changes)


def _plainest(kind: GraphQLObjectType | GraphQLInterfaceType) -> str:
    """The first field without fields of its own, or else the first."""
    fields: dict[str, GraphQLField] = kind.fields
    leaves = (name for name, entry in fields.items() if is_leaf_type(get_named_type(entry.type)))
    return next(leaves, next(iter(fields)))


def _bare(node: Described) -> Described:
    return replace(node, description=None, directives=())


def _bare_field(node: ast.FieldDefinitionNode) -> ast.FieldDefinitionNode:
    return replace(_bare(node), arguments=tuple(_bare(argument) for argument in node.arguments or ()))


class FullSchema:
    """GitHub's whole schema, parsed and built once (1.5 s)."""

    def __init__(self, sdl: str) -> None:
        self._document = parse(sdl, no_location=True)
        # Taken as valid, which GitHub's schema is not by the letter: 15.26.1 defines
        # EnterpriseOwnerInfo.repositoryDeployKeySetting twice, and deprecates PullRequest.databaseId but not
        # the interface's.
        self.schema = build_ast_schema(self._document, assume_valid=True, assume_valid_sdl=True)

    def prune(self, documents: Iterable[DocumentNode]) -> str:
        """The SDL of what the documents need. It is built before it is returned: it is a valid schema."""
        pruning = _Pruning(self.schema, usage_of(self.schema, documents))
        definitions = [
            pruning.definition(node)
            for node in self._document.definitions
            if isinstance(node, ast.TypeDefinitionNode) and node.name.value in pruning.kept
        ]
        definitions.sort(key=lambda node: node.name.value)
        text = "\n\n".join(print_ast(node) for node in definitions)
        build_schema(text)
        return text
