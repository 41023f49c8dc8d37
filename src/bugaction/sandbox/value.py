"""The type of what GitHub's schemas describe and Python's types do not."""

from __future__ import annotations

from typing import Any

__all__ = ["Value"]

Value = Any
"""A JSON value, or a node of GraphQL's: held to GitHub's schemas when it leaves, not by its type here."""
