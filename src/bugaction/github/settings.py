"""What REST tells of a repository's settings, its workflows and a token's budget.

Each is read by itself, so that one that is refused takes nothing else along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from bugaction.doctor.case import MAIN
from bugaction.doctor.facts import ActionsSettings, Budget, Facts, Run, Unseen, WorkflowState
from bugaction.doctor.workflow_file import parse
from bugaction.errors import Forbidden, GitHubError, Missing, Transient
from bugaction.github.client import Client
from bugaction.github.normalise import time
from bugaction.policy import Policy
from bugaction.snapshot import TextFile

__all__ = [
    "Place",
    "actions",
    "as_unseen",
    "budgets",
    "may_open_pulls",
    "names",
    "private_reports",
    "states",
    "sweep",
    "unseen",
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look."""

    client: Client
    owner: str
    name: str

    def rest(self, path: str, needs: str, **parameters: str | int) -> Any:  # noqa: ANN401 - decoded JSON
        """What REST has there, or `Unseen`. Raises `Transient` where time may mend it."""
        try:
            return self.client.get(f"/repos/{self.owner}/{self.name}{path}", parameters)
        except Transient:
            raise
        except GitHubError as error:
            return unseen(error, needs)


def unseen(error: GitHubError, needs: str) -> Unseen:
    """A refusal. A plan without the feature answers 403 with an offer (ossf/allstar#37, desktop#17182)."""
    is_plan = isinstance(error, Forbidden) and "upgrade to github" in error.message.casefold()
    said = error.message.partition(" (it needs ")[0]  # told apart from it, as the permission
    return Unseen(said, "" if is_plan else needs, is_plan)


def as_unseen(value: object) -> Unseen:
    return value if isinstance(value, Unseen) else Unseen("an answer of another shape")


def states(at: Place) -> tuple[WorkflowState, ...] | Unseen:
    """https://docs.github.com/rest/actions/workflows#list-repository-workflows."""
    found = at.rest("/actions/workflows", "actions: read", per_page=100)
    if not isinstance(found, Mapping):
        return as_unseen(found)
    return tuple(
        WorkflowState(str(item["path"]), str(item["name"]), str(item["state"]), time(item["created_at"]))
        for item in found["workflows"]
    )


def sweep(at: Place, workflows: Iterable[TextFile]) -> Run | Unseen | None:
    """The newest scheduled run of the workflow that runs us.

    https://docs.github.com/rest/actions/workflow-runs#list-workflow-runs-for-a-workflow
    """
    parsed = [parse(file.path, file.text) for file in workflows]
    own = next((item.file for item in parsed if item.file == MAIN), "")
    own = own or next((item.file for item in parsed if item.runs_us), "")
    if not own:
        return None
    path = f"/actions/workflows/{quote(own, safe='')}/runs"
    found = at.rest(path, "actions: read", event="schedule", per_page=1)
    if isinstance(found, Unseen) and "nothing at" in found.why:
        return None  # a file that has never run on the default branch is no workflow to Actions
    if not isinstance(found, Mapping):
        return as_unseen(found)
    runs = found["workflow_runs"]
    if not runs:
        return None
    return Run(time(runs[0]["created_at"]), str(runs[0].get("conclusion") or ""), str(runs[0]["html_url"]))


def actions(at: Place) -> ActionsSettings | Unseen:
    """https://docs.github.com/rest/actions/permissions#get-github-actions-permissions-for-a-repository."""
    found = at.rest("/actions/permissions", "administration: read")
    if not isinstance(found, Mapping):
        return as_unseen(found)
    return ActionsSettings(bool(found["enabled"]), str(found.get("allowed_actions") or ""))


def may_open_pulls(at: Place) -> bool | Unseen:
    """https://docs.github.com/rest/actions/permissions#get-default-workflow-permissions-for-a-repository."""
    found = at.rest("/actions/permissions/workflow", "administration: read")
    if not isinstance(found, Mapping):
        return as_unseen(found)
    return bool(found["can_approve_pull_request_reviews"])


def names(found: object, key: str, field: str) -> tuple[str, ...] | Unseen:
    """The values of one field of a list, each once.

    https://docs.github.com/rest/deployments/environments#list-environments and
    https://docs.github.com/rest/deployments/deployments#list-deployments
    """
    listed = found.get(key) if key and isinstance(found, Mapping) else found
    if not isinstance(listed, list):
        return as_unseen(found)
    return tuple(dict.fromkeys(str(item[field]) for item in listed))


def private_reports(at: Place, facts: Facts, policy: Policy) -> bool | Unseen | None:
    """Asked only where a public repository has a label for confidential bugs.

    https://docs.github.com/rest/repos/repos#check-if-private-vulnerability-reporting-is-enabled-for-a-repository
    """
    labels = facts.labels if isinstance(facts.labels, tuple) else ()
    if facts.is_private or not any(policy.is_confidential_label(label) for label in labels):
        return None
    found = at.rest("/private-vulnerability-reporting", "administration: read")
    return bool(found["enabled"]) if isinstance(found, Mapping) else as_unseen(found)


def budgets(client: Client) -> tuple[Budget, ...] | Unseen:
    """It costs nothing (https://docs.github.com/rest/rate-limit/rate-limit). A server without limits has none
    (https://docs.github.com/enterprise-server/admin, "Configuring rate limits")."""
    try:
        found = client.get("/rate_limit")
    except Missing:
        return ()
    except Transient:
        raise
    except GitHubError as error:
        return unseen(error, "")
    resources = found.get("resources") if isinstance(found, Mapping) else None
    if not isinstance(resources, Mapping):
        return Unseen("an answer of another shape")
    return tuple(
        Budget(name, int(item["limit"]), int(item["remaining"]), datetime.fromtimestamp(item["reset"], UTC))
        for name in ("core", "graphql")
        if isinstance(item := resources.get(name), Mapping)
    )
