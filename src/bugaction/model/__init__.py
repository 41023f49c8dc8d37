"""Frozen values that the rules speak in. Nothing here does I/O or decides anything."""

from __future__ import annotations

from bugaction.model.ledger import LedgerFile, LedgerLine, RecordKind, Sent
from bugaction.model.outcome import SIGNS, Evidence, GateResult, Outcome, RequirementResult
from bugaction.model.people import ANYONE, Actor, Membership, Role
from bugaction.model.severity import Severity
from bugaction.model.strategy import Strategy

__all__ = [
    "ANYONE",
    "SIGNS",
    "Actor",
    "Evidence",
    "GateResult",
    "LedgerFile",
    "LedgerLine",
    "Membership",
    "Outcome",
    "RecordKind",
    "RequirementResult",
    "Role",
    "Sent",
    "Severity",
    "Strategy",
]
