"""How two commits stand to each other, by REST: GraphQL compares refs alone."""

from __future__ import annotations

from collections.abc import Mapping

from bugaction.errors import Missing
from bugaction.github.harvest import Harvest
from bugaction.github.normalise import Node

__all__ = ["comparison"]


def comparison(harvest: Harvest, base: str, head: str) -> Node:
    """REST's comparison of two commits (OpenAPI, `commit-comparison`), with one commit, the least it gives.

    Empty where GitHub answers 404: one of them is gone, or they have nothing to do with each other.
    """
    path = f"/repos/{harvest.places.full_name}/compare/{base}...{head}"
    try:
        found = harvest.client.get(path, {"per_page": 1})
    except Missing:
        return {}
    return found if isinstance(found, Mapping) else {}
