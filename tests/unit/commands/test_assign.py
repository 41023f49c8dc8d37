"""`/assign`."""

from __future__ import annotations

import pytest

from bugaction.commands.assign import Assign
from bugaction.commands.base import Accepted, Problem
from bugaction.commands.parse import parse_calls
from bugaction.model import Membership, Role
from bugaction.policy import Policy
from tests.unit.commands.context import CONTEXT, context, ruling

COMMAND = Assign()
NAMED = Policy.model_validate({"people": {"senior": {"role": None, "logins": ["Tri"]}}})
NOBODY = Policy.model_validate({"people": {"senior": {"role": None}}})


@pytest.mark.parametrize(
    ("line", "data"),
    [
        ("/assign @ana", {"assign": "ana"}),
        ("/assign ana", {"assign": "ana"}),
        ("/assign @tri", {"assign": "tri"}),
        ("/assign @Reporter", {"assign": "Reporter"}),
        ("/assign @ana backup @bo", {"assign": "ana", "backup": "bo", "backup-role": "maintain"}),
        ("/assign @ana Backup: @bo,", {"assign": "ana", "backup": "bo", "backup-role": "maintain"}),
        ("/assign backup @bo", {"backup": "bo", "backup-role": "maintain"}),
    ],
)
def test_people_are_assigned(line: str, data: dict[str, str]) -> None:
    """An assignee, a backup with the role that they hold now, or both."""
    assert ruling(COMMAND, line) == Accepted(data)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("/assign", "it takes one login, and after the word `backup` another"),
        ("/assign @ana @bo", "it takes one login, and after the word `backup` another"),
        ("/assign backup", "it takes one login, and after the word `backup` another"),
        ("/assign @ana backup", "it takes one login, and after the word `backup` another"),
        ("/assign backup @bo @ana", "it takes one login, and after the word `backup` another"),
        ("/assign @ana backup @bo please", "it takes one login, and after the word `backup` another"),
        ("/assign @octo/team", "that is no GitHub login"),
        ("/assign @dependabot[bot]", "that is no GitHub login"),
        ("/assign @-ana", "that is no GitHub login"),
        ("/assign @", "that is no GitHub login"),
        (
            "/assign @mallory",
            "mallory has the role read here and has not commented, so GitHub would not assign them",
        ),
        (
            "/assign @ana backup @tri",
            "the backup must be of the senior group (the role maintain or above), and tri has triage",
        ),
        ("/assign @bo backup @BO", "the backup must be somebody other than the assignee"),
    ],
)
def test_a_problem_is_said(line: str, text: str) -> None:
    """Words that are out of place, people who cannot be assigned, a backup who is none."""
    assert ruling(COMMAND, line) == Problem(text, usage=text.startswith(("it takes", "that is")))


def test_the_only_assignee_is_no_backup() -> None:
    """Somebody else has to stand in; where two are assigned, one may."""
    alone = ruling(COMMAND, "/assign backup @bo", assignees=("Bo",))
    assert alone == Problem("the backup must be somebody other than the assignee", usage=False)
    one_of_two = ruling(COMMAND, "/assign backup @bo", assignees=("bo", "ana"))
    assert one_of_two == Accepted({"backup": "bo", "backup-role": "maintain"})


def test_the_senior_group_can_be_a_list() -> None:
    """Logins in any case; with an empty group nobody can be a backup."""
    assert ruling(COMMAND, "/assign backup @tri", policy=NAMED) == Accepted(
        {"backup": "tri", "backup-role": "triage"}
    )
    refused = ruling(COMMAND, "/assign backup @bo", policy=NAMED)
    assert refused == Problem(
        "the backup must be of the senior group (Tri), and bo has maintain", usage=False
    )
    nobody = ruling(COMMAND, "/assign backup @bo", policy=NOBODY)
    empty = "nobody: `people.senior` is empty"
    text = f"the backup must be of the senior group ({empty}), and bo has maintain"
    assert nobody == Problem(text, usage=False)
    several = Policy.model_validate({"people": {"senior": {"role": None, "logins": ["Tri", "mia"]}}})
    app = ruling(COMMAND, "/assign backup @helper", policy=several, role_of=lambda _: None)
    assert app == Problem("the backup must be of the senior group (Tri, mia), and helper is not", usage=False)


def test_ten_assignees_are_the_most() -> None:
    """GitHub's limit; assigning one of them again is nothing new."""
    ten = (*(f"p{index}" for index in range(9)), "tri")
    assert ruling(COMMAND, "/assign @ana", assignees=ten) == Problem(
        "GitHub allows 10 assignees, and there are as many", usage=False
    )
    assert ruling(COMMAND, "/assign @Tri", assignees=ten) == Accepted({"assign": "Tri"})
    assert ruling(COMMAND, "/assign @ana", assignees=ten[1:]) == Accepted({"assign": "ana"})


@pytest.mark.parametrize(
    ("line", "logins"),
    [
        ("/assign @ana", ("ana",)),
        ("/assign @ana backup @bo", ("ana", "bo")),
        ("/assign backup @bo", ("bo",)),
        ("/assign @a/b backup @bo", ("bo",)),
        ("/assign", ()),
        ("/assign a b c d", ()),
    ],
)
def test_the_roles_of_the_named_are_asked_for(line: str, logins: tuple[str, ...]) -> None:
    """And of nobody else."""
    (call,) = parse_calls(line)
    assert COMMAND.asks(call) == logins


def test_who_may_is_policy() -> None:
    """Triage by default."""
    assert COMMAND.least(CONTEXT.policy) is Role.TRIAGE


LEADS = Policy.model_validate(
    {"people": {"senior": {"role": "admin", "logins": ["bo"], "teams": ["octo/leads"]}}}
)
MEMBER = {"octo/leads": Membership.MEMBER}


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("/assign backup @ana", ("ana",)),
        ("/assign @tri backup @ana", ("ana",)),
        ("/assign @ana", ()),
        ("/assign backup @bo", ()),
        ("/assign @octo/team backup", ()),
        ("/assign a b c d", ()),
    ],
)
def test_the_backup_s_teams_are_asked_for(line: str, asked: tuple[str, ...]) -> None:
    """Where neither role nor name makes them senior, and teams are named at all."""
    (call,) = parse_calls(line)
    assert COMMAND.asks_teams(call, context(policy=LEADS)) == asked
    assert COMMAND.asks_teams(call, CONTEXT) == ()


def test_a_member_of_a_team_may_be_the_backup() -> None:
    """The record says by which; whoever is senior anyway needs none."""
    data = {"backup": "tri", "backup-role": "triage", "backup-team": "octo/leads"}
    known = {"tri": MEMBER, "root": MEMBER, "bo": MEMBER}.get
    roles = {"tri": Role.TRIAGE, "root": Role.ADMIN, "bo": Role.MAINTAIN}.get
    here = {"policy": LEADS, "teams_of": known, "role_of": roles}
    assert ruling(COMMAND, "/assign backup @tri", **here) == Accepted(data)
    named = ruling(COMMAND, "/assign backup @bo", **here)
    assert named == Accepted({"backup": "bo", "backup-role": "maintain"})
    by_role = ruling(COMMAND, "/assign backup @root", **here)
    assert by_role == Accepted({"backup": "root", "backup-role": "admin"})
    (call,) = parse_calls("/assign backup @root")
    assert COMMAND.asks_teams(call, context(**here)) == ()


@pytest.mark.parametrize(
    ("membership", "more"),
    [
        (Membership.NONE, ""),
        (Membership.HIDDEN, "; who is in octo/leads takes a GitHub App's token with `members: read`"),
    ],
)
def test_who_is_in_no_team_is_no_backup(membership: Membership, more: str) -> None:
    """Where it may not be read, the way out is named."""
    group = "the role admin or above or bo or a member of octo/leads"
    known = {"tri": {"octo/leads": membership}}.get
    found = ruling(COMMAND, "/assign backup @tri", policy=LEADS, teams_of=known)
    text = f"the backup must be of the senior group ({group}), and tri has triage{more}"
    assert found == Problem(text, usage=False)
