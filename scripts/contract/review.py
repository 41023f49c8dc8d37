"""Hold the shipped REST extract to GitHub's own examples, and say where the two disagree.

GitHub's description breaks some of its own examples, mostly older ones without a field that was added since.
The report names each, so that a refresh shows at a glance what has come apart, and where the extract has to
be loosened (`scripts.contract.openapi`) because GitHub really answers so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bugaction.sandbox.contract.problem import Problem
from bugaction.sandbox.contract.rest import Operation, RestContract
from scripts.contract.openapi import Json, prune_rest, resolve
from scripts.contract.operations import OPERATIONS


def report(description: Json, operations: Iterable[tuple[str, str]] = OPERATIONS) -> Iterator[str]:
    """A line for each of GitHub's examples that its description refuses, then the totals."""
    contract = RestContract(prune_rest(description, operations))
    checked, refused = 0, 0
    for operation in contract.operations:
        for name, problems in _examples(description, operation):
            checked += 1
            if problems:
                refused += 1
                yield f"GitHub's own example {operation.id}, {name}: {problems[0]} (+{len(problems) - 1})"
    passed = f"{checked - refused} of {checked} examples of GitHub's pass"
    yield f"{len(contract.operations)} REST operations; {passed}"


def _examples(description: Json, operation: Operation) -> Iterator[tuple[str, list[Problem]]]:
    raw = description["paths"][operation.template][operation.method.lower()]
    for name, value in _values(description, raw.get("requestBody", {})):
        yield f"request {name}", operation.check_request({}, value)
    for status, response in raw["responses"].items():
        for name, value in _values(description, resolve(description, response)):
            yield f"{status} {name}", operation.check_response(int(status), value)


def _values(description: Json, part: Json) -> Iterator[tuple[str, Any]]:
    examples = part.get("content", {}).get("application/json", {}).get("examples", {})
    for name, raw in examples.items():
        example = resolve(description, raw)
        if "value" in example:
            yield name, example["value"]
