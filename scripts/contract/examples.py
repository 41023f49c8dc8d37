"""GitHub's real example payloads of the events that the product handles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from scripts.contract.files import compact
from scripts.contract.operations import EXAMPLE_EVENTS

Payload = dict[str, Any]


def collect(versions: Iterable[tuple[str, list[dict[str, Any]]]]) -> Mapping[str, list[Payload]]:
    """Each event's distinct payloads, as GitHub sent them, in the order of the versions given."""
    found: dict[str, dict[str, Payload]] = {event: {} for event in EXAMPLE_EVENTS}
    for _, entries in versions:
        for entry in entries:
            known = found.get(entry["name"])
            if known is not None:
                for payload in entry["examples"]:
                    known.setdefault(json.dumps(payload, sort_keys=True), payload)
    return {event: list(payloads.values()) for event, payloads in found.items()}


def render(payloads: Iterable[Payload]) -> str:
    """A JSON array, a payload a line."""
    return "[\n" + ",\n".join(map(compact, payloads)) + "\n]"
