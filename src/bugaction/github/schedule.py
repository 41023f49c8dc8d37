"""When our workflow last swept by its schedule, and whether it still does: told by Actions, over REST."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from bugaction.errors import Forbidden, GitHubError, Missing
from bugaction.github.client import Client
from bugaction.ports import LastSweep

__all__ = ["last_sweep", "schedule_problem"]

_STATES: Mapping[str, str] = {
    "disabled_inactivity": "GitHub has disabled it, since nothing happened in the repository for 60 days",
    "disabled_manually": "somebody has disabled it",
    "disabled_fork": "GitHub disables it in forks",
    "deleted": "its file is gone",
}
"""What keeps a schedule from running: `state` of a workflow (OpenAPI, `workflow`). After 60 days without
activity GitHub disables schedules in public repositories
(https://docs.github.com/actions/how-tos/manage-workflow-runs/disable-and-enable-a-workflow)."""


def last_sweep(client: Client, repository: str, workflow: str) -> LastSweep:
    """The last scheduled runs of this workflow that ended well, in one request.

    `repository` is `owner/name`, `workflow` the path or the name of the workflow's file. Nothing is raised
    for what cannot be read: the answer says so.
    """
    name = workflow.rpartition("/")[2]
    if not name.endswith((".yml", ".yaml")):
        return LastSweep(problem="it is not known which workflow runs the sweep")
    try:
        # `status` takes a conclusion as well (OpenAPI, `workflow-run-status`).
        asked: Mapping[str, str | int] = {"event": "schedule", "status": "success", "per_page": 2}
        found = _created(client.get(f"{_path(repository, name)}/runs", asked))
    except Forbidden:
        return LastSweep(problem="the job may not read the workflow's runs (`actions: read`)")
    except Missing:
        return LastSweep(problem=f"Actions knows no workflow {name}")
    except GitHubError as error:
        return LastSweep(problem=error.message)
    interval = found[0] - found[1] if len(found) > 1 else None
    return LastSweep(found[0] if found else None, interval)


def schedule_problem(client: Client, repository: str, workflow: str) -> str:
    """What keeps a schedule from running, as a clause, in one request; "" for nothing, or nothing to be
    read."""
    try:
        found = client.get(_path(repository, workflow.rpartition("/")[2]))
    except GitHubError:
        return ""
    state = found.get("state") if isinstance(found, Mapping) else None
    return _STATES.get(str(state), "")


def _path(repository: str, name: str) -> str:
    return f"/repos/{repository}/actions/workflows/{quote(name, safe='')}"


def _created(found: object) -> list[datetime]:
    """When the runs of an answer were created, the newest first."""
    runs = found.get("workflow_runs") if isinstance(found, Mapping) else None
    times = [run.get("created_at") for run in runs or () if isinstance(run, Mapping)]
    return sorted((datetime.fromisoformat(at) for at in times if isinstance(at, str)), reverse=True)
