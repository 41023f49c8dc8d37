"""A workflow file: which events it wants, and its jobs with their conditions and permissions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from bugaction.sandbox.tokens import PERMISSIONS
from bugaction.sandbox.world import Event

__all__ = ["Job", "Workflow"]

_PULL_TYPES = ("opened", "synchronize", "reopened")
"""What `pull_request` and `pull_request_target` mean without `types:`.

https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
"""


@dataclass(frozen=True, slots=True)
class Job:
    """A job. `step` is the id of the step that runs the product, `inputs` what it hands over (`with:`)."""

    id: str
    condition: str
    permissions: Mapping[str, str]
    needs: tuple[str, ...]
    step: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Workflow:
    """A parsed workflow file."""

    name: str
    triggers: Mapping[str, Mapping[str, Any]]
    jobs: tuple[Job, ...]
    defaults: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Workflow:
        """Read a workflow. YAML 1.1 makes the key `on` a true value; it is read as it was meant."""
        raw: Mapping[Any, Any] = yaml.safe_load(text)
        triggers = raw.get("on", raw.get(True)) or {}
        if isinstance(triggers, str):
            triggers = {triggers: None}
        elif isinstance(triggers, Sequence):
            triggers = dict.fromkeys(triggers)
        top = raw.get("permissions")
        jobs = tuple(_job(id_, job, top) for id_, job in raw["jobs"].items())
        inputs = ((triggers.get("workflow_dispatch") or {}).get("inputs")) or {}
        defaults = {name: given.get("default", "") for name, given in inputs.items()}
        wanted = {
            name: {"schedule": given} if isinstance(given, list) else given or {}
            for name, given in triggers.items()
        }
        return cls(str(raw.get("name", "")), wanted, jobs, defaults)

    def wanted_as(self, event: Event) -> tuple[str, ...]:
        """The event names under which this workflow runs for an event; none when it does not.

        A pull request's event starts `pull_request` and `pull_request_target` alike.
        """
        names = ("pull_request", "pull_request_target") if event.name == "pull_request" else (event.name,)
        return tuple(name for name in names if name in self.triggers and self._passes(name, event))

    def _passes(self, name: str, event: Event) -> bool:
        wanted = self.triggers[name]
        types = wanted.get("types") or (_PULL_TYPES if name.startswith("pull_request") else None)
        if name == "pull_request_review":
            types = wanted.get("types")
        if types and event.action and event.action not in ([types] if isinstance(types, str) else types):
            return False
        if name == "workflow_run":
            return event.payload["workflow_run"]["name"] in wanted.get("workflows", ())
        if name == "push":
            return _branch_matches(wanted, event.ref) and _paths_match(wanted, event.payload)
        return True


def _branch_matches(wanted: Mapping[str, Any], ref: str) -> bool:
    patterns = wanted.get("branches")
    if not patterns:
        return True
    return any(_glob(pattern).match(ref.removeprefix("refs/heads/")) for pattern in patterns)


def _paths_match(wanted: Mapping[str, Any], payload: Mapping[str, Any]) -> bool:
    patterns = wanted.get("paths")
    if not patterns:
        return True
    touched = [
        path
        for commit in payload["commits"]
        for part in ("added", "removed", "modified")
        for path in commit[part]
    ]
    return any(_glob(pattern).match(path) for pattern in patterns for path in touched)


def _glob(pattern: str) -> re.Pattern[str]:
    """GitHub's filter patterns: `*` stops at a slash, `**` does not."""
    parts = re.split(r"(\*\*|\*|\?)", pattern)
    signs = {"**": ".*", "*": "[^/]*", "?": "[^/]?"}
    return re.compile("".join(signs.get(part, re.escape(part)) for part in parts) + r"\Z")


def _job(id_: str, raw: Mapping[str, Any], top: object) -> Job:
    needs = raw.get("needs") or ()
    steps = raw.get("steps") or ()
    ours: Mapping[str, Any] = next(
        (step for step in reversed(steps) if not str(step.get("uses", "actions/")).startswith("actions/")), {}
    )
    return Job(
        id_,
        str(raw.get("if", "")),
        _permissions(raw.get("permissions", top)),
        (needs,) if isinstance(needs, str) else tuple(needs),
        str(ours.get("id", "")),
        ours.get("with") or {},
        raw.get("outputs") or {},
    )


def _permissions(given: object) -> dict[str, str]:
    """A job's `permissions:`; any key given makes all others `none`. Without any, contents are readable."""
    if given is None:
        return {"contents": "read"}
    if isinstance(given, str):
        return dict.fromkeys(PERMISSIONS, "write" if given == "write-all" else "read")
    return {str(key): str(level) for key, level in given.items()} if isinstance(given, Mapping) else {}
