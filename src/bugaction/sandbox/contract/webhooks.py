"""GitHub's webhook payloads, held to the schemas that its description has for them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from bugaction.sandbox.contract.extracts import read_json
from bugaction.sandbox.contract.problem import Problem
from bugaction.sandbox.contract.schemas import SchemaSet

# A workflow sees the same payload under both names (docs.github.com/actions/reference,
# "Events that trigger workflows").
_SAME_PAYLOAD = {"pull_request_target": "pull_request"}
# Not a webhook: the payload that a scheduled workflow sees holds its cron line as `schedule`
# (docs.github.com/actions/reference/workflow-syntax-for-github-actions, "on.schedule").
_SCHEDULE = "schedule"


class WebhookContract:
    """The events of the extract: `issues.labeled`, `push`, …"""

    def __init__(self, extract: Mapping[str, Any]) -> None:
        self._events: Mapping[str, Mapping[str, Any]] = extract["events"]
        self._schemas = SchemaSet(extract["components"]["schemas"])

    @classmethod
    def load(cls) -> WebhookContract:
        """The shipped extract, read once in a process."""
        return _shipped()

    @property
    def events(self) -> tuple[str, ...]:
        """Every known event, with its action where it has one, sorted."""
        return tuple(sorted(self._events))

    def check_event(self, name: str, payload: Mapping[str, object]) -> list[Problem]:
        """How `payload` differs from what GitHub sends for the event, named as GITHUB_EVENT_NAME names it."""
        event = _SAME_PAYLOAD.get(name, name)
        if event == _SCHEDULE:
            return _check_schedule(payload)
        action = payload.get("action")
        key = event if event in self._events else f"{event}.{action}"
        schema = self._events.get(key)
        if schema is None:
            return [Problem("payload", "no-schema", f"GitHub describes no event {key}.")]
        return self._schemas.check(schema, payload, "payload", write=False)


@cache
def _shipped() -> WebhookContract:
    return WebhookContract(read_json("webhooks.json"))


def _check_schedule(payload: Mapping[str, object]) -> list[Problem]:
    if isinstance(payload.get("schedule"), str):
        return []
    return [Problem("payload.schedule", "schema", "A scheduled run's payload holds its cron line.")]
