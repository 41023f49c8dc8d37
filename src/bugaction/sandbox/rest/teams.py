"""Teams of the organisation that owns the repository."""

from __future__ import annotations

from collections.abc import Mapping

from bugaction.sandbox.refusal import missing
from bugaction.sandbox.rest.call import Answer, Call, Handler

__all__ = ["HANDLERS"]


def _get_membership(call: Call) -> Answer:
    """404 for who is not in it, and for a team that is not there."""
    call.need("read", "members")
    state, named = call.view.state, call.parameters
    org, slug, login = named["org"], named["team_slug"], named["username"].casefold()
    members = state.teams.get(slug, {}) if org.casefold() == state.repository.owner.casefold() else {}
    if login not in members:
        raise missing()
    url = f"{call.view.world.api_url}/organizations/1/team/1/memberships/{login}"
    return Answer(200, {"url": url, "role": "member", "state": members[login]})


HANDLERS: Mapping[str, Handler] = {"teams/get-membership-for-user-in-org": _get_membership}
"""Each handler by the operationId that GitHub's description gives its operation."""
