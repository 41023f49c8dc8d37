"""Run one GraphQL request and word its errors as GitHub does: `type` beside `message`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    execute,
)

from bugaction.sandbox.contract.graphql import GraphqlContract
from bugaction.sandbox.graph.fields import Context, NotEmbedded, resolve_field, resolve_type
from bugaction.sandbox.graph.query import MutationRoot, QueryRoot
from bugaction.sandbox.refusal import Refused

__all__ = ["operation_fields", "run"]


def operation_fields(document: DocumentNode) -> tuple[str, ...]:
    """ "query" or "mutation", the operation's name, and the names of its root fields."""
    names: list[str] = []
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            names += [definition.operation.value, definition.name.value if definition.name else ""]
            names += [
                each.name.value for each in definition.selection_set.selections if hasattr(each, "name")
            ]
    return tuple(name for name in names if name)


def run(
    contract: GraphqlContract,
    context: Context,
    document: DocumentNode,
    variables: Mapping[str, Any],
    operation: str | None,
    broken: Callable[[str], None],
) -> dict[str, Any]:
    """Execute a document. `broken` hears of what the embedded GitHub itself could not do."""
    mutates = any(
        isinstance(definition, OperationDefinitionNode) and definition.operation is OperationType.MUTATION
        for definition in document.definitions
    )
    result = execute(
        contract.schema,
        document,
        root_value=MutationRoot(context) if mutates else QueryRoot(context),
        context_value=context,
        variable_values=dict(variables),
        operation_name=operation,
        field_resolver=resolve_field,
        type_resolver=resolve_type,
    )
    if not isinstance(result, ExecutionResult):
        broken("GraphQL: an asynchronous result")
        return {"errors": [{"message": "Something went wrong while executing your query."}]}
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = [_error(error, broken) for error in result.errors]
    return answer


def _error(error: GraphQLError, broken: Callable[[str], None]) -> dict[str, Any]:
    cause = error.original_error
    shape: dict[str, Any] = {}
    if isinstance(cause, Refused):
        shape["type"] = cause.kind
        message = cause.message
    else:
        message = error.message
        if isinstance(cause, NotEmbedded):
            broken(f"GraphQL: the embedded GitHub does not answer {cause}")
        else:
            broken(f"GraphQL: {type(cause).__name__ if cause else 'error'}: {error.message} at {error.path}")
    if error.path is not None:
        shape["path"] = list(error.path)
    if error.locations:
        shape["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    return shape | {"message": message}
