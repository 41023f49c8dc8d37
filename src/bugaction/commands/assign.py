"""`/assign`: who fixes the bug, and who stands in."""

from __future__ import annotations

from bugaction.commands.base import (
    Accepted,
    Command,
    Context,
    Problem,
    Ruling,
    Undoing,
    login_of,
    unseen_team,
)
from bugaction.commands.parse import Call
from bugaction.model import Membership, Role
from bugaction.policy import Policy, SeniorGroup

__all__ = ["Assign"]

_MOST_ASSIGNEES = 10
"""GitHub's limit on an issue (OpenAPI, add assignees to an issue)."""


def _split(call: Call) -> tuple[str, str] | None:
    """Assignee and backup as written, "" for one that is not named; None where it reads otherwise."""
    words = [word for word in call.arguments if word.casefold().rstrip(":") != "backup"]
    has_backup = len(words) < len(call.arguments)
    match call.arguments:
        case [assignee] if not has_backup:
            return assignee, ""
        case [_, backup] if has_backup and backup in words:
            return "", backup
        case [assignee, middle, backup] if has_backup and middle not in words:
            return assignee, backup
        case _:
            return None


class Assign(Command):
    """Assigns an engineer, a backup, or both."""

    name = "assign"
    usage = "/assign @LOGIN [backup @LOGIN]"
    summary = "Assigns an engineer, who then accepts; names the backup, who must be of the senior group."
    example = "/assign @octocat backup @hubot"
    undoing = Undoing.TAKEN_BACK

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever assigns."""
        return policy.people.assign

    def asks(self, call: Call) -> tuple[str, ...]:
        """The people who are named."""
        parts = _split(call) or ()
        return tuple(login for part in parts if part and (login := login_of(part)))

    def asks_teams(self, call: Call, context: Context) -> tuple[str, ...]:
        """The backup, where neither role nor name makes them senior."""
        _, backup = _split(call) or ("", "")
        login = login_of(backup)
        senior = context.policy.people.senior
        return (login,) if login and senior.asks_teams(login, context.role_of(login)) else ()

    def check(self, call: Call, context: Context) -> Ruling:
        """The assignee can be assigned; the backup is senior and somebody else."""
        parts = _split(call)
        if parts is None:
            return Problem("it takes one login, and after the word `backup` another")
        logins = [login_of(part) if part else "" for part in parts]
        if None in logins:
            return Problem("that is no GitHub login")
        assignee, backup = (login or "" for login in logins)
        problem = (assignee and _unassignable(assignee, context)) or (
            backup and _unfit_backup(backup, assignee, context)
        )
        if problem:
            return Problem(problem, usage=False)
        data = {"assign": assignee} if assignee else {}
        if backup:
            data |= {"backup": backup, "backup-role": str(context.role_of(backup) or Role.NONE)}
            data |= _by_team(backup, context)
        return Accepted(data)


def _unassignable(login: str, context: Context) -> str:
    """Why GitHub would ignore the assignment, or "".

    It takes people with write access, members who can read, and whoever has commented
    (https://docs.github.com/issues/tracking-your-work-with-issues/using-issues/assigning-issues-and-pull-requests-to-other-github-users).
    """
    if context.is_assigned(login):
        return ""
    if len(context.assignees) >= _MOST_ASSIGNEES:
        return f"GitHub allows {_MOST_ASSIGNEES} assignees, and there are as many"
    role = context.role_of(login) or Role.NONE
    if role < Role.TRIAGE and login.casefold() not in context.commenters:
        return f"{login} has the role {role} here and has not commented, so GitHub would not assign them"
    return ""


def _unfit_backup(login: str, assignee: str, context: Context) -> str:
    """Why that person cannot be the backup, or ""."""
    senior = context.policy.people.senior
    role, teams = context.role_of(login), context.teams_of(login)
    if not senior.holds(login, role, teams):
        has = f"and {login} has {role}" if role is not None else f"and {login} is not"
        unseen = unseen_team(login, context)
        return f"the backup must be of the senior group ({_describe(senior)}), {has}{unseen}"
    assignees = (assignee,) if assignee else context.assignees
    if [each.casefold() for each in assignees] == [login.casefold()]:
        return "the backup must be somebody other than the assignee"
    return ""


def _by_team(login: str, context: Context) -> dict[str, str]:
    """The team by which that person is senior, where nothing else makes them so."""
    senior = context.policy.people.senior
    if not senior.asks_teams(login, context.role_of(login)):
        return {}
    teams = context.teams_of(login) or {}
    return {"backup-team": next(team for team in senior.teams if teams.get(team) is Membership.MEMBER)}


def _describe(senior: SeniorGroup) -> str:
    """Who is senior, in words."""
    parts = [f"the role {senior.role} or above"] if senior.role is not None else []
    parts += [", ".join(senior.logins)] if senior.logins else []
    parts += [f"a member of {team}" for team in senior.teams]
    return " or ".join(parts) or "nobody: `people.senior` is empty"
