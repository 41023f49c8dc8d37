"""Frozen values that the rules speak in. Nothing here does I/O or decides anything."""

from __future__ import annotations

from bugaction.model.ledger import LedgerFile, LedgerLine, RecordKind
from bugaction.model.outcome import SIGNS, Evidence, GateResult, Outcome, RequirementResult
from bugaction.model.people import ANYONE, Actor, Role
from bugaction.model.severity import Severity

__all__ = [
    "ANYONE",
    "SIGNS",
    "Actor",
    "Evidence",
    "GateResult",
    "LedgerFile",
    "LedgerLine",
    "Outcome",
    "RecordKind",
    "RequirementResult",
    "Role",
    "Severity",
]
