"""Who is in a team, from canned answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from bugaction.errors import Transient
from bugaction.github.membership import membership_of
from bugaction.model import Membership, Role
from bugaction.questions import AskRole
from tests.unit.github.fake import SERVED, client, reader, rest
from tests.values import snapshot

MINE = {"url": "https://api.github.com/teams/1", "role": "member", "state": "active"}


@pytest.fixture(autouse=True)
def _canned() -> Iterator[None]:
    with responses.mock:
        yield


def member(body: object, status: int = 200, path: str = "octo/teams/leads/memberships/eve") -> None:
    """The next answer on a membership."""
    responses.add("GET", f"{SERVED}/orgs/{path}", json=body, status=status)


@pytest.mark.parametrize(
    ("body", "status", "found"),
    [
        (MINE, 200, Membership.MEMBER),
        ({**MINE, "role": "maintainer"}, 200, Membership.MEMBER),
        ({**MINE, "state": "pending"}, 200, Membership.NONE),
        ([], 200, Membership.NONE),
        ({"message": "Not Found"}, 404, Membership.NONE),
        ({"message": "Resource not accessible by integration"}, 403, Membership.HIDDEN),
        ({"message": "Validation Failed"}, 422, Membership.HIDDEN),
    ],
)
def test_only_an_active_membership_counts(body: object, status: int, found: Membership) -> None:
    """An invitation is none; what this token may not see is told apart from what is not so."""
    member(body, status)
    assert membership_of(client(), "octo/leads", "eve") is found


def test_a_login_is_one_segment_of_the_path() -> None:
    """Whatever it may hold."""
    member({"message": "Not Found"}, 404, "octo/teams/leads/memberships/a%2Fb%5Bbot%5D")
    assert membership_of(client(), "octo/leads", "a/b[bot]") is Membership.NONE


def test_a_passing_fault_is_no_answer() -> None:
    """Nobody leaves a team by it."""
    for _ in range(9):
        member({"message": "Bad gateway"}, 502)
    with pytest.raises(Transient):
        membership_of(client(), "octo/leads", "eve")


def test_teams_are_asked_for_beside_a_role_that_is_known() -> None:
    """By the spelling of the question; the role is not asked for again."""
    rest("GET", "collaborators/Eve/permission", {"role_name": "write"})
    member(MINE, path="octo/teams/leads/memberships/Eve")
    member({"message": "Not Found"}, 404, "octo/teams/ops/memberships/Eve")
    known = snapshot(roles={"mia": Role.MAINTAIN})
    found = reader().answer(known, [AskRole("Eve", ("octo/leads", "octo/ops"))]).answers
    assert found.roles == {"mia": Role.MAINTAIN, "eve": Role.WRITE}
    assert found.teams == {"eve": {"octo/leads": Membership.MEMBER, "octo/ops": Membership.NONE}}
    responses.reset()
    member(MINE)
    again = reader().answer(snapshot(roles={"eve": Role.WRITE}), [AskRole("eve", ("octo/leads",))]).answers
    assert again.teams == {"eve": {"octo/leads": Membership.MEMBER}}
