"""Strangers' words within a sentence of ours, and lines to paste."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence

from bugaction.doctor.facts import ACTIONS_APP
from bugaction.escaping import plain

__all__ = ["code", "listed", "required_check", "ruleset"]

_MOST = 8
"""Names of one list that are told; the rest is counted."""


def code(text: str) -> str:
    """A stranger's word as code."""
    return f"`{plain(text, 120)}`"


def listed(names: Iterable[str], most: int = _MOST) -> str:
    """Several of them, and how many more."""
    found = [code(name) for name in names]
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more


def ruleset(
    repository: str, name: str, branch: str, rules: Sequence[Mapping[str, object]]
) -> tuple[str, ...]:
    """The lines that install a ruleset for one branch ("~DEFAULT_BRANCH" for the default one).

    https://docs.github.com/rest/repos/rules#create-a-repository-ruleset; it takes an administrator.
    """
    body = {
        "name": name,
        "target": "branch",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": [branch], "exclude": []}},
        "rules": list(rules),
    }
    path = shlex.quote(f"repos/{repository}/rulesets")
    return (f"gh api --method POST {path} --input - <<'JSON'", json.dumps(body), "JSON")


def required_check(context: str, source: int | None = ACTIONS_APP) -> dict[str, object]:
    """The rule that requires a context from one app, or, for None, from any."""
    pinned: dict[str, object] = {"context": context}
    if source is not None:
        pinned["integration_id"] = source
    parameters = {"strict_required_status_checks_policy": False, "required_status_checks": [pinned]}
    return {"type": "required_status_checks", "parameters": parameters}
