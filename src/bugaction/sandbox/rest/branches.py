"""Branches and what protects them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bugaction.sandbox.entities import BranchRules
from bugaction.sandbox.refusal import forbidden, missing
from bugaction.sandbox.rest.call import Answer, Call, Handler, page
from bugaction.sandbox.shapes import commits

__all__ = ["HANDLERS"]


_PLAN = "Upgrade to GitHub Pro or make this repository public to enable this feature."
"""What GitHub answers for a private repository of a free plan (quoted in ossf/allstar#37)."""


def _is_protected(call: Call, name: str) -> bool:
    return bool(call.view.state.rules_of(name))


def _get_branch(call: Call) -> Answer:
    call.need("read", "contents")
    name = call.parameters["branch"]
    oid = call.view.state.head_of(name)
    info = call.view.git.commit_info(oid) if oid else None
    if info is None:
        raise missing("Branch not found")
    classic = [rules for rules in call.view.state.rules_of(name) if rules.kind == "classic"]
    required = [context for rules in classic for context, _ in rules.checks]
    pins = [{"context": context, "app_id": app} for rules in classic for context, app in rules.checks]
    url = f"{call.view.api}/branches/{name}"
    shape = {
        "name": name,
        "commit": commits.commit(call.view, info),
        "_links": {"self": url, "html": f"{call.view.html}/tree/{name}"},
        "protected": _is_protected(call, name),
        "protection": {
            "enabled": bool(classic),
            "required_status_checks": {
                "enforcement_level": "non_admins" if required else "off",
                "contexts": required,
                "checks": pins,
            },
        },
        "protection_url": f"{url}/protection",
    }
    return Answer(200, shape)


def _list_branches(call: Call) -> Answer:
    call.need("read", "contents")
    heads = sorted(
        (name.removeprefix("refs/heads/"), oid)
        for name, oid in call.view.state.refs.items()
        if name.startswith("refs/heads/")
    )

    def shape(each: tuple[str, str]) -> dict[str, Any]:
        name, oid = each
        commit = {"sha": oid, "url": f"{call.view.api}/commits/{oid}"}
        return {"name": name, "commit": commit, "protected": _is_protected(call, name)}

    return page(call, heads, shape)


def _get_rules(call: Call) -> Answer:
    """Rulesets only: branch protection does not show here. A plan without them says so."""
    if not call.view.state.repository.has_rules:
        raise forbidden(_PLAN)
    found = [
        rules for rules in call.view.state.rules_of(call.parameters["branch"]) if rules.kind == "ruleset"
    ]
    return page(call, [rule for rules in found for rule in _rules(call, rules)], lambda each: each)


def _rules(call: Call, rules: BranchRules) -> list[dict[str, Any]]:
    source = {
        "ruleset_source_type": "Repository",
        "ruleset_source": call.view.state.repository.full_name,
        "ruleset_id": rules.id,
    }
    found: list[dict[str, Any]] = []
    if rules.pull_request:
        parameters: dict[str, Any] = {
            "dismiss_stale_reviews_on_push": False,
            "require_code_owner_review": False,
            "require_last_push_approval": False,
            "required_approving_review_count": rules.approvals,
            "required_review_thread_resolution": False,
        }
        found.append({"type": "pull_request", "parameters": parameters})
    if rules.checks:
        pins = [
            {"context": context} | ({"integration_id": app} if app else {}) for context, app in rules.checks
        ]
        parameters = {"required_status_checks": pins, "strict_required_status_checks_policy": False}
        found.append({"type": "required_status_checks", "parameters": parameters})
    if rules.restricted:
        found.append({"type": "update"})
    if rules.signed:
        found.append({"type": "required_signatures"})
    if rules.kept:
        found += [{"type": "deletion"}, {"type": "non_fast_forward"}]
    if rules.merge_queue:
        parameters = {
            "check_response_timeout_minutes": 60,
            "grouping_strategy": "ALLGREEN",
            "max_entries_to_build": 5,
            "max_entries_to_merge": 5,
            "merge_method": "MERGE",
            "min_entries_to_merge": 1,
            "min_entries_to_merge_wait_minutes": 5,
        }
        found.append({"type": "merge_queue", "parameters": parameters})
    return [rule | source for rule in found]


HANDLERS: Mapping[str, Handler] = {
    "repos/get-branch": _get_branch,
    "repos/get-branch-rules": _get_rules,
    "repos/list-branches": _list_branches,
}
"""Each handler by the operationId that GitHub's description gives its operation."""
