"""A senior group by teams: who is in one is read with a GitHub App's token, and with no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scenario.life import Life, begin, form

TEAMS = "version: 1\npeople: {senior: {role: admin, teams: [octo/leads]}}\n"
HELD = "nobody of the senior group has approved (eve did)"


@pytest.fixture
def team() -> Iterator[Life]:
    """A team whose workflow acts as an App. Eve, who writes, is a lead, and nobody else is."""
    with begin(app="keeper") as found:
        found.world.set_team("leads", "eve", invited=["bo"])
        found.configure(TEAMS)
        yield found


def _fix(life: Life) -> tuple[str, str]:
    (number,) = (each.number for each in life.state.pulls())
    return life.verdicts(number)["bugaction/fix"]


def test_a_member_s_approval_is_a_senior_one(team: Life) -> None:
    """Also where the role is too low; an invitation does not count, and who leaves counts no more."""
    team.bug("P1")
    pull = team.fix(1)
    team.check(pull)
    team.approve("mia", pull)
    assert HELD.replace("eve", "mia") in _fix(team)[1]
    team.approve("eve", pull)
    assert _fix(team) == ("success", "Fix holds")
    team.world.set_team("leads", "mia")
    team.say("bo", pull, "/recheck")
    assert _fix(team) == ("success", "Fix holds")
    team.world.set_team("leads", "ana")
    team.say("bo", pull, "/recheck")
    assert "nobody of the senior group has approved" in _fix(team)[1]
    assert team.again() == 0


def test_a_member_may_be_the_backup(team: Life) -> None:
    """By what they were when they were named; what they were by is recorded."""
    number = team.bug(body=form())
    refused = team.say("cy", number, "/assign backup @bo")
    assert team.reactions(refused) == ["CONFUSED"]
    assert "a member of octo/leads), and bo has write" in team.ours(number)[-1].body
    team.say("cy", number, "/assign backup @eve")
    (named,) = (str(line["data"]) for line in team.ledger(number) if "'backup': 'eve'" in str(line))
    assert "'backup-team': 'octo/leads'" in named
    team.world.set_team("leads")
    team.say("cy", number, "/recheck")
    assert "A backup from the senior group is named: eve" in team.sticky(number)


def test_the_job_s_own_token_may_not_look(life: Life) -> None:
    """Then nobody counts by a team, and the way out is named; whoever is senior anyway still is."""
    life.world.set_team("leads", "eve")
    life.configure(TEAMS)
    life.bug("P1")
    pull = life.fix(1)
    life.check(pull)
    life.approve("eve", pull)
    assert HELD in _fix(life)[1]
    assert "Who is in octo/leads is not to be seen" in life.sticky(1)
    assert "`members: read`" in life.sticky(1)
    life.say("cy", 1, "/assign backup @eve")
    assert "who is in octo/leads takes a GitHub App's token with `members: read`" in life.ours(1)[-1].body
    life.approve("ana", pull)
    assert _fix(life) == ("success", "Fix holds")


def test_teams_are_asked_for_only_where_they_matter(team: Life) -> None:
    """Not of who is senior anyway, and not where no senior approval is asked for."""

    def asked() -> int:
        return sum("teams/get-membership-for-user-in-org" in each.operations for each in team.server.requests)

    team.bug("P2")
    pull = team.fix(1)
    team.ready(pull)
    assert _fix(team) == ("success", "Fix holds")
    assert asked() == 0
    team.people.label("mia", 1, "P1")
    team.people.unlabel("mia", 1, "P2")
    team.people.review("ana", pull, "approve")
    team.people.review("mia", pull, "comment")
    team.runs.drain()
    assert asked() > 0
    assert {each.path.rpartition("/")[2] for each in team.server.requests if "/teams/" in each.path} == {
        "mia"
    }
