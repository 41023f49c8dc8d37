"""What the rules of a branch ask for, as GitHub shows them to this token: whether it takes a plain commit of
ours, and which checks it requires."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from bugaction.errors import GitHubError, Transient
from bugaction.github.client import Client
from bugaction.github.normalise import Node, nodes

__all__ = [
    "classic_over_rest",
    "protection_from_graphql",
    "protection_from_rest",
    "required_contexts",
    "rules_over_rest",
]

_PAGE = 100

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


def required_contexts(rules: object, classic: object) -> tuple[str, ...]:
    """The contexts that rules require (GraphQL's nodes or REST's objects) and those of classic protection."""
    found = (*_of_rules(rules), *(str(context) for context in _items(classic) if context))
    return tuple(dict.fromkeys(found))


def _of_rules(rules: object) -> Iterator[str]:
    for rule in _items(rules):
        parameters = _field(rule, "parameters")
        for key in ("requiredStatusChecks", "required_status_checks"):
            for item in _items(_field(parameters, key)):
                yield str(_field(item, "context"))


def rules_over_rest(client: Client, owner: str, name: str, branch: str) -> list[object] | None:
    """The active rules of rulesets, which REST shows to everybody who may read; None when it does not.

    Raises `Transient` when it cannot tell at the moment.
    """
    path = f"/repos/{owner}/{name}/rules/branches/{quote(branch, safe='')}"
    found = _get(client, path, {"per_page": _PAGE})
    return found if isinstance(found, list) and len(found) < _PAGE else None


def classic_over_rest(client: Client, owner: str, name: str, branch: str) -> list[object] | None:
    """The contexts that classic protection requires, as "get a branch" tells them (OpenAPI,
    `branch-with-protection`); None when it does not. Raises `Transient` when it cannot tell at the moment."""
    found = _get(client, f"/repos/{owner}/{name}/branches/{quote(branch, safe='')}", {})
    protection = _field(found, "protection")
    if not isinstance(protection, Mapping):
        return None
    return list(_items(_field(_field(protection, "required_status_checks"), "contexts")))


def _get(client: Client, path: str, parameters: Mapping[str, str | int]) -> object:
    try:
        return client.get(path, parameters)
    except Transient:
        raise
    except GitHubError:
        return None


def _field(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, Mapping) else None


def _items(value: object) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else ()
