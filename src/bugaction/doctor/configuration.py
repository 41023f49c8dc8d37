"""Checks of the configuration: valid, with a beginning, and naming what is really there."""

from __future__ import annotations

from bugaction.doctor.case import Case
from bugaction.doctor.facts import TokenKind, Unseen
from bugaction.doctor.finding import Check, Finding, ok, problem, unseen, warning
from bugaction.doctor.words import code, listed
from bugaction.escaping import clean
from bugaction.policy import Policy

__all__ = ["CHECKS"]

_GROUP = "Configuration"
_MOST = 20


def _valid(case: Case) -> Finding:
    problems = case.loaded.problems
    if problems:
        more = len(problems) - _MOST
        details = [
            code(str(item)) if len(str(item)) < 100 else _place(str(item)) for item in problems[:_MOST]
        ]
        return problem(
            f"The configuration has {len(problems)} mistake{'s' if len(problems) > 1 else ''}",
            "Until it is repaired no bug fix gets a green gate.",
            "Repair these places; `bugaction schema config` is the schema for an editor.",
            details=(*details, *([f"and {more} more"] if more > 0 else [])),
        )
    if case.facts.config is None:
        return ok("There is no configuration: the defaults hold")
    return ok(f"{code(case.facts.config.path)} is valid")


def _place(text: str) -> str:
    """A problem's words; they may quote the file, so no mark of theirs counts."""
    return text.replace("`", "'")


def _since(case: Case) -> Finding:
    since = case.policy.since
    if case.loaded.policy is None:
        return ok("`since` is told once the configuration is valid")
    if since is None:
        return warning(
            "`since` is not written down",
            "It keeps older bugs out. Without it the first event's time counts, which the records branch "
            "alone remembers: where that is lost under `enforce`, the gates are undecided.",
            f"Write a literal time into {code(case.facts.config_path)}.",
            paste=(f"since: {case.now:%Y-%m-%dT%H:%M:00Z}",),
        )
    if since > case.now:
        return warning(
            f"`since` is {since:%Y-%m-%d %H:%M} UTC, which is yet to come",
            "No bug that is reported before then is looked after.",
            "Write the time from which on bugs are to be followed.",
            paste=(f"since: {case.now:%Y-%m-%dT%H:%M:00Z}",),
        )
    return ok(f"Bugs are followed from {since:%Y-%m-%d %H:%M} UTC on")


_ROLES = (
    ("engineering-lead", "`release-approvals` (the engineering lead's word)"),
    ("on-call", "`release-approvals` (the word of somebody on call)"),
    ("product", "`stakeholders-told` (product)"),
    ("support", "`stakeholders-told` (support)"),
    ("cto", "`stakeholders-told` (the CTO)"),
)
"""The roles that are nobody's by default, each with the requirement that waits for it."""


def unfilled(policy: Policy) -> tuple[tuple[str, str], ...]:
    """The roles that policy names nobody for, each with what does not apply because of it."""
    people = policy.people.model_dump(by_alias=True)
    return tuple((role, what) for role, what in _ROLES if not people[role])


def _roles(case: Case) -> Finding:
    left = unfilled(case.policy)
    if not left:
        return ok("Every role is somebody's")
    words = "; ".join(f"{role}: {what}" for role, what in left)
    return ok(
        f"Nobody is named for {', '.join(f'`{role}`' for role, _ in left)}",
        f"What waits for them does not apply: {words}. Name logins below `people:` to have it asked for.",
    )


def _teams(case: Case) -> Finding:
    named = case.policy.people.senior.teams
    if not named:
        return ok("No team is named")
    found = case.facts.teams
    if isinstance(found, Unseen) or case.facts.token is TokenKind.WORKFLOW:
        if not case.acts_as_app:
            return problem(
                f"Policy names {listed(named)}, and the job's own token cannot read teams",
                "Nobody counts as senior by a team then; who is senior by role or by name still does.",
                "Give the step a GitHub App with the organisation's `members: read` (the inputs `app-id` and "
                "`app-private-key`, or `token`), or name people.",
                paste=("people:", "  senior:", "    logins: [LOGIN]"),
            )
        hidden = (
            found
            if isinstance(found, Unseen)
            else Unseen("the job's own token reads no teams", "members: read")
        )
        return unseen(f"Whether {listed(named)} can be read", hidden, case)
    gone = [team for team in named if not found.get(team)]
    if gone:
        return problem(
            f"There is no team {listed(gone)}, or this token may not see it",
            "Nobody counts as senior by it.",
            "Correct the name, as the address of the team's page has it, or make the team visible.",
        )
    if not case.acts_as_app:
        return problem(
            f"Policy names {listed(named)}, and the workflow's own token cannot read teams",
            "Nobody counts as senior by a team then; who is senior by role or by name still does.",
            "Give the step a GitHub App with the organisation's `members: read` (the inputs `app-id` and "
            "`app-private-key`, or `token`), or name people.",
            paste=("people:", "  senior:", "    logins: [LOGIN]"),
        )
    return ok(f"{listed(named)} can be read")


def _environments(case: Case) -> Finding:
    named = case.policy.deployment.environments
    there, deployed = case.facts.environments, case.facts.deployed
    if isinstance(there, Unseen) and isinstance(deployed, Unseen):
        return unseen("Which environments there are", there, case)
    known = {name for part in (there, deployed) if isinstance(part, tuple) for name in part}
    if not known:
        return ok("Nothing is deployed through GitHub: a merge, a release or `/deployed` counts")
    folded = {name.casefold() for name in known}
    gone = [name for name in named if name.casefold() not in folded]
    if len(gone) < len(named):
        return ok(f"{listed(name for name in named if name not in gone)} is an environment of the repository")
    return warning(
        f"No environment is named {listed(gone)}; there are {listed(sorted(known))}",
        "A deployment to another one is not taken for production, so the monitoring windows never begin by "
        "it.",
        "Name the environments that are production.",
        paste=("deployment:", f"  environments: [{', '.join(_quoted(name) for name in sorted(known)[:3])}]"),
    )


def _quoted(name: str) -> str:
    name = clean(name)
    return name if name.isascii() and name.isalnum() else "'" + name.replace("'", "''") + "'"


def _rollback(case: Case) -> Finding:
    named = case.policy.deployment.rollback_workflow
    if named is None:
        return ok("No workflow deploys an older version again")
    found = next((item for item in case.workflows if item.file == named), None)
    if found is None:
        return problem(
            f"`deployment.rollback-workflow` names {code(named)}, and there is no such file",
            "`/rollback` cannot start it, in the very moment in which it is needed.",
            "Correct the name, or add the workflow.",
        )
    if "workflow_dispatch" not in found.triggers:
        return problem(
            f"{code(found.path)} cannot be started: it does not listen to `workflow_dispatch`",
            "`/rollback` cannot start it, in the very moment in which it is needed.",
            "Add the trigger with the inputs `version`, `bug` and `reason`.",
            paste=(
                "on:",
                "  workflow_dispatch:",
                "    inputs:",
                *(f"      {name}: {{ type: string }}" for name in ("version", "bug", "reason")),
            ),
        )
    return ok(f"{code(found.path)} can be started by `/rollback`")


CHECKS = (
    Check("config", _GROUP, "The configuration is valid", _valid),
    Check("since", _GROUP, "It is written down from when on bugs are followed", _since),
    Check("roles", _GROUP, "Roles are filled", _roles),
    Check("teams", _GROUP, "Teams can be read", _teams),
    Check("environments", _GROUP, "Production is an environment", _environments),
    Check("rollback-workflow", _GROUP, "The rollback workflow can be started", _rollback),
)
"""The checks of this file, in the order in which they are told."""
