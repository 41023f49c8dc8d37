"""Whether somebody is in a team of an organisation."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from bugaction.errors import Forbidden, Missing, Rejected
from bugaction.github.client import Client
from bugaction.model import Membership

__all__ = ["membership_of"]


def membership_of(client: Client, team: str, login: str) -> Membership:
    """By the team (`org/slug`), those below it included; an invitation that waits is none.

    It takes an App's token with the organisation's `members: read`; GITHUB_TOKEN has no such permission
    (https://docs.github.com/rest/teams/members#get-team-membership-for-a-user). GitHub answers 404 for who is
    not in it, and for a team that is not there or is kept from this token: nobody counts by that.
    """
    org, _, slug = team.partition("/")
    path = f"/orgs/{quote(org, safe='')}/teams/{quote(slug, safe='')}/memberships/{quote(login, safe='')}"
    try:
        found = client.get(path)
    except Missing:
        return Membership.NONE
    except (Forbidden, Rejected):
        return Membership.HIDDEN
    is_active = isinstance(found, Mapping) and found.get("state") == "active"
    return Membership.MEMBER if is_active else Membership.NONE
