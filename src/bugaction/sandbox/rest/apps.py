"""What a GitHub App asks about itself: its installation, and a token of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bugaction.sandbox.apps import App
from bugaction.sandbox.clock import stamp
from bugaction.sandbox.refusal import Refused, missing
from bugaction.sandbox.rest.call import Answer, Call, Handler
from bugaction.sandbox.shapes import accounts

__all__ = ["HANDLERS"]

_LIFE = timedelta(hours=1)
_LEVELS = ("read", "write", "admin")


def _app(call: Call) -> App:
    """The App that asks; anybody else gets 401."""
    if call.token.app is None:
        raise Refused(401, "A JSON web token could not be decoded")
    return call.token.app


def _get_installation(call: Call) -> Answer:
    app = _app(call)
    if not app.installed:
        raise missing()
    state, at = call.view.state, stamp(call.view.state.repository.created_at)
    url = f"{call.view.world.api_url}/app/installations/{app.installation}"
    owner = state.repository.owner
    place = f"organizations/{owner}/" if state.repository.owner_is_organization else ""
    body: dict[str, Any] = {
        "id": app.installation,
        "account": accounts.user(call.view, owner),
        "access_tokens_url": f"{url}/access_tokens",
        "repositories_url": f"{call.view.world.api_url}/installation/repositories",
        "html_url": f"{call.view.world.url}/{place}settings/installations/{app.installation}",
        "app_id": app.id,
        "app_slug": app.slug,
        "target_id": state.account(owner).id,
        "target_type": str(state.account(owner).kind),
        "permissions": dict(app.permissions),
        "events": [],
        "created_at": at,
        "updated_at": at,
        "single_file_name": None,
        "repository_selection": "selected",
        "suspended_by": accounts.user(call.view, owner) if app.suspended else None,
        "suspended_at": at if app.suspended else None,
    }
    return Answer(200, body)


def _create_token(call: Call) -> Answer:
    """Only for repositories that the App is installed on, and no more than it was granted."""
    app, body = _app(call), call.body or {}
    if call.parameters["installation_id"] != str(app.installation):
        raise missing()
    if app.suspended:
        raise Refused(403, "This installation has been suspended")
    repository = call.view.state.repository
    own = {repository.full_name.casefold()} if app.installed else set()
    wanted = {f"{repository.owner}/{name}".casefold() for name in body.get("repositories", ())}
    if not wanted <= own | app.also:
        text = "There is at least one repository that does not exist or is not accessible to the parent"
        raise Refused(422, f"{text} installation.")
    asked: Mapping[str, str] = body.get("permissions") or app.permissions
    for name, level in asked.items():
        granted = app.permissions.get(name, "read" if name == "metadata" else "")
        if not granted or _LEVELS.index(level) > _LEVELS.index(granted):
            raise Refused(422, "The permissions requested are not granted to this installation.")
    world = call.view.world
    until = world.clock() + _LIFE
    made = call.tokens.for_installation(app, asked, wanted or own | app.also, until)
    answer = {
        "token": made.value,
        "expires_at": stamp(until),
        "permissions": dict(asked),
        "repository_selection": "selected",
    }
    return Answer(201, answer)


HANDLERS: Mapping[str, Handler] = {
    "apps/create-installation-access-token": _create_token,
    "apps/get-repo-installation": _get_installation,
}
"""Each handler by the operationId that GitHub's description gives its operation."""
