"""Deployments, releases and dispatches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bugaction.sandbox.entities import Deployment, DeploymentStatus, Release
from bugaction.sandbox.operations.act import Act
from bugaction.sandbox.refusal import Refused, invalid, missing
from bugaction.sandbox.shapes import deployments
from bugaction.sandbox.workflow import Workflow

__all__ = ["create", "dispatch_repository", "dispatch_workflow", "release", "set_state"]

_MOST_INPUTS = 25
"""Inputs of a dispatched workflow (OpenAPI, `maxProperties`)."""


def resolve(act: Act, ref: str) -> str:
    """A branch, tag or commit id as a commit id."""
    for name in (f"refs/heads/{ref}", f"refs/tags/{ref}", ref):
        if name in act.state.refs:
            return act.state.refs[name]
    if act.world.git.commit_info(ref) is not None:
        return ref
    raise Refused(422, f"No ref found for: {ref}")


def create(act: Act, ref: str, environment: str = "production", description: str = "") -> Deployment:
    """Create a deployment."""
    act.check_writable()
    oid = resolve(act, ref)
    with act.world.change() as state:
        made = Deployment(act.world.new_id(), oid, ref, environment, description, act.login, act.now)
        state.deployments[made.id] = made
        return made


def set_state(act: Act, id_: int, state_name: str, description: str = "") -> Deployment:
    """Add a status to a deployment. An `inactive` one starts no workflow.

    A success takes earlier ones of the same environment out of service, unless it is production (OpenAPI,
    create a deployment status, `auto_inactive`).
    """
    act.check_writable()
    with act.world.change() as state:
        old = state.deployments.get(id_)
        if old is None:
            raise missing()
        made = DeploymentStatus(act.world.new_id(), state_name, description, act.login, act.now)
        new = state.deployments[id_] = replace(old, statuses=(*old.statuses, made))
        if state_name == "success" and old.environment != "production":
            _retire(act, new)
        if state_name != "inactive":
            view = act.view
            parts = {
                "deployment_status": deployments.status(view, new, made),
                "deployment": deployments.deployment(view, new),
                "workflow": None,
                "workflow_run": None,
            }
            act.tell("deployment_status", "created", parts, sha=new.oid, ref=f"refs/heads/{new.ref}")
        return new


def _retire(act: Act, newest: Deployment) -> None:
    for other in list(act.state.deployments.values()):
        is_same = other.environment == newest.environment and other.id != newest.id
        if is_same and other.statuses and other.statuses[-1].state == "success":
            set_state(act, other.id, "inactive")


def release(
    act: Act, tag: str, name: str = "", body: str = "", *, target: str = "", prerelease: bool = False
) -> Release:
    """Publish a release; its tag is made where it does not exist."""
    act.check_writable()
    if any(each.tag == tag for each in act.state.releases.values()):
        raise invalid(
            "Validation Failed", {"resource": "Release", "code": "already_exists", "field": "tag_name"}
        )
    where = target or act.state.repository.default_branch
    oid = act.state.refs.get(f"refs/tags/{tag}") or resolve(act, where)
    with act.world.change() as state:
        state.refs[f"refs/tags/{tag}"] = oid
        act.world.git.set_ref(f"refs/tags/{tag}", oid)
        made = Release(act.world.new_id(), tag, oid, where, name or tag, body, act.login, act.now, prerelease)
        state.releases[made.id] = made
        shape = deployments.release(act.view, made)
        act.tell("release", "published", {"release": shape}, sha=oid, ref=f"refs/tags/{tag}")
        return made


def dispatch_workflow(act: Act, workflow: str, ref: str, inputs: Mapping[str, str]) -> None:
    """Start a workflow by hand: even GITHUB_TOKEN may.

    Of a file that the branch holds, trigger and inputs are looked at, with GitHub's words (422:
    convictional/trigger-workflow-and-wait#4, cli/cli's `gh workflow run`). One that it does not hold is taken
    for the workflow that runs the product here, which lies in no world's repository.
    """
    if len(inputs) > _MOST_INPUTS:
        raise invalid(f"you may only define up to {_MOST_INPUTS} inputs")
    branch = ref.removeprefix("refs/heads/")
    oid = act.state.head_of(branch)
    if oid is None:
        raise Refused(422, f"No ref found for: {ref}")
    path = workflow if "/" in workflow else f".github/workflows/{workflow}"
    _check_inputs(act, branch, path, inputs)
    parts: dict[str, Any] = {"inputs": dict(inputs), "ref": f"refs/heads/{branch}", "workflow": path}
    act.tell_always("workflow_dispatch", "", parts, sha=oid, ref=f"refs/heads/{branch}")


def _check_inputs(act: Act, branch: str, path: str, inputs: Mapping[str, str]) -> None:
    text = act.world.file(branch, path)
    if text is None:
        return
    triggers = Workflow.parse(text).triggers
    if "workflow_dispatch" not in triggers:
        raise Refused(422, "Workflow does not have 'workflow_dispatch' trigger")
    known = triggers["workflow_dispatch"].get("inputs") or {}
    unknown = [name for name in inputs if name not in known]
    if unknown:
        raise Refused(422, f"Unexpected inputs provided: {json.dumps(unknown)}")


def dispatch_repository(act: Act, event_type: str, payload: Mapping[str, Any]) -> None:
    """Send a `repository_dispatch`: even GITHUB_TOKEN may."""
    if len(payload) > 10:
        raise invalid("No more than 10 properties are allowed; 11 were supplied.")
    branch = act.state.repository.default_branch
    parts = {"branch": branch, "client_payload": dict(payload), "installation": None}
    act.tell_always("repository_dispatch", event_type, parts)
