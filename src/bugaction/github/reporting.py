"""Verdicts as GitHub has them: commit statuses, and check runs of the App that we act as."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from bugaction.check_text import mark_in
from bugaction.errors import Forbidden, GitHubError, Missing, Rejected, Transient
from bugaction.github.client import Client
from bugaction.github.normalise import time
from bugaction.plan import SetCheckRun, SetStatus
from bugaction.ports import Applied
from bugaction.snapshot import OwnRun, OwnRuns, StatusState

__all__ = ["own_runs", "report"]

_DESCRIPTION = 140
"""Code points of a status's description: a longer one is refused with 422 (OpenAPI says so for deployment
statuses; for commit statuses it was seen)."""

_PAGE = 100
_MOST_PAGES = 10


def own_runs(client: Client, path: str, oid: str, slug: str) -> OwnRuns:
    """The check runs that the App of this slug has on a commit of the repository at `path` (`/repos/o/r`).

    All of them, superseded ones too: of two of one name GitHub documents nowhere which one a rule counts, so
    none may be left as it was. Another App's run of the same name is none of ours. Raises `Transient`.
    https://docs.github.com/rest/checks/runs#list-check-runs-for-a-git-reference
    """
    found: list[OwnRun] = []
    query: dict[str, str | int] = {"filter": "all", "per_page": _PAGE}
    query |= {"app_id": client.app_id} if client.app_id else {}
    try:
        for page in range(1, _MOST_PAGES + 1):
            answer = client.get(f"{path}/commits/{quote(oid, safe='')}/check-runs", {**query, "page": page})
            listed = _listed(answer)
            found += [_run(item) for item in listed if _is_of(item, slug)]
            if len(listed) < _PAGE:
                return OwnRuns(tuple(found))
    except Transient:
        raise
    except GitHubError as error:
        return OwnRuns(refused=error.message)
    return OwnRuns(refused=f"the commit {oid[:7]} has more than {_MOST_PAGES * _PAGE} check runs")


def _listed(answer: object) -> list[Mapping[str, Any]]:
    listed = answer.get("check_runs") if isinstance(answer, Mapping) else None
    if not isinstance(listed, list):
        raise Transient("GitHub's answer has no check runs")
    return listed


def _is_of(item: Mapping[str, Any], slug: str) -> bool:
    return str((item.get("app") or {}).get("slug") or "").casefold() == slug.casefold()


def _run(item: Mapping[str, Any]) -> OwnRun:
    """GitHub ends a run that is open for 14 days as `stale`; `neutral` and `skipped` let a merge pass, and we
    never say so."""
    state = StatusState.PENDING
    if item.get("status") == "completed":
        state = StatusState.SUCCESS if item.get("conclusion") == "success" else StatusState.FAILURE
        state = StatusState.ERROR if item.get("conclusion") not in ("success", "failure") else state
    output = item.get("output") or {}
    return OwnRun(
        id=int(item["id"]),
        name=str(item["name"]),
        state=state,
        title=str(output.get("title") or ""),
        url=str(item.get("details_url") or ""),
        mark=mark_in(str(output.get("summary") or "")),
        at=_at(item, "completed_at"),
    )


def _at(answer: object, key: str) -> datetime | None:
    """When that was, as GitHub tells it; what it does not tell, or not as a time, is not known."""
    text = answer.get(key) if isinstance(answer, Mapping) else None
    try:
        return time(text) if isinstance(text, str) else None
    except (ValueError, OverflowError):
        return None


def report(client: Client, path: str, verdict: SetStatus | SetCheckRun) -> Applied:
    """Report a verdict in the repository at `path`; tells a check run's id, and when that was. Raises
    `GitHubError`."""
    if isinstance(verdict, SetCheckRun):
        return _set_check_run(client, path, verdict)
    if len(verdict.description) > _DESCRIPTION:
        raise Rejected(f"The description of {verdict.context} has more than {_DESCRIPTION} characters")
    body = {"state": verdict.state.value, "context": verdict.context, "description": verdict.description}
    if verdict.url:
        body["target_url"] = verdict.url
    made = client.send("POST", f"{path}/statuses/{quote(verdict.oid, safe='')}", body)
    return Applied(verdict, at=_at(made, "created_at"))


def _set_check_run(client: Client, path: str, effect: SetCheckRun) -> Applied:
    """Change the run, or make it where there is none yet, or none that can be changed any more.

    A spare one that cannot be changed is left, as one that is settled: else each look would make one more.
    https://docs.github.com/rest/checks/runs#create-a-check-run. Both are completed: one that is left open for
    14 days would end as `stale`. A change says when it was: GitHub documents nowhere that a run which is
    completed once more gets another time by itself. Raises `GitHubError`.
    """
    body: dict[str, object] = {
        "name": effect.name,
        "status": "completed",
        "conclusion": "success" if effect.state is StatusState.SUCCESS else "failure",
        "external_id": effect.external_id,
        "details_url": effect.url,
        "output": {"title": effect.title, "summary": effect.summary, "text": effect.text},
    }
    if effect.run:
        try:
            now = f"{client.pace.now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
            made = client.send("PATCH", f"{path}/check-runs/{effect.run}", {**body, "completed_at": now})
        except (Forbidden, Missing, Rejected) as error:
            if effect.settles:
                raise
            if effect.spare:  # no refusal of check runs as such: the later one has the verdict
                text = "An earlier check run of that name cannot be changed, and a rule may count it"
                raise Rejected(f"{text}; a new commit has none: {error.message}") from error
        else:
            return Applied(effect, str(effect.run), at=_at(made, "completed_at"))
    made = client.send("POST", f"{path}/check-runs", {**body, "head_sha": effect.oid})
    identity = str(made.get("id") or "") if isinstance(made, Mapping) else ""
    return Applied(effect, identity, at=_at(made, "completed_at"))
