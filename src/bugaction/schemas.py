"""The JSON Schemas that are published: of the configuration and of the machine-readable outputs."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from bugaction.config import json_schema
from bugaction.result import PlanDocument, ResultDocument

__all__ = ["DIALECT", "schema_of"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""The dialect that pydantic writes."""


def schema_of(kind: str) -> dict[str, Any]:
    """The schema of `config`, `result` or `plan`."""
    models: dict[str, type[BaseModel]] = {"result": ResultDocument, "plan": PlanDocument}
    if kind == "config":
        return json_schema()
    return {"$schema": DIALECT, **models[kind].model_json_schema()}
