"""Deployments and releases in REST's JSON."""

from __future__ import annotations

from bugaction.sandbox.clock import stamp
from bugaction.sandbox.entities import Deployment, DeploymentStatus, Release
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.shapes.accounts import Json, user
from bugaction.sandbox.view import View

__all__ = ["deployment", "release", "status"]


def deployment(view: View, value: Deployment) -> Json:
    """OpenAPI `deployment`."""
    url = f"{view.api}/deployments/{value.id}"
    newest = value.statuses[-1].at if value.statuses else value.created_at
    return {
        "url": url,
        "id": value.id,
        "node_id": node_id("DE", value.id),
        "task": "deploy",
        "original_environment": value.environment,
        "environment": value.environment,
        "description": value.description or None,
        "created_at": stamp(value.created_at),
        "updated_at": stamp(newest),
        "statuses_url": f"{url}/statuses",
        "repository_url": view.api,
        "creator": user(view, value.creator),
        "sha": value.oid,
        "ref": value.ref,
        "payload": {},
        "transient_environment": False,
        "production_environment": value.environment == "production",
        "performed_via_github_app": None,
    }


def status(view: View, owner: Deployment, value: DeploymentStatus) -> Json:
    """OpenAPI `deployment-status`."""
    url = f"{view.api}/deployments/{owner.id}"
    return {
        "url": f"{url}/statuses/{value.id}",
        "id": value.id,
        "node_id": node_id("DES", value.id),
        "state": value.state,
        "creator": user(view, value.creator),
        "description": value.description,
        "environment": owner.environment,
        "target_url": "",
        "created_at": stamp(value.at),
        "updated_at": stamp(value.at),
        "deployment_url": url,
        "repository_url": view.api,
        "environment_url": "",
        "log_url": "",
        "performed_via_github_app": None,
    }


def release(view: View, value: Release) -> Json:
    """OpenAPI `release`."""
    url = f"{view.api}/releases/{value.id}"
    return {
        "url": url,
        "assets_url": f"{url}/assets",
        "upload_url": f"{url}/assets{{?name,label}}",
        "html_url": f"{view.html}/releases/tag/{value.tag}",
        "id": value.id,
        "author": user(view, value.author),
        "node_id": node_id("RE", value.id),
        "tag_name": value.tag,
        "target_commitish": value.target,
        "name": value.name,
        "draft": False,
        "prerelease": value.is_prerelease,
        "immutable": False,
        "updated_at": stamp(value.created_at),
        "created_at": stamp(value.created_at),
        "published_at": stamp(value.created_at),
        "assets": [],
        "tarball_url": f"{view.api}/tarball/{value.tag}",
        "zipball_url": f"{view.api}/zipball/{value.tag}",
        "body": value.body,
    }
