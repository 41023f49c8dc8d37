"""All REST handlers, and the permission that each operation asks for."""

from __future__ import annotations

from collections.abc import Mapping

from bugaction.sandbox.rest import (
    apps,
    branches,
    code,
    compare,
    issues,
    pulls,
    settings,
    statuses,
    teams,
    workflows,
)
from bugaction.sandbox.rest.call import Handler

__all__ = ["HANDLERS", "accepted_permissions"]

HANDLERS: Mapping[str, Handler] = {
    **apps.HANDLERS,
    **branches.HANDLERS,
    **code.HANDLERS,
    **compare.HANDLERS,
    **issues.HANDLERS,
    **pulls.HANDLERS,
    **settings.HANDLERS,
    **statuses.HANDLERS,
    **teams.HANDLERS,
    **workflows.HANDLERS,
}

_PREFIXES = {
    "actions": "actions",
    "checks": "checks",
    "git": "contents",
    "issues": "issues",
    "pulls": "pull_requests",
    "reactions": "issues",
    "teams": "members",
}
_OWN = {
    "actions/get-github-actions-default-workflow-permissions-repository": "administration",
    "actions/get-github-actions-permissions-repository": "administration",
    "repos/check-private-vulnerability-reporting": "administration",
    "repos/get-all-environments": "actions",
    "repos/compare-commits-with-basehead": "contents",
    "repos/create-commit-status": "statuses",
    "repos/create-dispatch-event": "contents",
    "repos/get-combined-status-for-ref": "statuses",
    "repos/get-commit": "contents",
    "repos/get-content": "contents",
    "repos/get-branch": "contents",
    "repos/list-branches": "contents",
    "repos/list-commit-statuses-for-ref": "statuses",
    "repos/list-commits": "contents",
    "repos/list-deployment-statuses": "deployments",
    "repos/list-deployments": "deployments",
    "repos/list-pull-requests-associated-with-commit": "pull_requests",
    "repos/list-releases": "contents",
}
_READS = ("get", "list", "check", "compare")


def accepted_permissions(operation: str) -> str:
    """The header X-Accepted-GitHub-Permissions: `statuses=write`, or alternatives joined by `; `.

    https://docs.github.com/rest/authentication/permissions-required-for-github-apps
    """
    family, _, verb = operation.partition("/")
    key = _OWN.get(operation) or _PREFIXES.get(family, "metadata")
    level = "read" if verb.startswith(_READS) else "write"
    found = f"{key}={level}"
    return f"{found}; pull_requests={level}" if key == "issues" else found
