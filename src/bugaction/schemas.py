"""The JSON Schemas that are published: configuration, machine-readable outputs, and the register's files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter

from bugaction.config import json_schema
from bugaction.doctor.report import DoctorDocument
from bugaction.register import Index, YearPage
from bugaction.replay import ReplayDocument
from bugaction.result import PlanDocument, ResultDocument, SimulationDocument

__all__ = ["DIALECT", "schema_of"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""The dialect that pydantic writes."""

_REGISTER: Mapping[str, type[object]] = {"register": Index, "register-year": YearPage}


def schema_of(kind: str) -> dict[str, Any]:
    """The schema of `config`, `result`, `plan`, `simulation`, `doctor`, `replay`, `register` or
    `register-year`."""
    models: dict[str, type[BaseModel]] = {
        "doctor": DoctorDocument,
        "plan": PlanDocument,
        "replay": ReplayDocument,
        "result": ResultDocument,
        "simulation": SimulationDocument,
    }
    if kind == "config":
        return json_schema()
    if kind in _REGISTER:
        return {"$schema": DIALECT, **TypeAdapter[object](_REGISTER[kind]).json_schema()}
    return {"$schema": DIALECT, **models[kind].model_json_schema()}
