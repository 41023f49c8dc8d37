"""Whether a branch takes a plain commit of ours, from its rules as GitHub shows them to this token."""

from __future__ import annotations

from collections.abc import Iterable

from bugaction.github.normalise import Node, nodes

__all__ = ["protection_from_graphql", "protection_from_rest"]

_BLOCKING = frozenset(
    {
        "code_scanning",
        "lock_branch",
        "merge_queue",
        "merge_queue_locked_ref",
        "pull_request",
        "required_deployments",
        "required_status_checks",
        "required_workflow_status_checks",
        "update",
        "workflows",
    }
)
"""Rules that refuse a commit which came by no pull request (GraphQL schema, `RepositoryRuleType`, and
https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets).
Signatures and linear history do not: what we commit is signed and has one parent. Patterns for messages,
addresses and paths may, which only the refusal itself tells."""


def protection_from_graphql(ref: Node, *, rules_seen: bool, classic_seen: bool) -> bool | None:
    """Protected, not, or None when it cannot be told.

    `rules_seen` and `classic_seen` say whether `rules` and `refUpdateRule` (the classic protection as those
    who are no administrators may see it) were readable at all: null means none only then.
    """
    if any(str(rule["type"]).lower() in _BLOCKING for rule in nodes(ref.get("rules"))):
        return True
    classic = ref.get("refUpdateRule")
    if classic is not None and (
        classic.get("requiredApprovingReviewCount") is not None
        or classic.get("requiredStatusCheckContexts")
        or classic.get("viewerCanPush") is False
    ):
        return True
    return False if rules_seen and classic_seen else None


def protection_from_rest(rules: Iterable[object], *, classic_seen: bool) -> bool | None:
    """The same from `GET /repos/{owner}/{repo}/rules/branches/{branch}`, which tells of rulesets alone."""
    types = {str(rule.get("type")) for rule in rules if isinstance(rule, dict)}
    if types & _BLOCKING:
        return True
    return False if classic_seen else None
