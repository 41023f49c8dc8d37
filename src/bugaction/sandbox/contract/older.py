"""What a server with an older schema answers to a document that asks for more than it has.

Errors have the shape of graphql-ruby, which GitHub runs: `extensions` with `code`, and the names in it. Some
are quoted in facebook/sapling#906 and refined-github/refined-github#6946 (`undefinedField`), and in
rmosolgo/graphql-ruby#104 (variables). The selection below an unknown field is left alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLInputObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    Visitor,
    get_named_type,
    type_from_ast,
    visit,
)
from graphql.language.visitor import SKIP

__all__ = ["refusals"]


def refusals(
    schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any], lacks: Collection[str]
) -> list[dict[str, Any]]:
    """The `errors` of a server that lacks these schema coordinates; none where the document does without.

    `lacks` may name a field (`Ref.rules`), an argument (`Issue.stateReason(enableDuplicate:)`) or a field of
    an input (`CloseIssueInput.duplicateIssueId`). The document is valid in `schema`, which has all of them.
    """
    types = TypeInfo(schema)
    looking = _Looking(types, schema, variables, frozenset(lacks))
    visit(document, TypeInfoVisitor(types, looking))
    return looking.found


class _Looking(Visitor):
    """Walks a document and collects the errors."""

    def __init__(
        self, types: TypeInfo, schema: GraphQLSchema, variables: Mapping[str, Any], lacks: frozenset[str]
    ) -> None:
        super().__init__()
        self.found: list[dict[str, Any]] = []
        self._types, self._schema, self._variables, self._lacks = types, schema, variables, lacks
        self._path: list[str] = []

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
        self._path = [f"{node.operation.value} {node.name.value}" if node.name else node.operation.value]

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: object) -> None:
        self._path = [f"fragment {node.name.value}"]

    def enter_field(self, node: FieldNode, *_: object) -> object:
        parent = self._types.get_parent_type()
        name, kind = node.name.value, parent.name if parent else ""
        self._path.append(name)
        if f"{kind}.{name}" not in self._lacks:
            return None
        self._tell(
            f"Field '{name}' doesn't exist on type '{kind}'",
            code="undefinedField",
            typeName=kind,
            fieldName=name,
        )
        self._path.pop()
        return SKIP

    def leave_field(self, *_: object) -> None:
        self._path.pop()

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        parent, field = self._types.get_parent_type(), self._path[-1]
        name, kind = node.name.value, parent.name if parent else ""
        if f"{kind}.{field}({name}:)" in self._lacks:
            self._tell(
                f"Field '{field}' doesn't accept argument '{name}'",
                code="argumentNotAccepted",
                name=field,
                typeName="Field",
                argumentName=name,
            )

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: object) -> None:
        kind = get_named_type(type_from_ast(self._schema, node.type))
        name = node.variable.name.value
        value = self._variables.get(name)
        if not isinstance(kind, GraphQLInputObjectType) or not isinstance(value, Mapping):
            return
        unknown = [key for key in value if f"{kind.name}.{key}" in self._lacks]
        if unknown:
            said = ", ".join(f"{key} (Field is not defined on {kind.name})" for key in unknown)
            problems = [
                {"path": [key], "explanation": f"Field is not defined on {kind.name}"} for key in unknown
            ]
            self.found.append(
                {
                    "message": f"Variable ${name} of type {kind.name}! was provided invalid value for {said}",
                    "extensions": {"value": dict(value), "problems": problems},
                }
            )

    def _tell(self, message: str, **extensions: str) -> None:
        self.found.append({"path": list(self._path), "extensions": extensions, "message": message})
