"""Reads which pull requests take a merged one back, has GitHub make one, and starts the rollback workflow."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from bugaction.errors import Rejected
from bugaction.github import normalise
from bugaction.github.bringing import label_pull
from bugaction.github.client import Client
from bugaction.github.harvest import Harvest
from bugaction.github.mutations import check_body, outcome
from bugaction.github.normalise import Node, nodes
from bugaction.github.query import batch
from bugaction.plan import DispatchWorkflow, RevertPull
from bugaction.questions import AskReverting
from bugaction.reverting import Reverting, reverting_branch

__all__ = ["dispatch_workflow", "revert_pull", "reverting_of"]

_MUTATION = "revertPullRequest"


def reverting_of(harvest: Harvest, asked: AskReverting) -> tuple[Reverting, ...]:
    """Those from the branch that GitHub makes for it, and, among the newest of all, from one that it named
    otherwise since that was taken; newest first. A branch of that name in a fork is none of it."""
    begins = reverting_branch(asked.pull, "")
    found: dict[int, Reverting] = {}
    for key in (f"reverting_{asked.pull}", f"recent_{asked.pull}"):
        for node in nodes(harvest.data.get(key)):
            if not node["isCrossRepository"] and str(node["headRefName"]).startswith(begins):
                found.setdefault(int(node["number"]), _pull(node))
    return tuple(found[number] for number in sorted(found, reverse=True))


def _pull(node: Node) -> Reverting:
    closed = node.get("closedAt")
    return Reverting(
        number=int(node["number"]),
        id=str(node["id"]),
        url=str(node["url"]),
        is_merged=node["state"] == "MERGED",
        closed_at=normalise.time(closed) if closed else None,
    )


def revert_pull(client: Client, path: str, effect: RevertPull) -> str:
    """Its node id; the mutation is alone in its request, and its labels are a nicety.

    Raises `GitHubError`: where Actions may not open pull requests, where GitHub cannot take it back by itself
    ("Reverting the pull request causes merge conflicts", docs.github.com, "Reverting a pull request"), and
    `Transient` where it may have been made all the same.
    """
    check_body(effect.body)
    value = {"pullRequestId": effect.subject, "title": effect.title, "body": effect.body}
    answer = client.mutate(batch([(_MUTATION, value)]), content=1)
    _, error = outcome(answer, 0, _MUTATION, client.pace.now())
    if error is not None:
        raise error
    payload: object = answer.data.get("m0")
    made = payload.get("revertPullRequest") if isinstance(payload, Mapping) else None
    if not isinstance(made, Mapping):
        raise Rejected("GitHub made no pull request, and did not say why")
    label_pull(client, path, made["number"], effect.labels)
    return str(made["id"])


def dispatch_workflow(client: Client, path: str, effect: DispatchWorkflow) -> str:
    """Nothing: GitHub answers before the run is there. After a `Transient` it may have been started."""
    file = quote(effect.workflow, safe="")
    body = {"ref": effect.ref, "inputs": dict(effect.inputs)}
    client.send("POST", f"{path}/actions/workflows/{file}/dispatches", body)
    return ""
